"""数据流 The pipeline of streams: bodies in, each reading once into the log, refused rows kept."""

from tanlu.monitor.stream.bodies import MEDIA, Body, Receipt
from tanlu.monitor.stream.feeding import export, mended, quarantined
from tanlu.monitor.stream.pipeline import Pipeline
from tanlu.monitor.stream.warming import warm

__all__ = ["MEDIA", "Body", "Pipeline", "Receipt", "export", "mended", "quarantined", "warm"]
