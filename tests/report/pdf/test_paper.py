"""A document on A4: the same bytes everywhere, texts are data, tables go on over pages."""

from __future__ import annotations

import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.report.ledger import network

from tanlu.errors import TanluError
from tanlu.report import render, transport
from tanlu.report.pdf import fonts, paper, pdf
from tanlu.terms import Chart, Document, Section

pytest.importorskip("typst", reason="EXTRA ABSENT: tanlu[report] is not installed")
pypdf = pytest.importorskip("pypdf", reason="EXTRA ABSENT: tanlu[factors] is not installed")

MARKUP = (
    '#panic("x")', "$x^2$ *bold* _it_", "@nobody", "<label>", "\\u{1F600} \\", "\"quotes' `raw`",
    "// words /* more */", "= head", "- item", "#link(1)[2]",
)  # fmt: skip
PERIOD = {"period": {"end_us": 1_793_462_400_000_000, "zone": "Asia/Shanghai"}}


def words(made: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u200b", "")


def of(text: str) -> Document:
    """A document in which a text stands in every place where a text may stand."""
    bar = Chart("bar", text, text, (text,), ((text, (1.0,)),))
    one = Section(text, text, ((text, text, text),), (text, "n"), ((text, 1), (text, 2)), bar)
    return Document(text, "en", (one, one), PERIOD)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_document_gives_the_same_bytes_twice(language: str) -> None:
    first = pdf(transport(network(60), "2026-10", language=language))
    paper._compiler.cache_clear()

    assert pdf(transport(network(60), "2026-10", language=language)) == first


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import sys; from tanlu.report.pdf import pdf; from tanlu.terms import Document, Section\n"
        "s = Section('排放 Emissions', 'words', (), ('a [t]', 'b'), ((1.5, '甲'),))\n"
        "sys.stdout.buffer.write(pdf(Document('报告', 'zh', (s,))))"
    )
    once, twice = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(2)
    )

    assert once == twice
    assert once.startswith(b"%PDF-1.7")


@pytest.mark.parametrize(("language", "tongue"), [("en", "en"), ("zh", "zh-CN")])
def test_an_archive_has_title_language_date_and_tags(language: str, tongue: str) -> None:
    made = pdf(transport(network(60), "2026-10", language=language))
    reader = pypdf.PdfReader(io.BytesIO(made))

    assert reader.metadata.title == transport(network(60), "2026-10", language=language).title
    assert reader.metadata.creation_date.date().isoformat() == "2026-10-31"
    assert reader.trailer["/Root"]["/Lang"] == tongue
    assert bool(reader.trailer["/Root"]["/MarkInfo"]["/Marked"])
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_font_is_left_to_the_reader(language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf(transport(network(60), language=language))))
    found = {
        font["/BaseFont"].split("+")[1].split("-")[0]: "+" in font["/BaseFont"]
        for page in reader.pages
        for font in (ref.get_object() for ref in page["/Resources"]["/Font"].values())
    }

    assert set(found) <= {"Inter", "InterVariable", "NotoSansCJKjp", "NotoSansCJKsc"}
    assert all(found.values())


@pytest.mark.parametrize("text", MARKUP)
def test_a_text_is_never_markup(text: str) -> None:
    read = words(pdf(of(text)))

    # title, words, three of a figure, two cells …
    assert read.replace("\n", "").count(text.replace(" ", " ")) >= 5


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200).filter(str.strip))
@example("\ue000")
@example("a\ufeff b\ufffe")
def test_any_text_gives_pages(text: str) -> None:
    assert pdf(of(text)).startswith(b"%PDF")


def test_a_very_long_word_stays_on_the_page_and_whole() -> None:
    long = "".join(chr(97 + i % 26) for i in range(10_000))
    section = Section("S", "", (), ("name", "n"), ((long, 1),))
    read = words(pdf(Document("D", "en", (section, section), PERIOD)))

    assert read.replace("\n", "").replace(" ", "").count(long[:5000]) >= 1


def test_a_long_table_goes_on_over_pages_with_its_header() -> None:
    rows = tuple((f"order {i}", Decimal(i) / 7) for i in range(400))
    document = Document("D", "en", (Section("H"), Section("S", "", (), ("HEADER", "x [t]"), rows)))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf(document))).pages]

    assert [page.count("HEADER") for page in pages] == [1] * len(pages)
    assert len(pages) > 5
    assert all(f"order {i}" in "\n".join(pages) for i in range(400))


def test_every_page_has_its_number_and_the_state_of_the_ledger() -> None:
    pages = pypdf.PdfReader(io.BytesIO(pdf(transport(network(200), "2026-10")))).pages
    read = [page.extract_text() for page in pages]

    assert [f"{i} / {len(read)}" in text for i, text in enumerate(read, 1)] == [True] * len(read)
    assert ["Ledger version 7" in text for text in read] == [True] * len(read)


def test_numbers_read_as_on_the_html_page() -> None:
    read = words(pdf(transport(network(60), "2026-10")))
    section = next(s for s in transport(network(60), "2026-10").sections if "modes" in s.title)
    legs = [f"{row[-1]:,}" for row in section.rows]

    assert [number in read for number in legs] == [True] * len(legs)


def test_a_page_of_each_kind_of_picture_has_its_words() -> None:
    charts = (
        Chart("bar", "b", "t", ("仓库 A", "b"), (("WTW", (3.0, 1.0)),)),
        Chart("sankey", "s", "t", links=(("柴油", "公路", 3.0), ("公路", "范围一", 3.0))),
        Chart("line", "l", "t", ("2026-10-01", "2026-10-02"), (("甲", (3.0, 1.0)),)),
        Chart("tiles", "t", "t", ("CN-SH 上海",), (("WTW", (3.0,)),)),
    )  # fmt: skip
    sections = tuple(Section(chart.title, chart=chart) for chart in charts)
    read = words(pdf(Document("D", "zh", (Section("H"), *sections))))

    assert [w for w in ("仓库 A", "柴油", "范围一", "10-01", "上海") if w not in read] == []


def test_a_report_is_a_pdf_by_its_suffix(tmp_path: Path) -> None:
    made = render(transport(network(20)), tmp_path / "r.pdf")

    assert made.read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize("package", ["fontpkg_inter", "manimgx_fonts_cjk"])
def test_an_absent_font_says_what_to_install(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "PACKAGES", ((f"no_{package}", "", "x.ttf"),))
    fonts._files.cache_clear()
    with pytest.raises(TanluError, match=r"TL002.*pip install 'tanlu\[report\]'"):
        fonts._files()
    fonts._files.cache_clear()


def test_an_absent_typst_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    paper._compiler.cache_clear()
    with pytest.raises(TanluError, match=r"TL002.*typst.*pip install 'tanlu\[report\]'"):
        pdf(of("x"))
    paper._compiler.cache_clear()


def test_a_page_that_cannot_be_set_is_an_error_with_a_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paper, "layout", lambda document: {"date": None})
    with pytest.raises(TanluError, match="TL820"):
        pdf(of("x"))
