"""Build Keras models from records that nobody vouches for (see `models`)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.engine.models_allowed import (
    DTYPES,
    MAX_LEVELS,
    MAX_OBJECTS,
    NOT_OURS,
    OWN_LAYERS,
    SHORT,
    Refused,
    functional_class,
    functions,
    parameters,
    refusing,
    table,
)

MAX_CALLS = 5000
"""Calls of layers while the models of an answer are built; a model that calls another one pays for all calls in it."""

MAX_MODEL_DEPTH = 8
"""Models inside models."""

MAX_COMPILED = 64
"""Losses or metrics in one list."""

MAX_INTEGER = 1 << 20
MAX_ITEMS = 1000
"""Numbers in one argument; those of `LONG` may have more, such as the mean image of a Normalization layer."""

MAX_LONG_ITEMS = 20_000
LONG = ("mean", "variance")

MAX_TEXT = 200

MAX_TENSOR = 1 << 24
"""Numbers in one tensor of a model, for one image: 512 x 512 pixels in 64 channels."""

MAX_TENSORS = 1 << 27
"""Numbers in all tensors of a model together: Keras keeps them until the call ends."""

MAX_NEW_WEIGHTS = 1 << 26
"""Numbers in the weights that a model, which came without them, makes when a check calls it."""

NOMINAL = 64
"""What stands for a size that a model leaves open, when its tensors are counted."""

LARGEST = {
    "size": 32,
    "strides": 64,
    "dilation_rate": 64,
    "padding": 512,
    "output_padding": 64,
    "n": 4096,
    "height": 2048,
    "width": 2048,
    "num_tokens": 1 << 16,
    "num_ops": 32,
    "num_chains": 16,
    "chain_depth": 16,
    "num_labels": 64,
    "num_thresholds": 1000,
    "seed": 1 << 63,
}
"""Arguments by which a little record can ask for much memory or time, and what no honest answer exceeds."""

UNUSED = ("input_tensor", "lora_alpha", "lora_rank", "quantization_config")
"""Arguments that are None in every model of this course, and change what a layer is."""


def of_type(value: Any, kind: type) -> Any:
    """The value where it is exactly of this type; `Refused` where not."""
    if type(value) is not kind:
        raise Refused(NOT_OURS)
    return value


class Builder:
    """Builds one model from a record, with classes from the table alone.

    Parameters
    ----------
    calls : int
        How many calls of layers it may make; `calls` says what is left of them.
    """

    def __init__(self, calls: int = MAX_CALLS) -> None:
        self.objects: list[Any] = []
        self.depths: list[int] = []
        self.costs: list[int] = []
        self.calls = calls
        # While the model is built, each weight is one that came.
        self.room = 0

    def model(self, content: dict[Any, Any]) -> Any:
        """The model or layer that a record describes.

        Raises
        ------
        Refused
            Where anything in it is not as `Writer` writes it for a lawful model.
        """
        import keras

        written = of_type(content.get("objects"), list)
        if len(written) > MAX_OBJECTS:
            raise Refused(f"it has more than {MAX_OBJECTS} layers")
        for each in written:
            name = of_type(each, dict).get("class")
            make = {"Sequential": self.sequential, "Functional": self.functional}.get(
                of_type(name, str), self.layer
            )
            self.objects.append(make(each))
            if len(self.costs) < len(self.objects):
                self.costs.append(1)
                self.depths.append(0)
        # From the outside in: setting a model's flag sets those of its layers.
        for made, each in zip(reversed(self.objects), reversed(written), strict=True):
            if isinstance(made, keras.layers.Layer):
                made.trainable = of_type(each.get("trainable"), bool)
        self.room = MAX_NEW_WEIGHTS
        root = self.objects[-1]
        if not isinstance(root, keras.layers.Layer):
            raise Refused(NOT_OURS)
        if isinstance(root, keras.Model) and content.get("compile") is not None:
            _compile(root, content["compile"])
        return root

    def called(self, number: Any) -> Any:
        """An earlier object that is to be called now, and paid for."""
        if type(number) is not int or not 0 <= number < len(self.objects):
            raise Refused(NOT_OURS)
        self.calls -= self.costs[number]
        if self.calls < 0:
            raise Refused(f"its layers are called more than {MAX_CALLS} times")
        return self.objects[number]

    def spent(self, numbers: list[int]) -> None:
        """Keep what a call of the model of these objects will cost."""
        self.costs.append(sum(self.costs[number] for number in numbers))
        self.depths.append(1 + max((self.depths[number] for number in numbers), default=0))
        if self.depths[-1] > MAX_MODEL_DEPTH:
            raise Refused(f"there are more than {MAX_MODEL_DEPTH} models inside each other")

    def layer(self, written: dict[Any, Any]) -> Any:
        """A layer with its weights, or an operation."""
        name = written["class"]
        if name.startswith("ops."):
            operations = table("operation") | table("neural operation")
            return _construct(operations.get(name[4:]), written.get("config"), name[:80])
        layer = _construct(table("layer").get(name), written.get("config"), name[:80])
        weights = of_type(written.get("weights"), list)
        if not all(type(array) is np.ndarray for array in weights):
            raise Refused(NOT_OURS)
        with refusing(f"the weights of a {name} layer do not fit its settings"):
            if written.get("build") is not None:
                _build(layer, written["build"], weights)
            elif weights:
                raise Refused(NOT_OURS)
        if not layer.built:
            layer.add_weight = self.bounded(layer)
        return layer

    def bounded(self, layer: Any) -> Callable[..., Any]:
        """How a layer that came without weights makes its own, later, when a check calls it."""
        add_weight = layer.add_weight

        def add_bounded(*, shape: Any = (), **more: Any) -> Any:
            self.room -= math.prod(shape)
            if self.room < 0:
                raise Refused(f"the weights of {layer.name} are too large: look at the sizes of its layers")
            return add_weight(shape=shape, **more)

        return add_bounded

    def sequential(self, written: dict[Any, Any]) -> Any:
        """A chain of earlier objects."""
        import keras

        numbers = of_type(written.get("layers"), list)
        layers = [self.called(number) for number in numbers]
        if layers and isinstance(layers[0], keras.layers.InputLayer):
            # A layer that is built only now would take its sizes from layers that nobody has checked.
            _require_built(layers)
        with refusing("its layers do not fit together"):
            model = keras.Sequential(layers, name=_name(written.get("name")))
        if model._functional is not None:
            _check_sizes(model._functional)
        self.spent(numbers)
        return model

    def functional(self, written: dict[Any, Any]) -> Any:
        """A graph of calls of earlier objects."""
        import keras

        tensors: list[Any] = []
        calls = of_type(written.get("calls"), list)
        with refusing("its layers do not fit together"):
            for call in calls:
                number, args, kwargs = of_type(call, list)
                layer = self.called(number)
                if isinstance(layer, keras.layers.InputLayer):
                    made = layer.output
                else:
                    _require_built([layer])
                    kwargs = _call_argument(kwargs, tensors)
                    args = _call_argument(of_type(args, tuple), tensors)
                    if not any(
                        isinstance(item, keras.KerasTensor) for item in keras.tree.flatten((args, kwargs))
                    ):
                        # On arrays alone the layer would compute now, for as long as they make it.
                        raise Refused(NOT_OURS)
                    made = layer(*args, **of_type(kwargs, dict))
                made = keras.tree.flatten(made)
                for tensor in made:
                    # At once: the next layer could allocate by its size.
                    _count(tensor.shape)
                tensors += made
            model = keras.Model(
                inputs=_call_argument(written.get("inputs"), tensors),
                outputs=_call_argument(written.get("outputs"), tensors),
                name=_name(written.get("name")),
            )
        if type(model) is not functional_class():
            raise Refused(NOT_OURS)
        _check_sizes(model)
        self.spent([call[0] for call in calls])
        return model


def _require_built(layers: list[Any]) -> None:
    if not all(getattr(layer, "built", True) for layer in layers):
        raise Refused(NOT_OURS)


def _name(value: Any) -> str:
    if type(value) is not str or not 0 < len(value) <= MAX_TEXT:
        raise Refused(NOT_OURS)
    return value


def _construct(cls: type | None, config: Any, name: str) -> Any:
    """An instance of a class from the table, each of its arguments checked."""
    if cls is None:
        raise Refused(f"it holds {name}: {OWN_LAYERS}")
    if not set(of_type(config, dict)) <= parameters(cls):
        raise Refused(f"the settings of {name} are not such as Keras writes")
    arguments = {key: _argument(key, value, name) for key, value in config.items()}
    with refusing(f"the settings of {name} do not fit together"):
        return cls(**arguments)


_KINDS = ("initializer", "regularizer", "constraint")


def _argument(key: str, value: Any, name: str) -> Any:
    """One argument of a constructor, checked by what it means."""
    if value is None:
        return None
    if key == "activation":
        return _activation(value)
    if key == "dtype":
        return _dtype(value)
    if key == "learning_rate" and type(value) is dict:
        return _object(value, "schedule")
    if key in UNUSED:
        raise Refused(f"{name} has the setting {key}, which is not used here")
    kind = next((kind for kind in _KINDS if key.endswith(kind)), None)
    if kind is not None:
        return _object(value, kind)
    room = MAX_LONG_ITEMS if key in LONG else MAX_ITEMS
    return _plain(value, LARGEST.get(key, MAX_INTEGER), f"{key} of {name}", room)


def _plain(value: Any, largest: int, what: str, room: int = MAX_ITEMS) -> Any:
    """Numbers, text and flags, and lists of them, of bounded size."""

    def check(item: Any, depth: int) -> Any:
        nonlocal room
        room -= 1
        if room < 0 or depth < 0:
            raise Refused(f"the {what} is too long")
        if type(item) in (list, tuple):
            return type(item)([check(each, depth - 1) for each in item])
        if type(item) is int and abs(item) > largest:
            raise Refused(f"the {what} is larger than {largest}")
        if type(item) is str and len(item) > MAX_TEXT:
            raise Refused(f"the {what} is too long")
        if item is None or type(item) in (bool, int, float, str):
            return item
        raise Refused(f"the {what} is not a plain value")

    return check(value, 6)


def _object(value: Any, kind: str) -> Any:
    """An object that Keras wrote as {module, class_name, config, registered_name}."""
    keys = {"module", "class_name", "config", "registered_name", "shared_object_id"}
    if not set(of_type(value, dict)) <= keys:
        raise Refused(NOT_OURS)
    module, name = of_type(value.get("module"), str), of_type(value.get("class_name"), str)
    # The class comes from the table; these say that it is not one of the learner's with the same name.
    if module.partition(".")[0] != "keras" or value.get("registered_name") not in (None, name):
        raise Refused(f"it uses {name[:80]}, a class of your own: use Keras's")
    if name not in table(kind):
        raise Refused(f"it uses the {kind} {name[:80]}, which is not used here")
    return _construct(table(kind)[name], value.get("config"), name)


def _activation(value: Any) -> Any:
    if type(value) is dict:
        return _object(value, "activation layer")
    if of_type(value, str) not in table("activation"):
        raise Refused(f"it uses the activation {value[:80]}, which is not one of Keras's")
    return table("activation")[value]


def _dtype(value: Any) -> str:
    if type(value) is dict:
        if value.get("class_name") != "DTypePolicy" or type(value.get("config")) is not dict:
            raise Refused("it has a dtype policy that is not used here")
        value = value["config"].get("name")
    if type(value) is not str or value not in DTYPES:
        raise Refused("it has a dtype that is not used here")
    return value


def _build(layer: Any, build: Any, weights: list[np.ndarray]) -> None:
    """Make the layer's variables, each from the array that came for it."""
    build = of_type(build, dict)
    if not set(build) <= {"input_shape", "shapes_dict"}:
        raise Refused(NOT_OURS)
    shapes = build.get("shapes_dict")
    for shape in (build.get("input_shape"), *(shapes.values() if type(shapes) is dict else ())):
        _check_shape(shape)
    left = iter(weights)
    add_weight = layer.add_weight

    def add_given(*, shape: Any = (), initializer: Any = None, **more: Any) -> Any:
        array = next(left, None)
        if array is None or tuple(shape) != array.shape:
            came = "none" if array is None else f"one of shape {array.shape}"
            raise Refused(f"{layer.name} needs a weight of shape {tuple(shape)}, and {came} came")

        def given(shape: Any, dtype: Any) -> np.ndarray:
            if str(dtype) != array.dtype.name:
                raise Refused(f"a weight of {layer.name} is of type {array.dtype.name} instead of {dtype}")
            return array

        return add_weight(shape=shape, initializer=given, **more)

    # Nothing is allocated that did not come: the layer's own initialisers never run.
    layer.add_weight = add_given
    layer.build_from_config(build)
    del layer.add_weight
    if next(left, None) is not None:
        raise Refused(f"there are more weights than {layer.name} has")
    if hasattr(layer, "finalize_state"):
        # Normalization computes with what it finds in its weights at this point.
        layer.finalize_state()


def _check_shape(shape: Any, depth: int = 3) -> None:
    """Refuse shapes for which `build` itself could allocate much; there may be several, in a list."""
    if type(shape) in (list, tuple) and depth:
        if shape and all(item is None or type(item) is int for item in shape):
            _count(shape)
        else:
            for item in shape:
                _check_shape(item, depth - 1)
    elif shape is not None:
        raise Refused(NOT_OURS)


def _count(shape: Any) -> int:
    """Numbers in a tensor of this shape, with open sizes taken as one."""
    count = math.prod(1 if size is None else abs(size) for size in shape)
    if count > MAX_TENSOR or len(shape) > 8:
        raise Refused("it makes tensors that are too large: look at the sizes of its layers")
    return count


def _check_sizes(model: Any) -> None:
    """Refuse a model that makes too much of one image, also where it leaves the image's size open."""
    import keras

    room = MAX_TENSORS

    def spend(tensors: Any) -> Any:
        nonlocal room
        room -= sum(_count(tensor.shape) for tensor in keras.tree.flatten(tensors))
        if room < 0:
            raise Refused("its tensors are too large together: look at the sizes of its layers")
        return tensors

    def counted(operation: Any) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if isinstance(operation, keras.Model):
                return through(operation, args[0])
            return spend(operation.compute_output_spec(*args, **kwargs))

        return call

    def through(model: Any, inputs: Any) -> Any:
        graph = model._functional if isinstance(model, keras.Sequential) else model
        return graph._run_through_graph(inputs, counted)

    if all(None not in tensor.shape[1:] for tensor in model.inputs):
        for nodes in model._nodes_by_depth.values():
            for node in nodes:
                spend(node.outputs)
        return
    sized = [
        keras.KerasTensor((1, *(NOMINAL if size is None else size for size in t.shape[1:])), t.dtype)
        for t in model.inputs
    ]
    with refusing("its layers do not fit together for every size of image: give its input a size"):
        through(model, sized)


def _call_argument(value: Any, tensors: list[Any], depth: int = MAX_LEVELS) -> Any:
    """An argument of a call, as `_argument_of` writes them."""
    if type(value) in (list, tuple) and depth and len(value) <= MAX_ITEMS:
        return type(value)([_call_argument(item, tensors, depth - 1) for item in value])
    if type(value) is not dict:
        return _plain(value, MAX_INTEGER, "argument of a layer's call")
    if len(value) != 1 or not depth:
        raise Refused(NOT_OURS)
    ((kind, content),) = value.items()
    if kind == "tensor" and type(content) is int and 0 <= content < len(tensors):
        return tensors[content]
    if kind == "dict" and type(content) is dict and all(type(key) is str for key in content):
        return {key: _call_argument(item, tensors, depth - 1) for key, item in content.items()}
    if kind == "array" and type(content) is np.ndarray:
        return content
    if kind == "ellipsis":
        return Ellipsis
    if kind == "slice" and type(content) is list and len(content) == 3:
        return slice(*_plain(content, MAX_INTEGER, "slice"))
    raise Refused(NOT_OURS)


# -- compiling ------------------------------------------------------------------------------------------


def _compile(model: Any, config: Any) -> None:
    """Compile as the record says; where that is refused, the model stays uncompiled and says why."""
    try:
        if type(config) is str:
            raise Refused(config[:300])
        if set(of_type(config, dict)) - set(_COMPILE):
            raise Refused("it is compiled with settings that are not used here")
        arguments = {
            key: check(config[key]) for key, check in _COMPILE.items() if config.get(key) is not None
        }
        with refusing("the settings that it is compiled with do not fit together"):
            model.compile(**arguments)
    except Refused as error:
        model.not_compiled_because = str(error)


def _compiled_with(value: Any, kind: str, depth: int = 4) -> Any:
    """Losses or metrics: names, objects, functions, and lists and dicts of them."""
    if value is None:
        return None
    if type(value) in (list, tuple, dict) and len(value) > MAX_COMPILED:
        raise Refused("it is compiled with too many losses or metrics")
    if type(value) in (list, tuple) and depth:
        return [_compiled_with(item, kind, depth - 1) for item in value]
    if type(value) is str:
        if value not in {*functions(), *table(kind), *SHORT}:
            raise Refused(f"it is compiled with the {kind} {value[:80]}, which is not one of Keras's")
        return value
    if type(value) is dict and "class_name" not in value and depth:
        if not all(type(key) is str and len(key) <= MAX_TEXT for key in value):
            raise Refused(NOT_OURS)
        return {key: _compiled_with(item, kind, depth - 1) for key, item in value.items()}
    if type(value) is dict and value.get("class_name") == "function":
        name = value.get("config")
        if type(name) is not str or name not in functions():
            raise Refused(f"it is compiled with a {kind} of your own: use one of Keras's")
        return functions()[name]
    return _object(value, kind)


def _number(value: Any) -> Any:
    return _plain(value, MAX_INTEGER, "compile setting")


def _weights_of_losses(value: Any) -> Any:
    if type(value) is dict and all(type(key) is str for key in value):
        return {key: _number(item) for key, item in value.items()}
    return _number(value)


_COMPILE: dict[str, Callable[[Any], Any]] = {
    "optimizer": lambda value: _object(value, "optimizer"),
    "loss": lambda value: _compiled_with(value, "loss"),
    "loss_weights": _weights_of_losses,
    "metrics": lambda value: _compiled_with(value, "metric"),
    "weighted_metrics": lambda value: _compiled_with(value, "metric"),
    "run_eagerly": lambda value: of_type(value, bool),
    "steps_per_execution": lambda value: _number(of_type(value, int)),
    "jit_compile": lambda value: of_type(value, bool),
}
