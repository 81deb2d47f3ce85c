"""What is counted, as the text that Prometheus reads (exposition format 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MEDIA", "Histogram", "text"]

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
US = 1_000_000
OF_STREAMS = (
    ("accepted_rows", "counter", "rows_new", "Readings that were new and are durable"),
    ("known_rows", "counter", "rows_known", "Readings that were there already"),
    ("unchecked_rows", "counter", "known_unchecked", "Known readings older than the content kept"),
    ("gaps", "gauge", "gaps", "Ranges of sequence numbers that are missing"),
    ("missing_rows", "gauge", "missing", "Sequence numbers that are missing"),
    ("devices", "gauge", "devices", "Devices seen in the stream"),
)


class Histogram:
    """Counts times by how long they were [s]."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_S) + 1)
        self.sum_s = 0.0

    def note(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.sum_s += seconds

    def lines(self, name: str) -> Iterable[str]:
        """Give the lines of the text."""
        total = 0
        for bound, count in zip((*BOUNDS_S, float("inf")), self.counts, strict=True):
            total += count
            shown = "+Inf" if bound == float("inf") else f"{bound:g}"
            yield f'{name}_bucket{{le="{shown}"}} {total}'
        yield f"{name}_sum {self.sum_s}"
        yield f"{name}_count {total}"


def text(
    counters: dict[str, Any],
    acknowledged: Histogram,
    plain: dict[str, float],
    gateways: dict[str, dict[str, Any]],
) -> str:
    """Give counters of a pipeline, times of acknowledging, single values and gateways as text."""
    lines: list[str] = []
    streams = counters["streams"]
    for name, kind, key, meaning in OF_STREAMS:
        suffix = "_total" if kind == "counter" else ""
        lines += _head(f"tanlu_ingest_{name}{suffix}", kind, meaning)
        lines += [
            f"tanlu_ingest_{name}{suffix}{_label(stream=stream)} {told[key]}"
            for stream, told in streams.items()
        ]
    lines += _head("tanlu_ingest_quarantined_rows_total", "counter", "Rows refused, by error code")
    lines += [
        f"tanlu_ingest_quarantined_rows_total{_label(stream=stream, code=code)} {count}"
        for stream, told in streams.items()
        for code, count in sorted(told["codes"].items())
    ]
    lines += _head("tanlu_ingest_watermark_seconds", "gauge", "Time up to which readings are there")
    lines += [
        f"tanlu_ingest_watermark_seconds{_label(stream=stream)} {told['watermark_us'] / US}"
        for stream, told in streams.items()
        if told["watermark_us"] is not None
    ]
    for name, (kind, meaning) in PLAIN.items():
        lines += [
            *_head(f"tanlu_ingest_{name}", kind, meaning),
            f"tanlu_ingest_{name} {plain[name]}",
        ]
    # what a gateway counts is told by its own words; connections go down again
    lines += _head("tanlu_gateway_count", "gauge", "What each gateway counted since it began")
    lines += [
        f"tanlu_gateway_count{_label(gateway=gateway, what=what)} {count}"
        for gateway, told in sorted(gateways.items())
        for what, count in sorted(told.items())
        if isinstance(count, int)
    ]
    name = "tanlu_ingest_acknowledge_seconds"
    lines += _head(name, "histogram", "Time from a whole body to its receipt")
    lines += acknowledged.lines(name)
    return "\n".join(lines) + "\n"


PLAIN = {
    "queue_bytes": ("gauge", "Bytes that wait to be committed"),
    "lag_rows": ("gauge", "Rows that are durable and not in the ledger yet"),
    "lag_bytes": ("gauge", "Bytes of the log that are not in the ledger yet"),
    "lag_seconds": ("gauge", "Age of the oldest row that is not in the ledger yet"),
    "sync_seconds_total": ("counter", "Time spent waiting for the disk"),
    "groups_total": ("counter", "Groups committed to the log"),
    "refused_requests_total": ("counter", "Requests refused before their rows were looked at"),
    "gateways_failed": ("gauge", "Gateways beside HTTP that do not work now"),
    "open": ("gauge", "1 while no device is enrolled and any may send"),
}


def _head(name: str, kind: str, meaning: str) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]


def _label(**labels: str) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{told}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
