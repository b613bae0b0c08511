"""Lists of who holds what, from elsewhere: files in, records out, and what of them is new."""
