"""Fuzz what reads the students' bytes, guided by what the code does with them: `make fuzz`.

    python tools/fuzz.py [TARGET…] [--seconds 300] [--memory-mb 2048]
    python tools/fuzz.py TARGET --replay FILE…

The first inputs are real notebooks and real messages, made when it starts.  What makes a target fail is
saved in .fuzz/TARGET/ and printed; the exit status is then 1.  Saved inputs are tried again first.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAVED = ROOT / ".fuzz"
SLOWEST = 10  # seconds for one input
LONGEST = 64 << 10  # bytes of one input
NEEDS = (
    "atheris is needed, which exists for Linux and Python 3.11 and later only; the tests fuzz with hypothesis"
)

Target = tuple[Callable[[bytes], None], list[bytes]]


def decoder() -> Target:
    """What the decoder makes of a message: a value that can be sent again as it is, or `DecodeError`."""
    import numpy as np

    from autograder.engine.codec import Batches, DecodeError, ModelRecord, Opaque, decode, encode

    def one(data: bytes) -> None:
        try:
            value = decode(data)
        except DecodeError:
            return
        with contextlib.suppress(ValueError):
            # Deeper than `encode` goes, or a key that is none: such a value is refused, and that is all.
            again = encode(value)
            assert encode(decode(again)) == again, "another value the second time"

    array = np.arange(6.0).reshape(2, 3)
    model = ModelRecord({"objects": [{"class": "Dense", "weights": [array], "config": {"units": 3}}]})
    values = [
        *(
            None,
            1,
            -(2**70),
            2.5,
            1j,
            "한 🎉",
            b"bytes",
            [1, [2, (3, {"a": None})]],
            {1: 2, "b": [array, array]},
        ),
        *(array.astype(kind) for kind in ("?", "i1", "u8", "f2", "c16")),
        *(np.float32(2), np.matrix([[1, 2]]), Opaque("set", "why"), model, Batches([[array], [array]], True)),
        {"status": "value", "value": model, "after": [[array], {}]},
        {"status": "raised", "error": 2, "type": "ValueError", "text": "no", "trace": "line 1"},
    ]
    return one, [encode(value) for value in values]


def frames() -> Target:
    """What the reader of frames makes of bytes in pieces, from one that closes or falls silent."""
    from autograder.engine.channel import Channel, ChannelError, DeadlinePassed, pair

    limit = 10_000

    class InPieces:
        def __init__(self, sock: Any, size: int):
            self.sock, self.size, self.fileno = sock, size, sock.fileno

        def recv(self, size: int, flags: int) -> bytes:
            return self.sock.recv(min(size, self.size), flags)

    def one(data: bytes) -> None:
        if len(data) < 2:
            return
        ours, theirs = pair()
        try:
            theirs.sendall(data[2:])
            if data[0] & 1:
                theirs.close()
            reader = Channel(InPieces(ours.sock, 1 + data[1]))
            while True:
                begun = time.monotonic()
                try:
                    frame = reader.receive(begun + 0.001, limit)
                except (ChannelError, DeadlinePassed):
                    break
                finally:
                    assert time.monotonic() - begun < 3, "it waited past its deadline"
                assert len(frame.nonce) == 16 and len(frame.body) <= limit
        finally:
            ours.close()
            theirs.close()

    head = b"cnn1\x03" + b"n" * 16
    sizes = (0, 1, 5, limit, limit + 1, 2**63)
    inputs = [b"\x01\x05" + head + size.to_bytes(8, "little") + b"x" * min(size, 300) for size in sizes]
    return one, [*inputs, inputs[2] * 3, b"\x00\xff" + inputs[1][2:]]


def submissions() -> Target:
    """What the reader of notebooks makes of a file: steps of the instructor's checks, or a sentence."""
    from autograder.assignment import load
    from autograder.course import Course
    from autograder.submission import InvalidSubmission, read

    course = Course(ROOT)
    assignment = load(course, "01_convolution")
    tests = {cell.id: cell for cell in assignment.tests}

    def one(data: bytes) -> None:
        try:
            submission = read(data, assignment, "ada")
        except InvalidSubmission as error:
            reason = str(error)
            assert len(reason) < 400 and reason.endswith(".") and "\n" not in reason, reason
            return
        found = [step for step in submission.steps if step.cell is not None and step.cell.kind == "test"]
        assert len(found) == len(tests), "checks are missing, or come twice"
        for step in found:
            assert step.cell is tests[step.cell.id] and step.source == step.cell.source and not step.run
        for text in [*(step.source for step in submission.steps), *submission.notes]:
            text.encode()

    notebook = json.loads(course.release("01_convolution").read_text("utf-8"))
    notebook["cells"] = notebook["cells"][-8:]
    small = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": notebook["cells"][:2]}
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x"], "outputs": []}]}]}
    return one, [json.dumps(each).encode() for each in (notebook, small, old)] + [
        b"\xef\xbb\xbf{}",
        b"[[[1]]]",
    ]


def models() -> Target:
    """What is built from a model's record: a model, or `Opaque` with a sentence."""
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
    import keras

    from autograder.engine.codec import DecodeError, ModelRecord, Opaque, decode, encode
    from autograder.engine.models import incoming, outgoing

    def one(data: bytes) -> None:
        try:
            value = decode(data)
        except DecodeError:
            return
        if type(value) is not ModelRecord:
            return
        keras.backend.clear_session()
        made = incoming(value)
        assert isinstance(made, (keras.Model, keras.layers.Layer, Opaque)), type(made)
        if type(made) is Opaque:
            assert made.reason, "refused without a reason"

    layers = keras.layers
    plain = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)])
    plain.compile("sgd", "mse", metrics=["accuracy"])
    start = keras.Input((4,))
    end = layers.Add()([layers.Dense(4, "relu")(start), layers.BatchNormalization()(start)])
    return one, [encode(outgoing(each)) for each in (plain, keras.Model(start, end), layers.MaxPooling2D(2))]


TARGETS: dict[str, Callable[[], Target]] = {
    "decoder": decoder,
    "frames": frames,
    "submissions": submissions,
    "models": models,
}
INSTRUMENTED = ["autograder.engine", "autograder.submission"]


def fuzz(name: str, seconds: int, memory_mb: int) -> None:
    """Fuzz one target in this process; never returns."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        # Only Python says which way it went: the parser in C would guide nobody.
        json.decoder.scanstring = json.decoder.py_scanstring
        json.scanner.make_scanner = json.scanner.py_make_scanner
        json._default_decoder = json.JSONDecoder()
        one, inputs = TARGETS[name]()
    for function in (json.decoder.py_scanstring, json.decoder.JSONObject, json.decoder.JSONArray):
        atheris.instrument_func(function)
    replay(one, saved(name), memory_mb)
    folder = SAVED / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs):
        (corpus / f"real-{number}").write_bytes(data)
    options = [
        *(f"-max_total_time={seconds}", f"-rss_limit_mb={memory_mb}", f"-timeout={SLOWEST}"),
        *(f"-max_len={LONGEST}", f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0"),
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


def saved(name: str) -> list[Path]:
    """Inputs that made a target fail."""
    return sorted(p for p in (SAVED / name).glob("*-*") if p.is_file())


def replay(one: Callable[[bytes], None], paths: list[Path], memory_mb: int) -> None:
    """Try inputs again, and say the same as when they were found."""
    room = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + (memory_mb << 10)
    for path in paths:
        begun = time.monotonic()
        one(path.read_bytes())
        assert time.monotonic() - begun < SLOWEST, f"{path} took {time.monotonic() - begun:.0f} s"
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < room, f"{path} took too much memory"


def have_atheris() -> bool:
    """Whether atheris is there, or could be installed now."""
    try:
        import atheris  # noqa: F401
    except ImportError:
        if sys.platform != "linux":
            return False
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary=:all:", "atheris"]
        return subprocess.run(pip, check=False).returncode == 0
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=300, help="for all targets together (default 300)")
    parser.add_argument("--memory-mb", type=int, default=2048, help="resident memory of the fuzzer")
    parser.add_argument(
        "--replay", nargs="+", type=Path, metavar="FILE", help="try these inputs, and no others"
    )
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    names = given.targets or list(TARGETS)
    if set(names) - set(TARGETS):
        parser.error(f"there are the targets {', '.join(TARGETS)}")
    sys.path.insert(0, str(ROOT))
    if given.replay:
        for name in names:
            replay(TARGETS[name]()[0], given.replay, given.memory_mb)
        return 0
    if given.one:
        fuzz(names[0], given.seconds, given.memory_mb)
    if not have_atheris():
        print(f"fuzz: {NEEDS}.", file=sys.stderr)
        return 1
    found = 0
    for name in names:
        print(f"fuzz: {name}", flush=True)
        limits = ["--one", "--seconds", str(max(1, given.seconds // len(names)))]
        command = [sys.executable, __file__, name, *limits, "--memory-mb", str(given.memory_mb)]
        if subprocess.run(command, check=False).returncode:
            found = 1
            where = ", ".join(str(path.relative_to(ROOT)) for path in saved(name)) or "nothing was saved"
            print(f"fuzz: {name} failed: {where}; again by: python tools/fuzz.py {name} --replay FILE")
    return found


if __name__ == "__main__":
    sys.exit(main())
