"""From what devices did to what accounts quantify: activities with their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from tanlu.terms import schema
from tanlu.track.legs.choosing import chosen, evidenced
from tanlu.track.legs.doubts import doubts, outran, possible, strayed
from tanlu.track.legs.hubs import hubs
from tanlu.track.legs.loads import Loads, carried, nothing
from tanlu.track.legs.records import Legs
from tanlu.track.legs.rounds import aboard, toured
from tanlu.track.legs.telling import energies, identified, lent, rounds, settled, transports
from tanlu.track.legs.way.energy import counted, fallen, measuring
from tanlu.track.legs.way.parts import measured
from tanlu.track.legs.way.rows import ordered, ranges, sought

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tanlu.track.legs.records import Moves

__all__ = ["Moving", "finished", "legs", "loaded", "moving"]

TIME = ["source_device", "start", "end", "kind", "subject", "consignment"]


class Moving(NamedTuple):
    """What the devices of a batch did: rows of transport and of energy, elements, nodes, doubts."""

    rows: pl.DataFrame
    used: pl.DataFrame
    elements: pl.DataFrame
    nodes: pl.DataFrame
    findings: pl.DataFrame


def legs(
    moved: Moves,
    fixes: pl.DataFrame,
    *,
    events: pl.DataFrame | None = None,
    energy: pl.DataFrame | None = None,
    zone: str = "UTC",
    traction: pl.DataFrame | None = None,
    vehicles: pl.DataFrame | None = None,
    seqs: pl.DataFrame | None = None,
) -> Legs:
    """Give the activities of devices: one for each leg and thing carried, and their energy.

    Parameters
    ----------
    moved
        Segments and nodes.
    fixes
        Schema ``fix``.
    events
        Schema ``event``: what was loaded on which vehicle or device, with ``mass_mg``. A device
        that no event names carried nobody knows what.
    energy
        Cumulative readings ``device, at, stream, value``: ``energy_j`` [J] or ``fuel_ml`` [mL].
    zone
        IANA zone of the activities.
    traction
        The operator's own ``mode, country, energy_carrier``.
    vehicles
        ``device``, ``vehicle``: a keyed pseudonym, never a plate.
    seqs
        ``device``, ``at``, ``seq`` of positions, to name the first position of each leg.

    Returns
    -------
    Legs
        Activities (schema ``activity``), elements (schema ``leg``), findings. The same input
        gives the same identities, whatever the order of its rows.

    Notes
    -----
    Energy is told once, as an activity of kind ``energy.*`` whose ``round`` names the legs that
    share it (ISO 14083:2023 annex G). Raw positions are in no activity.
    """
    devices = moved.segments["device"].unique().to_list()
    loads = loaded(events, devices, positions=fixes.lazy(), energy=energy)
    batch = moving(
        moved, fixes, loads=loads, energy=energy, zone=zone, traction=traction,
        vehicles=vehicles, seqs=seqs,
    )  # fmt: skip
    return finished([batch], loads)


def loaded(
    events: pl.DataFrame | None,
    devices: Collection[str],
    *,
    positions: pl.LazyFrame | None = None,
    energy: pl.DataFrame | None = None,
) -> Loads:
    """Give what tracked devices carried, and which of them tells of what several carried.

    Parameters
    ----------
    events, energy
        As for ``legs``.
    devices
        All that are tracked.
    positions
        Schema ``position`` or ``fix`` of all of them: which went together; without them devices
        that carry one thing count as together.
    """
    if events is None or not events.height:
        return nothing()
    return chosen(carried(events, devices), positions, measuring(energy))


def moving(
    moved: Moves,
    fixes: pl.DataFrame,
    *,
    loads: Loads,
    energy: pl.DataFrame | None = None,
    zone: str = "UTC",
    traction: pl.DataFrame | None = None,
    vehicles: pl.DataFrame | None = None,
    seqs: pl.DataFrame | None = None,
) -> Moving:
    """Give what the devices of one batch did; ``finished`` makes one whole of all batches.

    Parameters
    ----------
    loads
        What ``loaded`` gives for the devices of all batches; the rest as for ``legs``.
    """
    parts, way = measured(moved, fixes, energy=energy, traction=traction)
    fast = outran(parts)
    parts = _numbered(parts.filter(possible()), seqs)
    devices = parts.select("device").unique()
    here, told = (each.join(devices, on="device", how="semi") for each in (loads.rows, loads.told))
    wide, things = toured(parts, here, aboard(parts, here, way), told)
    wide = wide.with_columns(_traction=_told(wide, traction))
    moves = transports(wide, aboard(parts, told, way), fixes)
    tours = rounds(wide, things, fixes)
    rows = pl.concat(
        settled(evidenced(each, loads.evidence), zone=zone, vehicles=vehicles)
        for each in (moves, tours)
    )
    used = settled(energies(wide), zone=zone, vehicles=vehicles, energy=True)
    against = pl.concat(
        each.select("device", "mode", "_against", _told="_class") for each in (moves, tours)
    )
    found = doubts(parts, against, fallen(counted(energy, "energy_j")))
    return Moving(
        rows,
        used,
        schema("leg").fit(wide.select(schema("leg").names)),
        moved.nodes,
        pl.concat([found, fast]),
    )


def finished(batches: Sequence[Moving], loads: Loads) -> Legs:
    """Give the activities of all batches, chained over devices, with hubs and identities."""
    if not batches:
        empty = schema("activity").empty()
        return Legs(empty, schema("leg").empty(), strayed(loads))
    rows, used, parts, nodes, found = (pl.concat(each) for each in zip(*batches, strict=True))
    work = hubs(identified(rows), nodes)
    used = lent(used, rows, loads.evidence)
    activities = pl.concat([_chained(pl.concat([rows, work])), used])
    return Legs(
        identified(activities.sort(TIME, nulls_last=True)),
        parts.sort("device", "leg_no", "part"),
        pl.concat([found, strayed(loads)]).sort("code", "subject"),
    )


def _numbered(parts: pl.DataFrame, seqs: pl.DataFrame | None) -> pl.DataFrame:
    """Give the parts with the number of the first position in them."""
    if seqs is None:
        return parts
    rows = ordered(seqs.select("device", "at", "seq"), "seq")
    if rows.is_empty():
        return parts.with_columns(source_seq=pl.lit(None, pl.Int64))
    first, behind = ranges(parts["device"], rows["device"])
    place = sought(rows["at"].to_numpy(), first, behind, parts["start"].to_numpy())
    told = rows["seq"].gather(np.minimum(place, rows.height - 1))
    known = pl.Series(place < behind)
    return parts.with_columns(source_seq=pl.select(pl.when(known).then(told)).to_series())


def _told(parts: pl.DataFrame, traction: pl.DataFrame | None) -> pl.Series:
    """Tell of which parts the operator named the carrier."""
    if traction is None:
        return pl.Series("_traction", [False] * parts.height, dtype=pl.Boolean)
    keys = ["mode", "country"]
    named = traction.select(keys).unique().with_columns(_traction=pl.lit(value=True))
    found = parts.select(keys).join(
        named, on=keys, how="left", maintain_order="left", nulls_equal=True
    )
    return found["_traction"].fill_null(value=False)


def _chained(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the rows with ``chain``, what a thing goes through or else a round, and ``leg_no``."""
    own = pl.coalesce("consignment", "round")
    return (
        rows.with_columns(chain=own)
        .sort("chain", "start", "end", "kind", "source_device")
        .with_columns(leg_no=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("chain"))
    )
