"""What the page compare is put together from."""
