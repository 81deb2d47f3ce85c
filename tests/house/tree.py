"""The source tree as the house tests see it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "tanlu"
FLOORS = {
    "errors": -1, "terms": 0, "store": 1,
    "factors": 2, "monitor": 2, "track": 2, "simulate": 2, "account": 3,
    "verify": 4, "report": 4, "reduce": 4, "circulate": 4, "reward": 4, "share": 4, "neutral": 4,
    "serve": 5, "ui": 6, "cli": 7,
}  # fmt: skip


@cache
def files() -> tuple[Path, ...]:
    """Every source file of the package."""
    return tuple(sorted(SRC.rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def room(path: Path) -> str:
    """The room that a file belongs to; root files have their own name."""
    part = path.relative_to(SRC).parts[0]
    return part.removesuffix(".py")


def name(path: Path) -> str:
    """The dotted module name."""
    parts = ("tanlu", *path.relative_to(SRC).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> list[tuple[int, str, tuple[str, ...]]]:
    """Line, module and names of each import, also those inside functions."""
    found: list[tuple[int, str, tuple[str, ...]]] = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = tuple(alias.name for alias in node.names)
            found.append((node.lineno, node.module, names))
    return found


def called(node: ast.Call) -> str:
    """The dotted name of what a call calls, as far as it can be read."""
    parts: list[str] = []
    target: ast.expr = node.func
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.append(target.id)
    return ".".join(reversed(parts))
