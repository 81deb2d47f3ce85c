"""Pages that are made from tables say what the tables say."""

from __future__ import annotations

import importlib.util

import pytest

from tests.house import tree


def _maker() -> object:
    path = tree.ROOT / "tools" / "docs" / "reference.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("tongue", ["en", "zh"])
@pytest.mark.parametrize(
    "page", ["errors", "schemas", "cli", "glossary", "assumptions", "formulas"]
)
def test_the_page_agrees_with_its_table(tongue: str, page: str) -> None:
    made = getattr(_maker(), page)(tongue)
    kept = (tree.ROOT / "docs" / tongue / "reference" / f"{page}.md").read_text(encoding="utf-8")

    assert made == kept
