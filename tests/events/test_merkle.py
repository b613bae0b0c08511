"""The tree of RFC 9162, against its definition written down as it stands there."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.merkle import (
    EMPTY,
    Frontier,
    Node,
    consistency_ranges,
    entry_hash,
    inclusion_ranges,
    is_consistent,
    peaks_of,
    range_root,
    root_of_inclusion,
    subtree,
)

entries = st.lists(st.binary(max_size=6), max_size=200)


# The RFC's recursive definitions (2.1.1, 2.1.3.1, 2.1.4.1): slow, and hard to get wrong.
def mth(d: list[bytes]) -> bytes:
    if not d:
        return hashlib.sha256(b"").digest()
    if len(d) == 1:
        return hashlib.sha256(b"\x00" + d[0]).digest()
    k = largest_power(len(d))
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = largest_power(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = largest_power(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def largest_power(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def hashes(ranges: list[tuple[int, int]], d: list[bytes]) -> list[bytes]:
    def of(node: Node) -> bytes:
        return mth(d[node.number << node.level : (node.number + 1) << node.level])

    return [range_root(start, end, of) for start, end in ranges]


def test_the_empty_tree_and_a_tree_of_one() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY == mth([])
    frontier.append(entry_hash(b"x"))
    assert frontier.root() == mth([b"x"])


def test_the_known_roots_of_the_test_vectors_of_certificate_transparency() -> None:
    """The vectors that implementations of RFC 6962 share."""
    data = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    frontier = Frontier()
    for size, entry in enumerate(data, start=1):
        frontier.append(entry_hash(bytes.fromhex(entry)))
        if size in roots:
            assert frontier.root().hex() == roots[size]


@given(entries)
def test_a_growing_tree_has_the_root_of_the_definition(d: list[bytes]) -> None:
    frontier = Frontier()
    for entry in d:
        frontier.append(entry_hash(entry))
    assert (frontier.size, frontier.root()) == (len(d), mth(d))


@given(entries, st.integers(0, 200))
def test_a_tree_taken_up_again_from_its_peaks_grows_on_as_if_nothing_had_happened(
    d: list[bytes], cut: int
) -> None:
    cut = min(cut, len(d))
    kept = [mth(d[node.number << node.level : (node.number + 1) << node.level]) for node in peaks_of(cut)]
    frontier = Frontier(cut, kept)
    for entry in d[cut:]:
        frontier.append(entry_hash(entry))
    assert frontier.root() == mth(d)


@given(entries)
def test_every_node_that_is_told_as_complete_is_the_subtree_of_its_entries(d: list[bytes]) -> None:
    frontier = Frontier()
    told = [each for entry in d for each in frontier.append(entry_hash(entry))]
    assert len({node for node, _ in told}) == len(told) == sum(len(d) >> level for level in range(9))
    for node, hash_ in told:
        assert hash_ == mth(d[node.number << node.level : (node.number + 1) << node.level])


@given(st.lists(st.binary(max_size=3), min_size=32, max_size=64))
def test_whole_subtrees_may_be_added_at_once(d: list[bytes]) -> None:
    frontier = Frontier()
    for start in (0, 16):
        frontier.append(mth(d[start : start + 16]), 4)
    for entry in d[32:]:
        frontier.append(entry_hash(entry))
    assert frontier.root() == mth(d)


@given(st.integers(0, 7).flatmap(lambda k: st.lists(st.binary(max_size=3), min_size=2**k, max_size=2**k)))
def test_the_levels_of_a_complete_subtree(d: list[bytes]) -> None:
    for level, row in subtree([entry_hash(entry) for entry in d]):
        width = 1 << level
        assert row == [mth(d[i : i + width]) for i in range(0, len(d), width)]


@given(st.lists(st.binary(max_size=6), min_size=1, max_size=130), st.data())
def test_inclusion(d: list[bytes], data: st.DataObject) -> None:
    m = data.draw(st.integers(0, len(d) - 1))
    proof = hashes(inclusion_ranges(m, len(d)), d)
    assert proof == path(m, d)
    assert root_of_inclusion(m, len(d), entry_hash(d[m]), proof) == mth(d)


@given(st.lists(st.binary(max_size=6), min_size=2, max_size=130, unique=True), st.data())
def test_no_other_entry_place_or_path_passes(d: list[bytes], data: st.DataObject) -> None:
    m = data.draw(st.integers(0, len(d) - 1))
    other = data.draw(st.integers(0, len(d) - 1).filter(lambda n: n != m))
    proof, root = hashes(inclusion_ranges(m, len(d)), d), mth(d)
    bad = data.draw(st.integers(0, len(proof) - 1))
    altered = [*proof[:bad], bytes(32), *proof[bad + 1 :]]
    assert root_of_inclusion(m, len(d), entry_hash(d[other]), proof) != root
    assert root_of_inclusion(other, len(d), entry_hash(d[m]), proof) != root
    assert root_of_inclusion(m, len(d), entry_hash(d[m]), altered) != root
    assert root_of_inclusion(m, len(d), entry_hash(d[m]), proof[:-1]) is None
    assert root_of_inclusion(m, len(d), entry_hash(d[m]), [*proof, bytes(32)]) is None


@given(st.lists(st.binary(max_size=6), min_size=1, max_size=130), st.data())
def test_consistency(d: list[bytes], data: st.DataObject) -> None:
    m = data.draw(st.integers(1, len(d)))
    proof = hashes(consistency_ranges(m, len(d)), d)
    assert proof == subproof(m, d, True)
    assert is_consistent(m, len(d), mth(d[:m]), mth(d), proof)


@given(st.lists(st.binary(max_size=6), min_size=2, max_size=130), st.data())
def test_a_rewritten_past_is_not_consistent(d: list[bytes], data: st.DataObject) -> None:
    m = data.draw(st.integers(1, len(d) - 1))
    changed = data.draw(st.integers(0, m - 1))
    rewritten = [*d[:changed], d[changed] + b"x", *d[changed + 1 :]]
    proof = hashes(consistency_ranges(m, len(d)), rewritten)
    assert not is_consistent(m, len(d), mth(d[:m]), mth(rewritten), proof)
    assert not is_consistent(
        m, len(d), mth(d[:m]), mth(d), [*hashes(consistency_ranges(m, len(d)), d), EMPTY]
    )


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5), (-1, 5)])
def test_what_is_no_beginning_is_refused(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="no beginning"):
        consistency_ranges(first, second)
    assert not is_consistent(first, second, EMPTY, EMPTY, [])


@pytest.mark.parametrize("entry", [-1, 5])
def test_an_entry_outside_the_tree_is_refused(entry: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_ranges(entry, 5)
    assert root_of_inclusion(entry, 5, EMPTY, []) is None
