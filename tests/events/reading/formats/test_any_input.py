"""Whatever comes in is an article or is refused; nothing else is ever raised, and what is derived can be stored."""

import json
from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from events.reading.formats.derived import Derived, Underivable
from events.reading.formats.feed import feed
from events.reading.formats.ninjs import is_ninjs, ninjs
from events.reading.formats.page import page

TODAY = date(2026, 3, 20)

_words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
_PIECES = """\
<p> </p> <div> </div> <h1> </h1> <br> <article> </article> <b> <title> <html> <body> <!-- --> <![CDATA[ ]]> <? &amp;
&#0; &#xD800; &nbsp; <rss> <channel> <item> </item> <description> </description> <entry> <feed> <pubDate> <svg>
<p/> <x:y> <template> </script> {"@type":"NewsArticle","datePublished":"2026-03-10"}""".split()
_pieces = st.sampled_from(
    [
        *_PIECES,
        "<meta content=2099 property=article:published_time>",
        "<time itemprop=datePublished datetime=2026-03-10>",
        "<link rel=canonical>",
        '<script type="application/ld+json">',
    ]
)
_markup = st.lists(st.one_of(_pieces, _words), max_size=40).map("".join)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), _words, st.just("<p>Nora Quill came.</p>")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_words, inner, max_size=3)),
    max_leaves=8,
)
_members = st.sampled_from(
    "uri guid type title headline headlines bodies body_html body_text versionCreated pubStatus embargoed language"
    " version infoSources source descriptions".split()
)


def is_storable(article: Derived) -> None:
    for text in (
        article.body,
        article.title,
        article.uri,
        article.credit,
        article.language,
        article.original,
    ):
        if text is not None:
            text.encode()  # no lone surrogate


@given(_markup)
def test_any_page(markup: str) -> None:
    with suppress(Underivable):
        is_storable(page(markup, published=None, today=TODAY))


@given(_markup)
def test_any_feed(markup: str) -> None:
    with suppress(Underivable):
        for article in feed(f"<rss><channel><item>{markup}</item></channel></rss>"):
            is_storable(article)


@given(st.dictionaries(_members, _json, max_size=8))
def test_any_ninjs(item: dict[str, object]) -> None:
    body = json.dumps(item).encode()
    is_ninjs(body)
    with suppress(Underivable):
        is_storable(ninjs(body))
