"""Extraction in worker processes: one bad article costs nobody else anything."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from events.catalogue import ArticleRead
from events.extraction import Extraction
from events.reading.article import derive
from tests.events.line_extractor import LineExtractor

GOOD = "in | Ada Quist | chair | Olin Corp | 2024-05-01 |"


@pytest.fixture
def extraction() -> Iterator[Extraction]:
    spawn = multiprocessing.get_context("spawn")
    executors: list[ProcessPoolExecutor] = []

    def make() -> ProcessPoolExecutor:
        executors.append(ProcessPoolExecutor(2, mp_context=spawn))
        return executors[-1]

    yield Extraction(LineExtractor(), make, attempts=2, seconds=1.0)
    for child in multiprocessing.active_children():
        child.kill()  # as the service does: a pool that broke may wait for a worker that nobody ends
    for executor in executors:
        executor.shutdown(cancel_futures=True)


async def read(extraction: Extraction, text: str) -> ArticleRead:
    return await extraction.read("article-1", 1, derive(text, title=None, published="2024-05-02"))


@pytest.mark.slow
async def test_articles_that_raise_hang_or_kill_their_worker_count_as_read_and_the_others_are_read(
    extraction: Extraction,
) -> None:
    good, raises, sleeps, dies, also_good = await asyncio.gather(
        *(read(extraction, text) for text in (GOOD, "raise", "sleep", "die", GOOD))
    )

    assert [claim.person for claim in good.claims] == ["Ada Quist"]
    assert also_good == good
    assert {(r.extractor, r.claims) for r in (raises, sleeps, dies)} == {("lines/1/failed", ())}
