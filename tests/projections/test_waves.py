"""Events that go together touch nothing in common, and whatever does keeps its order."""

import uuid
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from events.catalogue import (
    AnyEvent,
    ArticleRead,
    ArticleReceived,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    ContentRef,
    DayTurned,
    Decision,
    PersonCreated,
    PostOpened,
    Resolution,
)
from events.envelope import Recorded
from events.ids import event_id
from projections.waves import claims_of, waves

TEXT = ContentRef(hash="00" * 32, media_type="text/plain", length=1)
claims = st.integers(0, 8).map("claim-{}".format)
posts = st.integers(0, 5).map("post-{}".format)
articles = st.integers(0, 8).map("article-{}".format)
several = st.lists(claims, min_size=1, max_size=3, unique=True)

happenings: st.SearchStrategy[tuple[str, AnyEvent]] = st.one_of(
    st.tuples(
        articles,
        st.builds(
            ArticleReceived, version=st.just(1), uri=articles, publisher=st.just("publisher-1"), text=st.just(TEXT),
            original=st.just(TEXT), title_length=st.just(0),
        ),
    ),
    st.tuples(
        articles,
        several.map(
            lambda ids: ArticleRead(
                version=1,
                extractor="test/1",
                claims=tuple(Claim(id=each, kind="in", person="A", post="b") for each in ids),
            )
        ),
    ),
    st.tuples(
        articles,
        st.builds(
            lambda ids, post: ClaimsResolved(
                resolutions=tuple(Resolution(claim=each, person="person-1", post=post) for each in ids)
            ),
            several,
            st.none() | posts,
        ),
    ),
    st.tuples(
        articles,
        several.map(
            lambda ids: ClaimsDecided(
                decisions=tuple(Decision(claim=each, state="accepted", rule="test") for each in ids)
            )
        ),
    ),
    st.tuples(posts, st.just(PostOpened(label="mayor"))),
    st.tuples(st.just("person-1"), st.just(PersonCreated(name="Ada Quist"))),
    st.tuples(st.just("clock-utc"), st.just(DayTurned(day="2024-01-01"))),
)  # fmt: skip


def recorded_at(position: int, stream: str, event: AnyEvent) -> Recorded:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    return Recorded(position, stream, 1, event_id(), at, "desk", None, uuid.uuid4(), event)


logs = st.lists(happenings, max_size=30).map(
    lambda happened: [recorded_at(position, *each) for position, each in enumerate(happened, start=1)]
)
stored = st.lists(st.tuples(claims, posts), max_size=6)


def touched(recorded: Recorded, meant: list[tuple[str, str]]) -> set[str]:
    """What the event is about: its stream, its claims, and every post that they mean or may come to mean."""
    named = set(claims_of(recorded.event))
    uri = {recorded.event.uri} if isinstance(recorded.event, ArticleReceived) else set()
    return {recorded.stream, *uri, *named, *(post for claim, post in meant if claim in named)}


@given(logs, stored)
def test_what_touches_anything_in_common_is_in_waves_in_its_order(
    log: list[Recorded], meant: list[tuple[str, str]]
) -> None:
    found = waves(log, meant)

    for recorded in log:
        if isinstance(recorded.event, ClaimsResolved):
            meant = [*meant, *((each.claim, each.post) for each in recorded.event.resolutions if each.post)]
    place = {recorded.position: number for number, wave in enumerate(found) for recorded in wave}
    assert sorted(place) == [recorded.position for recorded in log]
    for recorded in log:
        for later in log[recorded.position :]:
            alone = isinstance(recorded.event, DayTurned) or isinstance(later.event, DayTurned)
            if alone or touched(recorded, meant) & touched(later, meant):
                assert place[recorded.position] < place[later.position]


def test_articles_about_different_posts_go_together() -> None:
    decided = [Decision(claim=f"claim-{number}", state="accepted", rule="test") for number in range(1, 6)]
    log = [
        recorded_at(number, f"article-{number}", ClaimsDecided(decisions=(decision,)))
        for number, decision in enumerate(decided, start=1)
    ]

    found = waves(log, [(f"claim-{number}", f"post-{number % 4}") for number in range(1, 6)])

    assert [[each.position for each in wave] for wave in found] == [[1, 2, 3, 4], [5]]
