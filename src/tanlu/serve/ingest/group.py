"""Many senders, one committer: what has queued while the disk was busy goes to it together."""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tanlu.monitor.stream import Body, Pipeline, Receipt

__all__ = ["BYTES_MAX", "Group", "size_of"]

BYTES_MAX = 64 << 20
# a group is large enough for the disk and small enough that nobody waits long for it
GROUP_BYTES = 8 << 20
GROUP_BODIES = 4096
RETRY_S = 1
T = TypeVar("T")


class _Waiting(NamedTuple):
    body: Body
    size: int
    future: Future[Receipt]


class _Question(NamedTuple):
    ask: Callable[[Pipeline], Any]
    future: Future[Any]
    writes: bool


def size_of(body: Body) -> int:
    """Give how many bytes a body holds in memory."""
    if isinstance(body.data, bytes):
        return len(body.data)
    proof = 0 if body.evidence is None else int(body.evidence.estimated_size())
    return int(body.data.estimated_size()) + len(body.raw or b"") + proof


class Group:
    """The queue before a pipeline and the thread that commits.

    Parameters
    ----------
    bytes_max
        How many bytes may wait [bytes]; beyond them `submit` refuses.
    """

    def __init__(
        self, pipeline: Pipeline, *, bytes_max: int = BYTES_MAX, group_bytes: int = GROUP_BYTES
    ) -> None:
        self.pipeline = pipeline
        self.bytes_max, self.group_bytes = bytes_max, group_bytes
        self.waiting_bytes = 0
        self.busy_s = 0.0
        self.failure: BaseException | None = None
        self._queue: deque[_Waiting] = deque()
        self._questions: deque[_Question] = deque()
        self._there = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def submit(self, body: Body) -> Future[Receipt]:
        """Give the future receipt of a body; it comes when the body is durable.

        Raises
        ------
        TanluError
            TL455 when too much waits, TL458 when no more is taken.
        """
        size = size_of(body)
        future = _promised()
        with self._there:
            if self._ending:
                raise TanluError("TL458", value=body.stream)
            if self.waiting_bytes and self.waiting_bytes + size > self.bytes_max:
                raise TanluError("TL455", value=self.waiting_bytes, seconds=RETRY_S)
            self.waiting_bytes += size
            self._queue.append(_Waiting(body, size, future))
            self._there.notify()
        return future

    def refuse(
        self, stream: str, raw: bytes, code: str, why: str, received_us: int
    ) -> Future[Receipt]:
        """Keep bytes that nobody can decode; the receipt comes when they are durable.

        Raises
        ------
        TanluError
            TL458 when the server ends.
        """
        return self._put(
            lambda pipeline: pipeline.refuse(stream, raw, code, why, received_us), writes=True
        )

    def ask(self, question: Callable[[Pipeline], T]) -> Future[T]:
        """Ask the pipeline something between two groups, when nothing moves.

        Raises
        ------
        TanluError
            TL458 when the server ends.
        """
        return self._put(question, writes=False)

    def _put(self, question: Callable[[Pipeline], T], *, writes: bool) -> Future[T]:
        future: Future[T] = _promised()
        with self._there:
            if self._ending:
                raise TanluError("TL458", value="status")
            self._questions.append(_Question(question, future, writes))
            self._there.notify()
        return future

    def close(self) -> None:
        """Take no more, commit what waits, and end the thread."""
        with self._there:
            self._ending = True
            self._there.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._there:
                while not (self._queue or self._questions or self._ending):
                    self._there.wait()
                taken = self._next()
                questions = list(self._questions)
                self._questions.clear()
                if not taken and not questions:
                    return
            for place, question in enumerate(questions):
                error = self._answer(question)
                if error is not None and question.writes:
                    self._fail(error, [*taken, *questions[place + 1 :]])
                    return
            if taken and not self._commit(taken):
                return

    def _next(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        size = 0
        while self._queue and len(taken) < GROUP_BODIES:
            if taken and size + self._queue[0].size > self.group_bytes:
                break
            taken.append(self._queue.popleft())
            size += taken[-1].size
        return taken

    def _answer(self, question: _Question) -> BaseException | None:
        try:
            question.future.set_result(question.ask(self.pipeline))
        except BaseException as error:  # noqa: BLE001 - whoever asked is told
            question.future.set_exception(error)
            return error
        return None

    def _commit(self, taken: list[_Waiting]) -> bool:
        begun = time.perf_counter()
        try:
            receipts = self.pipeline.take([each.body for each in taken])
        except BaseException as error:  # noqa: BLE001 - the windows may be ahead: the end
            self._fail(error, taken)
            return False
        self.busy_s += time.perf_counter() - begun
        with self._there:
            self.waiting_bytes -= sum(each.size for each in taken)
        for each, receipt in zip(taken, receipts, strict=True):
            each.future.set_result(receipt)
        return True

    def _fail(self, error: BaseException, taken: Sequence[_Waiting | _Question]) -> None:
        with self._there:
            self._ending = True
            self.failure = error
            rest, questions = list(self._queue), list(self._questions)
            self._queue.clear()
        futures = [each.future for each in (*taken, *rest)] + [each.future for each in questions]
        for future in futures:
            future.set_exception(TanluError("TL458", value="the log"))


def _promised() -> Future[Any]:
    """Give a future that whoever waits for it cannot cancel: its rows are written all the same."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future
