from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.dates import InvalidDate
from events.reading.article import derive

BODY = "Mayor Thomas Beck resigned on Monday.\r\n\r\nHe gave no reason."


def test_the_derived_text_is_title_line_feed_and_the_body_verbatim() -> None:
    article = derive(BODY, title="Mayor resigns", published="2024-05-18")

    assert article.text == f"Mayor resigns\n{BODY}"
    assert article.text[: article.title_length] == "Mayor resigns"


@pytest.mark.parametrize("title", [None, "", "  \n"])
def test_without_a_title_the_derived_text_is_the_body(title: str | None) -> None:
    article = derive(BODY, title=title, published=None)

    assert (article.text, article.title_length) == (BODY, 0)


@pytest.mark.parametrize(
    ("published", "day"),
    [
        ("2024-05-18", date(2024, 5, 18)),
        ("2024-05-18T23:30:00Z", date(2024, 5, 18)),
        ("2024-05-18T01:30:00+05:30", date(2024, 5, 18)),
        ("18-MAR-1987 08:35:45.87", date(1987, 3, 18)),
        (" 1-APR-1987 18:26:04.96", date(1987, 4, 1)),
        ("November 1, 2017", date(2017, 11, 1)),
        ("Nov 1, 2017 ", date(2017, 11, 1)),
        ("1 November 2017", date(2017, 11, 1)),
    ],
)
def test_the_forms_of_a_publication_date(published: str, day: date) -> None:
    article = derive(BODY, title=None, published=published)

    assert (article.published, article.published_basis) == (day, "given")


@pytest.mark.parametrize(
    "published", ["yesterday", "2024-02-30", "31-FEB-1987", "Smarch 1, 2017", "2024-05-18T99:00Z", "1987"]
)
def test_a_publication_date_that_is_none_is_refused(published: str) -> None:
    with pytest.raises(InvalidDate, match="is no publication date"):
        derive(BODY, title=None, published=published)


@pytest.mark.parametrize(
    "header", [" date 2022-09-24 47 minutes", "Published: 2022-09-24", "\n\nUpdated 2022-09-24 10:00"]
)
def test_a_header_line_gives_the_day_where_none_is_given(header: str) -> None:
    article = derive(f"{header}\n\n{BODY}", title=None, published=None)

    assert (article.published, article.published_basis) == (date(2022, 9, 24), "derived")


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "",
        f"date 2022-02-30\n{BODY}",
        f"The date 2022-09-24 was chosen.\n{BODY}",
        BODY + "\n" * 4 + "date 2022-09-24",
    ],
)
def test_without_any_date_none_is_guessed(body: str) -> None:
    article = derive(body, title=None, published=None)

    assert (article.published, article.published_basis) == (None, "missing")


def test_a_given_day_wins_over_a_header_line() -> None:
    article = derive(f"date 2022-09-24\n{BODY}", title=None, published="2024-05-18")

    assert (article.published, article.published_basis) == (date(2024, 5, 18), "given")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "The mayor of the town said that he was on his way to the hall and that it had been a long day.",
            "en",
        ),
        (
            "Der Minister hat die Arbeit mit dem Präsidenten und der Kanzlerin auf dem Gipfel nicht für das Land.",
            "de",
        ),
        (
            "Le ministre et la présidente sont dans une ville du pays pour les fêtes avec des amis sur la place.",
            "fr",
        ),
        ("Stone resigned.", None),
        ("", None),
    ],
)
def test_the_language_is_told_where_it_is_clear(text: str, language: str | None) -> None:
    assert derive(text, title=None, published=None).language == language


@given(body=st.text(), title=st.none() | st.text())
def test_whatever_the_text_the_body_stands_in_it_at_its_place(body: str, title: str | None) -> None:
    article = derive(body, title=title, published="2024-05-18")

    assert article.text.endswith(body)
    assert len(article.text) == len(body) + (article.title_length + 1 if article.title_length else 0)
