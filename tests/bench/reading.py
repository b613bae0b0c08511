"""Reading: articles a second beside splitting the same texts into words, and the figures on annotated news."""

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from events.reading.article import Article, derive
from events.reading.read import read
from events.reading.rules import Rules
from tests.bench.pairs import Row, paired
from tests.events.reading.sentences import CHANGES
from tests.support.service import COMMAND

_SHARED = Path(os.environ.get("INCUMBENT_SHARED", "../shared")) / "extraction"
_SETS = {"reuters": "agency articles", "world": "world news"}
_HALVES = {"all": (0, 1), "even half": (0,), "odd half": (1,)}
_ARTICLES, _WORDS = 60, 400
_WORD = re.compile(r"\w+|[^\w\s]")
_DENSE = (
    "Kestrel Bank said Clara Whitfield was named chairman, succeeding Owen Blythe, who retired on Monday. "
)
_FILLER = (
    "The company makes valves and pumps for the food industry and employs 400 people in two towns.",
    "Shares were little changed on the day.",
    "Analysts had looked for a profit of 12 cents a share, against 10 cents a year earlier.",
)


async def reading_speed() -> list[Row]:
    """Articles of 400 words of which one sentence in four tells a change, and a megabyte of which each one does."""
    articles = [_article(random.Random(number)) for number in range(_ARTICLES)]
    dense = [derive((_DENSE * 11_000)[:1_000_000], title=None, published="2024-05-18")]
    measured = (
        (f"articles of {_WORDS} words read, CPU time of one core", articles, len(articles), "/s"),
        ("a megabyte read, three changes in every sentence, CPU time of one core", dense, 1_000, "kB/s"),
    )
    return [
        await paired(
            f"{what}, floor: split into words",
            unit,
            _rate(amount, texts, lambda article: read("article-bench", 1, article, Rules())),
            _rate(amount, texts, lambda article: _WORD.findall(article.text)),
        )
        for what, texts, amount, unit in measured
    ]


def reading_figures() -> Iterator[Row]:
    """What score.py prints for the annotated articles, where they are at hand: whole, and by halves."""
    if not (_SHARED / "score.py").exists():
        yield Row(f"reading: no annotated news at {_SHARED} (set INCUMBENT_SHARED)", "", "", "")
        return
    for name, called in _SETS.items():
        for half, remainders in _HALVES.items():
            for line in _scored(_SHARED / name, remainders):
                what, _, figures = line.partition(": ")
                if half == "all" or what in ("changes", "holds"):
                    yield Row(f"reading, {called}, {half}: {what}", figures.replace("  ", " "), "", "")


def _scored(folder: Path, remainders: Sequence[int]) -> list[str]:
    """The lines of score.py on the articles whose number in the file has one of these remainders by two."""
    with TemporaryDirectory() as made:
        gold, articles, found = (Path(made) / f"{name}.jsonl" for name in ("gold", "articles", "found"))
        for file in (gold, articles):
            lines = (folder / file.name).read_text("utf-8").splitlines(keepends=True)
            kept = (line for number, line in enumerate(lines) if number % 2 in remainders)
            file.write_text("".join(kept), "utf-8")
        found.write_bytes(
            subprocess.run([COMMAND, "extract", articles], capture_output=True, check=True).stdout
        )
        told = subprocess.run(
            [sys.executable, folder.parent / "score.py", gold, articles, found],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return told.stdout.splitlines()


def _article(dice: random.Random) -> Article:
    """One of our own sentences in four, the rest what business news is filled with."""
    sentences: list[str] = []
    while sum(len(sentence.split()) for sentence in sentences) < _WORDS:
        sentences += [dice.choice(CHANGES)[1], *_FILLER]
    return derive(" ".join(sentences), title="Changes at the top", published="2024-05-18")


def _rate(
    amount: int, articles: Sequence[Article], work: Callable[[Article], object]
) -> Callable[[], Awaitable[float]]:
    """How much of the amount that the articles are is done in a second of CPU time."""

    async def measure() -> float:
        before = time.process_time()
        for article in articles:
            work(article)
        return amount / (time.process_time() - before)

    return measure
