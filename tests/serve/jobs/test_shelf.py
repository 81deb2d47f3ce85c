"""The rows of jobs."""

from __future__ import annotations

from tanlu.serve.jobs.shelf import Shelf, shown


def test_pages_go_from_the_newest_to_the_oldest_without_a_gap(home):
    shelf = Shelf(home.state)
    names = [shelf.put("home", "go", {}, "anna") for _ in range(5)]
    shelf.put("other", "go", {}, "bo")
    told, after = [], None
    while True:
        rows, more = shelf.page("home", after, 2)
        told += [row["id"] for row in rows]
        after = told[-1]
        if not more:
            break
    assert told == names[::-1]


def test_a_job_is_claimed_once_and_ended_once(home):
    shelf = Shelf(home.state)
    name = shelf.put("home", "go", {}, "anna")
    assert [shelf.claim("home", name) for _ in range(2)] == [True, False]
    shelf.end("home", name, "done", result={"a": 1})
    shelf.end("home", name, "cancelled")
    assert shelf.get("home", name)["state"] == "done"
    assert shelf.cancel("home", name)["state"] == "done"
    assert shown(shelf.get("home", name), "en", [])["result"] == {"a": 1}


def test_what_is_done_is_done_whole(home):
    shelf = Shelf(home.state)
    for state, done in (("done", 2), ("failed", 1)):
        name = shelf.put("home", "go", {}, "anna")
        shelf.claim("home", name)
        shelf.carry("home", name, {"step": "report", "done": 1, "total": 2, "unit": "steps"})
        shelf.end("home", name, state)
        assert shelf.get("home", name)["done"] == done


def test_a_result_that_is_too_long_is_not_kept(home):
    shelf = Shelf(home.state)
    name = shelf.put("home", "go", {}, "anna")
    shelf.claim("home", name)
    shelf.end("home", name, "done", result=["x" * 100_000])
    assert set(shown(shelf.get("home", name), "en", [])["result"]) == {"long"}
