"""The words of the read side. Served to clients as they stand here, and stored as Changes."""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from events.catalogue import Capacity, ClaimKind, Modality, Reason, ReviewState
from events.dates import PartialDate

Day: TypeAlias = date  # where a field is called date
ChangeId: TypeAlias = tuple[int, int]  # position, ordinal

Standing = Literal["official", "corroborated", "single_source", "disputed"]
Occupancy = Literal["held", "vacant", "disputed", "unknown"]
Certainty = Literal["certain", "possible", "incoming"]
DateBasis = Literal[
    "said",  # the article, an editor or an import gives the day
    "paired",  # inferred: the day the predecessor left, told by the same article
    "succeeded",  # inferred: the day the successor took over
    "announced",  # inferred: the day the change was made public stands in for the day it took effect
    "attested",  # inferred: known only by mention, so no later (start) or no earlier (end) than that
]
ChangeKind = Literal[
    # the world changed
    "appointed", "took_office", "left_office", "elected", "nominated", "acting", "vacated",
    # we corrected ourselves
    "corrected", "retracted", "resolved", "recomputed", "backfilled",
    # evidence only
    "standing", "disputed",
]  # fmt: skip

MOST_CLAIMS = 20  # of a membership, in a Change


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a view."""


class Endpoint(Value, frozen=True):
    """Where a membership begins or ends, and how that day is known."""

    date: PartialDate
    basis: DateBasis

    @property
    def inferred(self) -> bool:
        return self.basis != "said"


class Leave(Value, frozen=True):
    """When a holder is away from the post, [start, end); None: nobody said."""

    start: PartialDate | None
    end: PartialDate | None


class Membership(Value, frozen=True):
    """One person's continuous holding of one post, [start, end): the day of `end` is no longer held.

    Addressed by post, person and start; `start` None: nobody said, `end` None: not known to have ended.
    """

    post: str
    person: str
    capacity: Capacity
    start: Endpoint | None
    end: Endpoint | None
    reason: Reason | None  # of leaving
    standing: Standing
    checked_by: Literal["machine", "editor"]
    first_attested: date | None  # first and last day on which some accepted claim says that it was held: the
    last_attested: date | None  # publication day of a mention, the day before a leaving (see docs/folding.md)
    incoming: Literal["elected", "nominated", "appointed"] | None  # not a holder, or (a day's view) not yet
    claims: tuple[str, ...]  # ids, sorted
    announced: date | None = None  # publication day of the first claim that told of it
    on_leave: tuple[Leave, ...] = ()  # in order


class PostSettings(Value, frozen=True):
    """What the fold must know of a post besides its claims."""

    post: str
    seats: int | None
    seats_basis: Literal["table", "import", "editor"]
    fresh_for: int  # days for which a mention of the holder keeps the answer certain
    declared_complete: bool = False  # the list of holders was said to be whole, of any day
    completeness: tuple[tuple[Day, bool], ...] = ()  # what was said of the days from one on, ascending
    vacancies: tuple[Day, ...] = ()  # first days of the vacancies that were declared, ascending

    def is_complete_on(self, day: Day) -> bool:
        """Whether the list of holders on that day was declared whole."""
        said = [complete for since, complete in self.completeness if since <= day]
        return said[-1] if said else self.declared_complete


class FoldClaim(Value, frozen=True):
    """An accepted, resolved claim as the fold sees it."""

    id: str
    article: str | None
    kind: ClaimKind
    person: str
    capacity: Capacity
    date: PartialDate | None
    start: PartialDate | None
    end: PartialDate | None
    reason: Reason | None
    modality: Modality
    background: bool
    official: bool
    origin: str  # the wire credit or the publisher
    published: Day | None  # publication day, in the post's time zone
    checked_by: Literal["machine", "editor"]
    on_leave: bool = False  # says when the holder was away, and nothing of the holding
    attested: Day | None = None  # the last day on which the import that makes it said so again


class Change(Value, frozen=True):
    """What one event did to the view of one post. `id` is `position.ordinal`."""

    id: str
    post: str
    kind: ChangeKind
    current_changed: bool  # today's answer differs
    effective: PartialDate | None
    before: tuple[
        Membership, ...
    ]  # the memberships concerned, at most 20, each with MOST_CLAIMS of its claims
    after: tuple[Membership, ...]
    cause: str  # id of the event
    recorded_at: str  # RFC 3339


class Told(Value, frozen=True):
    """A Change as it was told, `body` being its JSON as it is served, in one line."""

    id: ChangeId
    change: Change
    organization: str | None  # the post's
    body: bytes


class QuotedClaim(Value, frozen=True):
    """A claim with the words that carry it, for people to check."""

    id: str
    kind: ClaimKind
    review_state: ReviewState
    person_name: str
    post_label: str
    organization_name: str | None
    person: str | None
    post: str | None
    organization: str | None
    capacity: Capacity
    date: PartialDate | None
    start: PartialDate | None
    end: PartialDate | None
    reason: Reason | None
    modality: Modality
    background: bool
    attribution: str | None
    official: bool
    confidence: float
    decided_by: str | None  # the policy's rule or the editor's subject
    quote: str | None  # of the article, or the words that an editor gave; None: redacted, or none given
    quote_start: int | None  # code points into the article's text
    quote_end: int | None
    article: str | None
    article_uri: str | None
    article_version: int | None
    publisher: str | None
    published: str | None  # for a claim without an article: the day on which it was said
    decided_at: int | None  # position of the last decision on it
    supersedes: str | None  # id of the claim that it corrects
    origin: str | None = None  # where the report comes from: a wire credit, a publisher's id, or editors


class Predecessor(Value, frozen=True, kw_only=True):
    """The holding that another one followed on the very day; addressed by person and start."""

    person: str
    name: str
    capacity: Capacity
    start: Endpoint | None


class Holder(Value, frozen=True):
    """A membership on a day, with the person's name and what it rests on."""

    person: str
    name: str
    capacity: Capacity
    certainty: Certainty
    start: Endpoint | None
    end: Endpoint | None
    reason: Reason | None
    standing: Standing
    checked_by: Literal["machine", "editor"]
    first_attested: date | None
    last_attested: date | None
    incoming: Literal["elected", "nominated", "appointed"] | None
    claims: tuple[QuotedClaim, ...]
    on_leave: bool = False  # has the post and is away from it on that day
    succeeds: Predecessor | None = None  # None: nobody, or it is not known whom
    outgoing: bool = False  # still holds the post on that day, by when it had been told that they leave


class PostSummary(Value, frozen=True):
    """A post and where it belongs."""

    id: str
    label: str
    organization: str | None
    organization_name: str | None
    seats: int | None
    seats_basis: Literal["table", "import", "editor"]
    fresh_for: int  # days for which a mention of the holder keeps the answer certain


class HoldersAnswer(Value, frozen=True):
    """Who holds a post on a day, as known at a position of the log."""

    post: PostSummary
    as_of: date
    at_position: int | None  # None: as known now
    occupancy: Occupancy
    complete: bool  # the list is declared whole by an editor or an import
    holders: tuple[Holder, ...]  # certain first, then possible
    incoming: tuple[Holder, ...]
    last_known_holder: Holder | None  # where the occupancy is unknown
    change: str | None  # id of the last change of the post that this answer knows of
