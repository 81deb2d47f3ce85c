"""The verbs that the API offers, each on a real ledger."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.jobs import Jobs, verbs
from tanlu.serve.searching import Searching
from tanlu.store.relational.tables import UPLOADS


@pytest.fixture
def jobs(home):
    searching = Searching(home)
    made = Jobs(home, verbs(searching))
    made.start()
    yield made
    made.close()
    searching.close()


def _done(jobs, kind, **arguments):
    name = jobs.ask("home", kind, arguments, "anna")
    told = jobs.wait("home", name, 120)
    assert told["state"] == "done", told
    return told


@pytest.mark.parametrize(
    ("kind", "arguments", "key"),
    [
        ("quantify", {}, "emissions"), ("seal", {}, "records"), ("verify", {}, "compared"),
        ("index", {}, "rows"), ("meters.run", {}, "activities"),
    ],
)  # fmt: skip
def test_a_verb_gives_its_result(jobs, kind, arguments, key):
    assert key in _done(jobs, kind, **arguments)["result"]


def test_a_report_is_a_file_of_the_job(jobs):
    told = _done(jobs, "report", language="zh", form="json")
    assert told["files"] == ["report.json"] == [told["result"]["file"]]
    assert "co2e_wtw_kg" in told["result"]
    path = jobs.file("home", told["id"], "report.json")
    assert path.stat().st_size > 1000
    for tenant, file in (("other", "report.json"), ("home", "../job"), ("home", "none.json")):
        with pytest.raises(TanluError, match="TL490"):
            jobs.file(tenant, told["id"], file)


def test_a_state_is_published_under_a_name_once(jobs, home):
    told = _done(jobs, "edition.publish", name="first")
    row = home.workspace("home").editions().filter(edition="first").row(0, named=True)
    assert row["co2e_ug"] == told["result"]["co2e_ug"]
    assert row["report_sha256"]
    name = jobs.ask("home", "edition.publish", {"name": "first"}, "anna")
    again = jobs.wait("home", name, 60)
    assert (again["state"], again["error"]["code"]) == ("failed", "TL609")


def test_an_upload_is_read_by_a_mapping_and_one_of_another_organisation_is_not_there(jobs, home):
    folder = home.path / "uploads" / "home"
    folder.mkdir(parents=True)
    (folder / "abc").write_text("id,kg,day\na,5,2026-01-02\n", encoding="utf-8")
    row = {"upload": "abc", "name": "legs.csv", "sha256": "0", "bytes": 1, "by": "anna",
           "created_us": 1}  # fmt: skip
    with home.state.of("home") as scoped:
        scoped.add(UPLOADS, row)
    told = _done(jobs, "read", upload="abc", mapping=MAPPING)
    assert told["result"]["rows_new"] == 1
    for tenant, name in (("home", "none"), ("other", "abc"), ("home", "../home/abc"), ("home", "")):
        asked = jobs.ask(tenant, "read", {"upload": name, "mapping": MAPPING}, "anna")
        assert jobs.wait(tenant, asked, 60)["error"]["code"] == "TL491"


MAPPING = """
[activity]
activity_id = { from = "id" }
kind = { value = "transport.road", assumption = "ROAD" }
mass_mg = { from = "kg", unit = "kg" }
start = { from = "day", formats = ["%Y-%m-%d"] }
[assumptions]
ROAD = "a file of lorries"
"""
