"""A pack opened as a ledger: read only, in a folder of its own that is gone afterwards."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.store import Slice
from tanlu.verify.offline.archive import Archive
from tanlu.verify.offline.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["mount", "mounted"]

MOST_MANIFEST = 32 << 20
LEDGER = "ledger/"
ROLES = ("workspace", "ledger", "part", "original")


@contextlib.contextmanager
def mount(path: Path) -> Iterator[Slice]:
    """Give what a pack shows of its period as a ledger: to scan and to replay, never to write.

    Only files that the format puts into a ledger are taken out, under the names that it allows,
    into a folder that nobody else may enter. Whether they are what was signed, `verify` tells.

    Raises
    ------
    TanluError
        TL705 to TL709 for a file that is no pack, TL603, TL606 for a ledger that is none.
    """
    with path.open("rb") as file:
        archive = Archive(file)
        manifest = Manifest.parse(archive.read("manifest.json", MOST_MANIFEST))
        with mounted(archive, manifest) as found:
            yield found


@contextlib.contextmanager
def mounted(archive: Archive, manifest: Manifest) -> Iterator[Slice]:
    """Give the ledger of a pack that is already read."""
    from tanlu.account.inputs import mates

    with tempfile.TemporaryDirectory(prefix="tlpack-") as place:
        folder = Path(place)
        for each in manifest.files.values():
            if each.role in ROLES:
                target = folder / each.path.removeprefix(LEDGER)
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    file.writelines(archive.pieces(each.path))
        span = (manifest.start_us, manifest.end_us)
        beside = mates(Slice(folder, list(manifest.parts)), span)
        yield Slice(folder, list(manifest.parts), span, beside)
