"""The risk register: how likely each stream is wrong, and how hard to look at it.

Inherent, control and detection risk as in ISO 14064-3:2019, 6.1.2.2. What is proposed follows
from the data by the rules below, with its reasons; it is a file for the verifier to change. The
thresholds are our assumption: the standard gives none.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.verify.assurance.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

__all__ = ["CLASSES", "Risk", "as_toml", "classes", "proposed", "read_risks", "reasons"]

LEVELS = ("low", "medium", "high")
CLASSES = LEVELS
LARGE_PPM = 200_000
DOUBTFUL_PPM = 300_000
ASSUMED_PPM = 500_000
REASONS = ("large", "guessed", "doubtful", "assumed", "untested")
GUESSED = ("default", "modelled")


@dataclass(frozen=True, slots=True)
class Risk:
    """The risk of one stream; ``reasons`` are codes of ``texts.csv`` (group ``risk``).

    ``share_ppm`` is its share of the total; ``detection`` is the risk of overlooking that may be
    run: low where the others are high.
    """

    kind: str
    tier: str
    source: str
    share_ppm: int
    inherent: str
    control: str
    reasons: tuple[str, ...]

    @property
    def combined(self) -> str:
        """Inherent and control risk together: low, medium or high."""
        return LEVELS[min(2, (LEVELS.index(self.inherent) + LEVELS.index(self.control) + 1) // 2)]

    @property
    def detection(self) -> str:
        """The risk that may be left to the samples: the less, the more is wrong by itself."""
        return LEVELS[2 - LEVELS.index(self.combined)]

    def payload(self) -> list[str | int]:
        """Give it as a row of texts and integers, for a statement."""
        return [
            self.kind, self.tier, self.source, self.share_ppm, self.inherent, self.control,
            self.detection, ";".join(self.reasons),
        ]  # fmt: skip


def proposed(streams: pl.DataFrame) -> list[Risk]:
    """Give the register that the data suggest, one risk for each stream of `strategic`."""
    return [_proposed(row) for row in streams.iter_rows(named=True)]


def _proposed(row: dict[str, Any]) -> Risk:
    reasons = []
    if row["share_ppm"] >= LARGE_PPM:
        reasons.append("large")
    if row["tier"] in GUESSED:
        reasons.append("guessed")
    if row["doubt_ppm"] >= DOUBTFUL_PPM:
        reasons.append("doubtful")
    inherent = LEVELS[min(2, len(reasons))]
    # a control that nobody tested is no control
    control = "high" if row["assumed_ppm"] >= ASSUMED_PPM else "medium"
    reasons.append("assumed" if control == "high" else "untested")
    return Risk(
        row["kind"], row["tier"], row["source"], row["share_ppm"], inherent, control, tuple(reasons)
    )


def reasons(language: str) -> dict[str, str]:
    """Give the words of each reason of a risk."""
    words = Words(language)
    return {code: words(f"risk.{code}") for code in REASONS}


def classes(units: pl.DataFrame, register: list[Risk]) -> pl.Series:
    """Give the combined risk of each unit by its stream; high where the register has none."""
    import polars as pl

    said = pl.DataFrame(
        [(risk.kind, risk.tier, risk.source, risk.combined) for risk in register],
        schema={"kind": pl.String, "tier": pl.String, "source": pl.String, "class": pl.String},
        orient="row",
    ).unique(subset=["kind", "tier", "source"])
    keys = ["kind", "tier", "source"]
    joined = units.select(keys).join(said, on=keys, how="left", maintain_order="left")
    return joined["class"].fill_null("high")


def as_toml(register: list[Risk], told: dict[str, str], head: str) -> str:
    """Give the register as a file to change; reasons stand as comments in words.

    Parameters
    ----------
    told
        The words of each reason.
    head
        First line, a comment.
    """
    lines = [f"# {head}"]
    for risk in register:
        why = "; ".join(told.get(code, code) for code in risk.reasons)
        lines += [
            "",
            "[[stream]]",
            *(f"{key} = {_text(getattr(risk, key))}" for key in ("kind", "tier", "source")),
            f"share_ppm = {risk.share_ppm}",
            f"# {why}",
            f'inherent = "{risk.inherent}"',
            f'control = "{risk.control}"',
            f"reasons = [{', '.join(map(_text, risk.reasons))}]",
        ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    said = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{said}"'


def read_risks(path: Path) -> list[Risk]:
    """Give the register in a file.

    Raises
    ------
    TanluError
        TL755 with what is wrong.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TanluError("TL755", value=path.name, why=str(error)) from error
    rows = told.get("stream", [])
    if set(told) - {"stream"} or not isinstance(rows, list):
        raise TanluError("TL755", value=path.name, why="[[stream]] …")
    return [_read(row, place) for place, row in enumerate(rows, start=1)]


def _read(row: object, place: int) -> Risk:
    if not isinstance(row, dict):
        raise TanluError("TL755", value=f"stream {place}", why="[[stream]] …")
    texts = {key: row.get(key) for key in ("kind", "tier", "source")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise TanluError("TL755", value=f"stream {place} {key}", why="a text / 文本")
    for key in ("inherent", "control"):
        if row.get(key) not in LEVELS:
            raise TanluError("TL755", value=f"stream {place} {key}", why=" | ".join(LEVELS))
    reasons, share = row.get("reasons", []), row.get("share_ppm", 0)
    if not isinstance(reasons, list) or not all(isinstance(one, str) for one in reasons):
        raise TanluError("TL755", value=f"stream {place} reasons", why="[…]")
    if not isinstance(share, int) or not 0 <= share <= 1_000_000:
        raise TanluError("TL755", value=f"stream {place} share_ppm", why="0 … 1000000")
    return Risk(
        kind=str(texts["kind"]),
        tier=str(texts["tier"]),
        source=str(texts["source"]),
        share_ppm=share,
        inherent=row["inherent"],
        control=row["control"],
        reasons=tuple(reasons),
    )
