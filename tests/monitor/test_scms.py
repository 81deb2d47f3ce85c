"""The real delivery history by its mapping: every known figure of the file comes out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.monitor import Mapping
from tests.monitor.files import Whole, whole


@pytest.fixture(scope="module")
def scms(shared: Path, root: Path) -> Whole:
    path = shared / "data/real/scms/scms_delivery_history.tsv"
    return whole(path, Mapping.load(root / "examples/scms/map.toml"))


def count(scms: Whole, code: str, column: str) -> int:
    of = scms.findings.filter(pl.col("code") == code, pl.col("column") == column)
    return int(of["count"].sum())


def test_every_line_is_an_activity(scms: Whole) -> None:
    assert (scms.rows_in, scms.activities.height) == (10_324, 10_324)


def test_weights_are_those_that_were_counted_by_hand(scms: Whole) -> None:
    weighed = scms.activities.filter(pl.col("mass_mg").is_not_null())

    assert weighed.height == 8_691
    assert weighed.filter(pl.col("kind") != "transport").height == 8_378
    assert count(scms, "TL330", "Weight (Kilograms)") == 1_507
    assert count(scms, "TL323", "Weight (Kilograms)") == 126
    assert count(scms, "TL332", "mass_mg") == 1


def test_shared_weights_are_counted_once(scms: Whole, shared: Path) -> None:
    raw = (shared / "data/real/scms/scms_delivery_history.tsv").read_text(encoding="utf-8")
    header, *lines = raw.replace("\r", "\n").splitlines()
    at = header.split("\t").index("Weight (Kilograms)")
    # the columns after the description never hold a tab or a quote
    texts = [line.split("\t")[at] for line in lines]
    own = [text for text in texts if text.isdigit()]

    assert len(own) == 6_372
    assert sum(text.startswith("See ") for text in texts) == 2_445
    assert scms.activities["mass_mg"].sum() == sum(map(int, own)) * 1_000_000


def test_lines_without_a_mode_are_named(scms: Whole) -> None:
    modes = dict(scms.activities["kind"].value_counts().rows())

    assert modes == {
        "transport.road": 2_830, "transport.air": 6_763, "transport.sea": 371, "transport": 360,
    }  # fmt: skip
    assert count(scms, "TL330", "Shipment Mode") == 360
    unknown = scms.activities.filter(pl.col("kind") == "transport")
    assert unknown["assumptions"].str.contains("SCMS-MODE-UNKNOWN").all()


def test_a_charter_is_told_from_other_flights(scms: Whole) -> None:
    assert scms.activities["operation"].value_counts().drop_nulls().rows() == [("air.charter", 650)]


def test_assumed_origins_are_named_on_each_line(scms: Whole) -> None:
    assumed = scms.activities["assumptions"].str.contains("SCMS-RDC").sum()

    assert assumed == 5_404


def test_every_day_was_read(scms: Whole) -> None:
    days = scms.activities.select(pl.col("start").cast(pl.Datetime("us")).dt.year())["start"]

    assert (days.min(), days.max()) == (2006, 2015)
