"""Accuracy and F1 are those of the points, and on published traces they reach the bar."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tanlu.track.courier import classify, evaluate
from tests.track.courier.couriers import couriers

LABELS = {"walk": "OnFoot", "van": "Driving"}
# what is asked of traces that were used neither for fitting nor for choosing
BAR = 0.94
# of the names that the rule of tools/track/fit_courier.py holds out: how many, and their hash
HELD_OUT, HELD_OUT_SHA256 = (
    126,
    ("82f8ba61e0277ecdc3f5e92174bafe63c6e058a1622a71703e0d5f981535b11f"),
)


def _zip(path: Path, traces: pl.DataFrame) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for (name,), one in traces.group_by("trace", maintain_order=True):
            table = one.select(
                timestamp=pl.from_epoch("at", "us").dt.strftime("%Y-%m-%d %H:%M:%S%.9f"),
                x="x_m", y="y_m", groundtruth=pl.col("truth").replace(LABELS),
            )  # fmt: skip
            archive.writestr(f"folder/{name}.csv", table.write_csv())
    return path


def test_the_figures_are_those_of_the_points(tmp_path):
    made = couriers(6)
    said = classify(made)
    walk, named = said["truth"] == "walk", said["mode"] == "walk"

    facts = evaluate(_zip(tmp_path / "a.zip", made))

    assert facts["traces"] == 6
    assert facts["points"] == made.height
    assert facts["accuracy"] == round((walk == named).mean(), 6)
    f1 = 2 * (walk & named).sum() / (walk.sum() + named.sum())
    assert facts["classes"]["walk"]["f1"] == round(f1, 6)
    assert sum(row["points"] for row in facts["confusion"]) == made.height
    assert sum(row["points"] for row in facts["calibration"]) == made.height
    low, high = facts["accuracy_interval"]
    assert low < facts["accuracy"] < high


def test_one_trace_gives_no_interval_and_an_absent_class_no_recall(tmp_path):
    made = couriers(1).filter(pl.col("truth") == "van")

    facts = evaluate(_zip(tmp_path / "a.zip", made))

    assert facts["accuracy_interval"] == [None, None]
    assert facts["classes"]["walk"]["recall"] is None


def test_the_fifth_that_was_never_fitted_is_judged_apart(tmp_path):
    made = couriers(6)
    number = pl.col("trace").rank("dense").cast(pl.String).str.zfill(4)
    named = made.with_columns(trace=pl.lit("trajectory_") + number)

    held = evaluate(_zip(tmp_path / "b.zip", named))["held_out"]
    spared = [name for name in named["trace"].unique() if _held_out(name)]

    assert evaluate(_zip(tmp_path / "a.zip", made))["held_out"] is None
    assert (held["traces"], held["fitted"]) == (len(spared), 6 - len(spared))
    assert held["points"] == named.filter(pl.col("trace").is_in(spared)).height


def test_nothing_is_learned_from_what_is_judged(tmp_path):
    made = couriers(4)
    wrong = made.with_columns(truth=pl.col("truth").replace({"van": "walk", "walk": "van"}))
    right = evaluate(_zip(tmp_path / "a.zip", made))["accuracy"]

    assert evaluate(_zip(tmp_path / "b.zip", wrong))["accuracy"] == pytest.approx(1 - right)


def _held_out(name: str) -> bool:
    return int(hashlib.sha256(Path(name).stem.encode()).hexdigest()[:8], 16) % 5 == 0


def test_traces_that_were_never_fitted_reach_the_bar(shared: Path, tmp_path: Path) -> None:
    source = shared / "data/real/courier_gps/trajectories.zip"
    path = tmp_path / "held_out.zip"
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(path, "w") as part:
        names = sorted(name for name in whole.namelist() if _held_out(name))
        for name in names:
            part.writestr(name, whole.read(name))

    assert len(names) == HELD_OUT
    listed = "\n".join(Path(name).stem for name in names)
    assert hashlib.sha256(listed.encode()).hexdigest() == HELD_OUT_SHA256
    facts = evaluate(path)
    assert facts["accuracy"] >= BAR
    assert facts["macro_f1"] >= BAR - 0.01
