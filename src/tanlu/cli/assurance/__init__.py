"""鉴证命令 The verbs of a verifier: plan, sample, evaluate, opine, one file each."""

from tanlu.cli.assurance import check

VERBS = (check,)

__all__ = ["VERBS"]
