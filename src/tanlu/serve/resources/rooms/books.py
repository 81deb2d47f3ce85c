"""The ledger itself: its editions, its log with checkpoints and proofs, its originals."""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.resources.asking.look import Language, Look, look, paged
from tanlu.serve.resources.bringing.receipts import last
from tanlu.serve.resources.roles import READERS, SEE_ORIGINALS
from tanlu.serve.resources.telling.cells import for_json, row_of
from tanlu.serve.resources.telling.documented import PageOf, file_of, modelled
from tanlu.serve.resources.telling.lists import paged_answer
from tanlu.store.log import has_log, log_of
from tanlu.terms.proof import cbor, cose
from tanlu.verify.pack import prove

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["ledger"])
Index = Annotated[
    int, InPath(ge=0, le=2**53, description="Number of the entry, from 0 · 条目序号（从 0 起）")
]
Hash = Annotated[
    str,
    InPath(
        description="SHA-256 of its bytes · 内容的 SHA-256", pattern="^[0-9a-f]{64}$",
        examples=["0" * 64],
    ),
]  # fmt: skip


class Original(BaseModel):
    """A file that came in, kept by the hash of its bytes."""

    sha256: str
    bytes: int
    name: str | None = Field(description="The name that it had; null where it had none")


class Log(BaseModel):
    """The log of the ledger under its newest checkpoint."""

    origin: str
    vkey: str = Field(description="The line by which others know its key")
    size: int = Field(description="Entries, those of no checkpoint yet among them")
    checkpoint_size: int
    root: str
    policy: str


class Entry(BaseModel):
    """A statement of the log."""

    index: int
    type: str
    subject: str
    issuer: str
    issued_s: int
    kid: str
    content: Any


class Subject(BaseModel):
    """What is to be proved."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(
        min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$",
        description="type:value, the identity of an activity or of a statement",
    )  # fmt: skip


class Proof(BaseModel):
    """A proof that an entry stands under the newest checkpoint."""

    index: int
    type: str
    subject: str
    table: str | None = None
    rows: list[int] | None = None
    proof: str = Field(description="C2SP tlog-proof with the statement, as `tanlu prove` writes it")


@router.get(
    "/editions", summary="Published editions", operation_id="list_editions",
    responses=modelled(
        "Editions in the order of their publication",
        PageOf[Annotated[dict[str, Any], row_of("edition")]],
    ),
    response_class=Response,
)  # fmt: skip
def editions(look: Look = paged(*READERS, scope="editions:read")) -> Response:
    """Give the published editions, each with all that pins it."""
    if look.known is not None:
        return look.known
    lines = [line for line in look.workspace.log("edition") if line["version"] <= look.version]
    start = int(look.place)
    names = {line["edition"]["edition"] for line in lines[start : start + look.limit]}
    rows = look.workspace.editions()
    some = for_json("edition", rows.filter(rows["edition"].is_in(list(names)))).write_json()
    following = start + look.limit if len(lines) > start + look.limit else None
    return paged_answer(look, some.encode(), following)


@router.get(
    "/log", summary="The log of the ledger", operation_id="get_log",
    responses=modelled("The log", Log), response_class=Response,
)  # fmt: skip
def log(look: Look = look(*READERS, scope="log:read")) -> Response:
    """Give the log's name, key, size and root; TL615 where the ledger has none."""
    held = _log(look.asked)
    under = held.tiled.published
    return look.also(f"{held.size}/{under.size}").answer(lambda: {
        "origin": held.origin, "vkey": held.vkey, "size": held.size,
        "checkpoint_size": under.size, "root": under.root.hex(), "policy": held.policy_text,
    })  # fmt: skip


@router.get(
    "/log/checkpoint", summary="The newest checkpoint", operation_id="get_checkpoint",
    responses=file_of("The signed note", "text/plain"), response_class=Response,
)  # fmt: skip
def checkpoint(look: Look = look(*READERS, scope="log:read")) -> Response:
    """Give the newest checkpoint as the signed note that it is (C2SP tlog-checkpoint)."""
    signed = _log(look.asked).tiled.signed
    return look.also(signed.hex()).answer(lambda: signed, media="text/plain; charset=utf-8")


@router.get(
    "/log/entries", summary="Entries of the log", operation_id="list_entries",
    responses=modelled("Statements in their order", PageOf[Entry]), response_class=Response,
)  # fmt: skip
def entries(look: Look = paged(*READERS, scope="log:read")) -> Response:
    """Give the statements of the log; it only grows, so a page never changes but the last."""
    held = _log(look.asked)
    seen = look.also(str(held.size))
    if seen.known is not None:
        return seen.known
    start = int(look.place)
    end = min(start + look.limit, held.size)
    found = [_entry(held, index) for index in range(start, end)]
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return paged_answer(seen, body, end if end < held.size else None)


@router.get(
    "/log/entries/{index}", summary="One entry of the log", operation_id="get_entry",
    responses=modelled("The statement", Entry), response_class=Response,
)  # fmt: skip
def entry(index: Index, look: Look = look(*READERS, scope="log:read")) -> Response:
    """Give a statement of the log."""
    return look.answer(lambda: _entry(_log(look.asked), index))


def _log(asked: Asked) -> Any:
    """Give the log of who asks; where there is none, without the path where it would lie."""
    if not has_log(asked.workspace):
        raise TanluError("TL615", value=asked.tenant)
    return log_of(asked.workspace)


def _entry(held: Any, index: int) -> dict[str, Any]:
    statement = cose.Statement.decode(held.entry(index))
    return {
        "index": index, "type": statement.type, "subject": statement.subject,
        "issuer": statement.issuer, "issued_s": statement.issued_s, "kid": statement.kid.hex(),
        "content": cbor.plain(statement.content),
    }  # fmt: skip


@router.get(
    "/log/proofs/{index}", summary="The proof of an entry", operation_id="get_proof",
    responses=file_of("The proof", "text/plain"), response_class=Response,
)  # fmt: skip
def proof(index: Index, look: Look = look(*READERS, scope="log:read")) -> Response:
    """Give the proof that an entry stands under the newest checkpoint (C2SP tlog-proof)."""
    held = _log(look.asked)
    seen = look.also(held.tiled.signed.hex())
    return seen.answer(lambda: held.proof(index).encode(), media="text/plain; charset=utf-8")


@router.post(
    "/proofs", summary="Prove what the ledger says of a subject", operation_id="post_proofs",
    responses={200: {"model": list[Proof]}}, response_class=Response,
)  # fmt: skip
def proofs(
    subject: Subject,
    asked: Asked = allow("manager", "operator", "verifier", scope="log:read"),
    lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
) -> Response:
    """Bring the log up to date under a checkpoint, and give the proof of each entry about it."""
    held = _log(asked)
    last(held.catch_up())
    with tempfile.TemporaryDirectory(prefix="tanlu-proof-") as folder:
        made = prove(asked.workspace, subject.subject, Path(folder) / "proof.tlog-proof")
        found = [
            {
                **{name: each.get(name) for name in ("index", "type", "subject", "table", "rows")},
                "proof": Path(each["path"]).read_text(encoding="utf-8"),
            }
            for each in made
        ]
    body = json.dumps(found, ensure_ascii=False).encode()
    return Response(body, headers={"cache-control": "no-store"}, media_type="application/json")


@router.get(
    "/originals", summary="Originals", operation_id="list_originals", tags=["originals"],
    responses=modelled("Originals in the order of their hashes", PageOf[Original]),
    response_class=Response,
)  # fmt: skip
def originals(look: Look = paged(*SEE_ORIGINALS, scope="originals:read")) -> Response:
    """Give the files that came in, by the hash of their bytes."""
    held = look.workspace.originals
    there = held.names()
    seen = look.also(f"{len(there)}/{len(look.workspace.manifest.lines)}")
    if seen.known is not None:
        return seen.known
    after = str(look.place or "")
    names = [name for name in there if name > after]
    called = _called(look)
    found = [
        {"sha256": name, "bytes": held.get(name).stat().st_size, "name": called.get(name)}
        for name in names[: look.limit]
    ]
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    following = names[look.limit - 1] if len(names) > look.limit else None
    return paged_answer(seen, body, following)


def _called(look: Look) -> dict[str, str]:
    """Give the name of each original that came in as a file, from the lines of the manifest."""
    found: dict[str, str] = {}
    for line in look.workspace.log("append"):
        source = line.get("source")
        if isinstance(source, dict) and source.get("file") and source.get("name"):
            found[source["file"]] = source["name"]
    return found


@router.get(
    "/originals/{sha256}", summary="An original", operation_id="get_original", tags=["originals"],
    responses=file_of("The bytes as they came in", "application/octet-stream"),
    response_class=Response,
)  # fmt: skip
def original(sha256: Hash, look: Look = look(*SEE_ORIGINALS, scope="originals:read")) -> Response:
    """Give an original; its ETag is its SHA-256, and Repr-Digest says it too (RFC 9530)."""
    path = look.workspace.originals.get(sha256)
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    name = (_called(look).get(sha256) or sha256).replace('"', "")
    headers = {
        **look.headers(), "etag": f'"{sha256}"', "repr-digest": f"sha-256=:{digest}:",
    }  # fmt: skip
    if f'"{sha256}"' in look.asked.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, filename=name, headers=headers, media_type="application/octet-stream")
