"""The verifier's desk: a folder with the secret, the papers and the register; and the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms.proof.keys import SigningKey
from tanlu.verify.assurance.papers import papers, write_paper

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.verify.assurance.sampling.samples import TwoSamples
    from tanlu.verify.assurance.steps import Told, Trail

__all__ = ["keep_nonce", "key_of", "lay_out", "nonce_of"]

NONCE = "nonce"
SEED_BYTES = 32


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


def key_of(path: Path) -> SigningKey:
    """Give the key whose seed of 32 bytes a file holds.

    Raises
    ------
    TanluError
        TL119 for a file that is not there or holds no seed.
    """
    try:
        seed = path.read_bytes()
    except OSError as error:
        raise TanluError("TL119", value=path, why=error.strerror or str(error)) from error
    if len(seed) != SEED_BYTES:
        raise TanluError("TL119", value=path, why=f"{len(seed)} bytes, a seed has {SEED_BYTES}")
    return SigningKey(seed)


def lay_out(
    trail: Trail,
    folder: Path,
    base: Path,
    key: SigningKey,
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
