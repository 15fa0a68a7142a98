"""The checks of 05: oracles agree with Keras, literals with the oracles, and blocks are judged by what they do."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checks import SEED_VARIABLE
from autograder.checks import architectures as hidden
from course.checking import Answer, CheckFailed, Mistake, NotAttempted
from course.checks import architectures as public

keras = pytest.importorskip("keras")
layers = keras.layers

SEEDS = range(5)

EXERCISES = (
    "stack_weights",
    "vgg_field",
    "rescaled_size",
    "vgg_block",
    "pointwise",
    "multiplications",
    "inception_module",
    "total_loss",
    "convolutional_head",
    "gradient_norms",
    "residual_block",
    "top_k_accuracy",
    "log_line",
    "resnet_plan",
    "fold_batchnorm",
)


def checks(module: Any) -> dict[str, Callable[[Any], None]]:
    """The functions of a module that judge an exercise: they take it under its name."""
    found = {}
    for name, function in inspect.getmembers(module, inspect.isfunction):
        (parameter, *rest) = list(inspect.signature(function).parameters) or [""]
        if function.__module__ == module.__name__ and not rest and parameter in EXERCISES:
            found[name] = function
    return found


def exercise(check: str) -> str:
    return next(iter(inspect.signature(checks(public)[check]).parameters))


def lost(name: str, answer: Callable[..., Any]) -> dict[str, str | None]:
    """The checks of an exercise that an answer does not pass, public or hidden, and the mistakes that they name."""
    found: dict[str, str | None] = {}
    for check in checks(public):
        if exercise(check) == name:
            for module in (public, hidden):
                try:
                    checks(module)[check](answer)
                except CheckFailed as error:
                    found.setdefault(check.removeprefix(name).strip("_") or "first", error.failure.mistake)
    return found


def test_every_check_has_a_public_and_a_hidden_half() -> None:
    assert checks(public).keys() == checks(hidden).keys()
    assert {next(iter(inspect.signature(f).parameters)) for f in checks(public).values()} == set(EXERCISES)


@pytest.mark.parametrize("check", checks(public))
def test_a_stub_is_not_attempted(check: str) -> None:
    def stub(*_: Any, **__: Any) -> None:
        raise NotImplementedError(check)

    for module in (public, hidden):
        with pytest.raises(NotAttempted):
            checks(module)[check](stub)


@pytest.mark.parametrize("check", checks(public))
@pytest.mark.parametrize("nonsense", [None, 7, "text", [1, [2, 3]], {}, SimpleNamespace()], ids=repr)
def test_nonsense_fails_with_a_message_and_never_breaks_a_check(check: str, nonsense: Any) -> None:
    for module in (public, hidden):
        with pytest.raises(CheckFailed) as caught:
            checks(module)[check](lambda *_, **__: nonsense)
        assert caught.value.failure.cause or module is public


# ---------------------------------------------------------------------------------------
# Right answers, written in another way than the oracles
# ---------------------------------------------------------------------------------------


def norms(weights: Any, x: Any, shortcut: bool) -> list[float]:
    """By TensorFlow's own gradient."""
    import tensorflow as tf

    inputs, h = [], tf.constant(x[None], tf.float64)
    with tf.GradientTape() as tape:
        for matrix in weights:
            tape.watch(h)
            inputs.append(h)
            new = tf.nn.relu(h @ tf.constant(matrix))
            h = h + new if shortcut else new
        total = tf.reduce_sum(h)
    return [float(np.linalg.norm(gradient)) for gradient in tape.gradient(total, inputs)]


def fields(blocks: list[int]) -> int:
    field = 1
    for convolutions in reversed(blocks):
        field = 2 * field + 2 * convolutions
    return field


def vgg(shape: Any, filters: int, convolutions: int) -> Any:
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    return model


def inception(shape: Any, filters: Any, bottlenecks: Any = None, **changes: Any) -> Any:
    options = {
        "pool": layers.MaxPooling2D,
        "reduced": "relu",
        "relu": "relu",
        "order": (0, 1, 2, 3),
    } | changes
    inputs = keras.Input(shape)
    before = [inputs, inputs]
    if bottlenecks is not None:
        before = [layers.Conv2D(n, 1, activation=options["reduced"])(inputs) for n in bottlenecks]
    pooled = options["pool"](3, strides=1, padding="same")(inputs)
    found = [
        layers.Conv2D(n, side, padding="same", activation=options["relu"])(maps)
        for maps, n, side in zip((inputs, *before, pooled), filters, (1, 3, 5, 1), strict=True)
    ]
    return keras.Model(inputs, layers.Concatenate()([found[place] for place in options["order"]]))


def head(shape: Any, weights: Any) -> Any:
    first, bias, second, last = weights
    model = keras.Sequential([keras.Input((None, None, shape[2]))])
    model.add(layers.Conv2D(len(bias), tuple(shape[:2]), activation="relu"))
    model.add(layers.Dense(len(last)))
    model.set_weights([first.reshape(*shape, -1), bias, second, last])
    return model


def block(shape: Any, filters: int, strides: int = 1, shortcut: bool = True, **changes: Any) -> Any:
    """A residual block with changes: each a part that is left out, moved or replaced."""
    options = {
        "norm_first": True,
        "norm_second": True,
        "norm_past": True,
        "norm_after": False,
        "relu_first": True,
        "relu_inside": False,
        "relu_before": False,
        "relu_after": True,
        "relu_past": False,
        "project": "where needed",
        "past_kernel": 1,
        "stride": "first",
        "past_pool": None,
        "padding": "same",
        "join": layers.Add,
        "late": False,
        "bias": False,
        "wrap": False,
        "extra": None,
    } | changes
    inputs = keras.Input(shape)

    def convolve(maps: Any, kernel: int, stride: int, norm: bool, activation: Any = None) -> Any:
        padding = options["padding"] if kernel == 3 else "same"
        convolution = layers.Conv2D(
            filters, kernel, stride, padding, use_bias=options["bias"], activation=activation
        )
        return layers.BatchNormalization(momentum=0.9)(convolution(maps)) if norm else convolution(maps)

    first, second = {"first": (strides, 1), "second": (1, strides), "none": (1, 1)}[options["stride"]]
    strides = max(first, second)
    x = convolve(inputs, 3, first, options["norm_first"], "relu" if options["relu_inside"] else None)
    x = layers.ReLU()(x) if options["relu_first"] else x
    past = x if options["late"] else inputs
    x = convolve(x, 3, second, options["norm_second"])
    x = layers.ReLU()(x) if options["relu_before"] else x
    if shortcut:
        needed = strides != 1 or shape[-1] != filters
        if options["past_pool"] and strides != 1:
            past = options["past_pool"](strides, padding="same")(past)
        wider = options["project"] == "where wider" and shape[-1] != filters
        if options["project"] == "always" or (options["project"] == "where needed" and needed) or wider:
            stride = 1 if options["past_pool"] else strides
            past = convolve(past, options["past_kernel"], stride, options["norm_past"])
        past = layers.ReLU()(past) if options["relu_past"] and past is not inputs else past
        x = options["join"]()([x, past])
    x = layers.BatchNormalization(momentum=0.9)(x) if options["norm_after"] else x
    x = options["extra"](x) if options["extra"] else x
    x = layers.ReLU()(x) if options["relu_after"] else x
    model = keras.Model(inputs, x)
    return keras.Sequential([keras.Input(shape), model]) if options["wrap"] else model


def line(epoch: int, epochs: int, n: int, logs: dict[str, float]) -> str | None:
    if (epoch + 1) % n and epoch + 1 < epochs:
        return None
    return f"\x1b[32m{epoch + 1}/{epochs} " + " ".join(f"{k}={v:.4f}" for k, v in logs.items()) + "\x1b[0m"


ASPECTS = ("first", "relu", "batchnorm", "projection", "strides", "plain")


def pre_activated(shape: Any, filters: int, strides: int = 1, shortcut: bool = True) -> Any:
    """The order of 2016: BatchNorm and ReLU before each convolution, and no ReLU at the end."""
    x = inputs = past = keras.Input(shape)
    for stride in (strides, 1):
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.Conv2D(filters, 3, stride, "same")(x)
    if shortcut:
        if strides != 1 or shape[-1] != filters:
            past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides)(past))
        x = layers.Add()([x, past])
    return keras.Model(inputs, x)


RIGHT: dict[str, Callable[..., Any]] = {
    "stack_weights": lambda kernels, channels: int(np.sum(np.square(kernels))) * channels**2,
    "vgg_field": fields,
    "rescaled_size": lambda h, w, s: np.rint(np.array([h, w]) * s / min(h, w)).astype(int),
    "vgg_block": vgg,
    "pointwise": lambda maps, weights, bias: np.tensordot(maps, weights, 1) + bias,
    "multiplications": lambda side, channels, kernel, filters, bottleneck=None: (
        side**2 * kernel**2 * channels * filters
        if bottleneck is None
        else side**2 * bottleneck * (channels + kernel**2 * filters)
    ),
    "inception_module": inception,
    "total_loss": lambda main, auxiliary, training: main + training * 0.3 * sum(auxiliary),
    "convolutional_head": head,
    "gradient_norms": norms,
    "residual_block": block,
    "top_k_accuracy": lambda y, p, k: np.mean(keras.metrics.sparse_top_k_categorical_accuracy(y, p, k)),
    "log_line": line,
    "resnet_plan": lambda filters, blocks: [
        (filters[i // blocks], 2 if i and not i % blocks else 1) for i in range(len(filters) * blocks)
    ],
    "fold_batchnorm": lambda k, b, g, beta, m, v, e: (
        k * g / np.sqrt(v + e),
        (b - m) * g / (v + e) ** 0.5 + beta,
    ),
}


@pytest.mark.parametrize("check", checks(public))
def test_right_answers_pass_whatever_is_drawn(
    check: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = RIGHT[exercise(check)]
    checks(public)[check](answer)
    assert "public checks passed" in capsys.readouterr().out
    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        checks(hidden)[check](answer)


def test_the_oracles_agree_with_keras() -> None:
    model = keras.Sequential([keras.Input((224, 224, 3))])
    for filters, convolutions in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        model.add(vgg(model.output_shape[1:] if model.layers else (224, 224, 3), filters, convolutions))
    assert model.count_params() == 14_714_688

    stack = [layers.Conv2D(6, side, use_bias=False) for side in (5, 3)]
    count = keras.Sequential([keras.Input((20, 20, 6)), *stack]).count_params()
    assert count == hidden.stack_count([5, 3], 6)

    # What a value sees: the pixels that change it.
    blocks = [2, 1, 2]
    seen = keras.Sequential([keras.Input((64, 64, 1))])
    for convolutions in blocks:
        for _ in range(convolutions):
            seen.add(layers.Conv2D(1, 3, padding="same", kernel_initializer="ones"))
        seen.add(layers.AveragePooling2D(2))
    impulses = np.zeros((64, 64, 64, 1), np.float32)
    impulses[np.arange(64), 32, np.arange(64), 0] = 1
    side = np.count_nonzero(np.asarray(seen(impulses))[:, 4, 4, 0])
    assert side == hidden.field(blocks) == fields(blocks)

    rng = np.random.default_rng(0)
    maps, weights, bias = rng.random((2, 3, 5, 4)), rng.random((4, 6)), rng.random(6)
    layer = layers.Conv2D(6, 1)
    layer.build(maps.shape)
    layer.set_weights([weights[None, None], bias])
    assert np.allclose(layer(maps), hidden.mapped(maps, weights, bias), atol=1e-5)

    chain = hidden._chain(rng, 5, 7)
    for shortcut in (False, True):
        assert np.allclose(hidden.chain_norms(*chain, shortcut), norms(*chain, shortcut))

    labels, probabilities = hidden._ranked(rng, 40, 6)
    for k in (1, 2, 5):
        assert hidden.top_k(labels, probabilities, k) == pytest.approx(
            RIGHT["top_k_accuracy"](labels, probabilities, k)
        )

    both = keras.Sequential(
        [keras.Input((5, 5, 2)), layers.Conv2D(3, 3), layers.BatchNormalization(momentum=0.9)]
    )
    given = [rng.normal(size=(3, 3, 2, 3)), *rng.normal(size=(4, 3)), rng.uniform(0.5, 2, 3)]
    both.set_weights(given)
    kernel, shift = hidden.fold(*given, both.layers[1].epsilon)
    one = keras.Sequential([keras.Input((5, 5, 2)), layers.Conv2D(3, 3)])
    one.set_weights([kernel, shift])
    image = rng.random((1, 5, 5, 2)).astype("float32")
    assert np.allclose(both(image), one(image), atol=1e-4)


def test_a_dense_head_is_its_oracle() -> None:
    rng = np.random.default_rng(1)
    weights, maps = hidden._head(rng, (3, 4, 2), 5, 3), rng.random((3, 4, 2))
    model = keras.Sequential([keras.Input((3, 4, 2)), layers.Flatten(), layers.Dense(5, activation="relu")])
    model.add(layers.Dense(3))
    model.set_weights(weights)
    assert np.allclose(model(maps[None])[0], hidden.dense_head(maps, weights), atol=1e-5)


# ---------------------------------------------------------------------------------------
# The literals of the public cases
# ---------------------------------------------------------------------------------------


def literals(check: str) -> list[tuple[tuple[Any, ...], dict[str, Any], Any, Any, Any]]:
    """For every case of a public check: the arguments, what is wanted, what mistakes would give, what else passes."""
    seen: list[Any] = []

    class Recorder:
        def __init__(self, name: str, function: Any):
            pass

        def __call__(self, *given: Any, **options: Any) -> Any:
            class Recorded:
                value = error = None

                def equals(self, wanted: Any, mistakes: Any = (), also: Any = (), **_: Any) -> Any:
                    seen.append((given, options, wanted, mistakes, also))
                    return self

                def is_array(self, **_: Any) -> Any:
                    return self

                leaves_inputs = is_array

            return Recorded()

    patch = pytest.MonkeyPatch()
    with patch.context() as context:
        context.setattr(public, "Attempt", Recorder)
        context.setattr(public, "differs_in_training", lambda *_: None)
        context.setattr(public, "rounded", lambda *_: None)
        checks(public)[check](None)
    return seen


def total(main: float, auxiliary: list[float], training: bool) -> float:
    return hidden.loss_in_training(main, auxiliary) if training else main


def total_mistakes(main: float, auxiliary: list[float], training: bool) -> Any:
    if training:
        yield from hidden.loss_mistakes(main, auxiliary)
        return
    yield public.AUXILIARY_AT_TEST, lambda: hidden.loss_in_training(main, auxiliary)
    for _, wrong in hidden.loss_mistakes(main, auxiliary):
        yield public.AUXILIARY_AT_TEST, wrong


def chain_mistakes(*given: Any) -> Any:
    yield from hidden.chain_mistakes(*given)
    yield public.SHORTCUT_IGNORED, lambda: hidden.chain_norms(*given[:2], False)


def share_mistakes(*given: Any) -> Any:
    yield from hidden.top_k_mistakes(*given)
    yield public.NO_HIT, lambda: 0.0


MODELS: dict[str, Any] = {
    "stack_weights": (hidden.stack_count, hidden.stack_mistakes),
    "stack_weights_several": (hidden.stack_count, hidden.stack_mistakes),
    "vgg_field": (hidden.field, hidden.field_mistakes),
    "vgg_field_blocks": (hidden.field, hidden.field_mistakes),
    "rescaled_size": (hidden.rescaled, hidden.rescaled_mistakes),
    "multiplications": (hidden.multiplied, hidden.multiplied_mistakes),
    "multiplications_bottleneck": (hidden.multiplied, hidden.multiplied_mistakes),
    "total_loss": (total, total_mistakes),
    "total_loss_test": (total, total_mistakes),
    "pointwise": (hidden.mapped, hidden.pointwise_mistakes),
    "pointwise_pixels": (hidden.mapped, hidden.pointwise_mistakes),
    "gradient_norms": (hidden.chain_norms, chain_mistakes),
    "gradient_norms_shortcut": (hidden.chain_norms, chain_mistakes),
    "top_k_accuracy": (hidden.top_k, hidden.top_k_mistakes),
    "top_k_accuracy_share": (hidden.top_k, share_mistakes),
}


def agree(one: Any, other: Any, tolerance: float = 1e-5) -> bool:
    one, other = np.asarray(one, float), np.asarray(other, float)
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-5, atol=tolerance))


@pytest.mark.parametrize("check", MODELS)
def test_public_literals_agree_with_the_oracle(check: str) -> None:
    oracle, wrongs = MODELS[check]
    tolerance = 1.0 if check == "rescaled_size" else 1e-5
    cases = literals(check)
    assert cases
    for given, options, wanted, mistakes, _ in cases:
        assert agree(oracle(*given, **options), wanted, tolerance)
        made: dict[Mistake, list[Any]] = {}
        for mistake, wrong in wrongs(*given, **options):
            made.setdefault(mistake, []).append(wrong())
        for mistake, literal in mistakes:
            assert any(agree(literal, wrong, tolerance) for wrong in made[mistake]), (
                mistake.name,
                made[mistake],
            )
            assert not agree(literal, wanted), mistake.name


@pytest.mark.parametrize("check", ["resnet_plan", "resnet_plan_strides"])
def test_each_wrong_plan_is_named(check: str) -> None:
    for mistake in (*hidden._PLAN_FILTERS, *hidden._PLAN_STRIDES):
        found = lost("resnet_plan", lambda filters, blocks, m=mistake: hidden.planned(filters, blocks, m))
        assert mistake.name in found.values(), found


def test_each_wrong_fold_is_named() -> None:
    for mistake in hidden.FOLD_MISTAKES:
        for module in (public, hidden):
            with pytest.raises(CheckFailed) as caught:
                module.fold_batchnorm(lambda *given, m=mistake: hidden.fold(*given, mistake=m))
            assert caught.value.failure.mistake == mistake.name


# ---------------------------------------------------------------------------------------
# Blocks
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{}, {"bias": True}, {"wrap": True}, {"extra": layers.Dropout(0.3)}, {"extra": layers.Identity()}],
    ids=str,
)
def test_blocks_that_are_the_same_pass(changes: dict[str, Any]) -> None:
    assert lost("residual_block", lambda *given, **how: block(*given, **how, **changes)) == {}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"join": layers.Multiply}, {"first": "sum-multiplied"}),
        ({"join": layers.Average}, {"first": "sum-averaged"}),
        ({"project": "always"}, {"first": "projection-needless"}),
        ({"relu_before": True, "relu_after": False}, {"relu": "relu-before-sum"}),
        ({"relu_before": True}, {"relu": "relu-before-sum"}),
        ({"relu_after": False}, {"relu": "final-relu-missing"}),
        ({"relu_first": False}, {"relu": "inner-relu-missing"}),
        ({"norm_first": False}, {"batchnorm": "batchnorm-first"}),
        ({"norm_second": False}, {"batchnorm": "batchnorm-second"}),
        ({"norm_past": False}, {"batchnorm": "batchnorm-shortcut"}),
        ({"norm_second": False, "norm_after": True}, {"batchnorm": "batchnorm-after-sum"}),
        ({"relu_inside": True, "relu_first": False}, {"batchnorm": "relu-before-norm"}),
        ({"relu_past": True}, {"projection": "relu-in-shortcut"}),
        ({"stride": "second"}, {"strides": "stride-in-second"}),
        ({"past_pool": layers.MaxPooling2D}, {"strides": "shortcut-pooled"}),
        ({"past_kernel": 3}, {"projection": "projection-kernel", "strides": "projection-kernel"}),
        ({"project": "never"}, {"projection": "projection-missing", "strides": "strides-differ"}),
        ({"padding": "valid"}, dict.fromkeys(ASPECTS, "padding-valid")),
        ({"join": layers.Concatenate}, {"first": "concatenated"}),
        ({"stride": "none", "project": "where wider"}, {"strides": "strides-ignored"}),
        (
            {"late": True, "project": "never"},
            {"first": "shortcut-late", "projection": "projection-missing", "strides": "stride-other"},
        ),
    ],
    ids=str,
)
def test_each_mistake_in_a_block_fails_by_its_own_name(
    changes: dict[str, Any], wanted: dict[str, str]
) -> None:
    found = lost("residual_block", lambda *given, **how: block(*given, **how, **changes))
    # Sums that are none show elsewhere, too.
    assert wanted.items() <= found.items(), found
    if "join" not in changes:
        assert found == wanted


def test_the_later_order_of_a_block_is_named() -> None:
    assert lost("residual_block", pre_activated) == {
        "relu": "final-relu-missing",
        "batchnorm": "pre-activation",
    }


def test_the_literals_of_the_residual_block_are_the_oracles() -> None:
    seen: list[Any] = []

    class Recorded(public.Block):
        def gives(
            self, image: Any, wanted: Any, mistakes: Any = (), also: Any = (), *rest: Any, **weights: Any
        ):
            seen.append((image, wanted, mistakes, bool(self.ones), weights))

    patch = pytest.MonkeyPatch()
    with patch.context() as context:
        context.setattr(public, "Block", Recorded)
        for check in ("", "_relu", "_batchnorm", "_projection"):
            getattr(public, f"residual_block{check}")(block)
    assert len(seen) > 8
    for image, wanted, mistakes, projected, weights in seen:
        given = dict(weights)
        if not projected:
            given.pop("projection", None)
        assert float(hidden.residual(image, **given)) == pytest.approx(wanted), weights
        for mistake, literal in mistakes:
            if np.ndim(literal) == 0:
                assert float(hidden.residual(image, **given, mistake=mistake)) == pytest.approx(literal), (
                    mistake
                )


def test_an_operation_with_a_number_does_not_break_the_checks() -> None:
    def clipped(*given: Any, **how: Any) -> Any:
        model = block(*given, relu_after=False, **how)
        return keras.Model(model.inputs[0], keras.ops.maximum(model.outputs[0], 0))

    assert lost("residual_block", clipped) == {}

    def cut(*given: Any) -> Any:
        model = vgg(*given)
        return keras.Model(model.inputs[0], keras.ops.maximum(model.outputs[0], 0))

    assert lost("vgg_block", cut) == {}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"pool": layers.AveragePooling2D}, {"branches": "average-pooled"}),
        ({"reduced": None}, {"relu": "bottleneck-relu-missing"}),
        ({"relu": None}, {"relu": "relu-missing"}),
        ({"order": (0, 2, 1, 3)}, {"branches": "branch-order"}),
        ({"order": (0, 1, 2)}, {"first": "branch-missing", "branches": "branch-missing"}),
    ],
    ids=str,
)
def test_wrong_inception_modules_fail_by_name(changes: dict[str, Any], wanted: dict[str, str]) -> None:
    found = lost("inception_module", lambda *given, **how: inception(*given, **how, **changes))
    assert wanted.items() <= found.items(), found


def test_a_check_does_not_change_the_learners_answer() -> None:
    answer = Answer("block")
    answer.value = block((3, 4, 2), 2)
    public.Block(answer, (3, 4, 2), (3, 4, 2)).gives(2, 5, first=3, second=0.5)
    assert isinstance(answer.value, keras.Model)


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (
            lambda e, es, n, logs: line(e, es, n, logs) if e != es - 1 or not es % n else None,
            {"last": "last-missing"},
        ),
        (lambda e, es, n, logs: (line(e, es, n, logs) or "")[:-4] or None, {"text": "colour-not-ended"}),
        (
            lambda e, es, n, logs: "\n\n".join([line(e, es, n, logs) or ""] * 2).strip() or None,
            {"text": "several-lines"},
        ),
    ],
)
def test_wrong_lines_are_named(answer: Any, wanted: dict[str, str]) -> None:
    assert lost("log_line", answer) == wanted
