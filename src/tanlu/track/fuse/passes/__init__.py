"""平滑 The loops of fusion, compiled: regimes, smoothing, jumps, outages, what lies between."""

from tanlu.track.fuse.passes.drive import drive

__all__ = ["drive"]
