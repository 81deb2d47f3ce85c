"""A state is published, compared, restated and repeated from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.cli import main
from tanlu.factors import library
from tanlu.factors.packs import adopt
from tanlu.store import open_workspace
from tanlu.terms import VERSION
from tests.cli.books import FILE, Tongue, files
from tests.factors.packs.own import own

GROUP = """\
name = "Group"
name_zh = "集团"
approach = "operational_control"

[[entity]]
id = "mall"
operators = ["MALL"]

[recalculation]
threshold_percent = "50"
"""


@pytest.fixture
def first(books: Tongue) -> Tongue:
    """Books whose first quarter is published."""
    books.ask("edition", "publish", "Q1", "--period", "2026Q1")
    return books


def read_more(books: Tongue, folder: Path, *lines: str, correct: str | None = None) -> None:
    """Read further lines and quantify them; ``correct`` names the activity that they supersede."""
    file, mapping = files(folder / "more")
    file.write_text("\n".join([FILE.splitlines()[0], *lines]) + "\n", encoding="utf-8")
    if correct:
        told = f'supersedes = {{ value = "{correct}", assumption = "HOME" }}\n\n[assumptions]'
        mapping.write_text(
            mapping.read_text(encoding="utf-8").replace("[assumptions]", told, 1), encoding="utf-8"
        )
    books.ask("read", file, "--map", mapping)
    books.ask("quantify")


def other_factors(books: Tongue) -> None:
    """Adopt another value of electricity for the whole country."""
    row = {"place": "CN", "co2_fossil": "0.9"}
    adopt(open_workspace(books.ledger), [*library().packs, own(row)], why="test")


def test_what_is_published_is_repeated_and_listed(books: Tongue, tmp_path: Path) -> None:
    said = books.say("edition", "list")
    made = books.ask("edition", "publish", "Q1", "--period", "2026Q1", "--reason", "first",
                     "--out", tmp_path / "q1.json")  # fmt: skip
    listed = books.ask("edition", "list")["editions"]
    again = books.ask("edition", "reproduce", "Q1", "--out", tmp_path / "again")

    assert "tanlu edition publish" in said
    assert [row["edition"] for row in listed] == ["Q1"]
    assert {key: listed[0][key] for key in made} == made
    assert (again["verdict"], again["findings"], again["differences"]) == ("same", [], 0)
    assert (tmp_path / "again" / "Q1.json").read_bytes() == (tmp_path / "q1.json").read_bytes()
    report = json.loads((tmp_path / "q1.json").read_text(encoding="utf-8"))
    assert report["facts"]["edition"] == "Q1"
    assert report["facts"]["ledger_version"] == made["version"]


def test_an_edition_is_the_same_after_all_that_came_later(first: Tongue, tmp_path: Path) -> None:
    before = first.ask("edition", "reproduce", "Q1")
    read_more(first, tmp_path, "W9,road,truck.rigid.17t,diesel,900,80,2026-03-05")
    read_more(first, tmp_path / "c", "W8,road,truck.rigid.17t,diesel,1100,350,2026-03-01",
              correct="W1")  # fmt: skip
    other_factors(first)
    first.ask("quantify")
    first.ask("ledger", "seal")
    first.ask("edition", "publish", "Q1-b", "--period", "2026Q1")

    assert first.ask("edition", "reproduce", "Q1") == before
    assert first.ask("edition", "reproduce", "Q1-b")["verdict"] == "same"


def test_a_difference_is_explained_in_both_tongues(first: Tongue, tmp_path: Path) -> None:
    read_more(first, tmp_path, "W9,road,truck.rigid.17t,diesel,900,80,2026-03-05")
    facts = first.ask("edition", "diff", "Q1", "--out", tmp_path / "d.html",
                      "--out", tmp_path / "d.xlsx")  # fmt: skip
    english, chinese = (first.say("edition", "diff", "Q1", language=each) for each in ("en", "zh"))

    assert [row["reason"] for row in facts["reasons"]] == ["late"]
    assert facts["adds_up"] is True
    assert "New rows (late data)" in english
    assert "新增行（迟到数据）" in chinese
    assert "waybill:W9" in chinese
    assert (tmp_path / "d.html").stat().st_size > 1000
    assert (tmp_path / "d.xlsx").stat().st_size > 1000


def test_a_restatement_quantifies_by_the_adopted_packs_and_points_to_the_old(
    first: Tongue,
) -> None:
    other_factors(first)
    facts = first.ask("edition", "restate", "Q1", "--as", "Q1-v2", "--reason", "grid of 2026")
    old, new = first.ask("edition", "list")["editions"]

    assert (new["supersedes"], new["reason"]) == ("Q1", "grid of 2026")
    assert json.loads(new["changes"]) == {"factors": facts["difference_ug"]}
    assert int(new["co2e_ug"]) - int(old["co2e_ug"]) == int(facts["difference_ug"])
    assert (facts["material"], facts["threshold_percent"]) == (True, "5")
    assert (new["period"], new["basis"]) == (old["period"], old["basis"])
    for name in ("Q1", "Q1-v2"):
        assert first.ask("edition", "reproduce", name)["verdict"] == "same"


def test_nothing_new_is_nothing_to_restate(first: Tongue) -> None:
    facts = first.ask("edition", "restate", "Q1", "--as", "b", "--reason", "r", expect=2)

    assert facts["error"]["code"] == "TL655"
    assert len(first.ask("edition", "list")["editions"]) == 1


def test_what_is_not_quantified_is_not_published(books: Tongue, tmp_path: Path) -> None:
    file, mapping = files(tmp_path / "more")
    lines = [FILE.splitlines()[0], "W9,road,truck.rigid.17t,diesel,900,80,2026-03-05", ""]
    file.write_text("\n".join(lines), encoding="utf-8")
    books.ask("read", file, "--map", mapping)
    refused = books.ask("edition", "publish", "Q1", "--period", "2026Q1", expect=1)

    assert refused["error"]["code"] == "TL645"
    assert "tanlu quantify" in refused["error"]["message"]
    assert books.ask("edition", "list")["editions"] == []


def test_an_inventory_is_published_within_its_boundary_file(books: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "group.toml"
    file.write_text(GROUP, encoding="utf-8")
    workspace = open_workspace(books.ledger)
    books.ask("report", "organisation", "--boundary", file)
    facts = books.ask("edition", "publish", "y2026", "--period", "2026", "--boundary", file,
                      expect=1)  # fmt: skip
    # nobody of the group is in these books: no row is counted
    assert facts["error"]["code"] == "TL645"
    _party(workspace)
    books.ask("report", "organisation", "--boundary", file)
    made = books.ask("edition", "publish", "y2026", "--period", "2026", "--boundary", file)
    file.unlink()
    _party(workspace, "W1-late")
    books.ask("quantify", "--profile", "ghg_protocol")

    assert made["report"] == "organisation"
    assert set(json.loads(made["parts"])) <= {"scope_1", "scope_2", "scope_3"}
    assert int(made["co2e_ug"]) > 0
    # the file itself is gone: its bytes are among the originals, and stay there
    assert books.ask("edition", "reproduce", "y2026")["verdict"] == "same"
    assert f"originals/{made['boundary']}" not in workspace.erasable()


def _party(workspace: Any, name: str = "W1-mall") -> None:
    """Let one leg be driven by the group."""
    rows = workspace.scan("activity").filter(pl.col("activity_id") == "W1").collect()
    mine = rows.with_columns(pl.lit(name).alias("activity_id"), pl.lit("MALL").alias("operator"))
    workspace.append("activity", mine)


def test_another_boundary_is_a_reason_of_its_own(books: Tongue, tmp_path: Path) -> None:
    workspace = open_workspace(books.ledger)
    _party(workspace)
    file, other = tmp_path / "a.toml", tmp_path / "b.toml"
    file.write_text(GROUP, encoding="utf-8")
    half = 'parent = "mall"\nequity_percent = "100"\n'
    more = f'\n[[entity]]\nid = "us"\n{half}operators = ["US"]\n'
    other.write_text(GROUP.replace("[recalculation]", more + "[recalculation]"), encoding="utf-8")
    us = workspace.scan("activity").filter(pl.col("activity_id") == "W1").collect()
    workspace.append("activity", us.with_columns(
        pl.lit("W1-us").alias("activity_id"), pl.lit("US").alias("operator")))  # fmt: skip
    books.ask("report", "organisation", "--boundary", file)
    books.ask("edition", "publish", "a", "--boundary", file)
    facts = books.ask("edition", "restate", "a", "--as", "b", "--reason", "bought",
                      "--boundary", other)  # fmt: skip

    assert {row["reason"] for row in facts["reasons"]} == {"boundary"}
    assert facts["threshold_percent"] == "50"
    assert facts["material"] is True
    assert facts["adds_up"] is True


def test_the_log_states_each_edition_as_the_ledger_has_it(first: Tongue) -> None:
    from tanlu.store.log import log_of

    log = log_of(open_workspace(first.ledger))
    row = first.ask("edition", "list")["editions"][0]
    own = {name: value for name, value in row.items() if value is not None}
    told = [each.statement.content["edition"] for each in log.statements("edition")]
    # whoever holds the key may state another: it is found
    log.state("edition", "Q1", {"version": 1, "line": b"", "edition": own | {"co2e_ug": "1"}})
    facts = first.ask("edition", "reproduce", "Q1", expect=3)

    assert told == [own]
    assert [each["code"] for each in facts["findings"]] == ["TL659"]


def test_another_version_repeats_the_facts_or_says_that_it_words_them_otherwise(
    first: Tongue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tanlu.report import words
    from tanlu.report.transport import transport
    from tanlu.verify.edition import reproducing

    monkeypatch.setitem(transport.__globals__, "VERSION", "9.9.9")
    monkeypatch.setattr(reproducing, "VERSION", "9.9.9")
    assert first.ask("edition", "reproduce", "Q1")["verdict"] == "same"

    said = words.texts() | {"title.transport": ("Freight", "货运")}
    monkeypatch.setattr(words, "texts", lambda: said)
    facts = first.ask("edition", "reproduce", "Q1", expect=2)
    assert {each["code"] for each in facts["findings"]} == {"TL648"}
    assert (facts["verdict"], facts["differences"]) == ("undecided", 0)

    # the very version that published it has no such excuse
    monkeypatch.setattr(reproducing, "VERSION", VERSION)
    facts = first.ask("edition", "reproduce", "Q1", expect=3)
    assert "TL647" in {each["code"] for each in facts["findings"]}


def test_a_forged_edition_exits_with_three(first: Tongue) -> None:
    workspace = open_workspace(first.ledger)
    row = workspace.editions().row(0, named=True)
    more = {key: value for key, value in row.items() if value is not None}
    del more["edition"], more["at"]
    workspace.publish_edition("forged", **(more | {"co2e_ug": "1"}))
    facts = first.ask("edition", "reproduce", "forged", expect=3)

    assert first.ask("edition", "diff", "Q1", "forged", expect=3)["as_pinned"] == [True, False]
    assert facts["verdict"] == "differs"
    # a total that is not the sum, and a report that named another edition
    assert [each["code"] for each in facts["findings"]][:2] == ["TL653", "TL647"]


def test_an_edition_whose_originals_are_gone_cannot_be_decided(first: Tongue) -> None:
    workspace = open_workspace(first.ledger)
    (workspace.path / "chain.toml").write_text("# none\n", encoding="utf-8")
    first.ask("quantify")
    first.ask("edition", "publish", "b", "--period", "2026Q1")
    name = next(key for key, of in workspace.erasable().items() if of == "chain.toml")
    workspace.retire(name, reason="test")
    (workspace.path / "chain.toml").unlink()
    facts = first.ask("edition", "reproduce", "b", expect=2)

    assert facts["error"]["code"] == "TL652"
    assert first.ask("edition", "reproduce", "Q1")["verdict"] == "same"


@pytest.mark.parametrize(
    ("words", "expect", "code"),
    [
        (("publish", "Q1"), 1, "TL609"),
        (("publish", "12"), 1, "TL645"),
        (("publish", "x", "--period", "soon"), 2, "TL112"),
        (("publish", "x", "--period", "1990"), 1, "TL645"),
        (("publish", "x", "--boundary", "none.toml"), 1, "TL807"),
        (("publish", "x", "--basis", "market", "--profile", "ghg_protocol"), 1, "TL645"),
        (("diff", "Q1", "nobody"), 1, "TL610"),
        (("diff", "nobody"), 1, "TL610"),
        (("restate", "Q1", "--as", "Q1", "--reason", "r"), 1, "TL609"),
        (("reproduce", "nobody"), 1, "TL610"),
    ],
)
def test_what_cannot_be_is_a_sentence_with_a_code(
    first: Tongue, words: tuple[str, ...], expect: int, code: str
) -> None:
    assert first.ask("edition", *words, expect=expect)["error"]["code"] == code


def test_help_speaks_both_tongues(capsys: pytest.CaptureFixture[str]) -> None:
    for language, word in (("en", "exit 0 same"), ("zh", "退出码 0 相同")):
        with pytest.raises(SystemExit):
            main(["--language", language, "edition", "--help"])
        assert word in capsys.readouterr().out.replace("\n", " ").replace("  ", " ")
