"""The forms of values in the document, for those that are read by hand and refused with more to say."""

import re
from typing import Annotated, Any, TypeAlias, get_args

import msgspec

from events.catalogue import ChangeType
from projections.model import ChangeKind

DAY = {"format": "date"}
INSTANT = {"format": "date-time"}
POSITION = {"minimum": 0, "maximum": 2**63 - 1}
MOMENT = {"pattern": r"^(\d{1,18}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z)$"}  # a position or an instant
CHANGE = {"pattern": r"^\d{1,18}\.\d{1,9}$"}

DayText: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema=DAY)]
InstantText: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema=INSTANT)]
PositionNumber: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


def ids(entity: str) -> dict[str, Any]:
    """Ids of persons, posts and so on, with commas."""
    one = rf"{entity}-[a-z0-9]{{1,60}}"
    return {"pattern": f"^{one}(,{one}){{0,49}}$"}


def words(*known: str) -> dict[str, Any]:
    """Some of these words, with commas."""
    one = f"({'|'.join(map(re.escape, known))})"
    return {"pattern": f"^{one}(,{one}){{0,9}}$"}


KINDS = words(*get_args(ChangeKind))
TYPES = words(*get_args(ChangeType))
