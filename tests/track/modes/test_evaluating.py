"""The tracker beside the truth of journeys that nothing was fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tanlu.errors import TanluError
from tanlu.simulate.journeys import write_journeys
from tanlu.track.modes import evaluate
from tests.track.modes.made import simulated

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_modes_are_right_over_the_way_and_hubs_are_found(tmp_path: Path) -> None:
    write_journeys(simulated(20, 1502)[0], tmp_path)
    facts = evaluate(tmp_path)

    assert facts["mode"]["share"] > 0.97
    assert facts["nodes"]["transfer"]["seen"] > 0.95
    assert facts["nodes"]["transfer"]["found"] > 0.9
    assert facts["distance"]["median"] < 0.015
    assert facts["region"] == "test"


def test_a_folder_without_journeys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TanluError) as caught:
        evaluate(tmp_path)

    assert caught.value.code == "TL004"
