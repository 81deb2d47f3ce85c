"""The doctor looks at the installation and at the ledger."""

from __future__ import annotations

import tomllib

from tests.cli.books import Tongue
from tests.house.tree import ROOT


def test_without_a_ledger_the_installation_alone_is_checked(empty: Tongue) -> None:
    facts = empty.ask("doctor")

    assert facts["ledger"] is None
    assert facts["factors"] > 100


def test_a_broken_part_is_found_and_is_3(books: Tongue) -> None:
    part = next((books.ledger / "parts/activity").glob("*.parquet"))
    bytes_ = bytearray(part.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    part.chmod(0o644)
    part.write_bytes(bytes_)

    assert books.ask("doctor", expect=3)["ledger"]["findings"]


def test_the_doctor_names_every_extra(empty: Tongue) -> None:
    shown = empty.say("doctor")

    made = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = set(made["project"]["optional-dependencies"]) - {"dev"}

    assert extras == {extra for extra in extras if f"tanlu[{extra}]" in shown}
