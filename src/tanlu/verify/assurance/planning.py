"""The plan as a document: what the statement is made of, what may be wrong, how many units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tanlu.terms import Document, Section
from tanlu.verify.assurance.risks import reasons
from tanlu.verify.assurance.sampling.bounds import binomial_size
from tanlu.verify.assurance.words import Words

if TYPE_CHECKING:
    import polars as pl

    from tanlu.verify.assurance.engagement import Engagement
    from tanlu.verify.assurance.risks import Risk
    from tanlu.verify.assurance.sampling.power import Power
    from tanlu.verify.assurance.streams import Population

__all__ = ["planned"]

SHOWN = 20
FAILING_PPM = 50_000


def planned(
    engagement: Engagement,
    found: Population,
    streams: pl.DataFrame,
    register: list[Risk],
    power: Power,
    *,
    language: str,
) -> Document:
    """Give strategic analysis, risk register and evidence plan as a document.

    ISO 14064-3:2019, 6.1.1 strategic analysis, 6.1.2 risk assessment; the evidence-gathering plan
    follows them there (number of its clause from memory: 6.1.5).
    """
    words = Words(language)
    sections = (
        _headed(engagement, found, power, words),
        _analysed(streams, words),
        _risky(register, words),
        _sampled(engagement, power, words),
    )
    return Document(
        title=words("plan.title", client=engagement.client, period=engagement.period),
        language=words.language,
        sections=sections,
        facts={
            "report": "assurance-plan",
            "engagement": engagement.payload(),
            "total_ug": str(found.total_ug),
            "version": found.version,
            "units": found.units.height,
            "silent": found.silent,
            "streams": [
                {key: str(value) if key.endswith("_ug") else value for key, value in row.items()}
                for row in streams.iter_rows(named=True)
            ],
            "risks": [risk.payload() for risk in register],
            "points": power.points,
            "tried": [[each.points, each.over_ppm, each.omission_ppm] for each in power.tried],
            "curve": {kind: list(rates) for kind, rates in power.curve.items()},
            "errorless": power.errorless,
            "textbook": power.textbook,
        },
    )


def _percent(ppm: int) -> str:
    return f"{Decimal(ppm) / 10_000:.1f}"


def _tonnes(amount_ug: int) -> str:
    return f"{Decimal(amount_ug) / 10**12:,.3f}"


def _headed(engagement: Engagement, found: Population, power: Power, words: Words) -> Section:
    return Section(
        title=words("plan.title", client=engagement.client, period=engagement.period),
        text=words(
            "plan.samples_text",
            points=power.points,
            expected=_percent(engagement.expected_ppm),
            material=_percent(engagement.materiality_ppm),
            risk=_percent(engagement.risk_ppm),
            confidence=_percent(engagement.confidence_ppm),
            draws=f"{power.draws:,}",
        ),
        figures=(
            (words("figure.total"), _tonnes(found.total_ug), "t CO₂e"),
            (words("plan.points"), str(power.points), words("unit.each")),
            (words("plan.units"), f"{found.units.height:,}", words("unit.units")),
            (words("plan.silent"), f"{found.silent:,}", words("unit.units")),
        ),
    )


def _analysed(streams: pl.DataFrame, words: Words) -> Section:
    rows = tuple(
        (
            words.kind(row["kind"]), words(f"tier.{row['tier']}"), row["source"],
            f"{row['units']:,}", _tonnes(row["co2e_ug"]), _percent(row["share_ppm"]),
            _percent(row["doubt_ppm"]),
        )
        for row in streams.head(SHOWN).iter_rows(named=True)
    )  # fmt: skip
    names = ("kind", "tier", "source", "units", "amount", "share", "doubt")
    return Section(
        title=words("plan.analysis"),
        text=words("plan.more", count=streams.height - SHOWN) if streams.height > SHOWN else "",
        columns=tuple(words(f"col.{name}") for name in names),
        rows=rows,
    )


def _risky(register: list[Risk], words: Words) -> Section:
    told = reasons(words.language)
    rows = tuple(
        (
            words.kind(risk.kind), words(f"tier.{risk.tier}"), risk.source,
            _percent(risk.share_ppm), words(f"risk.{risk.inherent}"), words(f"risk.{risk.control}"),
            words(f"risk.{risk.detection}"), "; ".join(told.get(code, code)
                                                       for code in risk.reasons),
        )
        for risk in register[:SHOWN]
    )  # fmt: skip
    names = ("kind", "tier", "source", "share", "inherent", "control", "detection", "why")
    return Section(
        title=words("plan.risks"),
        text=words("plan.risks_text"),
        columns=tuple(words(f"col.{name}") for name in names),
        rows=rows,
    )


def _sampled(engagement: Engagement, power: Power, words: Words) -> Section:
    names = {kind: words(f"power.{kind}") for kind in power.curve}
    controls = binomial_size(FAILING_PPM, engagement.confidence_ppm)
    textbook = "–" if power.textbook is None else str(power.textbook)
    return Section(
        title=words("plan.samples"),
        text=words("plan.sizes_text"),
        figures=(
            (words("plan.errorless"), str(power.errorless), words("unit.units")),
            (words("plan.textbook"), textbook, words("unit.units")),
            (words("plan.controls"), str(controls), words("unit.units")),
        ),
        columns=tuple(words(f"col.{name}") for name in ("size", "false_over", "false_omission")),
        rows=tuple(
            (each.points, _percent(each.over_ppm), _percent(each.omission_ppm))
            for each in power.tried
        ),
        chart=power.chart(words("power.title", points=power.points), names),
    )
