"""What the desk wrote lately, by the names it concerned: how far the read side must have come for the next article.

Waiting for everything after every article would tie the desk to the pace of the read side. An article leans on an
earlier one only where they share a name, so that is all that it has to wait for. Pure.
"""

from collections import deque
from collections.abc import Iterable

from events.catalogue import Claim
from events.naming.resolve import questions

_KEPT = 500  # appends; older ones count as concerning everybody


class Recent:
    """The desk's own appends, the last few hundred by name."""

    def __init__(self, position: int = 0) -> None:
        self._everything = position  # up to here the read side must have come in any case
        self._appends: deque[tuple[int, frozenset[str]]] = deque()

    def wrote(self, position: int, claims: Iterable[Claim]) -> None:
        """An append up to this position concerned these claims."""
        self._appends.append((position, names(claims)))
        while len(self._appends) > _KEPT:
            self._everything = self._appends.popleft()[0]

    def forget(self, position: int) -> None:
        """From now on everything up to this position counts, whomever it concerned."""
        self._everything = max(self._everything, position)

    def needed(self, claims: Iterable[Claim]) -> int:
        """The position that the read side must have reached before these claims are resolved and decided."""
        asked = names(claims)
        shared = (position for position, concerned in reversed(self._appends) if concerned & asked)
        return max(self._everything, next(shared, 0))


def names(claims: Iterable[Claim]) -> frozenset[str]:
    """Whatever the claims look up, as one set."""
    asked = questions(claims)
    return frozenset(
        (
            *(f"person {key}" for key in asked.persons),
            *(f"organization {fingerprint}" for fingerprint in asked.organizations),
        )
    )
