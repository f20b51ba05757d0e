"""What the page segments is put together from."""
