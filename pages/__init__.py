"""The browser: one short file a page, and `pages.ui`, the kit that every page is built from."""
