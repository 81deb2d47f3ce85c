"""Draw docs/*/explain/choice.svg: the error of each method on vehicles never seen.

``tanlu account choose --evaluate --json | python tools/docs/choice_picture.py``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tanlu.report.svg import picture
from tanlu.terms import Chart

ROOT = Path(__file__).resolve().parents[2]
TITLES = {
    "en": "Error of single legs on vehicles never seen",
    "zh": "对未见车辆的单段误差",
}
NAMES = {
    "en": {"learned": "learned", "physics": "modelled, calibrated", "chosen": "chosen",
           "scaled": "class curve, scaled", "class": "class curve", "default": "class curve, default load"},
    "zh": {"learned": "学习", "physics": "物理建模（已校准）", "chosen": "所选",
           "scaled": "车型曲线（按车队缩放）", "class": "车型曲线", "default": "车型曲线（缺省装载率）"},
}  # fmt: skip


def main() -> None:
    """Write both pictures."""
    facts = json.load(sys.stdin)
    rows = facts["held_out"] | {"chosen": facts["choice_held_out"]}
    for tongue, names in NAMES.items():
        values = tuple(round(rows[name]["relative_mae"] * 100, 2) for name in names)
        chart = Chart(
            "bar", TITLES[tongue], "%", tuple(names.values()), ((TITLES[tongue], values),)
        )
        made = picture(chart, 640)
        (ROOT / f"docs/{tongue}/explain/choice.svg").write_text(made + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
