"""Chains of signed batches: each names the one before it, so that none is slipped in or left out.

What is remembered of a device is its last few batches. It is no part of what makes readings exactly
once (the windows of the pipeline do that): it tells who signed two histories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.monitor.edge.signing import FIRST

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Chains", "Link"]

REMEMBERED = 8


class Link(NamedTuple):
    """One batch in its chain: readings ``first`` to ``end - 1``; None where it is not known."""

    first: int
    end: int
    hash: bytes
    previous: bytes | None
    boot: int | None


class Chains:
    """The last batches of each device, and whether the next one goes on from them."""

    def __init__(self) -> None:
        self._links: dict[str, list[Link]] = {}
        self.gaps = 0

    def knows(self, device: str, hash: bytes) -> bool:  # noqa: A002 - the link's word
        """Tell whether a batch is remembered."""
        return any(link.hash == hash for link in self._links.get(device, ()))

    def judge(self, device: str, link: Link) -> str:
        """Give what is wrong with a batch, or nothing; a batch that holds is remembered.

        A batch that is known, fills a gap or leaves one holds. It does not hold if another was
        signed for one of its readings, if it names another one before it, or if the boot counter
        went back.
        """
        links = self._links.setdefault(device, [])
        for known in links:
            if known.first < link.end and link.first < known.end:
                if known.hash == link.hash:
                    return ""
                return f"forked: {known.hash.hex()} was signed for the same readings"
        last = links[-1] if links else None
        if last is not None and link.first >= last.end and _lower(link.boot, last.boot):
            return f"the boot counter went back from {last.boot} to {link.boot}"
        why = _broken(links, link)
        if why:
            return why
        self.gaps += last is not None and link.first > last.end
        links.append(link)
        if last is not None and link.first < last.first:
            links.sort(key=lambda each: each.first)
        del links[:-REMEMBERED]
        return ""

    def learn(self, batches: pl.DataFrame) -> None:
        """Remember batches that are stored, as after a restart.

        Parameters
        ----------
        batches
            Rows of table ``evidence``: ``device``, ``seq``, ``count``, ``evidence``.
        """
        latest = (
            batches.select("device", "seq", "count", "evidence")
            .unique("evidence", maintain_order=True)
            .sort("device", "seq", maintain_order=True)
            .group_by("device", maintain_order=True)
            .tail(REMEMBERED)
        )
        for device, first, count, evidence in latest.iter_rows():
            links = self._links.setdefault(device, [])
            new = Link(first, first + count, bytes.fromhex(evidence), None, None)
            if not self.knows(device, new.hash):
                links.append(new)
                links.sort(key=lambda link: link.first)
                del links[:-REMEMBERED]


def _lower(boot: int | None, than: int | None) -> bool:
    return boot is not None and than is not None and boot < than


def _broken(links: list[Link], link: Link) -> str:
    """Tell where a batch does not join the ones beside it."""
    for known in links:
        if known.end == link.first and link.previous not in (None, known.hash):
            # a device that lost its memory says so by a new boot and begins anew
            anew = link.previous == FIRST and _lower(known.boot, link.boot)
            if not anew:
                return f"the batch before it is {known.hash.hex()}, not the one it names"
        if known.first == link.end and known.previous not in (None, FIRST, link.hash):
            return f"the batch after it, {known.hash.hex()}, names another one"
    return ""
