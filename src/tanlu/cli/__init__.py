"""命令 The verbs of the command line, one a room."""

from tanlu.cli.entry import main

__all__ = ["main"]
