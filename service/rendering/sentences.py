"""A Change as a sentence that a desk can read in a list."""

from collections.abc import Mapping

from projections.model import Change, ChangeKind, Membership
from service.rendering.words import REASONS, date_in_words, joined

_DID: dict[ChangeKind, str] = {
    "appointed": "appointed {post}",
    "took_office": "took office as {post}",
    "left_office": "is no longer {post}",
    "elected": "elected {post}",
    "nominated": "nominated {post}",
    "acting": "acting as {post}",
    "vacated": "is no longer {post}, which is vacant",
}
_SAID: dict[ChangeKind, str] = {
    "corrected": "Corrected: {post}",
    "retracted": "Retracted: {post}",
    "resolved": "Identities sorted out: {post}",
    "recomputed": "Worked out anew: {post}",
    "backfilled": "Learnt late: {post}",
    "standing": "More is known of the evidence: {post}",
    "disputed": "Disputed: {post}",
}


def sentence(change: Change, post: str, names: Mapping[str, str]) -> str:
    """`Ada Quill appointed deputy minister, Norland (since 24 September 2022)`. `names` are those of persons by id."""
    who = joined(dict.fromkeys(names.get(each.person, "somebody") for each in _concerned(change)))
    if change.kind in _DID and who:
        told = f"{who} {_DID[change.kind].format(post=post)}"
    else:
        told = _SAID.get(change.kind, "Changed: {post}").format(post=post) + (f" ({who})" if who else "")
    details = _details(change)
    return f"{told} ({'; '.join(details)})" if details else told


def _concerned(change: Change) -> tuple[Membership, ...]:
    """Those that the sentence is about: of an appointment who came, of a departure who left, else all."""
    before = {(each.person, each.capacity, each.end) for each in change.before}
    new = tuple(each for each in change.after if (each.person, each.capacity, each.end) not in before)
    if change.kind in ("left_office", "vacated"):
        return tuple(each for each in new if each.end is not None) or change.before
    if change.kind in ("elected", "nominated"):
        return tuple(each for each in new if each.incoming is not None) or change.after
    if change.kind in _DID:
        return tuple(each for each in new if each.end is None and each.incoming is None) or change.after
    return change.after or change.before


def _details(change: Change) -> list[str]:
    word = "until" if change.kind in ("left_office", "vacated") else "since"
    if change.kind not in _DID:
        word = "as of"
    reasons = {REASONS[each.reason] for each in _concerned(change) if each.reason in REASONS}
    found = sorted(reasons) if change.kind in ("left_office", "vacated") else []
    if change.effective is not None:
        text = date_in_words(change.effective)
        is_set = text.startswith(("no ", "between "))
        found.append(text if is_set else f"{word} {text}")
    return found
