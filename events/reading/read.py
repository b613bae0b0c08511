"""From an extractor's drafts to claims: every draft is checked against the text, whoever made it."""

from collections.abc import Iterable, Iterator

from events.catalogue import ArticleRead, Claim, Refusal
from events.ids import derived
from events.reading.article import Article
from events.reading.evidence import Evidence
from events.reading.extractor import Draft, Extractor


def read(article_id: str, version: int, article: Article, extractor: Extractor) -> ArticleRead:
    """What the extractor finds in this version of the article, after the evidence check. Pure.

    Claims stand in the order of the text; drafts that say the same thing are one claim, with the quote of the
    surest. Drafts that fail the check are refusals, each with its reason.
    """
    claims: dict[str, Claim] = {}
    refused: list[Refusal] = []
    for draft, why in checked(article, extractor.extract(article)):
        if why is not None:
            refused.append(Refusal(kind=draft.kind, person=draft.person, post=draft.post, why=why))
            continue
        claim = _claim(article_id, draft)
        standing = claims.get(claim.id)
        claims[claim.id] = claim if standing is None else _merged(standing, claim)
    return ArticleRead(
        version=version,
        extractor=extractor.name,
        claims=tuple(sorted(claims.values(), key=_place)),
        refused=tuple(refused),
    )


def checked(article: Article, drafts: Iterable[Draft]) -> Iterator[tuple[Draft, str | None]]:
    """Each draft with the reason for which it is refused, None where it stands."""
    evidence = Evidence(article)
    for draft in drafts:
        yield draft, evidence.why_refused(draft)


def _claim(article_id: str, draft: Draft) -> Claim:
    return Claim(
        id=derived(
            "claim",
            article_id,
            draft.kind,
            draft.person,
            draft.post,
            draft.organization or "",
            draft.capacity,
            "" if draft.date is None else str(draft.date),
        ),
        kind=draft.kind,
        person=draft.person,
        post=draft.post,
        organization=draft.organization,
        capacity=draft.capacity,
        date=draft.date,
        start=draft.start,
        end=draft.end,
        reason=draft.reason,
        modality=draft.modality,
        background=draft.background,
        attribution=draft.attribution,
        official=draft.official,
        confidence=draft.confidence,
        quote=draft.quote,
        rule=draft.rule,
    )


def _merged(first: Claim, second: Claim) -> Claim:
    """Of two claims with one id the surer; the earlier in the text where they are equally sure."""
    return min(first, second, key=lambda claim: (-claim.confidence, _place(claim)))


def _place(claim: Claim) -> tuple[int, int, str]:
    assert claim.quote is not None
    return claim.quote.start, claim.quote.end, claim.id
