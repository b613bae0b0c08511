"""The Merkle tree over the leaves of the log, after RFC 9162 (section 2.1; its hashing is that of RFC 6962). Pure.

Entries are counted from 0 here, as in the RFC: the event at position p is entry p - 1. A complete subtree of 2^level
entries is a Node; those of the upper levels are kept, so that no proof ever reads the whole log.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

EMPTY = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: the entries [number * 2^level, (number + 1) * 2^level)."""

    level: int
    number: int


def entry_hash(entry: bytes) -> bytes:
    """The hash of a leaf of the tree; the entry is the `leaf` of an event."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """A tree that grows at its right edge and keeps only the complete subtrees there, at most one a level."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """`peaks`: the hashes of `peaks_of(size)`, in that order."""
        self.size = size
        self._peaks = [(node.level, hash_) for node, hash_ in zip(peaks_of(size), peaks, strict=True)]

    def append(self, hash_: bytes, level: int = 0) -> list[tuple[Node, bytes]]:
        """Adds an entry by its entry_hash, or a whole subtree of 2^level entries; gives the nodes that are complete
        now, the lowest first. The size must be a multiple of 2^level."""
        assert self.size % (1 << level) == 0
        self.size += 1 << level
        done = [(Node(level, (self.size >> level) - 1), hash_)]
        while self._peaks and self._peaks[-1][0] == level:
            hash_ = node_hash(self._peaks.pop()[1], hash_)
            level += 1
            done.append((Node(level, (self.size >> level) - 1), hash_))
        self._peaks.append((level, hash_))
        return done

    def root(self) -> bytes:
        """The tree's head over everything so far."""
        return _folded([hash_ for _, hash_ in self._peaks])


def peaks_of(size: int) -> list[Node]:
    """The complete subtrees that a tree of that size consists of, from left to right."""
    return cover(0, size)


def cover(start: int, end: int) -> list[Node]:
    """The complete subtrees of [start, end), the largest first; start must be a multiple of the largest."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def inclusion_ranges(entry: int, size: int) -> list[tuple[int, int]]:
    """The ranges of entries whose subtrees prove that an entry is in the tree, in the order of the proof (2.1.3.1).

    Raises ValueError for an entry that is not in the tree.
    """
    if not 0 <= entry < size:
        raise ValueError(f"entry {entry} is not in a tree of {size}")
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if entry < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(first: int, second: int) -> list[tuple[int, int]]:
    """The ranges whose subtrees prove that the tree of `first` entries is how that of `second` began (2.1.4.1).

    Raises ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError(f"a tree of {first} entries is no beginning of one of {second}")
    start, end, known = 0, second, True
    path = []
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, known = middle, False
    return ([] if known else [(start, end)]) + path[::-1]


def range_root(start: int, end: int, hash_of: Callable[[Node], bytes]) -> bytes:
    """The hash of a subtree, complete or not, from its complete parts."""
    return _folded([hash_of(node) for node in cover(start, end)])


def root_of_inclusion(entry: int, size: int, hash_: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that the proof leads to (2.1.3.2); None where it has another length than such a proof has."""
    if not 0 <= entry < size:
        return None
    number, last = entry, size - 1
    for sibling in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            hash_ = node_hash(sibling, hash_)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, sibling)
        number, last = number >> 1, last >> 1
    return hash_ if last == 0 else None


def is_consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the first tree is how the second began (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    hashes = list(path)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    if not hashes:
        return False
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)


def subtree(hashes: Sequence[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """The levels of a complete subtree over 2^k entry hashes: level and the hashes there, from the entries up."""
    level, row = 0, list(hashes)
    assert len(row) & (len(row) - 1) == 0
    while row:
        yield level, row
        level, row = level + 1, [node_hash(*row[i : i + 2]) for i in range(0, len(row) - 1, 2)]


def _split(length: int) -> int:
    """The largest power of two below the length."""
    return 1 << ((length - 1).bit_length() - 1)


def _folded(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root
