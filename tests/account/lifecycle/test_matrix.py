"""The solver of product systems: bw2calc as oracle, laws, and loops that do not converge."""

from __future__ import annotations

import random
import warnings
from typing import Any

import polars as pl
import pytest
from tests.account.lifecycle.systems import ABOUT, HEAD, KETTLE, STEEL, demand, drawn

from tanlu.account.lifecycle import System, read_system, solve, totals
from tanlu.errors import TanluError
from tanlu.terms import gases

pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
pytestmark = pytest.mark.engine


def scores(system: System, demands: pl.DataFrame) -> dict[str, float]:
    found = totals(system, demands).group_by("demand").agg(pl.col("co2e_g").sum() / 1000)
    return dict(found.iter_rows())


def brightway(system: System, demands: pl.DataFrame) -> dict[str, float]:
    """The same scores [kg] by bw2calc, fed in memory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import bw2calc
        import bw_processing as bwp
    names = {name: 100 + n for n, name in enumerate(system.processes["process"])}
    known = sorted({*system.flows["gas"]})
    codes = {gas: 1 + n for n, gas in enumerate(known)}
    taken = system.exchanges.group_by("supplier", "process").agg(pl.col("amount").sum())
    made = [(names[p], names[p], x, False) for p, x in
            system.processes.select("process", "output").iter_rows()]  # fmt: skip
    used = [(names[s], names[p], x, True) for s, p, x in taken.iter_rows()]
    out = [(codes[g], names[p], x, False) for g, p, x in
           system.flows.select("gas", "process", "mass_kg").iter_rows()]  # fmt: skip
    package = bwp.create_datapackage()
    import numpy as np

    def add(matrix: str, rows: list[Any], **more: Any) -> None:
        package.add_persistent_vector(
            matrix=matrix,
            indices_array=np.array([row[:2] for row in rows], dtype=bwp.INDICES_DTYPE),
            data_array=np.array([row[2] for row in rows]),
            flip_array=np.array([row[3] for row in rows]),
            **more,
        )

    add("technosphere_matrix", made + used, sum_intra_duplicates=True)
    add("biosphere_matrix", out)
    weights = {g: float(gases.potential("CH4_fossil" if g == "CH4" else g)) for g in known}
    add("characterization_matrix", [(codes[g], 0, weights[g], False) for g in known],
        global_index=0)  # fmt: skip
    found = {}
    lca = None
    for name, process, amount in demands.iter_rows():
        asked = {names[process]: amount}
        if lca is None:
            lca = bw2calc.LCA(asked, data_objs=[package])
            lca.lci()
            lca.lcia()
        else:
            lca.lcia(asked)
        found[name] = float(lca.score)
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("block", range(4))
def test_two_hundred_random_systems_with_loops_equal_brightway(block: int) -> None:
    pytest.importorskip("bw2calc", reason="ORACLE ABSENT: bw2calc is not installed")
    worst = 0.0
    for seed in range(block * 50, block * 50 + 50):
        system = drawn(seed)
        if not system.flows.height:
            continue
        some = system.processes["process"].head(3)
        demands = pl.DataFrame({"demand": some, "process": some, "amount": [1.7] * some.len()})
        ours, theirs = scores(system, demands), brightway(system, demands)
        worst = max(worst, *(abs(ours[k] - theirs[k]) / max(abs(theirs[k]), 1e-300)
                             for k in theirs if theirs[k]))  # fmt: skip

    assert worst < 1e-9


def test_the_systems_of_the_oracle_have_loops() -> None:
    looped = 0
    for seed in range(200):
        runs = solve(drawn(seed), demand("p00", drawn(seed).processes["output"][0]))
        first = runs.filter(process="p00")["runs"][0]
        looped += first > 1 + 1e-9

    assert looped > 150


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_the_footprint_of_a_sum_of_demands_is_the_sum_of_their_footprints(seed: int) -> None:
    system = drawn(seed, 12)
    one, two = demand("p01", 3.0), demand("p05", 0.2)
    both = pl.concat([one, two]).with_columns(pl.lit("both").alias("demand"))
    apart = scores(system, pl.concat([one, two]))

    assert scores(system, both)["both"] == pytest.approx(sum(apart.values()), rel=1e-12)


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_a_thousand_times_the_demand_is_a_thousand_times_the_footprint(seed: int) -> None:
    system = drawn(seed, 12)

    assert scores(system, demand("p02", 1000.0))["p02"] == pytest.approx(
        1000 * scores(system, demand("p02"))["p02"], rel=1e-12
    )


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_the_order_of_the_processes_does_not_matter(seed: int) -> None:
    system = drawn(seed, 12)
    draw = random.Random(seed)
    order = draw.sample(range(12), 12)
    other = System(
        system.processes[order], system.exchanges.sample(fraction=1, shuffle=True, seed=seed),
        flows=system.flows.reverse(), about=ABOUT,
    )  # fmt: skip

    assert scores(other, demand("p03")) == pytest.approx(scores(system, demand("p03")), rel=1e-12)


def test_a_reference_flow_told_in_tonnes_is_the_same_process() -> None:
    tonnes = STEEL.replace('"1 kg"', '"1 t"').replace('"2 kg"', '"2 t"')
    one, other = read_system(HEAD + STEEL + KETTLE), read_system(HEAD + tonnes + KETTLE)

    assert scores(one, demand("kettle")) == pytest.approx(scores(other, demand("kettle")))
    assert scores(one, demand("kettle"))["kettle"] == pytest.approx(1.0)


def test_a_loop_multiplies_by_the_geometric_series() -> None:
    loop = '[[process.input]]\nfrom = "kettle"\namount = "0.25 item"\n'
    system = read_system(HEAD + STEEL + loop + KETTLE)

    # each kettle takes 0.5 kg of steel, each kg a quarter of a kettle: 1 / (1 - 0.125)
    assert scores(system, demand("kettle"))["kettle"] == pytest.approx(1 / 0.875)


@pytest.mark.parametrize("amount", ["2 item", "2.5 item", "100 item"])
def test_a_loop_that_uses_what_it_makes_is_refused_by_name(amount: str) -> None:
    loop = f'[[process.input]]\nfrom = "kettle"\namount = "{amount}"\n'

    with pytest.raises(TanluError) as told:
        solve(read_system(HEAD + STEEL + loop + KETTLE), demand("kettle"))

    assert told.value.code == "TL525"
    assert "kettle" in str(told.value)
    assert "steel" in str(told.value)


def test_a_process_that_eats_its_own_output_is_refused() -> None:
    itself = '[[process.input]]\nfrom = "steel"\namount = "1 kg"\n'

    with pytest.raises(TanluError) as told:
        solve(read_system(HEAD + STEEL + itself + KETTLE), demand("kettle"))

    assert told.value.code == "TL525"


def test_a_loop_elsewhere_in_the_system_is_refused_even_if_it_is_not_asked_for() -> None:
    idle = (
        '[[process]]\nid = "a"\nstage = "use"\noutput = "1 kg"\n'
        '[[process.input]]\nfrom = "a"\namount = "3 kg"\n'
    )

    with pytest.raises(TanluError) as told:
        solve(read_system(HEAD + STEEL + KETTLE + idle), demand("kettle"))

    assert told.value.code == "TL525"


def test_a_demand_of_what_no_process_makes_is_refused() -> None:
    with pytest.raises(TanluError) as told:
        solve(read_system(HEAD + STEEL + KETTLE), demand("tin"))

    assert told.value.code == "TL526"


def test_without_the_extra_the_command_to_install_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "scipy.sparse.linalg", None)

    with pytest.raises(TanluError) as told:
        solve(read_system(HEAD + STEEL + KETTLE), demand("kettle"))

    assert told.value.code == "TL002"
    assert "tanlu[account]" in str(told.value)
