"""The forms in which a list leaves (JSON, CSV, NDJSON), and how much of each thing: `fields` and `include`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response
from litestar.params import Parameter

from events.catalogue import to_builtin
from service.http.answers import JSON, encode
from service.problems import Problem
from service.spreadsheet import sheet

CSV, NDJSON = "text/csv", "application/x-ndjson"

Form = Literal["json", "csv", "ndjson"]
Shown = Literal["claims", "quotes", "persons"]

Format = Annotated[
    Form | None, Parameter(description="json, csv or ndjson. Default: what Accept asks for, else json.")
]
Fields = Annotated[
    str | None,
    Parameter(description="Only these members of each, with commas: name,start,end.", max_length=500),
]
Include = Annotated[
    str | None,
    Parameter(
        description="With commas: claims (those behind it), quotes (the words that carry them), persons (every"
        " spelling of the name).",
        max_length=100,
    ),
]

_FORMS: Mapping[str, Form] = {
    JSON: "json",
    CSV: "csv",
    NDJSON: "ndjson",
    "application/*": "json",
    "text/*": "csv",
}
_QUOTES = ("quote", "quote_start", "quote_end")


class Columns(msgspec.Struct, frozen=True):
    """The columns of a list as CSV: name, member that it shows a part of, and the cell of a thing."""

    columns: Sequence[tuple[str, str, Callable[[Any], object]]]

    def of(self, fields: frozenset[str] | None) -> Sequence[tuple[str, str, Callable[[Any], object]]]:
        return [each for each in self.columns if fields is None or each[1] in fields]


def form_of(request: Request[Any, Any, Any], given: Form | None) -> Form:
    """The form that is asked for, by parameter or by Accept (RFC 9110, 12.5.1); JSON where neither names one."""
    if given is not None:
        return given
    best: Form = "json"
    weight = 0.0
    for part in request.headers.get("accept", "").lower().split(","):
        name, _, parameters = part.partition(";")
        form = _FORMS.get(name.strip())
        wanted = _weight(parameters)
        if form is not None and wanted > weight:
            best, weight = form, wanted
    return best


def fields_of(given: str | None, known: Iterable[str]) -> frozenset[str] | None:
    """The members that are asked for; None: all. Raises Problem for one that there is not."""
    return None if given is None else _listed(given, known, "fields")


def included(given: str | None) -> frozenset[str] | None:
    """What is asked for beside the thing itself; None: nothing was said. Raises Problem."""
    found = None if given is None else _listed(given, ("claims", "quotes", "persons"), "include")
    return found | {"claims"} if found is not None and "quotes" in found else found


def shaped(
    thing: dict[str, Any], fields: frozenset[str] | None, include: frozenset[str] | None
) -> dict[str, Any]:
    """A thing with the members that are asked for. `include` None: with all that it has."""
    claims = thing.get("claims")
    if include is not None and claims is not None:
        if "claims" not in include:
            del thing["claims"]
        elif "quotes" not in include:
            thing["claims"] = [
                {name: value for name, value in claim.items() if name not in _QUOTES} for claim in claims
            ]
    return thing if fields is None else {name: value for name, value in thing.items() if name in fields}


def builtin(thing: msgspec.Struct) -> dict[str, Any]:
    """A thing as JSON has it."""
    made: dict[str, Any] = msgspec.to_builtins(thing, enc_hook=to_builtin)
    return made


def rows_answered(
    form: Form, things: Sequence[msgspec.Struct], columns: Columns, fields: frozenset[str] | None,
    include: frozenset[str] | None, headers: dict[str, str],
) -> Response[bytes]:  # fmt: skip
    """The things of a page as CSV or NDJSON; where it goes on stands in Link."""
    headers = {"Vary": "Accept", **headers}
    if form == "csv":
        chosen = columns.of(fields)
        body = sheet(
            [name for name, _, _ in chosen], ([cell(thing) for _, _, cell in chosen] for thing in things)
        )
        return Response(body, media_type=f"{CSV}; header=present", headers=headers)
    lines = [encode(shaped(builtin(thing), fields, include)) + b"\n" for thing in things]
    return Response(b"".join(lines), media_type=NDJSON, headers=headers)


def words_of(given: str | None) -> list[str] | None:
    """Ids with commas."""
    return None if given is None else [part.strip() for part in given.split(",") if part.strip()]


def _listed(given: str, known: Iterable[str], field: str) -> frozenset[str]:
    asked = words_of(given) or []
    names = sorted(known)
    for name in asked:
        if name not in names:
            raise Problem("unfit", f"there is no {name[:40]!r}; there are {', '.join(names)}", field=field)
    if not asked:
        raise Problem("unfit", f"{field} names nothing; there are {', '.join(names)}", field=field)
    return frozenset(asked)


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
