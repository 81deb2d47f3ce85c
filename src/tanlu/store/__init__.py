"""账库 The store: the only room that writes a workspace or opens a database."""

from tanlu.store.ledger.backup import restore
from tanlu.store.ledger.digest import block_entries, block_root
from tanlu.store.ledger.manifest import PartEntry
from tanlu.store.ledger.parts import salt_of
from tanlu.store.ledger.upgrade import upgrade
from tanlu.store.paging import Page, page
from tanlu.store.seal.disclosing import disclose
from tanlu.store.seal.proving import verify_proof
from tanlu.store.slice import Slice, needed
from tanlu.store.workspace import Commit, Workspace, open_workspace

__all__ = [
    "Commit",
    "Page",
    "PartEntry",
    "Slice",
    "Workspace",
    "block_entries",
    "block_root",
    "disclose",
    "needed",
    "open_workspace",
    "page",
    "restore",
    "salt_of",
    "upgrade",
    "verify_proof",
]
