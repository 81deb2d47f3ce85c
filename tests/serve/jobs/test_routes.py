"""Jobs over HTTP."""

from __future__ import annotations

import pytest

from tanlu.serve.jobs import Jobs, Verb, router, verbs
from tanlu.terms import Progress
from tests.serving import client


@pytest.fixture
def jobs(home):
    def quick(told):
        yield Progress("quick", 1, 1, result={"echo": told.arguments})

    made = Jobs(home, {**verbs(), "quick": Verb(quick, ("manager", "operator"), {"n": int})})
    made.start()
    yield made
    made.close()


def test_a_job_is_asked_for_followed_and_listed(home, jobs):
    rooms = [router(jobs)]
    manager = client(home, rooms=rooms)
    asked = manager.post("/v1/jobs", json={"kind": "quick", "arguments": {"n": 3}})
    assert asked.status_code == 202
    where = asked.headers["location"]
    jobs.wait("home", asked.json()["id"], 30)
    told = manager.get(where).json()
    assert (told["state"], told["result"]) == ("done", {"echo": {"n": 3}})
    assert manager.get("/v1/jobs").json()["jobs"][0]["id"] == told["id"]
    report = manager.post("/v1/jobs", json={"kind": "report", "arguments": {"form": "txt"}}).json()
    jobs.wait("home", report["id"], 60)
    file = manager.get(f"/v1/jobs/{report['id']}/files/report.txt")
    assert file.status_code == 200
    assert len(file.content) > 200
    other = client(home, tenant="other", rooms=rooms)
    assert other.get(where).status_code == 404
    assert other.get(f"/v1/jobs/{report['id']}/files/report.txt").status_code == 404
    assert other.delete(where).status_code == 404
    assert other.get("/v1/jobs").json() == {"jobs": [], "next": None}


def test_a_job_that_is_asked_for_twice_under_one_key_runs_once(home, jobs):
    manager = client(home, rooms=[router(jobs)])

    def ask(n, key="k"):
        wish = {"kind": "quick", "arguments": {"n": n}}
        return manager.post("/v1/jobs", json=wish, headers={"idempotency-key": key})

    first, again = ask(3), ask(3)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert again.json()["id"] == first.json()["id"]
    assert ask(4).json()["code"] == "TL469"
    assert ask(3, "other").json()["id"] != first.json()["id"]
    assert len(manager.get("/v1/jobs").json()["jobs"]) == 2


def test_files_that_hold_originals_are_for_who_may_see_those_and_who_asked(home):
    def packed(told):
        told.folder.mkdir(parents=True)
        (told.folder / "refused.csv").write_text("138 0013 8000")
        yield Progress("packed", 1, 1, result={})

    roles = ("manager", "supplier")
    made = Jobs(home, {"open": Verb(packed, roles, {}), "kept": Verb(packed, roles, {},
                                                                    originals=True)})  # fmt: skip
    made.start()
    try:
        names = {kind: made.ask("home", kind, {}, "viewer@home") for kind in ("open", "kept")}
        mine = made.ask("home", "kept", {}, "developer@home")
        for name in (*names.values(), mine):
            assert made.wait("home", name, 30)["state"] == "done"
    finally:
        made.close()
    for role, kind, status in (
        ("manager", "kept", 200), ("operator", "kept", 200), ("verifier", "kept", 200),
        ("viewer", "kept", 200), ("developer", "kept", 403), ("developer", "open", 200),
    ):  # fmt: skip
        told = client(home, role, rooms=[router(made)]).get(
            f"/v1/jobs/{names[kind]}/files/refused.csv"
        )
        assert told.status_code == status, (role, kind)
    viewer = client(home, "viewer", rooms=[router(made)])
    assert viewer.get(f"/v1/jobs/{mine}/files/refused.csv").json()["code"] == "TL473"
    held = [name for name, verb in verbs().items() if verb.originals]
    assert held == ["rehearse", "pack.build"]


def test_a_role_asks_for_its_verbs_only_and_cancels_its_own_jobs(home, jobs):
    rooms = [router(jobs)]
    viewer = client(home, "viewer", rooms=rooms)
    assert viewer.post("/v1/jobs", json={"kind": "quantify"}).json()["code"] == "TL473"
    operator = client(home, "operator", rooms=rooms)
    denied = operator.post("/v1/jobs", json={"kind": "edition.publish", "arguments": {"name": "x"}})
    assert denied.json()["code"] == "TL473"
    mine = operator.post("/v1/jobs", json={"kind": "quick"}).json()["id"]
    assert viewer.delete(f"/v1/jobs/{mine}").json()["code"] == "TL473"
    assert operator.delete(f"/v1/jobs/{mine}").status_code == 200
    assert client(home, "device", rooms=rooms).get("/v1/jobs").status_code == 403
    assert client(home, None, rooms=rooms).get("/v1/jobs").status_code == 401


@pytest.mark.parametrize("kind", ["nothing", "", "x" * 90])
def test_a_verb_that_there_is_not_is_a_problem(home, jobs, kind):
    answer = client(home, rooms=[router(jobs)]).post("/v1/jobs", json={"kind": kind})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("TL491", "TL486")
