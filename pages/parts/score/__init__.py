"""What the page score is put together from."""
