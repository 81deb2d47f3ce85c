"""Where a report goes: files that were asked for, else the terminal; facts in JSON mode."""

from __future__ import annotations

import argparse
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.terms import Document

__all__ = ["give"]


def give(document: Document, asked: argparse.Namespace, console: Console) -> int:
    """Render the document as asked; ``--format`` names the form where ``--out`` does not."""
    from tanlu.report import render, text

    form = getattr(asked, "format", None)
    paths = [_named(path, form) for path in asked.out]
    if form and not paths:
        paths = [Path(f"{asked.topic}.{form}")]
    for path in paths:
        console.say("written", path=render(document, path))
    if not paths and not console.as_json:
        console.write(text(document))
    console.result(document.facts)
    return 0


def _named(path: Path, form: str | None) -> Path:
    return path.with_name(f"{path.name}.{form}") if form and not path.suffix else path
