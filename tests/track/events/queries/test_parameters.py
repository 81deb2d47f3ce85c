"""Parameters of queries: those of the standard are read, others refused with a code."""

from __future__ import annotations

from typing import Any

import pytest

from tanlu.errors import TanluError
from tanlu.track.events.queries import read_query


def value_of(name: str) -> Any:
    """Give a value that a parameter takes, by its name."""
    if "ime" in name.partition("_")[2] and not name.startswith("EXISTS"):
        return "2026-01-01T00:00:00Z"
    if name.startswith("EXISTS"):
        return True
    for part, value in (
        ("action", "ADD"), ("bizStep", "shipping"), ("ispos", "active"),
        ("eventType", "ObjectEvent"),
        ("Reason", "incorrect_data"), ("EQ_type", "Temperature"), ("boolean", True),
        ("uantity", 1), ("Count", 3), ("perc", 1), ("orderBy", "eventTime"),
        ("orderDirection", "ASC"), ("alue_", 1), ("sDev", 1),
    ):  # fmt: skip
        if part in name:
            return value
    return "https://example.com/x"


def test_each_parameter_with_a_fixed_name_is_taken() -> None:
    for name in FIXED:
        query = read_query({name: value_of(name)})
        ordering = name.startswith(("order", "eventCount", "maxEvent"))
        assert len(query.conditions) == (0 if ordering else 1), name


# the names of EPCIS 2.0 8.2.7.1 that do not depend on a unit, type or field
FIXED = (
    "eventType", "GE_eventTime", "LT_eventTime", "GE_recordTime", "LT_recordTime", "EQ_action",
    "EQ_bizStep", "EQ_disposition", "EQ_persistentDisposition_set",
    "EQ_persistentDisposition_unset", "EQ_readPoint", "WD_readPoint", "EQ_bizLocation",
    "WD_bizLocation", "EQ_transformationID", "MATCH_epc", "MATCH_parentID", "MATCH_inputEPC",
    "MATCH_outputEPC", "MATCH_anyEPC", "MATCH_epcClass", "MATCH_inputEPCClass",
    "MATCH_outputEPCClass", "MATCH_anyEPCClass", "EQ_quantity", "GT_quantity", "GE_quantity",
    "LT_quantity", "LE_quantity", "EQ_eventID", "EXISTS_errorDeclaration",
    "GE_errorDeclaration_Time", "LT_errorDeclaration_Time", "GE_errorDeclarationTime",
    "LT_errorDeclarationTime", "EQ_errorReason", "EQ_correctiveEventID", "orderBy",
    "orderDirection", "eventCountLimit", "maxEventCount", "EXISTS_sensorElementList", "GE_time",
    "LT_time", "GE_startTime", "LT_startTime", "GE_endTime", "LT_endTime", "EQ_type",
    "EQ_deviceID", "EQ_dataProcessingMethod", "EQ_microorganism", "EQ_chemicalSubstance",
    "EQ_bizRules", "EQ_stringValue", "EQ_booleanValue", "EQ_hexBinaryValue", "EQ_uriValue",
    "GE_percRank", "LT_percRank", "GT_percRank", "LE_percRank",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "where", "field", "unit"),
    [
        ("EQ_bizTransaction_po", "a:b", "ties", "bizTransaction", "po"),
        ("EQ_bizTransaction_urn:epcglobal:cbv:btt:po", "a:b", "ties", "bizTransaction", "po"),
        ("EQ_source_owning_party", "a:b", "ties", "source", "owning_party"),
        ("EQ_destination_https://x.org/y", "a:b", "ties", "destination", "https://x.org/y"),
        ("GE_quantity_KGM", 1, "amounts", "quantity", "KGM"),
        ("LT_value_CEL", "-3.5", "sensed", "value", "CEL"),
        ("EQ_percValue_A93", 1, "sensed", "percValue", "A93"),
        ("EQ_ex:one", "a", "own", "https://n.org/one", None),
        ("EXISTS_INNER_ex:one", True, "inner own", "https://n.org/one", None),
        ("GT_ILMD_ex:one", 1, "ILMD", "https://n.org/one", None),
        ("EQ_INNER_ILMD_zz:one", 1, "inner ILMD", "zz:one", None),
        ("EQ_ERROR_DECLARATION_ex:one", 1, "ERROR_DECLARATION", "https://n.org/one", None),
        ("LE_SENSORREPORT_ex:one", 1, "SENSORREPORT", "https://n.org/one", None),
        ("EQ_readPoint_ex:one", 1, "readPoint", "https://n.org/one", None),
        ("EQ_INNER_bizLocation_ex:one", 1, "inner bizLocation", "https://n.org/one", None),
    ],
)
def test_names_with_a_unit_a_type_or_a_field_in_them(
    name: str, value: Any, where: str, field: str, unit: str | None
) -> None:
    context = {"ex": "https://n.org/"}
    (one,) = read_query({name: value, "@context": [context]}).conditions

    assert (one.where, one.field, one.unit) == (where, field, unit)
    assert read_query({name: value}, prefixes=context).conditions[0].field == field


@pytest.mark.parametrize(
    "name",
    ["", "EQ_", "eventtype", "GT_eventTime", "EQ_value", "EQ_value_c", "HASATTR_x:y", "EQATTR_a_b",
     "MATCH_", "GE_bizStep", "WD_epc", "EQ_x", "x", "EXISTS_", "EQ_ILMD_lot", "EQ_a b:c"],
)  # fmt: skip
def test_unknown_parameters_are_refused(name: str) -> None:
    with pytest.raises(TanluError, match="TL442"):
        read_query({name: "a"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GE_eventTime", "yesterday"), ("GE_eventTime", 5), ("GE_eventTime", ["2026-01-01", "x"]),
        ("GE_eventTime", []), ("LT_recordTime", "2026-01-01"), ("EQ_action", "add"),
        ("EQ_bizStep", "walking"), ("EQ_bizStep", []), ("EQ_bizStep", None), ("EQ_bizStep", [{}]),
        ("eventType", "SaleEvent"), ("MATCH_epc", "no uri"), ("MATCH_epc", ""),
        ("MATCH_epc", "(01)04012345111119(21)9"), ("MATCH_epc", "a:" + "b" * 5000),
        ("EQ_quantity", "many"), ("EQ_quantity", True), ("GE_value_CEL", "1e999"),
        ("GE_value_CEL", [1, 2]), ("EXISTS_ex:a", "perhaps"), ("EQ_booleanValue", "yes"),
        ("GT_ex:a", "text"), ("orderBy", "ex:a"), ("orderDirection", "UP"),
        ("eventCountLimit", 0), ("eventCountLimit", "-1"), ("maxEventCount", True),
        ("maxEventCount", "²"), ("orderBy", ["eventTime", "recordTime"]),
        ("EQ_eventID", ["a:b"] * 10_001),
    ],
)  # fmt: skip
def test_values_that_do_not_hold_are_refused_by_their_parameter(name: str, value: Any) -> None:
    with pytest.raises(TanluError) as caught:
        read_query({name: value})

    assert (caught.value.code, caught.value.fields["column"]) == ("TL443", name)


def test_two_ways_to_limit_exclude_each_other_and_a_query_has_an_end() -> None:
    with pytest.raises(TanluError, match="exclude each other"):
        read_query({"eventCountLimit": 1, "maxEventCount": 1})
    with pytest.raises(TanluError, match="at most 64"):
        read_query({f"EQ_ex:a{number}": 1 for number in range(65)})


def test_what_is_asked_for_by_no_means_asks_nothing() -> None:
    assert read_query({"EXISTS_ex:a": False, "EXISTS_errorDeclaration": "false"}).conditions == ()


def test_a_plus_that_a_url_lost_is_put_back() -> None:
    lost, whole = "2026-01-01T08:00:00.5 08:00", "2026-01-01T08:00:00.5+08:00"

    assert (
        read_query({"GE_eventTime": lost}).conditions[0].values[0].us
        == read_query({"GE_eventTime": whole}).conditions[0].values[0].us
    )
