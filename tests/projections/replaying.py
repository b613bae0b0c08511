"""A replay of the log in plain Python, without any table: what the stored rows are held against."""

from collections.abc import Iterable
from datetime import date

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    DayTurned,
    Decision,
    FoldReleased,
    PostOpened,
    Resolution,
)
from events.envelope import Recorded
from projections.fold.occupancy import DayView
from projections.fold.rules import rules_of
from projections.model import FoldClaim, Membership
from projections.settings import opened_with


class Replayed:
    """What the events told so far amount to, folded anew at each question by the rules in force."""

    def __init__(self) -> None:
        self.rules = rules_of(1)
        self.posts: dict[str, PostOpened] = {}
        self.day: date | None = None
        self._received: dict[tuple[str, int], ArticleReceived] = {}
        self._claims: dict[str, tuple[str, int, Claim]] = {}
        self._meant: dict[str, Resolution] = {}
        self._decided: dict[str, Decision] = {}

    def add(self, events: Iterable[Recorded]) -> None:
        for recorded in events:
            match recorded.event:
                case PostOpened() as opened:
                    self.posts[recorded.stream] = opened
                case DayTurned(day=day):
                    self.day = max(self.day or date.min, date.fromisoformat(day))
                case FoldReleased(version=version):
                    self.rules = rules_of(version)
                case ArticleReceived() as received:
                    self._received[recorded.stream, received.version] = received
                case ArticleRead() as read:
                    for claim in read.claims:
                        self._claims[claim.id] = (recorded.stream, read.version, claim)
                case ClaimsResolved(resolutions=resolutions):
                    self._meant.update((each.claim, each) for each in resolutions)
                case ClaimsDecided(decisions=decisions):
                    self._decided.update((each.claim, each) for each in decisions)
                case _:
                    pass

    def timeline(self, post: str) -> tuple[Membership, ...]:
        own = (claim for claim, meant in self._meant.items() if meant.post == post and meant.person)
        accepted = [claim for claim in own if (made := self._decided.get(claim)) and made.state == "accepted"]
        return self.rules.timeline(map(self._fold_claim, accepted), opened_with(post, self.posts[post]))

    def on_day(self, post: str, day: date) -> DayView:
        return self.rules.on_day(self.timeline(post), opened_with(post, self.posts[post]), day)

    def _fold_claim(self, id_: str) -> FoldClaim:
        article, version, claim = self._claims[id_]
        received, person = self._received[article, version], self._meant[id_].person
        assert person is not None
        assert received.published is not None
        return FoldClaim(
            id=id_,
            article=article,
            kind=claim.kind,
            person=person,
            capacity=claim.capacity,
            date=claim.date,
            start=claim.start,
            end=claim.end,
            reason=claim.reason,
            modality=claim.modality,
            background=claim.background,
            official=claim.official,
            origin=received.credit or received.publisher,
            published=date.fromisoformat(received.published),
            checked_by=self._decided[id_].checked_by,
        )
