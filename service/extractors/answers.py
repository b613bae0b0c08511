"""What an endpoint answered before, and what was spent on it: tables, shared by all workers."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from events.queries import queries

_SQL = queries(Path(__file__).parent.parent / "sql" / "extraction.sql")


class Answers:
    """Answers by what was asked. Each remembers the articles that it was for, so that a redaction finds it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of(self, question: bytes, prompt: str, article: str) -> bytes | None:
        """The answer to the very same question (text, date and model) in this version of the prompt."""
        answer: bytes | None = await self._pool.fetchval(_SQL["answer_of"], _id(question, prompt), article)
        return answer

    async def keep(self, question: bytes, prompt: str, article: str, answer: bytes) -> None:
        """Keeps an answer, unless the article was redacted meanwhile."""
        await self._pool.execute(_SQL["keep_answer"], _id(question, prompt), article, answer)


class Spending:
    """Tokens by day, in UTC."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def today(self) -> int:
        return int(await self._pool.fetchval(_SQL["spent"], datetime.now(UTC).date()))

    async def add(self, tokens: int) -> None:
        await self._pool.execute(_SQL["spend"], datetime.now(UTC).date(), tokens)


async def forget_answers(pool: asyncpg.Pool, article: str) -> None:
    """Takes away what was answered about an article: it quotes the text."""
    await pool.execute(_SQL["forget_answers"], article)


def _id(question: bytes, prompt: str) -> bytes:
    return hashlib.sha256(prompt.encode() + b"\0" + question).digest()
