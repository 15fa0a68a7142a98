"""What stands in the checks for a function of the student's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.engine.codec import DecodeError, decode, encode
from autograder.engine.models import Refused, incoming, outgoing
from autograder.engine.protocol import ERRORS


class AnswerLost(BaseException):
    """A call brought no answer that counts.

    It is no `Exception`, so that no check can take it for an answer.
    """

    def __init__(self, outcome: str, message: str, mistake: str | None = None):
        self.outcome, self.message, self.mistake = outcome, message, mistake
        super().__init__(message)


class StandIn:
    """Called like the student's function; sends the arguments over and brings the result back.

    Parameters
    ----------
    name : str
        The name in the student's notebook.
    ask : callable
        Takes the encoded request; returns the encoded answer, or raises `AnswerLost`.
    key : str
        Which of the pinned meanings of the name is meant.
    name_errors : list
        To which the texts of `NameError` from the student's code are added.
    models : bool, optional
        Whether the function may return Keras models.
    """

    def __init__(
        self,
        name: str,
        ask: Callable[[bytes], bytes],
        key: str,
        name_errors: list[str],
        models: bool = True,
    ):
        self.__name__ = name
        self._ask, self._key, self._models = ask, key, models
        self.name_errors = name_errors

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function.

        Raises
        ------
        Exception
            Of a builtin type, where the student's code raised.
        AnswerLost
            Where no well-formed answer came.
        """
        name = self.__name__
        try:
            given = outgoing([list(args), kwargs], strict=True)
        except Refused as refused:
            text = f"the check itself failed, which is not your mistake: {name} cannot be given this ({refused})."
            raise AnswerLost("error", text, "check-failed") from None
        raw = self._ask(encode([self._key, name, *given]))
        try:
            answer = decode(raw)
            if type(answer) is not dict:
                raise DecodeError("not an answer")
            status = answer.get("status")
            if status == "value":
                value = answer["value"]
                if "after" in answer:
                    after_args, after_kwargs = answer["after"]
                    _mirror([list(args), kwargs], [after_args, after_kwargs])
                return incoming(value, models=self._models)
            if status == "raised":
                error = _error(answer)
        except (DecodeError, KeyError, TypeError, ValueError, IndexError):
            raise AnswerLost("error", f"what {name} returned could not be read.") from None
        if status == "raised":
            if isinstance(error, NameError):
                self.name_errors.append(str(error))
            raise error
        if status == "missing":
            raise AnswerLost("missing", f"{name} is not defined where it is checked.")
        if status == "not callable":
            raise AnswerLost(
                "incorrect",
                f"{name} is not a function where it is checked: the name was given to something else. Rename that.",
                "not-a-function",
            )
        if status == "unsendable":
            raise AnswerLost(
                "incorrect", f"what {name} returned is too large or too deeply nested to be judged."
            )
        raise AnswerLost("error", f"what {name} returned could not be read.")


def _error(answer: dict[str, Any]) -> Exception:
    kind, text, name, trace = (answer[key] for key in ("error", "text", "type", "trace"))
    if (
        type(kind) is not int
        or not 0 <= kind < len(ERRORS)
        or not all(type(t) is str for t in (text, name, trace))
    ):
        raise DecodeError("not an error")
    # The other side cuts them, if it is ours: a verdict that repeats them must fit in a message.
    text, name, trace = text[:2000], name[:80], trace[:8000]
    # A loop of a check over such calls would take the learner's StopIteration for its own end, and judge nothing.
    cls = RuntimeError if ERRORS[kind] is StopIteration else ERRORS[kind]
    error = cls(text if cls.__name__ == name else f"{name}: {text}")
    error.remote_traceback = trace
    return error


def _mirror(before: Any, after: Any) -> None:
    """Make the caller's arguments what the call left of them."""
    if type(before) is np.ndarray and type(after) is np.ndarray:
        if before.shape != after.shape or before.dtype != after.dtype:
            raise AnswerLost(
                "incorrect",
                "the call changed the shape or the type of its input: work on a copy.",
                "input-modified",
            )
        np.copyto(before, after)
    elif type(before) is list and type(after) is list:
        for old, new in zip(before, after, strict=False):
            _mirror(old, new)
        if len(before) != len(after) or any(
            _plain(old) and old != new for old, new in zip(before, after, strict=False)
        ):
            before[:] = after
    elif type(before) is dict and type(after) is dict:
        for key in before.keys() & after.keys():
            _mirror(before[key], after[key])
        for key in before.keys() - after.keys():
            del before[key]
        before.update(
            {key: value for key, value in after.items() if key not in before or _plain(before[key])}
        )
    elif type(before) is tuple and type(after) is tuple:
        for old, new in zip(before, after, strict=False):
            _mirror(old, new)


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, bytes))
