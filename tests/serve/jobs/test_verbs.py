"""The verbs that the API offers, each on a real ledger."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.jobs import Jobs, Told, verbs
from tanlu.serve.searching import Searching


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


def test_a_file_is_read_from_the_uploads_of_the_organisation(jobs, home):
    folder = home.path / "uploads" / "home"
    folder.mkdir(parents=True)
    (folder / "legs.csv").write_text("id,kg,day\na,5,2026-01-02\n", encoding="utf-8")
    (folder / "legs.map.toml").write_text(MAPPING, encoding="utf-8")
    told = _done(jobs, "read", file="legs.csv", mapping="legs.map.toml")
    assert told["result"]["rows_new"] == 1
    for name in ("none.csv", "../legs.csv", ".hidden", ""):
        asked = jobs.ask("home", "read", {"file": name, "mapping": "legs.map.toml"}, "anna")
        assert jobs.wait("home", asked, 60)["error"]["code"] == "TL491"


MAPPING = """
[activity]
activity_id = { from = "id" }
kind = { value = "transport.road", assumption = "ROAD" }
mass_mg = { from = "kg", unit = "kg" }
start = { from = "day", formats = ["%Y-%m-%d"] }
[assumptions]
ROAD = "a file of lorries"
"""


def test_an_upload_of_another_organisation_is_not_found(home, tmp_path):
    told = Told("home", home.workspace("home"), {"file": "x"}, tmp_path, tmp_path)
    with pytest.raises(TanluError, match="TL491"):
        told.upload("file")
