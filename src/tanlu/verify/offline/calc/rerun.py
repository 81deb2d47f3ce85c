"""Each line of ``calc`` held against the signed activities and emissions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.spec import interpret
from tanlu.verify.offline.calc import table as calc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tanlu.verify.offline.calc.table import Case, Leg, Value
    from tanlu.verify.offline.report import Book
    from tanlu.verify.offline.rows import Rows

__all__ = ["Recalculation"]

MILLION = 1_000_000
MOST_TOTALS = 100_000
# methods by which an energy takes the place of mass and distance
BY_ENERGY = ("measured", "learned", "physics", "scaled", "default")
# what an emission takes from its activity, whatever is calculated
COPIED = (
    "start", "end", "zone", "operator", "payer", "consignor", "consignee", "subject", "shipment",
    "consignment", "chain", "vehicle", "round", "labels",
)  # fmt: skip
QUANTITIES = ("mass_mg", "distance_m", "count", "teu_milli")
# of the amounts of a proposed leg, what is told by its order
OF_ORDER = ("mass_mg", "count", "teu_milli", "energy_j", "volume_ml", "amount_fen")
SHARED = (
    "co2e_ug", "lower_ug", "upper_ug", "co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug",
    "ch4_bio_ug", "n2o_ug", "co2e_unsplit_ug", "gas_ug", "energy_j",
)  # fmt: skip
# what a share has as its total has it
OF_TOTAL = (
    "profile", "boundary", "basis", "tier", "gas", "factor_id", "factor_hash", "gwp_set",
    "reasons", "sigma_ln_ppm",
)  # fmt: skip


class Recalculation:
    """One pass over the lines: what each gives, and which rows of the period are explained.

    Parameters
    ----------
    rows
        What holds in the pack.
    pins
        By commit, the formulas and rules under which its rows were written.
    sample
        Share of the lines to calculate; all by 1.
    """

    def __init__(
        self, rows: Rows, pins: Mapping[int, Mapping[str, str]], book: Book, sample: float = 1.0
    ) -> None:
        self.rows, self.pins, self.book, self.sample = rows, pins, book, sample
        self.explained: set[int] = set()
        self.counts: Counter[str] = Counter()
        self.totals: dict[int, dict[str, dict[str, Value]]] = {}

    def run(
        self,
        known: list[Case],
        legs: Iterable[Leg],
        shares: Iterable[tuple[int, list[tuple[str, int]]]],
        seed: str,
    ) -> None:
        """Hold every line against the rows; TL722 to TL726 for what differs."""
        for leg in legs:
            self.counts["lines"] += 1
            at = self.rows.activities.get(leg.activity_id)
            if at is None:
                self._note("TL724", leg, "no activity of the pack that holds")
                continue
            case = known[leg.case]
            self._bound(leg, case, self.rows.activity.row(at))
            if leg.source == "total" or calc.picked(leg, seed, self.sample):
                self._leg(leg, case, self.rows.activity.row(at))
            else:
                self._passed(leg, case)
        for number, takers in shares:
            self._shared(number, takers)
        for number in self.totals:
            self.book.note("TL726", f"calc/legs.csv:{number + 1}", "nobody takes of this total")
        self._left()

    # ── a line and its rows ──

    def _leg(self, leg: Leg, case: Case, activity: Mapping[str, Any]) -> None:
        made: dict[str, dict[str, Value]] = {}
        for slot, identity, row in calc.computed(leg, case):
            quantities = activity if leg.source == "energy" else leg.amounts
            row |= {name: quantities[name] for name in QUANTITIES}
            if leg.source == "energy":
                row |= {"daf_ppm": MILLION, "transport_kgm": _moved(case, row)}
            row["gas_ug"] = None if row["gas"] is None else _thousandfold(row["mass_mg"])
            made[slot] = row
            if leg.source != "total":
                row |= {"share_of": None, "share_key": leg.share_key}
                row["activity_id"] = leg.activity_id
                row |= {name: activity[name] for name in COPIED}
                line = f"calc/legs.csv:{leg.number + 1}"
                self._held(identity, row, line, leg.source, case.sha256)
        if leg.source == "total" and made:
            if len(self.totals) >= MOST_TOTALS:
                why = f"more than {MOST_TOTALS} totals"
                raise TanluError("TL736", value="calc/legs.csv", why=why)
            self.totals[leg.number] = {
                slot: {
                    **row,
                    "of": leg.activity_id,
                    "share_key": leg.share_key,
                    "spec": case.sha256,
                }
                for slot, row in made.items()
            }

    def _passed(self, leg: Leg, case: Case) -> None:
        """Take the rows of a line outside the sample as explained, where they are there."""
        for slot in calc.SLOTS:
            told = (case.said["profile"], case.said[f"{slot}_boundary"], case.said[f"{slot}_basis"])
            names = (leg.activity_id, *told, leg.share_key)
            at = self.rows.emissions.get("|".join(each or "" for each in names))
            if at is not None:
                self.explained.add(at)
                self.counts["passed"] += 1

    def _held(
        self, identity: str, row: Mapping[str, Value], line: str, source: str, spec: str
    ) -> None:
        at = self.rows.emissions.get(identity)
        if at is None:
            self.book.note("TL724", line, f"no emission {identity} of the pack holds")
            return
        if at in self.explained:
            self.book.note("TL724", line, f"a second line gives emission {identity}")
        self.explained.add(at)
        self.counts[source] += 1
        columns = self.rows.emission.columns
        for name, value in row.items():
            if columns[name][at] != value:
                code = "TL725" if name in COPIED else "TL726" if source == "share" else "TL722"
                why = f"{name} is {columns[name][at]}, its calculation ({line}) gives {value}"
                self.book.note(code, identity, why)
        self._pinned(at, identity, {"spec": spec, **row})

    def _pinned(self, at: int, identity: str, row: Mapping[str, Value]) -> None:
        pins = self.pins.get(self.rows.emission.versions[at])
        if pins is None:
            self.counts["unpinned"] += 1
            return
        for name in ("spec", "profile", "gwp_set"):
            if pins.get(name) != row[name]:
                why = f"the ledger wrote it under {name} {pins.get(name)}, not {row[name]}"
                self.book.note("TL725", identity, why)

    # ── amounts ──

    def _bound(self, leg: Leg, case: Case, activity: Mapping[str, Any]) -> None:
        """Hold what enters against the activity that was signed."""
        if leg.source == "energy":
            wanted: dict[str, Any] = {
                name: None for name in calc.AMOUNTS if name not in ("energy_j", "split")
            }
            if case.said["method"] not in BY_ENERGY:
                self._note("TL725", leg, "its method is none that chooses an energy")
            if case.said["method"] == "measured":
                wanted["energy_j"] = activity["energy_j"]
        else:
            names = OF_ORDER if leg.source == "chain" else set(calc.AMOUNTS) - {"split"}
            wanted = {name: activity[name] for name in names}
        for name, value in wanted.items():
            if leg.amounts[name] != value:
                self._note("TL725", leg, f"{name} is {leg.amounts[name]}, not {value}")
        if leg.source == "chain" and activity["distance_m"] is not None:
            self._note("TL725", leg, "the activity tells its distance: no leg of it is proposed")
        split = leg.amounts["split"]
        if split is not None and (activity["bio_ppm"] is None or not 0 < float(split) < 1):
            self._note("TL725", leg, "a share of a fuel where no blend is told")
        if leg.source in ("activity", "total"):
            for name in ("kind", "quality"):
                if name in case.inputs and case.inputs[name] != activity[name]:
                    self._note("TL725", leg, f"{name} of its case is not the activity's")
            told = activity["distance_type"]
            if told is not None and case.said["distance_type"] != told:
                self._note("TL725", leg, "distance_type of its case is not the activity's")

    def _note(self, code: str, leg: Leg, why: str) -> None:
        where = f"calc/legs.csv:{leg.number + 1} {leg.activity_id}"
        self.book.note(code, where, why)

    # ── shares ──

    def _shared(self, number: int, takers: list[tuple[str, int]]) -> None:
        line = f"calc/shares.csv, leg {number}"
        total = self.totals.pop(number, None)
        if total is None:
            self.book.note("TL726", line, "no total of this number is shared")
            return
        if len({each for each, _ in takers}) != len(takers):
            self.book.note("TL726", line, "somebody takes twice")
            return
        for row in total.values():
            self._shares(row, takers, line)

    def _shares(self, total: Mapping[str, Value], takers: list[tuple[str, int]], line: str) -> None:
        try:
            split = {
                name: [None] * len(takers)
                if total[name] is None
                else calc.largest_remainder(int(str(total[name])), takers)
                for name in SHARED
            }
        except TanluError as error:
            self.book.fault(error, line)
            return
        told = [total[name] for name in ("profile", "boundary", "basis", "share_key")]
        same = {name: total[name] for name in OF_TOTAL}
        same |= {"share_of": total["of"], "share_key": total["share_key"], "method": "allocation"}
        for at, (taker, _) in enumerate(takers):
            identity = "|".join(str(each or "") for each in (taker, *told))
            row = {**same, **{name: values[at] for name, values in split.items()}}
            activity = self.rows.activities.get(taker)
            # without it, nothing tells when and where its share belongs
            if activity is None:
                self.book.note("TL726", line, f"no activity {taker} of the pack holds")
                continue
            row |= {name: self.rows.activity.columns[name][activity] for name in COPIED}
            row["activity_id"] = taker
            self._held(identity, row, line, "share", str(total["spec"]))

    def _left(self) -> None:
        """Name the rows of the period that no line gives."""
        columns = self.rows.emission.columns
        for at in self.rows.period:
            if at in self.explained:
                continue
            if (columns["method"][at], columns["basis"][at]) == ("market", "market"):
                self.counts["market"] += 1
                continue
            self.book.note("TL723", columns["emission_id"][at], "no line of calc gives it")
        if self.counts["market"]:
            why = f"{self.counts['market']} rows by market"
            self.book.note("TL734", "calc/legs.csv", why)
        if self.counts["unpinned"]:
            why = f"{self.counts['unpinned']} rows whose formulas the ledger does not name"
            self.book.note("TL734", "ledger/manifest.jsonl", why)


def _moved(case: Case, row: Mapping[str, Value]) -> Value:
    """Give the transport activity of mass and distance alone, by the same formulas."""
    alone = {name: row[name] for name in ("mass_mg", "distance_m", "teu_milli")}
    return next(iter(interpret(case.spec, [alone])))["transport_kgm"]


def _thousandfold(value: Value) -> Value:
    return None if value is None else int(value) * 1000
