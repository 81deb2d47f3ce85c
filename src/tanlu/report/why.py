"""Why a number is what it is: the calculation sheet of a parcel, a shipment or an activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.account import in_force, spec, trace
from tanlu.account.choose import card_in_force
from tanlu.factors import explain
from tanlu.factors.packs import library_of
from tanlu.report.trail.about import LEG, about, emitted, grouped, total, unquantified
from tanlu.report.trail.bought import bought
from tanlu.report.trail.explained import explained
from tanlu.report.trail.origin import bare, original, places_of
from tanlu.report.trail.sheet import number, outputs, sheet, slot
from tanlu.report.words import Words
from tanlu.store.index import seek
from tanlu.terms import VERSION, Document

if TYPE_CHECKING:
    import polars as pl

__all__ = ["why"]

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

    activities, count, named = about(workspace, subject, as_of)
    emissions, by_market = emitted(workspace, activities, profile, as_of)
    formulas = spec()
    asked = _Asked(workspace, as_of, (profile, language), activities, emissions)
    legs = asked.legs()
    more = named if count > activities.height else None
    facts = {
        "why": 1,
        "subject": subject,
        "language": language,
        "profile": profile,
        "ledger": {"version": int(workspace.version if as_of is None else as_of)},
        "code_version": VERSION,
        "total": total(workspace, emissions, profile, as_of, more),
        "activities": {"count": count, "shown": activities.height},
        "legs": legs,
        "by_market": bought(workspace, by_market, profile, as_of),
        "unquantified": unquantified(workspace, activities, emissions, as_of),
        "specs": {formulas.sha256: formulas.canonical.decode()},
    }
    words = asked.words
    ends = [leg[end] for leg in legs for end in ("origin", "destination", "place")]
    words.learn(pl.Series(ends, dtype=pl.String))
    return explained(words, facts)


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
        self.activities = {
            row["activity_id"]: row for row in bare(activities).iter_rows(named=True)
        }
        self.emissions = emissions
        sets = emissions["gwp_set"].unique().to_list()
        self.gwp_set = sets[0] if sets else "AR6"
        self.traced = self._trace(activities)
        self.totals = self._totals()
        self.places = {
            table: places_of(workspace, table, activities, rows, as_of)
            for table, rows in (("activity", activities), ("emission", emissions))
        }

    def _trace(self, activities: pl.DataFrame) -> dict[tuple[str, str | None], dict[str, Any]]:
        """Give each leg as it enters the formulas, with the rounds that it shared."""
        import polars as pl

        of = self.emissions["share_of"].drop_nulls().unique()
        batch = bare(activities)
        if of.len():
            ids = {"activity_id": of.to_list()}
            energy = seek(self.workspace, "activity", ids, as_of=self.as_of)
            batch = pl.concat([batch, energy]).unique("activity_id", maintain_order=True)
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
        for of_total, boundary, amount in rows.iter_rows():
            found.setdefault(of_total, {})[boundary] = int(amount)
        return found

    def legs(self) -> list[dict[str, Any]]:
        """Give every leg with its sheet."""
        return [self._leg(rows) for rows in grouped(self.emissions)]

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
            **{name: row[name] for name in LEG},
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
