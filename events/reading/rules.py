"""The embedded default extractor: a cascade of rules over tokens, phrases and sentences of English news."""

from collections.abc import Sequence

from events.reading.article import Article
from events.reading.changes import Changes
from events.reading.extractor import Draft
from events.reading.finding import Finding
from events.reading.holdings import holdings
from events.reading.scene import Story
from events.reading.wording import drafts

NAME = "rules/1"


class Rules:
    """Reads English news articles. Texts in another language give nothing rather than something half-read."""

    name = NAME

    def extract(self, article: Article) -> Sequence[Draft]:
        """The drafts in the order of the text."""
        if article.language not in (None, "en"):
            return ()
        story = Story(article)
        changes = Changes(story)
        found: list[Finding] = []
        for index in range(len(story.scenes)):
            focus = changes.telling.focus
            for phrase in story.scenes[index].row:
                if phrase.kind == "P":
                    for role in phrase.titles + phrase.appositions:
                        story.remember(phrase.text, role)
            found.extend(changes.read(index))
            found.extend(holdings(story, index, focus))
        found.extend(changes.finish())
        return drafts(story, found)


def default() -> Rules:
    """The extractor of the entry point "rules"."""
    return Rules()
