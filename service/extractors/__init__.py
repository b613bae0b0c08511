"""Readers with I/O of their own: a language model behind an endpoint, and several readers together."""
