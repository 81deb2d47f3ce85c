"""Modes agree with the taxonomy, the kinds and the modes of segments."""

from tanlu.terms import taxonomy
from tanlu.track.legs.kinds import kind_of_class, kinds
from tanlu.track.modes.parameters import MOVING


def test_every_moving_mode_has_a_kind():
    assert set(kinds()) == set(MOVING)


def test_the_usual_class_of_each_mode_is_a_leaf_of_its_kind():
    wrong = [
        name
        for name, kind in kinds().items()
        if taxonomy.leaf_of(kind.kind, {"vehicle_class": kind.vehicle_class}) is None
    ]

    assert wrong == []


def test_a_class_tells_its_kind_by_its_longest_beginning():
    classes = ("truck.artic.44t", "train.container", "barge.average", "ship.container.x", "sofa")

    assert [kind_of_class(each) for each in classes] == [
        "transport.road", "transport.rail", "transport.inland", "transport.sea", None,
    ]  # fmt: skip
