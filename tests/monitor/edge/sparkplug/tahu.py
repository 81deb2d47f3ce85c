"""Payloads as the library of the Eclipse Tahu project writes them, by the official descriptor."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # an old generator of code; it is here only to be differed from
    warnings.simplefilter("ignore")
    from tahu import sparkplug_b_pb2 as official

INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 = range(1, 9)
FLOAT, DOUBLE, BOOLEAN, STRING, DATETIME = range(9, 14)
FIELD = {
    **dict.fromkeys((INT8, INT16, INT32, UINT8, UINT16, UINT32), "int_value"),
    **dict.fromkeys((INT64, UINT64, DATETIME), "long_value"),
    FLOAT: "float_value", DOUBLE: "double_value", BOOLEAN: "boolean_value", STRING: "string_value",
}  # fmt: skip


def message(*metrics, seq=None, timestamp=None):
    """Give the bytes of a payload of metrics, each a map of fields with ``value``."""
    made = official.Payload()
    if timestamp is not None:
        made.timestamp = timestamp
    if seq is not None:
        made.seq = seq
    for told in metrics:
        metric = made.metrics.add()
        for name, value in told.items():
            if name == "value":
                value = _as_sent(value, told["datatype"])
                setattr(metric, FIELD[told["datatype"]], value)
            elif name != "silent":
                setattr(metric, name, value)
        if told.get("silent"):
            metric.ClearField("datatype")
    return made.SerializeToString()


def _as_sent(value, datatype):
    if datatype in (INT8, INT16, INT32):
        return value & 0xFFFFFFFF
    return value & (2**64 - 1) if datatype == INT64 else value
