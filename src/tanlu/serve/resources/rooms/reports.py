"""Reports as files: the same documents as `tanlu report` gives, rendered."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from tanlu.report import render, transport, why
from tanlu.report.indicators import indicators
from tanlu.report.organisation import organisation, read
from tanlu.serve.resources.asking.look import Look, look
from tanlu.serve.resources.roles import READERS
from tanlu.serve.resources.rooms.intake import Profile
from tanlu.serve.resources.rooms.shipments import Basis
from tanlu.serve.resources.rooms.sums import Approach, By, Subject
from tanlu.serve.resources.rooms.tables import Period
from tanlu.serve.resources.telling.documented import file_of
from tanlu.serve.resources.telling.rules import rules_of
from tanlu.terms import Document

__all__ = ["router"]

router = APIRouter(prefix="/v1/reports", tags=["reports"])
MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}
Form = Annotated[
    Literal["html", "pdf", "xlsx", "json", "txt"],
    Query(description="Form of the file; PDF needs the extra report · 文件格式"),
]
FILES = file_of("The report", *(media.partition(";")[0] for media in MEDIA.values()))


def _rendered(look: Look, name: str, form: str, make: Callable[[], Document]) -> Response:
    def made() -> bytes:
        with tempfile.TemporaryDirectory(prefix="tanlu-report-") as folder:
            path = render(make(), Path(folder) / f"{name}.{form}")
            return path.read_bytes()

    headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return look.answer(made, media=MEDIA[form], dear=True, headers=headers)


@router.get(
    "/transport", summary="The transport report as a file", operation_id="report_transport",
    responses=FILES, response_class=Response,
)  # fmt: skip
def report_transport(
    *,
    look: Look = look(*READERS, scope="reports:read"),
    form: Form = "html",
    period: Period = None,
    by: By = "kind",
    profile: Profile = None,
    basis: Basis = None,
) -> Response:
    """Give the transport report (ISO 14083:2023 clause 13) of a period as a file."""

    def made() -> Document:
        rules = rules_of(look, profile, basis)
        return transport(
            look.workspace, period, by=tuple(by.split(",")), language=look.language,
            as_of=look.version, profile=rules.profile, basis=rules.basis,
        )  # fmt: skip

    return _rendered(look, "transport", form, made)


@router.get(
    "/organisation", summary="The inventory as a file", operation_id="report_organisation",
    responses=FILES, response_class=Response,
)  # fmt: skip
def report_organisation(
    look: Look = look(*READERS, scope="reports:read"),
    form: Form = "html",
    period: Period = None,
    approach: Approach = None,
) -> Response:
    """Give the inventory of the organisation (ISO 14064-1:2018 clause 9.3) as a file."""
    boundary = read(look.workspace.path, approach=approach)

    def made() -> Document:
        return organisation(
            look.workspace, period, boundary, language=look.language, as_of=look.version
        )

    return _rendered(look.also(boundary.sha256), "organisation", form, made)


@router.get(
    "/indicators", summary="The indicators as a file", operation_id="report_indicators",
    responses=FILES, response_class=Response,
)  # fmt: skip
def report_indicators(
    look: Look = look(*READERS, scope="reports:read"),
    form: Form = "html",
    period: Period = None,
    profile: Profile = None,
) -> Response:
    """Give the indicators that the field asks for, each with its known share, as a file."""

    def made() -> Document:
        rules = rules_of(look, profile, None)
        return indicators(
            look.workspace, period, language=look.language, as_of=look.version,
            profile=rules.profile,
        )  # fmt: skip

    return _rendered(look, "indicators", form, made)


@router.get(
    "/why", summary="A calculation sheet as a file", operation_id="report_why",
    responses=FILES, response_class=Response,
)  # fmt: skip
def report_why(
    subject: Subject,
    look: Look = look(*READERS, scope="reports:read"),
    form: Form = "html",
    profile: Profile = None,
) -> Response:
    """Give the calculation sheet of a subject as a file."""

    def made() -> Document:
        name = rules_of(look, profile, None).profile or "iso14083"
        return why(
            look.workspace, subject, language=look.language, as_of=look.version, profile=name
        )

    return _rendered(look, "why", form, made)
