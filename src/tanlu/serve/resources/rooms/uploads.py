"""A file in by steps: uploaded, a mapping proposed, rehearsed, read, and what is refused mended."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from tanlu.errors import TanluError
from tanlu.monitor import Mapping, corrections, intake, propose, read, sniff
from tanlu.serve.api import Asked, allow
from tanlu.serve.resources.asking.bodies import Received, received
from tanlu.serve.resources.asking.look import Language, Look, look
from tanlu.serve.resources.asking.once import Key, answered, once
from tanlu.serve.resources.bringing import kept
from tanlu.serve.resources.bringing.receipts import (
    MOST_SHOWN,
    Receipt,
    last,
    receipt,
    refusals,
)
from tanlu.serve.resources.roles import SEE_ORIGINALS, WRITERS
from tanlu.serve.resources.telling.documented import file_of
from tanlu.serve.resources.warming import indexed

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["uploads"])
BINARY = "application/octet-stream"
SCOPE = "activities:write"
UploadId = Annotated[
    str,
    InPath(
        description="What the upload was called · 上传标识", pattern="^[0-9a-f]{32}$",
        examples=["0" * 32],
    ),
]  # fmt: skip
Name = Annotated[
    str,
    Query(
        description="Name of the file · 文件名",
        pattern=r"^[^/\\\x00-\x1f\x7f]{1,120}\.[A-Za-z0-9]{1,8}$",
        examples=["waybills.xlsx"],
    ),
]


class Upload(BaseModel):
    """A file that waits to be read, what it is, and the mapping that is proposed for it."""

    upload: str
    name: str
    sha256: str
    bytes: int
    format: str = Field(description="csv, xlsx or parquet, told from its content")
    encoding: str | None
    sheet: str | None
    sheets: list[str]
    header_line: int
    columns: list[str]
    mapping: str = Field(description="The TOML of a mapping, for a person to look at and mend")
    open: list[str] = Field(description="Lines of the mapping that a person must fill in")
    noted: list[str] = Field(
        description="What to know of it: how rows are known that nothing names"
    )


class Mapped(BaseModel):
    """A mapping for a file."""

    model_config = ConfigDict(extra="forbid")

    mapping: str = Field(min_length=1, max_length=1 << 20, description="TOML, see the reference")


def _described(asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="tanlu-in-") as folder:
        path = kept.file_of(asked, row["upload"], Path(folder))
        dialect = sniff(path)
        kept.narrow(dialect.columns)
        proposed = propose(path, language=asked.language)
    return {
        **{name: row[name] for name in ("upload", "name", "sha256", "bytes")},
        "format": dialect.format, "encoding": dialect.encoding, "sheet": dialect.sheet,
        "sheets": list(dialect.sheets), "header_line": dialect.header_line,
        "columns": list(dialect.columns), "mapping": proposed.text, "open": list(proposed.open),
        "noted": list(proposed.noted),
    }  # fmt: skip


@router.post(
    "/uploads", summary="Upload a file", operation_id="post_upload", status_code=201,
    responses={201: {"model": Upload}}, response_class=Response,
    openapi_extra={"requestBody": {"required": True, "content": {
        BINARY: {"schema": {"type": "string", "contentMediaType": BINARY}},
    }}},
)  # fmt: skip
def post_upload(
    name: Name,
    asked: Asked = allow(*WRITERS, scope=SCOPE),
    key: Key = None,
    lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
    body: Received = received(BINARY),
) -> Response:
    """Take a workbook, a text with columns, or Parquet; tell what it is and propose a mapping.

    Nothing is read into the ledger yet. The file waits a week.
    """

    def take() -> tuple[int, Any]:
        row = kept.keep(asked, body, name)
        try:
            return 201, _described(asked, row)
        except TanluError:
            # what cannot be read is not kept
            kept.drop(asked, row["upload"])
            raise

    return once(asked, key, body.sha256, take)


@router.get(
    "/uploads/{upload}", summary="An upload", operation_id="get_upload",
    responses={200: {"model": Upload}}, response_class=Response,
)  # fmt: skip
def get_upload(
    upload: UploadId,
    asked: Asked = allow(*WRITERS, scope=SCOPE),
    lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
) -> Response:
    """Give what an upload is, with the mapping that is proposed."""
    return answered(200, _described(asked, kept.told(asked, upload)))


@router.delete(
    "/uploads/{upload}", summary="Clear an upload away", operation_id="delete_upload",
    status_code=204, response_class=Response,
)  # fmt: skip
def delete_upload(upload: UploadId, asked: Asked = allow(*WRITERS, scope=SCOPE)) -> Response:
    """Clear a file away that is not read; what was read of it stays in the ledger."""
    kept.drop(asked, upload)
    return Response(status_code=204)


@router.post(
    "/uploads/{upload}/rehearse", summary="Read an upload without writing",
    operation_id="rehearse_upload", responses={200: {"model": Receipt}}, response_class=Response,
)  # fmt: skip
def rehearse_upload(
    upload: UploadId,
    mapped: Mapped,
    asked: Asked = allow(*WRITERS, scope=SCOPE),
    lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
) -> Response:
    """Read a file by a mapping and tell what would become of its rows; write nothing.

    Whether a row is known already is not asked: all that can be read count as new.
    """
    mapping = Mapping.parse(mapped.mapping)
    row = kept.told(asked, upload)
    counts, codes, notes = Counter[str](), Counter[str](), Counter[str]()
    shown: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="tanlu-in-") as folder:
        for batch in read(kept.file_of(asked, upload, Path(folder)), mapping):
            counts["rows_in"] += batch.rows_in
            counts["rows_new"] += batch.activities.height
            counts["rows_quarantined"] += batch.quarantine.height
            codes.update(batch.quarantine["code"].to_list())
            for code, count in batch.findings.select("code", "count").iter_rows():
                notes[code] += count
            few = batch.quarantine.head(MOST_SHOWN - len(shown))
            shown += refusals(few, asked.language)
    return answered(200, {
        **{name: counts[name] for name in ("rows_in", "rows_new", "rows_quarantined")},
        "rows_known": 0, "rows_accepted": counts["rows_new"], "quarantined": dict(codes),
        "findings": dict(notes), "refused": shown, "ledger_version": None,
        "file_sha256": row["sha256"],
    })  # fmt: skip


@router.post(
    "/uploads/{upload}/read", summary="Read an upload into the ledger",
    operation_id="read_upload", responses={200: {"model": Receipt}}, response_class=Response,
)  # fmt: skip
def read_upload(
    upload: UploadId,
    mapped: Mapped,
    asked: Asked = allow(*WRITERS, scope=SCOPE),
    key: Key = None,
    lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
) -> Response:
    """Read a file by a mapping, as `tanlu read` does; a mended file of corrections as well.

    The same file read again is known; read by a better mapping, rows that were refused are taken.
    """
    mapping = Mapping.parse(mapped.mapping)

    def bring() -> tuple[int, Any]:
        with tempfile.TemporaryDirectory(prefix="tanlu-in-") as folder:
            path = kept.file_of(asked, upload, Path(folder))
            facts = last(intake(path, mapping, asked.workspace))
        indexed(asked.workspace)
        return 200, receipt(asked.workspace, facts, asked.language)

    return once(asked, key, mapping.sha256, bring)


@router.get(
    "/corrections", tags=["quarantine"], summary="Refused rows as a file to mend",
    operation_id="get_corrections", responses=file_of("The file", "text/csv"),
    response_class=Response,
)  # fmt: skip
def get_corrections(look: Look = look(*SEE_ORIGINALS, scope="quarantine:read")) -> Response:
    """Give the open refused rows as CSV with their reasons, to be mended and uploaded again.

    They are those of the newest version, whatever `as_of` says: only what is open can be mended.
    """

    def made() -> bytes:
        with tempfile.TemporaryDirectory(prefix="tanlu-out-") as folder:
            path = Path(folder) / "corrections.csv"
            corrections(look.workspace, path, language=look.language)
            return path.read_bytes()

    headers = {"content-disposition": 'attachment; filename="corrections.csv"'}
    return look.also(str(look.workspace.version)).answer(made, media="text/csv", headers=headers)
