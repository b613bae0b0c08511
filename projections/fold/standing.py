"""How well a membership is supported. Pure; the words are DESIGN's: official, corroborated, single_source."""

from collections.abc import Iterable
from typing import Literal

from projections.model import FoldClaim, Standing


def standing(claims: Iterable[FoldClaim]) -> Standing:
    """Official if a named or official party says it, else corroborated if reports of two origins do.

    Two publishers that print one wire story are one origin. Disputed is no matter of support: the fold finds it
    where the evidence contradicts itself.
    """
    support = list(claims)
    if any(claim.official for claim in support):
        return "official"
    return "corroborated" if len({claim.origin for claim in support}) > 1 else "single_source"


def checked_by(claims: Iterable[FoldClaim]) -> Literal["machine", "editor"]:
    """Editor if an editor checked any of the claims."""
    return "editor" if any(claim.checked_by == "editor" for claim in claims) else "machine"
