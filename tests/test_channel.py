"""What crosses between the processes: when it counts, what it may cost, and what a check sees of it."""

from __future__ import annotations

import time

import msgpack
import pytest

from autograder.engine import channel, codec, standin
from autograder.engine.protocol import ERRORS, Kind


def framed(body: bytes) -> bytes:
    return len(body).to_bytes(4, "little") + body


def test_what_arrived_before_the_deadline_counts_though_it_is_read_after_it():
    ours, theirs = channel.pair()
    channel.Channel(theirs).send(Kind.ANSWER, codec.encode("in time"))
    late = time.monotonic() - 0.3
    assert codec.decode(ours.receive(late).body) == "in time"
    with pytest.raises(channel.DeadlinePassed):
        ours.receive(late)
    channel.Channel(theirs).send(Kind.ANSWER, codec.encode("much too late"))
    with pytest.raises(channel.DeadlinePassed):
        ours.receive(time.monotonic() - channel.LATE_SECONDS - 0.1)


def test_who_never_stops_sending_is_cut_off_soon_after_the_deadline():
    ours, theirs = channel.pair()
    theirs.setblocking(False)
    theirs.send(b"cnn1" + bytes(17) + (1 << 27).to_bytes(8, "little"))

    def more() -> None:
        try:
            theirs.send(bytes(1000))
        except BlockingIOError:
            pass

    begun = time.monotonic()
    with pytest.raises(channel.DeadlinePassed):
        ours.receive(begun + 0.3, watch=more)
    assert time.monotonic() - begun < 0.3 + channel.LATE_SECONDS + 1


def test_plain_values_are_all_that_outputs_need():
    outputs = {"outputs": [{"output_type": "stream", "text": "x" * 1000, "metadata": {}}], "raised": False}
    assert codec.decode(codec.encode(outputs), plain=True) == outputs
    million = b"\xdd" + (900_000).to_bytes(4, "big") + b"\xc7\x01\x01\x90" * 900_000
    begun = time.monotonic()
    with pytest.raises(codec.DecodeError, match="plain"):
        codec.decode(framed(million), plain=True)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("passes", [[], [[]], [[], [], []]])
def test_a_data_set_comes_in_two_passes_or_not_at_all(passes: list[list[object]]):
    with pytest.raises(codec.DecodeError):
        codec.decode(codec.encode(codec.Batches(passes)))


def test_a_record_is_named_and_not_told():
    deep: object = 1
    for _ in range(3):
        for _ in range(400):
            deep = [deep]
        deep = codec.ModelRecord({"objects": deep})
    assert len(repr([deep])) < 100


def test_no_error_of_a_learner_ends_a_loop_of_a_check():
    answer = {
        "status": "raised",
        "error": ERRORS.index(StopIteration),
        "type": "StopIteration",
        "text": "",
        "trace": "",
    }
    function = standin.StandIn("double", lambda request: codec.encode(answer), "test_double", [])
    with pytest.raises(RuntimeError, match="StopIteration"):
        list(map(function, [1, 2, 3]))


def test_an_unknown_extension_is_no_plain_value():
    body = msgpack.packb([msgpack.ExtType(77, b"")])
    for plain in (True, False):
        with pytest.raises(codec.DecodeError):
            codec.decode(framed(body), plain=plain)
