"""QuickStatements (https://www.wikidata.org/wiki/Help:QuickStatements, version 1): what Wikidata may be told.

Only memberships whose person and post Wikidata knows, each with a reference: without one nobody should believe it.
"""

import msgspec

from events.dates import PartialDate
from projections.exporting.snapshot import Snapshot, predecessors

POSITION_HELD, START, END, REPLACES, REPLACED_BY, NATURE = "P39", "P580", "P582", "P1365", "P1366", "P5102"
REFERENCE_URL = "S854"
ACTING = "Q4676846"


class Statements(msgspec.Struct, frozen=True):
    text: str
    told: int
    left_out: (
        int  # Wikidata knows the person or the post not, or nothing stands behind it that one can look up
    )


def quickstatements(view: Snapshot) -> Statements:
    """A line a membership: item, property, value, qualifiers, reference, parted by tabs."""
    items = {
        entity: identifier
        for entity, known in view.same_as.items()
        for scheme, identifier in known
        if scheme == "wikidata"
    }
    followed = predecessors(view.memberships)
    followers = {followed[each.id].id: each for each in view.memberships if each.id in followed}
    lines = []
    for each in view.memberships:
        person, post = items.get(each.person), items.get(each.post)
        url = next((claim.url for claim in each.claims if claim.url), None)
        if person is None or post is None or url is None:
            continue
        before = items.get(followed[each.id].person) if each.id in followed else None
        after = items.get(followers[each.id].person) if each.id in followers else None
        parts = [person, POSITION_HELD, post]
        parts += [*_day(START, each.start), *_day(END, each.end)]
        parts += [*((REPLACES, before) if before else ()), *((REPLACED_BY, after) if after else ())]
        parts += [NATURE, ACTING] if each.capacity == "acting" else []
        quoted = url.replace('"', "%22")
        lines.append("\t".join((*parts, REFERENCE_URL, f'"{quoted}"')))
    return Statements("".join(f"{line}\n" for line in lines), len(lines), len(view.memberships) - len(lines))


def _day(property_: str, day: PartialDate | None) -> tuple[str, ...]:
    """Precision 11 is a day, 10 a month, 9 a year; other days cannot be told."""
    text = str(day) if day is not None else ""
    precision = {10: 11, 7: 10, 4: 9}.get(len(text))
    if precision is None or text.startswith("["):
        return ()
    return property_, f"+{(text + '-00-00')[:10]}T00:00:00Z/{precision}"
