"""What an extractor is: something that turns an article into drafts of claims.

Extractors plug in by the entry point group "incumbent.extractors": a name and a callable without arguments that
gives an Extractor. Whatever an extractor drafts, `events.reading.read` checks again.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from events.catalogue import Capacity, ClaimKind, Modality, Reason, Span
from events.dates import PartialDate
from events.reading.article import Article

ENTRY_POINTS = "incumbent.extractors"
DEFAULT = "rules"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A claim before it has an id; the fields are those of `events.catalogue.Claim`."""

    kind: ClaimKind
    person: str
    post: str
    quote: Span
    organization: str | None = None
    capacity: Capacity = "substantive"
    date: PartialDate | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    reason: Reason | None = None
    modality: Modality = "actual"
    background: bool = False
    attribution: str | None = None
    official: bool = False
    confidence: float = 0.5  # 0 to 1: the share of such claims that proved right on annotated news
    rule: str = ""


class Extractor(Protocol):
    """Reads articles. Pure: the same article always gives the same drafts."""

    @property
    def name(self) -> str:
        """Name and version, e.g. "rules/1": claims of another version are another reading."""
        ...

    def extract(self, article: Article) -> Sequence[Draft]:
        """The drafts, in any order; an article that it cannot read gives none."""
        ...
