"""What a claim is worth by itself, before trust in its publisher and a second origin come in."""

from events.catalogue import Claim
from events.reading.finding import Finding

ACCEPT_AT = 0.9  # confidence from which on a claim may stand without an editor

# The share of claims that proved right on annotated news, by rule; measured again with each version of the rules.
_BY_RULE = {
    "appointed": 0.94,
    "steps-down": 0.92,
    "took-office": 0.8,
    "no-confidence": 0.85,  # some houses only advise
}
_OTHERWISE = 0.96
_ANAPHORIC = {  # the post is "his post", or told elsewhere in the article
    "succeeded": 0.93,
    "replaced-by": 0.93,
    "noun": 0.9,
}
_ANAPHORIC_OTHERWISE = 0.8
_REPORTED = 0.5  # hearsay is never more than that
_PRONOUN = 0.04  # what a pronoun takes away: it may mean somebody else


def standing_alone(claim: Claim) -> bool:
    """Whether an ordinary publisher's claim may stand without an editor, judged by the claim alone."""
    return claim.confidence >= ACCEPT_AT and claim.modality == "actual"


def confidence(finding: Finding) -> float:
    """How sure the rules are of a finding, 0 to 1."""
    if finding.anaphoric:
        value = _ANAPHORIC.get(finding.rule, _ANAPHORIC_OTHERWISE)
    else:
        value = _BY_RULE.get(finding.rule, _OTHERWISE)
    if finding.pronoun and finding.rule != "replaced-by":
        value -= _PRONOUN
    return min(value, _REPORTED) if finding.reported else round(value, 2)
