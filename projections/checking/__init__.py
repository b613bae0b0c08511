"""A draft held against the views: what it says of who holds which post, and what is known of that."""
