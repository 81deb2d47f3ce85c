"""Sankey: where a total comes from and where it goes, in layers from left to right."""

from __future__ import annotations

from dataclasses import dataclass, field

from tanlu.report.svg.frame import Canvas, colour, fit, number, wide
from tanlu.terms import Chart

__all__ = ["draw_sankey"]

NODE, PAD, ROW = 9.0, 16.0, 30.0  # a label is 15 px high
HEIGHT, LOW = 500.0, 360.0
NARROW = 220.0  # gap between layers [px] below which two labels share it


@dataclass(slots=True)
class Node:
    """A node and where it stands [px]."""

    name: str
    layer: int = 0
    into: float = 0.0
    out: float = 0.0
    y: float = 0.0
    height: float = 0.0
    used_in: float = field(default=0.0)
    used_out: float = field(default=0.0)

    @property
    def value(self) -> float:
        """The larger of what flows in and out."""
        return max(self.into, self.out)


def draw_sankey(chart: Chart, width: float) -> tuple[Canvas, float]:
    """Draw the flows; give the canvas and its height [px]."""
    canvas = Canvas(chart.title, width)
    links = [link for link in chart.links if link[2] > 0]
    nodes = _layers(links)
    layers = max((node.layer for node in nodes.values()), default=0) + 1
    columns = [
        sorted((n for n in nodes.values() if n.layer == i), key=lambda n: -n.value)
        for i in range(layers)
    ]
    crowd = max((len(column) for column in columns), default=1)
    height = max(crowd * ROW + 20, HEIGHT if width > 480 else LOW)
    _stand(columns, height)
    total = sum(node.out for node in columns[0]) if columns and columns[0] else 1.0
    step = (width - NODE) / max(layers - 1, 1)
    for source, target, value in _ordered(links, nodes):
        _flow(canvas, (nodes[source], nodes[target]), value, step, chart.unit)
    for i, column in enumerate(columns):
        # the labels of a layer may use the gap to the next one; the last writes to the left
        for node in column:
            canvas.rect(i * step, node.y, NODE, max(node.height, 1.5), _paint(node), round_px=2)
        _labels(canvas, column, (i, layers, step), total)
    return canvas, height + 8


def _layers(links: list[tuple[str, str, float]]) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for source, target, value in links:
        nodes.setdefault(source, Node(source)).out += value
        nodes.setdefault(target, Node(target)).into += value
    for _ in nodes:
        moved = False
        for source, target, _value in links:
            if nodes[target].layer <= nodes[source].layer < len(nodes):
                nodes[target].layer = nodes[source].layer + 1
                moved = True
        if not moved:
            break
    return nodes


def _stand(columns: list[list[Node]], height: float) -> None:
    """Give every node its y and height: one scale for all layers, gaps where they fit."""
    scales = [
        (height - PAD * (len(column) - 1)) / sum(node.value for node in column)
        for column in columns
        if column
    ]
    scale = min(scales, default=1.0)
    for column in columns:
        used = sum(node.value for node in column) * scale
        gap = (height - used) / max(len(column) - 1, 1) if len(column) > 1 else 0.0
        gap = min(gap, PAD * 3)
        y = (height - used - gap * (len(column) - 1)) / 2
        for node in column:
            node.y, node.height = y, node.value * scale
            y += node.height + gap


def _ordered(
    links: list[tuple[str, str, float]], nodes: dict[str, Node]
) -> list[tuple[str, str, float]]:
    # flows leave and enter in the order in which their other ends stand, so that few cross
    return sorted(
        links, key=lambda link: (nodes[link[0]].layer, nodes[link[0]].y, nodes[link[1]].y)
    )


def _flow(canvas: Canvas, ends: tuple[Node, Node], value: float, step: float, unit: str) -> None:
    source, target = ends
    thick_out = source.height * value / source.value
    thick_in = target.height * value / target.value
    x0, x1 = source.layer * step + NODE, target.layer * step
    y0 = source.y + source.used_out
    y1 = target.y + target.used_in
    source.used_out += thick_out
    target.used_in += thick_in
    bend = (x0 + x1) / 2
    data = (
        f"M{x0:.1f} {y0:.1f} C{bend:.1f} {y0:.1f} {bend:.1f} {y1:.1f} {x1:.1f} {y1:.1f} "
        f"L{x1:.1f} {y1 + thick_in:.1f} C{bend:.1f} {y1 + thick_in:.1f} "
        f"{bend:.1f} {y0 + thick_out:.1f} {x0:.1f} {y0 + thick_out:.1f}Z"
    )
    paint = _paint(target if _has_role(target.name) else source)
    canvas.path(
        data, note=f"{source.name} → {target.name}: {number(value)} {unit}",
        extra=f'fill="{paint}" fill-opacity="var(--flow)"',
    )  # fmt: skip


def _has_role(name: str) -> bool:
    return colour(name, 0) != colour("", 0)


def _paint(node: Node) -> str:
    return colour(node.name, 0) if _has_role(node.name) else "var(--hub)"


def _percent(value: float, total: float) -> str:
    """Give a share in whole percent; what is there is never shown as nothing."""
    if not total:
        return ""
    share = 100 * value / total
    return "<1 %" if 0 < share < 0.5 else f"{share:.0f} %"


def _labels(
    canvas: Canvas, column: list[Node], where: tuple[int, int, float], total: float
) -> None:
    """Write name and share beside each node; a label that would touch the one above moves down."""
    layer, layers, step = where
    last = layer == layers - 1 and layers > 1
    room = step - NODE - 16 if layers > 2 else step / 2
    below = -20.0
    for node in column:
        middle = max(node.y + node.height / 2 + 4, below + 15)
        below = middle
        percent = _percent(node.value, total)
        if step < NARROW and 0 < layer < layers - 1:
            percent = ""  # the last layer writes into the same gap
        share_of_gap = 0.5 if step < NARROW else 1.0
        name = fit(node.name, min((room - wide(percent) - 12) * share_of_gap, max(170, step * 0.6)))
        if last:
            x = layer * step - 6
            canvas.text(x, middle, percent, at="end", style="h s n")
            canvas.text(x - wide(percent, 11) - 6, middle, name, at="end", style="h")
        else:
            x = layer * step + NODE + 6
            canvas.text(x, middle, name, style="h")
            canvas.text(x + wide(name) + 6, middle, percent, style="h s n")
