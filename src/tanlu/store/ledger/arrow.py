"""The values of a table as bytes, straight from the buffers of the Arrow C data interface.

Polars hands out its columns through the public capsule protocol; reading the capsule needs three
C structures and no further library.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["fixed_bytes"]


class _Schema(ctypes.Structure):
    """ArrowSchema; only its release is used."""


class _Array(ctypes.Structure):
    """ArrowArray."""


class _Stream(ctypes.Structure):
    """ArrowArrayStream."""


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
    (
        "get_next",
        ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array)),
    ),
    ("get_last_error", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


def fixed_bytes(table: pl.DataFrame) -> list[bytes]:
    """Give the values of each column of fixed width, little endian, as its buffer holds them.

    The columns have no nulls and one chunk.

    Raises
    ------
    TanluError
        TL603 when the columns come in more than one chunk or with nulls: a fault of the program.
    """
    widths = [_width(kind) for kind in table.dtypes]
    capsule = table.__arrow_c_stream__()
    stream = _Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
    array = _Array()
    if stream.get_next(ctypes.byref(stream), ctypes.byref(array)) != 0 or not array.release:
        raise TanluError("TL603", value=table.shape, why="the columns cannot be exported")
    try:
        if array.length != table.height or array.offset:
            raise TanluError("TL603", value=table.shape, why="the columns come in chunks")
        return [
            _values(array.children[index].contents, width) for index, width in enumerate(widths)
        ]
    finally:
        array.release(ctypes.byref(array))


def _values(array: _Array, width: int) -> bytes:
    start = (array.buffers[1] or 0) + array.offset * width
    return ctypes.string_at(start, array.length * width)


def _width(kind: pl.DataType) -> int:
    import polars as pl

    widths: dict[Any, int] = {
        pl.Int8: 1, pl.UInt8: 1, pl.Int16: 2, pl.Int32: 4, pl.UInt32: 4, pl.Int64: 8, pl.Float64: 8
    }  # fmt: skip
    return widths[type(kind)]
