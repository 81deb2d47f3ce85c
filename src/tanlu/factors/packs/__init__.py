"""因子包 Packs: hashed sets of factors with their sources, read, kept, adopted and checked."""

from tanlu.factors.packs.adopted import adopt, library_of, settle
from tanlu.factors.packs.census import census, leaves, without
from tanlu.factors.packs.file import packed, unpacked
from tanlu.factors.packs.load import Pack, made_of, pack_of, table_of
from tanlu.factors.rules import rules_hash

__all__ = [
    "Pack",
    "adopt",
    "census",
    "leaves",
    "library_of",
    "made_of",
    "pack_of",
    "packed",
    "rules_hash",
    "settle",
    "table_of",
    "unpacked",
    "without",
]
