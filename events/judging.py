"""What a reading changes: the decisions on its claims, and on those that the article no longer makes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from events.catalogue import ArticleRead, Claim, Decision, Resolution
from events.history import History
from events.policy import AWAIT_SECOND_ORIGIN, RELEASED, contradicts, decide, same_change
from events.register import Backing, Holding

KILLED = "canceled"  # the rule of what is withdrawn because its article was taken back
CANCELED = "desk/canceled"  # stands for the extractor where a version only takes back what was published


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known besides the article when its claims are decided."""

    publisher_trusted: bool
    origin: str  # the article's wire credit, or else its publisher's id
    published: date | None
    holdings: Sequence[Holding] = ()
    backings: Sequence[Backing] = ()
    seats: Mapping[str, int | None] = {}


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The article's new decisions, and the claims of other articles that waited for what it says."""

    decisions: tuple[Decision, ...]
    released: tuple[Backing, ...] = ()


def judge(
    article: str,
    history: History,
    reading: ArticleRead,
    resolutions: Mapping[str, Resolution],
    evidence: Evidence,
) -> Judgement:
    """Decides the claims of a reading, and withdraws those of older versions that it no longer makes.

    A decision on a claim that is still made stays (`_kept`); an editor's comes back where a version in between had
    dropped the claim. A version that is read after a newer one decides nothing anew: what only it makes is superseded.
    """
    decisions: list[Decision] = []
    released: dict[str, Backing] = {}
    newer = history.made_by_newer(reading.version)
    for claim in reading.claims:
        if newer is not None:
            if claim.id not in newer:
                decisions.append(Decision(claim=claim.id, state="superseded", rule="newer_version"))
            continue
        resolution = resolutions.get(claim.id)
        supporting = _supporting(article, claim, resolution, evidence)
        decision = _kept(history, claim) or _by_policy(claim, resolution, supporting, evidence)
        before = history.decisions.get(claim.id)
        if before is None or before.state != decision.state:
            decisions.append(decision)
        if decision.state == "accepted" and any(b.origin != evidence.origin for b in supporting):
            released.update(
                (b.claim, b) for b in supporting if b.state == "proposed" and b.rule in AWAIT_SECOND_ORIGIN
            )
    if newer is None:
        decisions.extend(_withdrawn(history, reading))
        decisions.extend(_restored(history, reading))
    return Judgement(decisions=tuple(decisions), released=tuple(released.values()))


def release(history: History, claim: str) -> Decision | None:
    """The decision that releases another article's claim; None where it no longer waits for a second origin."""
    before = history.decisions.get(claim)
    if before is None or before.state != "proposed" or before.rule not in AWAIT_SECOND_ORIGIN:
        return None
    return Decision(claim=claim, state="accepted", rule=RELEASED)


def _kept(history: History, claim: Claim) -> Decision | None:
    """The decision that a claim keeps: an editor's always, an acceptance as long as the article stands by it.

    What was accepted is not judged again by what has come to stand since; but where the article now only reports
    what it had told as a fact, it no longer stands by it.
    """
    if (editors := history.editors.get(claim.id)) is not None:
        return editors
    before = history.decisions.get(claim.id)
    if before is None or before.state != "accepted":
        return None
    return before if history.claims[claim.id].modality == claim.modality else None


def _by_policy(
    claim: Claim, resolution: Resolution | None, supporting: Sequence[Backing], evidence: Evidence
) -> Decision:
    person = None if resolution is None else resolution.person
    post = None if resolution is None else resolution.post
    others = [backing for backing in supporting if backing.origin != evidence.origin]
    verdict = decide(
        claim,
        publisher_trusted=evidence.publisher_trusted,
        contradicts_standing=person is not None
        and post is not None
        and contradicts(
            claim,
            person,
            [holding for holding in evidence.holdings if holding.post == post],
            seats=evidence.seats.get(post),
            published=evidence.published,
        ),
        corroborating_origins=len({backing.origin for backing in others}),
        corroborated_officially=any(backing.official for backing in others),
        resolved=person is not None and post is not None,
    )
    return Decision(claim=claim.id, state=verdict.state, rule=verdict.rule)


def _supporting(
    article: str, claim: Claim, resolution: Resolution | None, evidence: Evidence
) -> list[Backing]:
    """Claims of other articles that say the same."""
    if resolution is None:
        return []
    day = evidence.published if claim.date is None else claim.date.exact
    return [
        backing
        for backing in evidence.backings
        if backing.article != article
        and (backing.kind, backing.person, backing.post) == (claim.kind, resolution.person, resolution.post)
        and same_change(day, backing.day)
    ]


def _withdrawn(history: History, reading: ArticleRead) -> list[Decision]:
    """What the article does not say any more; of one that was killed also what editors made of its claims."""
    made = {claim.id for claim in reading.claims}
    killed = reading.extractor == CANCELED
    return [
        Decision(claim=claim, state="withdrawn", rule=KILLED if killed else "no_longer_made")
        for claim, decision in history.decisions.items()
        if (claim in history.claims or (killed and claim in history.submitted))
        and claim not in made
        and decision.state in ("accepted", "proposed")
    ]


def _restored(history: History, reading: ArticleRead) -> list[Decision]:
    """The corrections that a kill withdrew, where a later version makes the claim again that they correct."""
    made = {claim.id for claim in reading.claims}
    return [
        history.editors[claim]
        for claim in history.submitted
        if (decision := history.decisions.get(claim)) is not None
        and decision.rule == KILLED
        and history.first_of_chain(claim) in made
    ]
