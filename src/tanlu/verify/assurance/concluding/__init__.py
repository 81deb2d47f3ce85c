"""结论 From papers that were filled in to a verdict, an opinion and a credential."""

from tanlu.verify.assurance.concluding.attestation import attestation, evidence_of
from tanlu.verify.assurance.concluding.evaluation import Evaluation
from tanlu.verify.assurance.concluding.judging import examined, opined
from tanlu.verify.assurance.concluding.opinion import weighed
from tanlu.verify.assurance.concluding.signing import draft, drafted, received, signed

__all__ = [
    "Evaluation", "attestation", "draft", "drafted", "evidence_of", "examined", "opined",
    "received", "signed", "weighed",
]  # fmt: skip
