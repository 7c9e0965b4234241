"""What the functions are put together from."""
