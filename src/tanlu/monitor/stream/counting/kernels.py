"""The loops of the windows, compiled: one row after another, because order decides.

A *channel* is one device in one stream. It keeps the greatest number seen (``top``), the least
(``first``), a bitmap of the 256 numbers up to ``top`` (bit i is ``top - i``), the numbers that are
missing below it as a list of ranges from the greatest to the least, and the fingerprints of the
last 64 numbers.

A sender that gives no numbers (``UNNUMBERED``) gets them here, one after the other. What tells a
retry of it is the content with its time: the whole marks of the last 256 rows lie in a ring that
such a channel has besides. What is not among them and no later than one that left the ring may
have come before: nobody can tell, so it is refused.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = [
    "CLASH", "CROWDED", "JUMP", "KNOWN", "LATE", "NEW", "RESTART", "RING", "ROOM", "UNCHECKED",
    "UNNUMBERED", "WIDTH",
    "collect", "count_gaps", "mixed", "take",
]  # fmt: skip

NEW, KNOWN, UNCHECKED, CLASH, RESTART, CROWDED, JUMP, LATE = range(8)
WIDTH, WORDS, PRINTS = 256, 4, 64
# nodes that one row can use: every second number of the window, what lies above it, one split
ROOM = WIDTH // 2 + 3
NONE = -1
UNNUMBERED, RING = -1, 256
# no number comes after it
LAST = 2**63 - 1
# of a channel: latest time, the latest that the server's clock bears out, earliest; of a ring: the
# latest time that left it
NEWEST, SUREST, OLDEST = range(3)
GONE = RING
U = np.uint64
ALL = np.uint64(2**64 - 1)


@numba.njit(inline="always")
def _mix(x: Any) -> Any:
    # the finaliser of a 64-bit multiply-and-shift hash: every bit of the input moves every other
    x ^= x >> U(32)
    x *= U(0xD6E8FEB86659FD93)
    x ^= x >> U(32)
    x *= U(0xD6E8FEB86659FD93)
    return x ^ (x >> U(32))


@numba.njit(nogil=True, cache=True)
def mixed(prints: Any, column: Any) -> None:
    """Mix one column of 64-bit words into the fingerprints of the rows."""
    for i in range(prints.size):
        prints[i] = _mix(prints[i] * U(0x9E3779B97F4A7C15) + column[i])


@numba.njit(inline="always")
def _has(bits: Any, ch: Any, back: Any) -> Any:
    return (bits[ch, back >> 6] >> U(back & 63)) & U(1)


@numba.njit(inline="always")
def _set(bits: Any, ch: Any, back: Any) -> Any:
    bits[ch, back >> 6] |= U(1) << U(back & 63)


@numba.njit(nogil=True, cache=True)
def _shift(bits: Any, ch: int, by: int) -> None:
    """Let the window move on by so many numbers."""
    if by >= WIDTH:
        for word in range(WORDS):
            bits[ch, word] = 0
        return
    whole, part = by >> 6, by & 63
    for word in range(WORDS - 1, -1, -1):
        source = word - whole
        moved = U(0)
        if source >= 0:
            moved = bits[ch, source] << U(part)
            if part and source >= 1:
                moved |= bits[ch, source - 1] >> U(64 - part)
        bits[ch, word] = moved


@numba.njit(nogil=True, cache=True)
def _node(pool: Any, low: Any, high: Any, after: Any, lo: int, hi: int, then: int) -> int:  # noqa: PLR0917 - compiled
    """Take a free node; the caller has seen to it that there is one."""
    at = pool[0]
    pool[0] = after[at]
    pool[1] -= 1
    low[at], high[at], after[at] = lo, hi, then
    return int(at)


@numba.njit(inline="always")
def _free(pool: Any, after: Any, at: Any) -> Any:
    after[at] = pool[0]
    pool[0] = at
    pool[1] += 1


@numba.njit(nogil=True, cache=True)
def _push(  # noqa: PLR0917 - compiled
    pool: Any, low: Any, high: Any, after: Any, head: Any, count: Any, ch: int, lo: int, hi: int
) -> None:
    """Add missing numbers that lie above all ranges of the channel."""
    there = head[ch]
    if there != NONE and high[there] == lo - 1:
        high[there] = hi
        return
    head[ch] = _node(pool, low, high, after, lo, hi, there)
    count[ch] += 1


@numba.njit(nogil=True, cache=True)
def _falls(top: Any, first: Any, bits: Any, ch: int, to: int) -> bool:
    """Tell whether numbers that nobody saw leave the window when its top moves to ``to``."""
    below = to - WIDTH + 1
    if below - 1 > top[ch]:
        return True
    start = max(first[ch], top[ch] - WIDTH + 1)
    for number in range(start, below):  # noqa: SIM110 - compiled
        if not _has(bits, ch, top[ch] - number):
            return True
    return False


@numba.njit(nogil=True, cache=True)
def _advance(  # noqa: PLR0917 - compiled
    pool: Any, low: Any, high: Any, after: Any, head: Any, count: Any,
    top: Any, first: Any, bits: Any, ch: int, to: int,
) -> None:  # fmt: skip
    """Move the top of a window; what falls out of it unseen becomes a range."""
    old, below = top[ch], to - WIDTH + 1
    for number in range(max(first[ch], old - WIDTH + 1), min(below, old + 1)):
        if not _has(bits, ch, old - number):
            _push(pool, low, high, after, head, count, ch, number, number)
    if below - 1 > old:
        _push(pool, low, high, after, head, count, ch, old + 1, below - 1)
    _shift(bits, ch, to - old)
    _set(bits, ch, 0)
    top[ch] = to


@numba.njit(nogil=True, cache=True)
def _fill(  # noqa: PLR0917 - compiled
    pool: Any, low: Any, high: Any, after: Any, head: Any, count: Any,
    ch: int, number: int, most: int,
) -> int:  # fmt: skip
    """Take a number below the window out of its range: new, known before, or no room to split."""
    before, at = NONE, head[ch]
    while at != NONE and low[at] > number:
        before, at = at, after[at]
    if at == NONE or high[at] < number:
        return UNCHECKED
    lo, hi = low[at], high[at]
    if lo == hi:
        if before == NONE:
            head[ch] = after[at]
        else:
            after[before] = after[at]
        _free(pool, after, at)
        count[ch] -= 1
    elif number == lo:
        low[at] = number + 1
    elif number == hi:
        high[at] = number - 1
    else:
        if count[ch] >= most:
            return CROWDED
        low[at] = number + 1
        after[at] = _node(pool, low, high, after, lo, number - 1, after[at])
        count[ch] += 1
    return NEW


@numba.njit(nogil=True, cache=True)
def _before(  # noqa: PLR0917 - compiled
    pool: Any, low: Any, high: Any, after: Any, head: Any, count: Any,
    top: Any, first: Any, bits: Any, ch: int, number: int, most: int,
) -> int:  # fmt: skip
    """Begin the channel at an earlier number."""
    base = top[ch] - WIDTH + 1
    lo, hi = number + 1, min(first[ch] - 1, base - 1)
    if lo <= hi:
        if count[ch] >= most:
            return CROWDED
        made = _node(pool, low, high, after, lo, hi, NONE)
        last = head[ch]
        if last == NONE:
            head[ch] = made
        else:
            while after[last] != NONE:
                last = after[last]
            after[last] = made
        count[ch] += 1
    first[ch] = number
    if number >= base:
        _set(bits, ch, top[ch] - number)
    return NEW


@numba.njit(nogil=True, cache=True)
def _retried(ring: Any, at: int, mark: Any) -> int:
    """Give the place in the ring of a row without a number that came before, -1 if it did not."""
    for place in range(RING):
        if ring[at, place] == mark:
            return place
    return -1


@numba.njit(nogil=True, cache=True)
def _restarts(clock: Any, ch: int, told: int, sure: int) -> bool:
    """Tell whether a number that is not above all others cannot be of the same count.

    Its time is later than any. A clock that was far ahead once must not hide that; the time of a
    row that is itself ahead is compared with its like.
    """
    newest = clock[ch, SUREST] if told == sure else clock[ch, NEWEST]
    return bool(told > newest)


@numba.njit(nogil=True, cache=True)
def _seen(clock: Any, ch: int, told: int, sure: int, checked: bool, same: bool) -> int:  # noqa: PLR0917 - compiled
    """Judge a row whose number came before."""
    if same and told <= clock[ch, NEWEST]:
        return KNOWN
    # what is earlier than all that came cannot have come
    if _restarts(clock, ch, told, sure) or (not checked and told < clock[ch, OLDEST]):
        return RESTART
    return CLASH if checked else UNCHECKED


@numba.njit(inline="always")
def _pass(clock: Any, ch: Any, told: Any, sure: Any) -> Any:
    clock[ch, NEWEST] = max(clock[ch, NEWEST], told)
    clock[ch, SUREST] = max(clock[ch, SUREST], sure)
    clock[ch, OLDEST] = min(clock[ch, OLDEST], told)


@numba.njit(nogil=True, cache=True)
def _hold(ring: Any, times: Any, at: int, place: int, mark: Any, told: int) -> None:  # noqa: PLR0917 - compiled
    """Keep the mark of a row without a number; what it puts out of the ring is gone."""
    times[at, GONE] = max(times[at, GONE], times[at, place])
    ring[at, place], times[at, place] = mark, told


@numba.njit(nogil=True, cache=True)
def take(  # noqa: PLR0917 - compiled
    pool: Any, low: Any, high: Any, after: Any, head: Any, count: Any,
    top: Any, first: Any, clock: Any, bits: Any, prints: Any, slot: Any, ring: Any, times: Any,
    channel: Any, seq: Any, when: Any, sure: Any, content: Any, verdict: Any,
    begin: int, most: int, leap: int,
) -> int:  # fmt: skip
    """Judge rows in their order; give the row at which more room is needed, or their count.

    A row with a channel below 0 is passed over. A row without a number gets one.
    """
    for row in range(begin, channel.size):
        ch = channel[row]
        if ch < 0:
            continue
        if pool[1] < ROOM:
            return row
        number, told, mark = seq[row], when[row], U(content[row]) & U(0xFFFFFFFF)
        last = top[ch]
        if number == UNNUMBERED:
            if slot[ch] < 0:
                if pool[2] >= ring.shape[0]:
                    return row
                slot[ch] = pool[2]
                pool[2] += 1
            if last >= 0 and told <= clock[ch, NEWEST]:
                place = _retried(ring, slot[ch], content[row])
                if place >= 0:
                    seq[row], verdict[row] = last - ((last - place) & (RING - 1)), KNOWN
                    continue
                if told <= times[slot[ch], GONE]:
                    verdict[row] = LATE
                    continue
            if last == LAST:
                verdict[row] = JUMP
                continue
            seq[row] = number = last + 1
        said = NEW
        if last < 0:
            top[ch], first[ch] = number, number
            clock[ch, NEWEST], clock[ch, SUREST], clock[ch, OLDEST] = told, sure[row], told
            _set(bits, ch, 0)
        elif number > last:
            if number - last > leap:
                said = JUMP
            elif number == last + 1 and (_has(bits, ch, WIDTH - 1) or last - WIDTH + 1 < first[ch]):
                # the next number, and what falls out of the window was seen: nearly every row
                _shift(bits, ch, 1)
                _set(bits, ch, 0)
                top[ch] = number
            elif count[ch] >= most and _falls(top, first, bits, ch, number):
                said = CROWDED
            else:
                _advance(pool, low, high, after, head, count, top, first, bits, ch, number)
        elif last - number < WIDTH and _has(bits, ch, last - number):
            checked = last - number < PRINTS
            same = checked and prints[ch, number & (PRINTS - 1)] == mark
            said = _seen(clock, ch, told, sure[row], checked, same)
        elif _restarts(clock, ch, told, sure[row]):
            said = RESTART
        elif number < first[ch]:
            if first[ch] - number > leap:
                said = JUMP
            else:
                said = _before(
                    pool, low, high, after, head, count, top, first, bits, ch, number, most
                )
        elif last - number < WIDTH:
            _set(bits, ch, last - number)
        else:
            said = _fill(pool, low, high, after, head, count, ch, number, most)
            if said == UNCHECKED and told < clock[ch, OLDEST]:
                said = RESTART
        if said == NEW:
            _pass(clock, ch, told, sure[row])
            if top[ch] - number < PRINTS:
                prints[ch, number & (PRINTS - 1)] = mark
            if slot[ch] >= 0 and top[ch] - number < RING:
                _hold(ring, times, slot[ch], number & (RING - 1), content[row], told)
        verdict[row] = said
    return int(channel.size)


@numba.njit(nogil=True, cache=True)
def count_gaps(  # noqa: PLR0917 - compiled
    head: Any, low: Any, high: Any, after: Any, top: Any, first: Any, bits: Any, used: int
) -> Any:
    """Give how many ranges are missing and how many numbers."""
    ranges, missing = 0, 0
    for ch in range(used):
        at, edge = head[ch], NONE
        if at != NONE:
            edge = high[at]
        while at != NONE:
            ranges += 1
            missing += high[at] - low[at] + 1
            at = after[at]
        start = max(first[ch], top[ch] - WIDTH + 1)
        if bits[ch, 0] == ALL and bits[ch, 1] == ALL and bits[ch, 2] == ALL and bits[ch, 3] == ALL:
            continue
        for number in range(start, top[ch]):
            if not _has(bits, ch, top[ch] - number):
                missing += 1
                if number != edge + 1 or edge == NONE:
                    ranges += 1
                edge = number
    return ranges, missing


@numba.njit(nogil=True, cache=True)
def collect(  # noqa: PLR0917 - compiled
    head: Any, low: Any, high: Any, after: Any, top: Any, first: Any, bits: Any, used: int,
    channel: Any, least: Any, most: Any,
) -> int:  # fmt: skip
    """Write the ranges that are missing, by channel and ascending, and give their count."""
    at_row = 0
    for ch in range(used):
        begin = at_row
        at = head[ch]
        while at != NONE:
            channel[at_row], least[at_row], most[at_row] = ch, low[at], high[at]
            at_row += 1
            at = after[at]
        for i in range((at_row - begin) // 2):
            left, right = begin + i, at_row - 1 - i
            least[left], least[right] = least[right], least[left]
            most[left], most[right] = most[right], most[left]
        for number in range(max(first[ch], top[ch] - WIDTH + 1), top[ch]):
            if not _has(bits, ch, top[ch] - number):
                if at_row > begin and most[at_row - 1] == number - 1:
                    most[at_row - 1] = number
                else:
                    channel[at_row], least[at_row], most[at_row] = ch, number, number
                    at_row += 1
    return at_row
