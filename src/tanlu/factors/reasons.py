"""Why this factor: the chosen one, its rank, who lost and where, and which filters were hit."""

from __future__ import annotations

import datetime as dt
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.factors import compose, grams, rules, select
from tanlu.factors.batch import suggest
from tanlu.factors.grams import counted
from tanlu.factors.packs.load import Library, library

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_built_in = library
NEAREST = 3  # losers told in full
SHOWN = ("factor_id", "rank", "lost_by", "theirs", "best", "en", "zh", "source_id", "title", "year",
         "place", "status")  # fmt: skip

# What a component of the rank means, for the reader.
WORDS = {
    "override": ("own or supplier data go first", "自有或供应商数据优先"),
    "source": ("order of sources in the profile", "口径规定的来源次序"),
    "place": ("steps to the wider place", "与所在地区的距离"),
    "unmatched facets": ("facets that do not match", "不匹配的属性数"),
    "defaulted facets": ("facets that were assumed", "缺省的属性数"),
    "time": ("years away (later years count ten times)", "时间差（较晚年份按十倍计）"),
    "tier": (
        "kind of value: official, peer, derived, assumption",
        "数值类型：官方、同行、推导、假设",
    ),
    "pedigree": ("sum of the quality scores", "质量评分之和"),
    "published": ("newest publication", "发布日期较新"),
    "factor_id": ("identity, so that the order never decides", "标识（保证次序无关）"),
}

ELSEWHERE = "holds for"
SILENT = "technology not told, and another tells it"
PLACES = 12  # places named of those for which others hold

# What a hard filter says in Chinese, by how it begins in English.
FILTERS = {
    "energy carrier is": "能源为",
    ELSEWHERE: "适用于",
    "temperature class is": "温区为",
    "technology is": "技术为",
    SILENT: "未注明技术，而另有注明者",
    "deprecated": "已停用",
    "published emission curve": "公布的排放曲线仅供核查，按能耗合成",
    "outside the profile": "不属于该口径的核算范围",
    "method is": "方法为",
    "boundary is": "边界为",
    "unit is": "单位为",
    "neither a gas": "既无气体也无 CO2e",
    "table without": "函数表未给出自变量缺失时的数值",
    "gross heating value": "按高位热值计，仅供核查",
    "no TTW value": "无使用阶段数值",
    "no WTT value": "无同一来源同一版本的上游数值",
}


def explain(
    key: Mapping[str, str | None],
    at_us: int,
    *,
    library: Library | None = None,
    profile: str = "iso14083",
    gwp_set: str = "AR6",
) -> dict[str, Any]:
    """Give why a key resolves to its factor at an instant, in plain data for ``why``.

    Parameters
    ----------
    key
        kind, vehicle_class, energy_carrier, temperature_class, place, technology, material; absent
        ones are null.
    at_us
        Instant [us since 1970 UTC].

    Returns
    -------
    dict
        ``status`` chosen, conflict or none; ``winner`` id, value, unit, source and rank of the
        first step, ``losers`` the three best of each step with the first reason why each lost;
        ``resolved`` the row; ``steps`` one for the vehicle and one for its energy carrier, each
        with chosen, rank, losers, rejected, source;
        ``assumptions`` with their sentences; ``interval``; ``library`` and its packs' hashes.
    """
    kept = library or _built_in()
    rule = rules.profile(profile)
    kind, *facets = (key.get(name) for name in compose.KEY)
    row_key: compose.KeyRow = (kind or "", *facets)  # type: ignore[assignment]
    rows = compose.resolve_one(row_key, kept, rule, gwp_set)
    row = next((each for each in rows if each["valid_from"] <= at_us < each["valid_to"]), None)
    made = compose.plan(row_key, kept)
    wants = [] if made is None or row_key[0] == "refrigerant.leak" else [made.want]
    steps = [_step(want, at_us, kept, rule) for want in wants]
    if made is not None and steps and steps[0].get("energy"):
        steps.append(_step(compose.carrier_want(made), at_us, kept, rule))
    winner, losers = _won(steps, row, gwp_set)
    for each in (told for step in steps for told in (step, *step.get("losers", ()))):
        each.pop("parts", None)
    said: dict[str, Any] = {
        "key": dict(zip(compose.KEY, row_key, strict=True)),
        "at_us": at_us,
        "profile": profile,
        "profile_version": rule.version,
        "rules": rules.rules_hash(),
        "gwp_set": gwp_set,
        "status": _status(row, steps),
        "winner": winner,
        "losers": losers,
        "resolved": row,
        "steps": steps,
        "assumptions": _assumptions(row),
        "library": kept.hash,
        "packs": {pack.pack_id: pack.hash for pack in kept.packs},
    }
    apart = max((step.get("conflict") or 0.0 for step in steps), default=0.0)
    if row is None:
        nearest = suggest(row_key[0], row_key[1], row_key[2], kept)
        said["finding"] = _finding("TL201", value=_name(row_key), unit=profile, nearest=nearest)
    elif apart:
        said["finding"] = _finding("TL204", value=_name(row_key), percent=apart)
    return said


def _finding(code: str, **told: object) -> dict[str, str]:
    said = TanluError(code, **told)
    return {"code": code, "en": said.say("en"), "zh": said.say("zh")}


def _won(
    steps: Sequence[dict[str, Any]], row: dict[str, Any] | None, gwp_set: str
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Give the winner in one line and the losers of all steps."""
    losers = [
        {**_amount(each["parts"], gwp_set), **{name: each[name] for name in SHOWN}}
        for step in steps
        for each in step.get("losers", ())
    ]
    if row is None:
        return None, losers
    if not steps:
        potential = f"{row['ttw_co2e_g'] / 1000:.12g}"
        told = {"id": row["factor_id"], "value": potential, "unit": "kg CO2e/kg"}
        named = {"source_id": f"ipcc-{gwp_set.lower()}", "title": row["reasons"]}
        return {**told, "source": named, "rank": {}}, losers
    best = steps[0]
    told = {"id": row["factor_id"], **_amount(best["parts"], gwp_set)}
    return {**told, "source": best["source"], "rank": best["rank"]}, losers


def _amount(parts: Sequence[Mapping[str, str]], gwp_set: str) -> dict[str, str]:
    """Give value and unit of a candidate: its energy, or its CO2e over all its boundaries.

    A load curve is told at its default load and empty share, per tonne-kilometre.
    """
    row = parts[0]
    per = row["denominator"]
    if row["boundary"] != "energy":
        total = sum((Fraction(each) for each in grams.co2e_kg(parts, gwp_set)), start=Fraction(0))
        return {"value": _decimal(total), "unit": f"kg CO2e/{per}"}
    if row["form"] != "linear_load":
        return {"value": row["value"], "unit": f"{row['numerator']}/{per}"}
    names = ("value_empty", "value_full", "load_default", "empty_default", "capacity_t")
    empty, full, load, away, capacity = (Fraction(row[name]) for name in names)
    rate = empty / ((1 - away) * load * capacity) + (full - empty) / capacity
    return {"value": _decimal(rate), "unit": f"{row['numerator']}/t.km"}


def _decimal(value: Fraction) -> str:
    """Give a number as decimal text of twelve significant digits, without exponent."""
    with localcontext(Context(prec=12)):
        text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _status(row: dict[str, Any] | None, steps: Sequence[dict[str, Any]]) -> str:
    if row is None:
        return "none"
    return "conflict" if any(step.get("conflict") for step in steps) else "chosen"


def _name(key: Sequence[str | None]) -> str:
    return " ".join(each for each in key if each)


def _step(want: select.Want, at_us: int, kept: Library, profile: rules.Profile) -> dict[str, Any]:
    """Give one choice: among the candidates for a vehicle, or for an energy carrier."""
    year = select.year_of(at_us)
    rejected, passed = [], []
    elsewhere: list[select.Candidate] = []
    for each in select.index(kept).about(want):
        why = select.rejection(each, want, profile)
        if why is None:
            passed.append(select.used(each, profile))
        elif why.startswith(ELSEWHERE):
            elsewhere.append(each)
        else:
            rejected.append({"factor_id": each.ids, **_source(each, kept), **_filter(why)})
    rejected += _elsewhere(elsewhere)
    silent = set(passed) - set(select.told(passed, want))
    rejected += [
        {"factor_id": each.ids, **_source(each, kept), **_filter(SILENT)}
        for each in passed
        if each in silent
    ]
    passed = [each for each in passed if each not in silent]
    spans = select.timeline(passed, want, profile)
    span = next((each for each in spans if each.start_us <= at_us < each.end_us), None)
    if span is None:
        return {"want": want._asdict(), "chosen": None, "rejected": rejected}
    best, named = select.rank(span.winner, want, profile, year), select.components(profile)
    others = sorted(
        (
            (select.rank(each, want, profile, year), each)
            for each in passed
            if each is not span.winner
        ),
        key=lambda pair: pair[0],
    )
    return {
        "want": want._asdict(),
        "chosen": span.winner.ids,
        "parts": list(span.winner.parts.values()),
        "energy": "energy" in span.winner.parts,
        "values": [_value(row) for row in span.winner.parts.values()],
        "rank": dict(zip(named, best, strict=True)),
        "because": [_because(*pair) for pair in zip(named, best, strict=True)],
        "source": _source(span.winner, kept),
        "interval": [span.start_us, span.end_us],
        "conflict": round(span.conflict * 100, 1),
        "sigma_ln": span.winner.sigma_ln,
        "losers": [_loser(each, (other, best), named, kept) for other, each in others[:NEAREST]],
        "others": max(0, len(others) - NEAREST),
        "rejected": rejected,
    }


def _elsewhere(found: Sequence[select.Candidate]) -> list[dict[str, Any]]:
    """Give one line for all that hold for other places: a library knows most countries."""
    if not found:
        return []
    places = sorted({each.row["place"] for each in found})
    shown = ", ".join(places[:PLACES]) + (" …" if len(places) > PLACES else "")
    said = {"source_id": ", ".join(sorted({each.row["source_id"] for each in found}))}
    return [{"factor_id": "", "count": len(found), **said, **_filter(f"{ELSEWHERE} {shown}")}]


def _filter(why: str) -> dict[str, str]:
    """Give the filter that a candidate hit: as said, in Chinese, and which one it is."""
    hit = next(each for each in FILTERS if why.startswith(each))
    tail = why.removeprefix(hit) if hit.endswith((" is", " for", "profile")) else ""
    return {"filter": why, "filter_zh": FILTERS[hit] + tail, "hit": hit}


def _because(component: str, value: object) -> dict[str, Any]:
    """Give one component of the winner's rank in words; the publication as a date."""
    en, zh = WORDS[component]
    shown = _day(value) if component == "published" and isinstance(value, int) else value
    return {"component": component, "value": shown, "en": en, "zh": zh}


def _day(order: int) -> str:
    """Give the day of a rank component; a row without one counts as of 1900."""
    day = dt.date.fromordinal(-order)
    return day.isoformat() if day.year > select.FIRST_YEAR else "-"


def _loser(
    found: select.Candidate,
    ranks: tuple[select.Rank, select.Rank],
    named: Sequence[str],
    kept: Library,
) -> dict[str, Any]:
    theirs, best = ranks
    at = next(
        number for number, pair in enumerate(zip(best, theirs, strict=True)) if pair[0] != pair[1]
    )
    component = named[at]
    en, zh = WORDS[component]
    return {
        "factor_id": found.ids,
        "parts": list(found.parts.values()),
        "values": [_value(row) for row in found.parts.values()],
        "rank": dict(zip(named, theirs, strict=True)),
        "lost_by": component,
        "theirs": theirs[at],
        "best": best[at],
        "en": f"lost by {component}: {en} ({theirs[at]} against {best[at]})",
        "zh": f"落选于“{zh}”（{theirs[at]} 对 {best[at]}）",
        **_source(found, kept),
    }


def _value(row: Mapping[str, str]) -> dict[str, Any]:
    names = (
        "value",
        "value_empty",
        "value_full",
        "co2_fossil",
        "co2_bio",
        "ch4_fossil",
        "ch4_bio",
        "n2o",
        "co2e_published",
    )
    form, scale = counted(row["denominator"])
    return {
        "boundary": row["boundary"],
        "unit": f"{row['numerator']}/{row['denominator']}",
        "conversion": f"1 {row['denominator']} = {scale} {form}",
        "derivation": row.get("derivation") or None,
        "note": row.get("note") or None,
        "clause": row.get("clause") or None,
        "gwp_set": row.get("gwp_set") or None,
        **{name: row[name] for name in names if row.get(name)},
    }


def _source(found: select.Candidate, kept: Library) -> dict[str, Any]:
    row = found.row
    source = kept.documents[row["source_id"]]
    return {
        "source_id": row["source_id"],
        "title": source["title"],
        "publisher": source["publisher"],
        "doc_no": source["doc_no"],
        "year": row["data_year"],
        "licence": source["licence"],
        "place": row["place"],
        "status": row["status"],
        "clause": row.get("clause") or None,
    }


def _assumptions(row: dict[str, Any] | None) -> list[dict[str, Any]]:
    said = []
    for code in ((row or {}).get("assumptions") or "").split(";"):
        if code:
            told = rules.assumption(code)
            said.append({"code": code, "en": told.en, "zh": told.zh, "sigma_ln": told.sigma_ln})
    return said
