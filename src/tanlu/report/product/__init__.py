"""产品 The footprint of a product: six stages of one sheet, from a system, a ledger, or both."""

from tanlu.report.product.document import product

__all__ = ["product"]
