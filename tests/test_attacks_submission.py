"""Submission files that are no proper notebooks, and such as want to harm whoever reads them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from small import Grader, cells, scores
from test_attacks import FULL, page_of

LOST = FULL | {"test_triple": 0.0}
WRONG = "def triple(x):\n    return 11"


def notebook_of(grader: Grader) -> dict[str, Any]:
    """As plain JSON, with one wrong answer."""
    return json.loads(nbformat.writes(grader.notebook(triple=WRONG)))


def with_text(change: Callable[[str], str | bytes]) -> Callable[[dict[str, Any]], bytes]:
    def made(notebook: dict[str, Any]) -> bytes:
        text = change(json.dumps(notebook))
        return text if isinstance(text, bytes) else text.encode()

    return made


def with_cells(change: Callable[[list[Any]], Any]) -> Callable[[dict[str, Any]], bytes]:
    def made(notebook: dict[str, Any]) -> bytes:
        notebook["cells"] = change(notebook["cells"])
        return json.dumps(notebook).encode()

    return made


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def claim(kind: str) -> Callable[[list[Any]], list[Any]]:
    """A cell in front that claims the test's id under another type."""
    extra = {
        "cell_type": kind,
        "source": "1000",
        "metadata": {"nbgrader": {"grade_id": "test_triple", "grade": True}},
    }
    return lambda cells: [extra, *cells, dict(extra)]


# Read as the notebook that it is: what is odd about them costs nobody anything, and brings nothing.
READ = {
    "a byte order mark": with_text(lambda text: b"\xef\xbb\xbf" + text.encode()),
    "carriage returns": with_text(lambda text: json.dumps(json.loads(text), indent=1).replace("\n", "\r\n")),
    "keys that come twice": with_text(lambda text: '{"cells": [], "nbformat": 3, "metadata": 1, ' + text[1:]),
    "numbers that are none": with_text(
        lambda text: '{"a": [NaN, Infinity, -Infinity, 1e999, -0.0], ' + text[1:]
    ),
    "a number of 4000 digits": with_text(lambda text: '{"a": ' + "9" * 4000 + ", " + text[1:]),
    "metadata of megabytes": with_text(lambda text: '{"a": "' + "x" * 20_000_000 + '", ' + text[1:]),
    "nested metadata": with_text(lambda text: '{"a": ' + nested(400) + ", " + text[1:]),
    "cells that are none": with_cells(
        lambda cells: [None, "x", 1, [], [["cell_type", "code"]], *cells, {}, {"source": 1}]
    ),
    "cells in dicts": with_cells(
        lambda cells: [{"cell_type": {"code": 1}, "source": {"a": "b"}, "metadata": "x"}, *cells]
    ),
    "a test as markdown": with_cells(claim("markdown")),
    "a test as raw text": with_cells(claim("raw")),
    "a test of no known type": with_cells(claim("\ud800<script>")),
    "scripts in markdown and attachments": with_cells(
        lambda cells: [
            {
                "cell_type": "markdown",
                "source": "<script>alert(1)</script>![a](attachment:a.svg)<img src=x onerror=alert(2)>",
                "metadata": {"name": "<script>alert(3)</script>"},
                "attachments": {"a.svg": {"image/svg+xml": "<svg onload='alert(4)'/>"}},
            },
            *cells,
        ]
    ),
    "outputs that say that it is right": with_cells(
        lambda cells: [
            cell
            | {
                "outputs": [{"output_type": "stream", "text": "<script>3/3</script>"}],
                "execution_count": 10**30,
            }
            for cell in cells
        ]
    ),
}

# No notebooks at all: named so, at once.
INVALID = {
    "nothing": b"",
    "null bytes": bytes(1000),
    "half a file": b'{"cells": [{"cell_type": "code", "sou',
    "invalid UTF-8": b'{"cells": ["\xff\xfe"], "nbformat": 4}',
    "UTF-16": '{"cells": [], "nbformat": 4}'.encode("utf-16"),
    "nested a hundred thousand deep": b'{"nbformat": 4, "cells": ' + nested(100_000).encode() + b"}",
    "a number of a million digits": b'{"nbformat": ' + b"9" * 1_000_000 + b', "cells": []}',
    "a format that is text": b'{"nbformat": "4", "cells": []}',
    "a list": b"[4]",
    "cells in a dict": b'{"nbformat": 4, "cells": {"0": {"cell_type": "code"}}}',
    "sheets in text": b'{"nbformat": 3, "worksheets": "x"}',
    "a hundred thousand cells": b'{"nbformat": 4, "cells": [' + b"{}," * 100_000 + b"{}]}",
    "a hundred thousand old cells": b'{"nbformat": 3, "worksheets": [{"cells": ['
    + b"{}," * 100_000
    + b"{}]}]}",
    "millions of values": b'{"nbformat": 4, "cells": [], "a": [' + b"{}," * 12_000_000 + b"{}]}",
}


@pytest.mark.parametrize("what", READ)
def test_an_odd_file_is_graded_as_what_it_holds(grader: Grader, what: str):
    result = grader(READ[what](notebook_of(grader)))
    assert result.status == "graded" and scores(result) == LOST
    assert cells(result)["test_triple"].outcome == "incorrect"
    page_of(result)


@pytest.mark.parametrize("what", INVALID)
def test_what_is_no_notebook_is_invalid_at_once(grader: Grader, what: str):
    begun = time.monotonic()
    result = grader(INVALID[what])
    assert time.monotonic() - begun < 20
    assert result.status == "invalid" and result.reason and sum(scores(result).values()) == 0
    assert len(result.reason) < 500
    page_of(result)


@pytest.mark.parametrize("version", [True, 0, 1, 2, 3, -(10**30)])
def test_an_old_format_earns_nothing_new(grader: Grader, version: int):
    notebook = notebook_of(grader)
    notebook["nbformat"] = version
    result = grader(json.dumps(notebook).encode())
    assert scores(result)["test_triple"] == 0.0 and result.max_score == 10.0
    page_of(result)
