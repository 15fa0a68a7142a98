"""Judge Keras models by what they are and do, whatever way they were written.

A model is taken as a chain of steps: each layer with what goes in and what comes out, found by
sending a small image through it.  Expectations look at the steps that matter to them, so that
``Conv2D(32, 3, activation="relu")`` and ``Conv2D(32, (3, 3))`` with ``Activation("relu")`` after it,
Sequential or functional, with Dropout or without, are the same model::

    judged = judge(Attempt("build_digits_cnn", build_digits_cnn)(), (28, 28, 1))
    judged.has_weights([conv(32, 3), conv(64, 3), dense(10)])
    judged.has_activations(["relu", "relu", "softmax"])
    judged.is_compiled("categorical_crossentropy", "rmsprop", "accuracy")

Keras is imported where it is needed only: importing this module stays cheap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.checking import Answer, Mistake

__all__ = [
    "Judged",
    "Step",
    "Weights",
    "conv",
    "dense",
    "judge",
    "layers_of",
    "learning_rate_of",
    "leaves_of",
    "log_loss",
    "loss_of",
    "opaque_reason",
    "optimizer_of",
    "passes_of",
    "tail_of",
    "through",
]

# ---------------------------------------------------------------------------------------
# Mistakes that have a name
# ---------------------------------------------------------------------------------------

NO_MODEL = Mistake(
    "no-model",
    "the function has to return a Keras model: is there a `return model` at its end?",
)
FOREIGN_MODEL = Mistake(
    "foreign-model",
    "this model cannot be judged here: build it from Keras's own layers, as keras.Sequential or with "
    "keras.Model(inputs, outputs), without Lambda layers and without classes of your own.",
)
MODEL_NOT_CHAIN = Mistake(
    "not-a-chain",
    "the layers do not form one chain from the image to the output: give each layer the result of the one before.",
)
INPUT_MISSING = Mistake(
    "input-missing",
    "the model does not know how large its images are: begin with keras.Input and the shape of one image.",
)
INPUT_OTHER = Mistake(
    "input-shape",
    "the model cannot take images of the size that the exercise names: look at the shape in keras.Input, which is "
    "that of one image, (height, width, channels), without the number of images.",
)
LAYERS_MISSING = Mistake(
    "layers-missing",
    "the model has fewer layers with weights than the list in the exercise: count the convolutions and the dense "
    "layers.",
)
LAYERS_TOO_MANY = Mistake(
    "layers-too-many",
    "the model has more layers with weights than the list in the exercise: count the convolutions and the dense "
    "layers.",
)
LAYERS_OTHER = Mistake(
    "layers-order",
    "the layers with weights do not come in the order of the exercise: first all convolutions, then the dense layers.",
)
FILTERS_OTHER = Mistake(
    "filters",
    "a convolution has another number of filters than the exercise asks for: it is the first argument of Conv2D.",
)
KERNEL_OTHER = Mistake(
    "kernel-size",
    "a convolution's kernel has another size than the exercise asks for: it is the second argument of Conv2D.",
)
UNITS_OTHER = Mistake(
    "units",
    "a dense layer has another number of units than the exercise asks for; the last one has one unit a class "
    "(or a single one, where there are two classes).",
)
BIAS_OFF = Mistake(
    "bias-off",
    "a layer has no bias: leave use_bias out.",
)
EXTRA_WEIGHTS = Mistake(
    "extra-weights",
    "the model has parameters besides those of its convolutions and dense layers: is there a layer such as "
    "BatchNormalization that the exercise does not ask for?",
)
PADDED = Mistake(
    "padding-same",
    'a convolution keeps the size of what it gets: here it should have padding="valid", which is the default.',
)
NOT_PADDED = Mistake(
    "padding-valid",
    'a convolution loses the border: here it should keep the size, with padding="same".',
)
CONV_STRIDE = Mistake(
    "convolution-strides",
    "a convolution moves by more than one pixel: leave its strides out, the pooling layers make the maps smaller.",
)
POOL_MISSING = Mistake(
    "pool-missing",
    "a pooling layer is missing: look where the exercise puts them.",
)
POOL_TOO_MANY = Mistake(
    "pool-too-many",
    "there is a pooling layer where the exercise has none: look after which convolutions it puts them.",
)
POOL_OTHER = Mistake(
    "pool-size",
    "a pooling layer does not halve height and width: it should have windows of 2x2 side by side.",
)
POOL_AVERAGE = Mistake(
    "pool-average",
    "average pooling stands where max pooling was asked for.",
)
NOT_FLATTENED = Mistake(
    "not-flattened",
    "the dense layers get maps instead of one long vector an image: put Flatten() before the first of them.",
)
FLATTENED = Mistake(
    "flattened",
    "the maps were flattened: global average pooling stands in the place of Flatten here.",
)
GLOBAL_POOLED = Mistake(
    "global-pooled",
    "the maps were averaged: here all their values go on, with Flatten.",
)
GLOBAL_MAXIMUM = Mistake(
    "global-maximum",
    "global max pooling stands where global average pooling was asked for.",
)
RELU_MISSING = Mistake(
    "relu-missing",
    'a layer before the last has no ReLU: without activation="relu" two layers in a row can do no more than one.',
)
HIDDEN_ACTIVATION = Mistake(
    "hidden-activation",
    "a layer before the last has another activation than ReLU.",
)
OUTPUT_LINEAR = Mistake(
    "output-linear",
    "the last layer has no activation, so that its scores are no probabilities.",
)
OUTPUT_SIGMOID = Mistake(
    "sigmoid-for-classes",
    "the last layer has a sigmoid, which judges each class by itself: with one class out of several, softmax makes "
    "the probabilities add up to 1.",
)
OUTPUT_SOFTMAX_OF_ONE = Mistake(
    "softmax-of-one",
    "softmax over a single unit is always 1, whatever the image: one unit takes a sigmoid.",
)
OUTPUT_SOFTMAX = Mistake(
    "softmax-output",
    "the last layer has a softmax where a sigmoid was asked for.",
)
OUTPUT_RELU = Mistake(
    "relu-output",
    "the last layer has a ReLU, whose outputs are no probabilities: they do not stay between 0 and 1.",
)
OUTPUT_TWICE = Mistake(
    "activation-twice",
    "the last layer's activation is there twice: as an argument, and again as a layer.",
)
OUTPUT_OTHER = Mistake(
    "output-activation",
    "the last layer does not have the activation that the exercise asks for.",
)
NOT_SCALED = Mistake(
    "not-scaled",
    "the model does not scale its images: it gets bytes, 0 to 255, so begin with keras.layers.Rescaling(1 / 255).",
)
SCALED_AGAIN = Mistake(
    "scaled-again",
    "the model scales its images once more: they come between 0 and 1 already, so it should take them as they are.",
)
NOT_COMPILED = Mistake(
    "not-compiled",
    "the model was not compiled: call model.compile(...) with a loss and an optimizer before you return it.",
)
COMPILED_FOREIGN = Mistake(
    "compiled-foreign",
    "the model was compiled with something that cannot be judged here: take Keras's own losses, optimizers and "
    "metrics.",
)
LOSS_MISSING = Mistake(
    "loss-missing",
    "the model was compiled without a loss: without one it cannot learn.",
)
LOSS_SPARSE = Mistake(
    "loss-sparse",
    'this loss takes labels that are whole numbers. For one-hot labels it is "categorical_crossentropy".',
)
LOSS_NOT_SPARSE = Mistake(
    "loss-not-sparse",
    'this loss takes one-hot labels. For labels that are whole numbers it is "sparse_categorical_crossentropy".',
)
LOSS_BINARY = Mistake(
    "loss-binary",
    "binary crossentropy is for yes or no: with one class out of several, take categorical crossentropy.",
)
LOSS_NOT_BINARY = Mistake(
    "loss-not-binary",
    'categorical crossentropy compares several classes: for a single unit with a sigmoid it is "binary_crossentropy".',
)
LOSS_SQUARED = Mistake(
    "loss-squared",
    "this loss measures a distance, as for predicting a quantity: for classes take a crossentropy.",
)
LOSS_OTHER = Mistake(
    "loss-other",
    "the model was compiled with another loss than the exercise asks for.",
)
LOSS_FROM_LOGITS = Mistake(
    "loss-from-logits",
    "with from_logits=True the loss applies the softmax (or sigmoid) itself, and the last layer has done so already: "
    "it is applied twice. Leave one of the two out.",
)
LOSS_TAKES_PROBABILITIES = Mistake(
    "loss-takes-probabilities",
    "the last layer has no activation, so that its outputs are scores, and the loss takes them for probabilities. "
    "Give the layer its activation, or tell the loss with from_logits=True.",
)
OPTIMIZER_OTHER = Mistake(
    "optimizer",
    "the model was compiled with another optimizer than the exercise asks for.",
)
METRIC_MISSING = Mistake(
    "metric-missing",
    'the model does not report its accuracy: compile it with metrics=["accuracy"].',
)
METRIC_OTHER = Mistake(
    "metric-other",
    'this kind of accuracy does not fit the labels: with metrics=["accuracy"] Keras chooses the one that does.',
)
PARAMETERS_OTHER = Mistake(
    "parameters",
    "the number of parameters is not the one in the exercise: compare each layer in model.summary().",
)


# ---------------------------------------------------------------------------------------
# A model as a chain of steps
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One layer of a chain.

    Parameters
    ----------
    kind : str
        ``"conv"``, ``"dense"``, ``"max"``, ``"average"``, ``"global average"``, ``"global max"``, ``"flat"``,
        ``"activation"``, ``"scale"``, ``"norm"``, ``"quiet"`` (changes nothing at inference) or ``"other"``.
    layer : keras.layers.Layer
        The layer itself.
    inputs, outputs : tuple of int
        Shapes without the batch, such as (28, 28, 1).
    activation : str
        Its own, ``"linear"`` where it has none.
    parameters : int
        Weights and biases, those that do not learn included.
    """

    kind: str
    layer: Any
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    activation: str
    parameters: int

    @property
    def weighs(self) -> bool:
        """Whether it is a convolution or a dense layer."""
        return self.kind in ("conv", "dense")


@dataclass(frozen=True)
class Weights:
    """What is asked of a layer with weights: `kind`, how many filters or units, and the kernel's size."""

    kind: str
    number: int
    kernel: tuple[int, int] | None = None


def conv(filters: int, kernel: int) -> Weights:
    """Ask for a convolution with a square kernel."""
    return Weights("conv", filters, (kernel, kernel))


def dense(units: int) -> Weights:
    """Ask for a dense layer."""
    return Weights("dense", units)


_ACTIVATIONS = {"relu", "softmax", "sigmoid", "tanh", "elu", "gelu", "silu", "selu", "leakyrelu", "softplus"}


def _activation(layer: Any) -> str:
    """Name of what a layer does to each value, ``"linear"`` where that is nothing."""
    name = type(layer).__name__.lower().removesuffix("v2")
    if name == "relu":
        plain = not any(
            getattr(layer, attribute, None)
            for attribute in ("max_value", "negative_slope", "threshold", "max_output_value")
        )
        return "relu" if plain else "another relu"
    if name in _ACTIVATIONS:
        return name
    function = getattr(layer, "activation", None)
    if function is None:
        return "linear"
    if hasattr(function, "get_config"):  # a layer in the place of a function, such as ReLU(max_value=6)
        return _activation(function)
    return getattr(function, "__name__", type(function).__name__).lower()


def _kind(layer: Any, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> str:
    import keras

    layers = keras.layers
    name = type(layer).__name__
    if type(layer) is layers.Conv2D:
        return "conv"
    if type(layer) is layers.Dense:
        return "dense"
    for kind, family in (
        ("max", layers.MaxPooling2D),
        ("average", layers.AveragePooling2D),
        ("global average", layers.GlobalAveragePooling2D),
        ("global max", layers.GlobalMaxPooling2D),
        ("norm", layers.BatchNormalization),
    ):
        if isinstance(layer, family):
            return kind
    if isinstance(layer, layers.Rescaling):
        return "scale"
    if isinstance(layer, (layers.Flatten, layers.Reshape)) or name == "Reshape":
        if len(outputs) == 1 and outputs[0] == int(np.prod(inputs)):
            return "flat"
        return "quiet" if inputs == outputs else "other"
    if isinstance(layer, layers.Activation) or name.lower().removesuffix("v2") in _ACTIVATIONS:
        return "quiet" if _activation(layer) == "linear" else "activation"
    quiet = (
        "Dropout SpatialDropout2D GaussianNoise GaussianDropout AlphaDropout ActivityRegularization Identity "
        "RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness RandomCrop"
    )
    return "quiet" if name in quiet.split() else "other"


def layers_of(model: Any) -> list[Any] | None:
    """The layers of a model from its input to its output, the input itself left out; None where they branch."""
    return _chain(model)


def _chain(model: Any) -> list[Any] | None:
    """The layers from image to output, nested models opened; None where they branch."""
    import keras

    if isinstance(model, keras.Sequential):
        found = list(model.layers)
    elif len(model.inputs) == len(model.outputs) == 1:
        found, tensor, start = [], model.outputs[0], model.inputs[0]
        while tensor is not start:
            history = getattr(tensor, "_keras_history", None)
            if history is None or len(found) > 500:
                return None
            before = history.operation._inbound_nodes[history.node_index].input_tensors
            if len(before) != 1:
                return None
            found.append(history.operation)
            tensor = before[0]
        found.reverse()
    else:
        return None
    opened: list[Any] = []
    for layer in found:
        if isinstance(layer, keras.Model):
            inner = _chain(layer)
            if inner is None:
                return None
            opened += inner
        elif not isinstance(layer, keras.layers.InputLayer):
            opened.append(layer)
    return opened


def _parameters(layer: Any) -> int:
    return int(sum(np.prod(tuple(weight.shape)) for weight in getattr(layer, "weights", ())))


def _applied(layer: Any, value: Any) -> Any:
    """What a layer or an operation makes of a value at inference."""
    import keras

    if not isinstance(layer, keras.Layer):
        # `x / 255` is an operation, which keeps the number beside its input.
        node = layer._inbound_nodes[0]
        arguments, options = node.arguments.fill_in({id(node.input_tensors[0]): value})
        return layer(*arguments, **options)
    nodes = layer._inbound_nodes
    if nodes and nodes[0].arguments.args and isinstance(nodes[0].arguments.args[0], (list, tuple)):
        value = [value]  # `Add()([x])`, which takes a list though there is one
    try:
        return layer(value, training=False)
    except TypeError:
        return layer(value)


def _steps(layers: Sequence[Any], images: np.ndarray) -> tuple[list[Step], np.ndarray]:
    """Send images through the layers one by one; the steps and the last output."""
    import keras

    value, steps = keras.ops.convert_to_tensor(images), []
    for layer in layers:
        before = tuple(value.shape[1:])
        after = _applied(layer, value)
        shapes = before, tuple(after.shape[1:])
        steps.append(Step(_kind(layer, *shapes), layer, *shapes, _activation(layer), _parameters(layer)))
        value = after
    return steps, np.asarray(value)


# ---------------------------------------------------------------------------------------
# Judging
# ---------------------------------------------------------------------------------------


def judge(answer: Answer, shape: tuple[int, int, int], *, chain: bool = True) -> Judged:
    """Expect a Keras model that takes such images.

    Parameters
    ----------
    answer : Answer
        What came back.
    shape : tuple of int
        (H, W, C) of one image.
    chain : bool
        Whether its layers must form one chain, which the expectations about layers need.

    Returns
    -------
    Judged
    """
    import keras

    answer._answered()
    value = answer.value
    foreign = not isinstance(value, keras.Model)
    if value is None or (foreign and not (hasattr(value, "foreign_type") or isinstance(value, keras.Layer))):
        _fail(answer, NO_MODEL, "a Keras model")
    if foreign or type(value) not in (keras.Model, keras.Sequential, type(_functional())):
        _fail(answer, FOREIGN_MODEL, "a Keras model", got=_reason(value))
    told = _knows_its_input(value)
    if not told:
        try:
            value.build((None, *shape))
        except Exception as error:
            _fail(answer, INPUT_OTHER, f"a model for images of shape {shape}", got=_brief(error))
    images = np.random.default_rng(0).random((3, *shape), dtype=np.float32)
    try:
        outputs = np.asarray(value(images, training=False))
    except Exception as error:
        _fail(answer, INPUT_OTHER, f"a model for images of shape {shape}", got=_brief(error))
    layers = _chain(value)
    steps, again = ([], None) if layers is None else _steps(layers, images)
    if chain and (
        again is None or again.shape != outputs.shape or not np.allclose(again, outputs, atol=1e-4)
    ):
        _fail(answer, MODEL_NOT_CHAIN, "layers that follow one another")
    return Judged(answer, value, shape, steps, outputs, told)


def _knows_its_input(model: Any) -> bool:
    try:
        return bool(model.built and model.inputs)
    except (AttributeError, ValueError):
        return False


def _functional() -> Any:
    import keras

    inputs = keras.Input((1,))
    return keras.Model(inputs, inputs)


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200] if str(error).strip() else ''}"


def _reason(value: Any) -> str:
    return opaque_reason(value) or f"a {getattr(value, 'foreign_type', type(value).__name__)}"


def _fail(answer: Answer, mistake: Mistake, wanted: str, got: str | None = None) -> None:
    answer.satisfies(False, wanted=wanted, cause=mistake.message, mistake=mistake.name, got=got)


@dataclass
class Judged:
    """A model and what can be expected of it; every expectation returns the same object or fails the check."""

    answer: Answer
    model: Any
    shape: tuple[int, int, int]
    steps: list[Step]
    outputs: np.ndarray
    """What came out for three random images."""
    told: bool
    """Whether the model knew the size of its images by itself."""
    weights: list[Step] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = [step for step in self.steps if step.weighs]

    # -- layers -------------------------------------------------------------------------------

    def expect(self, condition: bool, mistake: Mistake, wanted: str, got: str = "") -> Judged:
        """Expect a condition; where it does not hold, the mistake is named."""
        if not condition:
            _fail(self.answer, mistake, wanted, got or self.in_words())
        return self

    def in_words(self) -> str:
        """The model in a few words: its layers with weights or pooling, and what comes out of them."""
        words = []
        for step in self.steps:
            if step.kind in ("quiet",):
                continue
            name = type(step.layer).__name__
            options = []
            if step.weighs:
                options.append(str(step.outputs[-1]))
            if step.kind == "conv":
                options.append("×".join(map(str, step.layer.kernel_size)))
            if step.activation != "linear" and step.kind != "activation":
                options.append(step.activation)
            if type(step.layer).__name__ == "Activation":
                options.append(step.activation)
            words.append(f"{name}({', '.join(options)}) {'×'.join(map(str, step.outputs))}")
        return "a model: " + ", ".join(words) if words else "a model without layers"

    def has_weights(self, wanted: Sequence[Weights]) -> Judged:
        """Expect these convolutions and dense layers, with biases, and no other parameters."""
        said = ", ".join(
            f"Conv2D({w.number}, {w.kernel[0]}×{w.kernel[1]})" if w.kernel else f"Dense({w.number})"
            for w in wanted
        )
        number = len(self.weights)
        self.expect(number >= len(wanted), LAYERS_MISSING, said)
        self.expect(number <= len(wanted), LAYERS_TOO_MANY, said)
        self.expect([s.kind for s in self.weights] == [w.kind for w in wanted], LAYERS_OTHER, said)
        for step, want in zip(self.weights, wanted, strict=True):
            if want.kernel:
                self.expect(step.outputs[-1] == want.number, FILTERS_OTHER, said)
                plain = step.layer.groups == 1 and tuple(step.layer.dilation_rate) == (1, 1)
                self.expect(tuple(step.layer.kernel_size) == want.kernel and plain, KERNEL_OTHER, said)
            else:
                self.expect(step.outputs[-1] == want.number, UNITS_OTHER, said)
            self.expect(bool(step.layer.use_bias), BIAS_OFF, said)
        rest = sum(step.parameters for step in self.steps if not step.weighs)
        return self.expect(rest == 0, EXTRA_WEIGHTS, said)

    def has_parameters(self, number: int) -> Judged:
        """Expect so many parameters in all."""
        count = self.model.count_params()
        return self.expect(
            count == number, PARAMETERS_OTHER, f"{number:,} parameters", f"{count:,} parameters"
        )

    def knows_its_input(self) -> Judged:
        """Expect that the model was told the shape of an image."""
        return self.expect(self.told, INPUT_MISSING, f"keras.Input({self.shape})")

    def keeps_sizes(self, padding: str) -> Judged:
        """Expect convolutions with this padding, moving by one pixel, whatever their kernels are."""
        for step in self.steps:
            if step.kind == "other":  # ZeroPadding2D, Cropping2D: judged by what they do to the size
                wanted = f'padding="{padding}"'
                self.expect(step.inputs[:2] == step.outputs[:2], PADDED, wanted)
            if step.kind != "conv":
                continue
            size, kernel = step.inputs[:2], step.layer.kernel_size
            same = tuple(size)
            valid = tuple(n - k + 1 for n, k in zip(size, kernel, strict=True))
            wanted = f'convolutions with padding="{padding}"'
            self.expect(tuple(step.layer.strides) == (1, 1), CONV_STRIDE, wanted)
            got = step.outputs[:2]
            if padding == "valid":
                self.expect(got == valid, PADDED, wanted)
            else:
                self.expect(got == same, NOT_PADDED, wanted)
        return self

    def pools(self, after: Sequence[int], *, ends: str = "flat") -> Judged:
        """Expect max pooling that halves, after the convolutions with these numbers (from 1), and what follows.

        Parameters
        ----------
        after : sequence of int
            Such as (1, 2): after the first and after the second convolution.
        ends : str
            What stands between the maps and the dense layers: ``"flat"`` or ``"global average"``.
        """
        wanted = f"2×2 max pooling after convolution {' and '.join(map(str, after))}"
        seen, places = 0, []
        for step in self.steps:
            if step.kind == "conv":
                seen += 1
            if step.kind in ("max", "average"):
                self.expect(step.kind == "max", POOL_AVERAGE, wanted)
                halved = tuple(n // 2 for n in step.inputs[:2])
                self.expect(
                    step.outputs[:2] == halved and tuple(step.layer.pool_size) == (2, 2), POOL_OTHER, wanted
                )
                places.append(seen)
        if places != list(after):
            missing = [place for place in after if place not in places]
            self.expect(False, POOL_MISSING if missing else POOL_TOO_MANY, wanted)
        kinds = [step.kind for step in self.steps]
        if ends == "flat":
            wanted = "Flatten() before the dense layers"
            self.expect("global average" not in kinds and "global max" not in kinds, GLOBAL_POOLED, wanted)
            first = next((s for s in self.weights if s.kind == "dense"), None)
            return self.expect(first is not None and len(first.inputs) == 1, NOT_FLATTENED, wanted)
        wanted = "global average pooling before the dense layers"
        self.expect("global max" not in kinds, GLOBAL_MAXIMUM, wanted)
        if "global average" not in kinds:
            self.expect(False, FLATTENED if "flat" in kinds else NOT_FLATTENED, wanted)
        return self

    def activations(self) -> list[str]:
        """What follows each layer with weights, before the next one: its own activation and those of later layers."""
        found: list[list[str]] = []
        for step in self.steps:
            if step.weighs:
                found.append([step.activation] if step.activation != "linear" else [])
            elif (
                step.kind == "activation" and found and not (found[-1][-1:] == ["relu"] == [step.activation])
            ):
                found[-1].append(step.activation)
        return [" and ".join(names) or "linear" for names in found]

    def has_hidden_activations(self, name: str = "relu") -> Judged:
        """Expect this activation after every layer with weights but the last."""
        wanted = f"{name} after each layer with weights but the last"
        hidden = self.activations()[:-1]
        got = f"activations {', '.join(self.activations()) or 'none'}"
        self.expect(bool(hidden), LAYERS_MISSING, wanted)
        self.expect("linear" not in hidden, RELU_MISSING, wanted, got)
        return self.expect(all(each == name for each in hidden), HIDDEN_ACTIVATION, wanted, got)

    def ends_in(self, name: str, units: int, *, count: bool = True) -> Judged:
        """Expect `units` outputs with this activation: by its name, and by what came out for random images.

        Without `count` their number is said, but left to another check.
        """
        wanted = f"{units} output{'s' if units != 1 else ''} with {name}"
        got = f"activations {', '.join(self.activations()) or 'none'}; outputs of shape {self.outputs.shape[1:]}"
        self.expect(bool(self.weights), LAYERS_MISSING, wanted)
        self.expect(not count or self.outputs.shape[1:] == (units,), UNITS_OTHER, wanted, got)
        last = self.activations()[-1]
        if last != name:
            mistake = OUTPUT_OTHER
            if " and " in last:
                mistake = OUTPUT_TWICE
            elif last == "linear":
                mistake = OUTPUT_LINEAR
            elif last in ("relu", "another relu"):
                mistake = OUTPUT_RELU
            elif (last, name) == ("sigmoid", "softmax"):
                mistake = OUTPUT_SIGMOID
            elif (last, name) == ("softmax", "sigmoid"):
                mistake = OUTPUT_SOFTMAX_OF_ONE if self.outputs.shape[-1] == 1 else OUTPUT_SOFTMAX
            self.expect(False, mistake, wanted, got)
        lawful = np.all((self.outputs >= 0) & (self.outputs <= 1))
        if name == "softmax":
            lawful = lawful and np.allclose(self.outputs.sum(axis=1), 1, atol=1e-3)
        return self.expect(bool(lawful), OUTPUT_OTHER, wanted, got)

    def scales(self, factor: float = 1 / 255) -> Judged:
        """Expect that bytes become numbers from 0 to 1 before the first layer with weights."""
        images = np.random.default_rng(1).integers(0, 256, (2, *self.shape)).astype(np.float32)
        entering = self._entering(images)
        fine = entering.shape == images.shape and np.allclose(entering, images * factor, atol=0.01)
        return self.expect(fine, NOT_SCALED, "Rescaling(1 / 255) before the first convolution")

    def takes_scaled(self) -> Judged:
        """Expect that numbers from 0 to 1 come as they are to the first layer with weights, maybe with zeros around."""
        images = np.random.default_rng(1).random((2, *self.shape), dtype=np.float32)
        entering = self._entering(images)
        same = np.allclose([entering.max(), entering.sum()], [images.max(), images.sum()], rtol=0.01)
        return self.expect(same, SCALED_AGAIN, "images from 0 to 1 taken as they are")

    def _entering(self, images: np.ndarray) -> np.ndarray:
        """What the first layer with weights gets for these images."""
        first = next((i for i, step in enumerate(self.steps) if step.weighs), len(self.steps))
        return _steps([step.layer for step in self.steps[:first]], images)[1]

    # -- compiling ---------------------------------------------------------------------------

    def is_compiled(self, loss: str, optimizer: str = "", metric: str = "accuracy") -> Judged:
        """Expect this loss (as Keras names it, such as ``"binary_crossentropy"``), optimizer and metric.

        The loss must also take the outputs for what they are: scores with ``from_logits=True``, else probabilities.
        """
        self.has_loss(loss)
        if optimizer:
            got = optimizer_of(self.model)
            self.expect(
                got == optimizer, OPTIMIZER_OTHER, f"the optimizer {optimizer}", f"the optimizer {got}"
            )
        if metric:
            self.reports_accuracy(loss)
        return self

    def has_loss(self, wanted: str) -> Judged:
        """Expect a loss of this kind that takes the outputs for what they are."""
        compiled, strange = bool(getattr(self.model, "compiled", False)), uncompiled_reason(self.model)
        self.expect(compiled or not strange, COMPILED_FOREIGN, f"the loss {wanted}", strange or "")
        self.expect(compiled, NOT_COMPILED, f"the loss {wanted}", "not compiled")
        got, from_logits = loss_of(self.model)
        said = got + (" with from_logits=True" if from_logits else "")
        self.expect(bool(got), LOSS_MISSING, f"the loss {wanted}", "no loss")
        if got != wanted:
            mistake = LOSS_OTHER
            if "squared" in got or "absolute" in got:
                mistake = LOSS_SQUARED
            elif (got, wanted) == ("sparse_categorical_crossentropy", "categorical_crossentropy"):
                mistake = LOSS_SPARSE
            elif (got, wanted) == ("categorical_crossentropy", "sparse_categorical_crossentropy"):
                mistake = LOSS_NOT_SPARSE
            elif got == "binary_crossentropy":
                mistake = LOSS_BINARY
            elif wanted == "binary_crossentropy" and "categorical" in got:
                mistake = LOSS_NOT_BINARY
            self.expect(False, mistake, f"the loss {wanted}", f"the loss {said}")
        return self.loss_fits_output()

    def loss_fits_output(self) -> Judged:
        """Expect that scores go with ``from_logits=True`` and probabilities without."""
        got, from_logits = loss_of(self.model)
        last = self.activations()[-1] if self.weights else "linear"
        probabilities = last.split(" and ")[-1] in ("softmax", "sigmoid")
        said = f"outputs with {last} and the loss {got}" + (" with from_logits=True" if from_logits else "")
        self.expect(
            not (probabilities and from_logits), LOSS_FROM_LOGITS, "softmax or sigmoid applied once", said
        )
        return self

    def reports_accuracy(self, loss: str) -> Judged:
        """Expect accuracy among the metrics, of the kind that fits the loss."""
        names = _metrics_of(self.model)
        fitting = {"accuracy", "acc", loss.replace("crossentropy", "accuracy")}
        got = f"the metrics {', '.join(names) or 'none'}"
        accuracies = [name for name in names if "acc" in name]
        self.expect(bool(accuracies), METRIC_MISSING, "the metric accuracy", got)
        return self.expect(
            any(name in fitting for name in accuracies), METRIC_OTHER, "the metric accuracy", got
        )


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _single(value: Any) -> Any:
    """The only entry of a list or dict that has one."""
    if isinstance(value, dict) and "class_name" not in value and len(value) == 1:
        return _single(next(iter(value.values())))
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return _single(value[0])
    return value


def loss_of(model: Any) -> tuple[str, bool]:
    """The loss that a model was compiled with, as Keras names it, and whether it takes scores (logits).

    Returns
    -------
    (str, bool)
        Such as ``("binary_crossentropy", False)``; an empty name where there is none.
    """
    import keras

    loss = _single(getattr(model, "loss", None))
    if loss is None:
        return "", False
    try:
        loss = keras.losses.get(loss)
    except Exception:
        return str(loss), False
    if isinstance(loss, keras.losses.Loss):
        # A loss that was given as a function comes back in a wrapper that keeps the function.
        inner = getattr(loss, "fn", None)
        name = _snake(type(loss).__name__)
        if inner is not None and type(loss).__name__ == "LossFunctionWrapper":
            name = inner.__name__
        kwargs = getattr(loss, "_fn_kwargs", None) or {}
        return name, bool(kwargs.get("from_logits", False))
    return getattr(loss, "__name__", type(loss).__name__), False


def optimizer_of(model: Any) -> str:
    """The optimizer's class, in small letters: ``"rmsprop"``, ``"adam"``…; empty where there is none."""
    optimizer = getattr(model, "optimizer", None)
    return "" if optimizer is None else type(optimizer).__name__.lower()


def _metrics_of(model: Any) -> list[str]:
    """What a model reports besides its loss, as Keras names it."""
    import keras

    try:
        given = (model.get_compile_config() or {}).get("metrics")
    except Exception:
        given = None

    def flat(value: Any) -> list[Any]:
        if isinstance(value, dict) and "class_name" not in value:
            value = list(value.values())
        if isinstance(value, (list, tuple)):
            return [item for each in value for item in flat(each)]
        return [] if value is None else [value]

    names = []
    for metric in flat(given):
        if isinstance(metric, dict):
            config = metric.get("config")
            name = config if isinstance(config, str) else metric.get("class_name", "")
            # The class Accuracy asks for equal numbers; the word "accuracy" is understood by Keras.
            name = "exact accuracy" if name == "Accuracy" else name
        elif isinstance(metric, str):
            name = metric
        elif isinstance(metric, keras.metrics.Metric):
            name = type(metric).__name__
        else:
            name = getattr(metric, "__name__", "")
        names.append(_snake(str(name)))
    return names


def log_loss(model: Any, images: np.ndarray, labels: np.ndarray) -> float:
    """The crossentropy that a model's probabilities (N, C) have for whole-number labels, worked out in NumPy."""
    probabilities = np.asarray(model(np.asarray(images, np.float32), training=False), float)
    if probabilities.shape[-1] == 1:
        probabilities = np.concatenate([1 - probabilities, probabilities], axis=-1)
    return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean())


# ---------------------------------------------------------------------------------------
# What comes from the learner's process when grading
# ---------------------------------------------------------------------------------------

MAX_ELEMENTS = 64
MAX_BYTES = 64 << 20
"""Of one data set: how many elements of a pass are looked at, and how many bytes of both passes."""


def passes_of(value: Any) -> list[list[Any]]:
    """Two passes over a data set, each a list of at most 64 elements.

    Parameters
    ----------
    value : tf.data.Dataset or what stands for one when grading

    Returns
    -------
    list of list
        An element is an array, or a tuple or dict of arrays.

    Raises
    ------
    TypeError
        Where `value` is no data set.
    ValueError
        Where its elements are not numbers.
    """
    if isinstance(getattr(value, "passes", None), list):
        return value.passes
    import tensorflow as tf

    if not isinstance(value, tf.data.Dataset):
        raise TypeError(f"{type(value).__name__} is not a tf.data.Dataset")
    return two_passes(value)[0]


def two_passes(dataset: Any) -> tuple[list[list[Any]], bool]:
    """Go through a tf.data.Dataset twice; also say whether there was more than was taken."""
    room, cut = MAX_BYTES, False
    passes: list[list[Any]] = []
    for _ in range(2):
        elements: list[Any] = []
        for element in dataset:
            if len(elements) == MAX_ELEMENTS or room < 0:
                cut = True
                break
            elements.append(_arrays(element))
            room -= _bytes(elements[-1])
        passes.append(elements)
    return passes, cut


def _arrays(element: Any) -> Any:
    if isinstance(element, dict):
        return {str(key): _array(item) for key, item in element.items()}
    if isinstance(element, (tuple, list)):
        return tuple(_array(item) for item in element)
    return _array(element)


def _array(tensor: Any) -> np.ndarray:
    array = np.asarray(tensor.numpy()) if hasattr(tensor, "numpy") else np.asarray(tensor)
    if array.dtype.kind not in "biufc":
        raise ValueError("its elements are not arrays of numbers")
    return array


def _bytes(element: Any) -> int:
    parts = (
        element.values()
        if isinstance(element, dict)
        else element
        if isinstance(element, tuple)
        else [element]
    )
    return sum(part.nbytes for part in parts)


def opaque_reason(value: Any) -> str | None:
    """Why a value could not be judged, as a sentence; None where it could.

    The learner's code can put any text here: show it as what came back, never as the cause of a hidden check.
    """
    if hasattr(value, "foreign_type") and hasattr(value, "reason"):
        return value.reason or f"a {value.foreign_type} cannot be judged here"
    return None


def uncompiled_reason(model: Any) -> str | None:
    """Why a model came without its compile settings; None where it came with them, or had none.

    As with `opaque_reason`, the text may be the learner's.
    """
    return getattr(model, "not_compiled_because", None)


# ---------------------------------------------------------------------------------------
# A head on a backbone
# ---------------------------------------------------------------------------------------


def tail_of(model: Any) -> list[Any] | None:
    """The layers of a model behind its last feature maps, nested models opened.

    Parameters
    ----------
    model : keras.Model
        With one output, whose maps come from anywhere, in whatever way.

    Returns
    -------
    list or None
        In the order in which they work, empty where the model gives maps itself; None where these layers branch,
        or where there are no maps.
    """
    found = _tail(model)
    return found[0] if found is not None and found[1] else None


def _tail(model: Any) -> tuple[list[Any], bool] | None:
    """The layers back to the last tensor of maps, or to the input; and whether maps were met."""
    import keras

    found: list[Any] = []
    tensor = model.outputs[0]
    while True:
        if any(tensor is start for start in model.inputs):
            return found, len(tensor.shape) == 4
        history = getattr(tensor, "_keras_history", None)
        if history is None or len(found) > 100:
            return None
        layer = history.operation
        # A dense layer that works on maps, pixel by pixel, belongs to the head, too.
        if len(tensor.shape) == 4 and not isinstance(layer, (keras.layers.Dense, keras.layers.Dropout)):
            return found, True
        before = layer._inbound_nodes[history.node_index].input_tensors
        if len(before) != 1:
            return None
        if isinstance(layer, keras.Model):
            inner = _tail(layer)
            if inner is None:
                return None
            found[:0] = inner[0]
            if inner[1]:
                return found, True
        else:
            found.insert(0, layer)
        tensor = before[0]


def through(layers: Sequence[Any], values: Any) -> tuple[list[Step], np.ndarray]:
    """Send values through layers one by one, as at inference; the steps, and what comes out."""
    return _steps(layers, np.asarray(values))


def leaves_of(model: Any) -> list[Any]:
    """All layers of a model, those of models in it instead of these models."""
    import keras

    found = []
    for layer in model.layers:
        found += leaves_of(layer) if isinstance(layer, keras.Model) else [layer]
    return found


def learning_rate_of(model: Any) -> float | None:
    """The learning rate that a model was compiled with (of a schedule, the first one); None where there is none."""
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    try:
        return None if rate is None else float(np.asarray(rate))
    except (TypeError, ValueError):
        return None
