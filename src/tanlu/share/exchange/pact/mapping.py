"""From emissions of the ledger to a footprint that partners read: whole micrograms until the end.

The parts are what the ledger keeps apart, so the totals are their sums and cannot miss them:
``fossil = co2e - biogenic methane · GWP - change of land use``. Biogenic CO2 stands outside CO2e.

``PDS = 100 · Σ |c|·s / Σ |c|`` over the contributions c to the footprint without biogenic uptake,
with s = 1 for one's own primary data, the supplier's own share for what was bought, 0 for
secondary data (PACT Methodology 3.0, 4.2.2). Each term enters with its absolute value, which the
text leaves open: with signs, a removal would push the share out of 0 to 100. Ratings are means
weighted likewise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.account import combine
from tanlu.errors import TanluError
from tanlu.share.exchange.pact import moments
from tanlu.share.exchange.pact.amounts import EXACT, of_micrograms, percent, read, written
from tanlu.share.exchange.pact.footprint import Footprint
from tanlu.terms import gases

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    import polars as pl

__all__ = ["Product", "footprint_of", "primary_data_share", "rating", "tonne_kilometres"]

SERVICE = "ton kilometer"
FLIGHTS = ("transport.air", "travel.air")
# of goods a footprint ends at the gate: what follows is told beside it, or not at all
OUTBOUND, AFTER = ("warehousing", "trunk", "delivery"), ("use", "returns", "disposal")
PLACES = {"region": "geographyRegionOrSubregion", "country": "geographyCountry",
          "subdivision": "geographyCountrySubdivision"}  # fmt: skip
STANDARDS = {"iso14083": "ISO14083", "iso14067": "ISO14067", "iso14064": "GHGP-Product"}
OWN = "PACT-3.0"
HUNDREDTH = Decimal("0.01")
# columns that rows may have besides, where somebody rated them from 1 (best) to 5
RATED = ("technologicalDQR", "geographicalDQR", "temporalDQR")


@dataclass(frozen=True, slots=True)
class Product:
    """What a company tells of a product or service besides its figures.

    ``unit`` and ``amount`` are what is declared (an empty amount of a service: all the tonne
    kilometres that were carried), ``mass_kg`` its mass without packaging; ``units``
    is how many of it the emissions are of. ``more`` are further fields of the carbon footprint.
    """

    company: str
    company_ids: tuple[str, ...]
    name: str
    ids: tuple[str, ...]
    description: str = ""
    unit: str = SERVICE
    amount: str = "1"
    mass_kg: str = "0"
    units: int = 1
    place: tuple[str, str] | None = None
    classifications: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    boundary: str = ""
    comment: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def tonne_kilometres(rows: pl.DataFrame) -> Decimal:
    """Give the transport activity [t·km] of emissions: each leg once, not for each boundary."""
    import polars as pl

    legs = ["activity_id", "share_key", "leg_no"]
    once = rows.group_by(legs).agg(pl.col("transport_kgm").max())
    total = once["transport_kgm"].cast(pl.Int128).sum()
    return Decimal(int(total or 0)).scaleb(-6, context=EXACT)


def primary_data_share(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Give the share of primary data [%] of contributions with the share (0 to 1) of each."""
    primary = whole = Decimal(0)
    for size, share in parts:
        whole = EXACT.add(whole, abs(size))
        primary = EXACT.add(primary, EXACT.multiply(abs(size), share))
    return percent(primary, whole)


def rating(parts: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """Give the rating of contributions with a rating each, weighted by |c|; None without any."""
    weighed = whole = Decimal(0)
    for size, mark in parts:
        if mark is not None:
            whole = EXACT.add(whole, abs(size))
            weighed = EXACT.add(weighed, EXACT.multiply(abs(size), mark))
    return EXACT.divide(weighed, whole).quantize(HUNDREDTH, context=EXACT) if whole else None


def footprint_of(
    rows: pl.DataFrame, product: Product, *, period: tuple[datetime, datetime], at: datetime
) -> Footprint:
    """Give the footprint (V3.0) of emissions of one product or service.

    Parameters
    ----------
    rows
        Rows of the schema ``emission``, of one profile, basis and GWP set; columns of the names in
        `RATED` besides, if the rows are rated.
    period
        Start (inclusive) and end (exclusive) of the data.
    at
        When it is made.

    Raises
    ------
    TanluError
        TL880 when there are no rows, when they may not be summed, or what is told does not fit.
    """
    _summable(rows, product)
    import polars as pl

    service = product.unit == SERVICE
    beyond = pl.col("stage").is_in([*OUTBOUND, *AFTER]).fill_null(value=False)
    inside = rows if service else rows.filter(~beyond)
    _summable(inside, product)
    whole, bio, land = _parts(inside, product.units)
    pcf: dict[str, Any] = {
        "declaredUnitOfMeasurement": product.unit,
        "declaredUnitAmount": product.amount or written(tonne_kilometres(inside)),
        "productMassPerDeclaredUnit": product.mass_kg,
        "referencePeriodStart": moments.written(period[0]),
        "referencePeriodEnd": moments.written(period[1]),
        "pcfExcludingBiogenicUptake": of_micrograms(whole),
        "fossilGhgEmissions": of_micrograms(whole - bio - land),
        "biogenicNonCO2Emissions": of_micrograms(bio),
        "landUseChangeGhgEmissions": of_micrograms(land),
        "fossilCarbonContent": "0",
        "aircraftGhgEmissions": _of(inside, pl.col("kind").is_in(FLIGHTS), product.units),
        "packagingEmissionsIncluded": False,
        "ipccCharacterizationFactors": sorted(set(inside["gwp_set"])),
        "crossSectoralStandards": _standards(inside),
        "exemptedEmissionsPercent": "0",
        "primaryDataShare": written(_primary(inside)),
        **_rated(inside),
        **dict(product.more),
    }
    uptake = read(pcf.get("biogenicCO2Uptake")) or Decimal(0)
    total = EXACT.add(Decimal(pcf["pcfExcludingBiogenicUptake"]), uptake)
    pcf["pcfIncludingBiogenicUptake"] = written(total)
    if not service and rows.height > inside.height:
        pcf["outboundLogisticsGhgEmissions"] = _of(
            rows, pl.col("stage").is_in(OUTBOUND), product.units
        )
    return Footprint.made(_content(product, pcf, inside), at=at)


def _summable(rows: pl.DataFrame, product: Product) -> None:
    if not rows.height:
        raise TanluError("TL880", value=product.name, why="nothing was emitted for it")
    for name in ("profile", "basis", "gwp_set"):
        # rows of basis none know no basis and go with either
        kinds = sorted(set(rows[name]) - ({"none"} if name == "basis" else set()))
        if len(kinds) > 1:
            why = f"a sum over several of {name} is not legal: {', '.join(kinds)}"
            raise TanluError("TL880", value=product.name, why=why)
    if product.units < 1:
        raise TanluError("TL880", value=product.name, why="at least one unit is wanted")


def _parts(rows: pl.DataFrame, units: int) -> tuple[int, int, int]:
    """Give CO2e, that of biogenic methane and that of land use change of one unit [µg]."""
    import polars as pl

    total = int(rows["co2e_ug"].cast(pl.Int128).sum())
    bio = Fraction(0)
    for gwp_set, mass in rows.group_by("gwp_set").agg(
        pl.col("ch4_bio_ug").cast(pl.Int128).sum()
    ).iter_rows():  # fmt: skip
        bio += int(mass or 0) * gases.potential("CH4_bio", gwp_set)
    land = int(rows["luc_ug"].cast(pl.Int128).sum() or 0) if "luc_ug" in rows.columns else 0
    return tuple(_rounded(Fraction(part) / units) for part in (total, bio, land))  # type: ignore[return-value]


def _rounded(part: Fraction) -> int:
    """Give sign(x)·floor(|x| + 0.5)."""
    size = int(abs(part) + Fraction(1, 2))
    return -size if part < 0 else size


def _of(rows: pl.DataFrame, chosen: pl.Expr, units: int) -> str:
    import polars as pl

    total = rows.filter(chosen)["co2e_ug"].cast(pl.Int128).sum()
    return of_micrograms(_rounded(Fraction(int(total or 0), units)))


def _primary(rows: pl.DataFrame) -> Decimal:
    sizes = zip(rows["co2e_ug"], rows["tier"], strict=True)
    return primary_data_share(
        (Decimal(int(size)), Decimal(int(tier == "measured"))) for size, tier in sizes
    )


def _rated(rows: pl.DataFrame) -> dict[str, Any]:
    if not set(RATED) <= set(rows.columns):
        return {}
    sizes = [Decimal(int(size)) for size in rows["co2e_ug"]]
    marks = {
        name: rating(zip(sizes, map(_mark, rows[name]), strict=True)) for name in RATED
    }  # fmt: skip
    told = {name: written(mark) for name, mark in marks.items() if mark is not None}
    return {"dqi": told} if len(told) == len(RATED) else {}


def _mark(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _standards(rows: pl.DataFrame) -> list[str]:
    found = [STANDARDS[name] for name in sorted(set(rows["profile"])) if name in STANDARDS]
    return [*found, OWN]


def _content(product: Product, pcf: dict[str, Any], rows: pl.DataFrame) -> dict[str, Any]:
    if product.sources:
        pcf["secondaryEmissionFactorSources"] = [
            {"name": name, "version": version} for name, version in product.sources
        ]
    if product.boundary:
        pcf["boundaryProcessesDescription"] = product.boundary
    if product.place is not None:
        pcf[PLACES[product.place[0]]] = product.place[1]
    whole = combine(rows).row(0, named=True)
    interval = (
        f"95 % interval {of_micrograms(_rounded(Fraction(int(whole['lower_ug']), product.units)))}"
        f" to {of_micrograms(_rounded(Fraction(int(whole['upper_ug']), product.units)))} kg CO2e"
    )
    content: dict[str, Any] = {
        "companyName": product.company, "companyIds": list(product.company_ids),
        "productNameCompany": product.name, "productIds": list(product.ids),
        "productDescription": product.description, "pcf": pcf,
        "comment": "; ".join(each for each in (product.comment, interval) if each),
    }  # fmt: skip
    if product.classifications:
        content["productClassifications"] = list(product.classifications)
    return content
