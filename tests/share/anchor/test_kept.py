"""What is kept of an anchor, and whether the log still begins with it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tanlu.errors import TanluError
from tanlu.share import anchor
from tanlu.terms.proof import cbor, checkpoint, keys, tree

KEY = keys.SigningKey(b"l" * 32)
LEVELS = [tree.levels(tree.row([bytes((n,)) for n in range(size)])) for size in range(1, 10)]


def _head(size, origin="log.example/a"):
    return checkpoint.Checkpoint(origin, size, LEVELS[size - 1][-1])


def _kept(size=3):
    return anchor.Kept("webhook", checkpoint.signed(_head(size), KEY), b"thanks")


def test_what_is_kept_comes_back_and_its_statement_names_it():
    kept = _kept()

    assert anchor.opened(kept.encode()) == kept
    assert anchor.statement_of(kept) == {
        "type": "tanlu/anchor/v1", "kind": "webhook", "size": 3, "root": LEVELS[2][-1],
        "receipt": sha256(kept.encode()).digest(),
    }  # fmt: skip


def test_a_log_that_grew_still_begins_with_what_was_anchored():
    for size in range(3, 10):
        proof = tree.consistency(LEVELS[size - 1], 3)
        assert anchor.stands(_kept(), _head(size), proof)


def test_a_log_that_was_rewritten_shrank_or_is_another_does_not():
    proof = tree.consistency(LEVELS[8], 3)
    rewritten = _head(9)._replace(root=tree.leaf(b"other"))

    assert [
        anchor.stands(_kept(), rewritten, proof),
        anchor.stands(_kept(5), _head(3), []),
        anchor.stands(_kept(), _head(9, "log.example/b"), proof),
    ] == [False] * 3


@pytest.mark.parametrize(
    "content", [[], {}, {"type": "x"}, {"type": "tanlu/anchor-receipt/v1", "kind": "gossip"}]
)
def test_other_bytes_are_refused(content):
    with pytest.raises(TanluError, match="TL867"):
        anchor.opened(cbor.encode(content))
