"""The browser: one short file a page; `pages.parts`, what a page is put together from; `pages.ui`, the kit for all."""
