"""What a page is put together from: one family of files a page, named after it, built with `pages.ui`."""
