"""The engagement as a file: every key has its default, and what is wrong is named."""

from __future__ import annotations

import tomllib

import pytest

from tanlu.errors import TanluError
from tanlu.verify.assurance.engagement import Engagement, draft, engagement_of, read_engagement

FILLED = {
    "id": "E1", "client": "C", "verifier": "V", "criteria": ["ISO 14083:2023"], "scope": "s",
    "boundary": "b", "period": "2026", "profile": "iso14083", "basis": "location",
}  # fmt: skip


def test_a_draft_that_is_filled_in_is_an_engagement_with_its_defaults() -> None:
    text = draft(id='E"1', period="2026", profile="iso14083", basis="location", criteria="ISO")
    told = tomllib.loads(text)

    assert told["id"] == 'E"1'
    made = engagement_of(told | {"client": "C", "verifier": "V", "scope": "s", "boundary": "b"})
    assert (made.materiality_ppm, made.performance_ppm) == (50_000, 750_000)
    assert (made.expected_ppm, made.confidence_ppm, made.risk_ppm) == (10_000, 950_000, 100_000)


def test_a_level_brings_its_confidence_and_a_figure_of_ones_own_wins() -> None:
    assert engagement_of(FILLED | {"level": "limited"}).confidence_ppm == 800_000
    own = FILLED | {"level": "limited", "confidence_percent": "90.5"}
    assert engagement_of(own).confidence_ppm == 905_000


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"client": ""}, "client"),
        ({"cliemt": "C"}, "cliemt"),
        ({"level": "absolute"}, "level"),
        ({"criteria": []}, "criteria"),
        ({"materiality_percent": 0}, "materiality_percent"),
        ({"materiality_percent": "five"}, "materiality_percent"),
        ({"materiality_percent": True}, "materiality_percent"),
        ({"expected_percent": 5}, "expected_percent"),
        ({"frame": {"size": "tkm"}}, "[frame]"),
        ({"frame": {"file": "f.csv", "covers": "transport"}}, "[frame]"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], named: str) -> None:
    with pytest.raises(TanluError) as refused:
        engagement_of(FILLED | change)

    assert refused.value.code == "TL755"
    assert f"'{named}'" in str(refused.value)


def test_a_file_that_is_no_toml_is_refused(tmp_path) -> None:
    path = tmp_path / "engagement.toml"
    for text in (b"id = ", b"\xff\xfe"):
        path.write_bytes(text)
        with pytest.raises(TanluError) as refused:
            read_engagement(path)
        assert refused.value.code == "TL755"


def test_a_statement_tells_the_same_engagement() -> None:
    made = engagement_of(FILLED | {"frame": {"file": "f.csv", "covers": ["transport"]}})

    assert Engagement.told(made.payload()) == made


def test_a_statement_that_tells_none_is_refused() -> None:
    for payload in ({}, {"frame": None}, {**engagement_of(FILLED).payload(), "more": 1}):
        with pytest.raises(TanluError) as refused:
            Engagement.told(payload)
        assert refused.value.code == "TL755"
