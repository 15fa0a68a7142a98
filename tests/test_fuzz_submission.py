"""The submission reader and the frame reader, fed with what nobody would write by hand.

`tools/fuzz.py` does the same for as long as one likes, guided by what the code does with its input.
"""

from __future__ import annotations

import copy
import json
import struct
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small import Grader

from autograder.assignment import Assignment
from autograder.course import Course
from autograder.engine.channel import Channel, ChannelClosed, ChannelError, DeadlinePassed, Frame, pair
from autograder.submission import MAX_VALUES, InvalidSubmission, Submission, _count_values, read

SLOWEST = 5  # seconds, on a machine that does other things, too

odd_text = st.text(st.characters(codec=None) | st.sampled_from("\ud800\udfff\0\ufeff\u202e한🎉"), max_size=12)
odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**4000, -(10**300), 4, 3, -1, 1e308])
    | st.floats()
    | odd_text
    | st.sampled_from(["code", "markdown", "test_double", "double", "why", "raw", "heading"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_text, inner, max_size=3),
    max_leaves=6,
)


def judged(data: bytes, assignment: Assignment) -> Submission | str:
    """What `read` makes of the data, which must be one of the two things that it may be."""
    begun = time.monotonic()
    try:
        submission = read(data, assignment, "ada")
    except InvalidSubmission as error:
        reason = str(error)
        assert 20 < len(reason) < 300 and reason.endswith(".") and "\n" not in reason
        reason.encode()
        assert time.monotonic() - begun < SLOWEST
        return reason
    assert time.monotonic() - begun < SLOWEST
    for known in assignment.cells:
        steps = [step for step in submission.steps if step.cell is known]
        if known.kind == "test":
            assert [(s.source, s.run, s.cell.points) for s in steps] == [(known.source, False, known.points)]
        elif known.kind == "code":
            assert [(s.source, s.run) for s in steps] == [(known.source, True)]
        elif known.kind in ("solution", "manual"):
            assert steps and all(s.cell_type == known.cell_type for s in steps)
        else:
            assert not steps
    ours = {id(cell) for cell in assignment.cells}
    for step in submission.steps:
        assert step.cell is None or id(step.cell) in ours
        assert type(step.source) is str and step.cell_type in ("code", "markdown")
        assert step.cell_type == "code" or not step.run
        step.source.encode()
    assert all(len(note) < 300 and note.endswith(".") for note in submission.notes)
    return submission


@pytest.fixture(scope="module")
def plain(small_course: Course, small: Assignment) -> dict[str, Any]:
    """A right notebook, as JSON."""
    return json.loads(json.dumps(Grader(small_course, small, None).notebook()))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a JSON value with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [place for key in keys for place in [(value, key), *places(value[key])]]


def older(notebook: dict[str, Any], number: int) -> dict[str, Any]:
    """The notebook as an older format has it."""
    cells = []
    for cell in notebook["cells"]:
        cell = dict(cell) if isinstance(cell, dict) else cell
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            cell["input"] = cell.pop("source", "")
        cells.append(cell)
    return {"nbformat": number, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}


def mutated(data: st.DataObject, plain: dict[str, Any]) -> bytes:
    """The notebook after some changes to its cells and values, written in some way."""
    notebook = copy.deepcopy(plain)
    cells = notebook["cells"]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(cells) - 1)))
        change = data.draw(
            st.sampled_from("remove double move type source id metadata value value key".split())
        )
        if change == "value":
            container, key = data.draw(st.sampled_from(places(notebook)))
            container[key] = data.draw(odd)
        elif change == "key":
            container = data.draw(st.sampled_from([notebook, *(c for c in cells if isinstance(c, dict))]))
            container[data.draw(odd_text)] = data.draw(odd)
        elif not isinstance(cells, list) or not cells:
            break
        elif change == "remove":
            del cells[at]
        elif change == "double":
            again = copy.deepcopy(cells[at])
            cells.insert(data.draw(st.integers(0, len(cells))), again)
        elif change == "move":
            cells.insert(data.draw(st.integers(0, len(cells) - 1)), cells.pop(at))
        elif isinstance(cells[at], dict):
            cell = cells[at]
            if change == "type":
                cell["cell_type"] = data.draw(st.sampled_from(["code", "markdown", "raw", "heading", 3]))
            elif change == "source":
                cell["source"] = data.draw(odd_text | st.lists(odd_text | odd, max_size=3))
            elif change == "id":
                cell["id"] = data.draw(st.sampled_from([c.get("id") for c in plain["cells"]]) | odd)
            else:
                names = st.sampled_from(["double", "test_double", "test_triple", "why", "nowhere"])
                cell["metadata"] = data.draw(
                    st.fixed_dictionaries({"nbgrader": st.fixed_dictionaries({"grade_id": names | odd})})
                    | odd
                )
        if notebook.get("cells") is not cells:
            break
    if data.draw(st.booleans()) and isinstance(notebook.get("cells"), list):
        number = data.draw(st.sampled_from([4, 3, 2, 1, 0, -1]))
        notebook = older(notebook, number) if number < 4 else notebook
    escaped = data.draw(st.booleans())
    text = json.dumps(notebook, ensure_ascii=escaped, indent=data.draw(st.none() | st.just(1)))
    return text.encode("utf-8", "surrogatepass")


many = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


@given(st.data())
@many
def test_a_changed_notebook_is_a_submission_or_says_why_not(
    plain: dict[str, Any], small: Assignment, data: st.DataObject
):
    judged(mutated(data, plain), small)


@given(st.data())
@many
def test_a_damaged_file_is_a_submission_or_says_why_not(
    plain: dict[str, Any], small: Assignment, data: st.DataObject
):
    raw = bytearray(json.dumps(plain, indent=1).encode())
    inserts = st.sampled_from(
        [
            *(b'{"nbformat": 3,', b'"source": 1, "source": "x",', b"\xef\xbb\xbf", b"\xff\xfe", b"\0"),
            *(
                b'"a": ' + b"[" * 5000,
                b'{"a":' * 3000,
                b"]" * 9,
                b"1e999,",
                b"NaN",
                b"-Infinity,",
                b"\\ud800",
            ),
            *(b"9" * 5000, b"\\", b'"', b"\r"),
        ]
    )
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw)))
        change = data.draw(st.sampled_from(["cut", "flip", "insert", "first", "repeat", "drop"]))
        if change == "cut":
            del raw[at:]
        elif change == "flip" and at < len(raw):
            raw[at] = data.draw(st.integers(0, 255))
        elif change == "insert":
            raw[at:at] = data.draw(inserts | st.binary(max_size=8))
        elif change == "first":
            raw[0:0] = data.draw(inserts)
        else:
            end = min(len(raw), at + data.draw(st.integers(1, 400)))
            raw[at:end] = raw[at:end] * (2 if change == "repeat" else 0)
    judged(bytes(raw), small)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_are_no_notebook_and_that_is_said(small: Assignment, data: bytes):
    assert isinstance(judged(data, small), str)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_notebook_of_an_old_format_is_read(plain: dict[str, Any], small: Assignment, number: int):
    submission = judged(json.dumps(older(plain, number)).encode(), small)
    assert isinstance(submission, Submission) and not submission.notes
    assert [s.source for s in submission.steps if s.cell and s.cell.grade_id == "triple"] == [
        "def triple(x):\n    return 3 * x"
    ]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"  \n"])
def test_what_an_editor_puts_before_a_notebook_costs_nothing(
    plain: dict[str, Any], small: Assignment, start: bytes
):
    submission = judged(start + json.dumps(plain).encode(), small)
    assert isinstance(submission, Submission) and not submission.notes


# -- memory and time ----------------------------------------------------------------------------------


@given(odd)
@settings(deadline=None)
def test_values_are_counted_without_making_them(value: Any):
    def count(value: Any) -> int:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        return 1 + sum(map(count, items))

    for escaped in (True, False):
        text = json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
        assert count(value) <= _count_values(text) <= 2 * count(value)


@pytest.mark.parametrize(
    "unit",
    [b"[],", b'{"":0},', b"[0],", b'"ab",', b"[[[[[[[[],[]]]]]]]],", b'{"\\\\":[{}]},', b'{"\\"":[]},'],
)
@pytest.mark.parametrize("number", [3, 4])
def test_a_file_of_many_tiny_values_is_not_read(small: Assignment, unit: bytes, number: int):
    # As many megabytes as one may hand in took one and a half gigabytes to read; of an old format, more.
    data = b'{"nbformat": %d, "cells": [], "x": [' % number + unit * ((12 << 20) // len(unit)) + b"0]}"
    tracemalloc.start()
    begun = time.monotonic()
    try:
        assert "Clear Outputs" in judged(data, small)
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begun < SLOWEST


def large(plain: dict[str, Any]) -> bytes:
    """The notebook with a long table and a chart of many points in its outputs."""
    notebook = copy.deepcopy(plain)
    table = {"text/html": '<td>1, 2, [3], {4}, \\"5\\"</td>' * 200_000}
    chart = {"application/vnd.plotly.v1+json": {"x": [0.5] * 300_000, "y": [[1, 2]] * 300_000}}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "display_data", "data": table | chart, "metadata": {}}]
            table, chart = {}, {}
    return json.dumps(notebook).encode()


def test_a_large_notebook_of_an_honest_student_is_read(plain: dict[str, Any], small: Assignment):
    data = large(plain)
    values = _count_values(data)
    assert len(data) > 8_000_000
    assert 1_000_000 < values < MAX_VALUES
    assert isinstance(judged(data, small), Submission)


def test_thousands_of_copies_take_no_time(plain: dict[str, Any], small: Assignment):
    notebook = copy.deepcopy(plain)
    notebook["cells"] = [copy.deepcopy(plain["cells"][n % len(plain["cells"])]) for n in range(5000)]
    submission = judged(json.dumps(notebook).encode(), small)
    assert isinstance(submission, Submission) and len(submission.notes) < 20


# -- frames -------------------------------------------------------------------------------------------

HEAD = struct.Struct("<4sB16sQ")
LIMIT = 1000


class InPieces:
    """A socket whose bytes arrive in pieces of these sizes."""

    def __init__(self, sock: Any, sizes: list[int]):
        self._sock, self._sizes, self._next = sock, sizes, 0

    def fileno(self) -> int:
        return self._sock.fileno()

    def recv(self, size: int, flags: int) -> bytes:
        self._next += 1
        return self._sock.recv(min(size, self._sizes[self._next % len(self._sizes)]), flags)


frames = st.builds(
    lambda kind, nonce, size, body: HEAD.pack(b"cnn1", kind, nonce, len(body) + size) + body,
    st.integers(0, 255),
    st.binary(min_size=16, max_size=16),
    st.sampled_from([0, 0, 0, 1, LIMIT, 2**40, 2**64 - 300]),
    st.binary(max_size=200),
)


@given(
    st.lists(frames | st.binary(max_size=60), max_size=4).map(b"".join),
    st.lists(st.sampled_from([1, 2, 3, 28, 29, 30, 4096]), min_size=1, max_size=4),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_bytes_on_the_channel_are_frames_or_refused_in_bounded_time(
    sent: bytes, sizes: list[int], closed: bool
):
    ours, theirs = pair()
    reader = Channel(InPieces(ours.sock, sizes))
    try:
        theirs.sendall(sent)
        if closed:
            theirs.close()
        for _ in range(5):
            begun = time.monotonic()
            head, body = sent[: HEAD.size], sent[HEAD.size :]
            wanted: Any = ChannelClosed if closed else DeadlinePassed
            if len(head) == HEAD.size:
                magic, kind, nonce, size = HEAD.unpack(head)
                if magic != b"cnn1" or size > LIMIT:
                    wanted = ChannelError
                elif size <= len(body):
                    wanted, sent = Frame(kind, nonce, body[:size]), body[size:]
            try:
                # A silent other side is waited for until then, and everything else lies there already.
                assert reader.receive(begun + 0.02, LIMIT) == wanted
            except (ChannelError, DeadlinePassed) as error:
                assert type(error) is wanted
                assert time.monotonic() - begun < 2
                return
    finally:
        ours.close()
        theirs.close()
