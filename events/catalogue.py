"""Every kind of event there is, as data: one tagged union, readable in one file.

An event says what somebody said or decided. It is never edited. A change of a struct's shape is a new schema
version with an upcast in `events.upcast`; `SCHEMA_VERSIONS` holds the newest version of each type.

Verbatim text (article bodies, quotes, editors' notes) is never in an event: events refer to it by the salted hash
of the content table, so that a redaction can delete it everywhere at once.
"""

from typing import Any, Literal, get_args

import msgspec

from events.dates import InvalidDate, PartialDate

ClaimKind = Literal["in", "out", "elected", "nominated", "holds", "held"]
Capacity = Literal["substantive", "acting"]
Reason = Literal["resigned", "dismissed", "retired", "died", "term_ended", "moved", "unknown"]
Modality = Literal["actual", "reported"]
ReviewState = Literal["proposed", "accepted", "rejected", "superseded", "withdrawn"]
PubStatus = Literal["usable", "withheld", "canceled"]
PublishedBasis = Literal["given", "derived", "missing"]
SeatsBasis = Literal["table", "import", "editor"]
EntityKind = Literal["person", "post", "organization"]
MissingEnd = Literal["current", "unknown"]
RecordKind = Literal["person", "post", "organization", "other"]
ChangeType = Literal["holder.changed", "holder.announced", "timeline.amended"]
SubscriptionType = Literal[
    ChangeType, "event.redacted",
    # of the key's other subscriptions: how they fare
    "endpoint.failing", "message.dead", "subscription.disabled",
]  # fmt: skip
DisabledWhy = Literal["gone", "failing"]  # it answered 410; or it failed for days


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of an event. Fields that hold their default are left out of the payload."""


class ContentRef(Value, frozen=True):
    """A row of the content table: SHA-256 of salt and bytes, in hex, and what the bytes are."""

    hash: str
    media_type: str
    length: int  # bytes


class Span(Value, frozen=True):
    """Where a quote stands in an article's derived text: Unicode code points, [start, end)."""

    start: int
    end: int


class Claim(Value, frozen=True):
    """One assertion: this person takes, leaves, was elected to, is nominated for, holds or held this post.

    `person`, `post`, `organization` and `attribution` are as the article words them; `date` is the day it takes
    effect (in, out), `start` and `end` the tenure told (holds, held). The id is derived from article, kind,
    person, post, organization, capacity and date, so the same claim of a later version keeps its decisions.
    """

    id: str
    kind: ClaimKind
    person: str
    post: str
    organization: str | None = None
    capacity: Capacity = "substantive"
    date: PartialDate | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    reason: Reason | None = None
    modality: Modality = "actual"
    background: bool = False
    attribution: str | None = None
    official: bool = False  # attribution is a named or an official party
    confidence: float = 1.0  # 0 to 1
    quote: Span | None = None  # None for claims of editors and imports, which have no article
    rule: str = ""  # the extractor's rule or model that found it
    on_leave: bool = False  # the person has the post and is away from it in that time (imports)


class Refusal(Value, frozen=True):
    """A claim that an extractor made and the evidence check refused."""

    kind: str
    person: str
    post: str
    why: str


class Resolution(Value, frozen=True):
    """Which entities a claim's names mean, and how that was found. None where it is left to an editor."""

    claim: str
    person: str | None
    post: str | None
    organization: str | None = None
    basis: str = ""


class Decision(Value, frozen=True):
    """What became of a claim. `rule` names the row of the policy; a note is verbatim text by reference."""

    claim: str
    state: ReviewState
    rule: str
    checked_by: Literal["machine", "editor"] = "machine"
    note: ContentRef | None = None


class SubscriptionFilter(Value, frozen=True):
    """What a subscription wants to hear of; an empty tuple means any."""

    posts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()  # keys of countries, e.g. united-states
    capacities: tuple[Capacity, ...] = ()
    standings: tuple[str, ...] = ()  # of the memberships concerned, as the read side words them
    kinds: tuple[str, ...] = ()  # of the Change


class Identifier(Value, frozen=True):
    """What others call an entity: (wikidata, Q42), or an id of the source itself."""

    scheme: str
    identifier: str


class EntityRecord(Value, frozen=True):
    """What a source says of an entity. `verbatim` is where the record stands in the event's content, in bytes."""

    kind: RecordKind
    record: str  # the source's own id, unique among those of its kind
    entity: str | None  # None: kept as it is, and nothing made of it (an area, a legislative period)
    name: str
    same_as: tuple[Identifier, ...] = ()
    verbatim: Span | None = None  # None: the source only mentions it


class RecordGone(Value, frozen=True):
    """A record that the source no longer has."""

    kind: RecordKind
    record: str


class StatedClaim(Value, frozen=True):
    """A claim of an import, with the entities that its record names."""

    claim: Claim
    record: str  # the source's own id
    person: str  # ids
    post: str
    organization: str | None = None
    url: str | None = None  # where the source has it from
    verbatim: Span | None = None  # where the record stands in the event's content, in bytes


class BrokenRecord(Value, frozen=True):
    """A row that could not be read."""

    line: int
    why: str


class Event(Value, frozen=True, tag_field="type"):
    """An event's payload; the tag is the event's type."""


class ArticleReceived(Event, frozen=True, tag="article.received"):
    """A version of an article, as published. `text` is the derived text: title, line feed, body."""

    version: int  # 1, 2, ...
    uri: str
    publisher: str  # publisher id
    text: ContentRef
    original: ContentRef
    title_length: int  # code points of `text` that are the title
    published: str | None = None  # RFC 3339 instant or a day
    published_basis: PublishedBasis = "given"
    language: str | None = None  # BCP 47
    pubstatus: PubStatus = "usable"
    embargoed: str | None = None  # RFC 3339 instant until which it is sealed
    credit: str | None = None  # the wire credit, e.g. Reuters
    deriver: str = "plain/1"  # what made `text` from `original`, and its version


class ArticleReleased(Event, frozen=True, tag="article.released"):
    """The embargo of a version has ended."""

    version: int


class ContentRedacted(Event, frozen=True, tag="content.redacted"):
    """Verbatim text was taken away for good: a court order, a request for privacy.

    On the stream that the texts stand with: an article's, or that of a post or a source. What was read in them stays,
    without its words. The reason is an editor's note and must not repeat the text.
    """

    contents: tuple[str, ...]  # hashes in the content table, in hex
    reason: ContentRef


class ArticleRead(Event, frozen=True, tag="article.read"):
    """What an extractor found in a version of an article, after the evidence check."""

    version: int
    extractor: str  # name/version
    claims: tuple[Claim, ...] = ()
    refused: tuple[Refusal, ...] = ()


class ArticleTraced(Event, frozen=True, tag="article.traced"):
    """The report of a version stems from somebody else: it shares a run of words with what they printed."""

    version: int
    origin: str  # a wire credit, or a publisher's id


class ClaimsResolved(Event, frozen=True, tag="claims.resolved"):
    """The names of some claims were given their entities, by the resolver or by an editor."""

    resolutions: tuple[Resolution, ...]


class ClaimsDecided(Event, frozen=True, tag="claims.decided"):
    """Some claims were accepted, proposed for review, rejected, superseded or withdrawn, together."""

    decisions: tuple[Decision, ...]
    policy: str | None = None  # name/version of the policy where a machine decided


class ClaimsSubmitted(Event, frozen=True, tag="claims.submitted"):
    """Claims that no article makes: an editor's own, the correction of a claim, the rows of an import.

    On the stream of the post that they are about; a correction on the stream of the claim that it corrects, so
    that a chain of corrections is told in one place. What they mean and what became of them follows as
    `claims.resolved` and `claims.decided`.
    """

    claims: tuple[Claim, ...]
    note: ContentRef | None = None  # why: the editor's reason
    evidence: ContentRef | None = None  # words that the editor gives for it
    supersedes: str | None = None  # the claim that the only one here corrects, the last of its chain
    said_on: str | None = None  # the day on which it is said (YYYY-MM-DD); stands for a day of publication
    publisher: str | None = None  # whose word it is, where it is an import's; None: the actor's own


class ImportReceived(Event, frozen=True, tag="import.received"):
    """A file of a source is being imported; on the stream of the source, which belongs to one publisher."""

    version: int  # 1, 2, ...
    publisher: str  # publisher id
    format: str  # popolo, csv
    missing_end: MissingEnd  # what it means that a record gives no end
    as_of: str  # YYYY-MM-DD, the day for which the file speaks


class EntitiesRecorded(Event, frozen=True, tag="entities.recorded"):
    """What the source says of persons, posts and organizations, where that is new; and which records it dropped."""

    records: tuple[EntityRecord, ...] = ()
    gone: tuple[RecordGone, ...] = ()
    content: ContentRef | None = None  # the records verbatim, one behind the other


class ClaimsStated(Event, frozen=True, tag="claims.stated"):
    """What the source claims, where that is new: stated, resolved and accepted in one.

    A claim's id is derived from source, record and kind; stated again it replaces what it said before.
    """

    as_of: str  # YYYY-MM-DD, stands for a day of publication
    publisher: str  # publisher id
    claims: tuple[StatedClaim, ...] = ()
    withdrawn: tuple[str, ...] = ()  # ids of claims that the source no longer makes
    attested: tuple[str, ...] = ()  # ids of claims without an end, said again on that day
    content: ContentRef | None = None  # the records verbatim, one behind the other


class ImportCompleted(Event, frozen=True, tag="import.completed"):
    """The whole file has been imported, but for the rows that are broken."""

    version: int
    broken: tuple[BrokenRecord, ...] = ()


class PersonCreated(Event, frozen=True, tag="person.created"):
    name: str


class PersonNamed(Event, frozen=True, tag="person.named"):
    """Another spelling by which the person goes."""

    name: str


class PersonMerged(Event, frozen=True, tag="person.merged"):
    """The person of the stream is another one that is known: whatever means the one means the other from here on."""

    into: str  # person id
    note: ContentRef | None = None  # why


class PersonSplit(Event, frozen=True, tag="person.split"):
    """Some claims mean the person of the stream, and not the one who was taken for them; ends a merge of the two.

    The resolutions follow in the same append as `claims.resolved` on the streams of their claims.
    """

    off: str  # id of the person whom the claims were taken to mean
    claims: tuple[str, ...]
    note: ContentRef | None = None  # why


class OrganizationCreated(Event, frozen=True, tag="organization.created"):
    name: str


class PostOpened(Event, frozen=True, tag="post.opened"):
    """A post exists from here on, whether or not anyone holds it. `seats` None: any number at once."""

    label: str
    organization: str | None = None
    seats: int | None = None
    seats_basis: SeatsBasis = "table"
    fresh_for: int = 730  # days for which a mention of the holder keeps the answer certain
    zone: str = "UTC"  # IANA time zone in which the post's days turn


class PostConfigured(Event, frozen=True, tag="post.configured"):
    """Settings of a post were set; those left out stay as they are. `seats` None: any number at once."""

    seats: int | msgspec.UnsetType | None = msgspec.UNSET
    seats_basis: SeatsBasis = "editor"
    fresh_for: int | msgspec.UnsetType = msgspec.UNSET
    complete: bool | msgspec.UnsetType = msgspec.UNSET  # whether the list of holders is whole
    complete_from: str | None = None  # from which day on `complete` speaks (YYYY-MM-DD); None: of any day
    note: ContentRef | None = None  # why


class PostVacancyDeclared(Event, frozen=True, tag="post.vacancy_declared"):
    """Nobody holds the post from that day on, until somebody takes it. Ends whoever held it until then."""

    since: str  # YYYY-MM-DD, the first vacant day
    note: ContentRef | None = None  # why


class PostVacancyWithdrawn(Event, frozen=True, tag="post.vacancy_withdrawn"):
    """The vacancy that was declared from that day on is taken back."""

    since: str  # as declared
    note: ContentRef | None = None  # why


class PostSettled(Event, frozen=True, tag="post.settled"):
    """An editor settled what is disputed about a post: one act, whatever the streams of the claims decided.

    The same decisions follow in the same append as `claims.decided` on the streams of their claims.
    """

    decisions: tuple[Decision, ...]


class NameReserved(Event, frozen=True, tag="name.reserved"):
    """The fingerprint that names the stream belongs to this entity: two articles at once create one."""

    kind: EntityKind
    entity: str


class PublisherRegistered(Event, frozen=True, tag="publisher.registered"):
    name: str
    trusted: bool = False


class PublisherTrustChanged(Event, frozen=True, tag="publisher.trust_changed"):
    """From here on the policy lets (or no longer lets) this publisher's articles end a standing membership."""

    trusted: bool


class KeyCreated(Event, frozen=True, tag="key.created"):
    """An API key. The secret itself is shown once and never stored; `secret_hash` is its SHA-256 in hex."""

    subject: str
    scopes: tuple[str, ...]
    prefix: str
    secret_hash: str
    publishers: tuple[str, ...] = ()  # publisher ids that it may speak for, the first is the default
    expires_at: str | None = None  # RFC 3339
    requests_per_minute: int | None = None  # since version 2; None: what the settings give every key


class KeyRotated(Event, frozen=True, tag="key.rotated"):
    """The key has a new secret. Those before it are good until `previous_until`, so that clients can change over."""

    prefix: str
    secret_hash: str  # as in key.created
    previous_until: str  # RFC 3339


class KeyRevoked(Event, frozen=True, tag="key.revoked"):
    pass


class SubscriptionCreated(Event, frozen=True, tag="subscription.created"):
    """A webhook subscription. Its signing secret is kept outside the log, encrypted."""

    url: str
    key: str  # id of the key that made it and whose scopes it has
    types: tuple[SubscriptionType, ...]
    filter: SubscriptionFilter = SubscriptionFilter()
    description: str = ""
    from_position: int | None = None  # it hears of what came behind that position; None: behind its own
    per_minute: int | None = None  # messages that it takes at most; None: as many as come
    concurrency: int | None = None  # requests that it takes at the same time; None: the service's default
    consent: bool = False  # nothing is sent before the receiver has answered a challenge


class SubscriptionConfirmed(Event, frozen=True, tag="subscription.confirmed"):
    """The receiver answered the challenge: it wants what it is sent."""


class SubscriptionPaused(Event, frozen=True, tag="subscription.paused"):
    """Its owner wants nothing sent until it is resumed; what happens meanwhile is sent then, in order."""


class SubscriptionResumed(Event, frozen=True, tag="subscription.resumed"):
    """A subscription that was paused or disabled goes on where it stopped."""


class SubscriptionDisabled(Event, frozen=True, tag="subscription.disabled"):
    """The service gave the endpoint up, until somebody resumes the subscription."""

    why: DisabledWhy


class SubscriptionDeleted(Event, frozen=True, tag="subscription.deleted"):
    pass


class DayTurned(Event, frozen=True, tag="clock.day_turned"):
    """A day has begun; claims whose effective day it is come true now. Nothing changes without an event."""

    day: str  # YYYY-MM-DD
    zone: str = "UTC"


class FoldReleased(Event, frozen=True, tag="fold.released"):
    """From here on posts are folded by that version of the rules; what was believed before stays as it was."""

    version: int  # of projections.fold.rules


AnyEvent = (
    ArticleReceived
    | ArticleReleased
    | ContentRedacted
    | ArticleRead
    | ArticleTraced
    | ClaimsResolved
    | ClaimsDecided
    | ClaimsSubmitted
    | ImportReceived
    | EntitiesRecorded
    | ClaimsStated
    | ImportCompleted
    | PersonCreated
    | PersonNamed
    | PersonMerged
    | PersonSplit
    | OrganizationCreated
    | PostOpened
    | PostConfigured
    | PostVacancyDeclared
    | PostVacancyWithdrawn
    | PostSettled
    | NameReserved
    | PublisherRegistered
    | PublisherTrustChanged
    | KeyCreated
    | KeyRotated
    | KeyRevoked
    | SubscriptionCreated
    | SubscriptionConfirmed
    | SubscriptionPaused
    | SubscriptionResumed
    | SubscriptionDisabled
    | SubscriptionDeleted
    | DayTurned
    | FoldReleased
)


def type_of(event: type[Event] | Event) -> str:
    """The event's type as the log stores it, e.g. `article.received`."""
    tag = event.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


TYPES: dict[str, type[Event]] = {type_of(struct): struct for struct in get_args(AnyEvent)}
SCHEMA_VERSIONS: dict[str, int] = dict.fromkeys(TYPES, 1) | {"key.created": 2}


def to_builtin(value: Any) -> Any:
    """msgspec's enc_hook for the one type of ours that JSON does not know."""
    if isinstance(value, PartialDate):
        return str(value)
    raise NotImplementedError(f"no JSON form for {type(value).__name__}")


def from_builtin(expected: type, value: Any) -> Any:
    """msgspec's dec_hook, the inverse of `to_builtin`. Raises InvalidDate."""
    if expected is PartialDate:
        if isinstance(value, str):
            return PartialDate.parse(value)
        raise InvalidDate(f"a date is a text such as 2022-09-24, no {type(value).__name__}")
    raise NotImplementedError(f"no {expected.__name__} from {type(value).__name__}")


encoder = msgspec.json.Encoder(enc_hook=to_builtin, order="deterministic")
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent, dec_hook=from_builtin)


def encode(event: Event) -> bytes:
    """The payload: JSON in UTF-8, its keys in a fixed order."""
    return encoder.encode(event)


def decode(payload: bytes) -> AnyEvent:
    """The event of a payload of the newest schema version. Raises msgspec.DecodeError."""
    return _decoder.decode(payload)
