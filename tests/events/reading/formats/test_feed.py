"""Each item of a feed is an article; XML can neither fetch nor blow up."""

import pytest

from events.reading.formats.derived import Underivable
from events.reading.formats.feed import feed

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Aldmouth Post</title><language>en-gb</language><link>https://post.example</link>
<item><title>Harbour names &amp;amp; greets chief</title><link>https://post.example/8</link>
<description>&lt;p&gt;A teaser.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Nora Quill has <b>come</b>.</p><p>Tomas Brill left.</p>]]></content:encoded>
<pubDate>Tue, 10 Mar 2026 08:00:00 +0100</pubDate><source url="https://wire.example">Norland Wire</source></item>
<item><title>Empty</title><guid>tag:post.example:9</guid></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Post</title>
<entry><title>Hafen</title><link rel="self" href="https://post.example/self"/><link href="https://post.example/1"/>
<id>urn:1</id><published>2026-03-10T08:00:00Z</published><updated>2026-03-11T08:00:00Z</updated>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Nora Quill <em>kommt</em>.</p><p>Ende.</p></div></content>
</entry></feed>"""
LAUGHS = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<rss><channel><item><title>&d;</title><link>u</link><description>&d;</description></item></channel></rss>"""
OUTSIDE = """<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<rss><channel><item><title>t</title><link>u</link><description>&secret;</description></item></channel></rss>"""


def test_rss_items_with_their_fullest_text() -> None:
    first, second = feed(RSS)

    assert first.title == "Harbour names & greets chief"
    assert first.body == "Nora Quill has come.\n\nTomas Brill left."
    assert (first.uri, first.published) == ("https://post.example/8", "2026-03-10T08:00:00+01:00")
    assert (first.language, first.credit) == ("en-gb", "Norland Wire")
    assert (second.uri, second.body, second.published) == ("tag:post.example:9", "", None)


def test_atom_entries_with_xhtml() -> None:
    (entry,) = feed(ATOM)

    assert entry.body == "Nora Quill kommt.\n\nEnde."
    assert (entry.uri, entry.published) == ("https://post.example/1", "2026-03-10T08:00:00+00:00")
    assert (entry.title, entry.language) == ("Hafen", "de")


def test_each_item_s_original_is_what_stands_in_the_feed() -> None:
    first, second = feed(RSS)

    assert first.original is not None
    assert first.original in RSS
    assert first.original.startswith("<item><title>Harbour")
    assert first.original.endswith("</source></item>")
    assert second.original == "<item><title>Empty</title><guid>tag:post.example:9</guid></item>"


def test_an_item_whose_text_speaks_of_items_is_written_anew() -> None:
    (item,) = feed(
        "<rss><channel><item><title><![CDATA[</item><item>]]></title><link>u</link></item></channel></rss>"
    )

    assert item.original == "<item><title>&lt;/item&gt;&lt;item&gt;</title><link>u</link></item>"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LAUGHS, "entities"),
        (OUTSIDE, "entities"),
        ("<rss><channel></rss>", "well-formed"),
        ("<rss><channel/></rss>", "no item"),
        ("<svg/>", "no feed"),
        ("", "well-formed"),
        ("<rss><channel>" + "<item/>" * 501 + "</channel></rss>", "501"),
    ],
)
def test_what_is_no_feed_or_a_trap_is_refused(text: str, why: str) -> None:
    with pytest.raises(Underivable, match=why):
        feed(text)
