"""What a claim says beside person and post: day, reason, capacity, attribution, organisation, quote."""

import pytest

from events.catalogue import Claim
from events.reading.article import derive
from events.reading.read import read
from events.reading.rules import Rules
from events.reading.text import sentences

SATURDAY = "2024-05-18"


def only_change(text: str, published: str | None = SATURDAY, title: str | None = None) -> Claim:
    found = read("article-1", 1, derive(text, title=title, published=published), Rules())
    changes = [claim for claim in found.claims if claim.kind not in ("holds", "held")]
    assert len(changes) == 1, changes
    return changes[0]


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("on Saturday", "2024-05-18"),  # the very day, not a week before
        ("on Friday", "2024-05-17"),
        ("yesterday", "2024-05-17"),
        ("on May 3", "2024-05-03"),
        ("on December 30", "2023-12-30"),
        ("in March", "2024-03"),
        ("last month", "2024-04"),
        ("in 2019", "2019"),
        ("on March 3, 2021", "2021-03-03"),
        ("eight days ago", "2024-05-10"),
        (", effective May 20", "2024-05-20"),
        ("in January, 2021", "2021-01"),
        ("over the affair", None),
        ("at the age of 67", None),
    ],
)
def test_the_day_a_change_takes_effect(when: str, day: str | None) -> None:
    date = only_change(f"Mayor Thomas Beck resigned {when}.").date

    assert (None if date is None else str(date)) == day


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("on Tuesday", "2024-05-21"),
        ("in June", "2024-06"),
        ("in early 2026", "2026"),
        ("at the end of the year", "2024"),
    ],
)
def test_what_is_to_come_lies_ahead(when: str, day: str) -> None:
    assert str(only_change(f"Mayor Thomas Beck will step down {when}, the council said.").date) == day


def test_what_is_under_way_lies_ahead() -> None:
    assert str(only_change("Mayor Thomas Beck is retiring June 30.").date) == "2024-06-30"
    assert str(only_change("Clara Beck takes over as mayor on September 1.").date) == "2024-09-01"
    assert str(only_change("Clara Beck took over as mayor on September 1.").date) == "2023-09-01"


def test_the_day_before_the_verb_is_the_day_of_an_oath() -> None:
    assert str(only_change("The king on Tuesday swore in Pia Roth as mayor.").date) == "2024-05-14"


def test_the_day_on_which_the_predecessor_left_is_not_the_newcomers() -> None:
    text = "Corwin Inc named Amy Stone treasurer to succeed Carl Vance, who retired last year."
    found = read("article-1", 1, derive(text, title=None, published=SATURDAY), Rules())

    assert {claim.person: str(claim.date) for claim in found.claims} == {
        "Amy Stone": "None",
        "Carl Vance": "2023",
    }


def test_the_day_on_which_it_was_said_is_not_the_day_of_the_change() -> None:
    assert only_change("Mayor Thomas Beck has resigned, the council said on Friday.").date is None


def test_without_a_publication_day_a_weekday_stays_unresolved() -> None:
    assert only_change("Mayor Thomas Beck resigned on Friday.", published=None).date is None


def test_a_digest_gives_its_day_to_what_happens_in_it() -> None:
    text = (
        "Norwegian mayor Thomas Beck resigns. (The Herald)\nA storm makes landfall in Norland. (The Courier)"
    )

    assert str(only_change(text, title=SATURDAY).date) == SATURDAY


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Mayor Thomas Beck resigned.", "resigned"),
        ("Mayor Thomas Beck was sacked.", "dismissed"),
        ("Mayor Thomas Beck retires in June.", "retired"),
        ("Mayor Thomas Beck died on Friday.", "died"),
    ],
)
def test_why_somebody_left(text: str, reason: str) -> None:
    assert only_change(text).reason == reason


@pytest.mark.parametrize(
    ("text", "attribution", "official"),
    [
        (
            "Mayor Thomas Beck was removed on Friday, the Interior Ministry reported.",
            "the Interior Ministry",
            True,
        ),
        ("Kestrel Bank said Thomas Beck resigned as treasurer.", "Kestrel Bank", True),
        ("Thomas Beck resigned as treasurer, a company spokesman said.", "a company spokesman", True),
        ("Thomas Beck resigned as treasurer, sources said.", "sources", False),
        ("Mayor Thomas Beck resigned.", None, False),
    ],
)
def test_who_says_it(text: str, attribution: str | None, official: bool) -> None:
    claim = only_change(text)

    assert (claim.attribution, claim.official) == (attribution, official)


@pytest.mark.parametrize(
    ("text", "organization"),
    [
        ("Norwegian justice minister Berit Dahl resigns.", "Norway"),
        ("Kestrel Bank Ltd said its chairman, Owen Blythe, resigned.", "Kestrel Bank Ltd"),
        ("Thomas Beck resigned as president of the University of Hallstadt.", "University of Hallstadt"),
        ("Corwin Inc's treasurer, Thomas Beck, resigned.", "Corwin Inc"),
        ("The pope accepted the resignation of Bishop Luis Romero of Lima.", "Lima"),
        ("Chelham sacked manager Frank Potter on Sunday.", "Chelham"),
        (
            "Corwin Inc said Amy Stone was elected chairman of the life insurance holding company.",
            "Corwin Inc",
        ),
        (
            "The president of Hallstadt University, Ines Sol, wrote to the Justice Department. Provost Al Reed quit.",
            "Hallstadt University",
        ),
        ("May Stores Co said it named Amy Stone chairman.", "May Stores Co"),
        (
            "Paul Weber, managing director of TN do Brasil, resigned.",
            "TN do Brasil",
        ),
        (
            "A director of Corwin Inc, Amy Stone, resigned in a letter sent to the Exchange Commission.",
            "Corwin Inc",
        ),
        (
            "TOKYO, May 17 - The U.S. and the U.S. firms want Japan to buy U.S. rice. Farm Minister Ken Mori resigned.",
            "Japan",
        ),
        ("Corwin Inc sued. State-run Tarn Railways named Amy Stone its chairman.", "Tarn Railways"),
        ("Kestrel Corp said its rival failed. The state minister of Norway, Amy Stone, resigned.", "Norway"),
    ],
)
def test_whose_post_it_is(text: str, organization: str) -> None:
    assert only_change(text).organization == organization


def test_acting_is_a_capacity_and_no_part_of_the_post() -> None:
    claim = only_change("Lucy Tran was named acting mayor of Port Ellis.")

    assert (claim.post, claim.capacity) == ("mayor", "acting")


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Mayor Thomas Beck resigned after letters had appeared in a newspaper, the city said.", "actual"),
        ("Mayor Thomas Beck, a newspaper owner, has resigned.", "actual"),
        ("Mayor Thomas Beck has resigned, a newspaper said.", "reported"),
        ("Mayor Thomas Beck has resigned, according to a local newspaper.", "reported"),
        (
            "Mayor Thomas Beck has told aides that he will resign, two people familiar with it said.",
            "reported",
        ),
    ],
)
def test_hearsay_is_what_the_press_or_the_nameless_say(text: str, modality: str) -> None:
    assert only_change(text).modality == modality


@pytest.mark.parametrize(
    ("text", "capacity"),
    [
        ("Deputy mayor Lucy Tran will stand in as mayor of Port Ellis until the election.", "acting"),
        ("Mark Hale will step in as chief executive of Corwin Ltd.", "acting"),
        ("Ivo Brandt will temporarily take over as governor of the central bank.", "acting"),
        ("Corwin Ltd appointed Joan Pell as treasurer ad interim.", "acting"),
        ("Corwin Ltd appointed Joan Pell as treasurer for the time being.", "acting"),
        ("Ruth Marsh will also act as treasurer of Corwin Ltd until a successor is named.", "acting"),
        ("Ruth Marsh becomes treasurer of Corwin Ltd until a permanent treasurer is found.", "acting"),
        ("Corwin Ltd appointed Joan Pell as treasurer until 2027.", "substantive"),
        ("Corwin Ltd appointed Joan Pell as treasurer, a new basis for growth.", "substantive"),
        ("Karim Saleh, who has been acting police chief since March, was named police chief.", "substantive"),
        ("Mayor Thomas Beck resigned and will stay until a successor is named.", "substantive"),
    ],
)
def test_what_is_taken_for_a_time_is_acting(text: str, capacity: str) -> None:
    assert only_change(text).capacity == capacity


def test_interim_before_two_posts_means_both() -> None:
    text = "Harlan Corp named Peter Osgood interim chairman and chief executive officer."
    found = read("article-1", 1, derive(text, title=None, published=SATURDAY), Rules())

    assert {(claim.post, claim.capacity) for claim in found.claims} == {
        ("chairman", "acting"),
        ("chief executive officer", "acting"),
    }


@pytest.mark.parametrize(
    ("clause", "capacity"),
    [
        ("who had been acting president since May", "acting"),
        ("who was acting on an interim basis", "acting"),
        ("who has been serving as interim president", "acting"),
        ("who was filling the post temporarily", "acting"),
        ("who is acting on the advice of doctors", "substantive"),
        ("who becomes acting chairman of the group", "substantive"),
        ("who retired", "substantive"),
        ("a man of interim reports", "substantive"),
    ],
)
def test_a_relative_clause_says_that_the_predecessor_only_stood_in(clause: str, capacity: str) -> None:
    text = f"Kestrel Bank named Ian Fairley as president, succeeding Owen Blythe, {clause}."
    found = read("article-1", 1, derive(text, title=None, published=SATURDAY), Rules())

    capacities = {claim.person: claim.capacity for claim in found.claims if claim.post == "president"}
    assert capacities == {"Ian Fairley": "substantive", "Owen Blythe": capacity}


def test_a_relative_clause_says_which_post_is_filled() -> None:
    text = "Olga Petrova replaces Boris Ivanov, who had served as interim director of the museum."
    found = read("article-1", 1, derive(text, title=None, published=SATURDAY), Rules())

    assert {(claim.kind, claim.person, claim.post, claim.capacity) for claim in found.claims} == {
        ("in", "Olga Petrova", "director", "substantive"),
        ("out", "Boris Ivanov", "director", "acting"),
    }


def test_only_the_newcomer_is_acting() -> None:
    text = "The king named Vasyl Malik acting head of the guard, replacing Ivan Bakan."
    found = read("article-1", 1, derive(text, title=None, published=SATURDAY), Rules())

    assert {claim.person: claim.capacity for claim in found.claims} == {
        "Vasyl Malik": "acting",
        "Ivan Bakan": "substantive",
    }


def test_a_quote_is_an_exact_part_of_the_text_noise_included() -> None:
    text = "image source, The Agency\r\n\r\nMayor Thomas Beck <KEST.O>, 61, “resigned”\r\non Monday."
    article = derive(text, title=None, published=SATURDAY)

    claim = read("article-1", 1, article, Rules()).claims[0]

    assert claim.quote is not None
    assert article.text[claim.quote.start : claim.quote.end].startswith(
        "Mayor Thomas Beck <KEST.O>, 61, “resigned"
    )


def test_a_name_glued_to_the_next_word_is_told_apart() -> None:
    text = "Mayor Lida Sova was removed from her post. She will be replaced by Colonel Viktor Oresenwho led the guard."

    found = read("article-1", 1, derive(text, title=None, published=SATURDAY), Rules())

    assert [(c.kind, c.person) for c in found.claims] == [("out", "Lida Sova"), ("in", "Viktor Oresen")]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Lt. Col. A. B. Smith Jr. left. He went home.", 2),
        ("She moved to the U.S. The mayor stayed.", 2),
        ("He met Gov. Ann Lee of St. Marks on Jan. 5 at noon.", 1),
        ("“I quit.” She left at 7:45 p.m. on Monday.", 2),
        ("A line that is\nwrapped in the middle goes on.", 1),
        ("A heading\nA sentence follows it.", 2),
        ("PARIS, April 1 - The mayor resigned.", 1),
    ],
)
def test_sentences_survive_abbreviations_and_wrapped_lines(text: str, count: int) -> None:
    assert len(sentences(text, 0)) == count
