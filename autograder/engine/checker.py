"""The checking process: runs the test cells of the instructor's notebook against stand-ins.

It holds the tests and the expected values; the student's code never runs here.
"""

from __future__ import annotations

import ast
import contextlib
import io
import math
import os
import socket
import sys
import traceback
from dataclasses import asdict
from typing import Any

from autograder.checks import SEED_VARIABLE
from autograder.engine import confine
from autograder.engine.channel import Channel, ChannelError
from autograder.engine.codec import decode, encode
from autograder.engine.protocol import Kind, new_nonce
from autograder.engine.result import Evidence
from autograder.engine.standin import AnswerLost, StandIn
from autograder.imports import names_from_student
from autograder.pictures import keep_picture
from course.checking import CheckFailed, watch_pictures

LONGEST = 4000
"""Characters of a text that a check did not write itself."""


class Checker:
    """The checks' side of the channel."""

    def __init__(self, channel: Channel, models: bool):
        self.channel, self.models = channel, models

    def serve(self) -> None:
        """Run checks until the other side is gone."""
        self.channel.send(Kind.READY, encode(None))
        while True:
            try:
                frame = self.channel.receive()
            except ChannelError:
                return
            verdict = self.check(*decode(frame.body))
            self.channel.send(Kind.VERDICT, encode(verdict), frame.nonce)

    def check(self, grade_id: str, points: float, public: str, hidden: str) -> dict[str, Any]:
        """Run one test cell: the public part, and the hidden one where that passed.

        Returns
        -------
        dict
            ``outcome``, ``score``, ``message``, ``mistake``, ``evidence``, ``pictures``, ``detail``.
        """
        namespace: dict[str, Any] = {"__name__": "__checks__"}
        name_errors: list[str] = []
        for name in names_from_student(f"{public}\n{hidden}"):
            namespace[name] = StandIn(name, self.ask, grade_id, name_errors, self.models)
        verdict: dict[str, Any] = {
            "outcome": "correct",
            "score": points,
            "message": None,
            "mistake": None,
            "evidence": None,
            "detail": None,
        }
        with watch_pictures() as pictures:
            for is_hidden, source in ((False, public), (True, hidden)):
                failure, value = self._run(source, f"<{grade_id}>", namespace, is_hidden)
                if failure is not None:
                    verdict |= {"score": 0.0} | failure
                    break
                if value is not None:
                    score = min(max(float(value), 0.0), points)
                    outcome = "correct" if score == points else "partial" if score else "incorrect"
                    verdict |= {"score": score, "outcome": outcome}
        verdict["name_errors"] = name_errors
        verdict["pictures"] = [keep_picture(p.title, p.expected, p.yours, p.tolerance) for p in pictures]
        return verdict

    def _run(
        self, source: str, filename: str, namespace: dict[str, Any], is_hidden: bool
    ) -> tuple[dict[str, Any] | None, float | None]:
        """Run one part; return what a failure says, and a number where the last line is one."""
        tree = ast.parse(source, filename)
        last = tree.body.pop().value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                exec(compile(tree, filename, "exec"), namespace)
                value = None
                if last is not None:
                    value = eval(compile(ast.Expression(last), filename, "eval"), namespace)
            # nbgrader's rule: a number on the last line is the score.
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return None, (value if math.isfinite(value) else 0) if number else None
        except CheckFailed as error:
            return _said(error, is_hidden), None
        except AnswerLost as lost:
            return {
                "outcome": lost.outcome,
                "message": lost.message,
                "mistake": lost.mistake,
                "evidence": asdict(Evidence(hidden=is_hidden, cause=lost.message)),
            }, None
        except AssertionError as error:
            # A plain assertion of an instructor's: its text is meant for the student.
            return {
                "outcome": "incorrect",
                # It may repeat what the student's function returned.
                "message": str(error)[:LONGEST] or "an assertion of this check does not hold.",
                "evidence": asdict(Evidence(hidden=is_hidden, cause=str(error)[:LONGEST])),
            }, None
        except Exception as error:
            if getattr(error, "remote_traceback", None) is not None:
                return {
                    "outcome": "error",
                    "message": f"your code raised {type(error).__name__}.",
                    "evidence": asdict(Evidence(hidden=is_hidden, trace=error.remote_traceback)),
                }, None
            return {
                "outcome": "error",
                "message": "the check itself failed: this is not your mistake; your instructor sees it too.",
                "mistake": "check-failed",
                "detail": traceback.format_exc()[-LONGEST:],
            }, None

    def ask(self, request: bytes) -> bytes:
        """Send a call over and wait for what comes back."""
        nonce = new_nonce()
        self.channel.send(Kind.CALL, request, nonce)
        frame = self.channel.receive()
        if frame.kind == Kind.LOST:
            raise AnswerLost(*decode(frame.body))
        return frame.body


def _said(error: CheckFailed, is_hidden: bool) -> dict[str, Any]:
    failure = error.failure
    evidence = Evidence(is_hidden, failure.called, failure.got, failure.wanted, failure.cause, failure.trace)
    if is_hidden:
        evidence.got = evidence.wanted = ""
    return {
        "outcome": failure.outcome,
        "message": failure.cause or str(error),
        "mistake": failure.mistake,
        "evidence": asdict(evidence),
        "detail": getattr(error, "instructor_detail", None),
    }


def main(descriptor: int, seed: int, models: bool, layers: list[str]) -> None:
    """Serve on an inherited socket.

    Parameters
    ----------
    descriptor : int
        The socket.
    seed : int
        From which hidden checks draw their inputs.
    models : bool
        Whether students' functions may return Keras models.
    layers : list of str
        By which to guard this process; see `confine.guard`.
    """
    os.environ[SEED_VARIABLE] = str(seed)
    sys.dont_write_bytecode = True
    channel = Channel(socket.socket(fileno=descriptor))
    if layers:
        confine.guard(os.getcwd(), tuple(layers))
    Checker(channel, models).serve()
