"""The student's process: runs cells as Jupyter would, and answers calls into what they defined.

It knows no test, no expected value and no solution.  Nothing that it says is a verdict: the
checks treat every answer as a claim by code that may lie.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import random
import signal
import socket
import subprocess
import sys
import traceback
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import LSString, SList
from traitlets import Type
from traitlets.config import Config

from autograder.engine.channel import Channel, ChannelError
from autograder.engine.codec import MAX_HEADER, decode, encode
from autograder.engine.models import incoming, outgoing
from autograder.engine.protocol import ERRORS, Kind

MAX_OUTPUTS = 1000
MAX_FRAMES = 40
TOO_LARGE = "[output too large: left out]\n"


class Outputs:
    """The outputs of the cell that runs, in order, in nbformat's form and bounded in size."""

    def __init__(self, limit: int):
        # An output that fills a whole message leaves no room for the rest of the answer.
        self.limit = min(limit, MAX_HEADER - 500_000)
        self.keep: list[dict[str, Any]] | None = None
        self.room = 0

    def start(self) -> None:
        """Begin to keep outputs."""
        self.keep, self.room = [], self.limit

    def stop(self) -> list[dict[str, Any]]:
        """Return what was kept, and drop what comes from now on."""
        kept, self.keep = self.keep or [], None
        return kept

    def text(self, name: str, text: str) -> None:
        """Add text to a stream."""
        if self.keep is None or not text:
            return
        last = self.keep[-1] if self.keep else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"] = _overwrite(last["text"], self._cut(text))
        elif self.room > 0 and len(self.keep) < MAX_OUTPUTS:
            text = _overwrite("", self._cut(text))
            self.keep.append({"output_type": "stream", "name": name, "text": text})

    def data(self, kind: str, data: dict[str, Any], metadata: Any = None) -> None:
        """Add a rich output."""
        bundle = {_sendable(mime): _sendable(value) for mime, value in data.items() if isinstance(value, str)}
        output = {"output_type": kind, "data": bundle, "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = None
        self._add(output, sum(len(value.encode()) for value in bundle.values()))

    def error(self, name: str, value: str, trace: list[str]) -> None:
        """Add an error; it is kept even where the room is used up."""
        self.room = max(self.room, 100_000)
        name, value, trace = _sendable(name), _sendable(value)[:2000], list(map(_sendable, trace))
        output = {"output_type": "error", "ename": name, "evalue": value, "traceback": trace}
        self._add(output, sum(len(text.encode()) for text in (name, value, *trace)))

    def clear(self) -> None:
        """What ``clear_output`` asks for."""
        if self.keep is not None:
            self.keep.clear()

    def _cut(self, text: str) -> str:
        """As much of a text as there is room for: bytes are counted, for so it is sent."""
        data = text.encode("utf-8", "replace")[: max(0, self.room)]
        self.room -= len(data)
        return data.decode("utf-8", "ignore")

    def _add(self, output: dict[str, Any], size: int) -> None:
        if self.keep is None or self.room <= 0 or len(self.keep) >= MAX_OUTPUTS:
            return
        if size > self.room:
            self.room = 0
            output = {"output_type": "stream", "name": "stderr", "text": TOO_LARGE}
        self.room -= size
        self.keep.append(output)


def _sendable(text: object) -> str:
    """Text that can be written as UTF-8: half a surrogate pair cannot."""
    return str(text).encode("utf-8", "replace").decode()


def _overwrite(before: str, text: str) -> str:
    """Append as a terminal would: a carriage return starts its line again (progress bars)."""
    if "\r" not in text:
        return before + text
    start = before.rfind("\n") + 1
    lines = (before[start:] + text.replace("\r\n", "\n")).split("\n")
    return before[:start] + "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)


class Stream(io.TextIOBase):
    """Standard output or error of the student's code."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs):
        self.name = name
        self._outputs = outputs

    def write(self, text: str) -> int:
        """Keep the text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.text(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """Of the stream that other programs write to; what they write there is not kept."""
        return 1 if self.name == "stdout" else 2

    def isatty(self) -> bool:
        """No: libraries then print no colours and no live progress bars."""
        return False


class _Publisher(DisplayPublisher):
    outputs: Outputs

    def publish(self, data: dict[str, Any], metadata: Any = None, **_: Any) -> None:
        self.outputs.data("display_data", data, metadata)

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.clear()


class _Hook(DisplayHook):
    outputs: Outputs

    def write_output_prompt(self) -> None:
        """No prompt: the notebook has its own."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        self.outputs.data("execute_result", format_dict, md_dict)

    def finish_displayhook(self) -> None:
        """Nothing to end: the parent prints a line feed here."""


class Shell(InteractiveShell):
    """IPython as a notebook has it, with outputs kept instead of printed."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    outputs: Outputs

    def enable_gui(self, gui: Any = None) -> None:
        """There is no event loop to join."""

    def ask_exit(self) -> None:
        """What ``exit()`` and ``quit()`` do: nothing, for the cells below still count."""

    def system(self, cmd: str) -> None:
        """What ``!command`` does, by pipes: the parent would open a terminal, and there is none in here."""
        with _command(self.var_expand(cmd, depth=1)) as process:
            try:
                for line in io.TextIOWrapper(process.stdout, errors="replace"):
                    sys.stdout.write(line)
            except BaseException:
                process.kill()
                raise
        self.user_ns["_exit_code"] = process.returncode

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """What ``name = !command`` does, by pipes."""
        with _command(self.var_expand(cmd, depth=depth + 1)) as process:
            try:
                text = process.communicate()[0].decode(errors="replace")
            except BaseException:
                process.kill()
                raise
        return SList(text.splitlines()) if split else LSString(text)

    def _get_exc_info(self, exc_tuple: Any = None) -> Any:
        etype, value, trace = super()._get_exc_info(exc_tuple)
        _shorten(value)
        return etype, value, trace

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        try:
            value = str(evalue)
        except Exception:
            value = ""
        trace = stb if isinstance(stb, list) else [str(stb)]
        self.outputs.error(etype.__name__, value, [str(line)[:20_000] for line in trace[-60:]])


def _shorten(error: Any) -> None:
    """Leave out the middle of a long traceback: IPython takes ten seconds for the frames of an endless recursion."""
    for _ in range(10):
        if not isinstance(error, BaseException):
            return
        frames = [step := error.__traceback__]
        while step is not None:
            frames.append(step := step.tb_next)
        if len(frames) > MAX_FRAMES:
            frames[MAX_FRAMES // 2].tb_next = frames[-MAX_FRAMES // 2]
        error = error.__cause__ or error.__context__


def _command(text: str) -> subprocess.Popen[bytes]:
    """A command of the shell, with both its streams in one pipe."""
    return subprocess.Popen(
        text, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def make_shell(outputs: Outputs) -> Shell:
    """A fresh shell, with figures drawn inline."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Context"
    config.Completer.use_jedi = False
    _Publisher.outputs = _Hook.outputs = Shell.outputs = outputs
    shell = Shell.instance(config=config)
    shell.user_ns["__name__"] = "__main__"
    main_module = sys.modules["__main__"]
    main_module.__dict__.pop("main", None)
    # As in Jupyter, `input()` has nobody to ask.
    builtins.input = _no_input
    try:
        shell.enable_matplotlib("inline")
    except Exception:
        pass
    return shell


def _no_input(prompt: object = "") -> str:
    raise EOFError("input() has nobody to ask when a notebook is graded")


class Student:
    """The student's side of the channel."""

    def __init__(self, channel: Channel, output_bytes: int):
        self.channel = channel
        self.outputs = Outputs(output_bytes)
        self.shell = make_shell(self.outputs)
        self.pinned: dict[str, dict[str, Any]] = {}
        self.meant: dict[str, dict[str, Any]] = {}
        sys.stdout = Stream("stdout", self.outputs)
        sys.stderr = Stream("stderr", self.outputs)

    def serve(self) -> None:
        """Answer requests until the other side is gone."""
        handlers = {Kind.RUN: self.run, Kind.PIN: self.pin, Kind.CALL: self.call}
        answers = {Kind.RUN: Kind.DONE, Kind.PIN: Kind.DONE, Kind.CALL: Kind.ANSWER}
        self.channel.send(Kind.READY, encode(None))
        while True:
            try:
                frame = self.channel.receive()
            except KeyboardInterrupt:
                continue
            except ChannelError:
                return
            try:
                body = handlers[Kind(frame.kind)](decode(frame.body))
            except KeyboardInterrupt:
                body = {"status": "interrupted"}
            try:
                encoded = encode(body)
            except (ValueError, MemoryError):
                # Many outputs, each of a lawful size, or an error with a strange text.
                outputs = [{"output_type": "stream", "name": "stderr", "text": TOO_LARGE}]
                encoded = encode({"status": "unsendable", "outputs": outputs})
            self.channel.send(answers[Kind(frame.kind)], encoded, frame.nonce)

    def run(self, source: str) -> dict[str, Any]:
        """Run one cell."""
        self.outputs.start()
        interrupted = False
        try:
            result = self.shell.run_cell(source, store_history=True)
            interrupted = isinstance(result.error_in_exec, KeyboardInterrupt)
            raised = not result.success
        except SystemExit:
            raised = True
        kept = self.outputs.stop()
        return {"status": "interrupted" if interrupted else "done", "raised": raised, "outputs": kept}

    def pin(self, request: list[Any]) -> dict[str, Any]:
        """Keep what some names mean at this point of the notebook."""
        key, names = request
        known = self.shell.user_ns
        self.pinned[key] = {name: known[name] for name in names if name in known}
        # Not all of them: old versions of large arrays and models would be kept.
        self.meant[key] = {
            name: value for name, value in known.items() if name[:1] != "_" and _is_small(value)
        }
        return {"status": "done"}

    @contextlib.contextmanager
    def as_it_was(self, key: str) -> Iterator[None]:
        """Let functions, numbers and words mean what they meant where the check stands.

        Later cells may give a helper's name to something else; what they added stays.
        """
        known, meant = self.shell.user_ns, self.meant.get(key, {})
        now = {name: known[name] for name in meant if name in known}
        known.update(meant)
        try:
            yield
        finally:
            self.meant[key] = {name: known[name] for name in meant if name in known}
            for name in meant.keys() - now.keys():
                known.pop(name, None)
            known.update(now)

    def call(self, request: list[Any]) -> dict[str, Any]:
        """Call a function and say what came of it.

        Returns
        -------
        dict
            ``status`` is "value" (with ``value``, and ``after``: the arguments, where the call
            changed them), "raised" (with ``error``: position in `ERRORS`, ``type``, ``text``
            and ``trace``), "missing", "not callable" or "unsendable".
        """
        key, name, args, kwargs = request
        # What was not there yet may stand further down: cells need not be in the order in which they were run.
        names = self.shell.user_ns | self.pinned.get(key, {})
        if name not in names:
            return {"status": "missing"}
        function = names[name]
        if not callable(function):
            return {"status": "not callable", "type": type(function).__name__}
        args, kwargs = incoming([args, kwargs])
        # A model among them counts as unchanged: it stands here by the name of its type.
        before = encode([args, kwargs])
        try:
            with self.as_it_was(key):
                value = outgoing(function(*args, **kwargs))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return _describe_error(error)
        answer = {"status": "value", "value": value}
        try:
            after = encode([args, kwargs])
            if after != before:
                answer["after"] = [list(args), kwargs]
            encode(answer)
        except (ValueError, MemoryError) as error:
            return {"status": "unsendable", "text": str(error)[:300]}
        return answer


_SMALL = (types.FunctionType, types.ModuleType, type, bool, int, float, complex, str, bytes, types.NoneType)


def _is_small(value: object) -> bool:
    return type(value) in _SMALL


def _describe_error(error: BaseException) -> dict[str, Any]:
    # In the order of the class's own bases: NotImplementedError is a RuntimeError, too.
    number = next((ERRORS.index(kind) for kind in type(error).__mro__ if kind in ERRORS), 0)
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(_ENGINE)
    ]
    try:
        text = str(error)
    except Exception:
        text = ""
    trace = "".join(traceback.format_list(frames[-12:]))
    return {
        "status": "raised",
        "error": number,
        "type": _sendable(type(error).__name__)[:80],
        "text": _sendable(text)[:2000],
        "trace": _sendable(trace)[:8000],
    }


_ENGINE = os.path.dirname(os.path.abspath(__file__))


def main(descriptor: int, output_bytes: int, checkout: str) -> None:
    """Serve on an inherited socket.

    Parameters
    ----------
    descriptor : int
        The socket.
    output_bytes : int
        Room for one cell's output.
    checkout : str
        The folder from which the engine was imported; it leaves the import path.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    np.set_printoptions()
    # Whoever sets no seed gets the same numbers in a second run: a mark should not depend on chance.
    random.seed(0)
    np.random.seed(0)
    sys.path[:] = ["", *(path for path in sys.path if path and os.path.abspath(path) != checkout)]
    sys.argv = [""]
    for name, module in sys.modules.items():
        if name.partition(".")[0] == "autograder":
            # `%autoreload` reads every module that has a file, and these may not be read.
            module.__file__ = None
    Student(Channel(socket.socket(fileno=descriptor)), output_bytes).serve()
