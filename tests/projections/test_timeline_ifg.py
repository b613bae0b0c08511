"""The real thing: ministers of the United Kingdom since 1979, as the Institute for Government lists them."""

import csv
import os
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from events.dates import PartialDate
from projections.fold.occupancy import on_day
from projections.fold.timeline import timeline
from projections.model import FoldClaim, PostSettings

APPOINTMENTS = Path(os.environ.get("INCUMBENT_SHARED", "../shared")) / "data" / "ifg" / "appointment.csv"


class Appointment:
    def __init__(self, row: dict[str, str]) -> None:
        self.id, self.person, self.post = row["id"], row["person_id"], row["post_id"]
        self.start = date.fromisoformat(row["start_date"])
        self.end = date.fromisoformat(row["end_date"]) if row["end_date"] else None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def claim(self, published: date) -> FoldClaim:
        return FoldClaim(
            id=self.id,
            article=None,
            kind="held" if self.end else "holds",
            person=self.person,
            capacity="substantive",
            date=None,
            start=PartialDate.on(self.start),
            end=PartialDate.on(self.end) if self.end else None,
            reason=None,
            modality="actual",
            background=False,
            official=False,
            origin="ifg",
            published=published,
            checked_by="machine",
        )


@pytest.mark.skipif(not APPOINTMENTS.exists(), reason="the IfG data is not at hand (INCUMBENT_SHARED)")
def test_on_every_day_on_which_anything_moves_the_certain_holders_are_those_of_the_list() -> None:
    with APPOINTMENTS.open(newline="") as file:
        rows = [Appointment(row) for row in csv.DictReader(file)]
    sound = [row for row in rows if row.end is None or row.end > row.start]
    published = max(day for row in sound for day in (row.start, row.end) if day)
    posts = defaultdict(list)
    for row in sound:
        posts[row.post].append(row)
    asked = 0

    for post, appointments in posts.items():
        of = PostSettings(post=post, seats=None, seats_basis="import", fresh_for=730)
        memberships = timeline([row.claim(published) for row in appointments], of)
        for day in {day for row in appointments for day in (row.start, row.end) if day}:
            asked += 1
            certain = [each.person for each in on_day(memberships, of, day).certain]
            assert sorted(certain) == sorted({row.person for row in appointments if row.covers(day)})

    assert len(rows) - len(sound) == 2  # their ends lie before their starts
    assert asked > 4000
