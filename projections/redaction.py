"""A redaction reaches the views: no answer from its position on holds the words, and none that is kept still counts."""

from pathlib import Path

from events.copies import forget
from events.envelope import Recorded
from events.queries import queries
from events.redaction import Source, carry_out, reach_of
from projections.connection import Connection

_SQL = queries(Path(__file__).parent / "sql" / "redaction.sql")


async def withhold(connection: Connection, recorded: Recorded) -> None:
    """Deletes the texts, should they still be there, and touches every post whose answer may have shown them.

    In the transaction that moves the watermark: an answer that shows everything up to here was made without them,
    and one that was made with them is older than the touch, so that a cache neither keeps nor takes it.
    """
    await carry_out(connection, recorded.position)
    await forget(connection, recorded.stream)
    posts = await posts_concerned(connection, recorded.stream)
    await connection.execute(_SQL["touch_posts"], posts, recorded.position)


async def posts_concerned(source: Source, stream: str) -> list[str]:
    """The posts that any claim of the stream was ever about, and the one whose stream it is."""
    reach = await reach_of(source, stream)
    rows = await source.fetch(_SQL["posts_of_claims"], list(reach.claims), stream)
    return [row["post"] for row in rows]
