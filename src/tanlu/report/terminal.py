"""A document in the terminal: figures, small bars and tables that fit the window."""

from __future__ import annotations

import io
import math
import shutil
from decimal import Decimal
from typing import TYPE_CHECKING

from tanlu.report.numbers import digits, grouped
from tanlu.report.words import role
from tanlu.terms import Chart, Document, Section

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["text"]

COLOURS = {
    "road": "#C2562D", "rail": "#3F8F6B", "sea": "#3E7CB1", "inland": "#6BA6CB", "air": "#8E5AA8",
    "hub": "#6B7B83", "ttw": "#4E86A0", "wtt": "#A3BFCB", "measured": "#2E8566",
    "learned": "#7FB59B", "modelled": "#8C999E", "default": "#D9A441",
}  # fmt: skip
SEQUENCE = ("#4E86A0", "#C2562D", "#3F8F6B", "#D9A441", "#8E5AA8", "#3E7CB1")
BLOCKS = " ▏▎▍▌▋▊▉"
FILLS = "█▓▒░"
SPARKS = "▁▂▃▄▅▆▇█"
ROWS, WIDE_TABLE = 12, 7


def text(document: Document, *, width: int | None = None, colour: bool | None = None) -> str:
    """Give a document as text for a terminal.

    Parameters
    ----------
    width
        Columns of the window; its own width without.
    colour
        With ANSI colours; where the output is a terminal, without.
    """
    from rich.console import Console

    file = io.StringIO()
    columns = width or min(shutil.get_terminal_size((100, 24)).columns, 120)
    coloured = Console().is_terminal if colour is None else colour
    console = Console(
        file=file, width=columns, force_terminal=coloured, highlight=False,
        color_system="truecolor" if coloured else None, legacy_windows=False, emoji=False,
        markup=False, soft_wrap=False,
    )  # fmt: skip
    head, *sections = document.sections
    _head(console, head)
    most = max((len(section.rows) for section in sections), default=0)
    for section in sections:
        _section(console, section, most if "why" in document.facts else ROWS)
    return file.getvalue()


def _head(console: Console, section: Section) -> None:
    from rich.text import Text

    console.print(Text(section.title, style="bold"))
    if section.text:
        console.print(Text(section.text, style="dim"))
    console.print()
    for i, (label, value, unit) in enumerate(section.figures):
        line = Text(f"  {label}  ", style="dim")
        line.append(value, style="bold green" if i == 0 else "bold")
        line.append(f" {unit}", style="dim")
        console.print(line)
    if section.chart is not None:
        console.print()
        _chart(console, section.chart)
    if section.rows:
        _table(console, section)


def _section(console: Console, section: Section, most: int) -> None:
    from rich.text import Text

    console.print()
    unit = f"  {section.chart.unit}" if section.chart else ""
    console.print(Text.assemble((section.title, "bold"), (unit, "dim")))
    if section.text:
        console.print(Text(section.text, style="dim"))
    for label, value, unit_ in section.figures:
        console.print(Text.assemble((f"  {label}  ", "dim"), (value, "bold"), (f" {unit_}", "dim")))
    drawn = section.chart is not None and _chart(console, section.chart)
    if section.rows and (not drawn or len(section.columns) > WIDE_TABLE):
        _table(console, section, most)


def _chart(console: Console, chart: Chart) -> bool:
    """Draw a small chart; False where a table says it better."""
    if chart.kind == "line":
        _sparkline(console, chart)
    elif chart.kind == "sankey":
        _flows(console, chart)
    elif chart.kind in ("bar", "stack") and chart.categories:
        if len(chart.categories) == 1 and chart.kind == "stack":
            parts = [(name, values[0]) for name, values in chart.series]
            _share_bar(console, parts, chart.unit)
        else:
            _bars(console, chart)
    else:
        return False
    return True


def _share_bar(console: Console, parts: list[tuple[str, float]], unit: str) -> None:
    from rich.text import Text

    total = sum(value for _, value in parts) or 1.0
    room = max(console.width - 4, 20)
    line = Text("  ")
    for i, (name, value) in enumerate(parts):
        line.append(_fill(i) * round(room * value / total), style=_paint(name, i))
    console.print(line)
    for i, (name, value) in enumerate(parts):
        console.print(
            Text.assemble(
                (f"  {_fill(i)} ", _paint(name, i)), f"{name} ",
                (f"{grouped(value)} {unit} ", "dim"),
                f"{100 * value / total:.1f} %",
            )
        )  # fmt: skip


def _bars(console: Console, chart: Chart) -> None:
    from rich.cells import cell_len
    from rich.text import Text

    totals = [sum(values[i] for _, values in chart.series) for i in range(len(chart.categories))]
    largest = max(totals, default=0.0) or 1.0
    left = min(max(cell_len(name) for name in chart.categories), console.width // 2)
    places = digits(totals)
    labels = [grouped(total, places) for total in totals]
    room = max(console.width - left - max(map(len, labels)) - 6, 10)
    for i, name in enumerate(chart.categories):
        label = Text(name)
        label.truncate(left, overflow="ellipsis")
        line = Text("  " + " " * (left - label.cell_len))
        line.append_text(label)
        line.append(" ")
        for j, (series, values) in enumerate(chart.series):
            paint = _paint(name if len(chart.series) == 1 else series, j)
            line.append(_blocks(room * values[i] / largest, _fill(j)), style=paint)
        line.append(f" {labels[i]}", style="dim")
        console.print(line, no_wrap=True, crop=True)


def _blocks(length: float, fill: str) -> str:
    whole = int(length)
    eighth = int((length - whole) * 8) if fill == FILLS[0] else 0
    return fill * whole + (BLOCKS[eighth] if eighth else "")


def _fill(place: int) -> str:
    # parts can be told apart without colour as well
    return FILLS[place % len(FILLS)]


def _sparkline(console: Console, chart: Chart) -> None:
    from rich.text import Text

    totals = [sum(values[i] for _, values in chart.series) for i in range(len(chart.categories))]
    room = max(console.width - 30, 20)
    step = -(-len(totals) // room)
    totals = (
        [sum(totals[i : i + step]) for i in range(0, len(totals), step)] if step > 1 else totals
    )
    top = max(totals, default=0.0) or 1.0
    marks = "".join(SPARKS[min(int(8 * value / top), 7)] for value in totals)
    first, last = (chart.categories[0], chart.categories[-1]) if chart.categories else ("", "")
    console.print(
        Text.assemble("  ", (f"{first} ", "dim"), (marks, "#4E86A0"), (f" {last}", "dim"))
    )


def _flows(console: Console, chart: Chart) -> None:
    from rich.text import Text

    largest = sorted(chart.links, key=lambda link: -link[2])[:8]
    for source, target, value in largest:
        console.print(
            Text.assemble(
                "  ", source.removesuffix(" →"), (" → ", "dim"), target.removeprefix("→ "), "  ",
                (grouped(value), "dim"),
            )
        )  # fmt: skip


def _table(console: Console, section: Section, most: int = ROWS) -> None:
    from rich.table import Table

    cells = list(zip(*section.rows, strict=True))
    places = {
        i: min(digits(v for v in column if isinstance(v, Decimal)), 4)
        for i, column in enumerate(cells)
    }
    widths = [_width(section.columns[i], cells[i], places[i]) for i in range(len(cells))]
    shown = _columns(console, widths)
    if len(shown) < len(cells) and not any(isinstance(v, Decimal) for row in cells for v in row):
        _records(console, section, most)
        return
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for i in shown:
        numbers = all(isinstance(v, int | float | Decimal) or v is None for v in cells[i])
        grid.add_column(
            _plain(section.columns[i].replace(" [", "\n[")),
            justify="right" if numbers else "left",
            overflow="fold",
            width=widths[i],
        )
    for row in section.rows[:most]:
        grid.add_row(*(_cell(row[i], places[i]) for i in shown))
    console.print(grid)
    if len(section.rows) > most:
        console.print(_plain(f"  … {len(section.rows) - most}"))


def _records(console: Console, section: Section, most: int) -> None:
    """Write a table of texts that is wider than the window as a paragraph a row."""
    from rich.padding import Padding
    from rich.text import Text

    for row in section.rows[:most]:
        first, *others = (_cell(value, 4) for value in row)
        line = Text.assemble(first, style="bold")
        console.print(line)
        rest = [
            Text.assemble((f"{name}: ", "dim"), value)
            for name, value in zip(section.columns[1:], others, strict=True)
            if value.plain not in ("", "–")
        ]
        if rest:
            console.print(Padding(Text(" · ").join(rest), (0, 0, 0, 4)))


def _columns(console: Console, widths: list[int]) -> list[int]:
    """Give the columns that fit the window, from the left."""
    used = 0
    shown: list[int] = []
    for i, width in enumerate(widths):
        used += width + 2
        if used > console.width + 2 and len(shown) > 1:
            break
        shown.append(i)
    return shown


def _width(name: str, column: tuple[object, ...], places: int) -> int:
    """Give the width of a column: its longest value, or the longest word of its heading."""
    from rich.cells import cell_len

    longest = max((_cell(value, places).cell_len for value in column[:ROWS]), default=0)
    name, _, unit = name.partition(" [")
    return max(min(longest, 40), *map(cell_len, name.split()), cell_len(unit) + 1)


def _cell(value: object, places: int) -> Text:
    if value is None:
        return _plain("–")
    if isinstance(value, int):
        return _plain(f"{value:,}")
    if isinstance(value, Decimal | float):
        known = not isinstance(value, float) or not math.isnan(value)
        return _plain(grouped(value, places) if known else "–")
    return _plain(str(value))


def _plain(words: str) -> Text:
    from rich.text import Text

    # a name may hold control characters; the window must not obey them
    return Text("".join(c if c.isprintable() or c == "\n" else "�" for c in words))


def _paint(name: str, place: int) -> str:
    return COLOURS.get(role(name), SEQUENCE[place % len(SEQUENCE)])
