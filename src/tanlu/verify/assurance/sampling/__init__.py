"""抽样 Which units are looked at, how many, and what they say of all others."""

from tanlu.verify.assurance.sampling.bounds import stringer
from tanlu.verify.assurance.sampling.draw import commitment, draw, seed_of
from tanlu.verify.assurance.sampling.power import Power, rejected, sized
from tanlu.verify.assurance.sampling.samples import Stratum, TwoSamples, drawn

__all__ = [
    "Power",
    "Stratum",
    "TwoSamples",
    "commitment",
    "draw",
    "drawn",
    "rejected",
    "seed_of",
    "sized",
    "stringer",
]
