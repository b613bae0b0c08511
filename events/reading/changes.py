"""The changes that the verbs of a story tell: each verb has a frame, each frame a rule."""

from collections.abc import Callable

import msgspec

from events.reading.arrivals import appoint
from events.reading.assent import nominated
from events.reading.departures import depart, die, give, leave, lose, step
from events.reading.elections import defeat, win
from events.reading.finding import Finding
from events.reading.nominals import nominals
from events.reading.removals import part, remove, vote_out
from events.reading.resignations import accept, tender
from events.reading.rollcalls import fronted, roll_call
from events.reading.scene import Story
from events.reading.successions import succeed
from events.reading.telling import FRAMES, Telling
from events.reading.terms import become, hold, reappoint, serve, take, will_be

# words/verbs.txt says which frame a form of a verb has.
RULES: dict[str, Callable[[Telling, int], None]] = {
    "appoint": appoint,
    "nominate": appoint,
    "reappoint": reappoint,
    "become": become,
    "take": take,
    "serve": serve,
    "win": win,
    "defeat": defeat,
    "willbe": will_be,
    "voteout": vote_out,
    "hold": hold,
    "leave": leave,
    "step": step,
    "stand": step,
    "depart": depart,
    "give": give,
    "lose": lose,
    "tender": tender,
    "accept": accept,
    "die": die,
    "remove": remove,
    "part": part,
    "succeed": succeed,
}


class Changes:
    """Reads the sentences of a story in order; what one says, the next may refer to."""

    def __init__(self, story: Story) -> None:
        self.telling = Telling(story)

    def read(self, index: int) -> list[Finding]:
        """The changes that the sentence tells, by verbs, lists and nouns."""
        telling = self.telling
        telling.turn_to(index)
        for place, phrase in enumerate(telling.row):
            if phrase.kind == "W":
                rule = RULES.get(FRAMES.get(phrase.low, ""))
                if rule is not None:
                    rule(telling, place)
        roll_call(telling)
        fronted(telling)
        found = telling.here
        telling.turn_over()
        by_nouns = nominals(telling.story, index, telling.findings, telling.left)
        telling.keep(by_nouns)
        nominated([*found, *by_nouns], telling.scene.tokens)
        for finding in by_nouns:
            if finding.kind != "holds":
                telling.topic = [finding.role]
        return found + by_nouns

    def finish(self) -> list[Finding]:
        """Departures whose post the article told only later."""
        telling, late = self.telling, list[Finding]()
        left = {finding.person for finding in telling.findings if finding.kind == "out"}
        for template in telling.pending:
            taken = [id(f.role) for f in telling.findings if f.person == template.person and f.kind == "in"]
            known = [
                role for role in telling.story.posts.get(template.person, []) if id(role) not in taken
            ]  # "resigned to become treasurer": not what is taken
            if known and template.person not in left:
                for role in telling.last(known):
                    organization = (
                        telling.story.organizations.get((template.person, role.post)) or telling.story.home
                    )
                    late.append(msgspec.structs.replace(template, role=role, organization=organization))
        return late
