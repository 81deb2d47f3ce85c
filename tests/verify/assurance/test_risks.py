"""The register: proposed with reasons, changed by hand, read back."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.verify.assurance import population, strategic
from tanlu.verify.assurance.risks import Risk, as_toml, classes, proposed, read_risks, reasons


def risk(**changes) -> Risk:
    told = {
        "kind": "transport.road", "tier": "default", "source": 'a "b".csv', "share_ppm": 1,
        "inherent": "high", "control": "medium", "reasons": ("guessed",),
    }  # fmt: skip
    return Risk(**(told | changes))


@pytest.mark.parametrize(
    ("inherent", "control", "detection"),
    [
        ("low", "low", "high"),
        ("low", "medium", "medium"),
        ("medium", "medium", "medium"),
        ("low", "high", "medium"),
        ("medium", "high", "low"),
        ("high", "high", "low"),
    ],
)
def test_the_more_is_wrong_the_less_may_be_overlooked(inherent, control, detection) -> None:
    assert risk(inherent=inherent, control=control).detection == detection


def test_a_register_is_proposed_from_the_data_with_reasons(books, engagement) -> None:
    register = proposed(strategic(population(books, engagement)))

    assert [one.source for one in register] == ["legs.csv", "bbbbbbbb"]
    assert register[0].reasons == ("large", "guessed", "untested")
    assert (register[0].inherent, register[0].control) == ("high", "medium")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_register_comes_back_from_its_file(tmp_path, language) -> None:
    path = tmp_path / "risks.toml"
    register = [risk(), risk(kind="energy.fuel", source="油\\票.csv", reasons=())]
    path.write_text(as_toml(register, reasons(language), "head"), encoding="utf-8")

    assert read_risks(path) == register


HUGE = '[[stream]]\nkind="a"\ntier="b"\nsource="c"\ninherent="huge"\ncontrol="low"'


@pytest.mark.parametrize("text", ["stream = 1", "[[stream]]\nkind = 1", "[[strom]]", "x", HUGE])
def test_a_register_that_is_none_is_refused(tmp_path, text) -> None:
    path = tmp_path / "risks.toml"
    path.write_text(text)
    with pytest.raises(TanluError) as refused:
        read_risks(path)

    assert refused.value.code == "TL755"


def test_a_stream_that_the_register_does_not_know_is_high(books, engagement) -> None:
    units = population(books, engagement).units

    assert classes(units, []).unique().to_list() == ["high"]
