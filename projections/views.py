"""What the read side answers. Each answer shows everything up to some position of the log, and nothing beyond."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import asyncpg

from events.catalogue import ContentRef, ReviewState
from events.log import Log
from events.queries import queries
from projections.answering.answers import (
    ArticleAnswer,
    BoardRow,
    OrganizationHolders,
    PersonAnswer,
    PersonHoldings,
    PostMatch,
    TimelineAnswer,
    TimelineOn,
    WhoMatch,
)
from projections.answering.belief import BeliefDiff, belief_diff
from projections.answering.board import Place as BoardPlace
from projections.answering.board import board_on
from projections.answering.editing import (
    ClaimAnswer,
    Placed,
    SettingsAnswer,
    claim_of,
    named,
    placed,
    settings_answer,
)
from projections.answering.holders import Asked, Known, holders
from projections.answering.holdings import organization_holders, person_holdings
from projections.answering.impacts import Impact, impact_of_article, impact_of_change
from projections.answering.listing import (
    ClaimFilter,
    ClaimPlace,
    ListedMembership,
    MembershipFilter,
    MembershipPlace,
    list_claims,
    list_memberships,
    names_of,
    organizations_called,
)
from projections.answering.quoting import post_summary, quoted_claims
from projections.answering.search import MatchPlace, nearest_posts, which_post
from projections.answering.tenures import person_of, timeline_of, timeline_on
from projections.answering.told import posts_concerned_by, told_before, told_behind
from projections.identity import merged
from projections.model import Change, ChangeId, HoldersAnswer, PostSummary, QuotedClaim, Told
from projections.together import Together
from projections.watermark import Watermark

_HERE = Path(__file__).parent / "sql"
_SQL = queries(_HERE / "views.sql")
_TOUCHED = queries(_HERE / "cache.sql")["touched"]
_CLAIMS_OF_ARTICLE = queries(_HERE / "holders.sql")["claims_of_article"]


class Views:
    """The views over Postgres. One per process and pool; safe for any number of tasks.

    It keeps one of the pool's connections for listening, from the first wait on until `close`.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        log: Log,
        watermark: Watermark | None = None,
        looking: asyncpg.Pool | None = None,
    ) -> None:
        """`looking`: connections for the question that is asked most (`plan_by_index`), where it is worth some."""
        self._pool = pool
        self._looking = looking or pool
        self._log = log
        self._watermark = watermark or Watermark(pool)
        self._asking: Together[Asked, Known | None] = Together(partial(holders, self._looking))
        self._instants: Together[datetime, int] = Together(log.positions_at)

    async def holders(
        self, post: str, as_of: date | None = None, at_position: int | None = None
    ) -> HoldersAnswer | None:
        """Who holds the post on a day (None: the last one turned), as known at a position (None: now).

        None where no such post was known then.
        """
        known = await self.known_holders(post, as_of, at_position)
        return known.answer if known else None

    async def known_holders(
        self, post: str, as_of: date | None = None, at_position: int | None = None
    ) -> Known | None:
        """The same, with the position up to which it shows everything: for a cache."""
        return await self._asking.ask(Asked(post, as_of, at_position))

    async def timeline(self, post: str, at_position: int | None = None) -> TimelineAnswer | None:
        """All memberships of the post with names and claims; None where no such post was known then."""
        return await timeline_of(self._pool, post, at_position)

    async def timeline_on(
        self, post: str, as_of: date | None = None, at_position: int | None = None
    ) -> TimelineOn | None:
        """The same for a picture: with what is said of a day, and the vacancies by then."""
        return await timeline_on(self._pool, post, as_of, at_position)

    async def person(self, person: str, at_position: int | None = None) -> PersonAnswer | None:
        """The person and all their memberships; None where no such person was known then."""
        return await person_of(self._pool, person, at_position)

    async def merged_into(self, persons: Sequence[str]) -> dict[str, str]:
        """Of some persons those who are merged into another now, and into whom."""
        return await merged(self._pool, persons)

    async def person_holdings(
        self, person: str, as_of: date | None = None, at_position: int | None = None
    ) -> PersonHoldings | None:
        """What the person holds on a day; None where no such person was known then."""
        return await person_holdings(self._pool, person, as_of, at_position)

    async def organization_holders(
        self,
        organization: str,
        as_of: date | None = None,
        at_position: int | None = None,
        after: str = "",
        limit: int = 100,
    ) -> OrganizationHolders | None:
        """Who holds the posts of the organization on a day; None where it was not known then."""
        return await organization_holders(self._pool, organization, as_of, at_position, after, limit)

    async def belief_diff(self, post: str, before: int, after: int) -> BeliefDiff | None:
        """What changed in our belief about the post between two positions; None where it was unknown at the later."""
        return await belief_diff(self._pool, post, before, after)

    async def post(self, post: str) -> PostSummary | None:
        row = await self._pool.fetchrow(_SQL["post"], post)
        return post_summary(row) if row else None

    async def posts(
        self,
        query: str = "",
        organization: str | None = None,
        limit: int = 20,
        after: MatchPlace | None = None,
    ) -> list[PostMatch]:
        """At most `limit` posts behind a place that the words may mean, with scores, the best first; 1 is a post's
        own wording. `organization`: an id, or words.
        """
        return await nearest_posts(self._pool, query, organization, limit, after)

    async def who(self, post: str, organization: str | None = None, limit: int = 10) -> WhoMatch:
        """The post that the words mean, or candidates where they leave it open."""
        return await which_post(self._pool, post, organization, limit)

    async def changes(
        self, after: ChangeId | None = None, limit: int = 100, post: str | None = None
    ) -> list[Change]:
        """Changes behind a change id, in order, never cut inside an event's: there may be a few more than `limit`.

        Never beyond the watermark, so what was read once is never preceded by something new.
        """
        told = await self.told_behind(after or (0, 0), limit, None if post is None else [post])
        return [each.change for each in told]

    async def told_behind(
        self, after: ChangeId, limit: int, posts: Sequence[str] | None = None
    ) -> list[Told]:
        """The same with what a feed needs beside each; of some posts, or None: of any."""
        return await told_behind(self._pool, after, limit, posts)

    async def told_before(self, before: ChangeId, limit: int, posts: Sequence[str]) -> list[Told]:
        """At most `limit` Changes of some posts before a change id, the newest first."""
        return await told_before(self._pool, before, limit, posts)

    async def posts_concerned_by(self, persons: Sequence[str], organizations: Sequence[str]) -> set[str]:
        """The posts among whose Changes are all those about a person, and all of an organization's."""
        return await posts_concerned_by(self._pool, persons, organizations)

    async def article(self, article: str, *, sealed: bool = False) -> ArticleAnswer | None:
        """The article's current version; one that is sealed or withheld only with `sealed`."""
        row = await self._pool.fetchrow(_SQL["article"], article, sealed)
        if row is None:
            return None
        same = {name: row[name] for name in ArticleAnswer.__struct_fields__ if name != "text"}
        text = ContentRef(
            hash=row["text_hash"].hex(), media_type=row["text_media_type"], length=row["text_length"]
        )
        return ArticleAnswer(**same, text=text)

    async def embargoes_over(self, instant: datetime) -> list[tuple[str, int]]:
        """Article and version of what is sealed although its embargo is over by then. For the clock."""
        rows = await self._pool.fetch(_SQL["embargoes_over"], instant)
        return [(row["article"], row["version"]) for row in rows]

    async def article_of_uri(self, uri: str, *, sealed: bool = False) -> ArticleAnswer | None:
        """The article that stands under a URI."""
        digest = sha256(uri.encode()).digest()
        article = await self._pool.fetchval(_SQL["article_of_uri"], digest)
        return await self.article(article, sealed=sealed) if article else None

    async def claims_of_article(self, article: str) -> list[QuotedClaim]:
        """The claims of the article's newest reading, with quotes, in the order in which they were read.

        Those of an older version that the newer one no longer has are there too, as withdrawn, once they are.
        """
        position = await self.watermark()
        rows = await self._pool.fetch(_CLAIMS_OF_ARTICLE, article, position)
        ids = [row["id"] for row in rows]
        (claims,) = await quoted_claims(self._pool, [ids], position, most=len(ids))
        return sorted(claims, key=lambda claim: ids.index(claim.id))

    async def impact_of_article(self, article: str) -> Impact:
        """What stored articles say of the posts that this one speaks of, and is not so any more."""
        return await impact_of_article(self._pool, article)

    async def impact_of_change(self, change: ChangeId) -> Impact | None:
        """The same of the persons whom a Change is about; None where there is no such Change."""
        return await impact_of_change(self._pool, *change)

    async def memberships(
        self,
        wanted: MembershipFilter,
        after: MembershipPlace,
        limit: int,
        position: int,
        *,
        with_claims: bool = False,
        with_names: bool = False,
    ) -> tuple[list[ListedMembership], MembershipPlace | None]:
        """Memberships as known at a position, in the order in which they were opened, and the last one's place."""
        return await list_memberships(
            self._pool, wanted, after, limit, position, with_claims=with_claims, with_names=with_names
        )

    async def claims(
        self,
        state: ReviewState,
        wanted: ClaimFilter,
        after: ClaimPlace,
        limit: int,
        position: int | None = None,
    ) -> tuple[list[QuotedClaim], ClaimPlace | None]:
        """Claims in a state behind a place, in the order in which they came into it, and the last one's place."""
        return await list_claims(self._pool, state, wanted, after, limit, position)

    async def organizations_called(self, words: str) -> list[str]:
        """The organizations, countries among them, that go by a name."""
        return await organizations_called(self._pool, words)

    async def names_of(self, persons: Sequence[str], position: int) -> Mapping[str, tuple[str, ...]]:
        """Every spelling of some persons' names as known at a position."""
        return await names_of(self._pool, persons, position)

    async def claim(self, claim: str) -> ClaimAnswer | None:
        """The claim as it stands now, and the chain of corrections that it is part of."""
        return await claim_of(self._pool, claim)

    async def placed(self, claims: Sequence[str]) -> dict[str, Placed]:
        """On which streams some claims stand, and what they mean; unknown ones are left out."""
        return await placed(self._pool, claims)

    async def named(self, ids: Sequence[str]) -> dict[str, str]:
        """What persons, posts and organizations are called; unknown ids are left out."""
        return await named(self._pool, ids)

    async def settings(self, post: str) -> SettingsAnswer | None:
        """How the post is set now."""
        return await settings_answer(self._pool, post)

    async def touched(self, after: int, limit: int) -> tuple[int, int, list[tuple[str, int]]]:
        """The watermark, where the last day turned, and (post, position) of at most `limit` posts touched behind
        a position: all of one moment. For a follower such as the cache."""
        rows = await self._pool.fetch(_TOUCHED, after, limit)
        pairs = [(row["post"], row["position"]) for row in rows if row["post"] is not None]
        return rows[0]["watermark"], rows[0]["day"], pairs

    async def board(
        self,
        as_of: date | None = None,
        limit: int = 1000,
        at_position: int | None = None,
        after: BoardPlace | None = None,
    ) -> tuple[list[BoardRow], BoardPlace | None]:
        """At most `limit` posts and their holders on a day, by organization and post; where to go on, if anywhere."""
        day = as_of or await self.last_day()
        return await board_on(self._pool, day, limit, at_position, after)

    async def last_day(self, zone: str = "UTC") -> date:
        """The last day that has turned, which is the default as_of; before the first, today's."""
        day = await self._pool.fetchval(_SQL["last_day"], zone)
        return day if isinstance(day, date) else datetime.now(UTC).date()

    async def position_at(self, instant: datetime) -> int:
        """The last position recorded at or before an instant; 0 where there is none."""
        return await self._instants.ask(instant)

    async def watermark(self) -> int:
        """The position up to which the views show everything."""
        return await self._watermark.now()

    async def wait_for(self, position: int, timeout: float) -> bool:  # noqa: ASYNC109 - an answer, not an error
        """Waits until the views show everything up to a position; False if that takes longer than `timeout` s."""
        return await self._watermark.reaches(position, timeout)

    async def close(self) -> None:
        """Gives the listening connection back."""
        await self._watermark.close()
