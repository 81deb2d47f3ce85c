"""供应商: what is asked of me, my uploads, my grade and why; nothing of the organisation."""

from __future__ import annotations

from typing import Any

from tanlu.errors import TanluError
from tanlu.serve.importing import Import, graded, requests, steps
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.views.incoming.importing import file_in, progress

__all__ = ["VIEWS", "rehearsals"]


def show(context: Context) -> Shown | Moved:
    """Give a supplier's own page; take a file into his own intake."""
    wrong, status = "", 200
    if context.request.method == "POST":
        try:
            return Moved(context.url("import.columns", upload=file_in(context)))
        except TanluError as error:
            wrong, status = error.say(context.language), 422
    principal = context.principal
    assert principal is not None
    mine = steps.imports(context.asked)
    answered = steps.asked_for(context.asked)
    asked = requests.asked_of(context.asked, principal.identity)
    grade = graded([each for _, each in rehearsals(context, mine)])
    t, n = context.words, context.numbers
    model = {
        "wrong": wrong, "requests": [
            {**row, "answered": answered.get(row["request"], 0),
             "when": n.moment(row["created_us"], "day")} for row in asked
        ],
        "uploads": [_upload(context, each) for each in mine],
        "grade": grade,
        "parts": [] if grade is None else [
            (t(f"supplier.part.{name}"), f"{n.count(have)} / {n.count(of)}",
             f"{points} / {most}", t(f"supplier.mend.{name}") if points < most else "–")
            for name, have, of, points, most in grade.parts
        ],
    }  # fmt: skip
    return Shown("exchange/supplier.html", model, status=status)


def rehearsals(context: Context, mine: list[Import]) -> list[tuple[Import, dict[str, Any]]]:
    """Give the uploads that were rehearsed, with the result."""
    found = []
    for each in mine:
        job = progress(context, each.jobs.get("rehearse"))
        if job and job["state"] == "done" and job["result"]:
            found.append((each, job["result"]))
    return found


def _upload(context: Context, each: Import) -> dict[str, Any]:
    step = "rehearse" if each.mapping else "columns"
    state = "read" if "read" in each.jobs else "handed" if each.submitted_us else "open"
    return {
        "name": each.name, "when": context.numbers.moment(each.created_us),
        "href": context.url(f"import.{step}", upload=each.upload), "state": state,
        "said": context.words(f"supplier.state.{state}"),
    }  # fmt: skip


VIEWS = (
    View("supplier", "/supplier", show, roles=("supplier",), group="account", place=5,
         methods=("GET", "POST")),
)  # fmt: skip
