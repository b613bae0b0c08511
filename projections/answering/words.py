"""The words by which posts are found when nobody words them as the register does."""

from events.naming.posts import post_key
from events.naming.text import words

LONGEST = 64  # characters of a word that count: an index entry has to hold it


def tokens(text: str) -> set[str]:
    """The words of a text as written and as `post_key` words it (defence, defense), in plain lower case."""
    return {word[:LONGEST] for word in (*words(text), *post_key(text).split())}
