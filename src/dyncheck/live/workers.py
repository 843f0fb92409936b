"""Makes calls in several threads."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Workers(Generic[Asked, Answer]):
    """Threads that ask questions. They end with the process, which does not wait for their answers."""

    def __init__(self, ask: Callable[[Asked], Answer], threads: int) -> None:
        self._ask = ask
        self._asked: SimpleQueue[Asked] = SimpleQueue()
        self._answered: SimpleQueue[tuple[Asked, Answer | Exception]] = SimpleQueue()
        for _ in range(threads):
            Thread(target=self._work, daemon=True).start()

    def submit(self, question: Asked) -> None:
        """Have a question asked."""
        self._asked.put(question)

    def next(self, seconds: float | None) -> tuple[Asked, Answer] | None:
        """The next question that was answered, with its answer; None when so many seconds pass without one. Raises what the call raised."""
        try:
            question, answer = self._answered.get(timeout=seconds)
        except Empty:
            return None
        if isinstance(answer, Exception):
            raise answer
        return question, answer

    def _work(self) -> None:
        while True:
            question = self._asked.get()
            try:
                self._answered.put((question, self._ask(question)))
            except Exception as error:
                self._answered.put((question, error))
