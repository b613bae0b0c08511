"""What editors send: the forms, and how a body is read as one of them."""

from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from events.catalogue import Capacity, ClaimKind, Reason, from_builtin
from events.dates import InvalidDate, PartialDate
from events.editing import Verdict
from events.envelope import NewContent
from service.http.formats import DayText, PositionNumber
from service.problems import Problem

MAX_REASON = 2_000  # characters
MAX_EVIDENCE = 10_000

Body = TypeVar("Body", bound=msgspec.Struct)
Given = TypeVar("Given")


class ActBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why, in the editor's words; and the position up to which they have read, to go against another editor."""

    reason: str
    seen: PositionNumber | None = None


class DecisionBody(ActBody, kw_only=True):
    state: Verdict
    person: str | None = None  # ids: whom and what the claim means, where that was left open or is wrong
    post: str | None = None


class SaidBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a claim says, as far as it is given. `person` and `post` are ids; `person_name` brings in somebody new."""

    kind: ClaimKind | None = None
    person: str | None = None
    person_name: str | None = None
    post: str | None = None
    capacity: Capacity | None = None
    date: PartialDate | msgspec.UnsetType | None = msgspec.UNSET
    start: PartialDate | msgspec.UnsetType | None = msgspec.UNSET
    end: PartialDate | msgspec.UnsetType | None = msgspec.UNSET
    reason: Reason | msgspec.UnsetType | None = msgspec.UNSET
    attribution: str | msgspec.UnsetType | None = msgspec.UNSET
    official: bool | None = None


class ClaimBody(ActBody, kw_only=True):
    """A claim; `evidence` are words that bear it out, `said_on` the day on which it is said (default: today)."""

    claim: SaidBody
    evidence: str | None = None
    said_on: str | None = None


class MergeBody(ActBody, kw_only=True):
    """Into whom, an id, the person is merged."""

    into: str


class SplitBody(ActBody, kw_only=True):
    """Which claims mean somebody else, and whom: the id of a person, or the name of somebody new."""

    claims: list[str]
    person: str | None = None
    person_name: str | None = None


class SettlementBody(ActBody, kw_only=True):
    """Which claims stand and which do not: together they say which membership does."""

    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


class SettingsBody(ActBody, kw_only=True):
    """What is to be set; what is left out stays. `complete_from`: from which day on `complete` speaks."""

    seats: int | msgspec.UnsetType | None = msgspec.UNSET
    fresh_for: int | msgspec.UnsetType = msgspec.UNSET
    complete: bool | msgspec.UnsetType = msgspec.UNSET
    complete_from: DayText | None = None


class VacancyBody(ActBody, kw_only=True, rename={"since": "from"}):
    """The first vacant day; `withdrawn` takes back what was declared from that day on."""

    since: DayText
    withdrawn: bool = False


def read_form(body: bytes, form: type[Body]) -> Body:
    """The body as that form. Raises Problem (400)."""
    if b"\\u0000" in body:
        raise Problem("bad-body", "the body holds a NUL character: remove it")
    try:
        return _decoded(body, form)
    except InvalidDate as error:
        raise Problem("bad-date", str(error)) from None
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, InvalidDate):
            raise Problem("bad-date", str(error)) from None
        raise Problem("bad-body", f"the body is not as documented: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem("bad-body", f"the body is no JSON: {error}") from None


def _decoded(body: bytes, form: type[Body]) -> Body:
    try:
        read: Body = _decoder(form).decode(body)
    except msgspec.ValidationError as error:
        if "got `float`" not in str(error):
            raise
        whole = _with_whole_numbers(msgspec.json.decode(body))
        read = msgspec.convert(whole, form, dec_hook=from_builtin)
    return read


def _with_whole_numbers(value: Any) -> Any:
    """The same with 5 for 5.0: JSON knows no difference (RFC 8259, 6)."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_with_whole_numbers(each) for each in value]
        case dict():
            return {name: _with_whole_numbers(each) for name, each in value.items()}
        case _:
            return value


@lru_cache
def _decoder(form: type[Body]) -> msgspec.json.Decoder[Body]:
    return msgspec.json.Decoder(form, dec_hook=from_builtin)


def note_of(reason: str) -> NewContent:
    """The editor's reason, as content. Raises Problem (400)."""
    return content_of(reason, "reason", MAX_REASON)


def content_of(text: str, field: str, most: int) -> NewContent:
    """Words of at most so many characters, as content. Raises Problem (400), naming the field."""
    if not text.strip() or len(text) > most or "\0" in text:
        raise Problem("unfit", f"{field} is empty, holds a NUL or is over {most} characters", field=field)
    try:
        return NewContent(body=text.encode(), media_type="text/plain")
    except UnicodeEncodeError:
        raise Problem("unfit", f"{field} holds a lone surrogate", field=field) from None


def said_or(value: Given | msgspec.UnsetType, otherwise: Given) -> Given:
    """The value that was sent; the other where none was."""
    return otherwise if isinstance(value, msgspec.UnsetType) else value


def check_within(value: int | msgspec.UnsetType | None, field: str, least: int, most: int) -> None:
    """Refuses a number that was sent and lies outside. Raises Problem (400)."""
    if isinstance(value, int) and not least <= value <= most:
        raise Problem("unfit", f"{field} is {value}, not {least} to {most}", field=field)
