"""From what devices did to what accounts quantify: activities with their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.terms import schema
from tanlu.track.legs.doubts import doubts
from tanlu.track.legs.energy import counted, fallen
from tanlu.track.legs.hubs import hubs
from tanlu.track.legs.loads import CARRIED, Loads, carried
from tanlu.track.legs.parts import measured
from tanlu.track.legs.records import Legs
from tanlu.track.legs.rounds import aboard, toured
from tanlu.track.legs.telling import energies, identified, rounds, settled, transports

if TYPE_CHECKING:
    from tanlu.track.legs.records import Moves

__all__ = ["legs"]

TIME = ["source_device", "start", "end", "kind", "subject", "consignment"]


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
    parts, way = measured(moved, fixes, energy=energy, traction=traction)
    parts = _numbered(parts, seqs)
    devices = parts["device"].unique().to_list()
    loads = _loads(events, devices)
    onboard = aboard(parts, loads.rows, way)
    wide, loaded = toured(parts, loads.rows, onboard)
    wide = wide.with_columns(_traction=_told(wide, traction))
    moves = transports(wide, onboard, fixes)
    toured_rows = rounds(wide, loaded, fixes)
    moving = pl.concat(
        settled(rows, zone=zone, vehicles=vehicles) for rows in (moves, toured_rows)
    )
    work = hubs(identified(moving), moved.nodes)
    chained = _chained(pl.concat([moving, work]))
    used = settled(energies(wide), zone=zone, vehicles=vehicles, energy=True)
    activities = identified(pl.concat([chained, used]).sort(TIME, nulls_last=True))
    names = schema("leg").names
    against = moves.select("device", "mode", _told=pl.lit(None, pl.String), _against="_against")
    if onboard.height:
        against = moves.join(
            onboard.select("leg_id", "subject", _told="vehicle_class"), on=["leg_id", "subject"]
        )
    fell = fallen(counted(energy, "energy_j"))
    return Legs(
        activities,
        schema("leg").fit(wide.select(names)),
        doubts(parts, against, fixes, loads, fell),
    )


def _numbered(parts: pl.DataFrame, seqs: pl.DataFrame | None) -> pl.DataFrame:
    """Give the parts with the number of the first position in them."""
    if seqs is None:
        return parts
    found = (
        parts.select("device", at="start")
        .with_row_index("_row")
        .sort("device", "at")
        .join_asof(
            seqs.select("device", "at", "seq").sort("device", "at"),
            on="at", by="device", strategy="forward", check_sortedness=False,
        )
        .sort("_row")
    )  # fmt: skip
    return parts.with_columns(source_seq=found["seq"])


def _loads(events: pl.DataFrame | None, devices: list[str]) -> Loads:
    if events is None or not events.height:
        none = pl.DataFrame(schema=CARRIED)
        return Loads(none, none, none, none)
    return carried(events, devices)


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
