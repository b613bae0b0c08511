"""How many hold a post at once, and for how long a mention of the holder counts: guesses from its rank words. Pure."""

from functools import cache

import msgspec

from events.naming.posts import post_key
from events.naming.tables import lines


class Seats(msgspec.Struct, frozen=True):
    seats: int | None  # None: any number at once
    fresh_for: int  # days


UNKNOWN_RANK = Seats(None, 730)


def seats_of(label: str) -> Seats:
    """The row of the seats table that the label falls under; `UNKNOWN_RANK` where none does."""
    words = set(post_key(label).split())
    for rank, more, seats in _rows():
        if rank <= words and (not more or rank < words):
            return seats
    return UNKNOWN_RANK


@cache
def _rows() -> tuple[tuple[frozenset[str], bool, Seats], ...]:
    rows = []
    for line in lines("seats"):
        rank, seats, fresh_for = (column.strip() for column in line.split("|"))
        words = rank.split()
        count = None if seats == "any" else int(seats)
        rows.append((frozenset(words) - {"+"}, "+" in words, Seats(count, int(fresh_for))))
    return tuple(rows)
