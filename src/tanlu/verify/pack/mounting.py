"""A pack opened as a ledger: read only, in a folder of its own that is gone afterwards."""

from __future__ import annotations

import contextlib
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store import Slice
from tanlu.verify.offline.archive import Archive
from tanlu.verify.offline.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["contents", "mount", "opened", "unpacked"]

MOST_MANIFEST, MOST_POLICY = 32 << 20, 65_536
LEDGER = "ledger/"
ROLES = ("workspace", "ledger", "part", "original")


def contents(path: Path) -> dict[str, Any]:
    """Give what a pack says of itself; nothing of it is verified.

    Returns
    -------
    dict
        ``ledger``, ``period`` (with ``start`` and ``end`` as local texts), ``calc``,
        ``factorsets``, ``totals``, ``parts``, ``files``, ``code_version``, ``supersedes``,
        ``manifest`` (hex SHA-256), and ``policy``, the one that its sender proposes.

    Raises
    ------
    TanluError
        TL705 to TL709 for a file that is no pack.
    """
    with path.open("rb") as file:
        archive = Archive(file)
        raw = archive.read("manifest.json", MOST_MANIFEST)
        told = Manifest.parse(raw)
        proposed = b""
        if "policy.txt" in archive.entries:
            proposed = archive.read("policy.txt", MOST_POLICY)
    zone = told.ledger["zone"]
    return {
        "ledger": dict(told.ledger),
        "period": {
            "start_us": told.start_us, "end_us": told.end_us, "zone": zone,
            "start": local(told.start_us, zone), "end": local(told.end_us, zone),
        },
        "calc": dict(told.calc),
        "factorsets": [dict(each) for each in told.factorsets],
        "totals": [each._asdict() | {"co2e_ug": str(each.co2e_ug)} for each in told.totals],
        "parts": [each._asdict() for each in told.parts.values()],
        "files": [each._asdict() for each in told.files.values()],
        "code_version": told.code_version,
        "supersedes": told.supersedes,
        "manifest": sha256(raw).hexdigest(),
        "policy": proposed.decode("utf-8", "replace"),
    }  # fmt: skip


def local(at_us: int, zone: str) -> str:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    at = datetime.fromtimestamp(at_us // 1_000_000, UTC)
    try:
        return at.astimezone(ZoneInfo(zone)).isoformat()
    except (OSError, ValueError):
        return at.isoformat()


@contextlib.contextmanager
def mount(path: Path) -> Iterator[Slice]:
    """Give what a pack shows of its period as a ledger: to scan and to replay, never to write.

    Only files that the format puts into a ledger are taken out, under the names that it allows,
    into a folder that nobody else may enter. Whether they are what was signed, `verify` tells.

    Raises
    ------
    TanluError
        TL705 to TL709 for a file that is no pack; as `opened`.
    """
    with path.open("rb") as file:
        archive = Archive(file)
        manifest = Manifest.parse(archive.read("manifest.json", MOST_MANIFEST))
        with unpacked(archive, manifest) as folder:
            yield opened(folder, manifest)


@contextlib.contextmanager
def unpacked(archive: Archive, manifest: Manifest) -> Iterator[Path]:
    """Give a folder with the files of a pack's ledger, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tlpack-") as place:
        folder = Path(place)
        for each in manifest.files.values():
            if each.role in ROLES:
                target = folder / each.path.removeprefix(LEDGER)
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    file.writelines(archive.pieces(each.path))
        yield folder


def opened(folder: Path, manifest: Manifest) -> Slice:
    """Give the ledger of a pack that lies in a folder.

    Raises
    ------
    TanluError
        TL720 when its parts cannot be read, TL603, TL606 for a ledger that is none.
    """
    import polars as pl

    from tanlu.account.inputs import mates

    span = (manifest.start_us, manifest.end_us)
    try:
        beside = mates(Slice(folder, list(manifest.parts)), span)
    except pl.exceptions.PolarsError as error:
        why = str(error).split("\n", maxsplit=1)[0]
        raise TanluError("TL720", value="ledger/parts", why=why) from error
    return Slice(folder, list(manifest.parts), span, beside)
