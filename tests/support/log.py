"""Looking at the log from outside: everything that must hold of its rows, whatever happened to their writers."""

import asyncpg

from events.chain import GENESIS, leaf, link, payload_hash

_ENVELOPES = """
SELECT position, stream, version, id, type, schema_version, recorded_at, actor, cause, correlation,
       salt, payload, payload_hash, leaf, chain
FROM event
ORDER BY position
"""


async def recomputed(admin: asyncpg.Connection) -> int:
    """Asserts that positions and versions are gapless, recorded_at never falls, leaf and chain are what the rows
    make of them. Gives the last position."""
    position, chain, instant = 0, GENESIS, None
    versions: dict[str, int] = {}
    async with admin.transaction(isolation="repeatable_read", readonly=True):
        async for row in admin.cursor(_ENVELOPES, prefetch=2_000):
            position += 1
            assert row["position"] == position, f"position {position} is missing"
            versions[row["stream"]] = versions.get(row["stream"], 0) + 1
            assert row["version"] == versions[row["stream"]], f"{row['stream']} has a gap at {position}"
            assert instant is None or row["recorded_at"] >= instant, f"the clock fell at {position}"
            instant = row["recorded_at"]
            hashed = row["payload_hash"] or payload_hash(row["salt"], row["payload"])
            made = leaf(
                position=position,
                stream=row["stream"],
                version=row["version"],
                id=row["id"],
                type=row["type"],
                schema_version=row["schema_version"],
                recorded_at=instant,
                actor=row["actor"],
                cause=row["cause"],
                correlation=row["correlation"],
                payload_hash=hashed,
            )
            assert row["leaf"] == made, f"the leaf at {position} is another"
            chain = link(chain, made)
            assert row["chain"] == chain, f"the chain breaks at {position}"
    return position
