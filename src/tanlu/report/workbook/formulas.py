"""The formulas of the rows as cells: what the specification computes, in the order it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from tanlu.report.workbook.sheets import Grid

__all__ = ["counted", "product", "quantity", "rate", "share", "supply"]


def quantity(inputs: Grid, rows: Grid, leg: pl.Expr, here: pl.Expr) -> pl.Expr:
    """Give what the rate multiplies, from the amounts of the activity (ISO 14083:2023 6 to 8).

    A form that is not among these gives null: its value is printed instead.
    """
    import polars as pl

    def of(name: str) -> pl.Expr:
        return inputs.cell(name, leg)

    known = {name: pl.col(name).is_not_null() for name in ("mass_mg", "energy_j", "volume_ml")}
    boxes = pl.format("{}/1000", of("teu_milli"))
    mass = (
        pl.when(known["mass_mg"])
        .then(pl.format("{}/1E9", of("mass_mg")))
        .otherwise(pl.format("({})*10", boxes))
    )
    teu = (
        pl.when(pl.col("teu_milli").is_not_null()).then(boxes).otherwise(pl.format("({})/10", mass))
    )
    km = rows.here("adjusted_km", here)
    energy = (
        pl.when(known["energy_j"])
        .then(pl.format("{}/1E6", of("energy_j")))
        .when(known["volume_ml"])
        .then(pl.format("{}/1000*{}", of("volume_ml"), rows.here("heat", here)))
        .otherwise(pl.format("{}/1E6*{}", of("mass_mg"), rows.here("heat", here)))
    )
    forms = {
        "tkm": pl.format("({})*{}", mass, km),
        "teukm": pl.format("({})*{}", teu, km),
        "t": mass,
        "item": pl.format("{}*1", of("count")),
        "km": km,
        "mj": energy,
        "kg": pl.format("{}/1E6", of("mass_mg")),
        "l": pl.format("{}/1000", of("volume_ml")),
        "teu": boxes,
        "pkm": pl.when(pl.col("count").is_not_null())
        .then(pl.format("{}*{}", of("count"), km))
        .otherwise(pl.format("1*{}", km)),
        "money": pl.format("{}*{}", of("amount_fen"), rows.here("heat", here)),
    }
    return _chosen(pl.col("form"), forms)


def _chosen(key: pl.Expr, forms: dict[str, pl.Expr]) -> pl.Expr:
    import polars as pl

    (first, *rest) = forms.items()
    made: Any = pl.when(key == first[0]).then(first[1])
    for name, formula in rest:
        made = made.when(key == name).then(formula)
    return made  # type: ignore[no-any-return]


def rate(inputs: Grid, factors: Grid, rows: Grid, leg: pl.Expr, here: pl.Expr) -> pl.Expr:
    """Give the load curve a / ((1 - empty) payload) + b; a scalar rate has a = 0 (GLEC v3)."""
    import polars as pl

    at = pl.col("factor")
    a, b = factors.cell("rate_empty", at), factors.cell("rate_slope", at)
    empty, payload = rows.here("empty", here), rows.here("payload_t", here)
    mass = inputs.cell("mass_mg", leg)
    return (
        pl.when(pl.col("rate_empty") == 0)
        .then(pl.format("{}*1", b))
        .when(pl.col("form") == "km")
        .then(pl.format("{}/(1-{})+{}*({}/1E9)", a, empty, b, mass))
        .otherwise(pl.format("{}/((1-{})*{})+{}", a, empty, payload, b))
    )


def product(rows: Grid, here: pl.Expr) -> pl.Expr:
    """Give the whole micrograms of x and g per x (ISO 14083:2023 8)."""
    import polars as pl

    return pl.format("ROUND({}*{}*1E6,0)", rows.here("x", here), rows.here("g", here))


def share(shares: Grid, here: pl.Expr) -> pl.Expr:
    """Give the share of a total: by weight, with what rounding gave or took (largest remainder)."""
    import polars as pl

    names = ("total", "weight", "weights", "rest")
    return pl.format("ROUND({}*{}/{}+{},0)", *(shares.here(name, here) for name in names))


def supply(grid: Grid, here: pl.Expr) -> pl.Expr:
    """Give electricity by market: energy at what was bought, the rest at the residual mix."""
    import polars as pl

    names = ("energy_j", "bought_g", "covered", "residual_g")
    return pl.format("ROUND({}*({}+(1-{})*{}),0)", *(grid.here(name, here) for name in names))


def counted(lines: Grid, here: pl.Expr) -> pl.Expr:
    """Give what an emission counts for in the inventory: its share in control or equity."""
    import polars as pl

    amount, part, rest = (lines.here(name, here) for name in ("emission", "part", "delta"))
    return (
        pl.when(~pl.col("counts"))
        .then(pl.lit("0"))
        .when(pl.col("part") == 1)
        .then(pl.format("{}", amount))
        .otherwise(pl.format("ROUND({}*{}+{},0)", amount, part, rest))
    )
