from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.factors import match, match_one
from tanlu.factors.compose import KEY
from tanlu.terms import schema

KINDS = ("transport.road", "transport.air", "transport.sea", "transport.rail", "hub.parcel")
OTHERS = ("energy.fuel", "energy.electricity", "transport.teleport")


def maybe(*values):
    return st.sampled_from((None, *values))


LEGS = st.fixed_dictionaries(
    {
        "start": st.integers(1_400_000_000_000_000, 1_900_000_000_000_000),
        "kind": st.sampled_from(KINDS + OTHERS),
        "vehicle_class": maybe("truck.artic.44t", "van.class3", "ship.container", "truck.artik"),
        "energy_carrier": maybe("diesel", "electricity", "jet_kerosene"),
        "temperature_class": maybe("ambient", "chilled"),
        "place": maybe("CN-GD", "CN-XZ", "DE", "SITEA"),
        "origin": maybe("CNSHA", "CN-SH", "PVG"),
        "mass_mg": maybe(1, 11_999_999_999, 12_000_000_000),
        "distance_m": maybe(1, 3_699_999, 3_700_000),
        "assumptions": maybe("M-ORIGIN"),
    }
)


@given(legs=st.lists(LEGS, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_one_leg_is_matched_as_in_a_batch(legs):
    dtypes = schema("activity").dtypes()
    names = list(legs[0])
    batch = pl.DataFrame(legs, schema={name: dtypes[name] for name in names}, orient="row")
    for leg, row in zip(legs, match(batch).to_dicts(), strict=True):
        single = match_one(leg)
        if single["match_code"]:
            assert (row["match_code"], row["factor_id"]) == ("TL201", None)
            assert row["match_nearest"] == single["match_nearest"]
            continue
        wanted = {name: row[name] for name in schema("resolved").names if name not in KEY}
        found = {name: single.get(name) for name in wanted}
        assert found.pop("sigma_ln") == pytest.approx(wanted.pop("sigma_ln"), rel=1e-12)
        assert found == wanted
