"""What the views answer besides HoldersAnswer: plain data, served to clients as it stands here."""

from datetime import date
from typing import Literal

from events.catalogue import Capacity, ContentRef, PublishedBasis, PubStatus, Reason
from projections.fold.spans import Vacancy
from projections.model import (
    Certainty,
    Endpoint,
    Holder,
    HoldersAnswer,
    Leave,
    Occupancy,
    PostSummary,
    Predecessor,
    QuotedClaim,
    Standing,
    Value,
)


class Tenure(Value, frozen=True, kw_only=True):
    """A membership with the names of its person and post, and what it rests on."""

    post: PostSummary
    person: str
    name: str
    capacity: Capacity
    start: Endpoint | None
    end: Endpoint | None
    reason: Reason | None
    standing: Standing
    checked_by: Literal["machine", "editor"]
    first_attested: date | None
    last_attested: date | None
    incoming: Literal["elected", "nominated", "appointed"] | None
    announced: date | None
    claims: tuple[QuotedClaim, ...]
    on_leave: tuple[Leave, ...] = ()
    succeeds: Predecessor | None = None  # None: nobody, or it is not known whom


class TimelineAnswer(Value, frozen=True, kw_only=True):
    """All memberships of a post in order of start, as known at a position of the log."""

    post: PostSummary
    at_position: int | None  # None: as known now
    memberships: tuple[Tenure, ...]
    change: str | None  # id of the last change of the post that this answer knows of


class Drawn(Value, frozen=True, kw_only=True):
    """A membership as a picture or a table shows it."""

    tenure: Tenure
    certain: (
        tuple[date, date] | None
    )  # the days [first, end) on which nothing speaks against it; None: on none
    certainty: Certainty | None  # on the day asked for; None: not held then


class TimelineOn(Value, frozen=True, kw_only=True):
    """All memberships of a post in order of start, with what a day's view says of each, and the vacancies by then."""

    post: PostSummary
    as_of: date
    at_position: int | None  # None: as known now
    occupancy: Occupancy
    complete: bool
    memberships: tuple[Drawn, ...]
    vacancies: tuple[Vacancy, ...]


class PersonAnswer(Value, frozen=True, kw_only=True):
    """A person, every spelling of the name, and what they hold, held and are to hold."""

    id: str
    name: str
    names: tuple[str, ...]
    at_position: int | None  # None: as known now
    memberships: tuple[Tenure, ...]


class PostHolding(Value, frozen=True, kw_only=True):
    """One of the posts that a person holds on a day, and how."""

    post: PostSummary
    as_of: date
    holder: Holder


class PersonHoldings(Value, frozen=True, kw_only=True):
    """What a person holds, or is about to hold, on a day, as known at a position of the log."""

    id: str
    name: str
    as_of: date | None  # None: each post's last day turned
    at_position: int | None  # None: as known now
    memberships: tuple[PostHolding, ...]


class OrganizationHolders(Value, frozen=True, kw_only=True):
    """Who holds the posts of an organization on a day, as known at a position of the log."""

    id: str
    name: str
    at_position: int | None  # None: as known now
    posts: tuple[HoldersAnswer, ...]
    next: str | None  # the cursor for those that follow


class PostMatch(Value, frozen=True, kw_only=True):
    """A post that a question may mean. `score` 1: the words are its own."""

    post: PostSummary
    score: float  # 0 to 1


class WhoMatch(Value, frozen=True, kw_only=True):
    """Which post some words mean: one, or candidates, the likeliest first, where they leave it open."""

    post: PostSummary | None
    candidates: tuple[PostMatch, ...]


class ArticleAnswer(Value, frozen=True, kw_only=True):
    """The current version of an article."""

    id: str
    uri: str
    version: int
    read_version: int | None  # the highest version whose claims are known
    publisher: str
    publisher_name: str | None
    title: str | None  # None: the text was redacted
    published: str | None
    published_basis: PublishedBasis
    language: str | None
    pubstatus: PubStatus
    embargoed: str | None
    credit: str | None
    text: ContentRef


class BoardRow(Value, frozen=True, kw_only=True):
    """A line of the board: a post and one of its holders on a day; `holder` None where nobody is known to hold it."""

    organization: str | None
    post: str
    post_id: str
    holder: str | None
    person: str | None
    capacity: Capacity | None
    certainty: Certainty | None
    since: str | None  # EDTF, or `..DAY`: attested no later than that day
    standing: Standing | None
    source: (
        str | None
    )  # publisher's name, of the claim that says most: one that began or ended it, else the newest
