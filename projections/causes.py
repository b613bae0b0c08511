"""What of an event decides the kind of the Changes that it causes. Pure."""

from collections.abc import Collection
from datetime import date

from events.catalogue import ClaimsDecided, ClaimsResolved, Event, PostSettled, type_of
from projections.kinds import Cause

EDITOR = "editor"  # the basis of a resolution that an editor gave


def cause_of(event: Event, claims: Collection[str] = (), told_on: date | None = None) -> Cause:
    """The event as a cause for one post, of whose claims it touches those; `told_on` is when they were published."""
    match event:
        case ClaimsDecided(decisions=decisions) | PostSettled(decisions=decisions):
            own = [decision for decision in decisions if decision.claim in claims]
            by_editor = any(decision.checked_by == "editor" for decision in own)
            states = frozenset(decision.state for decision in own)
            return Cause(
                event=type_of(event),
                decided_by="editor" if by_editor else "machine",
                states=states,
                told_on=told_on,
            )
        case ClaimsResolved(resolutions=resolutions):
            by_editor = any(each.basis == EDITOR for each in resolutions if each.claim in claims)
            return Cause(
                event=type_of(event), decided_by="editor" if by_editor else "machine", told_on=told_on
            )
        case _:
            return Cause(event=type_of(event), told_on=told_on)
