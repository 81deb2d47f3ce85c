"""What share of each entity counts, under the one approach of the inventory.

GHG Protocol Corporate Standard chapter 3, table 1: equity share by ownership; financial control
whole, a venture under joint financial control by ownership; operational control whole. Shares
multiply along the tree, for control too: who controls a company that controls another controls
both, and an associate's subsidiaries are not the group's. Leases follow appendix F there.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from tanlu.report.organisation.boundary import Boundary, Entity

__all__ = ["Standing", "common", "decimal", "standings"]


class Standing(NamedTuple):
    """How an entity stands in the inventory.

    ``relation`` is *operates* where it is consolidated, else what its scopes 1 and 2 are to the
    group: lease_in (category 8), processor (10), lease_out (13), franchise (14), investee (15).
    ``share`` is what counts of it under that relation, ``equity`` what the group owns.
    """

    entity: str
    relation: str
    share: Fraction
    equity: Fraction


def standings(boundary: Boundary) -> dict[str, Standing]:
    """Give how each entity stands, by id.

    Notes
    -----
    share = Π own shares up to the root; a leased, franchised or processing entity that is not
    consolidated counts at its parent's share, an investee at the group's equity (GHG Protocol
    Corporate Value Chain Standard, chapter 5, categories 8, 10, 13, 14 and 15).
    """
    by_id = {each.id: each for each in boundary.entities}
    found: dict[str, Standing] = {}

    def of(entity: Entity) -> Standing:
        if entity.id in found:
            return found[entity.id]
        parent = None if entity.parent is None else of(by_id[entity.parent])
        share = _own(entity, boundary.approach)
        equity = entity.equity
        above = Fraction(1)
        if parent is not None:
            # nothing is consolidated through what is not
            above = parent.share if parent.relation == "operates" else Fraction(0)
            equity *= parent.equity
        if share * above > 0:
            found[entity.id] = Standing(entity.id, "operates", share * above, equity)
        else:
            relation = _relation(entity)
            held = equity if relation == "investee" else above
            found[entity.id] = Standing(entity.id, relation, held, equity)
        return found[entity.id]

    for each in boundary.entities:
        of(each)
    return found


def common(
    boundary: Boundary, stand: dict[str, Standing], one: str | None, two: str | None
) -> Fraction:
    """Give the share of the nearest entity that holds both; 1 where they have none in common.

    Whoever owns a part of that entity owns as much of both, so what one of them leaves is not the
    other's: an inventory drawn up at that entity first, and consolidated then, is the same.
    """
    by_id = {each.id: each for each in boundary.entities}

    def up(name: str | None) -> list[str]:
        return [] if name is None else [name, *up(by_id[name].parent)]

    nearest = next((each for each in up(one) if each in up(two)), None)
    if nearest is None or stand[nearest].relation != "operates":
        return Fraction(1)
    return stand[nearest].share


def _own(entity: Entity, approach: str) -> Fraction:
    if entity.role != "member":
        return Fraction(0)
    if approach == "equity_share":
        # a finance lease counts as owned, an operating lease as nobody's but its lessor's
        leased = Fraction(entity.financial == "yes")
        return leased if entity.lease == "upstream" else entity.equity
    if approach == "financial_control":
        whole = Fraction(entity.financial == "yes")
        return entity.equity if entity.financial == "joint" else whole
    return Fraction(entity.operational)


def _relation(entity: Entity) -> str:
    if entity.role != "member":
        return entity.role
    return {"upstream": "lease_in", "downstream": "lease_out"}.get(entity.lease, "investee")


def decimal(share: Fraction) -> str:
    """Give a share as decimal text, exactly: shares are products of decimals."""
    whole, rest = divmod(share.numerator, share.denominator)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, share.denominator)
        digits += str(digit)
    return f"{whole}.{digits}" if digits else str(whole)
