"""What browsers load is built from web/ by the wheel build alone, with Node from PyPI."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tanlu.terms import VERSION

# a guard against an endless wait; how long it takes is measured elsewhere
WITHIN_S = 1200


@pytest.fixture
def web(root: Path) -> Path:
    """The folder of the sources."""
    return root / "web"


def test_pages_and_program_have_one_version(web: Path) -> None:
    told = tomllib.loads((web / "pyproject.toml").read_text(encoding="utf-8"))

    assert told["project"]["version"] == VERSION


def test_every_package_is_pinned_by_its_hash(web: Path) -> None:
    lock = json.loads((web / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}

    assert len(packages) > 5
    assert [
        name for name, each in packages.items() if not each["integrity"].startswith("sha512-")
    ] == []
    assert [name for name, each in packages.items() if "resolved" in each] == []


def test_only_licences_that_can_be_passed_on_are_in_the_files(web: Path) -> None:
    lock = json.loads((web / "package-lock.json").read_text(encoding="utf-8"))
    found = {each.get("license") for name, each in lock["packages"].items() if name}

    assert found <= {"Apache-2.0", "0BSD", "OFL-1.1", "MIT", "BSD-3-Clause"}


def test_scripts_keep_to_what_the_policy_allows(web: Path) -> None:
    wrong = [
        f"{path.name}: {word}"
        for path in (web / "scripts").rglob("*.ts")
        for word in ("eval(", "new Function", ".innerHTML", "document.write", "localStorage")
        if word in path.read_text(encoding="utf-8")
    ]

    assert wrong == []


def test_styles_take_their_colours_from_the_tokens(web: Path) -> None:
    wrong = {}
    for path in (web / "styles").rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?![-\w])", text)) - {"#fff", "#ccc"}
        # the gallery of the widget shows it in shops, whose colours are not ours
        if found and path.name != "widget.css":
            wrong[path.name] = found

    assert wrong == {}


def test_nothing_is_built_twice(web: Path) -> None:
    first = subprocess.run(
        [sys.executable, web / "build_pages.py"], capture_output=True, text=True, check=True
    )
    again = subprocess.run(
        [sys.executable, web / "build_pages.py"], capture_output=True, text=True, check=True
    )

    assert first.returncode == 0
    assert again.stdout.startswith("unchanged")


@pytest.mark.slow
def test_the_server_installs_without_node_and_the_base_without_the_pages(
    root: Path, tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    subprocess.run(["git", "clone", "-q", str(root), str(checkout)], check=True)
    kept = {k: v for k, v in os.environ.items() if re.match(r"PIP_|SSL_|HTTPS?_PROXY|HOME$", k)}
    for extra, pages in (("", False), ("[serve]", True)):
        place = tmp_path / f"env{extra.strip('[]')}"
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        done = subprocess.run(
            [place / "bin" / "pip", "install", "-q", f".{extra}"],
            cwd=checkout, env={**kept, "PATH": str(place / "bin")}, check=False,
            capture_output=True, text=True, timeout=WITHIN_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        found = list(place.glob("lib/*/site-packages/tanlu_pages/dist/manifest.json"))

        assert bool(found) is pages
        assert (checkout / "web" / "node_modules").exists() is pages
