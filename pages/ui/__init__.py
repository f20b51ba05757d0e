"""The browser kit: `state` (what this session has), `jobs` (long work), `show` (output), `widgets` (input)."""
