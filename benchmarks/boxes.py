"""Life-cycle assessments of reusable boxes, each with its own masses, loss and life, both ways.

The answers are the same, the work is not. Ours (``ours``) are columns: masses by factors, then the
closed form of a use; no system of equations is solved. bw2calc is given the same boxes as one
system whose exchanges are arrays, a column a box, in memory, and goes from one to the next
(``next(lca)``), its own way to assess many variants: it fills and solves a matrix for each. What
the closed form is worth and what the program is worth are told apart by ``solved``: our own general
solver, a matrix for each box, all of them as one sparse system or one after the other.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import polars as pl

SEED = 11
# what bw2calc is asked for: enough to be measured, few enough to be waited for
FEW = 2_000
# g CO2e a kg of polypropylene, film and rest to be disposed of, a MJ of power, a kg·km of road
GRAMS = {"pp": 2577.57, "film": 2916.5, "power": 160.47, "road": 0.09, "rest": 9.0}


def parameters(rows: int) -> pl.DataFrame:
    """Give boxes with parameters of their own: masses [mg], energy [J], loss [ppm], life [uses]."""
    drawn = pl.int_range(rows, eager=True).alias("n").to_frame()

    def whole(seed: int, low: int, high: int) -> pl.Expr:
        return (low + pl.col("n").hash(seed) % (high - low)).cast(pl.Int64)

    return drawn.select(
        whole(SEED, 800_000, 2_500_000).alias("pp"),
        whole(SEED + 1, 5_000, 40_000).alias("film"),
        whole(SEED + 2, 50_000, 400_000).alias("power"),
        whole(SEED + 3, 10_000_000, 200_000_000).alias("road"),
        whole(SEED + 4, 1, 80_000).alias("loss_ppm"),
        whole(SEED + 5, 20, 200).alias("life"),
    )


def ours(rows: int) -> Callable[[], dict[str, Any]]:
    """Assess all boxes: what one use of each costs [µg]."""
    from tanlu.account.lifecycle import boxes, packaging

    made = parameters(rows)
    factors = pl.DataFrame(
        [("make", "pp"), ("end", "rest"), ("wash", "power"), ("wash", "film"), ("back", "road")],
        schema=["stage", "material"],
        orient="row",
    ).with_columns(pl.col("material").replace_strict(GRAMS).alias("g_per_kg"))

    def once() -> dict[str, Any]:
        grams = packaging(made.with_columns(pl.col("pp").alias("rest")), factors)
        found = boxes(grams.rename({"co2e_ug": "_all"})).rows
        return {"rows": rows, "use_ug": found["use_ug"]}

    boxes(packaging(parameters(10).with_columns(pl.col("pp").alias("rest")), factors))
    return once


def solved(rows: int, *, at_once: bool) -> Callable[[], dict[str, Any]]:
    """Assess some of the boxes with our general solver, as one system or one after the other."""
    from tanlu.account.lifecycle.matrix import scaling

    count = min(rows, FEW)
    made = parameters(rows).head(count).with_row_index("box")
    pieces = [made] if at_once else made.partition_by("box", maintain_order=True)
    systems = [_system(piece) for piece in pieces]
    # what is imported at first use is no part of the work
    scaling(*_system(made.head(2)))
    grams = pl.Series([GRAMS.get(name, 0.0) for name in sorted([*GRAMS, "box", "use"])]).to_numpy()

    def once() -> dict[str, Any]:
        found = [scaling(system, demands) for system, demands in systems]
        scores = [(runs * grams.repeat(len(runs) // len(grams))[:, None]).sum() for runs in found]
        return {"rows": count, "sum_ug": sum(scores) * 1e6}

    return once


def _system(made: pl.DataFrame) -> tuple[Any, pl.DataFrame]:
    """Give boxes as unit processes, and the demand of one use of each."""
    from tanlu.account.lifecycle import System

    loss, life = pl.col("loss_ppm") / 1e6, pl.col("life").cast(pl.Float64)
    kept = made.with_columns((loss / (1 - (1 - loss) ** life)).alias("part"))

    def named(process: str) -> pl.Expr:
        return pl.concat_str(pl.lit(f"{process}."), "box")

    taken = [("box", "pp", "pp"), ("box", "rest", "pp"), ("use", "power", "power"),
             ("use", "film", "film"), ("use", "road", "road")]  # fmt: skip
    parts = [("use", "box", pl.col("part")), *((a, b, pl.col(c) / 1e6) for a, b, c in taken)]
    exchanges = pl.concat(
        kept.select(named(of).alias("process"), named(by).alias("supplier"), amount=amount)
        for of, by, amount in parts
    )
    processes = pl.concat(
        kept.select(named(name).alias("process"), pl.lit("production").alias("stage"),
                    pl.lit(1.0).alias("output"))
        for name in (*GRAMS, "box", "use")
    )  # fmt: skip
    wanted = kept.select(pl.lit("use").alias("demand"), named("use").alias("process"),
                         pl.lit(1.0).alias("amount"))  # fmt: skip
    return System(processes=processes, exchanges=exchanges), wanted


def theirs(rows: int) -> Callable[[], dict[str, Any]]:
    """Assess some of the boxes with bw2calc, one after the other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import bw2calc
        import bw_processing as bwp
    import numpy as np

    count = min(rows, FEW)
    made = (
        parameters(rows)
        .head(count)
        .with_columns((pl.col("loss_ppm") / 1e6).alias("loss"), pl.col("life").cast(pl.Float64))
    )
    uses = made.select((1 - (1 - pl.col("loss")) ** pl.col("life")) / pl.col("loss")).to_series()
    names = {name: 10 + at for at, name in enumerate([*GRAMS, "box", "use"])}
    ones = np.ones(count)
    kilograms = {name: made[name].to_numpy() / 1e6 for name in ("pp", "film", "power", "road")}
    # a use takes its part of a box, washing and the way back; a box takes its mass, twice
    exchanges = [
        *((name, name, ones, False) for name in names),
        ("pp", "box", kilograms["pp"], True), ("rest", "box", kilograms["pp"], True),
        ("box", "use", 1 / uses.to_numpy(), True),
        *((name, "use", kilograms[name], True) for name in ("power", "film", "road")),
    ]  # fmt: skip
    package = bwp.create_datapackage(sequential=True)
    package.add_persistent_array(
        matrix="technosphere_matrix",
        indices_array=np.array([(names[a], names[b]) for a, b, _, _ in exchanges],
                               dtype=bwp.INDICES_DTYPE),
        data_array=np.array([values for _, _, values, _ in exchanges]),
        flip_array=np.array([flipped for *_, flipped in exchanges]),
    )  # fmt: skip
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        indices_array=np.array([(1, names[name]) for name in GRAMS], dtype=bwp.INDICES_DTYPE),
        data_array=np.array(list(GRAMS.values())),
    )
    package.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=np.array([(1, 0)], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([1.0]), global_index=0,
    )  # fmt: skip

    def once() -> dict[str, Any]:
        lca = bw2calc.LCA({names["use"]: 1}, data_objs=[package], use_arrays=True)
        lca.lci()
        lca.lcia()
        found = [lca.score]
        for _ in range(count - 1):
            next(lca)
            found.append(lca.score)
        return {"rows": count, "use_ug": pl.Series(found) * 1e6}

    return once


def repeated(rows: int) -> Callable[[], dict[str, Any]]:
    """Ask bw2calc for one box again and again, its matrix factorised: no box has its own masses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import bw2calc
        import bw_processing as bwp
    import numpy as np

    package = bwp.create_datapackage()
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=np.array([(1, 1), (2, 2), (1, 2)], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([1.0, 1.0, 1.5]), flip_array=np.array([False, False, True]),
    )  # fmt: skip
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        indices_array=np.array([(1, 1)], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([GRAMS["pp"]]),
    )
    package.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=np.array([(1, 0)], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([1.0]), global_index=0,
    )  # fmt: skip
    lca = bw2calc.LCA({2: 1}, data_objs=[package])
    lca.lci(factorize=True)
    lca.lcia()
    count = min(rows, FEW)

    def once() -> dict[str, Any]:
        for _ in range(count):
            lca.lcia({2: 1})
        return {"rows": count}

    return once
