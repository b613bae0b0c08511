"""What the rows of a file claim, and the steps that state, attest and withdraw. Pure.

A claim's identity is source, record and kind: one whose record changed is stated again, one whose record is gone is
withdrawn, one that stands without an end is attested for the later day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

import msgspec

from events.catalogue import Claim, ClaimKind, ClaimsStated, MissingEnd, StatedClaim
from events.envelope import NewEvent
from events.ids import derived
from events.sources.history import SourceHistory, digest_of
from events.sources.records import SourceFile, Tenure, Verbatims
from events.sources.steps import MOST_CLAIMS, Step, batches, content_of, same_words


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """What the import declares of its file."""

    publisher: str  # id
    missing_end: MissingEnd
    as_of: date  # the day for which the file speaks


def kind_of(tenure: Tenure, declared: Import) -> ClaimKind:
    """What a row claims, on the day for which its file speaks."""
    start, end = tenure.start, tenure.end
    if end is not None:
        return "held" if end.latest is not None and end.latest <= declared.as_of else "holds"
    begun = start is None or start.earliest is None or start.earliest <= declared.as_of
    return "holds" if begun and declared.missing_end == "current" else "in"


class Move(msgspec.Struct, frozen=True):
    """What happens to one claim: it is stated (by a row), said again (attested), or withdrawn (neither)."""

    post: str
    id: str
    tenure: Tenure | None = None
    attested: bool = False


class Claims:
    """What the rows of a file claim, and the steps that state, attest and withdraw."""

    def __init__(
        self, file: SourceFile, declared: Import, stream: str, entities: Mapping[tuple[str, str], str]
    ) -> None:
        self._named = {(each.kind, each.record): each for each in file.entities}
        self._declared, self._stream, self._entities = declared, stream, entities

    def moves(self, tenures: Iterable[Tenure], history: SourceHistory, verbatims: Verbatims) -> list[Move]:
        """What differs from what was said before, by post, so that a post's moves stay together."""
        as_of, made, moves = self._declared.as_of.isoformat(), set(), []
        for tenure in tenures:
            stated = self._stated(tenure)
            claim = stated.claim
            made.add(claim.id)
            before = history.claims.get(claim.id)
            said = before is not None and before.digest == digest_of(stated)
            if not said or not same_words(verbatims, ("claim", claim.id), tenure.verbatim):
                moves.append(Move(stated.post, claim.id, tenure))
            elif before and claim.kind == "holds" and claim.end is None and before.said < as_of:
                moves.append(Move(stated.post, claim.id, attested=True))
        moves.extend(Move(before.post, id_) for id_, before in history.claims.items() if id_ not in made)
        return sorted(moves, key=lambda move: (move.post, move.id))

    def steps(self, moves: Sequence[Move]) -> Iterator[Step]:
        """A post's moves stay together as far as an event holds them."""
        posts = (list(group) for _, group in groupby(moves, key=lambda move: move.post))
        for several in batches(posts, lambda post: sum(map(_bytes, post)), MOST_CLAIMS, count=len):
            for batch in batches([move for post in several for move in post], _bytes, MOST_CLAIMS):
                yield self._step(batch)

    def _step(self, batch: Sequence[Move]) -> Step:
        told = [move.tenure for move in batch if move.tenure is not None]
        content, spans = content_of(tenure.verbatim for tenure in told)
        event = ClaimsStated(
            as_of=self._declared.as_of.isoformat(),
            publisher=self._declared.publisher,
            claims=tuple(
                msgspec.structs.replace(self._stated(tenure), verbatim=span)
                for tenure, span in zip(told, spans, strict=True)
            ),
            withdrawn=tuple(move.id for move in batch if move.tenure is None and not move.attested),
            attested=tuple(move.id for move in batch if move.attested),
            content=content.ref if content else None,
        )
        contents = (content,) if content else ()
        return Step((NewEvent(stream=self._stream, event=event),), contents, len(batch))

    def _stated(self, tenure: Tenure) -> StatedClaim:
        kind = kind_of(tenure, self._declared)
        person, post = self._named["person", tenure.person], self._named["post", tenure.post]
        organization = None if post.organization is None else self._named["organization", post.organization]
        taking = kind == "in" and not tenure.on_leave
        claim = Claim(
            id=derived("claim", self._stream, tenure.record, kind),
            kind=kind,
            person=person.name,
            post=post.name,
            organization=None if organization is None else organization.name,
            capacity=tenure.capacity,
            date=tenure.start if taking else None,
            start=None if taking else tenure.start,
            end=tenure.end,
            background=kind == "in" and tenure.start is None,
            rule="import",
            on_leave=tenure.on_leave,
        )
        return StatedClaim(
            claim=claim,
            record=tenure.record,
            person=self._entities["person", tenure.person],
            post=self._entities["post", tenure.post],
            organization=(
                None if organization is None else self._entities["organization", organization.record]
            ),
            url=tenure.url,
        )


def _bytes(move: Move) -> int:
    return len(move.tenure.verbatim) if move.tenure else 0
