"""碳路 Tanlu measures, reports, verifies and tracks the carbon of every parcel, and cuts it."""

from tanlu.terms.about import VERSION as __version__

__all__ = ["__version__"]
