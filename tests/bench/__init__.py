"""Benchmarks and studies: run as scripts, never as tests."""
