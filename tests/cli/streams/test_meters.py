"""tanlu meters: run, show, balance; and hourly electricity by hourly factors."""

from __future__ import annotations

import pytest

from tanlu.account import quantify_all
from tanlu.cli.streams import meters
from tanlu.factors import library
from tanlu.factors.packs import made_of
from tanlu.store import open_workspace
from tests.cli.books import Tongue
from tests.factors.packs.own import day, own
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, device, ledger, passed, reads, tell

DAY = "2026-11-02"


def _books(books: Tongue, last: int = 144) -> Tongue:
    """Give a ledger with a main meter of 6 kWh an hour and one below it of 2 kWh."""
    made = ledger(books.ledger)
    tell(made, "device", device("main", place="CN-GD"), device("sub", parent="main"))
    for name, kwh in (("main", 6.0), ("sub", 2.0)):
        reads(made, [(name, n, START + n * 10 * MINUTE, kwh * n / 6) for n in range(last + 1)])
    return books


def test_a_run_gives_hours_out_once_and_says_what_comes_next(empty: Tongue) -> None:
    books = _books(empty)
    said = books.say("meters", "run")
    again = books.ask("meters", "run")

    assert "23 activities" in said
    assert "tanlu quantify" in said
    assert again["activities"] == 0
    rest = books.ask("meters", "run", "--as-of", DAY)
    assert (rest["activities"], rest["below"]) == (1, 1)
    assert "分表：1" in books.say("meters", "run", language="zh")


def test_hours_are_shown_with_amount_quality_and_revision(empty: Tongue) -> None:
    books = _books(empty)
    books.ask("meters", "run")
    facts = books.ask("meters", "show", "--device", "main", "--day", DAY)["hours"]
    said = books.say("meters", "show", "--device", "main", "--day", DAY)

    assert len(facts) == 24
    assert facts[0]["amount"] == str(6 * 3_600_000)
    assert [row["revision"] for row in facts] == [*[0] * 23, None]
    assert "2026-11-02T00:00" in said
    assert "6.000" in said
    assert "█" in said
    assert "r0" in said


def test_where_nothing_came_no_day_is_named(empty: Tongue) -> None:
    open_workspace(empty.ledger, create=True)

    assert "no meter has readings yet" in empty.say("meters", "show")
    assert "on 2026-11-02" in empty.say("meters", "show", "--day", "2026-11-02")


def test_the_day_of_all_meters_is_one_line_each(empty: Tongue) -> None:
    books = _books(empty)
    said = books.say("meters", "show")

    assert "144.000 kWh" in said
    assert "24/24" in said
    assert books.ask("meters", "show", "--day", "2026-01-01") == {"hours": []}
    assert "没有表计读数" in books.say("meters", "show", "--day", "2026-01-01", language="zh")


def test_balances_that_hold_end_with_zero_and_others_with_three(empty: Tongue) -> None:
    books = _books(empty)
    holds = books.ask("meters", "balance", "--day", DAY)
    reads(open_workspace(books.ledger),
          [("more", n, START + n * 10 * MINUTE, float(n)) for n in range(145)])  # fmt: skip
    tell(open_workspace(books.ledger), "device", device("more", parent="main"))
    broken = books.ask("meters", "balance", "--by", "day", "--day", DAY, expect=3)

    assert (holds["findings"], len(holds["checked"])) == ([], 24)
    assert holds["checked"][0]["amount"] == str(4 * 3_600_000)
    assert [row["code"] for row in broken["findings"]] == ["TL379"]
    assert broken["checked"][0]["amount"] == str(-2 * 24 * 3_600_000)


@pytest.mark.parametrize("words", [("run", "--as-of", "soon"), ("show", "--day", "2026-13-01")])
def test_a_time_that_is_none_is_refused(empty: Tongue, words: tuple[str, ...]) -> None:
    assert _books(empty, 1).ask("meters", *words, expect=2)["error"]["code"] == "TL112"


def test_an_amount_is_shown_with_three_places_half_away() -> None:
    assert meters._number(3_601_800, 3_600_000) == "1.001"
    assert meters._number(-1_800, 3_600_000) == "-0.001"
    assert meters._number(-1_799, 3_600_000) == "0.000"
    assert meters._number(12_345, 1) == "12,345"


def test_a_stream_that_cannot_be_metered_is_told_in_the_language_of_who_asks(empty: Tongue) -> None:
    made = ledger(empty.ledger, {"role": "gauge", "estimate": "none"}, {"stream": "other"})
    reads(made, [("main", 0, START, 1.0)], "other")

    assert "“kWh”无法计量：不是 energy 的速率" in empty.say("meters", "run", language="zh")


def test_an_hour_has_the_factor_of_its_hour(empty: Tongue) -> None:
    # a factor of one's own: 0.40 kg/kWh at midnight, 0.01 more with each hour of the clock
    books = ledger(empty.ledger)
    tell(books, "device", device("m", place="CN-GD"))
    use = [0.0]
    for hour in range(24):
        use.append(use[-1] + 1.0 + hour % 3)
    reads(books, [("m", n, START + n * HOUR, value) for n, value in enumerate(use)])
    passed(books, until=START + 24 * HOUR)
    *_, _last = quantify_all(books, library=made_of([*library().packs, own(day())]))
    hours = books.scan("activity").select("activity_id", "start").collect()
    found = books.scan("emission").collect().filter(boundary="wtt").join(hours, on="activity_id")
    grams = dict(found.select("start", "co2e_ug").iter_rows())

    assert len(grams) == 24
    for hour in range(24):
        expected = (1 + hour % 3) * (400 + 10 * hour)
        assert grams[START + hour * HOUR] / 1e6 == pytest.approx(expected)
    assert set(found["tier"]) == {"measured"}


def test_what_cannot_be_added_up_is_told_with_what_to_do_and_a_sum_when_it_is_much(
    empty: Tongue,
) -> None:
    made = ledger(empty.ledger, {}, {"stream": "second"})
    rows = [(f"m{m}", n, START + n * 10 * MINUTE, float(n)) for n in range(7) for m in range(21)]
    for stream in ("energy", "second"):
        reads(made, rows, stream)
    said = empty.say("meters", "run")

    assert said.count("[TL399]") == 20
    assert "define one of the two without a kind" in said
    assert "21 findings" in said
    assert "TL399" not in empty.say("meters", "run")
