"""Keras models, layers and data sets between the processes: what is lawful comes back equal, the rest is refused."""

from __future__ import annotations

import copy
import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_codec import message

from autograder.engine import models_allowed as allow
from autograder.engine.codec import Batches, DecodeError, ModelRecord, Opaque, decode, encode
from autograder.engine.launch import Launcher, Process
from autograder.engine.models import MAX_OBJECTS, Refused, incoming, outgoing
from autograder.engine.protocol import Kind, new_nonce
from autograder.engine.standin import AnswerLost, StandIn
from course.checking_keras import passes_of

keras = pytest.importorskip("keras")
layers = keras.layers
RANDOM = np.random.default_rng(5)


def crossed(value: Any) -> Any:
    """What arrives on the other side."""
    return incoming(decode(encode(outgoing(value))))


def classifier() -> Any:
    return keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-3)),
            layers.BatchNormalization(momentum=0.9),
            layers.MaxPooling2D(),
            layers.Conv2D(6, 3, use_bias=False, kernel_initializer="he_normal", kernel_constraint="max_norm"),
            layers.LeakyReLU(0.1),
            layers.Flatten(),
            layers.Dropout(0.5, seed=3),
            layers.Dense(7, activation=layers.ReLU(max_value=6)),
            layers.Dense(3, activation="softmax"),
        ],
        name="classifier",
    )


def with_shared_layers() -> Any:
    one, two = keras.Input((8, 8, 3), name="one"), keras.Input((8, 8, 3), name="two")
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    x = layers.Concatenate()([shared(shared(one)), shared(two)])
    y = layers.Add()([layers.Conv2D(6, 1)(x), x])
    return keras.Model([one, two], {"mean": layers.GlobalAveragePooling2D()(y), "all": layers.Flatten()(x)})


def with_a_frozen_base() -> Any:
    base = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Conv2D(4, 3)],
        name="base",
    )
    base.trainable = False
    base.layers[2].trainable = True
    inputs = keras.Input((8, 8, 3))
    x = layers.RandomFlip("horizontal")(inputs)
    x = base(x, training=False)
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))


def with_operations() -> Any:
    inputs = keras.Input((8, 8, 3))
    x = keras.applications.resnet50.preprocess_input(inputs * 255.0)
    x = keras.ops.relu(layers.Conv2D(3, 3, padding="same")(x)) + inputs / 2 - 1
    x = keras.ops.max_pool(x, 2, 1, "same") - keras.ops.average_pool(x, 3, 1, "same")
    return keras.Model(inputs, x[:, 1:, ::2])


def of_any_size() -> Any:
    inputs = keras.Input((None, None, 1))
    x = layers.Conv2D(2, 3, padding="same")(inputs)
    x = layers.UpSampling2D()(layers.MaxPooling2D()(x))
    return keras.Model(inputs, layers.Concatenate()([x, inputs]))


def feature_maps() -> Any:
    model = classifier()
    return keras.Model(model.inputs, [layer.output for layer in model.layers[1:4]])


def called_without_an_input() -> Any:
    model = keras.Sequential([layers.Flatten(), layers.Dense(3)])
    model(np.zeros((1, 4, 4, 1)))
    return model


def adapted() -> Any:
    layer = layers.Normalization()
    layer.adapt(RANDOM.random((20, 8, 8, 3)) * 9)
    return keras.Sequential([keras.Input((8, 8, 3)), layer])


def with_an_augmenting_part() -> Any:
    augment = keras.Sequential([layers.RandomFlip(), layers.RandomZoom(0.1)], name="augment")
    inputs = keras.Input((8, 8, 3))
    return keras.Model(inputs, layers.Conv2D(2, 3)(augment(inputs)))


def on_a_functional_base() -> Any:
    inputs = keras.Input((8, 8, 3))
    base = keras.Model(inputs, layers.Conv2D(4, 3)(inputs))
    base.trainable = False
    return keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(2)])


MODELS: list[Callable[[], Any]] = [
    classifier,
    with_shared_layers,
    with_a_frozen_base,
    with_an_augmenting_part,
    on_a_functional_base,
    with_operations,
    of_any_size,
    feature_maps,
    called_without_an_input,
    adapted,
]


def probes(model: Any) -> Any:
    shapes = [[8 if size is None else size for size in tensor.shape[1:]] for tensor in model.inputs]
    arrays = [RANDOM.random((2, *shape)).astype("float32") for shape in shapes]
    return arrays if len(arrays) > 1 else arrays[0]


def flags(model: Any) -> list[tuple[str, bool]]:
    return [(layer.name, layer.trainable) for layer in model._flatten_layers()]


@pytest.mark.parametrize("make", MODELS)
def test_a_model_arrives_equal(make: Callable[[], Any]):
    sent = make()
    came = crossed(sent)
    assert type(came) is type(sent)
    inputs = probes(sent)
    wanted, found = (keras.tree.flatten(model(inputs, training=False)) for model in (sent, came))
    assert len(wanted) == len(found) and all(map(np.array_equal, wanted, found))
    assert flags(came) == flags(sent)
    assert [w.path.rpartition("/")[2] for w in came.trainable_weights] == [
        w.path.rpartition("/")[2] for w in sent.trainable_weights
    ]
    assert came.count_params() == sent.count_params()
    assert crossed(came).get_config().keys() == sent.get_config().keys()


def test_a_layer_arrives_with_its_settings_and_weights():
    layer = layers.Conv2D(3, (2, 5), dilation_rate=2, bias_initializer="ones", name="mine")
    assert crossed(layer).get_config() == layer.get_config() and not crossed(layer).built
    layer.build((None, 20, 20, 2))
    came = crossed(layer)
    assert came.built and all(map(np.array_equal, came.get_weights(), layer.get_weights()))


def test_weights_that_are_no_numbers_arrive():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.layers[0].set_weights([np.array([[np.nan], [np.inf]]), np.array([-np.inf])])
    assert np.array_equal(crossed(model).get_weights()[0], [[np.nan], [np.inf]], equal_nan=True)


ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "Activation": ("relu",),
    "CenterCrop": (4, 4),
    "Dot": (1,),
    "GroupNormalization": (2,),
    "Permute": ((2, 1, 3),),
    "RandomColorJitter": ((0, 1),),
    "RandomCrop": (4, 4),
    "RandomPosterization": (2,),
    "RandomTranslation": (0.1, 0.1),
    "RepeatVector": (3,),
    "Rescaling": (0.5,),
    "Reshape": ((-1,),),
    "Resizing": (4, 4),
    "CategoryEncoding": (5,),
    "Dense": (3,),
}
WITH_RATE = """
    AlphaDropout Dropout SpatialDropout1D SpatialDropout2D GaussianDropout GaussianNoise RandomBrightness
    RandomColorDegeneration RandomContrast RandomHue RandomRotation RandomSaturation RandomSharpness RandomShear
    RandomZoom
""".split()
MERGING = "Add Average Concatenate Dot Maximum Minimum Multiply Subtract".split()


def some_layer(name: str) -> tuple[Any, tuple[int, ...]]:
    """A layer of this class and the shape of one image that it takes."""
    arguments = ARGUMENTS.get(name, (0.1,) if name in WITH_RATE else ())
    if "Conv" in name:
        arguments = (3,) if "Depthwise" in name else (4, 3)
    elif "Pooling" in name and "Global" not in name:
        arguments = (2,)
    shape = (8, 8, 4) if name == "GroupNormalization" else (8, 8, 3)
    shape = {"RepeatVector": (4,), "CategoryEncoding": (5,)}.get(name, shape)
    if name[-2:] in ("1D", "3D") or name.endswith(("1DTranspose", "3DTranspose")):
        shape = (8, 4) if "1D" in name else (8, 8, 8, 4)
    return getattr(layers, name)(*arguments), shape


@pytest.mark.parametrize("name", [name for name in allow.LAYERS if name != "InputLayer"])
def test_each_allowed_layer_crosses_alone_and_in_a_model(name: str):
    layer, shape = some_layer(name)
    came = crossed(layer)
    assert type(came) is type(layer) and came.get_config() == layer.get_config()
    inputs = keras.Input(shape)
    model = keras.Model(inputs, layer([inputs, inputs]) if name in MERGING else layer(inputs))
    images = RANDOM.integers(0, 4, (2, *shape)).astype("float32")
    assert np.array_equal(crossed(model)(images, training=False), model(images, training=False))


def test_augmentation_arrives_active_and_with_its_seeds():
    def pipeline() -> Any:
        return keras.Sequential(
            [
                layers.RandomFlip("horizontal", seed=1),
                layers.RandomRotation(0.2, seed=2),
                layers.RandomZoom(0.3),
            ]
        )

    sent = pipeline()
    came = crossed(sent)
    images = RANDOM.random((4, 8, 8, 1))
    first, second = keras.Sequential(came.layers[:2]), keras.Sequential(pipeline().layers[:2])
    assert np.array_equal(first(images, training=True), second(images, training=True))
    assert not np.array_equal(came(images, training=True), images)


# -- compiled ------------------------------------------------------------------------------------------


def dice(wanted: Any, found: Any) -> Any:
    return keras.ops.sum(found) * 0


schedule = keras.optimizers.schedules


@pytest.mark.parametrize(
    "arguments",
    [
        {"optimizer": "sgd", "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]},
        {
            "optimizer": keras.optimizers.Adam(schedule.ExponentialDecay(0.1, 10, 0.5), clipnorm=1.0),
            "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "metrics": [keras.metrics.SparseTopKCategoricalAccuracy(k=2), "acc"],
        },
        {"optimizer": keras.optimizers.RMSprop(0.5), "loss": keras.losses.sparse_categorical_crossentropy},
        {"optimizer": "adamw", "loss": ["mse"], "loss_weights": [0.5], "weighted_metrics": ["mae"]},
    ],
)
def test_a_compiled_model_trains_as_it_did(arguments: dict[str, Any]):
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, activation="softmax", kernel_regularizer="l2"), layers.Dense(3)]
    )
    model.compile(**arguments)
    came = crossed(model)
    assert came.compiled and came.get_compile_config() == model.get_compile_config()
    images, labels = RANDOM.random((6, 4)), RANDOM.integers(0, 3, (6, 1))
    assert came.train_on_batch(images, labels) == pytest.approx(model.train_on_batch(images, labels))
    assert all(map(np.array_equal, came.get_weights(), model.get_weights()))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"loss": dice}, "dice, a function of your own"),
        ({"loss": lambda a, b: 0.0}, "a function of your own"),
        ({"loss": "mse", "metrics": [dice]}, "dice"),
        ({"loss": type("Mine", (keras.losses.MeanSquaredError,), {})()}, "Mine, a class of your own"),
        (
            {"loss": "mse", "optimizer": type("Adam", (keras.optimizers.Adam,), {})()},
            "Adam, a class of your own",
        ),
    ],
)
def test_what_it_was_compiled_with_is_lost_alone_and_says_why(arguments: dict[str, Any], reason: str):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    model.compile(**arguments)
    came = crossed(model)
    assert type(came) is keras.Sequential and not came.compiled
    assert reason in came.not_compiled_because


# -- refused -------------------------------------------------------------------------------------------


class Mine(keras.layers.Layer):
    def call(self, x: Any) -> Any:
        return x


class Dense(keras.layers.Dense):
    def call(self, x: Any) -> Any:
        return x * 0


def softmax(x: Any) -> Any:
    return x


def in_a_chain(*objects: Any) -> Any:
    return keras.Sequential([keras.Input((4,)), *objects])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: in_a_chain(layers.Lambda(lambda x: x)), "a Lambda layer"),
        (lambda: in_a_chain(Mine()), "your own class Mine"),
        (lambda: in_a_chain(Dense(3)), "your own class Dense"),
        (lambda: Dense(3), "your own class Dense"),
        (lambda: type("Net", (keras.Model,), {})(), "a model class of your own"),
        (lambda: in_a_chain(layers.Dense(3, activation=softmax)), "an activation function of its own"),
        (lambda: in_a_chain(layers.Dense(3, activation=lambda x: x)), "an activation function of its own"),
        (lambda: in_a_chain(layers.Dense(3, kernel_initializer=lambda s, dtype: np.ones(s))), ""),
        (lambda: layers.StringLookup(vocabulary=["a"]), "StringLookup"),
        (lambda: layers.TextVectorization(), "TextVectorization"),
        (lambda: layers.Dense((1 << 20) + 1), "units of Dense"),
        (lambda: layers.ZeroPadding2D(10**6), "padding of ZeroPadding2D"),
        (lambda: layers.UpSampling2D(10**4), "size of UpSampling2D"),
        (
            lambda: in_a_chain(layers.Reshape((2, 2, 1)), *[layers.UpSampling2D(32) for _ in range(4)]),
            "too large",
        ),
        (
            lambda: keras.Sequential(
                [keras.Input((None, None, 1)), *[layers.UpSampling2D(32) for _ in range(4)]]
            ),
            "too",
        ),
        (lambda: keras.Sequential([layers.Identity() for _ in range(MAX_OBJECTS + 1)]), "more than 500"),
    ],
)
def test_what_does_not_cross_says_why(make: Callable[[], Any], reason: str):
    came = crossed(make())
    assert type(came) is Opaque
    assert reason in came.reason and came.reason


def test_a_check_that_passes_what_does_not_cross_is_told():
    with pytest.raises(Refused, match="Lambda"):
        outgoing([1, {"model": layers.Lambda(lambda x: x)}], strict=True)
    with pytest.raises(AnswerLost) as lost:
        StandIn("f", lambda body: b"", "key", [])(layers.Lambda(lambda x: x))
    assert lost.value.mistake == "check-failed"


# -- forged --------------------------------------------------------------------------------------------


def a_layer(name: str, config: Any, build: Any = None, weights: Any = ()) -> dict[str, Any]:
    return {"class": name, "config": config, "build": build, "trainable": True, "weights": list(weights)}


def a_chain(*objects: Any) -> dict[str, Any]:
    numbers = list(range(len(objects)))
    return {"objects": [*objects, {"class": "Sequential", "name": "s", "trainable": True, "layers": numbers}]}


def images(*shape: Any) -> dict[str, Any]:
    return a_layer("InputLayer", {"batch_shape": [None, *shape], "dtype": "float32", "name": "i"})


def written(kind: str, module: str = "keras.initializers", **config: Any) -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


HUGE = 1 << 20
FORGED: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"objects": []}, ""),
    ({"objects": [{"class": "os.system", "config": {}, "weights": []}]}, "os.system"),
    ({"objects": [{"class": ["Dense"]}]}, ""),
    (a_chain(a_layer("Dense", {"units": 3, "kernel_initializer": written("system", "os")})), "system"),
    (
        a_chain(a_layer("Dense", {"units": 3, "kernel_initializer": written("Layer", "keras.layers")})),
        "Layer",
    ),
    (a_chain(a_layer("Dense", {"units": 3, "kernel_initializer": "os.system"})), ""),
    (a_chain(a_layer("Dense", {"units": 3, "activation": {"class_name": "function", "config": "eval"}})), ""),
    (a_chain(a_layer("Dense", {"units": 3, "activation": "deserialize"})), "deserialize"),
    (
        a_chain(a_layer("Dense", {"units": 3, "dtype": {"class_name": "DTypePolicyMap", "config": {}}})),
        "dtype",
    ),
    (a_chain(a_layer("Dense", {"units": 3, "call": "x", "__class__": "y"})), "settings"),
    (a_chain(a_layer("Dense", {"units": 3, "lora_rank": 4})), "lora_rank"),
    (
        a_chain(a_layer("Lambda", {"function": {"class_name": "__lambda__", "config": {"value": "4wA"}}})),
        "Lambda",
    ),
    (a_chain(a_layer("Dense", {"units": HUGE}, {"input_shape": [None, HUGE]})), "none came"),
    (
        a_chain(a_layer("Dense", {"units": 2}, {"input_shape": [None, 2]}, [np.ones((2, 2), "f4")] * 2)),
        "shape (2,)",
    ),
    (
        a_chain(a_layer("Dense", {"units": 2}, {"input_shape": [None, 2]}, [np.ones((2, 2)), np.ones(2)])),
        "float64",
    ),
    (a_chain(a_layer("Dense", {"units": 2}, None, [np.ones((2, 2), "f4")])), ""),
    (
        a_chain(
            a_layer(
                "Dense",
                {"units": 9 * HUGE // 9, "kernel_initializer": written("Identity")},
                {"input_shape": [HUGE]},
            )
        ),
        "none came",
    ),
    (a_chain(images(4), a_layer("Dense", {"units": HUGE})), ""),
    (
        a_chain(
            images(HUGE, 16),
            a_layer(
                "Normalization",
                {"mean": 0.0, "variance": 1.0, "axis": [1, 2]},
                {"input_shape": [None, HUGE, 99]},
            ),
        ),
        "too large",
    ),
    ({"objects": [images(4), a_layer("Identity", {}, {"input_shape": [None, 4]})] * 300}, "more than 500"),
    (
        {
            "objects": [
                images(4),
                {
                    "class": "Functional",
                    "name": "f",
                    "trainable": True,
                    "calls": [[0, (), {"dict": {}}]],
                    "inputs": {"tensor": 0},
                    "outputs": {"tensor": 7},
                },
            ]
        },
        "",
    ),
]


@pytest.mark.parametrize(("content", "reason"), FORGED)
def test_a_forged_record_is_refused_at_once_and_allocates_nothing(content: dict[str, Any], reason: str):
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    came = incoming(decode(encode(ModelRecord(content))))
    assert type(came) is Opaque
    assert reason in came.reason and came.reason
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert time.monotonic() - begun < 5


def test_a_layer_that_comes_without_weights_cannot_make_huge_ones_later():
    came = incoming(ModelRecord({"objects": [a_layer("Dense", {"units": HUGE})]}))
    with pytest.raises(ValueError, match="too large"):
        came(np.zeros((1, 1000)))
    came = incoming(ModelRecord({"objects": [a_layer("Dense", {"units": 10})]}))
    assert came(np.zeros((1, 1000))).shape == (1, 10)


@pytest.mark.parametrize(
    "compiled",
    [
        {"loss": "eval"},
        {
            "loss": {
                "module": "builtins",
                "class_name": "function",
                "config": "eval",
                "registered_name": "eval",
            }
        },
        {"loss": "mse", "optimizer": written("Popen", "subprocess", args="x")},
        {"loss": "mse", "optimizer": written("Adam", "keras.optimizers", learning_rate=written("Adam"))},
        {"loss": "mse", "metrics": [written("AUC", "keras.metrics", multi_label=True, num_labels=HUGE)]},
        {"loss": "mse", "metrics": ["mae"] * 1000},
        {"loss": "mse", "steps_per_execution": "x"},
        {"custom": 1},
        [],
        "all is well",
    ],
)
def test_a_forged_compile_configuration_leaves_the_model_uncompiled(compiled: Any):
    content = a_chain(images(4), a_layer("Flatten", {}, {"input_shape": [None, 4]})) | {"compile": compiled}
    came = incoming(decode(encode(ModelRecord(content))))
    assert type(came) is keras.Sequential and not came.compiled and came.not_compiled_because


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each item inside plain containers."""
    items = value.items() if type(value) is dict else enumerate(value) if type(value) in (list, tuple) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if type(value) is dict:
        return value | {path[0]: replaced(value[path[0]], path[1:], new)}
    items = [replaced(item, path[1:], new) if n == path[0] else item for n, item in enumerate(value)]
    return type(value)(items)


names = st.sampled_from(
    [*allow.LAYERS, "Sequential", "Functional", "Lambda", "ops.Add", "eval", "relu", "Adam", ""]
)
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.integers()
    | st.floats()
    | names
    | st.text(max_size=5)
    | st.builds(lambda shape: np.zeros(shape, "f4"), st.lists(st.integers(0, 4), max_size=3)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(
            st.sampled_from(["tensor", "dict", "class_name", "config", "module", "array"]), inner
        )
    ),
    max_leaves=4,
)
small_models = [
    with_shared_layers(),
    with_a_frozen_base(),
    with_operations(),
    of_any_size(),
    called_without_an_input(),
]
small_models[-1].compile("adam", "mse", metrics=["mae", keras.metrics.MeanSquaredError()])
RECORDS = [outgoing(model).content for model in small_models]
PLACES = [list(places(content)) for content in RECORDS]
allowed = {*allow.names_of_classes(), keras.Sequential, allow.functional_class()}


def assert_lawful_or_refused(content: dict[str, Any]) -> None:
    came = incoming(ModelRecord(content))
    if type(came) is Opaque:
        assert came.reason
        return
    made = came._flatten_layers() if isinstance(came, keras.Model) else [came]
    assert {type(layer) for layer in made} <= allowed
    room = sum(array.size for each in content["objects"] for array in each.get("weights", ()))
    assert sum(int(np.prod(weight.shape)) for weight in came.weights) <= room


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_record_is_lawful_or_refused(data: st.DataObject):
    number = data.draw(st.integers(0, len(RECORDS) - 1))
    content = RECORDS[number]
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(PLACES[number]))
        try:
            content = replaced(content, path, data.draw(anything))
        except (KeyError, TypeError, IndexError):
            pass
    assert_lawful_or_refused(content)


@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_damaged_bytes_of_a_record_are_lawful_or_refused(data: st.DataObject):
    sent = bytearray(encode(ModelRecord(data.draw(st.sampled_from(RECORDS)))))
    for _ in range(data.draw(st.integers(1, 4))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    try:
        came = decode(bytes(sent))
    except DecodeError:
        return
    if type(came) is ModelRecord:
        assert_lawful_or_refused(came.content)


# -- the codec -----------------------------------------------------------------------------------------


def test_records_cross_with_their_exact_types():
    record = ModelRecord({"objects": [(1, "a"), {"weights": [np.ones(3)]}], "compile": None})
    came = decode(encode({"model": record, "why": Opaque("Sequential", "it holds a Lambda layer")}))
    assert came["model"].content["objects"][0] == (1, "a") and came["why"].reason == "it holds a Lambda layer"
    batches = Batches([[np.arange(3), (np.ones(2), np.zeros(2))], [{"x": np.ones(1)}]], True)
    came = decode(encode(batches))
    assert came.cut is True and came.passes[0][1][0].tolist() == [1, 1] and came.passes[1][0]["x"] == 1


# Two halves, each of which is lawful: a tuple is read anew.
DEEP = b"\x91" * 300 + b"\x01"
DEEP_INSIDE = msgpack.packb(msgpack.ExtType(1, DEEP))


def extension(kind: int, content: Any) -> bytes:
    return message(msgpack.packb(msgpack.ExtType(kind, msgpack.packb(content))))


@pytest.mark.parametrize(
    "data",
    [
        extension(8, [1]),
        extension(8, 1),
        extension(9, [[[1]], False]),
        extension(9, [[[]] * 3, False]),
        extension(9, [[[["x"]]], False]),
        extension(9, [[], 1]),
        extension(7, "name"),
        extension(7, ["name", 1]),
        message(msgpack.packb(msgpack.ExtType(8, b"\x81\xa1x" + DEEP[:-1] + DEEP_INSIDE))),
    ],
)
def test_crafted_records_are_refused(data: bytes):
    with pytest.raises(DecodeError):
        decode(data)


# -- real processes ------------------------------------------------------------------------------------


class Notebook:
    """A student's process, in which cells run and functions are called."""

    def __init__(self, process: Process):
        self.process = process

    def ask(self, kind: Kind, body: bytes) -> bytes:
        nonce = new_nonce()
        self.process.channel.send(kind, body, nonce)
        return self.process.channel.receive(time.monotonic() + 60).body

    def function(self, source: str) -> StandIn:
        """Run a cell that defines `f`, and a stand-in for it."""
        assert not decode(self.ask(Kind.RUN, encode(source)))["raised"]
        self.ask(Kind.PIN, encode(["key", ["f"]]))
        return StandIn("f", lambda body: self.ask(Kind.CALL, body), "key", [])


@pytest.fixture(scope="module")
def notebook(keras_launcher: Launcher) -> Iterator[Notebook]:
    process = keras_launcher.student(1 << 20)
    try:
        yield Notebook(process)
    finally:
        process.end()


BUILD = """
import keras
import numpy as np
import tensorflow as tf

def f(units):
    layers = [keras.Input((4,)), keras.layers.Dense(units, kernel_initializer="ones", name="mine")]
    model = keras.Sequential(layers)
    model.compile("sgd", "mse")
    return {"model": model, "again": [model, 3]}
"""


def test_a_returned_model_is_a_real_one_in_the_checks(notebook: Notebook):
    came = notebook.function(BUILD)(3)
    model = came["model"]
    assert type(model) is keras.Sequential and model.compiled and came["again"][1] == 3
    assert np.array_equal(model(np.ones((2, 4))), np.full((2, 3), 4))
    model.fit(np.ones((4, 4)), np.ones((4, 3)), verbose=0)


def test_a_passed_model_is_a_real_one_in_the_notebook_and_a_copy(notebook: Notebook):
    model, kernel = classifier(), layers.Dense(2)
    x = RANDOM.random((2, 12, 12, 1))
    f = notebook.function(
        "def f(model, x, kernel):\n"
        "    y = np.asarray(model(x))\n"
        "    model.trainable = False\n"
        "    model.set_weights([w * 0 for w in model.get_weights()])\n"
        "    return y, type(kernel).__name__, model, model"
    )
    y, name, came, _ = f(model, x, kernel=kernel)
    assert np.allclose(y, model(x), atol=1e-6) and name == "Dense"
    assert model.trainable and not came.trainable and not np.any(came.get_weights()[0])
    assert np.any(model.get_weights()[0])


@pytest.mark.parametrize(
    "source",
    [
        "class Evil(keras.Sequential):\n    armed = False\n    def __getattribute__(self, name):\n"
        "        if Evil.armed:\n            raise KeyError(name)\n        return super().__getattribute__(name)\n"
        "def f():\n    model = Evil()\n    Evil.armed = True\n    return model",
        "class Meta(type):\n    __mro__ = property(lambda self: 1 / 0)\n"
        "class Evil(keras.layers.Layer, metaclass=type('M', (Meta, type(keras.layers.Layer)), {})):\n    pass\n"
        "def f():\n    return Evil()",
        "def f():\n    model = keras.Sequential([keras.layers.Dense(2)])\n    model.__dict__.clear()\n    return model",
        "def f():\n    layer = keras.layers.Dense(2)\n    layer.get_config = lambda: layer\n    return layer",
        "def f():\n    layer = keras.layers.Dense(2)\n    layer.get_config = lambda: 1 / 0\n    return layer",
        "def f():\n    return (x for x in [])",
    ],
)
def test_a_hostile_model_is_opaque_and_the_process_goes_on(notebook: Notebook, source: str):
    assert type(notebook.function(f"import keras\n{source}")()) is Opaque
    assert notebook.function("def f():\n    return 7")() == 7


def test_tensors_still_arrive_as_numbers(notebook: Notebook):
    f = notebook.function(
        "def f():\n    return [tf.constant([1.5]), keras.Variable([2.5]), tf.Variable(3.5)]"
    )
    assert [float(np.asarray(item).item()) for item in f()] == [1.5, 2.5, 3.5]


def test_a_data_set_arrives_as_two_passes(notebook: Notebook):
    f = notebook.function(
        "def f(n):\n"
        "    x = tf.data.Dataset.from_tensor_slices((np.arange(n), np.arange(n) / 2))\n"
        "    return x.shuffle(n, seed=1).map(lambda a, b: {'a': a, 'b': b}).batch(2)"
    )
    came = f(6)
    assert type(came) is Batches and not came.cut
    assert [sorted(np.concatenate([e["a"] for e in each]).tolist()) for each in passes_of(came)] == [
        list(range(6))
    ] * 2
    assert passes_of(came)[0][0]["b"].tolist() != passes_of(came)[1][0]["b"].tolist()
    f = notebook.function("def f():\n    return tf.data.Dataset.range(3).repeat()")
    came = f()
    assert came.cut and [len(each) for each in came.passes] == [64, 64]
    f = notebook.function("def f():\n    return tf.data.Dataset.from_tensors(np.zeros(10**7)).repeat()")
    assert f().cut and sum(len(each) for each in f().passes) <= 2
    f = notebook.function("def f():\n    return tf.data.Dataset.from_tensors('text')")
    assert "numbers" in f().reason


def test_passes_of_takes_a_real_data_set_too():
    import tensorflow as tf

    assert [len(each) for each in passes_of(tf.data.Dataset.range(10).batch(4))] == [3, 3]
    with pytest.raises(TypeError):
        passes_of([1, 2])


def test_a_notebook_without_keras_never_imports_it(launcher: Launcher):
    process = launcher.student(1 << 20)
    try:
        f = Notebook(process).function("import sys\ndef f(x):\n    return ['keras' in sys.modules, x]")
        assert f((1, 2)) == [False, (1, 2)]
    finally:
        process.end()


def test_a_model_of_a_hundred_thousand_weights_crosses_in_little_room():
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(50, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "mse")
    assert model.count_params() > 99_000
    assert crossed(copy.copy(model)).compiled
    assert sys.getsizeof(encode(outgoing(model))) < 450_000
