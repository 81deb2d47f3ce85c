"""命令 The verbs of the command line, one a room."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; who stops it while it starts sees no traceback."""
    try:
        from tanlu.cli.entry import main as run

        return run(arguments)
    except KeyboardInterrupt:
        return 130
