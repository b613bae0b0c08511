"""A story at random: events about a few posts, applied one after the other as the projector does, without a log."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import asyncpg

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    ClaimsStated,
    ClaimsSubmitted,
    ContentRef,
    DayTurned,
    Decision,
    Event,
    PostConfigured,
    PostOpened,
    PostVacancyDeclared,
    PostVacancyWithdrawn,
    Resolution,
    StatedClaim,
)
from events.dates import PartialDate
from events.envelope import Recorded
from events.ids import event_id
from projections.applying import apply
from projections.state import initial

FIRST = date(2020, 1, 1)
TEXT = ContentRef(hash="00" * 32, media_type="text/plain", length=1)
POSTS: tuple[dict[str, Any], ...] = (
    {"seats": 1, "seats_basis": "editor", "fresh_for": 60},
    {"seats": 1, "fresh_for": 200},
    {"seats": None, "fresh_for": 60},
    {"seats": 3, "fresh_for": 700},
)


class Story:
    """Events at positions of their own, each applied before the next."""

    def __init__(self, connection: asyncpg.Connection, randomness: Random, persons: int) -> None:
        self._connection = connection
        self._random = randomness
        self.posts = [f"post-{number}" for number in range(len(POSTS))]
        self._persons = [f"person-{number:02}" for number in range(persons)]
        self._claims: list[Claim] = []  # of articles and editors
        self._stated: list[StatedClaim] = []
        self._vacancies: list[tuple[str, str]] = []
        self._articles = 0
        self.position = 0
        self.told: list[Recorded] = []  # what was applied
        self.state = initial()

    def openings(self) -> Sequence[tuple[str, Event]]:
        opened = [(post, PostOpened(label=post, **of)) for post, of in zip(self.posts, POSTS, strict=True)]
        return [*opened, ("clock-utc", DayTurned(day=str(FIRST + timedelta(days=400))))]

    def next(self) -> list[tuple[str, Event]]:
        """What happens next: one thing, told by one or several events."""
        acts = (
            self._article,
            self._mention,
            self._decision,
            self._resolution,
            self._import,
            self._setting,
            self._day,
        )
        return self._random.choices(acts, (8, 8, 6, 2, 2, 1, 2))[0]()

    async def apply(self, stream: str, event: Event) -> Recorded:
        self.position += 1
        recorded = Recorded(
            position=self.position, stream=stream, version=1, id=event_id(), actor="desk", cause=None,
            recorded_at=datetime(2024, 1, 1, tzinfo=UTC), correlation=uuid.uuid4(), event=event,  # type: ignore[arg-type] # as from the log
        )  # fmt: skip
        async with self._connection.transaction():
            self.state = await apply(self._connection, [recorded], self.state, quietly=True)
        self.told.append(recorded)
        return recorded

    def _article(self) -> list[tuple[str, Event]]:
        article = self._next_article()
        claims = [self._claim() for _ in range(self._random.randrange(1, 5))]
        return self._told(article, claims, self._some_day())

    def _mention(self) -> list[tuple[str, Event]]:
        """One more report that somebody holds a post, late in the story more often than early."""
        article = self._next_article()
        claim = self._claim("holds")
        return self._told(article, [claim], max(self._some_day(), self._some_day()))

    def _told(self, article: str, claims: list[Claim], published: date) -> list[tuple[str, Event]]:
        received = ArticleReceived(
            version=1, uri=article, publisher=f"publisher-{self._random.randrange(2)}", text=TEXT, original=TEXT,
            title_length=0, published=str(published) if self._random.random() < 0.95 else None,
        )  # fmt: skip
        self._claims += claims
        return [
            (article, received),
            (article, ArticleRead(version=1, extractor="test/1", claims=tuple(claims))),
            (article, ClaimsResolved(resolutions=tuple(self._resolved(each) for each in claims))),
            (article, ClaimsDecided(decisions=tuple(self._decided(each, "accepted") for each in claims))),
        ]

    def _decision(self) -> list[tuple[str, Event]]:
        if not self._claims:
            return []
        some = self._random.sample(self._claims, min(len(self._claims), self._random.randrange(1, 4)))
        state = self._random.choice(("withdrawn", "accepted", "accepted", "rejected"))
        if self._random.random() < 0.3:
            new = self._claim()
            self._claims.append(new)
            submitted = ClaimsSubmitted(claims=(new,), said_on=str(self._some_day()))
            resolutions = ClaimsResolved(resolutions=(self._resolved(new),))
            return [
                ("post-0", submitted),
                ("post-0", resolutions),
                (
                    "post-0",
                    ClaimsDecided(decisions=(self._decided(new, "accepted"), self._decided(some[0], state))),
                ),
            ]
        return [("post-0", ClaimsDecided(decisions=tuple(self._decided(each, state) for each in some)))]

    def _resolution(self) -> list[tuple[str, Event]]:
        if not self._claims:
            return []
        return [("post-0", ClaimsResolved(resolutions=(self._resolved(self._random.choice(self._claims)),)))]

    def _import(self) -> list[tuple[str, Event]]:
        new = [
            StatedClaim(claim=self._claim("holds", on_leave=self._random.random() < 0.3), record="r",
                        person=self._random.choice(self._persons), post=self._random.choice(self.posts))
            for _ in range(self._random.randrange(3))
        ]  # fmt: skip
        known = [each.claim.id for each in self._random.sample(self._stated, min(len(self._stated), 3))]
        self._stated += new
        return [
            (
                "source-1",
                ClaimsStated(
                    as_of=str(self._some_day()), publisher="publisher-0", claims=tuple(new),
                    withdrawn=tuple(known[:1]), attested=tuple(known[1:]),
                ),
            )
        ]  # fmt: skip

    def _setting(self) -> list[tuple[str, Event]]:
        post, since = self._random.choice(self.posts), str(self._some_day())
        if self._vacancies and self._random.random() < 0.5:
            gone = self._vacancies.pop(self._random.randrange(len(self._vacancies)))
            return [(gone[0], PostVacancyWithdrawn(since=gone[1]))]
        if self._random.random() < 0.5:
            self._vacancies.append((post, since))
            return [(post, PostVacancyDeclared(since=since))]
        return [
            (post, PostConfigured(seats=self._random.choice((None, 1, 1, 2)))),
            (post, PostConfigured(fresh_for=self._random.choice((20, 60, 700)))),
        ]

    def _day(self) -> list[tuple[str, Event]]:
        last = self.state.days["UTC"]
        return [("clock-utc", DayTurned(day=str(last + timedelta(days=self._random.choice((1, 1, 7, 40))))))]

    def _claim(self, kind: str | None = None, *, on_leave: bool = False) -> Claim:
        chance = self._random
        kind = kind or chance.choice(("in", "in", "out", "out", "holds", "held", "elected", "nominated"))
        dated = chance.random() < 0.6
        ranged = (kind in ("holds", "held") and chance.random() < 0.3) or on_leave
        return Claim(
            id=f"claim-{chance.randrange(10**9):09}", person="A", post="b",
            kind=kind,  # type: ignore[arg-type] # one of the above
            capacity=chance.choice(("substantive", "substantive", "substantive", "acting")),
            date=self._partial() if dated and kind in ("in", "out", "elected", "nominated") else None,
            start=self._partial() if ranged and chance.random() < 0.8 else None,
            end=self._partial() if ranged and chance.random() < 0.5 else None,
            background=chance.random() < 0.2, official=chance.random() < 0.2, on_leave=on_leave,
            quote=None,
        )  # fmt: skip

    def _resolved(self, claim: Claim) -> Resolution:
        person = self._random.choice(self._persons) if self._random.random() < 0.97 else None
        return Resolution(claim=claim.id, person=person, post=self._random.choice(self.posts), basis="exact")

    def _decided(self, claim: Claim, state: Any) -> Decision:
        by = "editor" if self._random.random() < 0.1 else "machine"
        return Decision(claim=claim.id, state=state, rule="test", checked_by=by)  # type: ignore[arg-type] # as above

    def _next_article(self) -> str:
        self._articles += 1
        return f"article-{self._articles}"

    def _some_day(self) -> date:
        return FIRST + timedelta(days=self._random.randrange(0, 700, 7))

    def _partial(self) -> PartialDate:
        day = self._some_day()
        form = self._random.choice(("%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m", "%Y"))
        return PartialDate.parse(day.strftime(form))
