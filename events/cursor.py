"""How far a follower of the log has come, kept over restarts."""

import asyncpg


class Cursor:
    """A named position in the database. It only moves forward, so two followers of one name do no harm."""

    def __init__(self, pool: asyncpg.Pool, name: str) -> None:
        self._pool = pool
        self._name = name

    async def position(self) -> int:
        """The position up to which everything has been dealt with; 0 at first."""
        position = await self._pool.fetchval("SELECT position FROM cursor WHERE name = $1", self._name)
        return int(position or 0)

    async def advance(self, position: int) -> None:
        await self._pool.execute("SELECT cursor_advance($1, $2)", self._name, position)
