"""What the page learned is put together from."""
