"""Popolo JSON: the model's fields as the views have them, and beside them whatever the sources' own records hold.

Ends are inclusive there: the last day held. A day that Popolo cannot write (an interval, one side open) is left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec

from events.dates import PartialDate
from projections.exporting.snapshot import Named, Snapshot, Tenure

FORMAT = "popolo"
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")

Json = dict[str, Any]


def popolo(view: Snapshot) -> bytes:
    """The file, in UTF-8."""
    return msgspec.json.format(msgspec.json.encode(_Writing(view).file()), indent=2)


class _Writing:
    def __init__(self, view: Snapshot) -> None:
        self._view = view
        records = [each for each in view.records if each.format == FORMAT]
        self._others = [each for each in records if each.entity is None]
        self._record = {each.entity: each for each in records if each.entity is not None}
        alike = Counter((each.kind, each.record) for each in self._record.values())
        # The source's own ids, so that what its records say of each other still holds; ours where those clash.
        self._ids = {
            entity: each.record for entity, each in self._record.items() if alike[each.kind, each.record] == 1
        }
        self._posts = {post.id: post for post in view.posts}

    def file(self) -> Json:
        return {
            "persons": [self._named(each) for each in self._view.persons],
            "organizations": [self._named(each) for each in self._view.organizations],
            "posts": [
                {
                    **self._base(post.id),
                    "label": post.label,
                    **({"organization_id": self._id(post.organization)} if post.organization else {}),
                }
                for post in self._view.posts
            ],
            "memberships": list(self._memberships()),
            **self._kept(),
        }

    def _id(self, entity: str) -> str:
        return self._ids.get(entity, entity)

    def _base(self, entity: str) -> Json:
        """What the source's record says, with id and identifiers as the views have them."""
        base = _decoded(self._record[entity].verbatim) if entity in self._record else {}
        known = [
            {"scheme": scheme, "identifier": other} for scheme, other in self._view.same_as.get(entity, ())
        ]
        return {**base, "id": self._id(entity), **({"identifiers": known} if known else {})}

    def _named(self, each: Named) -> Json:
        return {**self._base(each.id), "name": each.name}

    def _memberships(self) -> Iterator[Json]:
        used: set[str] = set()
        for each in self._view.memberships:
            own = next(
                (claim for claim in each.claims if claim.format == FORMAT and not claim.on_leave), None
            )
            record = next(
                (claim.record for claim in each.claims if claim.record and not claim.on_leave), None
            )
            base = _decoded(own.verbatim) if own is not None else {}
            for side in ("start_date", "end_date", "capacity", "leave"):
                base.pop(side, None)
            identity = record if record is not None and record not in used else f"membership-{each.id}"
            used.add(identity)
            organization = self._posts[each.post].organization
            sources = [{"url": url} for url in dict.fromkeys(claim.url for claim in each.claims) if url]
            yield {
                **base,
                **({"sources": sources} if sources and "sources" not in base else {}),
                "id": identity,
                "person_id": self._id(each.person),
                "post_id": self._id(each.post),
                **({"organization_id": self._id(organization)} if organization else {}),
                **_dates(each.start, each.end),
                **({"capacity": "acting"} if each.capacity == "acting" else {}),
                **_leave(each),
            }

    def _kept(self) -> Json:
        """Records that the model has no place for, where they stood."""
        kept: Json = {}
        for each in self._others:
            key, _, rest = each.record.partition("/")
            value = msgspec.json.decode(each.verbatim) if each.verbatim else None
            if rest == key:
                kept.setdefault(key, value)
            elif isinstance(kept.setdefault(key, []), list):
                kept[key].append(value)
        return kept


def written(day: PartialDate | None) -> str | None:
    """A day as Popolo writes it; None where it cannot."""
    return str(day) if day is not None and _DATE.fullmatch(str(day)) else None


def _dates(start: PartialDate | None, end: PartialDate | None) -> Json:
    days = {"start_date": written(start), "end_date": written(_last_held(end))}
    return {side: text for side, text in days.items() if text is not None}


def _leave(each: Tenure) -> Json:
    return {"leave": [_dates(leave.start, leave.end) for leave in each.on_leave]} if each.on_leave else {}


def _last_held(end: PartialDate | None) -> PartialDate | None:
    return None if end is None else PartialDate(_before(end.earliest), _before(end.latest))


def _before(day: date | None) -> date | None:
    return None if day is None or day == date.min else day - timedelta(days=1)


def _decoded(verbatim: bytes | None) -> Json:
    value = msgspec.json.decode(verbatim) if verbatim else {}
    return value if isinstance(value, dict) else {}
