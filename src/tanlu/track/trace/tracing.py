"""One call: every leg, node, box, stage, emission and proof of a subject, both ways in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.track.trace.asked import resolve
from tanlu.track.trace.emitted import emitted, stages, unquantified
from tanlu.track.trace.gaps import gaps
from tanlu.track.trace.legs import legs_of
from tanlu.track.trace.nodes import nodes
from tanlu.track.trace.proofs import proofs
from tanlu.track.trace.reaching import reach
from tanlu.track.trace.traced import DIRECTIONS, Traced

if TYPE_CHECKING:
    import polars as pl

__all__ = ["trace"]


def trace(
    workspace: Any,
    subject: str,
    *,
    direction: str = "both",
    profile: str | None = None,
    basis: str = "location",
    as_of: int | str | None = None,
) -> Traced:
    """Give what the ledger knows of a subject: where it was, what it emitted and what shows it.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives; its index is built or extended when it must be.
    subject
        ``type:value`` as recorded, ``shipment:``, ``consignment:``, ``chain:``, ``round:``,
        ``vehicle:`` or ``activity:`` with a value, or a bare value whose type is found.
    direction
        ``backwards`` what is in it, ``forwards`` what was made of it, ``both``.
    profile
        Accounting rules; ISO 14083 where the ledger has it, else those of most rows.
    basis
        ``location`` or ``market`` of electricity; never both in one trace.
    as_of
        Version or edition; the newest without one.

    Returns
    -------
    Traced
        Amounts of the subject's own legs stand with relation ``self``; those of what is in it,
        was made of it or carried it stand beside them and are not its own.

    Raises
    ------
    TanluError
        TL430 for a subject of which nothing is recorded, with near names; TL001 for another
        direction; TL610 for no such version.
    """
    if direction not in DIRECTIONS:
        raise TanluError("TL001", value=direction)
    version = workspace.at(as_of)
    name = subject if ":" in subject else resolve(workspace, subject, as_of=version)
    found = _traced(workspace, name, direction, (profile, basis, version))
    if found.legs.is_empty() and found.things.height == 1 and found.nodes.is_empty():
        known = resolve(workspace, subject, as_of=version)
        if known != name:
            found = _traced(workspace, known, direction, (profile, basis, version))
    return found


def _traced(
    workspace: Any, subject: str, direction: str, manner: tuple[str | None, str, int]
) -> Traced:
    import polars as pl

    wanted, basis, version = manner
    reached = reach(workspace, subject, direction, version)
    legs, shared, cut = legs_of(workspace, reached.things, version)
    rows, available, profile = emitted(workspace, legs, wanted, basis, version)
    legs, missing = unquantified(workspace, legs, rows, version)
    met = nodes(workspace, subject, legs, version)
    findings = [*reached.findings, *cut, *gaps(legs), *missing]
    return Traced(
        subject=subject, direction=direction, profile=profile, basis=basis, version=version,
        things=reached.things, legs=legs, emissions=rows, boxes=reached.boxes,
        links=pl.concat([reached.links, shared]), nodes=met,
        stages=stages(rows), proofs=proofs(legs, rows, met), available=available,
        findings=_each_once(findings),
    )  # fmt: skip


def _each_once(findings: list[pl.DataFrame]) -> pl.DataFrame:
    """Give all findings; a circle is met from both sides, and told once."""
    import polars as pl

    from tanlu.terms import schema

    if not findings:
        return schema("finding").empty()
    return pl.concat(findings).unique("finding_id", keep="first", maintain_order=True)
