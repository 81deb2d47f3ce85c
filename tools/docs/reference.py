"""Write the reference pages that are made from tables: errors, schemas and the command line."""

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


CLI = {
    "en": ("Command line", "Every verb with its options, as `tanlu VERB --help` shows them.",
           "Exit codes", "0 done (quarantined rows alone are 0); 1 failed; 2 usage, or cannot decide;\n"
           "3 done with findings (`verify`, `ledger check`, `--strict`); 130 stopped by the user."),
    "zh": ("命令行", "每个动词及其选项，与 `tanlu VERB --help` 一致。",
           "退出码", "0 完成（仅有隔离行也是 0）；1 失败；2 用法错误或无法决定；\n"
           "3 完成但有发现（`verify`、`ledger check`、`--strict`）；130 被用户停止。"),
}  # fmt: skip


def cli(tongue: str) -> str:
    """The page of the command line, from the parser itself."""
    import argparse

    from tanlu.cli.console import Console
    from tanlu.cli.entry import build

    title, lead, codes, meaning = CLI[tongue]
    parser = build(Console(language=tongue, as_json=False))
    verbs = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    lines = [f"# {title}", "", lead]
    for name, verb in verbs.choices.items():
        lines += ["", f"## {name}", "", str(verb.description), "", *_options(verb)]
    return "\n".join([*lines, "", f"## {codes}", "", meaning]) + "\n"


def _options(verb: object) -> list[str]:
    lines = [_row(["", ""]), _row(["---", "---"])]
    for action in verb._actions:  # type: ignore[attr-defined]
        name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        if action.option_strings and action.metavar:
            name += f" {action.metavar}"
        if name != "-h, --help":
            lines.append(_row([f"`{name}`", str(action.help)]))
    return lines


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write the pages."""
    for tongue in ("en", "zh"):
        folder = ROOT / "docs" / tongue / "reference"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "errors.md").write_text(errors(tongue), encoding="utf-8")
        (folder / "schemas.md").write_text(schemas(tongue), encoding="utf-8")
        (folder / "cli.md").write_text(cli(tongue), encoding="utf-8")


if __name__ == "__main__":
    main()
