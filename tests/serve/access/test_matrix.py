"""The authorisation matrix: route × role × organisation, complete, and as it is."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from tests.serve.access.matrix import COLUMNS, PARAM, Asking, lines
from tests.serving import home

# what a page answers in a checkout whose pages are not built (make pages)
UNBUILT = "503"
PAGES = importlib.util.find_spec("tanlu_pages")
BUILT = bool(os.environ.get("TANLU_PROVISIONED")) or (
    PAGES is not None and (Path(str(PAGES.origin)).parent / "dist" / "manifest.json").is_file()
)


@pytest.fixture(scope="module")
def asking(network_books, tmp_path_factory):
    """The whole application over one home; who asks is set by each test."""
    made = home(network_books, tmp_path_factory.mktemp("matrix"))
    yield Asking(made)
    made.close()


def test_every_route_has_a_line_and_every_line_a_route(asking):
    there = {(method, path) for method, path, _ in asking.routes()}
    told = [(line["method"], line["path"]) for line in lines()]
    assert sorted(there - set(told)) == [], "write it: python tools/access/matrix.py"
    assert sorted(set(told) - there) == []
    assert len(told) == len(set(told))


@pytest.mark.parametrize("column", COLUMNS)
def test_each_gets_the_answer_of_the_table(asking, column):
    wrong = []
    for line in lines():
        found = asking.status(line["method"], line["path"], column)
        if found == UNBUILT and not BUILT:
            continue
        if found != line[column]:
            wrong.append((line["method"], line["path"], line[column], found))
    assert wrong == []


def test_the_table_refuses_all_whom_a_route_is_not_for(asking):
    told = {(line["method"], line["path"]): line for line in lines()}
    wrong = []
    for method, path, roles in asking.routes():
        line = told[method, path]
        if "public" in roles:
            continue
        # a page leads nobody to the login; iLEAP says 403
        if line["nobody"] not in ("401", "303", "403"):
            wrong.append((method, path, "nobody", line["nobody"]))
        wrong += [
            (method, path, role, line[role])
            for role in COLUMNS[1:-1]
            if role not in roles and line[role] != "403"
        ]
    assert wrong == []


PAGES = ("/en/", "/zh/", "/p/", "/static/")
# what is the same for all organisations: tables, the library, files of pages, types of events
SHARED = {"/v1/schemas/{table}", "/v1/factors/{factor_id:path}", "/static/{name}",
          "/epcis/eventTypes/{name:path}", "/epcis/eventTypes/{name:path}/events",
          "/en/dev/api/{operation}", "/zh/dev/api/{operation}",
          "/en/inventory/{year}", "/zh/inventory/{year}"}  # fmt: skip


def test_the_objects_of_another_organisation_are_not_there():
    wrong = [
        (line["method"], line["path"], line["stranger"])
        for line in lines()
        # what tells methods tells no object; what nobody can do bare is asked for nothing
        if line["stranger"] not in ("404", "-")
        and line["method"] != "OPTIONS" and line["manager"].startswith("2")
        and line["path"] not in SHARED
        and not _public(line)
    ]  # fmt: skip
    assert wrong == []
    assert all((line["stranger"] == "-") == (not PARAM.search(line["path"])) for line in lines())


def test_every_object_of_the_table_is_one_that_is_there():
    absent = [
        (line["method"], line["path"], line["manager"])
        for line in lines()
        if PARAM.search(line["path"]) and line["manager"] in ("404", "415", "422")
    ]
    # which built files there are, and what else a page leads to, the tests of the pages say
    assert [each for each in absent if not each[1].startswith(PAGES)] == []


def _public(line):
    return line["nobody"] not in ("401", "403", "303")
