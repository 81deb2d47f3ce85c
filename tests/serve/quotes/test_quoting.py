"""A quote is the account's own formula on a parcel that was not sent yet."""

from __future__ import annotations

import time

import polars as pl
import pytest

from tanlu.account import estimate
from tanlu.errors import TanluError
from tanlu.serve.quotes import Asking, Quotes, chosen, place, quoting
from tanlu.store.log import WorkspaceLog, log_of
from tanlu.terms import schema
from tanlu.terms.proof.keys import SigningKey
from tests import serving


def asking(names=(), *, origin="CN-GD", destination="CN-GD", mass_g=1500):
    return Asking(place(origin), place(destination), mass_g, chosen(names))


def test_a_quote_of_a_lane_is_the_account_of_its_legs_to_the_microgram(quotes):
    (told,) = quotes.quote("home", asking(["standard"]), now_s=1.79e9)["quote"]["options"]

    again = 0
    for leg in told["legs"]:
        amounts = {
            name: int(leg[name]) for name in ("distance_m", "load_ppm", "empty_ppm") if name in leg
        }
        facets = {name: leg[name] for name in ("kind", "place", "vehicle_class", "energy_carrier",
                  "temperature_class", "distance_type") if name in leg}  # fmt: skip
        again += estimate({**facets, **amounts, "mass_mg": 1_500_000, "start": int(1.79e15)})[
            "co2e_ug"
        ]
    assert told["method"] == "lane"
    assert int(told["shipments"]) >= 19
    assert again == int(told["co2e_ug"]) == sum(int(leg["co2e_ug"]) for leg in told["legs"])


def test_each_option_has_an_interval_around_it_its_tier_method_and_factors(quotes):
    told = quotes.quote("home", asking(origin="广州", destination="乌鲁木齐"))["quote"]

    assert [each["option"] for each in told["options"]] == [
        "standard", "night", "consolidated", "locker", "express",
    ]  # fmt: skip
    for each in told["options"]:
        assert int(each["lower_ug"]) < int(each["co2e_ug"]) < int(each["upper_ug"])
        assert each["method"] in ("lane", "factors")
        assert (each["tier"] == "default") == (each["method"] == "factors")
        assert all(leg["factor_id"] and leg["factor_hash"] for leg in each["legs"])
    amounts = {each["option"]: int(each["co2e_ug"]) for each in told["options"]}
    assert amounts["express"] > 3 * amounts["standard"]
    assert amounts["consolidated"] <= amounts["standard"]


def test_twice_the_mass_is_twice_the_carbon(quotes):
    one, two = (
        int(quotes.quote("home", asking(["standard"], mass_g=g))["quote"]["options"][0]["co2e_ug"])
        for g in (1000, 2000)
    )

    assert two == pytest.approx(2 * one, rel=1e-6)


def test_a_lane_without_a_past_is_estimated_by_factors_and_says_so(quotes):
    (told,) = quotes.quote("home", asking(["standard"], origin="拉萨", destination="哈尔滨"))[
        "quote"
    ]["options"]

    assert (told["method"], told["tier"], told["shipments"]) == ("factors", "default", "0")
    assert any("A-CIRCUITY" in leg["codes"] for leg in told["legs"])


def test_nothing_is_written_by_a_quote(quotes):
    workspace = quotes.home.workspace("home")
    before = workspace.version, log_of(workspace).size

    quotes.quote("home", asking())

    assert (workspace.version, log_of(workspace).size) == before


def test_a_flight_over_a_short_way_and_a_way_over_a_border_are_not_quoted(quotes):
    told = quotes.quote("home", asking(origin="广州", destination="深圳"))["quote"]["options"]
    assert "express" not in [each["option"] for each in told]

    with pytest.raises(TanluError, match="TL970"):
        quotes.quote("home", asking(origin="广州", destination="Hamburg"))


def test_an_organisation_without_a_log_gives_no_quote(quotes):
    with pytest.raises(TanluError, match="TL615"):
        quotes.quote("other", asking())


@pytest.fixture
def changing(ledger, tmp_path):
    """Quotes of a ledger that a test may write to."""
    home = serving.home(ledger, tmp_path)
    yield Quotes(home)
    home.close()


def test_a_quote_rests_on_the_newest_ledger_once_it_was_read(changing):
    held = changing.refresh("home")

    assert changing.refresh("home") is held
    assert changing.quote("home", asking())["quote"]["ledger_version"] == held.version
    workspace = changing.home.workspace("home")
    leg = workspace.scan("activity").head(1).collect()
    workspace.append("activity", leg.with_columns(pl.lit("new").alias("activity_id")))
    assert changing.refresh("home").version == workspace.version > held.version


def test_what_devices_tell_makes_no_lane_read_again_but_a_new_key_signs(changing, monkeypatch):
    held, reading = changing.refresh("home"), schema("reading")
    told = {"device": "m", "stream": "power", "at": 5, "seq": 1, "value": 1.0}
    rows = reading.fit(pl.DataFrame([told], schema_overrides=reading.dtypes()))
    changing.home.workspace("home").append("reading", rows)
    monkeypatch.setattr(quoting, "lanes", None)

    assert changing.refresh("home") is held
    key = SigningKey.new()
    monkeypatch.setattr(WorkspaceLog, "preparer", key)
    assert changing.refresh("home").key == key
    assert changing.refresh("home").lanes is held.lanes


def test_who_gets_a_shop_finds_the_lanes_read_before_the_first_question(changing):
    changing.start()
    time.sleep(0.2)
    changing.merchants.add("home", "shop", ["https://shop.example"])
    changing.look()
    end = time.monotonic() + 90
    while "home" not in changing._books and time.monotonic() < end:
        time.sleep(0.05)
    changing.close()

    assert changing._books["home"].lanes


def test_the_thread_ends_while_it_prepares(quotes):
    quotes.start()
    quotes.close()

    assert not quotes._thread.is_alive()
