"""Looks for some words wherever the service may have put them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
from redis import Redis


async def columns_with(connection: asyncpg.Connection, words: str) -> list[str]:
    """Every table.column, of any type, in which the words stand in some row; bytes are looked through too."""
    rows = await connection.fetch(
        "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns AS c"
        " JOIN information_schema.tables AS t USING (table_schema, table_name)"
        " WHERE t.table_type = 'BASE TABLE' AND c.table_schema = 'public' ORDER BY 1, 2"
    )
    assert len(rows) > 100, "these are the columns of the service's tables"
    found = []
    for table, column, type_ in rows:
        where = (
            f"position($1::bytea IN {column}) > 0" if type_ == "bytea" else f"strpos({column}::text, $1) > 0"
        )
        value = words.encode() if type_ == "bytea" else words
        if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table} WHERE {where})", value):
            found.append(f"{table}.{column}")
    return found


async def written_folder(connection: asyncpg.Connection) -> Path:
    """The server's folder, on whose disk everything stands that was committed so far."""
    await connection.execute("CHECKPOINT")
    return Path(await connection.fetchval("SHOW data_directory"))


def files_with(folder: Path, words: str) -> list[str]:
    """The files of the server's tables and indexes, of all databases, in which the words stand."""
    search = ("grep", "--recursive", "--files-with-matches", "--fixed-strings", words, folder / "base")
    found = subprocess.run(search, capture_output=True, text=True, check=False)
    return sorted(found.stdout.split())  # it complains of files that went away meanwhile


def keys_with(redis: Redis, words: str) -> list[str]:
    """Every key of the Redis database in which the words stand, or whose name has them."""
    return [
        key.decode()
        for key in redis.scan_iter(count=1000)
        if any(words.encode() in part for part in (key, *_parts(redis, key)))
    ]


def _parts(redis: Redis, key: bytes) -> Iterator[bytes]:
    found: Any  # what a command gives depends on its name
    match redis.type(key):
        case b"string":
            found = [redis.get(key) or b""]
        case b"hash":
            found = [part for pair in redis.hgetall(key).items() for part in pair]
        case b"list":
            found = redis.lrange(key, 0, -1)
        case b"set":
            found = redis.smembers(key)
        case b"zset":
            found = redis.zrange(key, 0, -1)
        case b"none":
            found = []  # it expired meanwhile
        case other:
            raise AssertionError(f"a key of the type {other!r}, which nobody looks through yet")
    yield from found
