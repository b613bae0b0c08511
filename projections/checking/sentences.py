"""A judgement in a sentence that an editor can act on. Pure."""

from collections.abc import Sequence

from projections.answering.answers import Tenure
from projections.checking.verdicts import Judgement, Why
from projections.model import Endpoint

_REASONS = {
    "resigned": "resigned",
    "dismissed": "was dismissed",
    "retired": "retired",
    "died": "died",
    "term_ended": "left at the end of the term",
    "moved": "moved to another post",
}


def sentence(
    judgement: Judgement, name: str, post: str, evidence: Sequence[Tenure], person: str | None
) -> str:
    """What is known. `name` and `post` are the draft's words, `person` the id of whom it means, if known."""
    why = judgement.why
    own = next((each for each in evidence if each.person == person), None)
    others = [each for each in evidence if each.person != person]
    now = f" {_holders(others)} it now." if others else ""
    if judgement.is_last_known:
        now = f" The last known holder is {others[-1].name}, {_since(others[-1])}."
    match why:
        case "unknown_post":
            return f"No post is known by the words “{post}”."
        case "ambiguous_post":
            return f"“{post}” may be one of several posts: name its organization."
        case "ambiguous_person":
            return f"Several people, or none for sure, go by the name {name}."
        case "unknown_person":
            return f"Nobody by the name {name} is known in this post.{now}"
        case "held_by_another":
            return f"{_holders(others)} this post; nothing is known of {name} in it."
        case "vacant":
            return "The post is vacant."
        case "not_listed":
            return f"{name} is not on the list of holders, which was declared complete.{now}"
        case _ if own is None:
            return f"Nothing is known of {name} in this post.{now}"
        case _:
            return _of_own(why, own, now)


def _of_own(why: Why, own: Tenure, now: str) -> str:
    name, acting = own.name, "acting, " if own.capacity == "acting" else ""
    match why:
        case "holds":
            return f"{name} holds it, {acting}{_since(own)}, by {_standing(own)}."
        case "held":
            return f"{name} held it{_span(own)}."
        case "took_office":
            return f"{name} {'took it' if own.start else 'has it'}{_on(own.start)}, by {_standing(own)}."
        case "left" | "has_left":
            return f"{name} {_leaving(own)}.{now if why == 'has_left' else ''}"
        case "awaited":
            return f"{name} was {own.incoming}{_announced(own)}."
        case "overtaken":
            return f"{_last_sign(own)}.{now}"
        case "in_office_again" | "still_in_office" | "in_office_by_now":
            again = "again " if why == "in_office_again" else ""
            return f"{name} holds it {again}{_since(own)}."
        case "no_longer_acting" | "not_acting":
            return f"{name} holds it in full, not acting, {_since(own)}."
        case "only_acting":
            return f"{name} holds it only as acting, {_since(own)}."
        case "not_yet_in_office":
            how = own.incoming or "appointed"
            return f"{name} has been {how}{_announced(own)}, and is not in office{_from(own)}.{now}"
        case "other_date":
            return f"{name} is known to have held it{_span(own)}."
        case "other_reason":
            return f"{name} {_leaving(own)}."
        case "disputed":
            return f"Sources disagree whether {name} holds it."
        case "not_confirmed":
            return f"{_last_sign(own)}; nobody has confirmed it since.{now}"
        case _:
            return f"New to us. What is known: {name} {_leaving(own) if own.end else f'has it {_since(own)}'}.{now}"


def _holders(tenures: Sequence[Tenure]) -> str:
    shown = [
        f"{each.name} ({'acting, ' if each.capacity == 'acting' else ''}{_since(each)})"
        for each in tenures[:3]
    ]
    more = f" and {len(tenures) - 3} more" if len(tenures) > 3 else ""
    verb = "holds" if len(tenures) == 1 else "hold"
    return f"{', '.join(shown)}{more} {verb}"


def _since(tenure: Tenure) -> str:
    if tenure.start is not None:
        return f"since {_day(tenure.start)}"
    return f"attested since {tenure.first_attested}" if tenure.first_attested else "since an unknown day"


def _span(tenure: Tenure) -> str:
    start = ""
    if tenure.start is not None:
        start = f" from {_day(tenure.start)}"
    elif tenure.first_attested is not None:
        start = f", attested since {tenure.first_attested},"
    return f"{start} until {_day(tenure.end)}" if tenure.end else f"{start}, with no known end"


def _last_sign(tenure: Tenure) -> str:
    if tenure.last_attested is not None:
        return f"{tenure.name} was last attested on {tenure.last_attested}"
    return f"{tenure.name} took it on {_day(tenure.start)}" if tenure.start else f"{tenure.name} had it"


def _leaving(tenure: Tenure) -> str:
    how = _REASONS.get(tenure.reason or "", "left")
    return f"{how}{_on(tenure.end)}"


def _on(endpoint: Endpoint | None) -> str:
    return "" if endpoint is None else f" on {_day(endpoint)}"


def _from(tenure: Tenure) -> str:
    return f" before {_day(tenure.start)}" if tenure.start else " yet"


def _announced(tenure: Tenure) -> str:
    return f" ({tenure.announced})" if tenure.announced else ""


def _day(endpoint: Endpoint) -> str:
    """The day as EDTF, or in words where only one side is known; marked where it was inferred."""
    earliest, latest = endpoint.date.earliest, endpoint.date.latest
    if earliest is None:
        text = f"{latest} at the latest"
    elif latest is None:
        text = f"{earliest} at the earliest"
    else:
        text = str(endpoint.date)
    return f"{text} (inferred)" if endpoint.inferred else text


def _standing(tenure: Tenure) -> str:
    return {
        "official": "official word",
        "corroborated": "two sources",
        "single_source": "one source",
        "disputed": "disputed word",
    }[tenure.standing]
