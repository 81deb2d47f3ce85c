"""UNTP: product passports, attestations and events as credentials that carry their own proof."""

from tanlu.share.exchange.untp.checking import Finding, Proved, Verified, check, recompute
from tanlu.share.exchange.untp.issuing import KINDS, Issue, issue
from tanlu.share.exchange.untp.jose import Signer, ed25519, p256

__all__ = [
    "KINDS",
    "Finding",
    "Issue",
    "Proved",
    "Signer",
    "Verified",
    "check",
    "ed25519",
    "issue",
    "p256",
    "recompute",
]
