"""The verifier's desk: a folder with the secret, the papers and the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.verify.assurance.papers import papers, write_paper

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.terms.proof import keys
    from tanlu.verify.assurance.sampling.samples import TwoSamples
    from tanlu.verify.assurance.steps import Told, Trail

__all__ = ["keep_nonce", "lay_out", "nonce_of"]

NONCE = "nonce"


def keep_nonce(folder: Path, nonce: bytes) -> Path:
    """Write the verifier's secret where only its owner can read it, and give the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NONCE
    path.touch(mode=0o600)
    path.write_text(nonce.hex() + "\n", encoding="ascii")
    return path


def nonce_of(folder: Path) -> bytes:
    """Give the secret that `keep_nonce` wrote.

    Raises
    ------
    TanluError
        TL760 when it is not there or no nonce.
    """
    path = folder / NONCE
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise TanluError("TL760", value=str(path), why="nonce") from error


def lay_out(
    trail: Trail,
    folder: Path,
    base: Path,
    key: keys.SigningKey,
    *,
    language: str = "en",
    form: str = "csv",
    more: int = 0,
) -> tuple[Told, TwoSamples, list[Path]]:
    """Draw both samples, state them, and write the papers into the verifier's folder.

    Parameters
    ----------
    base
        Where the path of the frame begins.
    more
        Units that extend samples already drawn; the papers then list all rounds.
    """
    told, both, found = trail.sample(nonce_of(folder), base, key, more)
    made = papers(both, found, trail.engagement().frame, trail.workspace.zone, language)
    paths = []
    for name, rows in made.items():
        path = folder / f"{name}{'' if both.rounds == 1 else f'-{both.rounds}'}.{form}"
        write_paper(rows, path, language)
        paths.append(path)
    return told, both, paths
