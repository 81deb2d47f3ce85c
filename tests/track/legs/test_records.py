"""What legs give is three tables."""

from tanlu.track.legs import Legs


def test_legs_are_activities_elements_and_findings():
    assert Legs._fields == ("activities", "elements", "findings")
