"""tanlu quote: genuine is 0, changed or over is 3, and a shop gets its key."""

from __future__ import annotations

import json

import pytest

from tanlu.cli.entry import main
from tanlu.serve.api import Home
from tanlu.serve.quotes import Quotes
from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests.serve.quotes.test_quoting import asking


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "books"
    begin_log(open_workspace(path, create=True))
    return path


def written(ledger, now_s=None):
    home = Home(ledger)
    given = Quotes(home).quote("home", asking(["standard"], destination="北京"), now_s=now_s)
    home.close()
    return given


def checked(ledger, given, *more):
    file = ledger.parent / "quote.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    return main(["quote", "check", str(file), "--ledger", str(ledger), *more])


def test_a_genuine_quote_holds_and_a_changed_or_old_one_does_not(ledger, capsys):
    given = written(ledger)
    assert checked(ledger, given) == 0

    assert checked(ledger, given, "--merchant", "tlm_x") == 3
    given["quote"]["mass_g"] = "1"
    assert checked(ledger, given) == 3
    assert checked(ledger, written(ledger, now_s=1.7e9)) == 3
    assert "TL947" in capsys.readouterr().out


def test_what_is_no_quote_is_refused(ledger, capsys):
    assert checked(ledger, [1]) == 1
    (ledger.parent / "x").write_text("{", encoding="utf-8")
    assert main(["quote", "check", str(ledger.parent / "x"), "--ledger", str(ledger)]) == 1
    assert "TL947" in capsys.readouterr().err


def test_a_shop_gets_its_key(ledger, capsys):
    words = ["quote", "shop", "A", "--origin", "https://a.example", "--ledger", str(ledger)]

    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["merchant"].startswith("tlm_")


def test_a_ledger_without_parcels_has_no_accuracy(ledger):
    assert main(["quote", "accuracy", "--ledger", str(ledger)]) != 0
