"""What every format gives, and how it refuses."""

import msgspec

from events.catalogue import PublishedBasis, PubStatus


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """An article as its format tells it. None: the format does not say."""

    body: str  # plain text, its paragraphs apart by blank lines
    deriver: str  # name and version of what made it, e.g. "ninjs/1"
    title: str | None = None
    uri: str | None = None
    published: str | None = None  # RFC 3339 instant or a day
    published_basis: PublishedBasis = "given"  # "derived": the page says so, not its sender
    language: str | None = None  # BCP 47, as declared
    pubstatus: PubStatus = "usable"
    embargoed: str | None = None  # RFC 3339
    credit: str | None = None  # where the report comes from
    version: int | None = None  # the publisher's number of this version, from 1
    original: str | None = None  # where several articles come in one body: what of it is this one's


class Underivable(ValueError):
    """No article can be made of what came; the message says why and what to send. `field` names the member."""

    def __init__(self, why: str, field: str | None = None) -> None:
        super().__init__(why)
        self.field = field
