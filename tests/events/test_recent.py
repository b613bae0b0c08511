"""What an article has to wait for."""

from events.catalogue import Claim
from events.recent import Recent


def claim(person: str, organization: str | None) -> Claim:
    return Claim(id=f"claim-{person}", kind="holds", person=person, post="chair", organization=organization)


def test_an_article_waits_for_the_last_append_that_shares_a_name() -> None:
    recent = Recent()
    recent.wrote(10, [claim("Ada Quist", "Olin Corp")])
    recent.wrote(20, [claim("Bo Brown", "Quill Ltd")])
    recent.wrote(30, [claim("Cy Green", "Quill Ltd")])

    assert recent.needed([claim("ADA QUIST", "Some Trust")]) == 10
    assert recent.needed([claim("Ada B. Quist", None)]) == 10
    assert recent.needed([claim("Di White", "Quill Limited")]) == 30
    assert recent.needed([claim("Di White", "Another Trust")]) == 0
    assert recent.needed([]) == 0


def test_what_must_be_seen_in_any_case_is_waited_for() -> None:
    recent = Recent()
    recent.wrote(10, [claim("Ada Quist", "Olin Corp")])
    recent.forget(25)

    assert recent.needed([claim("Ada Quist", "Olin Corp")]) == 25
    assert recent.needed([]) == 25


def test_old_appends_count_for_everybody() -> None:
    recent = Recent()
    for position in range(1, 2001):
        recent.wrote(position, [claim(f"Ada Q{'u' * (position % 7)}ist", None)])

    assert recent.needed([claim("Di White", "Another Trust")]) == 1500
