"""What the page share is put together from."""
