"""What is told of hooks is what their shapes say, to the last field."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tanlu.serve.hooks import shapes
from tanlu.serve.hooks.events import EVENTS
from tanlu.serve.hooks.shelf import Shelf


def test_no_field_of_a_hook_or_a_delivery_gets_lost(home):
    shelf = Shelf(home.state)
    made = shelf.subscribe("home", "https://a.example/", ["test"], "ERP")
    assert set(made) == set(shapes.Hooked.model_fields)
    assert set(shelf.hook("home", made["id"])) == set(shapes.Hook.model_fields)
    shelf.test("home", made["id"])
    (row,) = shelf.deliveries("home", made["id"], None, None, 9)[0]
    told = shapes.Deliveries(deliveries=[row], next=None).deliveries[0]
    assert told.model_dump() == row


@pytest.mark.parametrize("shape", [shapes.Subscription, shapes.Change])
def test_a_field_that_is_not_known_is_refused(shape):
    with pytest.raises(ValidationError, match="Extra inputs"):
        shape(url="https://a.example/", events=sorted(EVENTS), state="off")
