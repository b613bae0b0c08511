"""A redaction reaches the views: no answer from its position on holds the words, and none that is kept still counts."""

from pathlib import Path

from events.envelope import Recorded
from events.queries import queries
from events.redaction import carry_out
from projections.connection import Connection, Source

_SQL = queries(Path(__file__).parent / "sql" / "redaction.sql")


async def withhold(connection: Connection, recorded: Recorded) -> None:
    """Deletes the texts, should they still be there, and touches every post that the article speaks of.

    In the transaction that moves the watermark: an answer that shows everything up to here was made without them,
    and one that was made with them is older than the touch, so that a cache neither keeps nor takes it.
    """
    await carry_out(connection, recorded.position)
    await connection.execute(_SQL["touch_posts"], recorded.stream, recorded.position)


async def posts_of_article(source: Source, article: str) -> list[str]:
    """The posts that any claim of the article was ever about."""
    return [row["post"] for row in await source.fetch(_SQL["posts_of_article"], article)]
