"""Plain values to bytes and back: all that may cross between the student's process and the checks.

A message is a header and the raw bytes of its arrays::

    4 bytes   length of the header, little-endian
    header    msgpack: the value, with arrays as references (dtype, shape) into what follows
    arrays    their bytes, in order of reference

Nothing is unpickled and nothing is looked up by a name that came over: types are numbers
from the short list below, dtypes come from an allow-list.  A decoder that meets anything else
raises `DecodeError`; it never guesses.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from typing import Any

import msgpack
import numpy as np

__all__ = ["Batches", "DecodeError", "Foreign", "ModelRecord", "Opaque", "decode", "encode"]

MAX_HEADER = 4 << 20
"""Bytes of structure: bounds what a small message can grow to (an empty dict is 1 byte sent, 64 in memory)."""

MAX_MESSAGE = 256 << 20
"""Bytes of a whole message, arrays included."""

MAX_DEPTH = 64
MAX_NESTING = 512
"""Levels of lists and dicts: what walks over a decoded value may recurse."""

MAX_STRANGE_KEYS = 100
"""Keys of one dict that are neither text nor numbers of 64 bits: others are easily made to collide."""

MAX_DIMENSIONS = 8
MAX_INTEGER_BYTES = 1024

MAX_PASSES = 2
MAX_ELEMENTS = 64
"""How often a data set is gone through, and how many of its elements cross each time at most."""

_DTYPES = ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_DTYPE_NUMBER = {np.dtype(name): number for number, name in enumerate(_DTYPES)}

_TUPLE, _INTEGER, _COMPLEX, _ARRAY, _SCALAR, _FOREIGN, _OPAQUE, _MODEL, _BATCHES = range(1, 10)


class DecodeError(ValueError):
    """The bytes are not a message of this codec."""


@dataclass(frozen=True)
class Foreign:
    """Numbers in a container that is not a plain one (a matrix, a tensor, an object array)."""

    foreign_type: str
    array: np.ndarray

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.array, dtype=dtype)


@dataclass(frozen=True)
class Opaque:
    """Something that does not cross; only the name of its type does, and a sentence that says why.

    Both are what the other side says: text of the learner's, which a hidden check must not repeat.
    """

    foreign_type: str
    reason: str = ""

    def __repr__(self) -> str:
        return f"a value of type {self.foreign_type}"


@dataclass(frozen=True)
class ModelRecord:
    """A Keras model or layer as plain values; to this module they mean nothing (see `models`).

    It is not said in words what is in it: records lie in each other deeper than `repr` goes.
    """

    content: dict[Any, Any] = field(repr=False)


@dataclass(frozen=True)
class Batches:
    """What a data set gave: two passes over it, each a list of its first elements.

    An element is an array, or a tuple or dict of arrays.  `cut` says that there was more.
    """

    passes: list[list[Any]] = field(repr=False)
    cut: bool = False


def encode(value: Any) -> bytes:
    """Encode a plain value; what is not plain becomes `Foreign` or `Opaque`.

    Raises
    ------
    ValueError
        Where the value is too large or too deep.
    """
    buffers: list[bytes] = []
    header = _pack(value, buffers, 0)
    if len(header) > MAX_HEADER:
        raise ValueError("the value is too large to be sent: more than 4 MiB outside arrays")
    if sum(map(len, buffers)) > MAX_MESSAGE - MAX_HEADER - 4:
        raise ValueError("the value is too large to be sent: more than 256 MiB of arrays")
    return b"".join([struct.pack("<I", len(header)), header, *buffers])


def _pack(value: Any, buffers: list[bytes], depth: int) -> bytes:
    if depth > MAX_DEPTH:
        raise ValueError("the value is nested too deeply to be sent")

    def extension(kind: int, content: Any) -> msgpack.ExtType:
        return msgpack.ExtType(kind, _pack(content, buffers, depth + 1))

    def other(item: Any) -> Any:
        # strict_types sends every type but the exact plain ones here, subclasses included.
        if type(item) is tuple:
            return extension(_TUPLE, list(item))
        if type(item) is int:
            size = (item.bit_length() + 8) // 8
            if size > MAX_INTEGER_BYTES:
                raise ValueError("the value holds an integer that is too large to be sent")
            return msgpack.ExtType(_INTEGER, item.to_bytes(size, "little", signed=True))
        if type(item) is complex:
            return msgpack.ExtType(_COMPLEX, struct.pack("<dd", item.real, item.imag))
        if type(item) is np.ndarray and item.ndim > MAX_DIMENSIONS:
            raise ValueError(f"the value holds an array of more than {MAX_DIMENSIONS} axes")
        if type(item) is np.ndarray and (number := _dtype_number(item.dtype)) is not None:
            data = np.ascontiguousarray(item, dtype=np.dtype(_DTYPES[number]).newbyteorder("<"))
            buffers.append(data.tobytes())
            return extension(_ARRAY, [number, list(item.shape)])
        if isinstance(item, np.generic) and (number := _dtype_number(item.dtype)) is not None:
            return extension(_SCALAR, [number, item.tobytes()])
        if isinstance(item, Foreign):
            return extension(_FOREIGN, [item.foreign_type, item.array])
        if type(item) is Opaque:
            return extension(_OPAQUE, [item.foreign_type, item.reason])
        if type(item) is ModelRecord:
            return extension(_MODEL, item.content)
        if type(item) is Batches:
            return extension(_BATCHES, [item.passes, item.cut])
        name = "array of objects" if type(item) is np.ndarray else type(item).__name__[:80]
        array = _as_numbers(item)
        return extension(_OPAQUE, [name, ""]) if array is None else extension(_FOREIGN, [name, array])

    try:
        return msgpack.packb(value, default=other, strict_types=True)
    except (OverflowError, TypeError, RecursionError) as error:
        raise ValueError(f"the value cannot be sent: {error}") from None


def _dtype_number(dtype: np.dtype) -> int | None:
    return _DTYPE_NUMBER.get(dtype.newbyteorder("="))


def _as_numbers(item: Any) -> np.ndarray | None:
    """The numbers of an array-like that is not a plain array, or None."""
    if not hasattr(item, "__array__"):
        return None
    try:
        array = np.asarray(item)
        if array.dtype.kind == "O":
            array = array.astype(float)
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(float)
        array = np.array(array, subok=False)
    except Exception:
        return None
    return array if _dtype_number(array.dtype) is not None else None


def decode(data: bytes | memoryview, *, plain: bool = False) -> Any:
    """Decode a message into exact plain types.

    Parameters
    ----------
    data : bytes
        The message.
    plain : bool
        Take nothing but what msgpack itself knows: no arrays, no tuples.  Each of the others costs a call
        of Python's, and a message can hold a million.

    Raises
    ------
    DecodeError
        On anything that `encode` would not have written.
    """
    view = memoryview(data)
    if not 4 <= len(view) <= MAX_MESSAGE:
        raise DecodeError(f"a message of {len(view)} bytes")
    (size,) = struct.unpack("<I", view[:4])
    if size > MAX_HEADER or 4 + size > len(view):
        raise DecodeError(f"a header of {size} bytes in a message of {len(view)}")
    reader = _Reader(view[4 + size :], plain)
    value = reader.unpack(bytes(view[4 : 4 + size]), 0)
    if reader.position != len(reader.buffers):
        raise DecodeError("bytes left over")
    _check_nesting(value)
    return value


def _check_nesting(value: Any) -> None:
    level = [value]
    for _ in range(MAX_NESTING):
        level = [
            item
            for container in level
            if type(container) in (list, tuple, dict)
            for item in (container.values() if type(container) is dict else container)
            if type(item) in (list, tuple, dict)
        ]
        if not level:
            return
    raise DecodeError("nested too deeply")


def _dict(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    if len(pairs) > MAX_STRANGE_KEYS:
        strange = sum(not _is_usual_key(key) for key, _ in pairs)
        if strange > MAX_STRANGE_KEYS:
            raise DecodeError(f"a dict with {strange} unusual keys")
    return dict(pairs)


def _is_usual_key(key: Any) -> bool:
    if type(key) is int:
        return -(1 << 63) <= key < 1 << 64
    return type(key) in (str, bytes, float)


class _Reader:
    def __init__(self, buffers: memoryview, plain: bool = False):
        self.buffers, self.plain = buffers, plain
        self.position = 0

    def unpack(self, header: bytes, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise DecodeError("nested too deeply")

        def extension(kind: int, content: bytes) -> Any:
            if self.plain:
                raise DecodeError("more than plain values")
            if kind == _INTEGER:
                if not 0 < len(content) <= MAX_INTEGER_BYTES:
                    raise DecodeError("an integer of a wrong size")
                return int.from_bytes(content, "little", signed=True)
            if kind == _COMPLEX:
                return complex(*struct.unpack("<dd", content))
            inner = self.unpack(content, depth + 1)
            if kind == _TUPLE and type(inner) is list:
                return tuple(inner)
            if kind == _ARRAY:
                return self.array(*_exactly(inner, int, list))
            if kind == _SCALAR:
                number, raw = _exactly(inner, int, bytes)
                dtype = _dtype(number)
                if len(raw) != dtype.itemsize:
                    raise DecodeError("a scalar of a wrong size")
                return np.frombuffer(raw, dtype)[0]
            if kind == _FOREIGN:
                name, array = _exactly(inner, str, np.ndarray)
                return Foreign(name[:80], array)
            if kind == _OPAQUE:
                name, reason = _exactly(inner, str, str)
                return Opaque(name[:80], reason[:300])
            if kind == _MODEL and type(inner) is dict:
                # What walks over the message does not look into it.
                _check_nesting(inner)
                return ModelRecord(inner)
            if kind == _BATCHES:
                return _batches(*_exactly(inner, list, bool))
            raise DecodeError(f"an unknown type {kind}")

        try:
            # A timestamp, which no encoder here writes, becomes a plain float.
            return msgpack.unpackb(
                header, ext_hook=extension, object_pairs_hook=_dict, strict_map_key=False, timestamp=1
            )
        except DecodeError:
            raise
        except (ValueError, TypeError, struct.error, RecursionError, OverflowError, MemoryError) as error:
            raise DecodeError(f"not a message: {error}") from None

    def array(self, number: int, shape: list[Any]) -> np.ndarray:
        dtype = _dtype(number)
        if len(shape) > MAX_DIMENSIONS or any(type(n) is not int or not 0 <= n <= MAX_MESSAGE for n in shape):
            raise DecodeError(f"an array of shape {shape[:MAX_DIMENSIONS]}")
        end = self.position + math.prod(shape) * dtype.itemsize
        if end > len(self.buffers):
            raise DecodeError("an array longer than the message")
        array = np.frombuffer(self.buffers[self.position : end], dtype).reshape(shape).copy()
        self.position = end
        return array


def _batches(passes: list[Any], cut: bool) -> Batches:
    # Exactly so many: a check that judges each pass would judge nothing where none came.
    if len(passes) != MAX_PASSES or any(
        type(each) is not list or len(each) > MAX_ELEMENTS for each in passes
    ):
        raise DecodeError("passes of a wrong form")
    for element in (element for each in passes for element in each):
        parts = (
            element.values() if type(element) is dict else element if type(element) is tuple else [element]
        )
        if not all(type(part) is np.ndarray for part in parts):
            raise DecodeError("an element that is not of arrays")
    return Batches(passes, cut)


def _dtype(number: int) -> np.dtype:
    if not 0 <= number < len(_DTYPES):
        raise DecodeError(f"an unknown dtype {number}")
    return np.dtype(_DTYPES[number]).newbyteorder("<")


def _exactly(value: Any, *types: type) -> list[Any]:
    if type(value) is not list or [type(item) for item in value] != list(types):
        raise DecodeError("an extension of a wrong form")
    return value
