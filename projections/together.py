"""Questions that are asked at the same time are answered together: while one round trip is under way, the next group
gathers. Whoever asks alone does not wait."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

GROUPS = 2  # under way at a time

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Together(Generic[Question, Answer]):
    """Asks `answers` for a group of questions, at most `most` of them, and gives each asker its own answer.

    `answers` gives one answer for each question, in their order. Where it raises, each of the group is asked for by
    itself, so that a question without an answer is nobody's trouble but its asker's. Up to `groups` of them are under
    way, so that one that takes long does not hold up the others.
    """

    def __init__(
        self,
        answers: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        most: int = 200,
        groups: int = GROUPS,
    ) -> None:
        self._answers = answers
        self._most = most
        self._groups = groups
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._asking: set[asyncio.Task[None]] = set()

    async def ask(self, question: Question) -> Answer:
        """The answer to one question."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if len(self._asking) < self._groups:
            task = asyncio.create_task(self._ask(), name="ask together")
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        return await answer

    async def _ask(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            await self._settle(group)

    async def _settle(self, group: Sequence[tuple[Question, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._answers([question for question, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to who asked
            if len(group) > 1:
                for each in group:
                    await self._settle([each])
            elif not (only := group[0][1]).done():
                only.set_exception(error)
        else:
            for (_, asked), answer in zip(group, answers, strict=True):
                if not asked.done():
                    asked.set_result(answer)
