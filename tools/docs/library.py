"""The reference page of the factor library: packs, leaves, classes and codes of assumptions."""

from __future__ import annotations

from typing import Any

WORDS = {
    "en": {
        "title": "Factor library",
        "lead": "What the built-in packs hold, as `tanlu factors list`, `classes` and `packs` tell it.",
        "packs": "Packs", "leaves": "Taxonomy", "classes": "Classes", "codes": "Codes of assumptions",
        "pack": ("pack", "edition", "what", "factors", "licence"),
        "leaf": ("leaf", "name", "factors", "why none"),
        "class": ("class", "kind", "name", "energy carriers"),
        "code": ("code", "says", "added σ of ln"),
        "add": "One line a class; see [how to add one](../howto/add-a-vehicle-class.md).",
    },
    "zh": {
        "title": "因子库",
        "lead": "内置因子包的内容，与 `tanlu factors list`、`classes`、`packs` 所示一致。",
        "packs": "因子包", "leaves": "分类", "classes": "类别", "codes": "假设代码",
        "pack": ("因子包", "版本", "内容", "因子数", "许可"),
        "leaf": ("分类叶", "名称", "因子数", "无公开因子的原因"),
        "class": ("类别", "活动类别", "名称", "能源载体"),
        "code": ("代码", "含义", "增加的 ln 标准差"),
        "add": "每个类别一行；[如何添加](../howto/add-a-vehicle-class.md)。",
    },
}  # fmt: skip


def library(tongue: str) -> str:
    """The page of what the built-in packs hold."""
    from tanlu.factors import library as built_in
    from tanlu.factors.packs import census

    kept, words = built_in(), WORDS[tongue]
    counted = {pack["pack_id"]: pack for pack in census(kept)["packs"]}
    packs = [
        (f"`{pack.pack_id}`", pack.semver, pack.title if tongue == "en" else pack.title_zh,
         str(counted[pack.pack_id]["factors"]), pack.licence)
        for pack in kept.packs
    ]  # fmt: skip
    lines = [f"# {words['title']}", "", str(words["lead"])]
    lines += _table(words, "packs", "pack", packs)
    lines += _table(words, "leaves", "leaf", _leaves(kept, tongue))
    lines += _table(words, "classes", "class", _classes(tongue), str(words["add"]))
    return "\n".join([*lines, *_table(words, "codes", "code", _codes(tongue))]) + "\n"


def _leaves(kept: Any, tongue: str) -> list[tuple[str, ...]]:
    from tanlu.factors.packs import leaves, without
    from tanlu.terms import taxonomy

    none = {row["leaf"]: row[tongue] for row in without().iter_rows(named=True)}
    named = taxonomy.taxonomy()
    return [
        (f"`{name}`", getattr(named[name], tongue), str(number), none.get(name, ""))
        for name, number in leaves(kept).items()
    ]


def _classes(tongue: str) -> list[tuple[str, ...]]:
    from tanlu.factors import classes

    return [
        (f"`{row['class']}`", f"`{row['kind']}`", row[tongue], row["carriers"].replace(";", ", "))
        for row in classes().iter_rows(named=True)
    ]


def _codes(tongue: str) -> list[tuple[str, ...]]:
    from tanlu.factors.rules import defaults

    rows = [(f"`{row.code}`", getattr(row, tongue), f"{row.sigma_ln:g}")
            for row in defaults() if row.code]  # fmt: skip
    return list(dict.fromkeys(rows))


def _table(
    words: dict[str, Any], name: str, heads: str, rows: list[tuple[str, ...]], lead: str = ""
) -> list[str]:
    top = ["", f"## {words[name]}", "", *([lead, ""] if lead else [])]
    rule = ["---"] * len(words[heads])
    return [*top, *(_row(cells) for cells in (words[heads], rule, *rows))]


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
