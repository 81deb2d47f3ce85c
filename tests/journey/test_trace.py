"""The worked example of the guide: what the page says is what the verbs say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tanlu.report.tracing import overview
from tests.journey.travel import tanlu


@pytest.fixture(scope="session")
def books(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("traced") / "books"
    subprocess.run([sys.executable, root / "examples/trace/order.py", folder], check=True)
    return folder


def test_the_guide_says_what_the_trace_says(books: Path, root: Path) -> None:
    found = tanlu("trace", "JD7001", "--ledger", books)
    total = found["total"]
    said = (
        f"= {total['co2e_kg']} kg",
        f"{found['boundaries']['ttw']['co2e_kg']} kg TTW, "
        f"{found['boundaries']['wtt']['co2e_kg']} kg WTT",
        f"{float(total['lower_kg']):.3f} – {float(total['upper_kg']):.2f} kg",
        f"{found['others']['input']['co2e_kg']} kg for ore and coil",
    )
    page = (root / "docs/en/howto/trace-an-order.md").read_text(encoding="utf-8")
    other = (root / "docs/zh/howto/trace-an-order.md").read_text(encoding="utf-8")

    assert [each for each in said if each not in page] == []
    assert [each for each in (said[0], said[2]) if each not in other] == []
    assert [each["code"] for each in found["findings"]] == ["TL434"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_of_the_guide_is_the_picture_of_the_trace(
    books: Path, root: Path, language: str
) -> None:
    found = tanlu("trace", "JD7001", "--ledger", books, "--language", language)
    kept = (root / f"docs/{language}/howto/trace.svg").read_text(encoding="utf-8")

    assert kept == overview(found)
