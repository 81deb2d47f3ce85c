"""鉴证 The work of a verifier: engagement, risks, two samples, misstatements, opinion.

Each step is a statement in the log: `Trail` tells those that stand and states the next one.
"""

from tanlu.verify.assurance import engagement, risks
from tanlu.verify.assurance.concluding import (
    attestation,
    draft,
    drafted,
    evidence_of,
    examined,
    opined,
    received,
    signed,
    weighed,
)
from tanlu.verify.assurance.desk import keep_nonce, lay_out
from tanlu.verify.assurance.planning import planned
from tanlu.verify.assurance.sampling import sized
from tanlu.verify.assurance.steps import Trail
from tanlu.verify.assurance.streams import population, strategic

__all__ = [
    "Trail",
    "attestation",
    "draft",
    "drafted",
    "engagement",
    "evidence_of",
    "examined",
    "keep_nonce",
    "lay_out",
    "opined",
    "planned",
    "population",
    "received",
    "risks",
    "signed",
    "sized",
    "strategic",
    "weighed",
]
