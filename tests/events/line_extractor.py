"""An extractor for articles made of lines, `kind | person | post | organization | date | flags`. For tests.

It is real: it runs in worker processes, quotes what it read and goes through the evidence check like any other.
Two lines ask for trouble: `raise` raises, `die` kills the worker, `sleep` takes for ever.
"""

import os
import time
from collections.abc import Iterator, Sequence
from typing import cast

from events.catalogue import ClaimKind, Span
from events.dates import PartialDate
from events.reading.article import Article
from events.reading.extractor import Draft


class LineExtractor:
    def __init__(self, name: str = "lines/1") -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def extract(self, article: Article) -> Sequence[Draft]:
        return tuple(self._drafts(article.text))

    def _drafts(self, text: str) -> Iterator[Draft]:
        start = 0
        for line in text.splitlines(keepends=True):
            match [part.strip() for part in line.split("|")]:
                case ["raise"]:
                    raise RuntimeError("this line raises")
                case ["die"]:
                    os._exit(1)
                case ["sleep"]:
                    time.sleep(3600)
                case [kind, person, post, organization, date, flags]:
                    yield Draft(
                        kind=cast(ClaimKind, kind),
                        person=person,
                        post=post,
                        organization=organization or None,
                        date=PartialDate.parse(date) if date else None,
                        official="official" in flags,
                        modality="reported" if "reported" in flags else "actual",
                        background="background" in flags,
                        confidence=0.6 if "unsure" in flags else 0.95,
                        attribution="the office" if "official" in flags else None,
                        quote=Span(start=start, end=start + len(line.rstrip("\n"))),
                        rule="line",
                    )
            start += len(line)
