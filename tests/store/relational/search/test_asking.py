"""The index against a naive search of the same rows."""

from __future__ import annotations

import itertools
import random

import polars as pl
import pytest

from tanlu.store.relational import open_state
from tanlu.store.relational.search import (
    COLUMNS,
    NOTHING,
    PARTED,
    SORTS,
    Wanted,
    fold,
    marked,
    open_index,
)

ABOUT = {"ledger": "l", "profile": "iso14083", "version": 3}
PLACES = ("上海 Shanghai", "陕西省 Shaanxi", "榆林 Yulin", "ＮＩＮＧＢＯ 宁波", "Zürich", '%_ "x"')


def rows(count: int, seed: int = 1) -> list[tuple]:
    """Give rows whose numbers have ties and unknowns."""
    draw = random.Random(seed)
    made = []
    for at in range(count):
        name = f"JD{draw.randrange(10_000):05d}-{at}"
        known = draw.random() > 0.1
        payers = draw.sample(["Mall", "货主乙", "A B", "Mal"], draw.randrange(3))
        modes, tier = draw.randrange(8), draw.randrange(4) if known else -1
        findings = draw.randrange(3)
        text = " ".join([name, *payers, draw.choice(PLACES), draw.choice(PLACES)])
        row = {
            "subject": f"shipment:{name}", "name": name, "start": draw.randrange(40),
            "end": 99, "co2e_ug": draw.randrange(50) if known else NOTHING,
            "lower_ug": NOTHING, "upper_ug": NOTHING,
            "intensity": draw.randrange(9) if known else NOTHING, "transport_kgm": 5,
            "modes": modes, "tier": tier, "legs": 2, "unquantified": 0, "findings": findings,
            "payers": PARTED + "".join(p + PARTED for p in payers), "parties": "",
            "origin": None, "destination": "CN-SH",
            "text": marked(text, modes, tier, findings),
        }  # fmt: skip
        made.append(tuple(row[name] for name in COLUMNS))
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def index(request, tmp_path):
    place = tmp_path / "state.db"
    if request.param == "postgresql":
        place = request.getfixturevalue("postgres")
    state = open_state(place)
    made = open_index(state, tmp_path / "search", "home")
    yield made
    made.close()
    state.close()


def naive(table: pl.DataFrame, wanted: Wanted) -> list[str]:
    """Give the subjects that hold all words, in order, by LIKE alone."""
    found = table
    for word in fold(wanted.question).split():
        found = found.filter(pl.col("text").str.contains(word, literal=True))
    if wanted.modes:
        found = found.filter((pl.col("modes") & wanted.modes) != 0)
    if wanted.tier is not None:
        found = found.filter(pl.col("tier") == wanted.tier)
    if wanted.findings is not None:
        found = found.filter((pl.col("findings") > 0) == wanted.findings)
    if wanted.payer is not None:
        found = found.filter(pl.col("payers").str.split(PARTED).list.contains(wanted.payer))
    if wanted.between is not None:
        found = found.filter(pl.col("start").is_between(*wanted.between, closed="left"))
    by = [SORTS[wanted.sort], "at"]
    return found.sort(by, descending=wanted.descending)["subject"].to_list()


def pages(index, wanted: Wanted) -> tuple[list[str], list]:
    """Give the subjects of all pages and what came with them."""
    told, all_found = [], []
    while True:
        found = index.ask(wanted)
        all_found.append(found)
        told += [row["subject"] for row in found.rows]
        if not found.more:
            return told, all_found
        last = found.rows[-1]
        value = last[SORTS[wanted.sort]]
        after = (NOTHING if value is None else value, last["subject"])
        wanted = Wanted(**{**_plain(wanted), "after": after})


def _plain(wanted: Wanted) -> dict:
    return {name: getattr(wanted, name) for name in Wanted.__slots__}


QUESTIONS = (
    "", "上海", "海", "陕西 榆林", "yulin", "NINGBO", "ningbo", "jd0", "JD00", "-7", "7", "zürich",
    "ü", "%_", "_", '"x"', "货主乙 上海", "nothing at all", "mall", "丙", "OR", "jd* ",
)  # fmt: skip
FILTERS = (
    {}, {"modes": 2}, {"modes": 5}, {"tier": 3}, {"findings": True}, {"findings": False},
    {"payer": "Mal"}, {"payer": "A B"}, {"payer": "货主乙", "tier": 0}, {"between": (5, 9)},
    {"between": (5, 30), "modes": 4, "findings": True},
)  # fmt: skip


def test_every_page_is_what_a_naive_search_gives(index, monkeypatch):
    monkeypatch.setattr("tanlu.store.relational.search.asking.WALKED", 300)
    made = rows(800)
    assert list(index.rebuild([made[:300], made[300:]], ABOUT))[-1] == 800
    table = pl.DataFrame(made, schema=list(COLUMNS), orient="row").with_row_index("at")
    draw = random.Random(5)
    for question, filters in itertools.product(QUESTIONS, FILTERS):
        sort = draw.choice(list(SORTS))
        wanted = Wanted(question, sort, draw.random() < 0.5, limit=60, **filters)
        told, found = pages(index, wanted)
        expected = naive(table, wanted)
        assert told == expected, wanted
        if found[0].exact:
            assert found[0].count == len(expected), wanted


def test_a_question_cannot_ask_for_the_marks_of_filters(index):
    made = rows(200)
    list(index.rebuild([made], ABOUT))
    assert index.ask(Wanted("\x02m0")).count == index.ask(Wanted("m0")).count == 0


def test_rows_that_are_carried_forward_are_found_as_if_built_at_once(index):
    made, later = rows(600), rows(600, seed=9)[:120]
    list(index.rebuild([made], ABOUT))
    gone = [row[0] for row in made[100:200]]
    index.carry([*gone, *(row[0] for row in later)], later, {**ABOUT, "version": 4})
    left = [row for row in made if row[0] not in gone] + later
    table = pl.DataFrame(left, schema=list(COLUMNS), orient="row").with_row_index("at")
    for question in QUESTIONS[:-3]:
        wanted = Wanted(question, "name", descending=False, limit=100)
        assert pages(index, wanted)[0] == naive(table, wanted), question
    assert index.built()["version"] == 4
    assert index.built()["rows"] == len(left)


def test_an_index_that_was_dropped_or_never_built_says_so(index):
    assert index.ask(Wanted()) is None
    list(index.rebuild([rows(5)], ABOUT))
    index.learn({"CN-SH": ("Shanghai", "上海市")})
    assert index.ask(Wanted()).count == 5
    assert index.places(["CN-SH", "XX"]) == {"CN-SH": ("Shanghai", "上海市")}
    index.drop()
    assert index.built() is None
    assert index.ask(Wanted()) is None


def test_a_rebuild_that_breaks_off_leaves_what_was_there(index):
    list(index.rebuild([rows(5)], ABOUT))

    def broken():
        yield rows(3)
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        list(index.rebuild(broken(), ABOUT))
    assert index.ask(Wanted()).count == 5
    assert list(index.rebuild([rows(7)], ABOUT))[-1] == 7
    assert index.ask(Wanted()).count == 7


def test_an_organisation_finds_nothing_of_another(index, tmp_path):
    engine = getattr(index, "_engine", None)
    list(index.rebuild([rows(50)], ABOUT))
    state = open_state(tmp_path / "other.db") if engine is None else None
    other = open_index(state, tmp_path / "search", "other") if state else type(index)(engine, "b")
    assert other.built() is None
    assert other.ask(Wanted("jd")) is None
    list(other.rebuild([rows(3, seed=4)], ABOUT))
    assert other.ask(Wanted()).count == 3
    assert index.ask(Wanted()).count == 50
    other.drop()
    assert index.ask(Wanted("jd")).count == 50
