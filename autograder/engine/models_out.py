"""Write Keras models and data sets as records (see `models`)."""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np

from autograder.engine.codec import Batches, ModelRecord, Opaque
from autograder.engine.models_allowed import (
    MAX_LEVELS,
    MAX_OBJECTS,
    OWN_LAYERS,
    Refused,
    functional_class,
    functions,
    names_of_classes,
    table,
)

_PLAIN = (type(None), bool, int, float, str, np.ndarray)


def record_of(item: Any, strict: bool) -> Any:
    """A record of a model, a layer or a data set; anything else as it is."""
    if type(item) in _PLAIN:
        return item
    import keras

    try:
        if issubclass(type(item), keras.layers.Layer):
            return Writer().record(item)
        if is_dataset(item):
            return batches_of(item)
        return item
    except Refused as error:
        reason = str(error)
    except Exception as error:
        # A subclass or a patched method may do anything here.
        reason = f"Keras could not describe it ({type(error).__name__})"
    if strict:
        raise Refused(reason)
    return Opaque(type(item).__name__[:80], reason)


def is_dataset(item: Any) -> bool:
    """Whether this is a tf.data.Dataset."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and issubclass(type(item), tensorflow.data.Dataset)


def batches_of(dataset: Any) -> Batches:
    """What a data set gives in two passes."""
    from course.checking_keras import two_passes

    try:
        return Batches(*two_passes(dataset))
    except ValueError as error:
        raise Refused(str(error)) from None


class Writer:
    """Writes one model as a record."""

    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = []
        self.numbers: dict[int, int] = {}

    def record(self, item: Any) -> ModelRecord:
        """The record of a model or layer."""
        import keras

        self.number(item)
        compiled = self.compile(item) if isinstance(item, keras.Model) else None
        return ModelRecord({"objects": self.objects, "compile": compiled})

    def number(self, item: Any) -> int:
        """The number of a layer or model, which is written where it was not."""
        import keras

        if id(item) not in self.numbers:
            if len(self.objects) >= MAX_OBJECTS:
                raise Refused(f"it has more than {MAX_OBJECTS} layers")
            if type(item) is keras.Sequential:
                written = self.sequential(item)
            elif type(item) is functional_class():
                written = self.functional(item)
            else:
                written = self.layer(item)
            self.objects.append(written)
            self.numbers[id(item)] = len(self.objects) - 1
        return self.numbers[id(item)]

    def sequential(self, model: Any) -> dict[str, Any]:
        """A keras.Sequential."""
        import keras

        # `Sequential.layers` leaves the input layer out; that of its base does not.
        layers = super(keras.Sequential, model).layers
        return {
            "class": "Sequential",
            "name": model.name,
            "trainable": bool(model.trainable),
            "layers": [self.number(layer) for layer in layers],
        }

    def functional(self, model: Any) -> dict[str, Any]:
        """A functional model: the calls of its layers, each after those that it needs."""
        tensors: dict[int, int] = {}
        calls = []
        for depth in sorted(model._nodes_by_depth, reverse=True):
            for node in model._nodes_by_depth[depth]:
                number = self.number(node.operation)
                args, kwargs = ((), {}) if node.is_input else (node.arguments.args, node.arguments.kwargs)
                calls.append([number, _argument_of(tuple(args), tensors), _argument_of(kwargs, tensors)])
                for tensor in node.outputs:
                    tensors[id(tensor)] = len(tensors)
        return {
            "class": "Functional",
            "name": model.name,
            "trainable": bool(model.trainable),
            "calls": calls,
            "inputs": _argument_of(model._inputs_struct, tensors),
            "outputs": _argument_of(model._outputs_struct, tensors),
        }

    def layer(self, layer: Any) -> dict[str, Any]:
        """A layer, or an operation on symbolic tensors."""
        cls = type(layer)
        if cls not in names_of_classes():
            raise Refused(_why_not(cls))
        activation = getattr(layer, "activation", None)
        if isinstance(activation, types.FunctionType) and activation not in table("activation").values():
            raise Refused(f"it holds an activation function of its own: {OWN_LAYERS} and activations")
        written = {"class": names_of_classes()[cls], "config": _plain_of(layer.get_config())}
        if written["class"] == "RandomShear":
            # Keras writes (-f, f) here and takes no negative number back.
            for key in ("x_factor", "y_factor"):
                written["config"][key] = written["config"][key][1]
        if written["class"].startswith("ops."):
            return written
        return written | {
            "build": _plain_of(layer.get_build_config()) if layer.built else None,
            "trainable": bool(layer.trainable),
            "weights": [_array(weight) for weight in layer.weights],
        }

    def compile(self, model: Any) -> Any:
        """How the model is compiled, None, or why that does not cross."""
        if not model.compiled:
            return None
        try:
            own = _own_function(model._compile_config.config)
            if own is not None:
                return f"it is compiled with {own}, a function of your own: use one of Keras's losses and metrics"
            return _plain_of(model.get_compile_config())
        except Exception as error:
            return f"Keras could not describe how it is compiled ({type(error).__name__})"


def _why_not(cls: type) -> str:
    import keras

    name = cls.__name__[:80]
    if issubclass(cls, keras.Model):
        return f"{name} is a model class of your own: use keras.Sequential or keras.Model, and {OWN_LAYERS}"
    if cls is getattr(keras.layers, name, None):
        return f"it holds a {name} layer, which is not used here: {OWN_LAYERS}, without {name}"
    if not issubclass(cls, keras.layers.Layer):
        return f"it holds the operation {name} outside a layer: {OWN_LAYERS}"
    return f"it holds a layer of your own class {name}: {OWN_LAYERS}"


def _own_function(value: Any) -> str | None:
    """The name of a function that is not Keras's, anywhere in a compile configuration."""
    if isinstance(value, (list, tuple, dict)):
        items = value.values() if isinstance(value, dict) else value
        return next((name for name in map(_own_function, items) if name), None)
    if isinstance(value, types.FunctionType) and value not in functions().values():
        return str(value.__name__)[:80]
    return None


def _array(weight: Any) -> np.ndarray:
    array = np.asarray(weight.numpy())
    if array.dtype.name != weight.dtype:
        raise Refused(f"its weights are of type {weight.dtype}, which does not cross")
    return array


def _plain_of(value: Any, depth: int = MAX_LEVELS) -> Any:
    """A configuration in exact plain types."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if depth:
        if isinstance(value, (list, tuple)):
            items = [_plain_of(item, depth - 1) for item in value]
            return tuple(items) if isinstance(value, tuple) else items
        if isinstance(value, dict):
            return {str(key): _plain_of(item, depth - 1) for key, item in value.items()}
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value.item()
    raise Refused(f"its configuration holds a {type(value).__name__[:80]}: use plain numbers and text")


def _argument_of(value: Any, tensors: dict[int, int], depth: int = MAX_LEVELS) -> Any:
    """An argument of a layer's call, with tensors of the model as references."""
    if id(value) in tensors:
        return {"tensor": tensors[id(value)]}
    if depth and type(value) in (list, tuple):
        return type(value)([_argument_of(item, tensors, depth - 1) for item in value])
    if depth and isinstance(value, dict):
        return {"dict": {str(key): _argument_of(item, tensors, depth - 1) for key, item in value.items()}}
    if value is Ellipsis:
        return {"ellipsis": True}
    if type(value) is slice:
        return {"slice": _plain_of([value.start, value.stop, value.step])}
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        return {"array": np.asarray(value)}
    return _plain_of(value)
