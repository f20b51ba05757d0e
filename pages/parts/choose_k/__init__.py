"""What the page choose_k is put together from."""
