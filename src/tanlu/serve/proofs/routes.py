"""What of a published proof is a file: the proof itself, and its label."""

from __future__ import annotations

from decimal import Decimal

from fastapi import APIRouter
from fastapi.responses import Response

from tanlu.serve.api import PUBLIC, Asked, allow
from tanlu.serve.api.origin import base
from tanlu.serve.proofs.checking import seen
from tanlu.serve.proofs.label import label
from tanlu.serve.proofs.shelf import Proof, Shelf
from tanlu.serve.proofs.showing import legs

__all__ = ["address", "router"]

router = APIRouter(include_in_schema=False)
# an old answer must not outlive a proof that was taken back
FRESH = {"cache-control": "no-store", "x-robots-tag": "noindex"}
WORDS = {
    "en": {"head": "Carbon footprint", "unit": "g CO₂e · ISO 14083", "foot": "Scan to check"},
    "zh": {"head": "碳足迹", "unit": "克 CO₂e · ISO 14083", "foot": "扫码核验"},
}


def address(asked: Asked, code: str) -> str:
    """Give the address of a proof as it stands in its code: without a tongue."""
    return f"{base(asked.request)}/p/{code}"


@router.get("/p/{code}/proof.tld")
def file(code: str, asked: Asked = allow(PUBLIC)) -> Response:
    """Give the file of a proof, as it was shown."""
    found = Shelf(asked.home.state).found(code)
    name = f'attachment; filename="proof-{found.code[:8]}.tld"'
    headers = {**FRESH, "content-disposition": name, "etag": f'"{found.sha256}"'}
    return Response(found.content, media_type="application/octet-stream", headers=headers)


@router.get("/p/{code}/log.policy")
def policy(code: str, asked: Asked = allow(PUBLIC)) -> Response:
    """Give the line by which the sender's log is known, for who has no policy yet."""
    found = Shelf(asked.home.state).found(code)
    headers = {**FRESH, "content-disposition": 'attachment; filename="log.policy"'}
    return Response(found.policy, media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/p/{code}/label.svg")
def picture(
    code: str, size: str = "60x40", lang: str = "zh", asked: Asked = allow(PUBLIC)
) -> Response:
    """Give the label of a proof, which leads to its page."""
    found = Shelf(asked.home.state).found(code)
    text = label(address(asked, code), _words(found, "zh" if lang == "zh" else "en"), size)
    policy = "default-src 'none'; frame-ancestors 'none'"
    headers = {**FRESH, "content-security-policy": policy}
    return Response(text, media_type="image/svg+xml", headers=headers)


def _words(found: Proof, language: str) -> dict[str, str]:
    checked = seen(found)
    if checked.error is not None or checked.shown is None:
        raise checked.error or AssertionError("a check gives what is shown, or why not")
    total_ug = sum(leg.co2e_ug for leg in legs(checked.shown))
    grams = f"{Decimal(total_ug).scaleb(-6):,.1f}"
    return {**WORDS[language], "value": grams, "name": found.subject.partition(":")[2][:40]}
