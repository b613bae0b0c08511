"""What a rule found in a sentence, before it is worded as a draft."""

import msgspec

from events.catalogue import ClaimKind, Reason
from events.dates import PartialDate
from events.reading.role import Role


class Finding(msgspec.Struct, kw_only=True, gc=False):
    """A claim in the making; `start` and `end` are tokens of the sentence, the quote."""

    kind: ClaimKind
    person: str
    role: Role
    scene: int  # index of the sentence in the story
    start: int
    end: int
    at: int  # token of the verb or noun that says it
    rule: str
    organization: str | None = None
    acting: bool = False
    reason: Reason | None = None
    reported: bool = False
    background: bool = False
    date: PartialDate | None = None
    begin: PartialDate | None = None
    until: PartialDate | None = None
    anaphoric: bool = False  # the post is "his post", or only known from elsewhere in the article
    pronoun: bool = False  # the person is a pronoun
    certain_date: bool = False
