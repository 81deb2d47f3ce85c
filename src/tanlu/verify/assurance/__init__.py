"""鉴证 The work of a verifier: engagement, risks, two samples, misstatements, opinion."""

from tanlu.verify.assurance.engagement import Engagement, draft, read_engagement
from tanlu.verify.assurance.evaluation import Evaluation
from tanlu.verify.assurance.opinion import decided, proposal
from tanlu.verify.assurance.risks import proposed, read_risks
from tanlu.verify.assurance.sampling.power import sized
from tanlu.verify.assurance.steps import Trail
from tanlu.verify.assurance.streams import population, strategic

__all__ = [
    "Engagement",
    "Evaluation",
    "Trail",
    "decided",
    "draft",
    "population",
    "proposal",
    "proposed",
    "read_engagement",
    "read_risks",
    "sized",
    "strategic",
]
