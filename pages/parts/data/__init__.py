"""What the page data is put together from."""
