"""互换命令 tanlu exchange: footprints from and to partners."""

from tanlu.cli.exchange.verbs import declare

__all__ = ["declare"]
