"""Makes proofs from the log: a bounded number of rows each, whatever the log's length."""

from collections.abc import Callable
from pathlib import Path

import asyncpg

from events.checkpoint import Checkpoint
from events.checkpointing import KEPT_LEVEL, checkpoint_at, kept_nodes, leaves_of, newest_checkpoint
from events.merkle import Node, consistency_ranges, cover, entry_hash, inclusion_ranges, range_root, subtree
from events.proof import Consistency, Envelope, Inclusion, ProofError
from events.queries import queries

_SQL = queries(Path(__file__).parent / "sql" / "checkpoints.sql")


async def prove(pool: asyncpg.Pool, position: int) -> Inclusion:
    """That the event is in the log of the newest checkpoint. Raises ProofError where none covers it yet."""
    row = await pool.fetchrow(_SQL["envelope"], position)
    if row is None:
        raise ProofError(f"the log has no event at position {position}")
    checkpoint = await newest_checkpoint(pool, covering=position)
    if checkpoint is None:
        raise ProofError(
            f"no checkpoint covers position {position} yet; a service with a checkpoint key makes one within seconds"
        )
    path = await _path(pool, inclusion_ranges(position - 1, checkpoint.size), checkpoint.size)
    envelope = Envelope(**{name: row[name] for name in Envelope.__struct_fields__})
    return Inclusion(event=envelope, path=path, checkpoint=checkpoint)


async def prove_consistency(pool: asyncpg.Pool, first: int, second: int) -> Consistency:
    """That the log of the checkpoint of `first` events is how that of `second` began. Raises ProofError."""
    one, two = await _checkpoint(pool, first), await _checkpoint(pool, second)
    if first > second:
        one, two = two, one
    path = await _path(pool, consistency_ranges(one.size, two.size), two.size)
    return Consistency(first=one, second=two, path=path)


async def _checkpoint(pool: asyncpg.Pool, size: int) -> Checkpoint:
    found = await checkpoint_at(pool, size)
    if found is None:
        raise ProofError(f"there is no checkpoint of {size} events; /v1/log/head gave the sizes there are")
    return found


async def _path(pool: asyncpg.Pool, ranges: list[tuple[int, int]], size: int) -> bytes:
    hash_of = await _hashes(pool, [node for start, end in ranges for node in cover(start, end)], size)
    return b"".join(range_root(start, end, hash_of) for start, end in ranges)


async def _hashes(pool: asyncpg.Pool, nodes: list[Node], size: int) -> Callable[[Node], bytes]:
    """The hashes of complete subtrees: the upper ones are kept, the lower ones come from at most two blocks."""
    found = await kept_nodes(pool, [node for node in nodes if node.level >= KEPT_LEVEL])
    lower = [node for node in nodes if node.level < KEPT_LEVEL]
    for block in {node.number >> (KEPT_LEVEL - node.level) for node in lower}:
        start = block << KEPT_LEVEL
        leaves = await leaves_of(pool, start, min(size, start + (1 << KEPT_LEVEL)))
        found |= _nodes_of(start, leaves)
    return found.__getitem__


def _nodes_of(start: int, leaves: list[bytes]) -> dict[Node, bytes]:
    """Every complete subtree within a block that starts at the entry `start`."""
    found: dict[Node, bytes] = {}
    for part in cover(start, start + len(leaves)):
        first = (part.number << part.level) - start
        for level, row in subtree([entry_hash(leaf) for leaf in leaves[first : first + (1 << part.level)]]):
            number = (start + first) >> level
            found.update((Node(level, number + i), hash_) for i, hash_ in enumerate(row))
    return found
