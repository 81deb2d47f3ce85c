"""The words: both tongues, each used."""

from __future__ import annotations

import re

from tanlu.verify.assurance.words import Words, texts


def test_every_text_is_there_in_both_tongues_with_the_same_fields() -> None:
    for key, (en, zh) in texts().items():
        assert en, key
        assert zh, key
        assert sorted(re.findall(r"\{\w+\}", en)) == sorted(re.findall(r"\{\w+\}", zh)), key


def test_a_text_is_given_in_the_tongue_that_was_asked_for() -> None:
    assert Words("en")("opinion.title") == "Opinion"
    assert Words("zh-CN")("opinion.title") == "意见"
    assert Words("zh").kind("transport.road") == "公路运输"
    assert Words("en").kind("transport.dream") == "transport.dream"
