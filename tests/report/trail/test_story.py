"""The story of a subject says what `why` says, in a fraction of its time."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.workspace import made

from tanlu.errors import TanluError
from tanlu.report import why
from tanlu.report.trail import story
from tanlu.store.index import extend


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("subject", ["waybill:T1", "T1", "chain:c1", "activity_id:a1"])
def test_every_fact_of_a_story_is_that_of_why(tmp_path: Path, subject: str, indexed: bool) -> None:
    workspace = made(tmp_path)
    if indexed:
        list(extend(workspace))
    told, whole = story(workspace, subject), why(workspace, subject).facts

    assert told.pop("legs") == [
        {name: leg[name] for name in shown}
        for leg, shown in zip(whole["legs"], story(workspace, subject)["legs"], strict=True)
    ]
    assert told == {name: whole[name] for name in told}


def test_a_story_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TanluError) as raised:
        story(made(tmp_path), "waybill:none")

    assert raised.value.code == "TL806"


def test_a_story_does_not_read_the_original(tmp_path: Path, monkeypatch) -> None:
    workspace = made(tmp_path)
    monkeypatch.setattr(type(workspace.originals), "get", lambda *_: 1 / 0)

    assert story(workspace, "T1")["legs"]
