"""One POST to a witness: over https, or to this machine, answered with 2xx."""

from __future__ import annotations

from tanlu.errors import TanluError
from tanlu.share.egress import LOOPBACK, Egress, Reach, shown

__all__ = ["post"]

WHOLE_S = 15.0
MAX_BYTES = 1 << 20


def post(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Give what a server answers to a POST.

    Raises
    ------
    TanluError
        TL866 for an address that is not allowed, a server that cannot be reached, does not
        answer with 2xx, or says more than 1 MB.
    """
    egress = Egress(Reach(LOOPBACK), whole_s=WHOLE_S, most=MAX_BYTES)
    reply = egress.ask("POST", url, headers, body)
    if not 200 <= reply.status < 300:
        raise TanluError("TL866", value=shown(url), why=f"it answers {reply.status}")
    return reply.body
