"""Why a number is what it is: the calculation sheet of a parcel, a shipment or an activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.account import in_force, spec, trace
from tanlu.account.choose import card_in_force
from tanlu.errors import TanluError
from tanlu.factors import explain
from tanlu.factors.packs import library_of
from tanlu.report.items.interval import interval
from tanlu.report.numbers import kilograms, plain
from tanlu.report.trail.bought import bought
from tanlu.report.trail.explained import explained
from tanlu.report.trail.origin import in_ledger, original
from tanlu.report.trail.sheet import number, outputs, sheet, slot
from tanlu.report.words import Words
from tanlu.store.index import seek
from tanlu.terms import VERSION, Document

if TYPE_CHECKING:
    import polars as pl

__all__ = ["why"]

MOST = 500
SUMMED = ("boundary", "factor_id", "co2e_ug", "lower_ug", "upper_ug")
NAMES = ("subject", "shipment", "consignment", "chain", "activity_id")
KEY = ("kind", "vehicle_class", "energy_carrier", "temperature_class", "place", "technology",
       "material")  # fmt: skip


def why(
    workspace: Any,
    subject: str,
    *,
    language: str = "en",
    as_of: int | None = None,
    profile: str = "iso14083",
) -> Document:
    """Give the calculation sheet of a subject.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    subject
        ``type:value`` as recorded, ``shipment:``, ``consignment:``, ``chain:`` or ``activity_id:``
        with a value, or the bare identity of any of these.
    language
        ``en`` or ``zh``.
    as_of
        Ledger version; the newest without one.
    profile
        Accounting rules of the emissions to explain.

    Returns
    -------
    Document
        ``facts`` hold all that a verifier needs to do it again: formulas in canonical bytes by
        hash, inputs, steps with numbers, recorded values, factor with source and losers, file
        and line, part and row. `tanlu.verify.offline.recompute` reads them.

    Raises
    ------
    TanluError
        TL806 when nothing is recorded of the subject.
    """
    import polars as pl

    activities, count, named = _about(workspace, subject, as_of)
    if activities.is_empty():
        raise TanluError("TL806", value=subject)
    ids = {"activity_id": activities["activity_id"].to_list()}
    emissions = (
        seek(workspace, "emission", ids, as_of=as_of)
        .filter(pl.col("profile") == profile)
        .sort("leg_no", "activity_id", "share_key", "share_of", "boundary", nulls_last=False)
    )
    # by location and by market are never summed: the second has a section of its own
    by_market = emissions.filter(pl.col("basis") == "market")
    emissions = emissions.filter(pl.col("basis") != "market")
    formulas = spec()
    asked = _Asked(workspace, as_of, (profile, language), activities, emissions)
    legs = asked.legs()
    summed = emissions
    if count > activities.height:
        # what is too long to be shown is in the total all the same
        rows = workspace.scan("emission", as_of=as_of).filter(
            named, pl.col("profile") == profile, pl.col("basis") != "market"
        )
        summed = rows.select(SUMMED).collect(engine="streaming")
    total = int(summed["co2e_ug"].cast(pl.Int128).sum() or 0)
    facts = {
        "why": 1,
        "subject": subject,
        "language": language,
        "profile": profile,
        "ledger": {"version": int(workspace.version if as_of is None else as_of)},
        "code_version": VERSION,
        "total": _total(summed, total),
        "activities": {"count": count, "shown": activities.height},
        "legs": legs,
        "by_market": bought(workspace, by_market, profile, as_of),
        "unquantified": _unquantified(workspace, activities, emissions, as_of),
        "specs": {formulas.sha256: formulas.canonical.decode()},
    }
    words = asked.words
    ends = [leg[end] for leg in legs for end in ("origin", "destination", "place")]
    words.learn(pl.Series(ends, dtype=pl.String))
    return explained(words, facts)


def _about(workspace: Any, subject: str, as_of: int | None) -> tuple[pl.DataFrame, int, pl.Expr]:
    """Give the first activities of a subject, how many there are, and what they have in common.

    A typed key is tried first, which opens the fewest parts.
    """
    import polars as pl

    kind, typed, value = subject.partition(":")
    tries = [{"subject": [subject]}] if typed else []
    if typed and kind in NAMES:
        tries.append({kind: [value]})
    tries.append({name: [subject] for name in NAMES})
    found, asked = None, tries[-1]
    for asked in tries:
        found = seek(workspace, "activity", asked, as_of=as_of)
        if found.height:
            break
    assert found is not None
    wanted = pl.any_horizontal(pl.col(name) == some[0] for name, some in asked.items())
    shown = found.head(MOST).sort("chain", "leg_no", "start", "activity_id")
    return shown, found.height, wanted


def _total(emissions: pl.DataFrame, total: int) -> dict[str, Any]:
    import polars as pl

    groups = emissions.select(
        "factor_id",
        (pl.col("co2e_ug") - pl.col("lower_ug")).alias("down_ug"),
        (pl.col("upper_ug") - pl.col("co2e_ug")).alias("up_ug"),
    )
    lower, upper = interval(groups, total)
    parts = {
        boundary: int(amount)
        for boundary, amount in emissions.group_by("boundary")
        .agg(pl.col("co2e_ug").cast(pl.Int128).sum())
        .sort("boundary")
        .iter_rows()
    }
    return {
        "co2e_ug": str(total),
        "co2e_kg": _kg(total),
        "lower_kg": _kg(lower),
        "upper_kg": _kg(upper),
        **{f"{boundary}_kg": _kg(amount) for boundary, amount in parts.items()},
    }


def _kg(amount: int) -> str:
    return plain(kilograms(amount) or 0)  # type: ignore[arg-type]


def _unquantified(
    workspace: Any, activities: pl.DataFrame, emissions: pl.DataFrame, as_of: int | None
) -> list[dict[str, Any]]:
    done = set(emissions["activity_id"].to_list()) | _shared(workspace, activities, as_of)
    left = [each for each in activities["activity_id"].to_list() if each not in done]
    if not left:
        return []
    asked = {"subject": [f"activity:{each}" for each in left]}
    said = seek(workspace, "finding", asked, as_of=as_of)
    codes = dict(said.select("subject", "code").iter_rows())
    return [{"activity_id": each, "code": codes.get(f"activity:{each}")} for each in left]


def _shared(workspace: Any, activities: pl.DataFrame, as_of: int | None) -> set[str]:
    import polars as pl

    energy = activities.filter(~pl.col("kind").str.starts_with("transport."))["activity_id"]
    if energy.is_empty():
        return set()
    asked = {"share_of": energy.to_list()}
    rows = seek(workspace, "emission", asked, columns=["share_of"], as_of=as_of)
    return set(rows["share_of"].to_list())


class _Asked:
    """One question: the rows about the subject, and the calculation of each traced once."""

    def __init__(
        self,
        workspace: Any,
        as_of: int | None,
        manner: tuple[str, str],
        activities: pl.DataFrame,
        emissions: pl.DataFrame,
    ) -> None:
        profile, language = manner
        self.workspace = workspace
        self.library = library_of(workspace, as_of=as_of, profile=profile)
        self.as_of = as_of
        self.profile = profile
        self.words = Words(language)
        self.words.hear(workspace.scan("finding", as_of=as_of))
        self.activities = {row["activity_id"]: row for row in activities.iter_rows(named=True)}
        self.emissions = emissions
        sets = emissions["gwp_set"].unique().to_list()
        self.gwp_set = sets[0] if sets else "AR6"
        self.traced = self._trace(activities)
        self.totals = self._totals()
        self.places = {
            table: in_ledger(workspace, table, list(self.activities), list(rows), as_of)
            for table, rows in (
                ("activity", self.activities),
                ("emission", emissions["emission_id"]),
            )
        }

    def _trace(self, activities: pl.DataFrame) -> dict[tuple[str, str | None], dict[str, Any]]:
        """Give each leg as it enters the formulas, with the rounds that it shared."""
        import polars as pl

        of = self.emissions["share_of"].drop_nulls().unique()
        batch = activities
        if of.len():
            ids = {"activity_id": of.to_list()}
            energy = seek(self.workspace, "activity", ids, as_of=self.as_of)
            batch = pl.concat([activities, energy]).unique("activity_id", maintain_order=True)
        decided = in_force(self.workspace, profile=self.profile, as_of=self.as_of)
        rows = trace(
            batch,
            library=self.library,
            profile=self.profile,
            gwp_set=self.gwp_set,
            chains=decided,
            card=card_in_force(self.workspace, profile=self.profile, as_of=self.as_of),
        )
        found: dict[tuple[str, str | None], dict[str, Any]] = {}
        for row in rows.iter_rows(named=True):
            key = None if row["activity_id"] in set(of) else row["share_key"]
            found[row["activity_id"], key] = row
        return found

    def _totals(self) -> dict[str, dict[str, int]]:
        """Give the sum of all shares of each shared total by boundary [µg]."""
        import polars as pl

        of = self.emissions["share_of"].drop_nulls().unique()
        if of.is_empty():
            return {}
        columns = ("share_of", "boundary", "co2e_ug", "profile", "basis")
        asked = {"share_of": of.to_list()}
        rows = (
            seek(self.workspace, "emission", asked, columns=columns, as_of=self.as_of)
            .filter(pl.col("profile") == self.profile, pl.col("basis") != "market")
            .group_by("share_of", "boundary")
            .agg(pl.col("co2e_ug").cast(pl.Int128).sum())
        )
        found: dict[str, dict[str, int]] = {}
        for total, boundary, amount in rows.iter_rows():
            found.setdefault(total, {})[boundary] = int(amount)
        return found

    def legs(self) -> list[dict[str, Any]]:
        """Give every leg with its sheet."""
        groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in self.emissions.iter_rows(named=True):
            key = (row["activity_id"], row["share_key"], row["share_of"], row["gas"])
            groups.setdefault(key, []).append(row)
        return [self._leg(rows) for rows in groups.values()]

    def _leg(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        row = rows[0]
        activity = self.activities[row["activity_id"]]
        at = self.places["activity"].get(row["activity_id"])
        by_boundary = {each["boundary"]: each for each in rows}
        recorded = outputs(by_boundary)
        entering = self.traced.get((row["share_of"] or row["activity_id"], row["share_key"]))
        if row["share_of"]:
            entering = self.traced.get((row["share_of"], None))
            sums = self.totals[row["share_of"]]
            recorded = {f"{slot(boundary)}_co2e_ug": amount for boundary, amount in sums.items()}
        return {
            "leg": row["activity_id"] + (f"/{row['share_key']}" if row["share_key"] else ""),
            **{name: row[name] for name in (
                "activity_id", "share_key", "share_of", "leg_no", "kind", "vehicle_class",
                "energy_carrier", "temperature_class", "method", "tier", "start", "end", "zone",
                "origin", "destination", "place", "mass_mg", "distance_m", "distance_type",
                "transport_kgm", "daf_ppm", "gwp_set", "factor_id", "factor_hash",
            )},
            "co2e_ug": str(sum(each["co2e_ug"] for each in rows)),
            "results": {
                boundary: {
                    name: number(v) for name, v in each.items()
                    if name.endswith("_ug") and v is not None
                }
                for boundary, each in by_boundary.items()
            },
            "sheets": [] if entering is None else [
                sheet(spec(), entering, recorded, self.words.language)
            ],
            "share": self._share(row, by_boundary),
            "factor": None if entering is None else self._factor(entering),
            "assumptions": _assumptions(row["assumptions"], self.words),
            "reasons": [code for code in (row["reasons"] or "").split(";") if code],
            "activity": {name: number(v) for name, v in activity.items() if v is not None},
            "source": original(self.workspace, activity, at["version"] if at else None),
            "ledger": {
                "activity": at,
                "emission": self.places["emission"].get(row["emission_id"]),
            },
        }  # fmt: skip

    def _share(
        self, row: dict[str, Any], by_boundary: dict[str, dict[str, Any]]
    ) -> dict[str, Any] | None:
        if not row["share_of"]:
            return None
        return {
            "of": row["share_of"],
            "total_ug": {name: str(v) for name, v in self.totals[row["share_of"]].items()},
            "share_ug": {name: str(each["co2e_ug"]) for name, each in by_boundary.items()},
        }

    def _factor(self, entering: dict[str, Any]) -> dict[str, Any]:
        key = {name: entering.get(name) for name in KEY}
        return explain(
            key,
            entering["start"],
            library=self.library,
            profile=self.profile,
            gwp_set=self.gwp_set,
        )


def _assumptions(codes: str | None, words: Words) -> list[dict[str, str]]:
    """Give each code of a row with its sentence."""
    return [
        {"code": code, "text": words.assumption(code)}
        for code in dict.fromkeys(filter(None, (codes or "").split(";")))
    ]
