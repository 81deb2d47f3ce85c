"""Things that a query names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.track.events.queries.matching import below, wanted


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("sgtin:4012345.011111.*", "id:sgtin:4012345.011111.9876", "id:sgtin:4012345.011112.9876"),
        ("sgtin:4012345.*.*", "id:sgtin:4012345.011111.9876", "id:sgtin:4012346.011111.9876"),
        ("sgtin:*.*.*", "id:sgtin:4012345.011111.9876", "id:sscc:4012345.3111111111"),
        ("sscc:4012345.*", "id:sscc:4012345.3111111111", "id:sscc:4012346.3111111111"),
        ("grai:4012345.00005.*", "id:grai:4012345.00005.7", "id:grai:4012345.00006.7"),
        ("grai:4012345.*.*", "id:grai:4012345.00005.7", "id:grai:4012355.00005.7"),
        ("giai:4012345.*", "id:giai:4012345.abc", "id:giai:4012346.abc"),
        ("sgln:4012345.00005.*", "id:sgln:4012345.00005.0", "id:sgln:4012345.00006.0"),
        ("sgln:4012345.00005.*", "id:sgln:4012345.00005.A", "id:sgln:4012345.00006.A"),
        ("sgln:4012345.*.*", "id:sgln:4012345.00005.A", "id:sgln:4012346.00005.A"),
        ("lgtin:4012345.012345.*", "class:lgtin:4012345.012345.9", "class:lgtin:4012345.012346.9"),
        ("itip:4012345.011111.01.02.*", "id:itip:4012345.011111.01.02.7",
         "id:itip:4012345.011111.02.02.7"),
    ],
)  # fmt: skip
def test_a_pattern_means_what_it_fits(
    tmp_path: Path, pattern: str, fitting: str, other: str
) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    found = wanted(workspace, [f"urn:epc:idpat:{pattern}"], patterns=True)

    assert found.has(f"urn:epc:{fitting}")
    assert not found.has(f"urn:epc:{other}")
    assert not found.has("https://example.com/4012345")


@pytest.mark.parametrize("pattern", ["sgtin:4012345.*.7", "sgtin:12.*.*", "sgtin:4012345.1.*"])
def test_a_pattern_that_cannot_be_is_refused(tmp_path: Path, pattern: str) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)

    with pytest.raises(TanluError, match="TL443"):
        wanted(workspace, [f"urn:epc:idpat:{pattern}"], patterns=True)


def test_a_link_and_a_urn_are_one_thing_and_a_class_is_no_pattern_of_itself(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    link = "https://id.gs1.org/01/04012345111118/21/9876"

    assert wanted(workspace, ["urn:epc:id:sgtin:4012345.011111.9876"]).has(link)
    assert not wanted(workspace, ["urn:epc:idpat:sgtin:4012345.011111.*"]).has(link)


def test_below_a_place_are_its_extensions(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    found = below(workspace, ["urn:epc:id:sgln:4012345.00005.0"])

    assert found.has("https://id.gs1.org/414/4012345000054/254/A")
    assert found.has("https://id.gs1.org/414/4012345000054")
    assert not found.has("https://id.gs1.org/414/4012345000061/254/A")
    assert not below(workspace, ["urn:epc:id:sgln:4012345.00005.A"]).has(
        "https://id.gs1.org/414/4012345000054"
    )
