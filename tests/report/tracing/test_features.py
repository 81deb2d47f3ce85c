"""GeoJSON as RFC 7946 has it."""

from __future__ import annotations

from copy import deepcopy

from tanlu.report.tracing import geojson


def test_every_leg_and_node_is_a_feature(facts) -> None:
    found = geojson(facts)
    legs = [each for each in found["features"] if each["properties"]["feature"] == "leg"]

    assert found["type"] == "FeatureCollection"
    assert len(legs) == 10
    assert len(found["features"]) == 10 + len(facts["nodes"])
    assert [each["geometry"]["type"] for each in legs][4:7] == ["LineString", "Point", "LineString"]


def test_amounts_are_decimal_texts_and_what_is_not_known_is_null(facts) -> None:
    properties = [each["properties"] for each in geojson(facts)["features"][:10]]

    assert (properties[6]["co2e_kg"], properties[9]["co2e_kg"]) == ("10.2", None)
    assert float(properties[6]["lower_kg"]) < 10.2 < float(properties[6]["upper_kg"])


def test_longitude_comes_first_and_the_box_holds_all(facts) -> None:
    found = geojson(facts)
    west, south, east, north = found["bbox"]

    assert found["features"][0]["geometry"]["coordinates"][0] == [119.73, -23.36]
    assert (west, south, north) == (103.95, -23.36, 36.7)
    assert east >= 121.81


def test_over_the_antimeridian_a_leg_has_two_lines_and_the_box_goes_over_it(facts) -> None:
    told = deepcopy(facts)
    told["legs"] = told["legs"][6:7]
    told["nodes"] = []
    told["legs"][0]["destination"] |= {"lat": "33.94", "lon": "-118.41"}
    found = geojson(told)

    assert found["features"][0]["geometry"]["type"] == "MultiLineString"
    assert found["bbox"][0] == 121.81
    assert found["bbox"][2] == -118.41


def test_a_leg_without_places_has_no_geometry(facts) -> None:
    told = deepcopy(facts)
    told["legs"] = [told["legs"][0] | {"origin": None, "destination": None, "place": None}]
    told["nodes"] = []
    found = geojson(told)

    assert found["features"][0]["geometry"] is None
    assert "bbox" not in found


def test_a_node_of_a_track_carries_its_chance(traced_by_track) -> None:
    told = [each["properties"] for each in geojson(traced_by_track)["features"]]
    (node,) = [each for each in told if each.get("told_by") == "track"]

    assert (node["probability"], node["radius_95_m"]) == ("0.512345", "12.239")
    assert len(node["arrival_95"]) == len(node["departure_95"]) == 2
