"""All rules together: laws that hold for any rows, clean networks, and real files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import polars as pl
import pytest
from benchmarks.inputs import activities
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verify.plausibility.asked import rows
from tests.verify.plausibility.faults import PLANTED
from tests.verify.plausibility.fleet import FIRST_US, clean

from tanlu.errors import TanluError
from tanlu.monitor import intake
from tanlu.simulate import Dirt, batch, plan, telemetry
from tanlu.store import open_workspace
from tanlu.terms import schema
from tanlu.verify.plausibility import Checked, check, check_ledger, checking
from tanlu.verify.plausibility.checking import RULES

DAY_US = 86_400_000_000
SMALL = ("V01", "V04", "V07", "V22")


@cache
def small() -> pl.DataFrame:
    """A few vehicles for twenty days, with faults of many kinds in their rows."""
    over = FIRST_US + 20 * DAY_US
    fleet = clean().activities.filter(pl.col("vehicle").is_in(SMALL) & (pl.col("start") < over))
    luck = Random(6)
    faulty = fleet.with_columns(
        fault=pl.Series([luck.randrange(12) for _ in range(fleet.height)])
    ).with_columns(
        pl.when(pl.col("fault") == 0)
        .then(pl.col("distance_m") * 2)
        .otherwise("distance_m")
        .alias("distance_m"),
        pl.when(pl.col("fault") == 1)
        .then(pl.col("energy_j") // 2)
        .otherwise("energy_j")
        .alias("energy_j"),
        pl.when(pl.col("fault") == 2)
        .then(pl.col("mass_mg") * 3)
        .otherwise("mass_mg")
        .alias("mass_mg"),
        pl.when(pl.col("fault") == 3)
        .then(pl.col("start") + DAY_US // 6)
        .otherwise("start")
        .alias("start"),
        pl.when(pl.col("fault") == 3)
        .then(pl.col("end") + DAY_US // 6)
        .otherwise("end")
        .alias("end"),
    )
    copies = faulty.filter(pl.col("fault") == 4).with_columns(pl.col("activity_id") + "-2")
    nearly = faulty.filter(pl.col("fault") == 5).with_columns(
        pl.col("activity_id") + "-3", mass_mg=pl.col("mass_mg") + 1_000_000
    )
    return pl.concat([faulty, copies, nearly]).drop("fault")


def told(made: Checked) -> set[tuple[str, str, str]]:
    return set(made.findings.select("code", "subject", "value").iter_rows())


@cache
def found() -> Checked:
    return check(small())


def test_the_faulty_rows_of_the_laws_have_findings_of_many_kinds() -> None:
    assert found().findings["code"].n_unique() >= 7


@settings(max_examples=10)
@given(st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    again = check(small().sample(fraction=1, shuffle=True, seed=seed))

    assert again.findings.equals(found().findings)
    assert again.checked == found().checked
    assert again.not_checked == found().not_checked


@settings(max_examples=10)
@given(st.integers(-2_000, 2_000))
def test_a_shift_in_time_changes_nothing(days: int) -> None:
    moved = small().with_columns(pl.col("start", "end") + days * DAY_US)

    assert told(check(moved)) == told(found())


# rules that judge a vehicle or a row by itself: peers, lanes and fits of a class are no such
ALONE = (
    "TL766", "TL767", "TL768", "TL769", "TL770", "TL773", "TL774", "TL777", "TL778", "TL785",
    "TL787",
)  # fmt: skip


@settings(max_examples=8)
@given(st.sets(st.sampled_from(["V02", "V05", "V33", "V59"]), min_size=1))
def test_clean_rows_of_another_vehicle_change_nothing(names: set[str]) -> None:
    ours = small()["shipment"].implode()
    others = clean().activities.filter(
        pl.col("vehicle").is_in(list(names)) & ~pl.col("shipment").is_in(ours)
    )
    both = check(pl.concat([small(), others]))
    alone = found().findings.filter(pl.col("code").is_in(ALONE))
    here = both.findings.filter(pl.col("code").is_in(ALONE))

    assert set(alone["finding_id"]) == set(here["finding_id"])


def test_identities_of_findings_are_unique() -> None:
    assert found().findings["finding_id"].is_unique().all()


def test_every_rule_is_checked_or_said_not_to_be() -> None:
    for made in (found(), check(rows({})), check(rows())):
        named = {each["rule"] for each in (*made.checked, *made.not_checked)}

        assert named == set(RULES)


def test_every_rule_has_a_planted_fault_or_a_test_of_its_own() -> None:
    apart = {"tracked", "round", "benford", "one_factor"}

    assert {rule for rule, _ in PLANTED.values()} | apart == set(RULES)


def test_of_a_clean_fleet_one_row_in_five_thousand_is_accused() -> None:
    fleet = clean()
    made = check(fleet.activities, readings=fleet.readings, transfers=fleet.transfers)

    assert made.findings.height <= fleet.activities.height / 5_000
    assert len(made.checked) >= 20


def test_the_simulated_network_has_no_finding() -> None:
    legs = batch(plan(20_000, 3), 0)["legs"]
    told_ = activities(legs).with_columns(legs["round"])

    assert check(told_).findings.height == 0


def test_of_clean_telemetry_few_are_accused_and_only_of_what_is_likely() -> None:
    legs, truth = telemetry(200, 3)
    sound = truth.filter(pl.col("fault").is_null())
    made = check(legs.join(sound.select("activity_id"), on="activity_id", how="semi"))
    counts = dict(made.findings["code"].value_counts().iter_rows())

    # nobody told empty kilometres there, which is information about the file
    assert set(counts) <= {"TL775", "TL776", "TL780"}
    assert counts.get("TL775", 0) <= 0.004 * sound.height
    assert counts.get("TL776", 0) <= 0.04 * 200


def test_faulty_meters_of_the_telemetry_are_found() -> None:
    legs, truth = telemetry(600, 3)
    bad = truth.filter(pl.col("fault").is_in(["unit", "high", "low"]))
    vehicles = legs.join(bad.select("activity_id"), on="activity_id", how="semi")[
        "vehicle"
    ].unique()
    found_ = check(legs).findings
    made = found_.filter(code="TL776")["subject"].str.strip_prefix("vehicle:")
    still = truth.filter(pl.col("fault") == "stuck")
    stuck = legs.join(still.select("activity_id"), on="activity_id", how="semi")["vehicle"].unique()

    assert vehicles.len() >= 5
    assert len(set(vehicles) & set(made)) >= 0.6 * vehicles.len()
    assert stuck.len() >= 1
    assert set(found_.filter(code="TL778")["subject"]) == {f"vehicle:{name}" for name in stuck}


def test_of_a_dirty_network_the_slips_are_found_and_only_what_they_touch_is_accused() -> None:
    made = batch(plan(6_000, 11, dirt=Dirt(slip=0.004)), 0)
    legs = activities(made["legs"]).with_columns(made["legs"]["round"])
    truth = made["truth"].with_columns(legs["activity_id"], legs["kind"], legs["shipment"])
    slips = truth.filter(pl.col("dirt") == "slip", pl.col("kind").str.starts_with("transport."))
    found_ = check(legs).findings
    named = set(found_.filter(code="TL787")["subject"].str.strip_prefix("shipment:"))
    touched = slips["shipment"].unique()

    assert touched.len() >= 40
    # a return or an order of one leg has nothing to be weighed against
    assert len(named & set(touched)) >= 0.9 * touched.len()
    assert named <= set(touched)
    assert set(found_["code"]) <= {"TL768", "TL787"}


@pytest.mark.parametrize("rows_", [100, 333])
def test_a_large_ledger_is_looked_at_part_by_part(
    rows_: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "PART_ROWS", rows_)
    again = check(small())

    assert again.findings.equals(found().findings)
    assert again.checked == found().checked


def test_absent_columns_and_tables_are_told() -> None:
    made = check(pl.DataFrame({"activity_id": ["a"], "kind": ["transport.road"], "start": [0]}))
    why = {each["rule"]: each["en"] for each in made.not_checked}

    assert why["speed"] == "1 rows in scope have no distance_m"
    assert why["meter"] == "no table 'reading' was given"
    assert why["benford"] == "turned off by its limit: benford.on"


def test_a_column_of_another_type_is_refused() -> None:
    with pytest.raises(TanluError, match="TL102"):
        check(pl.DataFrame({"activity_id": ["a"], "distance_m": ["far"]}))


def test_lazy_tables_give_what_eager_ones_give() -> None:
    assert check(small().lazy()).findings.equals(found().findings)


@pytest.mark.parametrize("suffix", [".json", ".csv", ".parquet"])
def test_findings_are_written_whole(tmp_path: Path, suffix: str) -> None:
    import json

    path = found().write(tmp_path / f"found{suffix}")
    read = {".csv": pl.read_csv, ".parquet": pl.read_parquet}.get(suffix)
    count = read(path).height if read else len(json.loads(path.read_text("utf-8"))["findings"])

    assert count == found().findings.height


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL765"):
        found().write(tmp_path / "found.docx")


def test_a_ledger_is_checked_as_its_tables_are(tmp_path: Path) -> None:
    books = open_workspace(tmp_path, create=True)
    books.append("activity", small())
    *_, last = check_ledger(books)
    middle = int(small()["start"].median() or 0)
    *_, later = check_ledger(books, (middle, middle + 365 * DAY_US))

    assert isinstance(last.result, Checked)
    assert isinstance(later.result, Checked)
    assert last.result.findings.equals(found().findings)
    assert 0 < later.result.findings.height < last.result.findings.height


def test_what_is_superseded_is_not_checked(tmp_path: Path) -> None:
    fast = rows({"distance_m": 900_000})
    mended = rows({"activity_id": "b", "distance_m": 90_000, "supersedes": "a0"})
    books = open_workspace(tmp_path, create=True)
    books.append("activity", fast)
    *_, before = check_ledger(books)
    books.append("activity", mended)
    *_, after = check_ledger(books)

    assert isinstance(before.result, Checked)
    assert isinstance(after.result, Checked)
    assert (before.result.findings.height, after.result.findings.height) == (1, 0)


def test_ten_thousand_real_lines_raise_no_false_alarm(
    shared: Path, root: Path, tmp_path: Path
) -> None:
    books = open_workspace(tmp_path, create=True)
    file = shared / "data/real/scms/scms_delivery_history.tsv"
    for _ in intake(file, root / "examples/scms/map.toml", books):
        pass
    *_, last = check_ledger(books)
    made = last.result

    assert isinstance(made, Checked)
    assert {each["rule"] for each in made.checked} == {"duplicate", "near"}
    assert made.findings.height == 0
    # what the file does not tell is said and not passed over
    assert len({each["rule"] for each in made.not_checked}) == len(RULES) - 1


def test_a_real_file_read_twice_under_other_identities_is_found(
    shared: Path, root: Path, tmp_path: Path
) -> None:
    books = open_workspace(tmp_path, create=True)
    file = shared / "data/real/scms/scms_delivery_history.tsv"
    for _ in intake(file, root / "examples/scms/map.toml", books):
        pass
    once = books.scan("activity").filter(pl.col("mass_mg").is_not_null()).collect().head(500)
    twice = pl.concat([once, once.with_columns(pl.col("activity_id") + "#2")])
    made = check(schema("activity").fit(twice)).findings

    assert made.filter(code="TL766").height == 500
