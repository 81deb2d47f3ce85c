"""Write the reference pages that are made from tables: errors and schemas, in both tongues."""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TITLES = {
    "en": ("Errors", "Every code, what it says and what mends it.", "code", "says", "hint"),
    "zh": ("错误代码", "每个代码、其含义与修正办法。", "代码", "含义", "提示"),
}
TABLES = {
    "en": ("Tables", "The columns of every table, as the code reads them.",
           ("column", "type", "unit", "required", "meaning", "reference")),
    "zh": ("数据表", "每张表的列，与代码读取的一致。",
           ("列", "类型", "单位", "必填", "含义", "出处")),
}  # fmt: skip


def errors(tongue: str) -> str:
    """The page of error codes."""
    title, lead, *heads = TITLES[tongue]
    tail = "" if tongue == "en" else "_zh"
    with (ROOT / "src/tanlu/errors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [f"# {title}", "", lead, "", _row(heads), _row(["---"] * 3)]
    lines += [_row([f"`{r['code']}`", r[f"what{tail}"], r[f"hint{tail}"]]) for r in rows]
    return "\n".join(lines) + "\n"


def schemas(tongue: str) -> str:
    """The page of table schemas."""
    title, lead, heads = TABLES[tongue]
    meaning = "meaning" if tongue == "en" else "含义"
    lines = [f"# {title}", "", lead]
    for path in sorted((ROOT / "src/tanlu/terms/schema").glob("*.csv")):
        lines += ["", f"## {path.stem}", "", _row(heads), _row(["---"] * 6)]
        with path.open(encoding="utf-8", newline="") as file:
            for r in csv.DictReader(file):
                cells = [f"`{r['column']}`", r["type"], r["unit"], r["required"], r[meaning]]
                lines.append(_row([*cells, r["reference"]]))
    return "\n".join(lines) + "\n"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write the four pages."""
    for tongue in ("en", "zh"):
        folder = ROOT / "docs" / tongue / "reference"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "errors.md").write_text(errors(tongue), encoding="utf-8")
        (folder / "schemas.md").write_text(schemas(tongue), encoding="utf-8")


if __name__ == "__main__":
    main()
