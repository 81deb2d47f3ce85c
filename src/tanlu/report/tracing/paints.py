"""The colour of a leg: that of its mode wherever it is shown, and of what else happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.report.svg import Canvas

__all__ = ["badge", "paint"]

OTHERS = {
    "hub": "hub", "site": "hub", "energy": "scope2", "refrigerant": "scope1", "process": "scope1",
    "packaging": "ropeway", "goods": "pipeline", "product": "c4", "waste": "rest", "travel": "c5",
    "ict": "c0",
}  # fmt: skip


def paint(kind: str) -> str:
    """Give the colour of a kind of activity as a CSS value."""
    first, _, mode = kind.partition(".")
    name = mode.split(".")[0] if first == "transport" and mode else OTHERS.get(first, "c0")
    return f"var(--{name})"


def badge(canvas: Canvas, x: float, y: float, leg: dict[str, Any], radius: float) -> None:
    """Draw the number of a leg in a disc of its colour."""
    text = str(leg["number"])
    size = 10 if len(text) < 3 else 8
    canvas.pieces.append(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{paint(leg["kind"])}" '
        f'stroke="var(--card)" stroke-width="1.5"/><text x="{x:.1f}" y="{y + size * 0.36:.1f}" '
        f'text-anchor="middle" style="font-size:{size}px;font-weight:600;fill:#fff">{text}</text>'
    )
