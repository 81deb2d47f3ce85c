"""鉴证意见: what a verifier's opinion would say, to be signed with his own key and handed in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.datastructures import UploadFile

from tanlu.errors import TanluError
from tanlu.serve import opining
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.verify.assurance import draft, drafted

__all__ = ["VIEWS", "bring", "show"]

READERS = ("manager", "operator", "verifier", "viewer")
OPINIONS = ("unmodified", "modified", "adverse", "disclaimer")
STEPS = ("plan", "sample", "results", "evaluation", "opinion")


def show(context: Context) -> Shown:
    """Give an engagement with its steps and, once it is evaluated, the way to its opinion."""
    name, n = context.path("engagement"), context.numbers
    trail = opining.engagement_of(context.asked, name)
    signers, content = _awaited(trail)
    model = {
        "id": name, "log": trail.log.origin,
        "steps": [
            {"entry": each.index, "key": each.kid.hex(), "when": n.moment(each.issued_s * 10**6),
             "said": context.words(f"verify.step.{each.content['step']}")}
            for each in trail.told()
        ],
        "given": [context.words.maybe("verify.opinion", each.content["opinion"])
                  for each in trail.told("opinion")],
        "content": content, "signers": signers,
        "total": n.carbon(int(content["total"])) if content else None,
        "opinions": [(each, context.words(f"verify.opinion.{each}")) for each in OPINIONS],
        "draft": f"/v1/engagements/{quote(name, safe='')}/opinion",
        "bring": context.url("verify.bring", engagement=name),
        "verifier": bool(context.principal and context.principal.role == "verifier"),
    }  # fmt: skip
    return Shown("verify/opinion.html", model, context.words("verify.engagement", name=name))


def _awaited(trail: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Give who may sign and what an opinion would say; nothing before there is an evaluation."""
    try:
        told = drafted(draft(trail))
    except TanluError as error:
        if error.code != "TL759":
            raise
        return {}, {}
    return told["signers"], told["content"]


def bring(context: Context) -> Moved:
    """Write the statement that a verifier brings to the log; TL763 and TL130–TL135 if it fails."""
    form, name = context.form, context.path("engagement")
    assert form is not None
    sent = form.get("statement")
    data = sent.file.read(opining.MOST_BYTES + 1) if isinstance(sent, UploadFile) else b""
    told = opining.register(context.asked, name, data)
    context.request.state.object = f"{name} {told.index}"
    return Moved(context.url("verify.opinion", engagement=name))


VIEWS = (
    View("verify.opinion", "/engagements/{engagement}", show, roles=READERS, scope="log:read"),
    View("verify.bring", "/engagements/{engagement}/signed", bring, roles=("verifier",),
         methods=("POST",), scope="reviews:write"),
)  # fmt: skip
