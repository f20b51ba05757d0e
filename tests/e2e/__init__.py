"""A package, so that one browser serves all of it: see `browser` in conftest.py."""
