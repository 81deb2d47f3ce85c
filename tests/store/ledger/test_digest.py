"""The 64-record root, rebuilt from values by a second hand that reads only the reference."""

from __future__ import annotations

import struct
from datetime import date
from hashlib import sha256

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store.ledger.digest import block_entries, block_root, schema_hash
from tanlu.terms import schema
from tests.store.activities import activities


def merkle(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha256(b"\x01" + merkle(hashes[:half]) + merkle(hashes[half:])).digest()


def by_hand(table: str, frame: pl.DataFrame) -> bytes:
    columns = {name: frame[name].to_physical().to_list() for name in frame.columns}
    lines = ["tanlu/block/v1", table, schema_hash(table), str(frame.height)]
    forms = {}
    for name, values in columns.items():
        forms[name] = form(values, "f" if frame.schema[name] == pl.Float64 else None)
        lines.append(f"{name}\t{forms[name]}")
    leaves = ["\n".join([*lines, ""]).encode()]
    for start in range(0, frame.height, 64):
        block = b""
        for name, values in columns.items():
            if forms[name][0] not in "N=":
                block += encode(values[start : start + 64], forms[name])
        leaves.append(block)
    return merkle([sha256(b"\x00" + leaf).digest() for leaf in leaves])


def form(values: list, kind: str | None) -> str:
    there = [value for value in values if value is not None]
    if not there:
        return "N"
    mark = "" if len(there) == len(values) else "?"
    same = not mark and all(value == there[0] for value in there)
    if isinstance(there[0], str):
        if same:
            return f"={there[0]}"
        texts = sorted(set(there))
        return f"s{mark}" if len(texts) > 64 else "\t".join(["d", *texts])
    if kind == "f":
        return f"={struct.pack('>d', there[0]).hex()}" if same and there[0] else f"f8{mark}"
    if same:
        return f"={there[0]}"
    size = next(
        s for s in (1, 2, 4, 8) if all(-(2 ** (8 * s - 1)) <= v < 2 ** (8 * s - 1) for v in there)
    )
    return f"i{size}{mark}"


def encode(values: list, form: str) -> bytes:
    if form[0] == "d":
        texts = form.split("\t")[1:]
        return bytes(255 if value is None else texts.index(value) for value in values)
    out = bytes(value is not None for value in values) if form.endswith("?") else b""
    if form[0] == "s":
        texts = [(value or "").encode() for value in values]
        return out + b"".join(struct.pack("<I", len(t)) for t in texts) + b"".join(texts)
    if form[0] == "f":
        return out + b"".join(
            struct.pack("<d", value or 0.0 if value is None else value) for value in values
        )
    return out + b"".join(
        (value or 0).to_bytes(int(form[1]), "little", signed=True) for value in values
    )


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 128, 1000, 16_384, 16_385])
def test_the_root_is_what_the_reference_says(count) -> None:
    frame = activities(count)

    assert by_hand("activity", frame) == block_root("activity", frame)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "factor_id": st.one_of(st.none(), st.text("a碳é ", max_size=4)),
                "whole": st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
                "part": st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
            }
        ),
        min_size=1,
        max_size=140,
    )
)
def test_any_values_give_the_root_of_the_reference(rows) -> None:
    kinds = {"factor_id": pl.String, "whole": pl.Int64, "part": pl.Float64}
    frame = pl.DataFrame(rows, schema=kinds)

    assert by_hand("factor", frame) == block_root("factor", frame)


def test_a_date_counts_days() -> None:
    frame = pl.DataFrame({"day": [date(2026, 1, 1), None, date(1969, 12, 31)]})

    assert by_hand("factor", frame) == block_root("factor", frame)


def test_chunks_and_slices_do_not_matter() -> None:
    whole = activities(300)
    pieces = pl.concat([whole[:7], whole[7:200], whole[200:]], rechunk=False)

    assert block_root("activity", whole) == block_root("activity", pieces)
    assert block_root("activity", activities(290, first=3)) == block_root("activity", whole[3:293])


def test_any_change_of_a_value_changes_the_root() -> None:
    frame = activities(130)
    roots = {
        block_root("activity", frame.with_columns(changed))
        for changed in (
            pl.col("mass_mg"),
            pl.col("mass_mg") + 1,
            pl.col("load_ppm").fill_null(0),
            pl.col("zone") + "x",
            pl.col("origin").fill_null(""),
        )
    }

    assert len(roots) == 5


def test_a_control_character_is_refused() -> None:
    for bad in ("a\nb", "a\tb", "\x7f", "\x00"):
        for rows in (1, 3):
            frame = activities(rows).with_columns(
                origin=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(bad))
            )
            with pytest.raises(TanluError, match="TL604"):
                block_root("activity", frame)


def test_what_is_no_number_is_refused() -> None:
    for bad in (float("nan"), float("inf")):
        with pytest.raises(TanluError, match="TL605"):
            block_root("factor", pl.DataFrame({"part": [1.0, bad]}))


def test_the_hash_of_a_schema_is_over_its_lines() -> None:
    lines = "".join(f"{c.name},{c.type},{c.unit},{c.group}\n" for c in schema("quarantine").columns)

    assert sha256(lines.encode()).hexdigest() == schema_hash("quarantine")


def test_a_salt_stands_in_the_head_and_changes_nothing_else():
    frame = activities(70)
    plain, salted = (list(block_entries("activity", frame, salt=salt)) for salt in ("", "ab" * 32))
    first, *rest = plain[0].decode().split("\n")

    assert first == "tanlu/block/v1"
    assert salted[0].decode().split("\n") == ["tanlu/block/v2", *rest[:3], "ab" * 32, *rest[3:]]
    assert salted[1:] == plain[1:]
