"""The label of a parcel."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.errors import TanluError
from tanlu.serve.proofs import SIZES, label

WORDS = {"head": "碳足迹", "value": "217.1", "unit": "克", "name": "TL1", "foot": "扫码核验"}


@pytest.mark.parametrize("size", sorted(SIZES))
def test_a_label_is_as_large_as_it_says_and_its_words_stay_on_it(size):
    text = label("https://a.example/p/abc", WORDS, size)
    width, height = SIZES[size]
    assert f'width="{width}mm" height="{height}mm"' in text
    for x, y, em in re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)"', text):
        assert float(y) <= height
        assert float(x) + float(em) <= width


def test_a_hostile_name_is_text():
    text = label("https://a.example/p/abc", {**WORDS, "name": "</text><script>x"})
    assert not LexborHTMLParser(text).css("script")


def test_the_modules_of_the_code_are_those_of_the_library():
    import segno

    path = re.search(r'<path d="([^"]+)"', label("https://a.example/p/abc", WORDS))[1]
    dark = sum(int(run) for run in re.findall(r"M\d+ \d+h(\d+)v", path))
    rows = segno.make_qr("https://a.example/p/abc", error="q").matrix
    assert dark == sum(map(sum, rows))


def test_a_size_that_there_is_not_is_refused():
    with pytest.raises(TanluError, match="TL931"):
        label("x", WORDS, "1x1")
