"""What costs much is kept within its room."""

from __future__ import annotations

from tanlu.serve.resources.asking.keeping import Kept


def test_dear_answers_are_kept_within_their_room():
    kept = Kept(room=10, largest=6)
    kept.put("a", b"12345")
    kept.put("b", b"12345")
    assert kept.get("a") == b"12345"
    kept.put("c", b"1")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"12345", None, b"1")
    kept.put("d", b"1234567")
    assert kept.get("d") is None
    kept.put("a", b"1")
    kept.put("e", b"123456")
    assert kept.get("c") == b"1"
