"""The queue before the pipeline: bounded, committed in groups, ended in order."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry
from tanlu.monitor.stream import Body, Pipeline, Receipt
from tanlu.serve.ingest import Group
from tanlu.store import open_workspace
from tanlu.store.stream import open_stream_log


class Double:
    """A pipeline that waits until it may go on."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.groups: list[int] = []
        self.began = threading.Event()
        self.error: BaseException | None = None

    def take(self, bodies: list[Body]) -> list[Receipt]:
        self.began.set()
        assert self.may.wait(60)
        if self.error is not None:
            raise self.error
        self.groups.append(len(bodies))
        return [Receipt(1, 1, 0, 0, {}) for _ in bodies]


def body(size: int = 10) -> Body:
    return Body("s", "application/json", b"x" * size, 0)


def group(double: Any, **more: int) -> Group:
    return Group(double, **more)


def test_what_queues_while_the_disk_is_busy_is_one_group() -> None:
    double = Double()
    made = group(double)
    futures = [made.submit(body())]
    assert double.began.wait(60)
    futures += [made.submit(body()) for _ in range(7)]
    double.may.set()

    assert [each.result(10).rows_new for each in futures] == [1] * 8
    assert double.groups == [1, 7]
    assert made.waiting_bytes == 0
    made.close()


def test_a_full_queue_refuses_and_one_large_body_passes_when_it_is_empty() -> None:
    double = Double()
    made = group(double, bytes_max=100)
    first = made.submit(body(150))
    with pytest.raises(TanluError, match="TL455") as caught:
        made.submit(body(1))
    assert caught.value.fields["seconds"] == 1
    double.may.set()
    first.result(10)
    made.submit(body(50)).result(10)
    made.close()


def test_a_group_has_a_size() -> None:
    double = Double()
    made = group(double, group_bytes=100)
    futures = [made.submit(body(60))]
    assert double.began.wait(60)
    futures += [made.submit(body(60)) for _ in range(3)]
    double.may.set()
    for each in futures:
        each.result(10)

    assert double.groups == [1, 1, 1, 1]
    made.close()


def test_closing_commits_what_waits_and_takes_no_more() -> None:
    double = Double()
    double.may.set()
    made = group(double)
    futures = [made.submit(body()) for _ in range(5)]
    made.close()

    assert all(each.result(0).rows_new == 1 for each in futures)
    with pytest.raises(TanluError, match="TL458"):
        made.submit(body())
    with pytest.raises(TanluError, match="TL458"):
        made.ask(lambda _: None)


def test_a_failed_commit_ends_it_and_promises_nothing() -> None:
    double = Double()
    double.error = TanluError("TL661", value="log", why="Input/output error")
    made = group(double)
    futures = [made.submit(body())]
    assert double.began.wait(60)
    futures.append(made.submit(body()))
    asked = made.ask(lambda _: 1)
    double.may.set()
    for each in (*futures, asked):
        with pytest.raises(TanluError, match="TL458"):
            each.result(10)

    assert made.failure is double.error
    with pytest.raises(TanluError, match="TL458"):
        made.submit(body())


def test_questions_are_answered_between_groups() -> None:
    double = Double()
    double.may.set()
    made = group(double)

    assert made.ask(lambda pipeline: pipeline is double).result(10)
    with pytest.raises(ZeroDivisionError):
        made.ask(lambda _: 1 // 0).result(10)
    assert made.submit(body()).result(10).rows_new == 1
    made.close()


def test_who_waits_no_longer_takes_nothing_back_and_ends_nobody() -> None:
    double = Double()
    made = group(double)
    first = made.submit(body())
    assert double.began.wait(60)
    second, question = made.submit(body()), made.ask(lambda _: 7)

    assert not second.cancel()
    assert not question.cancel()
    double.may.set()

    assert [each.result(10).rows_new for each in (first, second)] == [1, 1]
    assert question.result(10) == 7
    made.close()


def test_a_refusal_that_cannot_be_kept_ends_the_server_as_a_failed_commit_does(tmp_path) -> None:
    workspace = open_workspace(tmp_path / "w", create=True)
    pipeline = Pipeline(open_stream_log(workspace), Registry.of(workspace))
    made = Group(pipeline)
    pipeline.log.close()

    told = made.refuse("power_w", b"?", "TL352", "no frame", 0)
    assert isinstance(told.exception(10), TanluError)
    made._thread.join(10)
    assert made.failure is not None
    with pytest.raises(TanluError, match="TL661"):
        # remembered as kept, and yet it is not
        pipeline.refuse("power_w", b"?", "TL352", "no frame", 0)
