"""Formats in: what publishers send becomes an article's title, plain text, date and status. One file a format, pure.

Each file holds one function from bytes or text to `Derived`. The original is kept beside the text byte for byte by
whoever stores it; quotes are substrings of the text, counted in code points.
"""
