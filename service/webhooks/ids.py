"""How messages are named: by the subscription and what they tell of. Pure.

In the queue, what a message tells of is a position and an ordinal: of a Change, from 1; of a redaction, 0; of a notice,
its number, which is below 0.
"""

import re

_NOTICES_FROM = -(2**31)
_FORM = re.compile(r"-(\d{1,18})-(n?)(\d{1,10})", re.ASCII)


def message_id(subscription: str, position: int, ordinal: int) -> str:
    """The webhook-id: the same for every attempt, another for every subscription, without a dot."""
    told = f"n{ordinal - _NOTICES_FROM}" if ordinal < 0 else str(ordinal)
    return f"{subscription}-{position}-{told}"


def place_of(subscription: str, message: str) -> tuple[int, int] | None:
    """Position and ordinal of a message of the subscription, by its id; None where it is none of its own."""
    if not message.startswith(subscription) or not (found := _FORM.fullmatch(message, len(subscription))):
        return None
    ordinal = int(found[3]) + (_NOTICES_FROM if found[2] else 0)
    return (
        (int(found[1]), ordinal)
        if ordinal < 2**31 and message_id(subscription, int(found[1]), ordinal) == message
        else None
    )


def change_of(position: int | None, ordinal: int | None) -> str | None:
    """The id of the Change that a message tells of, position.ordinal; None where it tells of none."""
    return None if position is None or ordinal is None or ordinal < 1 else f"{position}.{ordinal}"
