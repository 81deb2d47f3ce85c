"""GPX files."""

import pytest

from tanlu.errors import TanluError
from tanlu.track.inputs.gpx import points

HEAD = '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
POINT = '<trkpt lat="39.9" lon="116.4"><ele>44</ele><time>2026-10-01T08:00:00Z</time></trkpt>'


def test_tracks_are_devices_and_points_have_what_they_tell(tmp_path):
    file = tmp_path / "walk.gpx"
    file.write_text(HEAD + f"<trk><trkseg>{POINT}</trkseg></trk><trk>{POINT}</trk></gpx>")

    found = points(file)

    assert found["device"].to_list() == ["walk", "walk/2"]
    assert found.row(0)[1:5] == ("2026-10-01T08:00:00Z", "39.9", "116.4", "44")


def test_a_document_type_is_refused(tmp_path):
    file = tmp_path / "bomb.gpx"
    file.write_text('<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "b">]>' + "<gpx>&a;</gpx>")

    with pytest.raises(TanluError, match="document type"):
        points(file)


def test_a_file_that_ends_within_is_refused(tmp_path):
    file = tmp_path / "torn.gpx"
    file.write_text(HEAD + "<trk>" + POINT)

    with pytest.raises(TanluError, match="TL436"):
        points(file)
