"""What a claim is worth by itself, before trust in its publisher and a second origin come in."""

from events.catalogue import Claim

ACCEPT_AT = 0.9  # confidence from which on a claim may stand without an editor


def standing_alone(claim: Claim) -> bool:
    """Whether an ordinary publisher's claim may stand without an editor, judged by the claim alone."""
    return claim.confidence >= ACCEPT_AT and claim.modality == "actual"
