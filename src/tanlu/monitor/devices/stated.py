"""Keys of devices in the log: told when they begin to hold, and when they hold no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tanlu.store import Workspace

__all__ = ["end", "strange", "tell"]

ROLE = "device"


def tell(workspace: Workspace, lines: pl.DataFrame, possession: Mapping[str, bytes]) -> int:
    """State the keys of enrolled lines that the log does not tell yet; give how many.

    A workspace without a log states nothing, but the key must be in the device's hands all the
    same.

    Raises
    ------
    TanluError
        TL134 when who enrols does not show that, or the log told the key of another.
    """
    from tanlu.store.log import has_log, log_of
    from tanlu.terms.proof import keys, registry

    keyed = lines.filter(pl.col("key").is_not_null(), pl.col("state") == "enrolled")
    if keyed.is_empty():
        return 0
    log = log_of(workspace) if has_log(workspace) else None
    known = log.registry.keys if log else {}
    said = []
    for device, told, grade in keyed.select("device", "key", "key_grade").iter_rows():
        public = bytes.fromhex(told)
        held = known.get(keys.kid(public))
        if held and log and held.name == device and held.role == ROLE and held.holds(log.size):
            continue
        signed = possession.get(device, b"")
        if not registry.possessed(public, ROLE, device, signed):
            why = "who enrols does not show that the key is in its hands"
            raise TanluError("TL134", value=device, why=why)
        content = {"public": public, "kid": keys.kid(public), "name": device,
                   "possession": signed}  # fmt: skip
        said.append((
            "device-enrol", keys.kid(public).hex(), content | ({"grade": grade} if grade else {})
        ))  # fmt: skip
    if log is None or not said:
        return 0
    log.state_all(said)
    log.checkpoint()
    return len(said)


def strange(keyed: pl.DataFrame, possession: Mapping[str, bytes]) -> pl.DataFrame:
    """Give the rows ``_line, device`` of which nothing shows that the key is in its hands."""
    from tanlu.terms.proof import registry

    shown = [
        registry.possessed(bytes.fromhex(key), ROLE, device or "", possession.get(device, b""))
        for device, key in keyed.select("device", "key").iter_rows()
    ]
    return keyed.filter(~pl.Series(shown, dtype=pl.Boolean)).select("_line", "device")


def end(workspace: Workspace, rows: Iterable[Mapping[str, Any]], reason: str | None = None) -> int:
    """State that the keys of lines hold no longer, where the log tells them; give how many."""
    from tanlu.store.log import has_log, log_of
    from tanlu.terms.proof import keys

    public = [bytes.fromhex(row["key"]) for row in rows if row["key"]]
    if not public or not has_log(workspace):
        return 0
    log = log_of(workspace)
    known, size = log.registry.keys, log.size
    ended = [kid for kid in map(keys.kid, public) if kid in known and known[kid].holds(size)]
    if ended:
        more = {"reason": reason} if reason else {}
        log.state_all([("device-revoke", kid.hex(), {"kid": kid, **more}) for kid in ended])
        log.checkpoint()
    return len(ended)
