"""Measure the rules of quality on the simulator's labelled faults, and put the table into the docs.

PYTHONPATH=src:. python tools/docs/quality_bar.py --seeds 201 202 203     # any seeds: shown
PYTHONPATH=src:. python tools/docs/quality_bar.py --write                 # 101 to 109: into docs
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.monitor.quality import bar  # noqa: E402 - the folder above this one

HEADS = {
    "en": ("fault", "faults", "found", "missed", "found %", "median delay s", "by"),
    "zh": ("故障", "数量", "发现", "漏检", "检出率 %", "中位延迟 s", "由何规则"),
}
SUMS = {
    "en": "Gross faults found: {found:.2%}. False alarms: {readings:.4%} of sound readings; {days:.2%} of "
    "days of a series without a fault in it (without {broken}: {rest:.2%}).",
    "zh": "严重故障检出率：{found:.2%}。误报：正常读数的 {readings:.4%}；无故障的数据流日的 {days:.2%}"
    "（不计 {broken}：{rest:.2%}）。",
}
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
# the stream whose refuelling breaks the limit that the simulator itself declares for it
BROKEN = "tank_ml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=bar.MEASURED_ON)
    parser.add_argument("--devices", type=int, default=96)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--step", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = [
        bar.measure(asked.devices, seed, days=asked.days, step_s=asked.step) for seed in asked.seeds
    ]
    with pl.Config(tbl_rows=60, tbl_cols=20, fmt_str_lengths=60, tbl_width_chars=160):
        for each in ("alarms", "days"):
            both = pl.concat(getattr(one, each) for one in found)
            print(each, both.group_by("rule", "stream").len().sort("len", "rule", "stream"))
    for tongue in ("en", "zh"):
        text = page(found, tongue)
        print(text)
        if asked.write:
            put(ROOT / "docs" / tongue / "explain" / "quality.md", text)


def page(found: list[bar.Measured], tongue: str) -> str:
    """The table and the sentence below it."""
    heads = HEADS[tongue]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in bar.table(found).iter_rows():
        name, *figures, delay, rules = row
        mark = "" if name in bar.GROSS else " *"
        cells = [f"`{name}`{mark}", *figures, "–" if delay is None else f"{delay:,.0f}", rules]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    told = bar.rates(found)
    rest = bar.rates([bar.without(each, BROKEN) for each in found]).days
    return "\n".join(
        [*lines, "", SUMS[tongue].format(**told._asdict(), broken=f"`{BROKEN}`", rest=rest)]
    )


def put(path: Path, text: str) -> None:
    """Put the text between the two marks of a page."""
    old = path.read_text(encoding="utf-8")
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
