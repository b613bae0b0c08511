"""What has been made of an article, or of a post's own claims, so far: a fold of its stream. Pure."""

from collections.abc import Iterable

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    ArticleReleased,
    ArticleTraced,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    ClaimsSubmitted,
    Decision,
    Resolution,
)
from events.envelope import Recorded


class History:
    """An article's versions, readings, resolutions and decisions, as its stream tells them; a post's likewise."""

    def __init__(self, stream: str, events: Iterable[Recorded]) -> None:
        self.stream = stream  # the id of the article or post
        self.version = 0  # of the stream, for the next append to expect
        self.received: dict[int, Recorded] = {}  # by version of the article
        self.released: set[int] = set()
        self.traced: dict[int, str] = {}  # by version: the origin that it was traced to
        self.readings: dict[int, ArticleRead] = {}  # the last of each version
        self.claims: dict[str, Claim] = {}  # every claim ever made, as its last reading has it
        self.resolutions: dict[str, Resolution] = {}
        self.decisions: dict[str, Decision] = {}  # the last of each claim
        self.editors: dict[str, Decision] = {}  # the last that an editor made
        self.decided: dict[str, Recorded] = {}  # the event of the last decision on each claim
        self.submitted: dict[str, ClaimsSubmitted] = {}  # by claim: those that no article makes
        self.successors: dict[str, str] = {}  # from a claim to the one that corrects it
        for recorded in events:
            self._add(recorded)

    def _add(self, recorded: Recorded) -> None:
        self.version = recorded.version
        match recorded.event:
            case ArticleReceived(version=version):
                self.received[version] = recorded
            case ArticleReleased(version=version):
                self.released.add(version)
            case ArticleRead() as reading:
                self.readings[reading.version] = reading
                self.claims.update((claim.id, claim) for claim in reading.claims)
            case ArticleTraced(version=version, origin=origin):
                self.traced[version] = origin
            case ClaimsResolved(resolutions=resolutions):
                self.resolutions.update((resolution.claim, resolution) for resolution in resolutions)
            case ClaimsDecided(decisions=decisions):
                self.decisions.update((decision.claim, decision) for decision in decisions)
                self.decided.update((decision.claim, recorded) for decision in decisions)
                self.editors.update((d.claim, d) for d in decisions if d.checked_by == "editor")
            case ClaimsSubmitted() as submitted:
                self.submitted.update((claim.id, submitted) for claim in submitted.claims)
                if submitted.supersedes is not None:
                    self.successors.update((submitted.supersedes, claim.id) for claim in submitted.claims)
            case _:
                pass

    def is_read(self, version: int) -> bool:
        return version in self.readings

    def is_sealed(self, version: int) -> bool:
        """Whether the version is under an embargo that has not ended. Only its release ends it, never a clock."""
        received = self.received[version].event
        assert isinstance(received, ArticleReceived)
        return received.embargoed is not None and version not in self.released

    def claim(self, claim: str) -> Claim | None:
        """The claim as it was last read or submitted; None where the stream has none of that id."""
        if (submitted := self.submitted.get(claim)) is not None:
            return next(each for each in submitted.claims if each.id == claim)
        return self.claims.get(claim)

    def last_of_chain(self, claim: str) -> str:
        """The last correction of a claim, or the claim itself. A chain has an end: what corrects is always new."""
        while claim in self.successors:
            claim = self.successors[claim]
        return claim

    def first_of_chain(self, claim: str) -> str:
        """The claim that a correction, or a correction of one, corrects in the end."""
        while (submitted := self.submitted.get(claim)) is not None and submitted.supersedes is not None:
            claim = submitted.supersedes
        return claim

    def settled(self) -> dict[str, Resolution]:
        """The resolutions that stay: a claim whose person and post are known keeps them."""
        return {
            claim: resolution
            for claim, resolution in self.resolutions.items()
            if resolution.person is not None and resolution.post is not None
        }

    def made_by_newer(self, version: int) -> set[str] | None:
        """The claims of the highest version read so far, where that is higher than this one; else None."""
        highest = max(self.readings, default=0)
        if highest <= version:
            return None
        return {claim.id for claim in self.readings[highest].claims}
