"""What all pictures share: text that is measured before it is drawn, colours by role, a frame."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from html import escape as as_text
from importlib import resources

from tanlu.report.numbers import grouped
from tanlu.report.words import role

__all__ = ["Canvas", "colour", "fit", "nice_ticks", "number", "tokens", "wide"]

FONT = (
    "Inter,'Inter Variable',system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC',"
    "'HarmonyOS Sans SC','Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif"
)
STYLE = (
    f"text{{font-family:{FONT};font-size:12px;fill:var(--ink);font-feature-settings:'tnum'}}"
    ".s{fill:var(--soft)}.f{fill:var(--faint)}.b{font-weight:600}.n{font-size:11px}"
    ".h{paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}"
)
PALETTE = 8
# width of a glyph in em, measured on Inter; wide glyphs of CJK are one em
NARROW, DIGIT, UPPER, LOWER, WIDE = 0.29, 0.63, 0.70, 0.58, 1.0
SLACK = 1.04  # other fonts than Inter are wider
ROLES = frozenset({
    "road", "rail", "sea", "inland", "air", "pipeline", "ropeway", "hub", "parcel",
    "scope1", "scope2", "scope3", "ttw", "wtt", "measured", "learned", "modelled", "default",
    "rest",
})  # fmt: skip
# what XML 1.0 forbids (2.2), and marks that turn round what stands after them: a name that holds
# one would show another number
FORBIDDEN = re.compile(
    r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
HATCHED = frozenset({"default", "rest"})


@cache
def tokens() -> str:
    """Give the colours of both themes as CSS custom properties."""
    return resources.files("tanlu.report.svg").joinpath("tokens.css").read_text(encoding="utf-8")


@cache
def wide(text: str, size: float = 12) -> float:
    """Give the width of a text [px], a little too large rather than too small."""
    total = 0.0
    for glyph in text:
        if unicodedata.east_asian_width(glyph) in "WF":
            total += WIDE
        elif glyph in " .,:;'|·!()[]ijlIft-–":
            total += NARROW + 0.06
        elif glyph.isdigit():
            total += DIGIT
        elif glyph.isupper() or glyph in "→←%MWmw":
            total += UPPER + (0.2 if glyph in "→←%MWmw" else 0)
        else:
            total += LOWER
    return total * size * SLACK


def fit(text: str, width: float, size: float = 12) -> str:
    """Give the text, cut with an ellipsis where it is wider than ``width`` [px]."""
    if wide(text, size) <= width:
        return text
    kept = text
    while kept and wide(kept, size) + size > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if kept else ""


def colour(name: str, place: int) -> str:
    """Give the colour of a label: by its role, else the next of the palette."""
    found = role(name).split(".")[0]
    return f"var(--{found})" if found in ROLES else f"var(--c{place % PALETTE})"


@lru_cache(maxsize=8192)
def number(value: float, largest: float | None = None) -> str:
    """Give a value as the labels show it, with the digits that suit the largest of them."""
    size = abs(value if largest is None else largest)
    places = next((p for limit, p in ((1000, 0), (100, 0), (10, 1), (1, 2)) if size >= limit), 3)
    if value == 0:
        return "0"
    return grouped(float(value), places)


def nice_ticks(top: float, count: int = 4) -> list[float]:
    """Give round values from 0 to at least ``top``: steps of 1, 2, 2.5 or 5 times ten to n."""
    if not top > 0:
        return [0.0, 1.0]
    rough = top / count
    power = 1.0
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * (1 - 1e-9))
    ticks = [0.0]
    while ticks[-1] < top * (1 - 1e-9):
        ticks.append(len(ticks) * step)
    return ticks


def escape(text: str) -> str:
    """Give a text as a picture may hold it: markup escaped, what XML forbids or turns replaced."""
    return as_text(FORBIDDEN.sub("\ufffd", text))


class Canvas:
    """An SVG picture under construction: pieces of text in drawing order."""

    def __init__(self, title: str, width: float) -> None:
        self.title = title
        self.width = width
        self.height = 0.0
        self.pieces: list[str] = []
        self.words: list[tuple[float, float, str, str, str]] = []
        self.hatches: set[str] = set()
        # the width may change until the picture is closed, the names of its patterns may not
        self._mark = str(width)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        round_px: float = 0,
        note: str = "",
        hatched: bool = False,
        extra: str = "",
    ) -> None:
        """Draw a rectangle; ``note`` is what a pointer shows; hatched means assumed or missing."""
        if width <= 0 or height <= 0:
            return
        inside = f"<title>{escape(note)}</title>" if note else ""
        corner = f' rx="{round_px:g}"' if round_px else ""
        paint = f"url(#{self._hatch(fill)})" if hatched else fill
        self.pieces.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{corner} '
            f'fill="{paint}"{extra}>{inside}</rect>'
        )

    def text(self, x: float, y: float, words: str, *, at: str = "start", style: str = "") -> None:
        """Write words with their baseline at y; ``at`` is start, middle or end."""
        anchor = "" if at == "start" else f' text-anchor="{at}"'
        css = f' class="{style}"' if style else ""
        self.words.append((x, y, words, at, style))
        self.pieces.append(f'<text x="{x:.1f}" y="{y:.1f}"{anchor}{css}>{escape(words)}</text>')

    def path(self, data: str, *, note: str = "", extra: str = "") -> None:
        """Draw a path."""
        inside = f"<title>{escape(note)}</title>" if note else ""
        self.pieces.append(f'<path d="{data}" {extra}>{inside}</path>')

    def line(self, x1: float, y1: float, x2: float, y2: float, *, paint: str = "") -> None:
        """Draw a hairline."""
        self.pieces.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{paint or "var(--hair)"}"/>'
        )

    def legend(self, entries: Sequence[tuple[str, str, bool]], y: float) -> float:
        """Write a legend of (name, colour, hatched), wrapped; give the y below it."""
        x = 0.0
        for name, paint, hatched in entries:
            need = wide(name) + 32
            if x and x + need > self.width:
                x, y = 0.0, y + 20
            self.rect(x, y - 9, 10, 10, paint, round_px=2, hatched=hatched)
            self.text(x + 16, y, fit(name, self.width - 16), style="s")
            x += need
        return y + 20

    def _hatch(self, fill: str) -> str:
        self.hatches.add(fill)
        return f"h{_short(self.title, self._mark, fill)}"

    def close(self, height: float, *, standalone: bool = False, wordless: bool = False) -> str:
        """Give the finished SVG; wordless where another hand sets ``words``."""
        pieces = [p for p in self.pieces if not (wordless and p.startswith("<text"))]
        defs = "".join(
            f'<pattern id="{self._hatch(fill)}" width="6" height="6" '
            f'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<rect width="6" height="6" fill="{fill}" fill-opacity=".35"/>'
            f'<rect width="2.5" height="6" fill="{fill}"/></pattern>'
            for fill in sorted(self.hatches)
        )
        style = f"<style>{tokens()}{STYLE}</style>" if standalone else ""
        ground = '<rect width="100%" height="100%" fill="var(--card)"/>' if standalone else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {height:.0f}" '
            f'width="{self.width:g}" height="{height:.0f}" role="img" '
            f'aria-label="{escape(self.title)}">{style}'
            f"{f'<defs>{defs}</defs>' if defs else ''}{ground}{''.join(pieces)}</svg>"
        )


def _short(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


def widest(texts: Iterable[str], size: float = 12) -> float:
    """Give the width [px] of the widest text."""
    return max((wide(text, size) for text in texts), default=0.0)
