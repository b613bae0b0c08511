"""Popolo JSON (http://www.popoloproject.com/specs/): persons, organizations, posts, memberships; the rest is kept.

Popolo's ends are inclusive and become the day after. A membership without dates of its own has those of its
legislative period (EveryPolitician's events), unless that would end it before it starts. One without a post holds
the post of its organization, role and area.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from events.catalogue import BrokenRecord, Identifier
from events.dates import InvalidDate, PartialDate
from events.sources.records import Entity, SourceFile, Tenure, UnreadableFile, reversed_span

FORMAT = "popolo"
_KINDS = ("persons", "organizations", "posts")


class _Named(msgspec.Struct):
    """What of an identifier, a source or an alternative name is read."""

    scheme: str | None = None
    identifier: str | None = None
    url: str | None = None


class _Leave(msgspec.Struct):
    start_date: str | None = None
    end_date: str | None = None


class Record(msgspec.Struct):
    """The fields of a Popolo record that the model has, of whatever class."""

    id: str | None = None
    name: str | None = None
    label: str | None = None
    role: str | None = None
    organization_id: str | None = None
    person_id: str | None = None
    post_id: str | None = None
    area_id: str | None = None
    on_behalf_of_id: str | None = None
    legislative_period_id: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    identifiers: list[_Named] | None = None
    sources: list[_Named] | None = None
    capacity: str | None = None  # ours, beside Popolo's own: acting
    leave: list[_Leave] | None = None  # ours: when the person was away


class _Broken(ValueError):
    """A record that cannot be read; the message says why."""


_file = msgspec.json.Decoder(dict[str, msgspec.Raw])
_rows = msgspec.json.Decoder(list[msgspec.Raw])
_record = msgspec.json.Decoder(Record)


def read_popolo(content: bytes) -> SourceFile:
    """Every record of the file, those that are broken with their line. Raises UnreadableFile."""
    return _Reading(content).file()


def inclusive(text: str | None) -> PartialDate | None:
    """The first day no longer held, from the last day held. Raises InvalidDate."""
    if text is None:
        return None
    last = PartialDate.parse(text)
    return PartialDate(_after(last.earliest), _after(last.latest))


def _after(day: date | None) -> date | None:
    return None if day is None or day == date.max else day + timedelta(days=1)


class _Reading:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._broken: list[BrokenRecord] = []
        self._at = 0  # bytes, where the last record was found
        self._line = 1  # of there
        try:
            self._parts = _file.decode(content)
            self._lists = {
                key: _rows.decode(raw) for key, raw in self._parts.items() if bytes(raw)[:1] == b"["
            }
        except msgspec.DecodeError as error:
            raise UnreadableFile(f"it is no Popolo file: {error}") from None
        if "memberships" not in self._lists and "persons" not in self._lists:
            raise UnreadableFile("it is no Popolo file: it has neither persons nor memberships")

    def file(self) -> SourceFile:
        found: dict[str, list[tuple[int, Record, bytes]]] = {}
        for key, raw in self._parts.items():
            found[key] = list(self._records(self._lists[key])) if key in self._lists else []
            if key not in self._lists:
                found[key] = [(0, Record(id=key, name=key), bytes(raw))]
        entities = [
            entity
            for key, rows in found.items()
            if key != "memberships"
            for entity in self._entities(key, rows)
        ]
        known: dict[tuple[str, str], Entity] = {(each.kind, each.record): each for each in entities}
        areas = {record.id: record.name for _, record, _ in found.get("areas", ()) if record.id}
        periods = {record.id: record for _, record, _ in found.get("events", ()) if record.id}
        tenures, seen = list[Tenure](), Counter[str]()
        for line, record, row in found.get("memberships", ()):
            try:
                post = self._post(record, known, areas)
                leaves: list[Tenure] = []
                tenure = _tenure(record, post.record, periods, known, seen, row)
                leaves.extend(_leaves(record, tenure))
            except (_Broken, InvalidDate) as error:
                self._broken.append(BrokenRecord(line=line, why=str(error)))
                continue
            if ("post", post.record) not in known:
                known["post", post.record] = post
                entities.append(post)
            tenures.extend((tenure, *leaves))
        return SourceFile(
            format=FORMAT,
            entities=entities,
            tenures=tenures,
            broken=sorted(self._broken, key=lambda broken: broken.line),
        )

    def _records(self, rows: Sequence[msgspec.Raw]) -> Iterator[tuple[int, Record, bytes]]:
        for row in rows:
            raw = bytes(row)
            line = self._line_of(raw)
            try:
                yield line, _record.decode(raw), raw
            except msgspec.DecodeError as error:
                self._broken.append(BrokenRecord(line=line, why=str(error)))

    def _line_of(self, raw: bytes) -> int:
        """The line on which a record begins. Records come in the order of the file, so the search goes on."""
        found = self._content.find(raw, self._at)
        if found >= 0:
            self._line += self._content.count(b"\n", self._at, found)
            self._at = found
        return self._line

    def _entities(self, key: str, rows: Sequence[tuple[int, Record, bytes]]) -> Iterator[Entity]:
        seen: set[str] = set()
        for number, (line, record, raw) in enumerate(rows):
            if key not in _KINDS:
                yield Entity(
                    kind="other", record=f"{key}/{record.id or number}", name=record.name or "", verbatim=raw
                )
                continue
            name = record.name or record.label or record.role
            if not record.id or not name:
                self._broken.append(BrokenRecord(line=line, why=f"one of the {key} has no id or no name"))
            elif record.id in seen:
                self._broken.append(
                    BrokenRecord(line=line, why=f"the id {record.id} stands twice among the {key}")
                )
            else:
                seen.add(record.id)
                yield Entity(
                    kind={"persons": "person", "organizations": "organization", "posts": "post"}[key],  # type: ignore[arg-type] # the three
                    record=record.id,
                    name=name,
                    same_as=tuple(
                        Identifier(scheme=each.scheme, identifier=each.identifier)
                        for each in record.identifiers or ()
                        if each.scheme and each.identifier
                    ),
                    organization=record.organization_id if key == "posts" else None,
                    verbatim=raw,
                )

    def _post(
        self, record: Record, known: Mapping[tuple[str, str], Entity], areas: Mapping[str, str | None]
    ) -> Entity:
        """The post that a membership names, or the one that organization, role and area make."""
        if record.post_id is not None:
            if ("post", record.post_id) not in known:
                raise _Broken(f"there is no post {record.post_id}")
            return known["post", record.post_id]
        if record.organization_id is None and record.role is None:
            raise _Broken("it names neither a post nor an organization nor a role")
        if record.organization_id is not None and ("organization", record.organization_id) not in known:
            raise _Broken(f"there is no organization {record.organization_id}")
        role = record.role or "member"
        made = "/".join((record.organization_id or "", role, record.area_id or ""))
        area = areas.get(record.area_id) or record.area_id if record.area_id else None
        label = role if area is None else f"{role}, {area}"
        return known.get(("post", made)) or Entity(
            kind="post", record=made, name=label, organization=record.organization_id
        )


def _tenure(
    record: Record,
    post: str,
    periods: Mapping[str, Record],
    known: Mapping[tuple[str, str], Entity],
    seen: Counter[str],
    raw: bytes,
) -> Tenure:
    if record.person_id is None or ("person", record.person_id) not in known:
        raise _Broken(f"there is no person {record.person_id}")
    begun, over = _span(record, periods.get(record.legislative_period_id or "", Record()))
    identity = record.id
    if identity is None:
        alike = "/".join(
            (record.person_id, post, record.legislative_period_id or "", record.on_behalf_of_id or "")
        )
        seen[alike] += 1
        identity = alike if seen[alike] == 1 else f"{alike}#{seen[alike]}"
    elif (number := seen[identity]) > 0:
        raise _Broken(f"the id {identity} stands {number + 1} times among the memberships")
    else:
        seen[identity] += 1
    return Tenure(
        record=identity,
        person=record.person_id,
        post=post,
        capacity="acting" if record.capacity == "acting" else "substantive",
        start=begun,
        end=over,
        url=next((each.url for each in record.sources or () if each.url), None),
        verbatim=raw,
    )


def _span(record: Record, period: Record) -> tuple[PartialDate | None, PartialDate | None]:
    """[start, end) of a membership. The period fills in what the membership leaves out, unless that cannot be."""
    begun = PartialDate.parse(record.start_date) if record.start_date else None
    over = inclusive(record.end_date)
    if why := reversed_span(begun, over):
        raise _Broken(why)
    if begun is None and period.start_date:
        filled = PartialDate.parse(period.start_date)
        begun = None if reversed_span(filled, over) else filled
    if over is None and period.end_date:
        filled_end = inclusive(period.end_date)
        over = None if reversed_span(begun, filled_end) else filled_end
    return begun, over


def _leaves(record: Record, tenure: Tenure) -> Iterator[Tenure]:
    for number, leave in enumerate(record.leave or (), start=1):
        yield Tenure(
            record=f"{tenure.record}/leave/{number}",
            person=tenure.person,
            post=tenure.post,
            capacity=tenure.capacity,
            start=PartialDate.parse(leave.start_date) if leave.start_date else None,
            end=inclusive(leave.end_date),
            on_leave=True,
        )
