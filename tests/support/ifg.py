"""Ministers of the United Kingdom as the Institute for Government lists them, revision by revision, as CSV.

`appointment` decides who and when. `appointment_characteristics`, clipped to the appointment's span, decide on which
of its days it was acting and on which the minister was on leave; a day of which they say nothing is neither.
"""

import csv
import io
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

COLUMNS = (
    "id",
    "person",
    "person_id",
    "post",
    "post_id",
    "organization",
    "start",
    "end",
    "capacity",
    "on_leave",
)
MAP = dict(zip(COLUMNS, COLUMNS, strict=True))
Row = Mapping[str, str]


class Appointment(msgspec.Struct, frozen=True):
    """[start, end); an end of None is still to come."""

    id: str
    person: str
    post: str
    start: date
    end: date | None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    @property
    def is_sound(self) -> bool:
        return self.end is None or self.end > self.start


class Characteristic(msgspec.Struct, frozen=True):
    start: date
    end: date | None
    acting: bool
    on_leave: bool

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


class Revision(msgspec.Struct, frozen=True):
    """The tables as one commit has them."""

    commit: str
    recorded_at: datetime
    appointments: Sequence[Appointment]
    characteristics: Mapping[str, Sequence[Characteristic]]  # by appointment

    @property
    def sound(self) -> list[Appointment]:
        return [each for each in self.appointments if each.is_sound]

    def holders(self, appointments: Sequence[Appointment], day: date) -> set[tuple[str, str, bool]]:
        """Person, capacity and leave of each of these appointments that covers the day."""
        found: dict[tuple[str, str], bool] = {}
        for each in appointments:
            if each.covers(day):
                own = [c for c in self.characteristics.get(each.id, ()) if c.covers(day)]
                key = (each.person, "acting" if any(c.acting for c in own) else "substantive")
                found[key] = found.get(key, False) or any(c.on_leave for c in own)
        return {(*key, away) for key, away in found.items()}


class Names(msgspec.Struct, frozen=True):
    persons: Mapping[str, str]
    posts: Mapping[str, str]
    organizations: Mapping[str, str]  # by post


def names(folder: Path) -> Names:
    organizations = {row["id"]: row["name"] for row in _table(folder / "organisation.csv")}
    posts = list(_table(folder / "post.csv"))
    # Of several names the one by which the person goes now, the last in this order.
    persons = sorted(_table(folder / "person.csv"), key=lambda row: row["end_date"] or "9999")
    return Names(
        persons={row["id"]: row["display_name"] or row["name"] for row in persons},
        posts={row["id"]: row["name"] for row in posts},
        organizations={row["id"]: organizations[row["organisation_id"]] for row in posts},
    )


def head(folder: Path) -> Revision:
    """The tables as they are."""
    return _revision(
        "HEAD",
        datetime.fromisoformat("2026-06-20T00:00:00+00:00"),
        _table(folder / "appointment.csv"),
        _table(folder / "appointment_characteristics.csv"),
    )


def revisions(folder: Path) -> Iterator[Revision]:
    """The tables as each commit that touched appointment.csv left them, the first one first."""
    appointments: dict[str, list[Row]] = defaultdict(list)
    characteristics: dict[str, list[Row]] = defaultdict(list)
    others = list(_commits(folder / "history_appointment_characteristics.jsonl"))
    for commit, recorded_at, lines in _commits(folder / "history_appointment.jsonl"):
        _apply(appointments, lines)
        while others and others[0][1] <= recorded_at:
            _apply(characteristics, others.pop(0)[2])
        yield _revision(
            commit,
            recorded_at,
            itertools.chain.from_iterable(appointments.values()),
            itertools.chain.from_iterable(characteristics.values()),
        )


def as_csv(revision: Revision, named: Names) -> bytes:
    """A row for each stretch of an appointment in one capacity, and one for each leave within it."""
    output = io.StringIO()
    writer = csv.DictWriter(output, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for each in sorted(revision.appointments, key=lambda each: each.id):
        same = {
            "person": named.persons.get(each.person, each.person), "person_id": each.person,
            "post": named.posts.get(each.post, each.post), "post_id": each.post,
            "organization": named.organizations.get(each.post, ""),
        }  # fmt: skip
        for suffix, start, end, capacity, away in _stretches(each, revision.characteristics.get(each.id, ())):
            writer.writerow(
                {**same, "id": each.id + suffix, "start": start, "end": end or "", "capacity": capacity,
                 "on_leave": away}
            )  # fmt: skip
    return output.getvalue().encode()


def _stretches(
    each: Appointment, own: Sequence[Characteristic]
) -> Iterator[tuple[str, date, date | None, str, bool]]:
    if not each.is_sound:
        yield "", each.start, each.end, "substantive", False
        return
    bounds = {each.start}
    for c in own:
        bounds.update(day for day in (c.start, c.end) if day is not None and each.covers(day))
    days = sorted(bounds)
    ends = [*days[1:], each.end]
    acting = [any(c.acting and c.covers(day) for c in own) for day in days]
    away = [any(c.on_leave and c.covers(day) for c in own) for day in days]
    groups = itertools.groupby(range(len(days)), key=lambda number: acting[number])
    for count, (is_acting, numbers) in enumerate(groups):
        stretch = list(numbers)
        capacity = "acting" if is_acting else "substantive"
        yield f"/{count}" if count else "", days[stretch[0]], ends[stretch[-1]], capacity, False
        for number in stretch:
            if away[number]:
                yield f"/leave/{days[number]}", days[number], ends[number], capacity, True


def _revision(
    commit: str, recorded_at: datetime, appointments: Iterator[Row], characteristics: Iterator[Row]
) -> Revision:
    own: dict[str, list[Characteristic]] = defaultdict(list)
    for row in characteristics:
        start, end = _day(row["start_date"]), _day(row["end_date"])
        assert start is not None
        own[row["appointment_id"]].append(
            Characteristic(start, end, row["is_acting"] in ("1", "True"), row["is_on_leave"] in ("1", "True"))
        )
    found = []
    for row in appointments:
        start = _day(row["start_date"])
        assert start is not None
        found.append(Appointment(row["id"], row["person_id"], row["post_id"], start, _day(row["end_date"])))
    return Revision(commit, recorded_at, found, own)


def _day(text: str) -> date | None:
    return None if text in ("", "NULL") else date.fromisoformat(text[:10])


def _apply(rows: dict[str, list[Row]], lines: Sequence[tuple[str, Row]]) -> None:
    for op, row in lines:
        if op == "removed":
            rows[row["id"]].remove(row)
    for op, row in lines:
        if op == "added":
            rows[row["id"]].append(row)


def _commits(file: Path) -> Iterator[tuple[str, datetime, list[tuple[str, Row]]]]:
    with file.open() as lines:
        decoded = (json.loads(line) for line in lines)
        for (commit, at), group in itertools.groupby(
            decoded, key=lambda line: (line["commit"], line["recorded_at"])
        ):
            yield commit, datetime.fromisoformat(at), [(line["op"], line["row"]) for line in group]


def _table(file: Path) -> Iterator[Row]:
    with file.open(newline="") as lines:
        yield from csv.DictReader(lines)
