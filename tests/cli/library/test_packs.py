"""Other factors: compared, taken in, adopted and checked from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.factors import library
from tanlu.factors.packs import packed
from tests.cli.books import Tongue, files
from tests.factors.packs.own import own


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "own.tanlupack"
    file.write_bytes(packed(own({"place": "CN", "co2_fossil": "0.9"})))
    return file


@pytest.fixture
def books(empty: Tongue, tmp_path: Path) -> Tongue:
    file, mapping = files(tmp_path / "in")
    empty.ask("read", file, "--map", mapping)
    empty.ask("quantify")
    return empty


def test_a_ledger_names_the_packs_that_it_uses(books: Tongue) -> None:
    rows = books.ask("factors", "packs")["packs"]

    assert [row["hash"] for row in rows] == [each.hash for each in library().packs]
    assert all(row["built_in"] and row["licence"] for row in rows)


def test_a_comparison_says_which_numbers_would_change_and_writes_nothing(
    books: Tongue, pack: Path
) -> None:
    facts = books.ask("factors", "diff", "ledger", pack)
    again = books.ask("factors", "diff", "ledger", "ledger")

    assert facts["changes"]["added"] == 1
    assert facts["ledger"]["changed"] == 1
    assert float(facts["ledger"]["new_kg"]) > float(facts["ledger"]["old_kg"])
    assert (again["ledger"]["changed"], again["changes"]["changed"]) == (0, 0)


def test_people_read_the_change_in_kilograms(books: Tongue, pack: Path) -> None:
    assert "numbers of the ledger" in books.say("factors", "diff", "ledger", pack)
    assert "账库数字" in books.say("factors", "diff", "ledger", pack, language="zh")


def test_an_adopted_pack_holds_at_the_next_quantify(books: Tongue, pack: Path) -> None:
    before = books.ask("quantify")["co2e_wtw_kg"]
    told = books.ask("factors", "diff", "ledger", pack)["ledger"]
    books.ask("factors", "adopt", pack)

    assert books.ask("factors", "packs")["packs"][-1]["pack_id"] == "own-park"
    after = books.ask("quantify")["co2e_wtw_kg"]
    assert (float(before), float(after)) == pytest.approx(
        (float(told["old_kg"]), float(told["new_kg"]))
    )


def test_the_verb_why_speaks_of_the_packs_of_the_ledger(books: Tongue, pack: Path) -> None:
    asked = ("factors", "why", "energy.electricity", "--place", "CN", "--when", "2026-03")
    before = books.ask(*asked)["winner"]["value"]
    books.ask("factors", "adopt", pack)

    assert (before, books.ask(*asked)["winner"]["value"]) == ("0.5306", "0.9")


def test_what_is_no_pack_is_refused(books: Tongue, tmp_path: Path) -> None:
    wrong = tmp_path / "x.tanlupack"
    wrong.write_text("hello")

    assert books.ask("factors", "adopt", wrong, expect=1)["error"]["code"] == "TL205"
    assert books.ask("factors", "adopt", "nowhere", expect=2)["error"]["code"] == "TL203"
    assert books.ask("factors", "diff", "ledger", "nowhere", expect=1)["error"]["code"] == "TL610"


def test_a_version_of_the_ledger_names_the_packs_of_its_time(books: Tongue, pack: Path) -> None:
    version = books.ask("ledger", "check")["version"]
    books.ask("factors", "adopt", pack)
    facts = books.ask("factors", "diff", version, "ledger")

    assert (facts["changes"]["added"], facts["changes"]["removed"]) == (1, 0)


def test_a_sound_library_breaks_no_check(empty: Tongue) -> None:
    facts = empty.ask("factors", "check")

    assert facts["findings"] == 0
    assert len(facts["checks"]) >= 12
    assert len(empty.say("factors", "check").splitlines()) == len(facts["checks"])


def test_findings_are_shown_with_what_mends_them(books: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "bad.tanlupack"
    file.write_bytes(packed(own({"place": "CN-GD", "clause": ""})))
    books.ask("factors", "adopt", file)

    facts = books.ask("factors", "check", "--only", "sources", expect=3)
    assert (facts["findings"], facts["checks"]) == (1, {"sources": 1})
    assert "→" in books.say("factors", "check", "--only", "sources", expect=3)


LINE = {
    "activity": "energy.electricity", "energy_carrier": "electricity", "place": "CN-GD",
    "data_year": "2026", "boundary": "generation", "method": "location", "numerator": "kg",
    "denominator": "kWh", "co2_fossil": "0.41", "status": "official",
    "source_title": "Supplier's rate", "source_publisher": "Supplier", "licence": "own",
    "redistribution": "private", "clause": "sheet 1",
}  # fmt: skip


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The template with one line filled in."""
    from tanlu.factors.importers import template

    file = tmp_path / "own.csv"
    template(file)
    head = file.read_text(encoding="utf-8-sig").splitlines()[0]
    cells = ",".join(LINE.get(name, "") for name in head.split(","))
    file.write_text(f"{head}\n{cells}\n", encoding="utf-8")
    return file


def test_a_template_with_nothing_filled_in_is_not_adopted(books: Tongue, tmp_path: Path) -> None:
    from tanlu.factors.importers import template

    file = tmp_path / "own.csv"
    template(file)

    asked = ("factors", "import", "template", file)
    assert books.ask(*asked, expect=1)["error"]["code"] == "TL206"


def test_a_dry_import_shows_what_would_change_and_writes_nothing(
    books: Tongue, filled: Path
) -> None:
    packs = books.ask("factors", "packs")
    facts = books.ask("factors", "import", "template", filled, "--dry-run")

    assert facts["rows_in"] == facts["new"] + facts["known"] + facts["quarantined"]
    assert facts["changes"]["added"] == facts["new"] > 0
    assert books.ask("factors", "packs") == packs


def test_an_import_is_adopted_or_written_as_a_file(
    books: Tongue, filled: Path, tmp_path: Path
) -> None:
    written = books.ask("factors", "import", "template", filled, "--out", tmp_path / "packs")
    taken = books.ask("factors", "import", "template", filled)

    assert Path(written["file"]).is_file()
    assert written["hash"] == taken["hash"]
    assert books.ask("factors", "packs")["packs"][-1]["hash"] == taken["hash"]


def test_own_values_go_before_all_others(books: Tongue, filled: Path) -> None:
    books.ask("factors", "import", "template", filled)
    asked = ("factors", "why", "energy.electricity", "--place", "CN-GD", "--when", "2026-03")
    winner = books.ask(*asked)["winner"]

    assert (winner["value"], winner["rank"]["override"]) == ("0.41", 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"co2_fossil": "", "value": "0.3"}, "TL230"),
        ({"denominator": "kg"}, "TL237"),
        ({"numerator": "MJ"}, "TL237"),
        ({"valid_from": "2026-01-01", "valid_to": "2025-01-01"}, "TL237"),
    ],
)
def test_a_line_that_would_count_wrongly_is_refused_with_its_reason(
    empty: Tongue, tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    from tanlu.factors.importers import template

    file = tmp_path / "own.csv"
    template(file)
    head = file.read_text(encoding="utf-8-sig").splitlines()[0]
    cells = ",".join({**LINE, **changes}.get(name, "") for name in head.split(","))
    file.write_text(f"{head}\n{cells}\n", encoding="utf-8")
    facts = empty.ask("factors", "import", "template", file, "--dry-run")

    assert (facts["new"], facts["quarantined"]) == (0, 1)
    assert facts["quarantine"][0]["code"] == code


def test_a_file_named_like_a_built_in_pack_takes_no_place_of_it(
    books: Tongue, filled: Path, tmp_path: Path
) -> None:
    named = tmp_path / "cn-mee.csv"
    named.write_bytes(filled.read_bytes())
    books.ask("factors", "import", "template", named)
    packs = {row["pack_id"] for row in books.ask("factors", "packs")["packs"]}

    assert {"cn-mee", "own-cn-mee"} <= packs


def test_adopting_what_tanlu_brings_keeps_own_packs(books: Tongue, filled: Path) -> None:
    books.ask("factors", "import", "template", filled)
    before = books.ask("factors", "packs")["packs"]
    assert books.ask("factors", "diff", "ledger", "builtin")["changes"]["removed"] == 0
    books.ask("factors", "adopt")

    assert books.ask("factors", "packs")["packs"] == before


def test_other_numbers_by_other_factors_are_announced(books: Tongue, pack: Path) -> None:
    before = books.ask("quantify")
    books.ask("factors", "adopt", pack)
    after = books.ask("quantify")

    assert "before" not in before
    assert after["before"] == before["co2e_wtw_kg"] != after["co2e_wtw_kg"]


def test_what_is_in_conflict_is_counted_as_not_quantified_when_assured(
    books: Tongue, tmp_path: Path
) -> None:
    torn = own({"place": "CN", "co2_fossil": "0.5"},
               {"place": "CN", "co2_fossil": "0.9", "substance": "x"})  # fmt: skip
    file = tmp_path / "torn.tanlupack"
    file.write_bytes(packed(torn))
    books.ask("factors", "adopt", file)

    assert books.ask("quantify")["unquantified"]["by_code"].get("TL204") is None
    facts = books.ask("quantify", "--assured", "--strict", expect=3)
    assert facts["unquantified"]["by_code"]["TL204"] == 1


@pytest.mark.parametrize("name", ["own.csv", "own.xlsx"])
def test_the_empty_table_is_written_and_can_be_read_back(
    empty: Tongue, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name

    assert str(file) in empty.say("factors", "template", file)
    assert empty.ask("factors", "import", "template", file, "--dry-run")["rows_in"] == 0
