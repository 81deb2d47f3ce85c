"""Labelled faults beside what the tracker tells of them."""

import pytest

from tanlu.errors import TanluError
from tanlu.simulate.journeys import FAULTS, Noise, journeys, write_journeys
from tanlu.track.running import judged_faults
from tanlu.track.running.judging import CODES

SEED = 11


def folder(tmp_path, faults):
    made = journeys(14, SEED, noise=Noise(phone_share=0), templates=("parcel",), faults=faults)
    write_journeys(made, tmp_path)
    return tmp_path


def test_every_fault_has_a_finding_that_tells_of_it():
    assert set(CODES) == set(FAULTS)


def test_labels_are_found_with_their_rows_and_clean_devices_are_left_alone(tmp_path):
    found = judged_faults(folder(tmp_path, ["null_island", "time_reversal", "cyclic_aggregation"]))

    for fault in ("null_island", "time_reversal", "cyclic_aggregation"):
        told = found[fault]
        assert told["labels"] == told["found"] == 2
        assert told["told"] in (told["rows"], None)
        assert told["alarms"] == 0
    assert [found[fault]["labels"] for fault in ("teleport", "missing_leg")] == [0, 0]


def test_without_labels_there_is_nothing_to_judge(tmp_path):
    assert judged_faults(folder(tmp_path, [])) == {}


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "faults.parquet").write_bytes(b"no")

    with pytest.raises(TanluError) as refused:
        judged_faults(tmp_path)

    assert refused.value.code == "TL004"
