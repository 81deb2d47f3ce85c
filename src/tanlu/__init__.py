"""碳路 Tanlu measures, reports, verifies and tracks the carbon of every parcel, and cuts it."""

from tanlu.terms import VERSION

__version__ = VERSION

__all__ = ["__version__"]
