"""The fewest rows that lead from what is stored to what is folded."""

from datetime import date
from itertools import count

from msgspec.structs import replace

from events.dates import PartialDate
from projections.model import Endpoint, Membership
from projections.rows import Stored
from projections.storing import Writes, writes

MARCH = [date(2024, 3, day) for day in range(1, 10)]


def membership(
    *claims: str, person: str = "ada", first: date = MARCH[0], last: date = MARCH[0]
) -> Membership:
    return Membership(
        post="mayor", person=person, capacity="substantive", start=None, end=None, reason=None,
        standing="single_source", checked_by="machine", first_attested=first, last_attested=last, incoming=None,
        claims=claims, announced=first,
    )  # fmt: skip


def stored(key: int, known: Membership) -> Stored:
    attested = (known.first_attested, known.last_attested)
    return Stored(key, known, attested, 1, dict.fromkeys(known.claims, (1, known.first_attested)))


def written(before: list[Stored], after: list[Membership], **published: date) -> Writes:
    return writes(before, after, published, 9, count(100))


def test_nothing_is_written_where_nothing_moved() -> None:
    known = membership("a")

    assert written([stored(1, known)], [known]) == Writes()


def test_a_new_membership_gets_the_next_id_and_its_links() -> None:
    new = membership("a", "b")

    todo = written([], [new], a=MARCH[0])

    assert todo.opened == [(100, new)]
    assert [(link.membership, link.claim, link.attested) for link in todo.linked] == [
        (100, "a", MARCH[0]), (100, "b", None)
    ]  # fmt: skip


def test_an_attestation_that_only_widens_writes_its_link_alone() -> None:
    todo = written([stored(1, membership("a"))], [membership("a", "b", last=MARCH[4])], b=MARCH[4])

    assert (todo.closed, todo.opened, todo.unlinked) == ([], [], [])
    assert [(link.claim, link.attested) for link in todo.linked] == [("b", MARCH[4])]


def test_an_attestation_that_widens_by_another_day_than_its_own_writes_a_row() -> None:
    after = membership("a", "b", last=MARCH[3])  # the eve of the day on which it was published

    todo = written([stored(1, membership("a"))], [after], b=MARCH[4])

    assert (todo.closed, todo.opened) == ([1], [(1, after)])


def test_a_boundary_that_moves_keeps_the_id_and_the_links() -> None:
    after = replace(membership("a"), start=Endpoint(date=PartialDate.on(MARCH[0]), basis="said"))

    todo = written([stored(1, membership("a"))], [after])

    assert todo == Writes(closed=[1], opened=[(1, after)])


def test_what_is_gone_is_closed_with_its_links() -> None:
    todo = written([stored(1, membership("a", "b"))], [])

    assert todo == Writes(closed=[1], unlinked=[(1, "a"), (1, "b")])


def test_of_two_spells_of_one_person_each_continues_the_one_whose_claims_it_shares() -> None:
    first, second = stored(1, membership("a")), stored(2, membership("b"))
    after = [membership("b"), membership("a", "c", last=MARCH[2])]

    todo = written([first, second], after, c=MARCH[2])

    assert (todo.closed, todo.opened) == ([], [])
    assert [(link.membership, link.claim) for link in todo.linked] == [(1, "c")]


def test_another_person_never_continues_a_membership() -> None:
    after = membership("a", person="ben")

    todo = written([stored(1, membership("a"))], [after])

    assert todo.closed == [1]
    assert todo.opened == [(100, after)]
