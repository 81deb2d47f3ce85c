"""协同命令 tanlu share: sums of which nobody sees a part, and what may be published."""

from tanlu.cli.sharing.verbs import declare

__all__ = ["declare"]
