"""The text for Prometheus, read by its own client."""

from __future__ import annotations

import pytest

from tanlu.serve.ingest import metrics

COUNTERS = {
    "streams": {
        'od"d\\\nname': {
            "rows_new": 5, "rows_known": 2, "known_unchecked": 1, "gaps": 3, "missing": 40,
            "devices": 2, "codes": {"TL355": 4}, "watermark_us": 1_500_000, "rows_in": 11,
        },
        "quiet": {
            "rows_new": 0, "rows_known": 0, "known_unchecked": 0, "gaps": 0, "missing": 0,
            "devices": 0, "codes": {}, "watermark_us": None, "rows_in": 0,
        },
    }
}  # fmt: skip
PLAIN = {
    "queue_bytes": 7, "lag_rows": 1, "lag_bytes": 2, "lag_seconds": 0.5, "sync_seconds_total": 0.25,
    "groups_total": 3, "refused_requests_total": 4, "gateways_failed": 0, "open": 1,
}  # fmt: skip

GATEWAYS = {"ocpp": {"another measurand": 12, "rows": 3}, "mqtt": {"rows": 1, "error": "away"}}


def test_prometheus_reads_every_counter() -> None:
    parser = pytest.importorskip("prometheus_client.parser")
    times = metrics.Histogram()
    for seconds in (0.0005, 0.02, 0.02, 99.0):
        times.note(seconds)
    told = metrics.text(COUNTERS, times, PLAIN, GATEWAYS)
    families = {each.name: each for each in parser.text_string_to_metric_families(told)}
    samples = {
        (each.name, tuple(sorted(each.labels.items()))): each.value
        for family in families.values()
        for each in family.samples
    }
    passed = (("gateway", "ocpp"), ("what", "another measurand"))
    assert samples["tanlu_gateway_count", passed] == 12
    assert len(families["tanlu_gateway_count"].samples) == 3
    odd = ("stream", 'od"d\\\nname')

    assert samples["tanlu_ingest_accepted_rows_total", (odd,)] == 5
    assert samples["tanlu_ingest_quarantined_rows_total", (("code", "TL355"), odd)] == 4
    assert samples["tanlu_ingest_missing_rows", (odd,)] == 40
    assert samples["tanlu_ingest_watermark_seconds", (odd,)] == 1.5
    assert samples["tanlu_ingest_lag_seconds", ()] == 0.5
    name = "tanlu_ingest_acknowledge_seconds"
    assert families[name].type == "histogram"
    assert samples[f"{name}_bucket", (("le", "0.001"),)] == 1
    assert samples[f"{name}_bucket", (("le", "0.025"),)] == 3
    assert samples[f"{name}_bucket", (("le", "+Inf"),)] == 4
    assert samples[f"{name}_count", ()] == 4
    assert families["tanlu_ingest_sync_seconds"].type == "counter"
