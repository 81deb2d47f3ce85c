"""A product system."""

from __future__ import annotations

from pathlib import Path

SYSTEM = Path(__file__).parents[5] / "examples" / "product" / "product.toml"


def test_a_product_system_is_computed_with_the_reuse_of_its_box(asking):
    text = SYSTEM.read_text(encoding="utf-8")
    answer = asking().post("/zh/products/system", data={"system": text})
    assert answer.status_code == 200
    assert "聚丙烯循环箱" in answer.text


def test_a_system_that_is_none_says_what_is_wrong(asking):
    answer = asking().post("/en/products/system", data={"system": "id = <script>alert(1)"})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
