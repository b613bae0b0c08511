"""What a worker may give: never more than the limit over all workers, and all of it up to a block a worker."""

from hypothesis import given
from hypothesis import strategies as st

from service.allowance import Allowance


class Counter:
    """What Redis does: one number for a window."""

    def __init__(self) -> None:
        self.value = 0

    def add(self, block: int) -> int:
        self.value += block
        return self.value


def ask(allowance: Allowance, window: int, counter: Counter | None) -> bool:
    while (taken := allowance.take(window)) is None:
        if counter is None:
            allowance.lease_alone(window)
        else:
            allowance.lease(window, counter.add(allowance.block))
    return taken


@given(limit=st.integers(1, 300), turns=st.lists(st.integers(0, 3), max_size=600))
def test_workers_together_give_no_more_than_the_limit(limit: int, turns: list[int]) -> None:
    workers, counter = [Allowance(limit) for _ in range(4)], Counter()

    given_ = sum(ask(workers[turn], 7, counter) for turn in turns)

    assert given_ <= limit
    if given_ < len(turns):  # somebody was refused: what is missing is what others hold
        assert limit - given_ <= 4 * workers[0].block


@given(limit=st.integers(1, 1_000))
def test_one_worker_alone_on_the_counter_gives_the_limit_exactly(limit: int) -> None:
    allowance, counter = Allowance(limit), Counter()

    answers = [ask(allowance, 7, counter) for _ in range(limit + 3)]

    assert answers == [True] * limit + [False] * 3
    assert allowance.left == 0


@given(limit=st.integers(1, 500), lost=st.lists(st.booleans(), min_size=1, max_size=600))
def test_a_worker_gives_no_more_than_the_limit_whether_redis_answers_or_not(
    limit: int, lost: list[bool]
) -> None:
    allowance, counter = Allowance(limit), Counter()

    given_ = sum(ask(allowance, 7, None if away else counter) for away in lost)

    assert given_ <= limit


@given(limit=st.integers(1, 100), windows=st.lists(st.integers(0, 50), min_size=1, max_size=300))
def test_each_window_begins_anew(limit: int, windows: list[int]) -> None:
    allowance, counters = Allowance(limit), {window: Counter() for window in windows}

    for window in sorted(windows):
        ask(allowance, window, counters[window])
        assert 0 <= allowance.left <= limit

    assert ask(allowance, 51, Counter())


def test_a_block_that_comes_after_its_window_counts_for_nothing() -> None:
    allowance = Allowance(10)
    assert allowance.take(1) is None
    assert allowance.take(2) is None

    allowance.lease(1, 1)

    assert allowance.take(2) is None
