"""互换命令 tanlu exchange: footprints in the forms of others, made and checked."""

from tanlu.cli.exchange.verbs import declare

__all__ = ["declare"]
