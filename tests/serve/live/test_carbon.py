"""The carbon of a park now."""

from __future__ import annotations

from tanlu.account import estimate
from tanlu.serve.live.carbon import Grids
from tests.serve.live.watching import books, now_us


def test_power_times_the_factor_of_the_hour_is_what_the_books_would_say(tmp_path):
    workspace = books(tmp_path / "l")
    at = now_us() // 3_600_000_000 * 3_600_000_000
    told = Grids(workspace).of("CN-SN", at).rate(2_500_000.0)
    hour = estimate({
        "kind": "energy.electricity", "energy_carrier": "electricity", "place": "CN-SN",
        "energy_j": 2_500_000 * 3600, "start": at, "end": at + 3_600_000_000,
        "zone": workspace.zone,
    })  # fmt: skip
    assert abs(int(told["ug_s"]) * 3600 - hour["co2e_ug"]) < 3600
    assert int(told["lower_ug_s"]) < int(told["ug_s"]) < int(told["upper_ug_s"])
    assert told["tier"] in ("measured", "learned", "modelled", "default")
    assert told["factor_hash"] == hour["legs"][0]["factor_hash"]
    assert (told["stored"], told["basis"], told["profile"]) == (False, "location", "iso14083")


def test_nothing_of_it_is_written(tmp_path):
    workspace = books(tmp_path / "l")
    version = workspace.version
    Grids(workspace).of("CN-SN", now_us())
    assert workspace.version == version
