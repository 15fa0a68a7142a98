"""What crosses between the processes: plain values come back equal, anything else is refused."""

from __future__ import annotations

import math
import socket
import struct
import time

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.engine.channel import Channel, ChannelClosed, ChannelError, DeadlinePassed, pair
from autograder.engine.codec import MAX_HEADER, DecodeError, Foreign, Opaque, decode, encode

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
arrays = hnp.arrays(
    st.sampled_from(["?", "i1", "i4", "i8", "u1", "u8", "f2", "f4", "f8", "c16"]),
    hnp.array_shapes(min_dims=0, max_dims=4),
)
plain = st.recursive(
    scalars | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def same(a: object, b: object) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return a == b


@given(plain)
def test_plain_values_come_back_with_their_exact_types(value: object):
    assert same(decode(encode(value)), value)


@given(st.binary(max_size=300))
@settings(max_examples=500)
def test_any_bytes_decode_or_raise_decode_error(data: bytes):
    try:
        decode(data)
    except DecodeError:
        pass


@given(plain, st.data())
@settings(max_examples=300)
def test_a_changed_message_decodes_or_raises_decode_error(value: object, data: st.DataObject):
    message = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(message))
    except DecodeError:
        pass


@pytest.mark.parametrize(
    "value",
    [np.matrix([[1, 2]]), np.ma.array([1, 2], mask=[0, 1]), np.array([1, 2.5], dtype=object)],
    ids=["matrix", "masked", "objects"],
)
def test_numbers_in_other_containers_cross_as_foreign(value: object):
    back = decode(encode(value))
    assert type(back) is Foreign
    assert np.asarray(back).dtype.kind in "if"


def test_lying_subclasses_cross_as_their_type_name_only():
    class Liar(float):
        def __eq__(self, other: object) -> bool:
            return True

    assert decode(encode([Liar(3)])) == [Opaque("Liar")]
    assert decode(encode({1, 2})) == Opaque("set")
    assert type(decode(encode(np.float32(2)))) is np.float32


def message(header: bytes, rest: bytes = b"") -> bytes:
    return struct.pack("<I", len(header)) + header + rest


@pytest.mark.parametrize(
    "data",
    [
        message(msgpack.packb(msgpack.ExtType(99, msgpack.packb(1)))),
        message(msgpack.packb(msgpack.ExtType(4, msgpack.packb([99, [1]]))), b"x"),
        message(msgpack.packb(msgpack.ExtType(4, msgpack.packb([3, [2**40, 2**40]])))),
        message(msgpack.packb(msgpack.ExtType(4, msgpack.packb([3, [-1]])))),
        message(msgpack.packb(msgpack.ExtType(4, msgpack.packb([3, [4]]))), b"short"),
        message(msgpack.packb(msgpack.ExtType(4, msgpack.packb([3, [0] * 40])))),
        message(msgpack.packb(1), b"left over"),
        message(b"\x91" * 2000 + b"\x01"),
        message(msgpack.packb({"a": 1})[:-1]),
        struct.pack("<I", MAX_HEADER + 1) + b"x" * 10,
        message(b"\x81\x90\x01"),
        b"",
    ],
)
def test_crafted_messages_are_refused(data: bytes):
    with pytest.raises(DecodeError):
        decode(data)


def test_what_is_too_deep_or_too_large_is_not_sent():
    deep: list[object] = []
    for _ in range(2000):
        deep = [deep]
    for value in (deep, 1 << 10**5, ["x" * 10**6] * 5):
        with pytest.raises(ValueError):
            encode(value)


# -- the channel --------------------------------------------------------------------------------------


def test_a_frame_comes_back_as_it_was_sent():
    ours, theirs = pair()
    Channel(theirs).send(3, b"body", b"n" * 16)
    frame = ours.receive(time.monotonic() + 5)
    assert (frame.kind, frame.nonce, frame.body) == (3, b"n" * 16, b"body")


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"not a frame at all, but long enough", ChannelError),
        (struct.pack("<4sB16sQ", b"cnn1", 1, b"", 2**60), ChannelError),
        (struct.pack("<4sB16sQ", b"cnn1", 1, b"", 10) + b"half", DeadlinePassed),
        (b"", DeadlinePassed),
    ],
    ids=["garbage", "huge", "half", "silence"],
)
def test_what_is_no_frame_is_refused_in_bounded_time(sent: bytes, error: type[Exception]):
    ours, theirs = pair()
    theirs.send(sent) if sent else None
    with pytest.raises(error):
        ours.receive(time.monotonic() + 0.2)


def test_a_closed_channel_is_noticed():
    ours, theirs = pair()
    theirs.close()
    with pytest.raises(ChannelClosed):
        ours.receive(time.monotonic() + 5)
    with pytest.raises(ChannelClosed):
        ours.send(1, b"x" * 10**7, deadline=time.monotonic() + 5)


def test_a_reader_that_does_not_read_is_not_waited_for():
    ours, theirs = pair()
    with pytest.raises(DeadlinePassed):
        ours.send(1, b"x" * 10**8, deadline=time.monotonic() + 0.2)
    assert isinstance(theirs, socket.socket)
