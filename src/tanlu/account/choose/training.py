"""Learn the energy of drives from those that were measured, and say how good it is.

For each class of vehicle and carrier: residual learning, the target is ln(measured / physics).
Every figure of a card is of drives whose vehicle (or period) the judged model never saw.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.choose import fit
from tanlu.account.choose.card import TYPE, card_of
from tanlu.account.choose.conformal import pooled, raised, scores
from tanlu.account.choose.drives import FEATURES, figures_hash, spec_hashes
from tanlu.account.choose.ladder import distrusted
from tanlu.account.choose.sound import sound
from tanlu.account.choose.trees import ONE, energies, predicted
from tanlu.errors import TanluError
from tanlu.terms import VERSION, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FOLDS", "LEVEL", "folds", "learn"]

FOLDS, PERIODS = 5, 4
LEVEL = 0.95
LEAST_VEHICLES, LEAST_LEGS = 12, 400
# one-sided 95 % of a normal: by so many standard errors a model must beat the class curve
MARGIN = 1.645
MILLION = 1_000_000
QUANTILES = {"low": 0.025, "middle": 0.5, "high": 0.975}
Z = 1.959964


def learn(drives: pl.DataFrame) -> Iterator[Progress]:
    """Learn from drives with measured energy.

    Parameters
    ----------
    drives
        As ``drives`` of this room gives them; rows without ``metered_j`` are not looked at.

    Yields
    ------
    Progress
        In classes; the last one's ``result`` is the ``Card``. A class whose model is refused
        stands in it with the reason and both figures (TL536 too few, TL537 no better).

    Raises
    ------
    TanluError
        TL536 when no drive has measured energy, TL535 without scikit-learn.
    """
    measured = drives.filter(pl.col("metered_j").is_not_null(), pl.col("class_j") > 0)
    measured = measured.sort("activity_id", "share_key")
    if not measured.height:
        raise TanluError("TL536", value="0", least=LEAST_LEGS, vehicles=LEAST_VEHICLES)
    keys = measured["key"].unique().sort().to_list()
    made = []
    for done, key in enumerate(keys):
        yield Progress("learn", done, len(keys), "classes")
        made.append(_class(key, measured.filter(pl.col("key") == key)))
    result = card_of(
        {
            "type": TYPE,
            "tanlu": VERSION,
            "spec": spec_hashes(),
            "figures": figures_hash(),
            "features": list(FEATURES),
            "options": {name: str(value) for name, value in sorted(fit.OPTIONS.items())},
            "data": _about(measured),
            "level_ppm": round(LEVEL * MILLION),
            "classes": made,
        }
    )
    yield Progress("learn", len(keys), len(keys), "classes", result)


def _about(rows: pl.DataFrame) -> dict[str, Any]:
    """Give what was learned from: its hash, span, legs and vehicles."""
    names = ("activity_id", "vehicle", "start", "metered_j", "class_j", "physics_j", *FEATURES)
    text = rows.select(
        pl.concat_str((pl.col(name).cast(pl.String).fill_null("") for name in names), separator=",")
    ).to_series()
    return {
        "sha256": sha256("\n".join(text).encode()).hexdigest(),
        "legs": rows.height,
        "vehicles": rows["vehicle"].n_unique(),
        "from": int(rows["start"].min()),  # type: ignore[arg-type]
        "to": int(rows["start"].max()),  # type: ignore[arg-type]
    }


def _class(key: str, rows: pl.DataFrame) -> dict[str, Any]:
    """Give what the card says of one class."""
    good, left_out, faulty = sound(rows)
    told: dict[str, Any] = {
        "key": key, "legs": good.height, "vehicles": good["vehicle"].n_unique(),
        "left_out": left_out, "distrusted": sorted(map(distrusted, faulty)), "methods": {},
        "models": None, "refused": None,
    }  # fmt: skip
    if good.height < LEAST_LEGS or told["vehicles"] < LEAST_VEHICLES:
        return told | {"refused": {"code": "TL536", "legs": good.height,
                                   "vehicles": told["vehicles"]}}  # fmt: skip
    told["span"] = [[int(good[name].min()), int(good[name].max())] for name in FEATURES]  # type: ignore[arg-type]
    middle = float(good["ratio"].median())  # type: ignore[arg-type]
    told["physics"] = round(middle * ONE)
    fits = _out_of_fold(good)
    told["scale"] = round(_median_log(good["metered_j"], good["class_j"]) * ONE)
    scaled = energies(good, pl.lit(told["scale"], pl.Int64), "class_j")
    calibrated = energies(good, pl.lit(told["physics"], pl.Int64))
    by_method = {"default": good["default_j"], "class": good["class_j"], "scaled": scaled,
                 "physics": calibrated, "learned": fits["middle"]}  # fmt: skip
    told["methods"] = {name: _judged(good, energy) for name, energy in by_method.items()}
    period = _held_out(good)["mae_ppm"]
    learned = told["methods"]["learned"]
    learned |= {"mae_vehicles_ppm": learned["mae_ppm"], "mae_periods_ppm": period,
                "mae_ppm": max(learned["mae_ppm"], period)}  # fmt: skip
    told["refused"] = _refusal(good, fits["middle"], scaled, learned, told["methods"]["class"])
    if told["refused"] is None:
        told["models"] = {
            name: fit.fit(good, good["ratio"], quantile) for name, quantile in QUANTILES.items()
        }
        told["offset"], told["coverage_ppm"] = _offset(good, fits)
    return told


def folds(rows: pl.DataFrame, count: int = FOLDS) -> pl.Series:
    """Give the fold of each row, all rows of a vehicle in one: by the hash of its name."""
    names = rows["vehicle"].unique().sort().to_list()
    # few vehicles have many legs, so this list does not grow with the data
    shuffled = sorted(names, key=lambda name: sha256(name.encode()).hexdigest())
    number = {name: place % count for place, name in enumerate(shuffled)}
    return rows["vehicle"].replace_strict(number, return_dtype=pl.Int64).alias("fold")


def _out_of_fold(rows: pl.DataFrame) -> dict[str, pl.Series]:
    """Give for each quantile the energy [J] by models that never saw the vehicle, and its ln."""
    fold = folds(rows)
    numbered = rows.with_row_index("_row")
    parts = []
    for number in range(FOLDS):
        inside, outside = numbered.filter(fold != number), numbered.filter(fold == number)
        grown = {n: fit.fit(inside, inside["ratio"], q) for n, q in QUANTILES.items()}
        said = outside.select("_row", *(predicted(grown[n]).alias(f"ln_{n}") for n in QUANTILES))
        parts.append(said)
    made = pl.concat(parts).sort("_row")
    return {f"ln_{n}": made[f"ln_{n}"] for n in QUANTILES} | {
        "middle": energies(
            rows.with_columns(made["ln_middle"].alias("_ln")), pl.col("_ln")
        )
    }  # fmt: skip


def _held_out(rows: pl.DataFrame) -> dict[str, int]:
    """Give the errors by models that never saw the period."""
    ranked = rows["start"].rank("ordinal")
    block = ((ranked - 1) * PERIODS // rows.height).cast(pl.Int64)
    parts, truth = [], []
    for number in range(PERIODS):
        inside, outside = rows.filter(block != number), rows.filter(block == number)
        if not inside.height or not outside.height:
            continue
        grown = fit.fit(inside, inside["ratio"], QUANTILES["middle"])
        parts.append(energies(outside, predicted(grown)))
        truth.append(outside["metered_j"])
    return _errors(pl.concat(parts), pl.concat(truth))


def _errors(energy: pl.Series, truth: pl.Series) -> dict[str, int]:
    total = float(truth.sum())
    apart = energy.cast(pl.Float64) - truth.cast(pl.Float64)
    return {
        "mae_ppm": round(float(apart.abs().sum()) / total * MILLION),
        "bias_ppm": round(float(apart.sum()) / total * MILLION),
    }


def _judged(rows: pl.DataFrame, energy: pl.Series) -> dict[str, int]:
    """Give errors, spread of ln and ends of the 95 % interval (ratio to the estimate) of a method.

    The ends are the quantiles of truth over estimate where every vehicle weighs the same.
    """
    ratio = (rows["metered_j"].cast(pl.Float64) / energy.cast(pl.Float64)).log()
    tail = (1 - LEVEL) / 2
    low, high, wide = (
        pooled(values, rows["vehicle"], level)
        for values, level in ((ratio, tail), (ratio, 1 - tail), (ratio.abs(), LEVEL))
    )
    return _errors(energy, rows["metered_j"]) | {
        "low": round(low * ONE), "high": round(high * ONE), "sigma_ppm": round(wide / Z * MILLION),
    }  # fmt: skip


def _median_log(truth: pl.Series, energy: pl.Series) -> float:
    return float((truth / energy).log().median())  # type: ignore[arg-type]


def _refusal(
    rows: pl.DataFrame, learned: pl.Series, scaled: pl.Series, figures: dict[str, int],
    curve: dict[str, int],
) -> dict[str, Any] | None:  # fmt: skip
    """Give why a model is refused, or None when it surely beats the class curve.

    Notes
    -----
    For each vehicle the difference of its absolute errors over its energy; the mean over vehicles
    must exceed ``MARGIN`` standard errors, against the curve as it is and against the curve scaled
    to the fleet: a model that only learns the level of the fleet is no model.
    """
    gains = {}
    for name, other in (("class", rows["class_j"]), ("scaled", scaled)):
        apart = (other - rows["metered_j"]).abs() - (learned - rows["metered_j"]).abs()
        each = (
            rows.select("vehicle", "metered_j", apart.cast(pl.Float64).alias("gain"))
            .group_by("vehicle").agg(pl.col("gain", "metered_j").sum()).sort("vehicle")
        )  # fmt: skip
        share = each["gain"] / each["metered_j"]
        error = float(share.std() or 0.0) / share.len() ** 0.5  # type: ignore[arg-type]
        gains[name] = float(share.mean()) - MARGIN * error  # type: ignore[arg-type]
    if min(gains.values()) > 0 and figures["mae_ppm"] < curve["mae_ppm"]:
        return None
    return {
        "code": "TL537", "class_mae_ppm": curve["mae_ppm"], "learned_mae_ppm": figures["mae_ppm"],
        "margin_ppm": round(min(gains.values()) * MILLION),
    }  # fmt: skip


def _offset(rows: pl.DataFrame, fits: dict[str, pl.Series]) -> tuple[int, int]:
    """Give by how much ends are moved out [1e-15], and the coverage that this gives out of fold."""
    low, high = (fits[f"ln_{n}"].cast(pl.Float64) / ONE for n in ("low", "high"))
    outside = scores(low, rows["ratio"], high)
    offset = pooled(outside, rows["vehicle"], raised(LEVEL, rows["vehicle"].n_unique()))
    inside = float((outside <= offset).mean())  # type: ignore[arg-type]
    return round(offset * ONE), round(inside * MILLION)
