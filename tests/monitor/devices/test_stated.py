"""What the log tells of keys of devices: that they are in their hands, and when they end."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry, enrol, revise
from tanlu.store import Workspace
from tanlu.store.log import begin_log, log_of
from tanlu.terms.proof import registry
from tanlu.terms.proof.keys import SigningKey, kid

KEY = SigningKey(bytes((7,)) * 32)


def _line(device: str = "m", key: SigningKey = KEY) -> pl.DataFrame:
    return pl.DataFrame({"device": [device], "key": [key.public.hex()]})


def _shown(device: str = "m", key: SigningKey = KEY) -> dict[str, bytes]:
    return {device: registry.possession(key, "device", device)}


def test_a_key_is_told_in_the_log_with_its_possession(workspace: Workspace) -> None:
    begin_log(workspace)
    done = enrol(workspace, _line(), possession=_shown())
    held = log_of(workspace).registry.keys[kid(KEY.public)]

    assert (done.entries, held.role, held.name, held.until) == (1, "device", "m", None)
    assert Registry.of(workspace).key("m") == KEY.public


def test_a_key_of_which_possession_is_not_shown_is_not_enrolled(workspace: Workspace) -> None:
    for shown in ({}, _shown("other") | {"m": b"x" * 64}, {"m": _shown("n")["n"]}):
        with pytest.raises(TanluError, match="TL134"):
            enrol(workspace, _line(), possession=shown)
    assert workspace.version == 0


def test_who_died_between_log_and_ledger_enrols_again(workspace: Workspace) -> None:
    log = begin_log(workspace)
    content = {"public": KEY.public, "name": "m", "possession": _shown()["m"]}
    log.state("device-enrol", "m", content)
    done = enrol(workspace, _line(), possession=_shown())

    assert (done.entries, done.version) == (0, 1)


def test_the_key_of_another_device_is_refused_before_the_ledger(workspace: Workspace) -> None:
    begin_log(workspace)
    enrol(workspace, _line(), possession=_shown())
    with pytest.raises(TanluError, match="TL134"):
        enrol(workspace, _line("n"), possession=_shown("n"))

    assert Registry.of(workspace).key("n") is None


def test_a_revoked_device_loses_its_key_in_the_log_too(workspace: Workspace) -> None:
    begin_log(workspace)
    enrol(workspace, _line(), possession=_shown())
    revise(workspace, "m", state="revoked")
    log = log_of(workspace)

    assert log.registry.keys[kid(KEY.public)].until is not None
    assert not log.registry.keys[kid(KEY.public)].holds(log.size)
    with pytest.raises(TanluError, match="TL134"):
        enrol(workspace, _line(), possession=_shown())


def test_without_a_log_a_key_is_enrolled_all_the_same(workspace: Workspace) -> None:
    assert enrol(workspace, _line(), possession=_shown()).entries == 0
    assert revise(workspace, "m", state="retired") == 2
