"""碳路 Tanlu measures, reports, verifies and tracks the carbon of every parcel, and cuts it."""

__version__ = "0.1.0"
