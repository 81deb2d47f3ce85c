"""What a newcomer sees first, and what must never be in the repository."""

from __future__ import annotations

import re
import subprocess
import tomllib

from tests.house import tree

TEXT = {".py", ".md", ".toml", ".sh", ".csv", ".json", ".txt", ".html", ".css", ""}
# parts are joined here so that this file does not contain what it forbids
ADDRESSES = re.compile(
    "|".join(["pypi" + r"\.org", "registry" + r"\.npmjs", "files\\.python" + "hosted"])
)
MACHINE = re.compile(r"(?<![\w.$}])/(?:" + "r[o]ot|w[o]rk|h[o]me" + r")/\w")


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=tree.ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [name for name in listed.splitlines() if (tree.ROOT / name).is_file()]


def test_a_newcomer_sees_the_mission_at_one_glance() -> None:
    top = {name.split("/")[0] for name in _tracked()}

    assert {"README.md", "README.zh.md", "Makefile", "LICENSE", "NOTICE", "src", "docs"} <= top
    assert len([name for name in top if not name.startswith(".")]) <= 18


def test_no_registry_host_and_no_path_of_a_machine_is_in_the_repository() -> None:
    wrong = []
    for name in _tracked():
        path = tree.ROOT / name
        if path.suffix not in TEXT:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        if ADDRESSES.search(text) or MACHINE.search(text):
            wrong.append(name)

    assert wrong == []


def test_generated_tables_stay_under_three_megabytes() -> None:
    size = sum(
        (tree.ROOT / name).stat().st_size
        for name in _tracked()
        if name.startswith("src/") and "/data/" in name
    )

    assert size <= 3 * 1024 * 1024


def test_no_committed_file_is_large() -> None:
    large = [n for n in _tracked() if (tree.ROOT / n).stat().st_size > 1_500_000]

    assert large == []


def test_the_base_install_has_at_most_eight_direct_dependencies() -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert len(project["dependencies"]) <= 8


def test_every_direct_dependency_has_a_recorded_reason() -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["duckdb"], *extras["spark"], *extras["fast"]]
    names = {re.split(r"[<>=\[]", text)[0] for text in wanted}
    folder = tree.ROOT / "docs" / "en" / "explain" / "decisions"
    page = next(folder.glob("*-dependencies.md")).read_text(encoding="utf-8")

    assert {name for name in names if f"`{name}`" not in page} == set()


def test_the_hashed_constraints_pin_every_direct_dependency() -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (tree.ROOT / "constraints.txt").read_text(encoding="utf-8")

    for wanted in project["dependencies"]:
        name = re.split(r"[<>=\[]", wanted)[0]
        assert re.search(rf"^{name}==\S+ \\\n\s+--hash=sha256:", pins, re.MULTILINE)


def test_both_tongues_have_the_same_pages_with_the_same_parts() -> None:
    pages = {}
    for tongue in ("en", "zh"):
        top = tree.ROOT / "docs" / tongue
        pages[tongue] = {
            str(page.relative_to(top)): len(
                re.findall(r"^## ", page.read_text(encoding="utf-8"), re.MULTILINE)
            )
            for page in top.rglob("*.md")
        }

    assert pages["en"] == pages["zh"]


def test_every_decision_taken_early_has_a_record() -> None:
    folder = tree.ROOT / "docs" / "en" / "explain" / "decisions"
    text = " ".join(page.name for page in folder.glob("*.md"))
    early = [
        "time", "bitemporal", "personal-data", "tenancy", "writers", "format", "originals", "money",
        "not-quantified", "rounding", "distances", "licences", "charts",
    ]  # fmt: skip

    assert [word for word in early if word not in text] == []
