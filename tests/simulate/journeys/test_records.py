"""Journeys as a record and as a folder; the same seed gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.simulate.journeys import Noise, journeys, records, simulated, write_journeys, written
from tanlu.simulate.journeys.earth import lengths
from tanlu.simulate.journeys.plans import planned
from tanlu.simulate.journeys.records import stated_tortuosity
from tanlu.simulate.journeys.travel import travelled
from tanlu.terms import Progress

FILES = {
    "positions.parquet", "events.parquet", "readings.parquet", "journeys.json",
    "truth/legs.parquet", "truth/sections.parquet", "truth/nodes.parquet",
    "truth/positions.parquet",
}  # fmt: skip


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        write_journeys(journeys(6, seed, region="fit", faults=["teleport"]), tmp_path / name)
    a, b, c = (hashes(tmp_path / name) for name in "abc")

    assert a == b
    assert {name for name in a if a[name] == c[name]} == set()


def test_the_folder_is_as_the_tracker_expects_it(tmp_path: Path) -> None:
    made = journeys(3, 1)
    files = write_journeys(made, tmp_path)
    facts = json.loads((tmp_path / "journeys.json").read_text(encoding="utf-8"))

    assert {str(file.relative_to(tmp_path)) for file in files} == FILES
    assert pl.read_parquet(tmp_path / "positions.parquet").equals(made.positions)
    assert (facts["n"], facts["seed"], facts["region"]) == (3, 1, "world")
    assert set(facts["tortuosity"]) == {
        "walk", "two_wheeler", "van", "truck", "train", "inland", "sea", "air",
    }  # fmt: skip


def test_a_journey_does_not_depend_on_how_many_there_are() -> None:
    few, many = journeys(2, 8), journeys(4, 8)
    first = few.positions["device"].unique().to_list()

    assert many.positions.filter(pl.col("device").is_in(first)).equals(few.positions)


def test_batches_written_one_by_one_are_those_held_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "CHUNK", 2)
    words = {"templates": ("parcel", "rider"), "faults": ["null_island"]}
    for name in ("a", "b"):
        *_, last = written(simulated(5, 9, **words), tmp_path / name)
    files, facts = last.result
    whole = journeys(5, 9, **words)
    labels = pl.read_parquet(tmp_path / "a" / "truth" / "faults.parquet")

    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    assert {str(file.relative_to(tmp_path / "b")) for file in files} == {
        *FILES, "truth/faults.parquet",
    }  # fmt: skip
    assert pl.read_parquet(tmp_path / "a" / "positions.parquet").equals(whole.positions)
    assert labels.equals(whole.labels)
    assert (facts, facts["labels"]) == (whole.facts, labels.height)


def test_a_batch_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TanluError) as caught:
        list(written(simulated(1, 1, templates=("rider",)), tmp_path / "file"))

    assert caught.value.code == "TL004"


def test_what_is_simulated_says_how_far_it_is() -> None:
    said = list(simulated(3, 1, templates=("rider",)))

    assert [(each.done, each.total) for each in said] == [(1, 3), (2, 3), (3, 3)]
    assert all(isinstance(each, Progress) for each in said)


@pytest.mark.parametrize(
    "told",
    [{"n": 0}, {"seed": -1}, {"region": "mars"}, {"templates": ("balloon",)}, {"faults": ["war"]}],
)
def test_what_cannot_be_simulated_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(TanluError) as caught:
        journeys(**{"n": 1, "seed": 1, **told})

    assert caught.value.code == "TL904"


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TanluError) as caught:
        write_journeys(journeys(1, 1, templates=("rider",)), tmp_path / "file")

    assert caught.value.code == "TL004"


@pytest.mark.slow
def test_stated_tortuosity_is_that_of_other_seeds_and_another_region() -> None:
    stated = stated_tortuosity()["tortuosity_by_chord"]
    ways: dict[tuple[str, int], list[float]] = {}
    for seed in range(30):
        rng = np.random.default_rng([1_000 + seed])
        for piece in travelled(planned("test", rng, ("parcel", "domestic")), rng):
            if piece.mode not in ("truck", "train"):
                continue
            at = np.arange(0.0, piece.course.seconds, 240.0)
            way, _ = piece.course.at(at)
            lat, lon, _ = piece.course.place(way)
            chord = lengths(lat, lon)
            for far, near in zip(np.diff(way), chord, strict=True):
                edge = next((row[0] for row in stated[piece.mode] if near <= row[0]), None)
                if edge and near > 3_200:
                    both = ways.setdefault((piece.mode, edge), [0.0, 0.0, 0])
                    both[0], both[1], both[2] = both[0] + far, both[1] + near, both[2] + 1

    checked = {key: far / near for key, (far, near, count) in ways.items() if count > 200}
    for (mode, edge), ratio in checked.items():
        told = next(row[1] for row in stated[mode] if row[0] == edge) / 1e6
        assert ratio == pytest.approx(told, rel=0.03), (mode, edge)
    assert len(checked) >= 2


def test_noise_stands_in_the_facts() -> None:
    made = journeys(1, 1, templates=("rider",), noise=Noise(jump_share=0.0))

    assert made.facts["noise"]["jump_share"] == 0.0
