"""纸页 Paper: a document as an A4 PDF, the same bytes on every machine."""

from tanlu.report.pdf.paper import pdf

__all__ = ["pdf"]
