"""The words by which headers and values are recognised, and the sentences of a proposal."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib import resources

__all__ = ["headers", "meanings", "sentence", "simplified", "tokens"]

# signs of headers and modes as they are written in Taiwan and Hong Kong
TRADITIONAL = str.maketrans(
    "運單號輸點發貨達車離裡裏時間訂編實際體積費數噸終開結動類員機電話鐵陸總淨項門載場園區倉庫網絡"
    "剋貫營輛種課閱稱重揚訖頓飛內業據燃氣儲裝箱卸馬爾櫃幣額價條順線歸屬聯繫關證郵區級溫凍冷鮮",
    "运单号输点发货达车离里里时间订编实际体积费数吨终开结动类员机电话铁陆总净项门载场园区仓库网络"
    "克贯营辆种课阅称重扬讫顿飞内业据燃气储装箱卸马尔柜币额价条顺线归属联系关证邮区级温冻冷鲜",
)


@cache
def headers() -> tuple[tuple[str, str, str | None, int], ...]:
    """Give field, word, the unit that the word itself declares, and its rank, from 0."""
    found = []
    for row in _rows("headers.csv"):
        for rank, each in enumerate(row["words"].split("|")):
            word, _, unit = each.partition(":")
            found.append((row["field"], " ".join(tokens(word)), unit or None, rank))
    return tuple(found)


@cache
def meanings(field: str) -> dict[str, str]:
    """Give what a word means in a column, by the word without case."""
    return {
        word.casefold(): row["meaning"]
        for row in _rows("meanings.csv")
        if row["field"] == field
        for word in row["words"].split("|")
    }


def simplified(text: str) -> str:
    """Give a text with the traditional signs of the trade in their simplified form."""
    return text.translate(TRADITIONAL)


def sentence(key: str, language: str, **fields: object) -> str:
    """Give a sentence of a proposal in ``en`` or ``zh``."""
    return _sentences()[key][language].format(**fields)


def tokens(header: str) -> list[str]:
    """Give the words of a header: ``grossWeight_kg`` is gross, weight, kg; each hanzi is one."""
    text = simplified(unicodedata.normalize("NFKC", header))
    text = re.sub(r"(?<=[a-z]{2})(?=[A-Z][a-z])", " ", text)
    return re.findall(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]", text.casefold())


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in _rows("sentences.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.monitor.propose").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
