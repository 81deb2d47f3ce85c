"""The box of a product: its parts are processes, its verdict is said."""

from __future__ import annotations

import pytest
from tests.account.lifecycle.systems import LIFE

from tanlu.account.lifecycle import read_system
from tanlu.errors import TanluError
from tanlu.report.product.reuse import reuse

pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
pytestmark = pytest.mark.engine
PARTS = "".join(
    f'[[process]]\nid = "{name}"\nstage = "returns"\noutput = "1 item"\n'
    f'[[process.flow]]\ngas = "CO2"\nmass = "{grams} g"\n'
    for name, grams in (("box", 4000), ("wash", 10), ("carton", 150))
)
BOX = '\n[box]\nmake = "box"\nwash = "wash"\nsingle = "carton"\nloss_percent = 0\nlife = 100\n'


def of(text: str) -> dict[str, object]:
    return reuse(read_system(text), library=None, profile="iso14067", gwp="AR6")


def test_a_box_pays_after_its_making_over_the_gain_of_a_use() -> None:
    found = of(LIFE + PARTS + BOX)

    assert (found["use_kg"], found["turns"], found["verdict"]) == ("0.05", "28.57", "reached")
    assert found["saved_kg"] == "0.1"


def test_a_box_without_a_carton_beside_it_has_no_verdict() -> None:
    found = of(LIFE + PARTS + BOX.replace('single = "carton"\n', ""))

    assert (found["use_kg"], found["verdict"], found["saved_kg"]) == ("0.05", None, None)


def test_a_product_without_a_box_has_none() -> None:
    assert of(LIFE) == {}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('make = "box"', 'make = "crate"', "TL530"),
        ('make = "box"\n', "", "TL530"),
        ("life", "lfie", "TL530"),
        ("loss_percent = 0", "loss_percent = 120", "TL534"),
    ],
)
def test_a_box_that_cannot_be_is_refused(old: str, new: str, code: str) -> None:
    with pytest.raises(TanluError) as told:
        of(LIFE + PARTS + BOX.replace(old, new))

    assert told.value.code == code
