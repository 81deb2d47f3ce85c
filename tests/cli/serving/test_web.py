"""tanlu serve: where it listens, and what keeps others from reading along."""

from __future__ import annotations

import argparse
import ipaddress
import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tanlu.cli import main
from tanlu.cli.serving.web import open_to
from tanlu.errors import TanluError, catalogue

ROOT = Path(__file__).resolve().parents[3]


def asked(**more):
    usual = {"host": "127.0.0.1", "tls": False, "certificate": None, "key": None,
             "behind_proxy": None}  # fmt: skip
    return argparse.Namespace(**{**usual, **more})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.9", "::1"])
def test_this_machine_needs_no_tls(host):
    assert open_to(asked(host=host)) == ("127.0.0.1" if host == "localhost" else host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.4", "park.example"])
def test_others_reach_it_over_tls_or_a_proxy_alone(host):
    with pytest.raises(TanluError, match=r"TL943.*--tls"):
        open_to(asked(host=host))
    for way in ({"tls": True}, {"behind_proxy": "https://a"}, {"certificate": Path("c")}):
        assert open_to(asked(host=host, **way)) == host


def test_without_a_ledger_it_says_so(tmp_path, capsys):
    assert main(["serve", "--ledger", str(tmp_path / "no"), "--language", "en"]) == 1
    assert "[TL601]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--certificate", "no.pem", "--key", "no.key"), "TL004"),
     (("--certificate", __file__), "TL008"), (("--host", "0.0.0.0"), "TL943"),
     (("--behind-proxy", "park.example"), "TL008"), (("--open-network", "10.1.0.5/16"), "TL008")],
)  # fmt: skip
def test_what_cannot_be_is_said_before_anything_listens(
    network_books, tmp_path, capsys, words, code
):
    home = ("--home", str(tmp_path / "home"), "--port", "0", "--language", "en")
    assert main(["serve", "--ledger", str(network_books), *home, *words]) == 1
    assert code in capsys.readouterr().err


def test_networks_of_ones_own_are_opened_by_an_option(network_books, tmp_path, monkeypatch):
    """The hint of TL493 names it: what it promises is there."""
    reached = []

    def answer(app, *_, **__):
        reached.append(app.state.hooks.reach)

    monkeypatch.setattr("tanlu.serve.running.run", answer)
    words = ["serve", "--ledger", str(network_books), "--home", str(tmp_path), "--port", "0"]
    assert main(words) == 0
    assert main([*words, "--open-network", "10.1.0.0/16", "--open-network", "fd12::/48"]) == 0
    inside = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd12::/48")]
    assert [list(each.inside) for each in reached] == [[], inside]
    assert "tanlu serve --open-network" in catalogue()["TL493"].hint


def test_it_answers_over_tls_and_ends_by_an_interruption(network_books, tmp_path):
    home = tmp_path / "home"
    child = subprocess.Popen(
        [sys.executable, "-m", "tanlu", "serve", "--ledger", str(network_books), "--home",
         str(home), "--port", "0", "--tls", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    line = child.stdout.readline()
    assert line, child.communicate()[1]
    url = json.loads(line)["url"]
    assert url.startswith("https://127.0.0.1:")
    trusts = ssl.create_default_context(cafile=home / "tls.pem")
    with urllib.request.urlopen(url + "/healthz", context=trusts, timeout=30) as answer:
        assert json.load(answer)["status"] == "ok"
    with urllib.request.urlopen(url + "/metrics", context=trusts, timeout=30) as answer:
        assert 'tanlu_web_requests_total{method="GET",status="2xx"} 1' in answer.read().decode()
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)
    assert child.returncode == 0
