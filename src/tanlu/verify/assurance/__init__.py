"""鉴证 The work of a verifier: engagement, risks, two samples, misstatements, opinion.

Each step is a statement in the log: `Trail` tells those that stand and states the next one.
"""

from tanlu.verify.assurance import engagement, risks
from tanlu.verify.assurance.desk import keep_nonce, lay_out
from tanlu.verify.assurance.judging import examined, opined
from tanlu.verify.assurance.opinion import weighed
from tanlu.verify.assurance.planning import planned, reasons
from tanlu.verify.assurance.sampling import sized
from tanlu.verify.assurance.steps import Trail
from tanlu.verify.assurance.streams import population, strategic

__all__ = [
    "Trail",
    "engagement",
    "examined",
    "keep_nonce",
    "lay_out",
    "opined",
    "planned",
    "population",
    "reasons",
    "risks",
    "sized",
    "strategic",
    "weighed",
]
