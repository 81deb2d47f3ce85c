"""The label of a parcel: a QR code that leads to its proof, and the grams in words, as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from tanlu.errors import TanluError

__all__ = ["SIZES", "label", "qr"]

# width × height [mm]: beside an address, on a carton, the whole foot of a waybill
SIZES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"40x30": (40, 30), "60x40": (60, 40), "100x50": (100, 50)}
)
# bright modules around a code without which readers miss it (ISO/IEC 18004)
QUIET = 4
FONT = "Inter,'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif"
LINES = ("head", "value", "unit", "name", "foot")


def qr(address: str) -> tuple[str, int]:
    """Give the dark modules of a code as the path of an SVG, and how wide it is with its border.

    Raises
    ------
    TanluError
        TL002 where the extra ``serve`` is not installed.
    """
    try:
        import segno
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value="segno", extra="serve") from error
    # a label is rubbed and torn: a quarter of the code may be lost
    rows = [bytes(row) for row in segno.make_qr(address, error="q").matrix]
    path = []
    for y, row in enumerate(rows, QUIET):
        x = 0
        while (x := row.find(1, x)) >= 0:
            end = row.find(0, x)
            length = (len(row) if end < 0 else end) - x
            path.append(f"M{x + QUIET} {y}h{length}v1h-{length}z")
            x += length
    return "".join(path), len(rows) + 2 * QUIET


def label(address: str, words: Mapping[str, str], size: str = "60x40") -> str:
    """Give a label of a size with the words ``head``, ``value``, ``unit``, ``name`` and ``foot``.

    Raises
    ------
    TanluError
        TL931 for a size that there is not.
    """
    if size not in SIZES:
        raise TanluError("TL931", value=size[:80])
    width, height = SIZES[size]
    path, modules = qr(address)
    side = min(height - 2, width * 0.56)
    scale, top = side / modules, (height - side) / 2
    left = side + 1.5
    room = width - left - 1.5
    said = escape(f"{words['head']} {words['value']} {words['unit']}")
    drawn = f'<g transform="translate(0.5 {top:.3f}) scale({scale:.5f})"><path d="{path}"/></g>'
    return "".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm"',
        f' viewBox="0 0 {width} {height}" role="img" aria-label="{said}" fill="#000">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>', drawn,
        f'<g font-family="{FONT}">{_lines(words, left, room, height)}</g></svg>',
    ])  # fmt: skip


def _lines(words: Mapping[str, str], left: float, room: float, height: int) -> str:
    """Give the words beside the code, each as large as its line and the room allow."""
    shares = {"head": 0.105, "value": 0.22, "unit": 0.095, "name": 0.085, "foot": 0.08}
    made, y = [], height * 0.14
    for name in LINES:
        text = words[name]
        # a letter of CJK is as wide as it is high, one of Latin a little more than half
        ems = sum(1.0 if ord(letter) > 0x2E80 else 0.6 for letter in text) or 1.0
        size = min(height * shares[name], room / ems)
        y += height * shares[name] * 1.12
        weight = ' font-weight="700"' if name in ("head", "value") else ""
        made.append(
            f'<text x="{left:.2f}" y="{y:.2f}" font-size="{size:.2f}"{weight}>{escape(text)}</text>'
        )
        y += height * 0.035
    return "".join(made)
