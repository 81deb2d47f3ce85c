"""What the web process counts of itself."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tanlu.serve.application import application


def test_metrics_count_requests_without_names(home):
    app = application(home)
    with TestClient(app) as client:
        client.get("/healthz")
        client.get("/nothing/secret-name")
        client.request("BREW", "/healthz")
        text = client.get("/metrics").text
    assert 'tanlu_web_requests_total{method="GET",status="2xx"} 1' in text
    assert 'tanlu_web_requests_total{method="GET",status="4xx"} 1' in text
    assert 'tanlu_web_requests_total{method="other",status="4xx"} 1' in text
    assert "secret" not in text
    assert "tanlu_web_first_byte_seconds_count 3" in text
    assert "tanlu_live_viewers 0" in text
    assert "tanlu_web_open 1" in text


def test_the_text_is_what_prometheus_reads(home):
    from prometheus_client.parser import text_string_to_metric_families as families

    app = application(home)
    with TestClient(app) as client:
        found = {each.name: each for each in families(client.get("/metrics").text)}
    assert found["tanlu_live_ticks"].type == "counter"
    assert found["process_cpu_seconds"].samples[0].value > 0
