"""What the page start is put together from."""
