"""末端配送 Where a courier drives and where on foot: each fix by all fixes of its trace."""

from tanlu.track.courier.classifying import classify
from tanlu.track.courier.evaluating import evaluate
from tanlu.track.courier.telling import segments

__all__ = ["classify", "evaluate", "segments"]
