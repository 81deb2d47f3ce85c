"""Searching a million shipments: how long the index takes, its size, and a page by many questions.

``python -m benchmarks.shipments DIR ROWS`` prints one JSON object. The rows are made as columns, as
a ledger gives them; ``benchmarks.records`` derives them from a ledger.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 11
SLICE = 250_000
ASKED = 400
START = 1_735_689_600_000_000
DAY = 86_400_000_000
PLACES = (
    ("CN-SH", "Shanghai", "上海市"), ("CN-JS", "Jiangsu", "江苏省"), ("CN-GD", "Guangdong", "广东"),
    ("CN-BJ", "Beijing", "北京市"), ("CN-SN", "Shaanxi", "陕西省"), ("CN-ZJ", "Zhejiang", "浙江省"),
    ("CNNGB", "Ningbo", "宁波"), ("CNTAO", "Qingdao", "青岛"), ("NLRTM", "Rotterdam", "鹿特丹"),
    ("DEHAM", "Hamburg", "汉堡"), ("SGSIN", "Singapore", "新加坡"), ("CNYUL", "Yulin", "榆林"),
)  # fmt: skip


def frame(rows: int) -> pl.DataFrame:
    """Give rows of the index as columns: identities of digits, 400 places, 600 parties."""
    from tanlu.store.relational.search import NOTHING, marked

    at = pl.int_range(rows, dtype=pl.Int64).alias("at")
    made = pl.select(at)

    def drawn(seed: int, most: int) -> pl.Expr:
        return (pl.col("at").hash(seed=seed) % most).cast(pl.Int64)

    def place(seed: int) -> pl.Expr:
        # a few places have most of the freight
        return (drawn(seed, 400) * drawn(seed + 50, 400) // 400).cast(pl.Int64)

    towns = [(f"CNX{n}", f"City{n}ville", f"{chr(0x4E00 + n * 7)}{chr(0x5E00 + n)}市")
             for n in range(400 - len(PLACES))]  # fmt: skip
    named = [*PLACES, *towns]
    codes = pl.Series([code for code, *_ in named])
    texts = pl.Series([" ".join(each) for each in named])
    party = pl.lit("CARRIER-") + drawn(5, 200).cast(pl.String)
    payer = pl.lit("货主") + drawn(6, 400).cast(pl.String)
    name = pl.lit("JD") + (pl.col("at") * 7_919 % 90_000_000 + 100_000_000).cast(pl.String)
    weight = drawn(8, 30_000_000) + 100_000
    known = drawn(9, 100) > 2
    made = made.with_columns(
        name=name, start=START + drawn(7, 365) * DAY + drawn(17, 86_400) * 1_000_000,
        origin=place(1), destination=place(2), party=party, payer=payer,
        co2e=pl.when(known).then(weight * drawn(10, 900)).otherwise(NOTHING),
        kgm=weight // 1000 * drawn(11, 2000) + 1,
    )  # fmt: skip
    told = made.select(
        (pl.lit("shipment:") + pl.col("name")).alias("subject"), "name", "start",
        (pl.col("start") + 3 * DAY).alias("end"),
        pl.col("co2e").alias("co2e_ug"), pl.col("co2e").alias("lower_ug"),
        pl.col("co2e").alias("upper_ug"),
        pl.when(known).then(pl.col("co2e") // pl.col("kgm") * 1000).otherwise(NOTHING)
        .alias("intensity"),
        pl.col("kgm").alias("transport_kgm"),
        pl.when(drawn(12, 10) < 8).then(1).otherwise(1 + 2 ** (drawn(13, 4) + 1))
        .cast(pl.Int64).alias("modes"),
        pl.when(known).then(drawn(14, 4)).otherwise(-1).alias("tier"),
        (drawn(15, 5) + 1).alias("legs"), (~known).cast(pl.Int64).alias("unquantified"),
        (drawn(16, 50) == 0).cast(pl.Int64).alias("findings"),
        (pl.lit("\x1f") + pl.col("payer") + "\x1f").alias("payers"),
        (pl.col("party") + "\x1f" + pl.col("payer")).alias("parties"),
        pl.lit(codes).gather(pl.col("origin")).alias("origin"),
        pl.lit(codes).gather(pl.col("destination")).alias("destination"),
        pl.concat_str(
            [pl.col("name"), pl.lit(texts).gather(pl.col("origin")),
             pl.lit(texts).gather(pl.col("destination")), pl.col("party"), pl.col("payer"),
             pl.lit(" ")], separator=" ",
        ).alias("text"),
    )  # fmt: skip
    return told.with_columns(
        pl.struct("text", "modes", "tier", "findings")
        .map_elements(lambda row: marked(*row.values()), return_dtype=pl.String)
        .alias("text")
    )


QUESTIONS = (
    "上海", "榆林", "rotterdam", "jd1", "jd1234", "shanghai hamburg", "货主17", "carrier-3",
    "city7", "陕", "市", "1", "货主123 上海", "nosuchthing", "汉堡 carrier-11", "ningbo", "nl",
)  # fmt: skip


def questions(names: list[str]) -> Iterator[Any]:
    """Give questions as people ask: half of them an identity or its end, orders, filters, pages."""
    from tanlu.store.relational.search import SORTS, Wanted

    draw = random.Random(SEED)
    for _ in range(ASKED):
        kind = draw.random()
        if kind < 0.25:
            name = draw.choice(names).lower()
            question = name if draw.random() < 0.5 else name[draw.randrange(3, 8) :]
        elif kind < 0.85:
            question = draw.choice(QUESTIONS)
        else:
            question = ""
        filters: dict[str, Any] = {}
        if draw.random() < 0.2:
            filters["modes"] = 2 << draw.randrange(4)
        if draw.random() < 0.15:
            filters["tier"] = draw.randrange(4)
        if draw.random() < 0.15:
            first = START + draw.randrange(12) * 30 * DAY
            filters["between"] = (first, first + 30 * DAY)
        if draw.random() < 0.1:
            filters["payer"] = f"货主{draw.randrange(400)}"
        if draw.random() < 0.1:
            filters["findings"] = True
        yield Wanted(question, draw.choice(list(SORTS)), draw.random() < 0.6, **filters)


def measure(folder: Path, rows: int) -> dict[str, Any]:
    """Give what the index costs and how long a page takes, the first and the next."""
    from dataclasses import replace

    from tanlu.store.relational import open_state
    from tanlu.store.relational.search import SORTS, open_index

    state = open_state(folder / "state.db")
    index = open_index(state, folder / "search", "home")
    about = {"ledger": "bench", "profile": "iso14083", "version": 1}
    table = frame(rows)
    built_s = 0.0
    if index.built() is None:
        begun = time.perf_counter()
        slices = (each.rows() for each in table.iter_slices(SLICE))
        for _ in index.rebuild(slices, about):
            pass
        built_s = time.perf_counter() - begun
    size = sum(f.stat().st_size for f in (folder / "search").rglob("*.db")) >> 20
    names = table["name"].sample(200, seed=SEED).to_list()
    asked = list(questions(names))
    timed: list[tuple[float, Any]] = []
    for wanted in asked[:20]:
        index.ask(wanted)
    spent: list[float] = []
    for wanted in asked:
        begun, used = time.perf_counter(), time.thread_time()
        found = index.ask(wanted)
        timed.append(((time.perf_counter() - begun) * 1e3, wanted))
        spent.append((time.thread_time() - used) * 1e3)
        if found is not None and found.more:
            last = found.rows[-1]
            value = last[SORTS[wanted.sort]]
            from tanlu.store.relational.search import NOTHING

            after = replace(wanted, after=(NOTHING if value is None else value, last["subject"]))
            begun = time.perf_counter()
            index.ask(after)
            timed.append(((time.perf_counter() - begun) * 1e3, after))
    wall = sorted(t for t, _ in timed)
    slow = sorted(timed, key=lambda each: -each[0])[:8]
    return {
        "rows": rows, "build_s": built_s, "size_mib": size, "asked": len(wall),
        "p50_ms": statistics.median(wall), "p95_ms": wall[int(len(wall) * 0.95)],
        "p99_ms": wall[int(len(wall) * 0.99)], "most_ms": wall[-1],
        # what a page costs a processor, whoever else is on the machine
        "cpu_p95_ms": sorted(spent)[int(len(spent) * 0.95)],
        "slow": [(round(t, 1), repr(w)) for t, w in slow],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load": os.getloadavg()[0],
    }  # fmt: skip


def main() -> None:
    """Make what is not there, and say what was measured."""
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(json.dumps(measure(folder, rows), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
