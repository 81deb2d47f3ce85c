"""Places by what people write."""

from __future__ import annotations

import random
import string
import subprocess
import sys
import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms import place
from tanlu.terms.place import locate

PARIS, LONDON_GB = "GN2988507", "GN2643743"


def code(text: str, **options: object) -> str | None:
    return locate(pl.Series([text]), **options)["code"][0]  # type: ignore[arg-type]


def fault(text: str) -> str | None:
    return locate(pl.Series([text]))["fault"][0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CN", "CN"),
        ("DEU", "DE"),
        ("cn-sh", "CN-SH"),
        ("CN-SH", "CN-SH"),
        ("US-CA", "US-CA"),
        ("CNSHA", "CNSHA"),
        ("CN SHA", "CNSHA"),
        ("CN-SHA", "CNSHA"),
        ("cnsha", "CNSHA"),
        ("PVG", "PVG"),
        ("ZSPD", "PVG"),
        ("GN1796236", "GN1796236"),
        ("HKG", "CN-HK"),
        ("HK", "CN-HK"),
        ("TWN", "CN-TW"),
    ],
)
def test_codes_are_read(written: str, meant: str) -> None:
    assert code(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Germany", "DE"),
        ("德国", "DE"),
        ("Côte d'Ivoire", "CI"),
        ("Cote d’Ivoire", "CI"),
        ("Congo, DRC", "CD"),
        ("Vietnam", "VN"),
        ("Viet Nam", "VN"),
        ("Swaziland", "SZ"),
        ("Shanghai", "CN-SH"),
        ("上海市", "CN-SH"),
        ("Inner Mongolia", "CN-NM"),
        ("内蒙古自治区", "CN-NM"),
        ("Taiwan", "CN-TW"),
        ("香港", "CN-HK"),
        ("Shenzhen", "GN1795565"),
        ("深圳市", "GN1795565"),
        ("Paris", PARIS),
        ("PARIS", PARIS),
        ("巴黎", PARIS),
        ("London", LONDON_GB),
        ("Xi'an", "GN1790630"),
        ("Rome", "GN3169070"),
        ("Port of Rotterdam", "NLRTM"),
        ("Nhava Sheva", "INNSA"),
        ("Shanghai Pudong International Airport", "PVG"),
        ("上海浦东国际机场", "PVG"),
    ],
)
def test_names_are_read_in_both_tongues(written: str, meant: str) -> None:
    assert code(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Suzhou, Jiangsu", "GN1886760"),
        ("Suzhou, CN-JS", "GN1886760"),
        ("Suzhou, Jiangsu, China", "GN1886760"),
        ("江苏省苏州市", "GN1886760"),
        ("江苏苏州", "GN1886760"),
        ("中国江苏省苏州市", "GN1886760"),
        ("中国深圳", "GN1795565"),
        ("China, Shanghai", "CN-SH"),
        ("Shanghai, China", "CN-SH"),
        ("Birmingham (US)", "GN4049979"),
        ("Birmingham / GB", "GN2655603"),
        ("Chicago, IL", "GN4887398"),
        ("Chicago, Illinois, USA", "GN4887398"),
        ("Atlanta, Georgia", "GN4180439"),
        ("Rotterdam, Netherlands", "GN2747891"),
        ("Hyderabad, IN", "GN1269843"),
    ],
)
def test_a_name_is_read_with_what_stands_around_it(written: str, meant: str) -> None:
    assert code(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "Suzhou",
        "Suzhou, China",
        "Fuzhou",
        "Taizhou",
        "Birmingham",
        "CAN",
        "FRA",
        "IND",
        "San José",
        "Toledo",
        "Durham",
    ],
)
def test_what_can_mean_two_places_is_never_guessed(written: str) -> None:
    found = locate(pl.Series([written])).row(0, named=True)

    assert found["code"] is None
    assert found["lat_e7"] is None
    assert found["fault"] == "TL118"
    assert found["near"].count("; ") >= 1


def test_the_meanings_of_an_ambiguous_name_are_shown_by_code() -> None:
    near = locate(pl.Series(["Suzhou"]))["near"][0]

    assert near == "GN1886760 (Suzhou, CN-JS); GN1793743 (Suzhou, CN-AH)"


@pytest.mark.parametrize(
    "written",
    ["nowhere at all", "Paris, China", "Chicago, Texas", "XX", "QQQ", "CNZZZZ", "苏州市浙江省"],
)
def test_what_is_not_known_is_null_with_a_code(written: str) -> None:
    found = locate(pl.Series([written])).row(0, named=True)

    assert found["code"] is None
    assert found["fault"] == "TL116"


def test_a_mistyped_name_gets_the_names_that_are_alike() -> None:
    found = locate(pl.Series(["Guangzou", "Rotterdamm", "哈尔宾"]))

    assert "Guangzhou, CN" in found["near"][0]
    assert "Rotterdam, NL" in found["near"][1]
    assert "Harbin, CN" in found["near"][2]


def test_null_and_blank_stay_null_without_a_fault() -> None:
    found = locate(pl.Series([None, "", "  "], dtype=pl.String))

    assert found.null_count().row(0) == (3,) * found.width


def test_kinds_told_are_read_in_their_order() -> None:
    assert code("CAN", kinds=["airport", "country"]) == "CAN"
    assert code("CAN", kinds=["country", "airport"]) == "CA"
    assert code("Hamburg", kinds=["port"]) == "DEHAM"
    assert code("Hamburg", kinds=["rail"]) == "DEHAM"
    assert code("Germany", kinds=["city"]) is None


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TanluError, match="TL117"):
        locate(pl.Series(["CN"]), kinds=["harbour"])


def test_a_place_has_its_facts() -> None:
    found = locate(pl.Series(["CNSHA"])).row(0, named=True)

    assert {key: found[key] for key in ("kind", "country", "region", "name", "name_zh")} == {
        "kind": "port", "country": "CN", "region": "CN-SH", "name": "Shanghai", "name_zh": "上海港",
    }  # fmt: skip
    assert isinstance(found["lat_e7"], int)


def test_the_answer_keeps_the_order_and_the_number_of_the_names() -> None:
    asked = ["CN", "nowhere at all", "DE", "CN", None, "Suzhou"]
    found = locate(pl.Series(asked))

    assert found["code"].to_list() == ["CN", None, "DE", "CN", None, None]
    assert locate(pl.Series([], dtype=pl.String)).height == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=6))
def test_no_text_breaks_it_and_every_text_has_a_place_or_a_fault(texts: list[str]) -> None:
    found = locate(pl.Series(texts, dtype=pl.String))
    known, faults = found["code"].is_not_null(), found["fault"].is_not_null()
    blank = pl.Series([not text.strip() for text in texts], dtype=pl.Boolean)

    assert found.height == len(texts)
    assert (known.cast(pl.Int8) + faults.cast(pl.Int8) + blank.cast(pl.Int8) >= 1).all()
    assert not (known & faults).any()


def test_a_text_means_the_same_alone_and_among_others() -> None:
    asked = ["CAN", "Suzhou", "Paris", "CNSHA", "江苏苏州", "Chicago, IL", "Shenzen", "XX"]
    alone = pl.concat([locate(pl.Series([each])) for each in asked])

    assert locate(pl.Series(asked)).equals(alone)


def test_a_hundred_thousand_names_are_read_within_a_second() -> None:
    chance = random.Random(1)
    strange = ["".join(chance.choices(string.ascii_letters, k=8)) for _ in range(20_000)]
    known = ["Shanghai", "CNSHA", "PVG", "江苏省苏州市", "Chicago, IL", "Côte d'Ivoire"]
    names = pl.Series(strange + [chance.choice(known) for _ in range(80_000)])
    locate(names.head(1))
    start = time.process_time()
    locate(names)

    assert time.process_time() - start < 1


def test_the_door_is_light_and_whole() -> None:
    heavy = "import sys, tanlu.terms.place as p; print('polars' in sys.modules, len(p.__all__))"
    said = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["False", "13"]
    assert all(callable(getattr(place, name)) for name in place.__all__)
    with pytest.raises(AttributeError):
        place.harbour  # noqa: B018


def test_an_ambiguous_text_has_a_sentence() -> None:
    assert fault("Suzhou") == "TL118"
