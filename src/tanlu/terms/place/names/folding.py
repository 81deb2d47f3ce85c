"""One key for all the ways to write a name: case, accents, width and punctuation fold away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# letters that Unicode does not decompose (NFKD), as they are written without them
LETTERS = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ß": "ss", "ı": "i",
    "ħ": "h", "ə": "e",
}  # fmt: skip


def folded(text: pl.Expr) -> pl.Expr:
    """Give the key under which a name is looked up: ``São Paulo`` and ``SAO-PAULO`` are one.

    Unicode NFKD (UAX 15) without marks, in lower case, letters and digits only; so ``Xi'an`` is
    ``Xian``, ``Hong Kong`` is ``Hongkong`` and ``ＣＮ ＳＨＡ`` is ``cnsha``.
    """
    plain = text.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
    spelled = plain.str.replace_many(list(LETTERS), list(LETTERS.values()))
    return spelled.str.replace_all(r"[^\p{L}\p{N}]", "")
