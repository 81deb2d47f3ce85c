"""Reaching: from one thing to all that it became, was made of, held or was held by.

Level by level, in columns. Time goes with it: a thing is followed only while it was what the
subject is in, or from when it was made of it; so an interval of custody narrows that of the next.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.store.index import find
from tanlu.track.trace.custody import holding
from tanlu.track.trace.telling import told
from tanlu.track.trace.traced import CARRIED, types

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MOST", "Reached", "reach"]

MOST = 2000
DEPTH = 32
NEVER, ALWAYS = -(1 << 62), 1 << 62
NAMED = ["thing", "relation", "since", "until"]
AMOUNTS = ("count", "mass_mg", "volume_ml")


class Reached(NamedTuple):
    """What was found from a subject, how, and what was wrong on the way."""

    things: pl.DataFrame
    boxes: pl.DataFrame
    links: pl.DataFrame
    findings: list[pl.DataFrame]


def reach(workspace: Any, subject: str, direction: str, as_of: int | None) -> Reached:
    """Give all things that stand to a subject in the direction asked for.

    Backwards are the inputs of what made it and what was aggregated in it, forwards what was made
    of it; what carried it is found in either direction, for that is where it was.
    """
    import polars as pl

    first = pl.DataFrame(
        {"thing": [subject], "relation": ["self"], "depth": [0], "since": [None], "until": [None],
         "path": [subject], "event": [None]},
        schema=types("things"),
    )  # fmt: skip
    if not workspace.parts("event", as_of):
        empty = pl.DataFrame(schema=types("boxes")), pl.DataFrame(schema=types("links"))
        return Reached(first, *empty, [])
    ways = ["carrier"]
    ways += ["input", "child"] if direction in ("backwards", "both") else []
    ways += ["output"] if direction in ("forwards", "both") else []
    walk = _Walk(workspace, as_of, first)
    for way in ways:
        walk.go(way)
    return walk.reached()


class _Walk:
    """One walk: what was met so far, and the steps to what comes next."""

    def __init__(self, workspace: Any, as_of: int | None, first: pl.DataFrame) -> None:
        self.workspace = workspace
        self.as_of = as_of
        self.things = self.first = first
        self.boxes: list[pl.DataFrame] = []
        self.links: list[pl.DataFrame] = []
        self.findings: list[pl.DataFrame] = []

    def go(self, way: str) -> None:
        """Follow one relation from the subject, and what carried what was found."""
        import polars as pl

        frontier = self.first
        for _ in range(DEPTH):
            step = {"input": self._made_of, "output": self._made, "child": self._content}
            found = step.get(way, self._carriers)(frontier)
            if found.is_empty():
                return
            found = self._without_circles(found, way)
            new = (
                found.lazy()
                .join(self.things.lazy(), on=NAMED, how="anti", nulls_equal=True,
                      maintain_order="left")
                .unique(NAMED, maintain_order=True)
                .collect()
            )  # fmt: skip
            room = MOST - self.things.height
            if new.height > room:
                self._cut(new["thing"][0], new.height - room)
                new = new.head(room)
            self.things = pl.concat([self.things, new])
            frontier = new
            if frontier.is_empty():
                return
        self._cut(frontier["thing"][0], frontier.height)

    def _carriers(self, frontier: pl.DataFrame) -> pl.DataFrame:
        """Give what the things were in, over the time that is common to both."""
        import polars as pl

        held = holding(self.workspace, "subject", _names(frontier), self.as_of)
        return self._held(frontier, held, "thing", "carrier").with_columns(relation=pl.lit(CARRIED))

    def _content(self, frontier: pl.DataFrame) -> pl.DataFrame:
        """Give what was in the things, over the time that is common to both."""
        import polars as pl

        held = holding(self.workspace, "parent", _names(frontier), self.as_of)
        return self._held(frontier, held, "carrier", "thing").with_columns(relation=pl.lit("child"))

    def _held(
        self, frontier: pl.DataFrame, held: pl.DataFrame, near: str, far: str
    ) -> pl.DataFrame:
        import polars as pl

        if held.is_empty():
            return _nothing()
        reached = frontier.lazy().select(
            pl.col("thing").alias(near), "depth", "path",
            pl.col("since").alias("_since"), pl.col("until").alias("_until"),
        )  # fmt: skip
        since = pl.max_horizontal("since", "_since")
        until = pl.min_horizontal("until", "_until")
        both = (
            reached.join(held.lazy(), on=near, maintain_order="left_right")
            .with_columns(pl.col("depth") + 1, since=since, until=until)
            .filter(pl.col("since").fill_null(NEVER) < pl.col("until").fill_null(ALWAYS))
            .collect()
        )
        self.boxes.append(both.select(list(types("boxes"))))
        return both.select(
            pl.col(far).alias("thing"), pl.lit("").alias("relation"), "depth", "since", "until",
            pl.concat_str("path", far, separator="\n").alias("path"), "event",
        )  # fmt: skip

    def _made_of(self, frontier: pl.DataFrame) -> pl.DataFrame:
        """Give what the things were made of, before they were."""
        return self._transformed(frontier, "output", "input")

    def _made(self, frontier: pl.DataFrame) -> pl.DataFrame:
        """Give what was made of the things, after they were."""
        return self._transformed(frontier, "input", "output")

    def _transformed(self, frontier: pl.DataFrame, here: str, there: str) -> pl.DataFrame:
        import polars as pl

        columns = ("at", "type", "subject", "parent", "event", "role", *AMOUNTS)
        mine = find(self.workspace, "event", {"subject": _names(frontier)}, columns=columns,
                    as_of=self.as_of)  # fmt: skip
        if mine.is_empty():
            return _nothing()
        # several events of one transformation have its identity as their parent
        tie = pl.coalesce("parent", "event").alias("_tie")
        ends = mine.lazy().filter(pl.col("role") == here).select(
            pl.col("subject").alias("thing"), "event", "at", tie
        ).drop_nulls("_tie").unique(maintain_order=True)  # fmt: skip
        known = frontier.lazy().select("thing", "depth", "path", "since", "until")
        # what is made later is not in it, what was made before is not of it
        late = pl.col("at") >= pl.col("since").fill_null(NEVER)
        early = pl.col("at") <= pl.col("until").fill_null(ALWAYS)
        near = (
            known.join(ends, on="thing", maintain_order="left_right")
            .filter(late if there == "output" else early)
            .collect()
        )
        if near.is_empty():
            return _nothing()
        ties = near["_tie"].unique().to_list()
        others = find(self.workspace, "event", {"event": ties, "parent": ties}, columns=columns,
                      as_of=self.as_of)  # fmt: skip
        far = others.lazy().filter(pl.col("role") == there).select("subject", tie, *AMOUNTS)
        both = (
            near.lazy()
            .join(far, on="_tie", maintain_order="left_right")
            .filter(pl.col("subject") != pl.col("thing"))
            .collect()
        )
        return self._linked(both, there)

    def _linked(self, both: pl.DataFrame, there: str) -> pl.DataFrame:
        """Keep who became what, and give what was met."""
        import polars as pl

        ends = ("thing", "subject") if there == "output" else ("subject", "thing")
        self.links.append(both.select(
            pl.col(ends[0]).alias("source"), pl.col(ends[1]).alias("target"),
            pl.lit("made").alias("relation"), "at", "event", *AMOUNTS,
        ).unique(maintain_order=True))  # fmt: skip
        at = pl.col("at")
        gone = pl.lit(None, pl.Int64)
        return both.select(
            pl.col("subject").alias("thing"), pl.lit(there).alias("relation"),
            pl.col("depth") + 1, (at if there == "output" else gone).alias("since"),
            (gone if there == "output" else at).alias("until"),
            pl.concat_str("path", "subject", separator="\n").alias("path"), "event",
        )  # fmt: skip

    def _without_circles(self, found: pl.DataFrame, way: str) -> pl.DataFrame:
        """Leave out what the way has met before; of an aggregation that is a finding."""
        import polars as pl

        steps = [path.split("\n") for path in found["path"].to_list()]
        again = [len(set(each)) < len(each) for each in steps]
        if not any(again):
            return found
        if way in ("carrier", "child"):
            round_ = [each for each, circle in zip(steps, again, strict=True) if circle]
            self.findings.append(told(
                "TL431", [each[-1] for each in round_], "error",
                values=[" → ".join(each) for each in round_],
            ))  # fmt: skip
        return found.filter(~pl.Series(again))

    def _cut(self, thing: str, more: int) -> None:
        self.findings.append(told("TL435", [thing], "warning", values=[str(more)]))

    def reached(self) -> Reached:
        """Give what was found."""
        import polars as pl

        boxes = pl.concat([pl.DataFrame(schema=types("boxes")), *self.boxes]).unique(
            ["thing", "carrier", "since", "until"], keep="first", maintain_order=True
        )
        links = pl.concat([pl.DataFrame(schema=types("links")), *self.links]).unique(
            maintain_order=True
        )
        return Reached(self.things, boxes, links, self.findings)


@cache
def _nothing() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema=types("things"))


def _names(frontier: pl.DataFrame) -> list[str]:
    return list(dict.fromkeys(frontier["thing"].to_list()))
