"""Slips of the key in the commonest words for posts: "exeuctive", "poresident". Wire copy is full of them."""

from collections.abc import Iterator

_WORDS = (
    "president chairman executive director secretary minister financial operating treasurer governor".split()
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OTHER_WORDS = frozenset(["resident", "minster", "misters"])  # one slip away, and words of their own


def _slips(word: str) -> Iterator[str]:
    """One letter swapped with the next, left out or put in, inside the word."""
    for place in range(1, len(word) - 1):
        yield word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
        yield word[:place] + word[place + 1 :]
        for letter in _LETTERS:
            yield word[:place] + letter + word[place:]


MEANT: dict[str, str] = {
    slip: word for word in _WORDS for slip in _slips(word) if slip != word and slip not in _OTHER_WORDS
}
