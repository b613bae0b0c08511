"""Which of a sentence's dates is the day on which a change takes effect."""

from datetime import date

from events.dates import PartialDate
from events.reading.finding import Finding
from events.reading.scene import Scene, Story
from events.reading.text import Token
from events.reading.when import MONTHS, Moment, moments

_OTHER_EVENT = frozenset("following after since before when until amid despite who 's".split())
_LEAVING = frozenset(
    "resigned retired died quit left retires resigns retiring leaves stepped steps departs".split()
)
_GOING = frozenset("retiring resigning stepping leaving quitting".split())
_BEGINS = frozenset("takes assumes".split())
_AHEAD = frozenset(["will", "would"])
_SET_TO = frozenset("is are due set plans planned intends agreed decided expected scheduled".split())
_LONG_AGO = 60  # days after which a change is background, not news


def date_changes(story: Story, changes: list[Finding]) -> None:
    """Gives each change the day its sentence tells, and marks what is long past as background.

    What is elected or nominated takes effect on another day than the one told, so it gets none.
    """
    published = story.article.published
    cache: dict[tuple[int, bool], list[Moment]] = {}
    for finding in changes:
        if finding.kind in ("elected", "nominated"):
            continue
        scene = story.scenes[finding.scene]
        key = (finding.scene, _lies_ahead(scene, finding))
        if key not in cache:
            cache[key] = moments(scene.tokens, published, past=not key[1])
        finding.date = _told(cache[key], finding, scene, published)
        if finding.date is None and story.is_digest and published is not None and _happens(scene, finding):
            finding.date = PartialDate.on(published)
        if finding.date is not None and published is not None and finding.date.latest is not None:
            long_ago = (published - finding.date.latest).days > _LONG_AGO
            finding.background = finding.background or long_ago
    _effective(story, changes)
    _paired(changes)


def date_holdings(story: Story, holds: list[Finding]) -> None:
    """Gives holdings the tenure told right after them: "since 2015", "from 2007 until 2011"."""
    published = story.article.published
    for finding in holds:
        tokens = story.scenes[finding.scene].tokens
        after = tokens[finding.end : finding.end + 9]
        if not any(token.low in ("since", "from", "until") for token in after[:3]):
            continue
        for moment in moments(tokens, published, past=True):
            if finding.end <= moment.start < finding.end + 9:
                word = tokens[moment.start].low if moment.start < len(tokens) else ""
                before = tokens[moment.start - 1].low
                if word in ("since", "from") or before in ("since", "from"):
                    finding.begin = moment.date
                elif finding.begin is not None or "until" in (word, before):
                    finding.until = moment.date
                    break


def _effective(story: Story, changes: list[Finding]) -> None:
    """ "The appointment is effective March 1": the day of what the sentences before have told without one."""
    published = story.article.published
    told_in = {finding.scene for finding in changes}
    for index, scene in enumerate(story.scenes):
        place = next((i for i, token in enumerate(scene.tokens) if token.low == "effective"), None)
        if place is None:
            continue
        day = next(
            (
                m.date
                for m in moments(scene.tokens, published, past=False)
                if m.start <= place + 2 and m.end > place
            ),
            None,
        )
        if day is None:
            continue
        for finding in changes:
            near = finding.scene == index or (index not in told_in and 0 < index - finding.scene < 3)
            if near and finding.date is None and finding.kind in ("in", "out") and not finding.background:
                finding.date = day


def _paired(changes: list[Finding]) -> None:
    """Who is succeeded leaves on the day the successor starts, where only that day is told."""
    for out in changes:
        if out.kind == "out" and out.date is None and out.rule in ("succeeding", "succeeded", "replaced"):
            for taken in changes:
                if taken.kind == "in" and taken.scene == out.scene and taken.role.words == out.role.words:
                    out.date = taken.date


def _lies_ahead(scene: Scene, finding: Finding) -> bool:
    before = [token.low for token in scene.tokens[max(0, finding.at - 5) : finding.at]]
    if _AHEAD & set(before) or scene.tokens[finding.at].low in ("ends", "expires"):
        return True
    coming = scene.tokens[finding.at].low in _BEGINS
    if coming and any(token.low.rstrip(".") in MONTHS for token in scene.tokens[finding.at : finding.at + 9]):
        return True  # "takes over on July 1"
    if scene.tokens[finding.at].low in _GOING and before[-1:] and before[-1] in ("is", "are"):
        return True  # "is retiring June 30"
    named = finding.at > 1 and scene.tokens[finding.at - 2].capital  # "Osgood to step down in June"
    return len(before) > 1 and before[-1] == "to" and (named or before[-2] in _SET_TO)


def _told(found: list[Moment], finding: Finding, scene: Scene, published: date | None) -> PartialDate | None:
    for moment in found:
        if moment.of_speech:
            continue
        if finding.at <= moment.start <= finding.end + 9:
            between = scene.tokens[max(finding.at + 1, finding.start) : moment.start]
            if _tells_another(between, near=moment.start <= finding.end + 6):
                break
            if finding.kind == "in" and _gone_before(between, moment, published):
                break
            return moment.date
    for moment in found:
        beside = 0 <= finding.at - moment.end < 2 and scene.tokens[finding.at].low in _DONE_THEN
        if beside and not moment.of_speech and moment.start > 0 and scene.tokens[moment.start].low == "on":
            return moment.date  # "on Tuesday swore in"
        opens = not moment.of_speech and moment.end <= finding.start and moment.start <= 3
        if opens and finding.rule != "noun":
            return moment.date
    return None


def _gone_before(between: list[Token], moment: Moment, published: date | None) -> bool:
    """ "to succeed B, who retired last year": the day on which the predecessor left, not the newcomer's."""
    if not any(token.low == "who" for token in between) or published is None:
        return False
    return moment.date.latest is not None and moment.date.latest < published


_DONE_THEN = frozenset("swore sworn resigned quit stepped sacked fired dismissed removed ousted took".split())


def _tells_another(between: list[Token], *, near: bool) -> bool:
    """Whether the words up to the date tell another event; "B, who resigned" and "when he retires" are this one."""
    for place, token in enumerate(between):
        if token.low in _OTHER_EVENT:
            following = [word.low for word in between[place + 1 : place + 3]]
            return not (token.low in ("who", "when") and any(word in _LEAVING for word in following))
    return not near


def _happens(scene: Scene, finding: Finding) -> bool:
    """Whether it is told in the present tense, as the items of a digest are."""
    low = scene.tokens[finding.at].low
    before = scene.tokens[max(0, finding.at - 3) : finding.at]
    if any(
        token.low in ("votes", "agrees", "decides")
        for token in scene.tokens[max(0, finding.at - 8) : finding.at]
    ):
        return True
    return low.endswith("s") or any(token.low in ("is", "are") for token in before) or low == "succeeding"
