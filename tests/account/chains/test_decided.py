"""What a workspace decides."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.account.chains import NONE, Overrides, overrides
from tanlu.errors import TanluError


def test_a_workspace_without_a_file_decides_nothing(tmp_path: Path) -> None:
    assert overrides(tmp_path) is NONE


def test_circuities_are_read_by_mode_and_country(tmp_path: Path) -> None:
    (tmp_path / "chain.toml").write_text("[circuity.road]\nCN = 1.28\n")
    found = overrides(tmp_path)

    assert found.circuities() == {("transport.road", "CN"): 1.28}
    assert len(found.sha256) == 64


def test_an_unknown_section_is_refused(tmp_path: Path) -> None:
    (tmp_path / "chain.toml").write_text("[harbour]\nCN = 'CNSHA'\n")

    with pytest.raises(TanluError, match="TL502"):
        overrides(tmp_path)


def test_passages_are_read_for_the_sea(tmp_path: Path) -> None:
    (tmp_path / "chain.toml").write_text('[sea]\navoid = ["suez"]\n')

    assert overrides(tmp_path).sea() == {"avoid": ("suez",)}
    assert NONE.sea() == {}


def test_an_unknown_word_about_the_sea_is_refused(tmp_path: Path) -> None:
    (tmp_path / "chain.toml").write_text('[sea]\nclose = ["suez"]\n')

    with pytest.raises(TanluError, match="TL502"):
        overrides(tmp_path)


def test_hubs_are_read_by_country() -> None:
    decided = Overrides({"airport": {"CN": "CGO"}})
    found = decided.hubs("airport", pl.Series(["CN", "DE", None]))

    assert found["code"].to_list() == ["CGO", None, None]
    assert found["country"].to_list() == ["CN", None, None]


def test_a_hub_that_is_no_place_of_its_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "chain.toml").write_text("[port]\nCN = 'LOS'\n")

    with pytest.raises(TanluError, match="TL511"):
        overrides(tmp_path).hubs("port", pl.Series(["CN"]))


@pytest.mark.parametrize(
    "text",
    [
        "[airport\n", "airport = 'LOS'\n", "[airport]\nNG = 7\n", "[circuity]\nroad = 1.2\n",
        "[circuity.road]\nCN = 'far'\n", "[circuity.road]\nCN = true\n",
        "[circuity.road]\nCN = 0.5\n",
        "[circuity.road]\nCN = nan\n", "[circuity.road]\nCN = 1e9\n", "[sea]\navoid = 'suez'\n",
        "[sea]\navoid = [1]\n", "sea = 1\n",
    ],
)  # fmt: skip
def test_what_is_not_as_it_should_be_is_refused_with_an_example(tmp_path: Path, text: str) -> None:
    (tmp_path / "chain.toml").write_text(text)

    with pytest.raises(TanluError, match=r"TL515.*(write it like|写法如)"):
        overrides(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "chain.toml").write_bytes(b"\xff\xfe[sea]")

    with pytest.raises(TanluError, match="TL515"):
        overrides(tmp_path)


def test_keys_of_allocation_are_read_by_round_and_operation(tmp_path: Path) -> None:
    text = '[allocation]\nkey = "volume"\n[allocation.round]\nR7 = "item"\n'
    (tmp_path / "chain.toml").write_text(text)
    asked = overrides(tmp_path).keys()
    groups = pl.DataFrame({"group": ["round:R7", "operation:o"]})

    assert asked is not None
    assert groups.select(asked).to_series().to_list() == ["item", "volume"]
    assert NONE.keys() is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[allocation]\nkey = "colour"\n', "TL515"),
        ("[allocation]\nkey = 3\n", "TL515"),
        ("[allocation.round]\nR7 = [1]\n", "TL515"),
        ('[allocation]\nround = "item"\n', "TL515"),
        ('[allocation]\nrounds = "item"\n', "TL502"),
    ],
)
def test_a_key_that_is_none_is_refused(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "chain.toml").write_text(text)

    with pytest.raises(TanluError) as raised:
        overrides(tmp_path)
    assert raised.value.code == code
