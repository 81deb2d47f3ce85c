"""Lines that refer to the value of another line: the value is counted once and shared.

``See ASN-93 (ID#:1281)`` in the weight of a line means that its weight is within that of line
1281 of the same consignment. The weight of 1281 is shared over it and all lines that refer to it,
in proportion to a column or equally, by largest remainder: the shares sum to it to the last unit.
Two passes before the reading collect only the lines concerned, so memory grows with their count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from tanlu.monitor import numbers, values
from tanlu.monitor.faults import Faults, hint_of
from tanlu.monitor.mapping import Mapping
from tanlu.monitor.rules import Refer, Rule

__all__ = ["Shares", "gather", "largest_remainder"]

NOWHERE, ELSEWHERE, CIRCLE, EMPTY, SHARED = "TL320", "TL321", "TL322", "TL323", "TL324"
DOUBLINGS = 24  # chains of up to 2**24 references end or are circles
SHARE_SCALE = 1000  # shares by a column keep three decimal places

LINE: dict[str, type[pl.DataType]] = {
    "line": pl.Int64, "id": pl.String, "group": pl.String, "text": pl.String, "by": pl.Int64,
}  # fmt: skip
REFERENCE: dict[str, type[pl.DataType]] = {"ref": pl.String, "named": pl.String}
TARGET: dict[str, type[pl.DataType]] = {"kept": pl.Int64}

Rows = Callable[[], Iterable[pl.DataFrame]]


class Shares:
    """What each referring line, and each line referred to, has as its share."""

    def __init__(self, pattern: str, table: pl.DataFrame) -> None:
        self._pattern = pattern
        self.table = table

    def referring(self, source: pl.Series) -> pl.Series:
        """Tell which texts refer to another line."""
        if source.dtype != pl.String:
            return pl.Series([False]).new_from_index(0, source.len())
        return source.str.contains(self._pattern).fill_null(value=False)

    def apply(
        self, lines: pl.Series, kept: pl.Series, referring: pl.Series, faults: Faults, column: str
    ) -> tuple[pl.Series, pl.Series]:
        """Give the column with shares in place, and for which rows it is a share."""
        here = (
            lines.alias("line")
            .to_frame()
            .join(self.table, on="line", how="left", maintain_order="left")
        )
        for code in (NOWHERE, ELSEWHERE, CIRCLE):
            faults.refuse(referring & (here["code"] == code), code, column, here["text"])
        nowhere = here["code"].is_null() & here["share"].is_null()
        faults.refuse(referring & nowhere, NOWHERE, column, column)
        faults.note(referring & (here["code"] == EMPTY), EMPTY, column, here["text"])
        shared = here["share"].is_not_null()
        faults.add(
            here.filter(pl.col("share").is_not_null()).select(
                pl.lit(SHARED).alias("code"),
                pl.lit("info").alias("severity"),
                pl.lit(column).alias("column"),
                pl.col("text").alias("value"),
                pl.lit(hint_of(SHARED), pl.String).alias("hint"),
                pl.lit(1, pl.Int64).alias("count"),
                pl.col("line").alias("source_line"),
                "evidence",
            )
        )
        return here["share"].zip_with(shared, kept), shared


def gather(rows: Rows, mapping: Mapping) -> dict[str, Shares]:
    """Give the shares for each quantity that refers; ``rows`` starts a new pass over the file."""
    found = {}
    for target, rules in mapping.rules.items():
        for rule in rules:
            if rule.refer is not None:
                found[target] = Shares(
                    rule.refer.pattern, _resolve(rows, rule, rule.refer, mapping)
                )
    return found


def _resolve(rows: Rows, rule: Rule, refer: Refer, mapping: Mapping) -> pl.DataFrame:
    references = _references(rows(), rule, refer)
    asked = references["ref"].unique()
    targets = _targets(rows(), rule, refer, mapping, asked)
    judged = _judge(references, targets)
    return _share(judged, targets, refer.share_by)


def _columns(frame: pl.DataFrame, rule: Rule, refer: Refer) -> pl.DataFrame:
    """Give line, own id and group, text and share of each row."""
    share = frame[refer.share_by] if refer.share_by else pl.Series("share", [None])
    wide = share if share.len() == frame.height else share.new_from_index(0, frame.height)
    by = (
        numbers.quantity(wide, Rule("count", unit="1"), ".", None, None)[0]
        if refer.share_by
        else wide
    )
    return pl.DataFrame(
        {
            "line": frame["_line"],
            "id": values.tidy(frame[refer.id]),
            "group": values.tidy(frame[refer.group])
            if refer.group
            else pl.Series([""]).new_from_index(0, frame.height),
            "text": frame[rule.sources[0]].cast(pl.String),
            "by": by.cast(pl.Int64),
        }
    )


def _references(bodies: Iterable[pl.DataFrame], rule: Rule, refer: Refer) -> pl.DataFrame:
    pattern = refer.pattern
    found = []
    for frame in bodies:
        some = _columns(frame, rule, refer).filter(pl.col("text").str.contains(pattern))
        parts = pl.col("text").str.extract_groups(pattern)
        named = (
            parts.struct.field("group")
            if "(?P<group>" in refer.pattern
            else pl.lit(None, pl.String)
        )
        found.append(some.with_columns(parts.struct.field("id").alias("ref"), named.alias("named")))
    return pl.concat(found) if found else pl.DataFrame(schema=LINE | REFERENCE)


def _targets(
    bodies: Iterable[pl.DataFrame], rule: Rule, refer: Refer, mapping: Mapping, asked: pl.Series
) -> pl.DataFrame:
    """Give the lines that are referred to, with their own value where they have one."""
    found = []
    for frame in bodies:
        here = frame.filter(values.tidy(frame[refer.id]).is_in(asked.implode()))
        if here.is_empty():
            continue
        rows = _columns(here, rule, refer)
        source = values.nulled(here[rule.sources[0]], (*mapping.null, *rule.null))[0]
        spelled = here[rule.unit_from] if rule.unit_from else None
        if rule.unit_from == rule.sources[0] and source.dtype == pl.String:
            source, spelled = numbers.parted(source)
        kept = numbers.quantity(source, rule, mapping.decimal, mapping.thousands, spelled)[0]
        found.append(rows.with_columns(kept.alias("kept")))
    every = pl.concat(found) if found else pl.DataFrame(schema=LINE | TARGET)
    # of lines with one id that of the first counts: the others are refused by their identity
    return every.unique("id", keep="first", maintain_order=True)


def _judge(references: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Follow each reference to the line that has the value, and tell what is wrong with it."""
    if references.is_empty():
        return references.with_columns(code=pl.lit(None, pl.String), root=pl.lit(None, pl.String))
    step = references.select("id", root="ref").unique("id", keep="first", maintain_order=True)
    for _ in range(DOUBLINGS):
        step = step.join(step.rename({"id": "root", "root": "next"}), on="root", how="left").select(
            "id", root=pl.coalesce("next", "root")
        )
    circling = step.filter(pl.col("root").is_in(step["id"].implode()))["id"]
    near = targets.select(ref="id", near_group="group")
    far = targets.select(root="id", root_group="group", kept="kept")
    found = (
        references.join(step, on="id", how="left", maintain_order="left")
        .join(near, on="ref", how="left", maintain_order="left")
        .join(far, on="root", how="left", maintain_order="left")
    )
    another = (
        pl.col("near_group").ne_missing(pl.col("group"))
        | pl.col("root_group").ne_missing(pl.col("group"))
        | (pl.col("named") != pl.col("group"))
    )
    return found.with_columns(
        pl.when(pl.col("near_group").is_null())
        .then(pl.lit(NOWHERE))
        .when(pl.col("id").is_in(circling.implode()))
        .then(pl.lit(CIRCLE))
        .when(pl.col("root_group").is_null())
        .then(pl.lit(NOWHERE))
        .when(another)
        .then(pl.lit(ELSEWHERE))
        .when(pl.col("kept").is_null())
        .then(pl.lit(EMPTY))
        .alias("code")
    )


def _share(judged: pl.DataFrame, targets: pl.DataFrame, by: str | None) -> pl.DataFrame:
    """Share the value of each root over it and the lines that refer to it."""
    wrong = judged.filter(pl.col("code").is_not_null()).select(
        "line",
        "code",
        "text",
        share=pl.lit(None, pl.Int64),
        evidence=pl.lit(None, pl.String),
    )
    fine = judged.filter(pl.col("code").is_null())
    roots = targets.join(fine.select(id="root").unique(), on="id", how="semi")
    members = pl.concat(
        [
            fine.select("line", "text", "by", root="root"),
            roots.select("line", "text", "by", root="id"),
        ]
    ).join(roots.select(root="id", of="kept", root_line="line"), on="root", how="left")
    usable = (pl.col("by") > 0).fill_null(value=False).all().over("root")
    weighed = members.with_columns(
        part=pl.when(usable).then(pl.col("by")).otherwise(1),
        rule=pl.when(usable).then(pl.lit(by or "")).otherwise(pl.lit("")),
    ).sort("root_line", "line")
    shared = largest_remainder(weighed)
    evidence = pl.struct(
        "rule",
        pl.col("root_line").alias("line"),
        pl.col("of"),
        pl.col("part"),
        pl.col("part").sum().over("root").alias("parts"),
        pl.len().over("root").alias("rows"),
    )
    done = shared.select(
        "line",
        pl.lit(None, pl.String).alias("code"),
        "text",
        "share",
        evidence.struct.json_encode().alias("evidence"),
    )
    return pl.concat([wrong, done])


def largest_remainder(weighed: pl.DataFrame) -> pl.DataFrame:
    """Give ``share`` of ``of`` by ``part`` within each ``root``, summing to it exactly."""
    wide = pl.Int128
    size = pl.col("of").abs().cast(wide)
    product = size * pl.col("part").cast(wide)
    total = pl.col("part").cast(wide).sum().over("root")
    floored = weighed.with_columns(low=product // total, rest=product % total, size=size)
    left = pl.col("size") - pl.col("low").sum().over("root")
    # a whole more for the largest rests; of equal ones for the first line
    ranked = floored.sort("root", "rest", "line", descending=[False, True, False]).with_columns(
        rank=pl.int_range(pl.len(), dtype=wide).over("root")
    )
    share = pl.col("low") + (pl.col("rank") < left).cast(wide)
    signed = share * pl.col("of").sign().cast(wide)
    return (
        ranked.with_columns(share=signed.cast(pl.Int64))
        .drop("low", "rest", "size", "rank")
        .sort("line")
    )
