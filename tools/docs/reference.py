"""Write the reference pages that are made from tables and from the parser itself."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).parent))
from interface import api  # noqa: E402 - the files beside this one
from library import library  # noqa: E402

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
           "3 done with findings (`verify`, `check`, `ledger check`, `--strict`); 130 stopped by the user."),
    "zh": ("命令行", "每个动词及其选项，与 `tanlu VERB --help` 一致。",
           "退出码", "0 完成（仅有隔离行也是 0）；1 失败；2 用法错误或无法决定；\n"
           "3 完成但有发现（`verify`、`check`、`ledger check`、`--strict`）；130 被用户停止。"),
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


GLOSSARY = {
    "en": ("Glossary", "One word, one meaning. The last column names what not to write.",
           ("term", "in Chinese", "meaning", "reference", "not")),
    "zh": ("词汇", "一词一义。末列为不应使用的写法。", ("术语", "英文", "含义", "出处", "不用")),
}  # fmt: skip
KINDS = {
    "en": ("Kinds of activity", ("kind", "name", "forms of its factors", "reference")),
    "zh": ("活动类别", ("类别", "名称", "因子形式", "出处")),
}


def glossary(tongue: str) -> str:
    """The page of words, with the kinds of activity."""
    title, lead, heads = GLOSSARY[tongue]
    lines = [f"# {title}", "", lead, "", _row(heads), _row(["---"] * 5)]
    for r in _table("terms/glossary.csv"):
        here, other = (r["term"], r["术语"]) if tongue == "en" else (r["术语"], r["term"])
        meaning, wrong = (r["meaning"], "avoid") if tongue == "en" else (r["含义"], "避免")
        avoid = (r[wrong] or "").replace("|", ", " if tongue == "en" else "、")
        lines.append(_row([here, other, meaning, r["reference"], avoid]))
    title, heads = KINDS[tongue]
    lines += ["", f"## {title}", "", _row(heads), _row(["---"] * 4)]
    for r in _table("terms/kinds.csv"):
        forms = r["forms"].replace(";", ", ")
        lines.append(_row([f"`{r['kind']}`", r[tongue], forms, r["reference"]]))
    return "\n".join(lines) + "\n"


ASSUMPTIONS = {
    "en": ("Assumptions", "Every default has a code; the code stands on the emission that rests on "
           "it, and its σ widens the interval.\nThe σ is a standard deviation of the logarithm; "
           "several add in quadrature.",
           "About the activity", "About the factor", "Proposed legs", "Circuity of land routes",
           ("code", "what is taken", "σ", "value", "source"), ("code", "what is taken", "σ", "for"),
           ("mode", "step", "kind", "what", "codes", "source"),
           ("mode", "country", "circuity", "what", "source")),
    "zh": ("假设", "每个缺省都有代码；代码写在依赖它的排放行上，其 σ 使区间加宽。\n"
           "σ 为对数标准差；多个假设平方相加。",
           "关于活动", "关于因子", "拟定的各段", "陆路绕行系数",
           ("代码", "取法", "σ", "数值", "出处"), ("代码", "取法", "σ", "适用"),
           ("方式", "步", "类别", "内容", "代码", "出处"), ("方式", "国家", "绕行系数", "内容", "出处")),
}  # fmt: skip


def assumptions(tongue: str) -> str:
    """The page of assumptions: codes of account and of factors, chains, circuities."""
    title, lead, *parts = ASSUMPTIONS[tongue]
    lines = [f"# {title}", "", lead]

    def table(name: str, heads: tuple[str, ...], rows: list[list[str]]) -> None:
        lines.extend(["", f"## {name}", "", _row(heads), _row(["---"] * len(heads))])
        lines.extend(dict.fromkeys(_row(cells) for cells in rows))

    table(
        parts[0],
        parts[4],
        [
            [f"`{r['code']}`", r[tongue], r["sigma_ln"], r["value"], r["source"]]
            for r in _table("account/assumptions.csv")
        ],
    )
    table(
        parts[1],
        parts[5],
        [
            [f"`{r['code']}`", r[tongue], r["sigma_ln"], f"`{r['kind']}`" if r["kind"] else ""]
            for r in _table("factors/data/defaults.csv")
            if r["code"]
        ],
    )
    table(
        parts[2],
        parts[6],
        [
            [
                f"`{r['mode']}`",
                r["step"],
                f"`{r['kind']}`",
                r[tongue],
                ", ".join(f"`{code}`" for code in r["codes"].split(";")),
                r["source"],
            ]
            for r in _table("account/chain.csv")
        ],
    )
    table(
        parts[3],
        parts[7],
        [
            [
                f"`{r['mode']}`",
                f"`{r['country']}`" if r["country"] else "",
                r["circuity"],
                r[tongue],
                r["source"],
            ]
            for r in _table("account/circuity.csv")
        ],
    )
    return "\n".join(lines) + "\n"


FORMULAS = {
    "en": ("Formulas", "The steps of `account/spec/*.json`, in the order in which every "
           "engine computes them.\nA step marked *kept* is a column of the result; `round` is half "
           "away from zero.",
           "Inputs", "Steps",
           ("step", "formula", "unit", "meaning", "reference"), "kept"),
    "zh": ("公式", "`account/spec/*.json` 的各步，按每个引擎计算的次序排列。\n"
           "标有“留存”的步骤为结果列；`round` 为四舍五入（远离零）。",
           "输入", "步骤",
           ("步骤", "公式", "单位", "含义", "出处"), "留存"),
}  # fmt: skip


SPECS = {
    "transport": {"en": "a leg", "zh": "运段"},
    "telemetry": {"en": "the physics of a drive", "zh": "行驶物理"},
    "learned": {"en": "the energy of a learned model", "zh": "学习模型能耗"},
}


def formulas(tongue: str) -> str:
    """The page of formulas, from the specifications themselves."""
    title, lead, first, second, steps, kept = FORMULAS[tongue]
    meaning = "meaning" if tongue == "en" else "含义"
    lines = [f"# {title}", "", lead]
    for name in ("transport", "telemetry", "learned"):
        told = json.loads((ROOT / f"src/tanlu/account/spec/{name}.json").read_text("utf-8"))
        lines += ["", f"## {second}: {SPECS[name][tongue]}", "", _row(steps), _row(["---"] * 5)]
        for r in told["steps"]:
            step = f"`{r['name']}`" + (f" ({kept})" if r["keep"] else "")
            cells = [step, f"`{_formula(r['expression'])}`", r["unit"], r[meaning], r["reference"]]
            lines.append(_row(cells))
        inputs = ", ".join(f"`{each}`" for each in sorted(told["inputs"]))
        lines += ["", f"**{first}**: {inputs}"]
    return "\n".join(lines) + "\n"


SIGNS = {"add": "+", "sub": "-", "mul": "×", "div": "/", "eq": "=", "le": "≤", "lt": "<",
         "gt": ">", "ge": "≥", "and": "and", "or": "or"}  # fmt: skip


def _formula(told: object, *, inner: bool = False) -> str:
    """An expression as people write it."""
    if isinstance(told, str):
        return told
    if isinstance(told, dict):
        return told["n"] if "n" in told else f"'{told['s']}'"
    name, *parts = told  # type: ignore[misc]
    if name in SIGNS and len(parts) == 2:
        text = f" {SIGNS[name]} ".join(_formula(each, inner=True) for each in parts)
        return f"({text})" if inner else text
    return f"{name}({', '.join(_formula(each) for each in parts)})"


def _table(name: str) -> list[dict[str, str]]:
    with (ROOT / "src/tanlu" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PAGES = (errors, schemas, cli, glossary, assumptions, formulas, library, api)


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
        for page in PAGES:
            (folder / f"{page.__name__}.md").write_text(page(tongue), encoding="utf-8")


if __name__ == "__main__":
    main()
