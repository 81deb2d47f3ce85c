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

from tanlu.monitor.quality.limits import packed  # noqa: E402 - as the next

HEADS = {
    "en": ("fault", "faults", "found", "missed", "found %", "median delay s", "by"),
    "zh": ("故障", "数量", "发现", "漏检", "检出率 %", "中位延迟 s", "由何规则"),
}
FALSE = {
    "en": ("rule", "sound readings doubted", "of 100,000", "sound days with a finding"),
    "zh": ("规则", "误疑的正常读数", "每十万条", "有误报的正常日"),
}
SUMS = {
    "en": "Gross faults found: {found:.2%}. False alarms: {readings:.4%} of sound readings; {days:.2%} of "
    "days of a series without a fault in it.",
    "zh": "严重故障检出率：{found:.2%}。误报：正常读数的 {readings:.4%}；无故障的数据流日的 {days:.2%}。",
}
TABLES = {
    "en": (
        ("code", "rule", "severity", "finds"),
        ("rule", "threshold", "value", "unit", "reason", "source"),
    ),
    "zh": (("代码", "规则", "严重度", "发现"), ("规则", "阈值", "值", "单位", "理由", "出处")),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=bar.MEASURED_ON)
    parser.add_argument("--devices", type=int, default=96)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--step", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--tables", action="store_true")
    asked = parser.parse_args()
    for tongue in ("en", "zh"):
        put(tongue, "rules", table(TABLES[tongue][0], rules(tongue)))
        put(tongue, "thresholds", table(TABLES[tongue][1], thresholds(tongue)))
    if asked.tables:
        return
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
            put(tongue, "measured", text)


def page(found: list[bar.Measured], tongue: str) -> str:
    """The table and the sentence below it."""
    lines = []
    for row in bar.table(found).iter_rows():
        name, *figures, delay, by = row
        mark = "" if name in bar.GROSS else " *"
        lines.append([f"`{name}`{mark}", *figures, "–" if delay is None else f"{delay:,.0f}", by])
    told = bar.rates(found)
    said = SUMS[tongue].format(**told._asdict())
    false = table(FALSE[tongue], bar.false_alarms(found).rows())
    return f"{table(HEADS[tongue], lines)}\n\n{said}\n\n{false}"


def table(heads: tuple[str, ...], rows: list[list[object]]) -> str:
    """A table of Markdown."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def rules(tongue: str) -> list[list[object]]:
    """The rules as a person meets them."""
    return [
        [row["code"], f"`{row['rule']}`", row["severity"], row[tongue]]
        for row in packed("rules.csv")
    ]


def thresholds(tongue: str) -> list[list[object]]:
    """The thresholds with their reasons."""
    reason = "reason" if tongue == "en" else "reason_zh"
    names = ("value", "unit", reason, "source")
    return [
        [f"`{row['rule']}`", f"`{row['parameter']}`", *(row[name] for name in names)]
        for row in packed("limits.csv")
    ]


def put(tongue: str, mark: str, text: str) -> None:
    """Put a text between its two marks of the page."""
    path = ROOT / "docs" / tongue / "explain" / "quality.md"
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
