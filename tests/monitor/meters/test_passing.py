"""New readings become activities once, and late ones new revisions."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.meters import pass_on, passing
from tanlu.store import Workspace, open_workspace
from tests.monitor.meters import oracle
from tests.monitor.meters.ledgers import (
    HOUR,
    MINUTE,
    START,
    STREAM,
    current,
    device,
    ledger,
    passed,
    reads,
    tell,
)
from tests.monitor.meters.test_resample import TOP, walk

Row = tuple[str, int, int, float]
KWH = 3_600_000


def _line(name: str, first: int, last: int, *, step: int = 10, kwh: float = 1.0) -> list[Row]:
    """Give a meter that uses the same each hour, read from one minute to another."""
    return [
        (name, minute, START + minute * MINUTE, round(kwh * minute / 60, 6))
        for minute in range(first, last + 1, step)
    ]


def _walk(name: str, seed: int, hours: int = 8) -> list[Row]:
    """Give the readings of a meter that runs, falls silent now and then, and starts somewhere."""
    chance = random.Random(seed)
    at = START + chance.randrange(3 * HOUR)
    value = float(chance.randrange(1000))
    rows: list[Row] = []
    while at < START + hours * HOUR:
        rows.append((name, len(rows), at, round(value, 3)))
        at += chance.choice((10 * MINUTE, 10 * MINUTE + 7, 9 * MINUTE, 3 * HOUR))
        value += chance.random() * 3
    return rows


def _lines(chance: random.Random, meters: int) -> list[dict[str, Any]]:
    """Give what is told of meters: places, a transformer, one taken out for another, one ended."""
    middle = START + chance.randrange(2 * HOUR, 6 * HOUR)
    lines = [device(f"m{n}", place="CN-GD") for n in range(meters)]
    lines.append(device("m0", since=middle, place="CN-BJ", ratio=chance.choice((None, 20.0))))
    lines.append(device("m1", since=middle, replaces="m0", last_value=1050.0, first_value=7.0))
    lines.append(device("m2", since=middle, state="retired"))
    lines.append(device("m2", since=START, parent=chance.choice((None, "m0"))))
    return lines[: len(lines)] if chance.random() < 0.8 else lines[:meters]


def _same_in_any_order(seed: int, meters: int, cuts: int) -> None:
    rows = [row for number in range(meters) for row in _walk(f"m{number}", seed + number)]
    chance = random.Random(seed)
    mixed = chance.sample(rows, len(rows))
    size = max(1, len(mixed) // (cuts + 1))
    lines = _lines(chance, meters)
    told = chance.randrange(-1, cuts + 2)

    with tempfile.TemporaryDirectory() as folder:
        at_once = ledger(Path(folder) / "once")
        tell(at_once, "device", *lines)
        reads(at_once, rows)
        passed(at_once)
        bit_by_bit = ledger(Path(folder) / "bits")
        for number, start in enumerate(range(0, len(mixed), size)):
            if number == told:
                tell(bit_by_bit, "device", *lines)
            reads(bit_by_bit, mixed[start : start + size])
            passed(bit_by_bit, per_slice=chance.choice((5, 10**6)))
        if not bit_by_bit.parts("device"):
            tell(bit_by_bit, "device", *lines)
            passed(bit_by_bit)

        assert current(at_once).equals(current(bit_by_bit))


@settings(max_examples=12)
@example(seed=2436, meters=3, cuts=1)  # a retired meter that goes on sending
@given(seed=st.integers(0, 10**6), meters=st.integers(1, 4), cuts=st.integers(0, 4))
def test_any_order_and_batching_ends_in_the_same_activities(
    seed: int, meters: int, cuts: int
) -> None:
    _same_in_any_order(seed, meters, cuts)


@pytest.mark.slow
@settings(max_examples=1_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 50)
@given(seed=st.integers(0, 10**6), meters=st.integers(1, 4), cuts=st.integers(0, 9))
def test_any_order_of_many_batches_ends_in_the_same_activities(
    seed: int, meters: int, cuts: int
) -> None:
    _same_in_any_order(seed, meters, cuts)


def test_a_thousand_points_with_rollovers_and_swaps_lose_and_make_nothing(tmp_path: Path) -> None:
    chance = random.Random(6)
    books = ledger(tmp_path / "books", {"rollover": float(TOP)})
    rows: list[Row] = []
    lines: list[dict[str, Any]] = []
    expected: dict[str, int] = {}
    for number in range(1000):
        one, two = walk(chance), walk(chance)
        old, new = f"p{number}", f"p{number}b"
        total = oracle.wholes(one.shown, Fraction(KWH), TOP)[-1]
        lines.append(device(old))
        if chance.random() < 0.5:
            # the new one is fitted some time after the old one was read last
            swap = one.at[-1] + chance.choice((1, MINUTE, 5 * HOUR))
            shift = swap + chance.choice((1, 17 * MINUTE)) - two.at[0]
            last = oracle.wholes([one.shown[-1], TOP], Fraction(KWH), TOP)[-1] // KWH * 0.25
            shown = f"{(float(one.shown[-1]) + last / 2) % float(TOP):.3f}"
            first = f"{max(float(two.shown[0]) - 1, 0):.3f}"
            total = oracle.wholes([*one.shown, shown], Fraction(KWH), TOP)[-1]
            total += oracle.wholes([first, *two.shown], Fraction(KWH), TOP)[-1]
            lines.append(device(new, since=swap, replaces=old, last_value=float(shown),
                                first_value=float(first)))  # fmt: skip
            rows += [
                (new, n, at + shift, float(v)) for n, (at, v) in enumerate(zip(*two, strict=True))
            ]
            end, name = two.at[-1] + shift, new
        else:
            end, name = one.at[-1], old
        rows += [(old, n, at, float(v)) for n, (at, v) in enumerate(zip(*one, strict=True))]
        lines.append(device(name, since=end + 1, state="retired"))
        expected[old] = total
    tell(books, "device", *lines)
    reads(books, rows)
    facts = passed(books, until=max(row[2] for row in rows) + 48 * HOUR)
    found = books.scan("activity").select(
        pl.col("source_device").str.strip_suffix("b").alias("point"), "energy_j"
    )
    sums = dict(found.group_by("point").agg(pl.col("energy_j").sum()).collect().iter_rows())

    assert sum(bool(line.get("replaces")) for line in lines) > 400
    assert facts["missing"] == 0
    assert sums == expected


def test_an_hour_behind_the_watermark_is_written_once(tmp_path: Path) -> None:
    books = ledger(tmp_path / "books")
    reads(books, _line("a", 0, 80))
    assert passed(books)["activities"] == 0  # 01:20 less half an hour is before one o'clock
    reads(books, _line("a", 90, 100))
    first = passed(books)
    version = books.version
    second = passed(books)

    assert (first["activities"], second["activities"]) == (1, 0)
    assert version == books.version
    assert current(books).rows() == [
        ("a", START, START + HOUR, KWH, 1, None, None, "energy.electricity")
    ]


def test_a_late_reading_reopens_its_hours_and_no_others(tmp_path: Path) -> None:
    books = ledger(tmp_path / "books")
    rows = [*_line("a", 0, 400), *_line("b", 0, 400)]
    reads(books, [row for row in rows if not (row[0] == "a" and 100 <= row[1] <= 190)])
    passed(books)
    before = books.scan("activity").collect()
    late = [(name, seq, at, value + 0.05) for name, seq, at, value in rows
            if name == "a" and 100 <= seq <= 190]  # fmt: skip
    reads(books, late)
    facts = passed(books)
    after = books.scan("activity").collect()
    new = after.join(before, on="activity_id", how="anti").sort("start")

    assert (facts["activities"], facts["revisions"]) == (3, 3)
    assert new["source_device"].unique().to_list() == ["a"]
    assert [(at - START) // HOUR for at in new["start"]] == [1, 2, 3]
    assert new["supersedes"].is_in(before["activity_id"].implode()).all()
    assert new["activity_id"].str.contains(":r1:").all()
    assert new["energy_j"].sum() == 3 * KWH
    assert books.scan("activity", raw=True).collect().height == before.height + 3


def test_a_late_reading_that_changes_no_amount_writes_nothing(tmp_path: Path) -> None:
    books = ledger(tmp_path / "books")
    reads(books, [row for row in _line("a", 0, 400, step=5) if row[1] != 95])
    passed(books)
    reads(books, [row for row in _line("a", 0, 400, step=5) if row[1] == 95])

    assert passed(books)["activities"] == 0


def test_without_a_declared_method_a_missing_hour_is_not_given(tmp_path: Path) -> None:
    rows = [row for row in _line("a", 0, 480) if not 70 < row[1] < 290]
    told = {}
    for method in ("none", "linear"):
        books = ledger(tmp_path / method, {"estimate": method})
        reads(books, rows)
        told[method] = passed(books)
    without = current(open_workspace(tmp_path / "none"))

    assert told["linear"]["estimated"] == 4
    assert (told["none"]["missing"], told["none"]["estimated"]) == (4, 0)
    assert [(at - START) // HOUR for at in without["start"]] == [0, 5, 6]
    assert current(open_workspace(tmp_path / "linear"))["energy_j"].sum() == 7 * KWH


def test_a_silent_meter_that_sends_again_gives_its_hours_without_waiting_for_others(
    tmp_path: Path,
) -> None:
    books = ledger(tmp_path / "books")
    reads(books, [*_line("a", 0, 120), *_line("b", 0, 330)])
    assert passed(books)["activities"] == 2 + 5
    reads(books, [("a", 310, START + 310 * MINUTE, 5.2)])
    facts = passed(books)

    assert (facts["activities"], facts["estimated"]) == (3, 3)
    assert current(books).filter(source_device="a")["end"].max() == START + 5 * HOUR


def test_what_is_told_of_a_meter_later_makes_revisions(tmp_path: Path) -> None:
    books = ledger(tmp_path / "books")
    reads(books, _line("a", 0, 400))
    passed(books)
    tell(books, "device", device("a", ratio=40.0, place="CN-GD", custodian="park"))
    facts = passed(books)
    rows = books.scan("activity").select("energy_j", "place", "operator").unique().collect().rows()

    assert facts["revisions"] == facts["activities"] == 6
    assert rows == [(40 * KWH, "CN-GD", "park")]
    tell(books, "device", device("a", ratio=40.0, place="CN-GD", custodian="park", since=START))
    assert passed(books)["activities"] == 0


def test_a_stream_that_is_defined_late_counts_what_was_read_before(tmp_path: Path) -> None:
    books = ledger(tmp_path / "books", {"stream": "other"})
    reads(books, _line("a", 0, 400))
    assert passed(books)["meters"] == 0
    tell(books, "stream", STREAM)

    assert passed(books)["activities"] == 6
    assert passed(books)["activities"] == 0


def test_what_was_read_in_another_unit_keeps_it(tmp_path: Path) -> None:
    books = ledger(tmp_path / "books")
    reads(books, _line("a", 0, 200))
    passed(books)
    change = START + 205 * MINUTE
    tell(books, "stream", STREAM | {"unit": "Wh", "since": change})
    later = [(name, seq, at, value * 1000) for name, seq, at, value in _line("a", 210, 460)]
    reads(books, later)
    facts = passed(books)

    assert (facts["activities"], facts["revisions"]) == (5, 0)
    assert current(books)["energy_j"].to_list() == [KWH] * 7


def test_a_swap_that_is_told_late_takes_back_what_the_old_meter_had_after_it(
    tmp_path: Path,
) -> None:
    books = ledger(tmp_path / "books")
    swap = START + 2 * HOUR + HOUR // 2
    tell(books, "device", device("a"))
    reads(books, [*_line("a", 0, 400), *_line("b", 150, 400)])
    passed(books)
    line = device("b", since=swap, replaces="a", last_value=2.5, first_value=2.5)
    tell(books, "device", line)
    passed(books)
    rows = current(books)

    assert rows.filter(source_device="a")["end"].max() == swap
    assert rows.filter(source_device="b")["start"].min() == swap
    assert rows["energy_j"].sum() == 6 * KWH


def test_a_meter_below_another_one_is_counted_in_it(tmp_path: Path) -> None:
    books = ledger(tmp_path / "books")
    tell(books, "device", device("main"), device("sub", parent="main"))
    reads(books, _line("sub", 0, 400))
    assert passed(books)["activities"] == 6
    reads(books, _line("main", 0, 400, kwh=3.0))
    facts = passed(books)

    assert (facts["activities"], facts["retracted"], facts["below"]) == (6, 6, 1)
    assert current(books)["source_device"].unique().to_list() == ["main"]


def test_slices_give_what_one_piece_gives(tmp_path: Path) -> None:
    rows = [row for n in range(3) for row in _walk(f"m{n}", n, hours=30)]
    found = []
    for name, size in (("one", 10**9), ("many", 20)):
        books = ledger(tmp_path / name)
        reads(books, rows)
        passed(books, per_slice=size)
        found.append(current(books))

    assert found[0].equals(found[1])
    assert found[0].height > 50


def test_who_calls_often_leaves_what_ends_no_hour(tmp_path: Path) -> None:
    books = ledger(tmp_path / "books")
    reads(books, _line("a", 0, 100))
    passed(books, patient=True)
    version = books.version
    reads(books, _line("a", 110, 120))
    passed(books, patient=True)

    assert version + 1 == books.version
    reads(books, _line("a", 130, 160))
    assert passed(books, patient=True)["activities"] == 1


def test_calculated_streams_follow_their_meters(tmp_path: Path) -> None:
    losses = {"stream": "losses", "role": "interval", "formula": "main - subs(main)"}
    books = ledger(tmp_path / "books", {}, losses)
    tell(books, "device", device("main", place="CN-GD"), device("sub", parent="main"))
    reads(books, [row for row in _line("sub", 0, 400) if row[1] < 200])
    reads(books, _line("main", 0, 400, kwh=3.0))
    passed(books)
    columns = ("start", "energy_j", "place")
    mine = pl.col("source_device") == "losses"
    early = books.scan("activity").filter(mine).select(columns).collect()
    reads(books, [row for row in _line("sub", 0, 400) if row[1] >= 200])
    passed(books)
    whole = books.scan("activity").filter(mine).select(columns).collect()

    assert early.height == 3
    assert sorted(whole.rows()) == [(START + n * HOUR, 2 * KWH, "CN-GD") for n in range(6)]


def test_two_at_the_same_time_do_not_write_twice(tmp_path: Path, monkeypatch: Any) -> None:
    books = ledger(tmp_path / "books")
    reads(books, _line("a", 0, 400))
    whole = vars(passing)["resample"]

    def slow(*asked: Any) -> Any:
        monkeypatch.setattr(passing, "resample", whole)
        passed(open_workspace(books.path))
        return whole(*asked)

    monkeypatch.setattr(passing, "resample", slow)
    with pytest.raises(TanluError, match="TL378"):
        passed(books)

    assert passed(books)["activities"] == 0
    assert current(books).height == 6


def _killed(books: Workspace, root: Path, after_s: float) -> None:
    script = (
        "import sys; from tanlu.store import open_workspace\n"
        "from tanlu.monitor.meters import pass_on, passing\n"
        "passing.HELD = 50\n"
        "for _ in pass_on(open_workspace(sys.argv[1]), per_slice=300): pass"
    )
    words = [sys.executable, "-c", script, str(books.path)]
    process = subprocess.Popen(words, env={"PYTHONPATH": str(root / "src")})
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_killed_runs_write_nothing_twice(tmp_path: Path, root: Path) -> None:
    rows = [row for n in range(20) for row in _walk(f"m{n}", n, hours=60)]
    books, whole = ledger(tmp_path / "killed"), ledger(tmp_path / "whole")
    reads(books, rows)
    reads(whole, rows)
    for number in range(6):
        _killed(books, root, 0.6 + number * 0.25)
    passed(books)
    passed(whole)

    assert current(books).equals(current(whole))
    assert books.scan("activity", raw=True).collect()["activity_id"].is_duplicated().sum() == 0
    assert list(pass_on(books))[-1].result["activities"] == 0  # type: ignore[index]


@pytest.mark.parametrize("order", ["dmnc", "cnmd", "ncdm"])
def test_a_charger_and_its_main_meter_count_the_same_in_any_order(
    tmp_path: Path, order: str
) -> None:
    books = ledger(tmp_path / "books", {}, {"stream": "charge"})
    steps = {
        "d": lambda: tell(books, "device", device("main"), device("c", parent="main")),
        "c": lambda: reads(books, _line("c", 0, 600), "charge"),
        "m": lambda: reads(books, _line("main", 300, 600, kwh=3.0)),
        "n": lambda: reads(books, _line("main", 120, 290, kwh=3.0)),
    }
    for each in order:
        steps[each]()
        passed(books)
    rows = current(books)

    assert rows.filter(source_device="c")["start"].to_list() == [START, START + HOUR]
    assert rows.filter(source_device="main")["start"].min() == START + 2 * HOUR


# ── what is taken back ──


def test_hours_of_readings_that_were_taken_back_hold_no_more_and_only_those(tmp_path):
    workspace = ledger(tmp_path / "a")
    reads(workspace, _line("m", 0, 240))
    reads(workspace, _line("other", 0, 240))
    passed(workspace, until=START + 4 * HOUR)
    before = current(workspace)

    workspace.retract("reading", pl.Series(["m"]), reason="the wrong meter was read")
    found = passed(workspace)

    assert (found["activities"], found["revisions"], found["retracted"]) == (0, 0, 4)
    assert current(workspace).equals(before.filter(source_device="other"))
    version = workspace.version
    passed(workspace)
    assert version == workspace.version


def test_a_calculated_stream_holds_no_more_when_its_meter_is_taken_back(tmp_path):
    of = {"stream": "net", "formula": "m@energy", "role": "interval"}
    workspace = ledger(tmp_path / "a", {"kind": None}, of)
    reads(workspace, _line("m", 0, 240))
    passed(workspace, until=START + 4 * HOUR)
    assert current(workspace).height == 4

    workspace.retract("reading", pl.Series(["m"]))
    passed(workspace)

    assert current(workspace).height == 0


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_taking_back_and_sending_a_part_again_leaves_what_a_new_ledger_would_have(seed, kept):
    rows = _walk("m", seed) + _walk("n", seed + 1)
    chance = random.Random(seed)
    again = [row for row in rows if row[0] == "m" and chance.randrange(8) < kept]
    again = [(name, 1000 + seq, at, value) for name, seq, at, value in again]
    with tempfile.TemporaryDirectory() as folder:
        one = ledger(Path(folder) / "one")
        reads(one, rows)
        passed(one, until=START + 8 * HOUR)
        one.retract("reading", pl.Series(["m"]))
        reads(one, again)
        passed(one, until=START + 8 * HOUR)
        two = ledger(Path(folder) / "two")
        reads(two, [row for row in rows if row[0] == "n"])
        reads(two, again)
        passed(two, until=START + 8 * HOUR)

        assert current(two).equals(current(one))
