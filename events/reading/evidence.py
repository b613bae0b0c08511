"""The evidence check: does the article bear the claim out? It trusts no extractor, our own included."""

import re
from datetime import timedelta

from events.reading.article import Article
from events.reading.countries import demonyms_of
from events.reading.extractor import Draft

MAX_QUOTE = 600  # characters; a quote is a passage, not the article
MAX_NAME = 120
_AHEAD = timedelta(days=366 * 12)  # nobody announces a change of post further ahead
_WORD = re.compile(r"[^\W\d_]{2,40}")
# Words that deny or wish a change wherever they stand in the words quoted for it.
_UNREAL = re.compile(
    r"\b(?:should|ought to|calls? (?:for|on)|called (?:for|on)|denied|denies|deny|refuses? to|refused to|"
    r"threatens? to|threatened to|rumou?red|might|if)\b",
    re.I,
)


class Evidence:
    """The text of an article, prepared once for the check of all its drafts."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._text = article.text.lower()
        self._words = frozenset(_WORD.findall(self._text))

    def why_refused(self, draft: Draft) -> str | None:
        """The reason why the draft cannot stand, as a sentence for people; None where it can."""
        start, end = draft.quote.start, draft.quote.end
        if not 0 <= start < end <= len(self._article.text):
            return "the quote lies outside the text"
        if end - start > MAX_QUOTE:
            return f"the quote is longer than {MAX_QUOTE} characters"
        for what, name in (("person", draft.person), ("post", draft.post)):
            if not name.strip() or len(name) > MAX_NAME:
                return f"the {what} is empty or longer than {MAX_NAME} characters"
        if missing := self._missing(draft.person):
            return f"the person's name is not in the article: {missing}"
        if not self._names_post(draft.post):
            return "no word of the post is in the article"
        if draft.organization is not None and not self._names_country(draft.organization):
            if len(draft.organization) > MAX_NAME:
                return f"the organization is longer than {MAX_NAME} characters"
            if missing := self._missing(draft.organization):
                return f"the organization's name is not in the article: {missing}"
        if not 0.0 <= draft.confidence <= 1.0:
            return "the confidence is not between 0 and 1"
        return _wrong_dates(self._article, draft) or _unreal(self._article, draft)

    def _missing(self, name: str) -> list[str]:
        """The words of a name that are not in the text, glued to other words included."""
        return [
            word
            for word in _WORD.findall(name)
            if word.lower() not in self._words and word.lower() not in self._text
        ]

    def _names_post(self, post: str) -> bool:
        words = [word.lower() for word in _WORD.findall(post)]
        if any(word in self._words for word in words):
            return True
        told = _TOLD_BY.get(words[-1], ()) if words else ()
        return any(word in self._text for word in told) or any(word[:6] in self._text for word in words)

    def _names_country(self, organization: str) -> bool:
        return any(
            demonym in self._words or (not demonym.isalpha() and demonym in self._text)
            for demonym in demonyms_of(organization)
        )


# Posts that news names by the body: "elected to the Senate", "assumed the presidency", "named to the board".
_TOLD_BY = {
    "senator": ("senate", "sen."),
    "representative": ("house", "congress", "rep."),
    "justice": ("court",),
    "judge": ("bench", "court"),
    "member": (
        "board",
        "council",
        "parliament",
        "assembly",
        "legislature",
        "committee",
        "commission",
        "cabinet",
    ),
    "minister": ("premiership",),
    "governor": ("gov.",),
    "king": ("throne",),
}


def _wrong_dates(article: Article, draft: Draft) -> str | None:
    if draft.start is not None and draft.end is not None:
        earliest, latest = draft.start.earliest, draft.end.latest
        if earliest is not None and latest is not None and earliest > latest:
            return "the tenure ends before it starts"
    for moment in (draft.date, draft.start, draft.end):
        if moment is None or moment.earliest is None:
            continue
        if moment.earliest.year < 1000:
            return f"{moment} is no date of our time"
        if article.published is not None and moment.earliest > article.published + _AHEAD:
            return f"{moment} lies too far after the day of publication"
    return None


def _unreal(article: Article, draft: Draft) -> str | None:
    if draft.kind in ("holds", "held"):
        return None
    if found := _UNREAL.search(article.text, draft.quote.start, draft.quote.end):
        return f"the quote does not say that it happened: {found[0]!r}"
    return None
