"""Keras models, layers and data sets on their way between the student's process and the checks.

A model crosses as a `ModelRecord`: configurations and weights, all of them plain values::

    objects   list; each is a layer {class, config, build, trainable, weights},
              {class: "Sequential", name, trainable, layers: [number, ...]} or
              {class: "Functional", name, trainable, inputs, outputs, calls: [[number, args, kwargs], ...]};
              numbers point to earlier objects, and the last object is what was sent
    compile   the compile configuration, a sentence that says why there is none, or None

In a call, ``{"tensor": 3}`` is the fourth tensor that the model makes, counted over its inputs and calls.

The receiver trusts nothing in a record.  It looks each class up in its own table, checks every argument
by what the argument means, and calls constructors itself: Keras's own deserialisation, which imports
modules by name, is never reached.  A weight is made only from an array that came and has the very shape
that the layer asks for, so that a layer which claims to be huge allocates nothing.  What does not pass
becomes `Opaque`, with the reason as a sentence for the learner.

Keras is imported when the first model is met: a notebook that needs NumPy alone never pays for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from autograder.engine.codec import ModelRecord, Opaque
from autograder.engine.models_allowed import LAYERS, MAX_LEVELS, MAX_OBJECTS, NOT_OURS, Refused, refusing
from autograder.engine.models_in import MAX_CALLS, Builder, of_type
from autograder.engine.models_out import record_of

__all__ = ["Refused", "incoming", "outgoing"]

MAX_MODELS = 32
"""Models in one answer."""


def outgoing(value: Any, *, strict: bool = False) -> Any:
    """Replace Keras models, layers and data sets by records of plain values.

    Parameters
    ----------
    value : object
        They are looked for in lists, tuples and dicts, too.
    strict : bool
        Raise where something is refused, instead of sending `Opaque`.

    Raises
    ------
    Refused
        Where `strict` is set.
    """
    if "keras" not in sys.modules:
        # Nothing can be a model.
        return value
    return _each(value, lambda item: record_of(item, strict), MAX_LEVELS)


def incoming(value: Any, *, models: bool = True) -> Any:
    """Replace records of models by models, and what is no lawful record by `Opaque`.

    Parameters
    ----------
    value : object
        As it was decoded.
    models : bool
        Whether any model is lawful; where none is, Keras is not imported for one that was forged.
    """
    budget, calls = [MAX_MODELS, MAX_OBJECTS * 4], MAX_CALLS

    def model(item: Any) -> Any:
        nonlocal calls
        if type(item) is not ModelRecord:
            return item
        try:
            if not models:
                raise Refused("no model is asked for here")
            objects = of_type(item.content.get("objects"), list)
            budget[0], budget[1] = budget[0] - 1, budget[1] - len(objects)
            if min(budget) < 0:
                raise Refused("there are too many models in one answer")
            with refusing(NOT_OURS):
                builder = Builder(calls)
                try:
                    return builder.model(item.content)
                finally:
                    calls = builder.calls
        except Refused as error:
            return Opaque(_name_of(item.content), str(error))

    return _each(value, model, MAX_LEVELS)


def _each(value: Any, change: Callable[[Any], Any], depth: int) -> Any:
    """Change each item of plain containers; what lies deeper stays as it is."""
    if depth and type(value) in (list, tuple):
        return type(value)([_each(item, change, depth - 1) for item in value])
    if depth and type(value) is dict:
        return {key: _each(item, change, depth - 1) for key, item in value.items()}
    return change(value)


def _name_of(content: dict[Any, Any]) -> str:
    objects = content.get("objects")
    last = objects[-1] if type(objects) is list and objects else None
    name = last.get("class") if type(last) is dict else None
    return name if type(name) is str and name in {*LAYERS, "Sequential", "Functional"} else "model"
