"""重述报告 Why a published total became another: each reason, its amount and its largest rows."""

from tanlu.report.restatement.document import restatement

__all__ = ["restatement"]
