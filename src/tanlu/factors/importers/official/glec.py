"""A pack of the GLEC framework that the user supplies, as CSV tables or an archive of them.

The framework may not be redistributed, so it is read from the user's own copy. A table is known by
its headings; every line is checked: well to wheel is well to tank and tank to wheel.

Source: Smart Freight Centre, GLEC Framework v3.0 and v3.1, module 2 and its annexes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path

from tanlu.errors import TanluError
from tanlu.factors.importers import decimals, words
from tanlu.factors.importers.exchange.footprints import Row, frame, refused, slug
from tanlu.factors.importers.imported import Imported, settled
from tanlu.factors.importers.read import Archive, guarded, table

__all__ = ["load"]

Cells = dict[str, str | None]
OFF = Fraction(3, 2)  # units of the last printed place: three numbers, each off by half
PLACES = {"China": "CN", "North America": "US", "NA": "US"}
LOADS = {
    "avg": "laden.average", "heavy": "laden.full", "light": "laden.light",
    "container": "laden.container", "100": "laden.full", "60": "laden.average",
    "30": "laden.light", "72": "laden.container", "93": "laden.average", "50": "laden.half",
}  # fmt: skip
CARRIERS = {
    "diesel": "diesel", "petrol": "petrol", "gasoline": "petrol", "cng": "cng", "lng": "lng",
    "lpg": "lpg", "bio-lng": "bio_lng", "bio-cng": "biomethane.compressed", "hydrogen": "hydrogen",
    "electric": "electricity", "electricity": "electricity", "hfo": "hfo", "vlsfo": "vlsfo",
    "ulsfo": "lfo", "lfo": "lfo", "mdo": "mdo", "mgo": "marine_gas_oil", "biodiesel": "biodiesel",
    "ethanol": "bioethanol", "jet kerosene": "jet_kerosene", "hvo": "hvo", "hvo/hefa saf": "saf",
    "lng/diesel": "lng.hpdi", "cng/diesel": "cng.hpdi", "bio-lng/diesel": "bio_lng.hpdi",
    "unknown": "",
}  # fmt: skip


def load(path: Path) -> Imported:
    """Give the factors of a table or of all tables of an archive.

    Raises
    ------
    TanluError
        TL220 for a file with no table of the framework.
    """
    with guarded(path):
        packed = path.read_bytes()[:2] == b"PK"
    tables: list[tuple[str, bytes | None]] = [(path.name, None)]
    if packed:
        with Archive(path) as archive:
            names = [name for name in archive.names if name.endswith(".csv")]
            tables = [(name, archive.read(name)) for name in names]
    rows: list[Row] = []
    for name, held in tables:
        found = table(path, held)
        reader = next((make for heads, make in TABLES if heads <= set(found.columns)), None)
        if reader is None:
            if not packed:
                why = "its headings are those of no table of the framework"
                raise TanluError("TL220", value=path.name, why=why)
            continue
        for cells in found.iter_rows(named=True):
            line = cells.pop("_line")
            rows += [{**row, "_sheet": name, "_line": line} for row in reader(cells)]
    if not rows:
        raise TanluError("TL220", value=path.name, why="it has no table of the framework")
    source = f"glec-{slug(path.stem)}"
    common = {"source_id": source, "status": "peer", "form": "scalar"}
    return settled(
        frame([{**common, **row} for row in rows]), _pack(source), [_document(source, path)]
    )


@cache
def _classes() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    folder = resources.files("tanlu.factors.importers.official")
    text = folder.joinpath("glec.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((re.compile(row["pattern"], re.IGNORECASE), row) for row in rows)


def _meant(table_name: str, name: str) -> Row:
    """Give activity and class of a vehicle, with its size or name where the class is wider."""
    for pattern, row in _classes():
        if row["table"] == table_name and (found := pattern.search(name)):
            size = row["size"].format(_size(name), slug(name).replace("-", "_"))
            del found
            vehicle = f"{row['vehicle_class']}{size}"
            return {
                "activity": row["activity"], "vehicle_class": vehicle,
                "temperature_class": row["temperature_class"] or None,
            }  # fmt: skip
    known = [row["vehicle_class"] for _, row in _classes() if row["table"] == table_name]
    return refused("TL223", table_name, name, words.nearest(name, known))


def _size(name: str) -> str:
    """Give the upper bound of a weight as classes write it: 7.5 t is 7t5; above 49 t is over49t."""
    numbers = re.findall(r"\d+(?:\.\d+)?", re.sub(r"\(.*?\)", "", name))
    if not numbers:
        return "any"
    whole, _, part = numbers[-1].partition(".")
    part = part.rstrip("0")
    over = "over" if re.search(r"above|>", name) else ""
    return f"{over}{whole}t{part}"


def _carrier(text: str | None) -> Row:
    plain = re.sub(r"\s*\(.*?\)", "", text or "").strip().casefold()
    plain = re.sub(r"\s+(eu27|us|2019).*$", "", plain)
    if plain not in CARRIERS:
        return refused("TL234", "fuel", text, ", ".join(sorted(CARRIERS)))
    return {"energy_carrier": CARRIERS[plain] or None}


def _number(cells: Cells, *names: str) -> tuple[str, Fraction] | None:
    for name in names:
        text = (cells.get(name) or "").strip()
        if re.match(decimals.DECIMAL, text):
            return text, Fraction(text)
    return None


def _merged(*parts: Row) -> Row:
    made: Row = {}
    for part in parts:
        made = {**part, **made} if "_code" in made else {**made, **part}
    return made


def _burnt(row: Row, cells: Cells, prefix: str = "") -> Iterator[Row]:
    """Give tank to wheel and well to tank of a line, in kg; refuse what does not sum."""
    names = {
        part: (f"{prefix}{part}_g_per_tkm", f"{prefix}{part}_g_per_teukm", f"{prefix}{part}")
        for part in ("wtt", "ttw", "wtw")
    }
    told = {part: _number(cells, *heads) for part, heads in names.items()}
    whole, burnt, upstream = told["wtw"], told["ttw"], told["wtt"]
    if whole is None:
        return
    if burnt is None:
        yield {**row, "boundary": "wtw", "co2e_published": _kilograms(whole[1])}
        return
    step = max(Fraction(1, 10 ** len(text.partition(".")[2])) for text, _ in (whole, burnt))
    if whole[1] < burnt[1] and "_code" not in row:
        row = {**row, **refused("TL232", "wtw", whole[0], burnt[0])}
    rest = upstream[1] if upstream else whole[1] - burnt[1]
    if abs(burnt[1] + rest - whole[1]) > OFF * step and "_code" not in row:
        row = {**row, **refused("TL235", "wtw", whole[0], decimals.text_of(burnt[1] + rest))}
    yield {**row, **_bare(burnt[1]), "boundary": "ttw", "co2e_published": _kilograms(burnt[1])}
    yield {
        **row, "boundary": "wtt", "co2e_published": _kilograms(rest),
        "derivation": None if upstream else f"{whole[0]} - {burnt[0]} g",
    }  # fmt: skip


def _bare(grams: Fraction) -> Row:
    return {} if grams else {"note": "no carbon in the carrier"}


def _kilograms(grams: Fraction) -> str:
    return decimals.text_of(grams / 1000)


def _common(place: str = "GLO", unit: str = "t.km") -> Row:
    return {
        "place": place, "numerator": "kg", "denominator": unit, "gwp_set": "AR5",
        "data_year": "2024", "valid_from": "2024-01-01",
    }  # fmt: skip


def _road(cells: Cells) -> Iterator[Row]:
    name = cells.get("vehicle") or cells.get("smartway_category") or ""
    region = cells.get("region") or ("North America" if "smartway_category" in cells else "")
    load_said = cells.get("load") or (cells.get("load_factor_pct") or "")
    clause = " | ".join(each for each in (region, name, load_said, cells.get("fuel")) if each)
    row = _merged(
        _common(PLACES.get(region, "GLO")),
        _meant("road", name),
        _carrier(cells.get("fuel")) if cells.get("fuel") else {},
        {
            "technology": LOADS.get(load_said), "clause": clause, "distance_basis": _basis(cells),
            "load_default": _percent(cells.get("load_factor_pct")),
            "empty_default": _percent(cells.get("empty_running_pct")),
        },
    )  # fmt: skip
    power = _number(cells, "kwh_per_tkm")
    if power:
        energy: Row = {"boundary": "energy", "numerator": "kWh", "value": power[0], "gwp_set": None}
        yield _merged(row, {"energy_carrier": "electricity", **energy})
    yield from _burnt(row, cells)


def _basis(cells: Cells) -> str:
    return "sfd" if cells.get("includes_distance_uplift_pct") else "actual"


def _percent(text: str | None) -> str | None:
    digits = re.match(r"^\d+(?:\.\d+)?", text or "")
    return decimals.text_of(Fraction(digits.group()) / 100) if digits else None


def _air(cells: Cells) -> Iterator[Row]:
    name = f"{cells.get('type')} {cells.get('haul')}"
    common = {**_common(), "energy_carrier": "jet_kerosene", "distance_basis": "gcd"}
    yield from _burnt(_merged(common, _meant("air", name), {"clause": name}), cells)


def _sea(cells: Cells) -> Iterator[Row]:
    size, unit = cells.get("size") or "", cells.get("size_unit") or ""
    name = f"{cells.get('vessel')} {size} {unit}"
    row = _merged(_common(), _meant("sea", cells.get("vessel") or ""), _carrier(cells.get("fuel")))
    lower = re.match(r"\d+", size)
    if lower and row.get("vehicle_class"):
        number = int(lower.group())
        kind = "" if unit == "dwt" else unit.casefold()
        told = (
            "small" if not number else f"{number // 1000}k" if number % 1000 == 0 else str(number)
        )
        row["vehicle_class"] = f"{row['vehicle_class']}.{kind}{told}"
    yield from _burnt({**row, "clause": f"{name} {cells.get('fuel')}"}, cells)


def _lanes(cells: Cells) -> Iterator[Row]:
    lane = cells.get("lane") or ""
    average = lane == "Industry average"
    vehicle = "ship.container" if average else f"ship.container.lane.{slug(lane).replace('-', '_')}"
    row: Row = {
        **_common(unit="TEU.km"), "activity": "transport.sea", "vehicle_class": vehicle,
        "temperature_class": "chilled" if cells.get("type") == "reefer" else "ambient",
        "clause": f"{lane} {cells.get('type')}", "distance_basis": "sfd",
    }  # fmt: skip
    yield from _burnt(row, cells)


def _inland(cells: Cells) -> Iterator[Row]:
    name = cells.get("vessel") or ""
    row = _merged(_common(), _meant("inland", name), {"energy_carrier": "diesel", "clause": name})
    yield from _burnt(row, cells)


def _rail(cells: Cells) -> Iterator[Row]:
    name = cells.get("load") or ""
    row = _merged(_common(), _meant("rail", name), {"clause": name})
    carrier = None if "unknown" in name else "diesel"
    yield from _burnt(_merged(row, {"energy_carrier": carrier}), cells, "diesel_")
    power = _number(cells, "electric_total")
    if power:
        electric: Row = {"energy_carrier": "electricity", "boundary": "wtw"}
        yield _merged(row, electric, {"co2e_published": _kilograms(power[1])})


def _hubs(cells: Cells) -> Iterator[Row]:
    name = cells.get("hub_type") or ""
    unit = "item" if "container" in (cells.get("unit") or "") else "t"
    for column, warmth in (("ambient", "ambient"), ("temperature_controlled_or_mixed", "chilled")):
        told = _number(cells, column)
        if told:
            part: Row = {
                "temperature_class": warmth, "boundary": "wtw", "co2e_published": told[0],
                "clause": f"{name}, {column}",
            }  # fmt: skip
            yield _merged(_common(unit=unit), _meant("hub", name), part)


def _fuels(cells: Cells) -> Iterator[Row]:
    said = cells.get("energy_carrier") or ""
    electric = said.startswith("Electricity")
    burnt, whole = _number(cells, "ttw_g_per_mj"), _number(cells, "wtw_g_per_mj")
    clause = " | ".join(
        each for each in (cells.get("region"), said, cells.get("application")) if each
    )
    common = _common(PLACES.get(cells.get("region") or "", "GLO"), "MJ")
    activity = "energy.electricity" if electric else "energy.fuel"
    row = _merged(common, {"activity": activity, "clause": clause}, _carrier(said))
    if cells.get("application") and "_code" not in row:
        row |= refused("TL223", "application", clause, "energy.fuel.lng")
    if whole and burnt:
        if not electric:
            exhaust = {"boundary": "ttw", "co2e_published": _kilograms(burnt[1])}
            yield {**row, **_bare(burnt[1]), **exhaust}
        boundary = "generation" if electric else "wtt"
        yield {
            **row, "boundary": boundary, "co2e_published": _kilograms(whole[1] - burnt[1]),
            "method": "location" if electric else None,
            "derivation": f"{whole[0]} - {burnt[0]} g/MJ",
        }  # fmt: skip


def _leaks(cells: Cells) -> Iterator[Row]:
    name = cells.get("refrigerant") or ""
    inside = re.search(r"\(([^)]+)\)", name)
    told = _number(cells, "gwp100_ar6")
    yield {
        **_common(unit="kg"), "activity": "refrigerant.leak", "boundary": "ttw", "gwp_set": "AR6",
        "substance": words.substance_of(inside.group(1) if inside else name), "clause": name,
        "co2e_published": told[0] if told else None,
    }  # fmt: skip


TABLES: tuple[tuple[set[str], Callable[[Cells], Iterator[Row]]], ...] = (
    ({"vehicle", "kwh_per_tkm"}, _road),
    ({"vehicle", "fuel", "ttw"}, _road),
    ({"vehicle", "fuel", "ttw_g_per_tkm"}, _road),
    ({"smartway_category", "ttw"}, _road),
    ({"type", "haul", "wtw_g_per_tkm"}, _air),
    ({"vessel", "size", "wtw_g_per_tkm"}, _sea),
    ({"lane", "wtw_g_per_teukm"}, _lanes),
    ({"vessel", "wtw_g_per_tkm"}, _inland),
    ({"load", "diesel_wtw"}, _rail),
    ({"hub_type", "ambient"}, _hubs),
    ({"energy_carrier", "wtw_g_per_mj"}, _fuels),
    ({"refrigerant", "gwp100_ar6"}, _leaks),
)


def _pack(source: str) -> dict[str, str]:
    return {
        "pack_id": source,
        "semver": "1.0.0",
        "title": "GLEC Framework, the user's copy",
        "title_zh": "GLEC 框架（用户自备）",
        "licence": "Smart Freight Centre, no redistribution",
        "attribution": "Smart Freight Centre",
    }


def _document(source: str, path: Path) -> dict[str, str]:
    return {
        "source_id": source,
        "title": "GLEC Framework",
        "publisher": "Smart Freight Centre",
        "doc_no": path.name,
        "published": "2024-04-01",
        "licence": "Smart Freight Centre, no redistribution",
        "redistribution": "private",
        "attribution": "Smart Freight Centre",
    }
