"""What the page prepare is put together from."""
