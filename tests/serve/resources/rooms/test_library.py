"""Factors: found by words, chosen with reasons, with their versions and where they are used."""

from __future__ import annotations

from tanlu.factors import library
from tests.serve.resources.walking import walk


def test_a_walk_gives_every_factor_that_has_all_words(read_only):
    rows = walk(read_only, "/v1/factors?limit=1000&place=CN")
    wanted = [row["factor_id"] for row in library().rows if row["place"] == "CN"]
    assert [row["factor"]["factor_id"] for row in rows] == wanted
    words = walk(read_only, "/v1/factors?limit=200&q=diesel%20road&activity=transport")
    assert words
    assert all(row["factor"]["activity"].startswith("transport") for row in words)


def test_a_factor_tells_its_source_its_versions_and_its_uses(read_only):
    emission = read_only.get("/v1/emissions?limit=1&kind=transport.road").json()["items"][0]
    part = emission["factor_id"].replace("+", "/").split("/")[0]
    told = read_only.get(f"/v1/factors/{part}").json()
    assert told["factor"]["factor_id"] == part
    assert told["source"]["title"]
    assert part in {each["factor_id"] for each in told["versions"]}
    assert sum(each["rows"] for each in told["used_by"]) > 0
    assert {each["profile"] for each in told["used_by"]} == {"iso14083"}
    assert read_only.get("/v1/factors/nothing").status_code == 404


def test_a_choice_tells_who_lost_and_why(read_only):
    told = read_only.get(
        "/v1/choice?kind=transport.road&energy_carrier=electricity&place=CN&day=2026-10-01"
    ).json()
    assert told["status"] in {"chosen", "conflict"}
    assert told["winner"]["id"]
    assert told["losers"][0]["lost_by"]
    assert read_only.get("/v1/choice?kind=flying&day=2026-10-01").json()["status"] == "none"
    assert read_only.get("/v1/choice?kind=transport.road&day=2026-02-31").status_code == 400


def test_the_packs_are_told_with_hash_and_licence(read_only):
    told = read_only.get("/v1/packs").json()["items"]
    assert {each["hash"] for each in told} == {pack.hash for pack in library().packs}
    assert all(each["licence"] and each["factors"] for each in told if each["factors"])
