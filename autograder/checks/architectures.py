"""Hidden checks of 05_architectures: drawn inputs and weights, oracles in NumPy, a model of each known mistake."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from scipy.ndimage import maximum_filter
from scipy.signal import correlate2d

from autograder.checks import draws, hidden
from course.checking import Answer, Attempt, Mistake
from course.checks import architectures as public
from course.checks.architectures import Block, Stack, about, expect, module_of

Function = Callable[..., Any]
Wrongs = Iterator[tuple[Mistake, Callable[[], Any]]]


def only(wrongs: Wrongs, *mistakes: Mistake) -> tuple[list[Any], list[Any]]:
    """What these mistakes give, and what all others give (which other checks judge)."""
    mine, others = [], []
    for mistake, wrong in wrongs:
        if mistake in mistakes:
            mine.append((mistake, wrong))
        else:
            others.append(wrong())
    return mine, others


# ---------------------------------------------------------------------------------------
# Counting
# ---------------------------------------------------------------------------------------


def stack_count(kernels: Sequence[int], channels: int) -> int:
    """Weights of a stack of convolutions without biases."""
    return sum(side**2 for side in kernels) * channels**2


def stack_mistakes(kernels: Sequence[int], channels: int) -> Wrongs:
    """What each mistake about a stack's weights gives."""
    right = stack_count(kernels, channels)
    yield public.CHANNELS_ONCE, lambda: right // channels
    yield public.KERNEL_NOT_SQUARED, lambda: sum(kernels) * channels**2
    yield public.BIASES_COUNTED, lambda: right + len(kernels) * channels
    yield public.FIRST_ONLY, lambda: stack_count(kernels[:1], channels)
    yield public.KERNELS_ADDED, lambda: sum(kernels) ** 2 * channels**2


def stack_weights(stack_weights: Function) -> None:
    """One layer, other sizes."""
    random = draws("stack_weights")
    attempt = Attempt("stack_weights", stack_weights)
    cases = [([side], int(random.integers(5, 300))) for side in (5, 7, 3)]
    hidden(
        "stack_weights, one layer",
        "one layer of another size",
        *(
            lambda case=case: attempt(*case).equals(
                stack_count(*case),
                mistakes=only(
                    stack_mistakes(*case),
                    public.CHANNELS_ONCE,
                    public.KERNEL_NOT_SQUARED,
                    public.BIASES_COUNTED,
                )[0],
            )
            for case in cases
        ),
    )


def stack_weights_several(stack_weights: Function) -> None:
    """Several layers, kernels that differ."""
    random = draws("stack_weights_several")
    attempt = Attempt("stack_weights", stack_weights)
    cases = [([3, 3, 3], int(random.integers(5, 300))), ([5, 3, 1], int(random.integers(5, 90)))]

    def judged(kernels: list[int], channels: int) -> Answer:
        mine, others = only(stack_mistakes(kernels, channels), public.FIRST_ONLY, public.KERNELS_ADDED)
        return attempt(kernels, channels).equals(stack_count(kernels, channels), mistakes=mine, also=others)

    hidden(
        "stack_weights, several layers",
        "several layers, also with different kernels",
        *(lambda case=case: judged(*case) for case in cases),
    )


def field(blocks: Sequence[int], mistake: Mistake | None = None, which: int = 0) -> int:
    """The receptive field after blocks of so many 3x3 convolutions, each with a 2x2 pooling at its end."""
    size, distance = 1, 1
    for number, count in enumerate(blocks):
        if mistake is public.DISTANCE_ADDED:
            distance = (max(1, 2 * number), number + 1, 2 * number + 1)[which]
        size += count * (3 if mistake is public.WHOLE_KERNEL_ADDED else 2) * distance
        if mistake is public.POOL_DOUBLES:
            size *= 2
            continue
        if mistake is public.STRIDE_TOO_EARLY:
            distance *= 2
        if mistake is public.WHOLE_KERNEL_ADDED and not which:
            size += 2 * distance
        elif mistake is not public.POOL_NOT_COUNTED:
            size += distance
        if mistake not in (public.STRIDE_TOO_EARLY, public.DISTANCE_FORGOTTEN, public.DISTANCE_ADDED):
            distance *= 2
    return size


_FIELD = (
    public.POOL_NOT_COUNTED,
    public.WHOLE_KERNEL_ADDED,
    public.POOL_DOUBLES,
    public.STRIDE_TOO_EARLY,
)


def field_mistakes(blocks: Sequence[int]) -> Wrongs:
    """What each mistake about the receptive field gives."""
    for mistake in (*_FIELD, public.DISTANCE_FORGOTTEN):
        yield mistake, lambda mistake=mistake: field(blocks, mistake)
    yield public.WHOLE_KERNEL_ADDED, lambda: field(blocks, public.WHOLE_KERNEL_ADDED, 1)
    for which in range(3):
        yield public.DISTANCE_ADDED, lambda which=which: field(blocks, public.DISTANCE_ADDED, which)


def vgg_field(vgg_field: Function) -> None:
    """One block, of another depth."""
    attempt = Attempt("vgg_field", vgg_field)
    hidden(
        "vgg_field, one block",
        "one block with another number of convolutions",
        *(
            lambda count=count: attempt([count]).equals(
                field([count]), mistakes=only(field_mistakes([count]), *_FIELD)[0]
            )
            for count in (1, 4, int(draws("vgg_field").integers(5, 12)))
        ),
    )


def vgg_field_blocks(vgg_field: Function) -> None:
    """Several blocks, VGG16's own among them."""
    random = draws("vgg_field_blocks")
    attempt = Attempt("vgg_field", vgg_field)
    # The last blocks are deep: with one convolution two mistakes would give the same number.
    cases = [[2, 2, 3, 3, 3], [*random.integers(2, 5, 2).tolist(), 3]]

    def judged(blocks: list[int]) -> Answer:
        mine, others = only(field_mistakes(blocks), public.DISTANCE_FORGOTTEN, public.DISTANCE_ADDED)
        return attempt(blocks).equals(field(blocks), mistakes=mine, also=others)

    hidden("vgg_field, several blocks", "three blocks and more", *(lambda b=b: judged(b) for b in cases))


def rescaled(height: int, width: int, shorter: int) -> list[float]:
    """Both sides, brought to a shorter one of this length, before they are rounded."""
    return [height * shorter / min(height, width), width * shorter / min(height, width)]


def rescaled_mistakes(height: int, width: int, shorter: int) -> Wrongs:
    """What each mistake about rescaling gives."""
    longer = max(height, width)
    yield public.LONGER_SIDE, lambda: [height * shorter / longer, width * shorter / longer]
    yield public.BOTH_SIDES, lambda: [shorter, shorter]
    yield public.SIDES_SWAPPED, lambda: rescaled(height, width, shorter)[::-1]
    yield public.ALWAYS_HEIGHT, lambda: [shorter, width * shorter / height]
    if shorter > min(height, width):
        yield public.NEVER_LARGER, lambda: [height, width]


def rescaled_size(rescaled_size: Function) -> None:
    """Wide and tall pictures, made smaller and larger, whose longer side is no whole number of pixels."""
    random = draws("rescaled_size")
    attempt = Attempt("rescaled_size", rescaled_size)

    def drawn(wide: bool, larger: bool, least: float) -> tuple[int, int, int]:
        """Sizes whose longer side ends in a fraction from `least` on, so that it is clear where it is rounded to."""
        while True:
            sides = int(random.integers(260, 400)), int(random.integers(500, 900))
            shorter = int(random.integers(401, 512) if larger else random.integers(200, 256))
            if least < max(rescaled(*sides, shorter)) % 1 < least + 0.3:
                return *(sides if wide else sides[::-1]), shorter

    def judged(height: int, width: int, shorter: int) -> None:
        answer, right = attempt(height, width, shorter), rescaled(height, width, shorter)
        answer.equals(right, tolerance=1.01, mistakes=list(rescaled_mistakes(height, width, shorter)))
        public.rounded(answer, np.rint(right).tolist())

    cases = [
        drawn(True, False, 0.6),
        drawn(False, True, 0.1),
        drawn(False, False, 0.6),
        drawn(True, True, 0.1),
    ]
    hidden(
        "rescaled_size",
        "wide and tall pictures, made smaller and larger, whose longer side has to be rounded",
        *(lambda case=case: judged(*case) for case in cases),
    )


def multiplied(side: int, channels: int, kernel: int, filters: int, bottleneck: int | None = None) -> int:
    """Multiplications of a convolution that keeps the size, with a 1x1 one before it or without."""
    if bottleneck is None:
        return side**2 * channels * kernel**2 * filters
    return multiplied(side, channels, 1, bottleneck) + multiplied(side, bottleneck, kernel, filters)


_DIRECT = (public.WEIGHTS_COUNTED, public.KERNEL_NOT_SQUARED, public.SIDE_NOT_SQUARED)


def multiplied_mistakes(
    side: int, channels: int, kernel: int, filters: int, bottleneck: int | None = None
) -> Wrongs:
    """What each mistake about multiplications gives."""
    right = multiplied(side, channels, kernel, filters, bottleneck)
    direct = multiplied(side, channels, kernel, filters)
    yield public.WEIGHTS_COUNTED, lambda: right // side**2
    yield public.SIDE_NOT_SQUARED, lambda: right // side
    inner, seen = max(0, side - kernel + 1), channels if bottleneck is None else bottleneck
    before = 0 if bottleneck is None else multiplied(side, channels, 1, bottleneck)
    yield public.UNPADDED, lambda: before + multiplied(inner, seen, kernel, filters)
    if bottleneck is None:
        yield public.KERNEL_NOT_SQUARED, lambda: right // kernel
        return
    reduction = multiplied(side, channels, 1, bottleneck)
    yield public.KERNEL_NOT_SQUARED, lambda: reduction + (right - reduction) // kernel
    yield public.REDUCTION_FORGOTTEN, lambda: right - reduction
    yield public.BOTTLENECK_IGNORED, lambda: direct
    yield public.DIRECT_ADDED, lambda: direct + reduction


def multiplications(multiplications: Function) -> None:
    """Other sizes, without a bottleneck."""
    random = draws("multiplications")
    attempt = Attempt("multiplications", multiplications)
    cases = [tuple(int(n) for n in random.integers(6, 60, 2)) for _ in range(2)]
    hidden(
        "multiplications, the direct way",
        "other sizes and numbers of maps",
        *(
            lambda side=side, channels=channels, kernel=kernel: attempt(side, channels, kernel, 24).equals(
                multiplied(side, channels, kernel, 24),
                mistakes=list(multiplied_mistakes(side, channels, kernel, 24)),
            )
            for (side, channels), kernel in zip(cases, (3, 5), strict=True)
        ),
    )


def multiplications_bottleneck(multiplications: Function) -> None:
    """Other sizes, with a bottleneck."""
    random = draws("multiplications_bottleneck")
    attempt = Attempt("multiplications", multiplications)
    cases = [
        (28, 192, 5, 32, 16),
        (int(random.integers(6, 40)), int(random.integers(100, 400)), 3, 48, int(random.integers(8, 40))),
    ]

    def judged(*sizes: int) -> Answer:
        mine, others = only(
            multiplied_mistakes(*sizes),
            public.REDUCTION_FORGOTTEN,
            public.BOTTLENECK_IGNORED,
            public.DIRECT_ADDED,
        )
        answer = attempt(*sizes[:4], bottleneck=sizes[4])
        return answer.equals(multiplied(*sizes), mistakes=mine, also=others)

    hidden(
        "multiplications, with a bottleneck",
        "other sizes, with a bottleneck",
        *(lambda case=case: judged(*case) for case in cases),
    )


def loss_in_training(main: float, auxiliary: Sequence[float]) -> float:
    """The main loss and 0.3 of the others."""
    return main + 0.3 * math.fsum(auxiliary)


def loss_mistakes(main: float, auxiliary: Sequence[float]) -> Wrongs:
    """What each mistake about the total loss gives."""
    yield public.NOT_WEIGHED, lambda: main + sum(auxiliary)
    yield public.ALL_WEIGHED, lambda: 0.3 * (main + sum(auxiliary))
    yield public.FIRST_AUXILIARY, lambda: main + 0.3 * auxiliary[0]
    yield public.FIRST_AUXILIARY, lambda: main + 0.3 * auxiliary[-1]
    yield public.AVERAGED_AUXILIARY, lambda: main + 0.3 * sum(auxiliary) / len(auxiliary)
    yield public.MAIN_FORGOTTEN, lambda: 0.3 * sum(auxiliary)
    yield public.AUXILIARY_UNUSED, lambda: main


def _losses(random: np.random.Generator, count: int) -> tuple[float, list[float]]:
    return float(random.uniform(0.5, 2)), random.uniform(0.4, 3, count).tolist()


def total_loss(total_loss: Function) -> None:
    """In training, with up to three auxiliary losses."""
    random = draws("total_loss")
    attempt = Attempt("total_loss", total_loss)
    cases = [_losses(random, count) for count in (2, 3)]

    def judged(main: float, auxiliary: list[float]) -> None:
        named = {public.AUXILIARY_UNUSED: public.inverted(attempt, main, auxiliary, public.AUXILIARY_UNUSED)}
        wrongs = [(named.get(mistake, mistake), wrong) for mistake, wrong in loss_mistakes(main, auxiliary)]
        attempt(main, auxiliary, True).equals(loss_in_training(main, auxiliary), mistakes=wrongs)

    hidden(
        "total_loss, in training",
        "in training, with two and three auxiliary losses",
        *(lambda case=case: judged(*case) for case in cases),
    )


def total_loss_test(total_loss: Function) -> None:
    """Outside training."""
    random = draws("total_loss_test")
    attempt = Attempt("total_loss", total_loss)
    main, auxiliary = _losses(random, 3)
    wrongs = [loss_in_training(main, auxiliary), *(wrong() for _, wrong in loss_mistakes(main, auxiliary))]

    def judged() -> None:
        named = public.inverted(attempt, main, auxiliary, public.AUXILIARY_AT_TEST)
        answer = attempt(main, auxiliary, False)
        answer.equals(main, mistakes=[(named, wrong) for wrong in wrongs], also=[0.3 * main])

    hidden(
        "total_loss, outside training",
        "outside training",
        judged,
        lambda: public.differs_in_training(attempt, main, auxiliary),
    )


# ---------------------------------------------------------------------------------------
# Arrays
# ---------------------------------------------------------------------------------------


def mapped(maps: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Each pixel's channels (N, H, W, C) turned into new ones (N, H, W, F)."""
    return np.einsum("nhwc,cf->nhwf", maps, weights) + bias


def pointwise_mistakes(maps: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> Wrongs:
    """What each mistake about a 1x1 convolution gives."""
    right = mapped(maps, weights, bias)
    if weights.shape[0] == weights.shape[1]:
        yield public.WEIGHTS_TRANSPOSED, lambda: mapped(maps, weights.T, bias)
    yield public.BIAS_FORGOTTEN, lambda: right - bias
    yield public.RELU_ADDED, lambda: np.maximum(right, 0)
    yield public.PIXELS_FLATTENED, lambda: right.reshape(-1, right.shape[-1])
    count, height, width, channels = maps.shape
    mixed = maps.reshape(count, channels, height * width).swapaxes(1, 2).reshape(maps.shape)
    yield public.PIXELS_SHUFFLED, lambda: mapped(mixed, weights, bias)
    for axes in (
        (count, width, height),
        (height, count, width),
        (width, height, count),
        (width, count, height),
    ):
        yield public.AXES_SWAPPED, lambda axes=axes: right.reshape(*axes, -1)
    yield public.AXES_SWAPPED, lambda: right.swapaxes(1, 2)


def pointwise(pointwise: Function) -> None:
    """As many maps out as in."""
    random = draws("pointwise")
    attempt = Attempt("pointwise", pointwise)
    maps = random.normal(size=(1, 4, 4, 3))
    weights, bias = random.normal(size=(3, 3)), random.normal(size=3)

    def judged() -> Answer:
        mine, _ = only(
            pointwise_mistakes(maps, weights, bias),
            public.WEIGHTS_TRANSPOSED,
            public.BIAS_FORGOTTEN,
            public.RELU_ADDED,
        )
        right = mapped(maps, weights, bias)
        also = [right.reshape(-1, 3), mapped(maps, weights, bias).reshape(4, 4, 3)]
        return attempt(maps, weights, bias).equals(right, mistakes=mine, also=also)

    def others(filters: int) -> None:
        weights, bias = random.normal(size=(3, filters)), random.normal(size=filters)
        public.new_maps(attempt(maps, weights, bias), mapped(maps, weights, bias), 3)

    hidden(
        "pointwise, the values",
        "one square image; as many maps out as in, and more, and fewer",
        judged,
        lambda: others(5),
        lambda: others(2),
    )


def pointwise_pixels(pointwise: Function) -> None:
    """Several images, every axis different; other numbers of maps."""
    random = draws("pointwise_pixels")
    attempt = Attempt("pointwise", pointwise)
    maps = random.uniform(0.5, 1, (3, 5, 7, 4))
    square = random.uniform(0.1, 1, (4, 4))

    def judged(weights: np.ndarray) -> Answer:
        bias = np.zeros(weights.shape[1])
        mine, _ = only(
            pointwise_mistakes(maps, weights, bias),
            public.PIXELS_FLATTENED,
            public.PIXELS_SHUFFLED,
            public.AXES_SWAPPED,
        )
        answer = attempt(maps, weights, bias).equals(mapped(maps, weights, bias), mistakes=mine)
        return answer.is_array(axes=4).leaves_inputs()

    hidden("pointwise, every pixel", "several images that are not square", lambda: judged(square + square.T))


def chain_norms(
    weights: Sequence[np.ndarray], x: np.ndarray, shortcut: bool, mistake: Mistake | None = None
) -> np.ndarray:
    """Norms of the gradient of the last outputs' sum for the input of each layer, by the Jacobians' product."""
    forwards = shortcut and mistake is not public.FORWARD_WITHOUT
    backwards = shortcut and mistake is not public.SHORTCUT_IGNORED
    jacobians, value = [], np.asarray(x, float)
    for matrix in weights:
        before = value @ matrix
        after = np.maximum(before, 0) + (value if forwards else 0)
        if forwards and mistake is public.RELU_AFTER_SUM:
            after = np.maximum(before + value, 0)
        mask = (before > 0).astype(float)
        if mistake is public.RELU_MASK_FORGOTTEN:
            mask = np.ones(len(before))
        elif mistake is public.MASK_FROM_OUTPUT:
            mask = (after > 0).astype(float)
        used = matrix.T if mistake is public.NOT_TRANSPOSED else matrix
        past = np.eye(len(value)) if backwards else 0
        jacobians.append((used + past) * mask if mistake is public.SHORTCUT_MASKED else used * mask + past)
        value = after
    gradient, norms = value if mistake is public.STARTED_FROM_H else np.ones(len(value)), []
    for jacobian in reversed(jacobians):
        if mistake is public.NORMS_AT_OUTPUT:
            norms.append(np.linalg.norm(gradient))
            gradient = jacobian @ gradient
            continue
        gradient = jacobian @ gradient
        norms.append(np.linalg.norm(gradient))
    result = np.array(norms[::-1])
    if mistake is public.NORMS_REVERSED:
        return result[::-1]
    if mistake is public.NORMS_SQUARED:
        return result**2
    if mistake is public.LAST_GRADIENT_TOO:
        return np.append(result, math.sqrt(len(value)))
    return result


_CHAIN = (
    public.RELU_MASK_FORGOTTEN,
    public.NOT_TRANSPOSED,
    public.NORMS_REVERSED,
    public.NORMS_SQUARED,
    public.LAST_GRADIENT_TOO,
    public.NORMS_AT_OUTPUT,
    public.STARTED_FROM_H,
)
_CHAIN_SHORTCUT = (
    public.SHORTCUT_IGNORED,
    public.FORWARD_WITHOUT,
    public.SHORTCUT_MASKED,
    public.MASK_FROM_OUTPUT,
    public.RELU_AFTER_SUM,
)


def chain_mistakes(weights: Sequence[np.ndarray], x: np.ndarray, shortcut: bool) -> Wrongs:
    """What each mistake about gradient norms gives."""
    named = (*_CHAIN, *_CHAIN_SHORTCUT) if shortcut else _CHAIN
    for mistake in named:
        yield mistake, lambda mistake=mistake: chain_norms(weights, x, shortcut, mistake)


def _chain(random: np.random.Generator, depth: int, units: int) -> tuple[list[np.ndarray], np.ndarray]:
    weights = [random.normal(size=(units, units)) / math.sqrt(units) for _ in range(depth)]
    return weights, random.uniform(0.5, 1.5, units)


def gradient_norms(gradient_norms: Function) -> None:
    """More layers and units."""
    random = draws("gradient_norms")
    attempt = Attempt("gradient_norms", gradient_norms)
    cases = [_chain(random, 4, 12), _chain(random, 7, 9)]
    hidden(
        "gradient_norms, plain",
        "more layers and more units",
        *(
            lambda case=case: attempt(*case, False).equals(
                chain_norms(*case, False), mistakes=list(chain_mistakes(*case, False))
            )
            for case in cases
        ),
    )


def gradient_norms_shortcut(gradient_norms: Function) -> None:
    """More layers and units, with shortcuts, where every mistake gives other norms."""
    random = draws("gradient_norms_shortcut")
    attempt = Attempt("gradient_norms", gradient_norms)
    cases = []
    while len(cases) < 2:
        case = _chain(random, *((4, 12), (7, 9))[len(cases)])
        right = chain_norms(*case, True)
        if not any(
            np.allclose(chain_norms(*case, True, wrong), right, rtol=1e-3) for wrong in _CHAIN_SHORTCUT
        ):
            cases.append(case)

    def judged(weights: list[np.ndarray], x: np.ndarray) -> None:
        mine, others = only(chain_mistakes(weights, x, True), *_CHAIN_SHORTCUT)
        mine.append((public.SHORTCUT_IGNORED, lambda: chain_norms(weights, x, False)))
        right, plain = chain_norms(weights, x, True), chain_norms(weights, x, False)
        # Only what goes wrong without shortcuts, too, is judged there.
        known = [] if public.agrees(attempt(weights, x, False), plain) else others
        attempt(weights, x, True).equals(right, mistakes=mine, also=known).leaves_inputs()

    hidden(
        "gradient_norms, with shortcuts",
        "more layers and more units, with shortcuts",
        *(lambda case=case: judged(*case) for case in cases),
    )


def ranks(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """For each image how many classes are more probable than its label."""
    true = probabilities[np.arange(len(labels)), labels]
    return (probabilities > true[:, None]).sum(axis=1)


def top_k(labels: np.ndarray, probabilities: np.ndarray, k: int) -> float:
    """The share of images whose label is among the k most probable classes."""
    return float((ranks(labels, probabilities) < k).mean())


_SHARE = (public.COUNT_NOT_SHARE, public.PERCENT)


def top_k_mistakes(labels: np.ndarray, probabilities: np.ndarray, k: int) -> Wrongs:
    """What each mistake about top-k accuracy gives."""
    right = top_k(labels, probabilities, k)
    yield public.COUNT_NOT_SHARE, lambda: right * len(labels)
    yield public.PERCENT, lambda: right * 100
    yield public.TOP_ONE_ONLY, lambda: top_k(labels, probabilities, 1)
    yield public.LOWEST_K, lambda: top_k(labels, -probabilities, k)
    yield public.K_OFF, lambda: top_k(labels, probabilities, k + 1)
    yield public.K_OFF, lambda: top_k(labels, probabilities, k - 1)
    yield public.LABEL_BELOW_K, lambda: float((labels < k).mean())
    places = ranks(labels, probabilities)
    yield public.ONLY_KTH, lambda: float((places == k - 1).mean())
    yield public.BEST_LEFT_OUT, lambda: float(((places > 0) & (places < k)).mean())
    yield public.SORTED_PROBABILITIES, lambda: 0.0


def _ranked(random: np.random.Generator, images: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities, no two of which are equal in a row."""
    rows = np.stack([random.permutation(np.arange(1, classes + 1) ** 1.5) for _ in range(images)])
    rows = (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)  # Keras's own metric takes no float64
    return random.integers(0, classes, images), rows


def top_k_accuracy(top_k_accuracy: Function) -> None:
    """More images and classes, of which each mistake gives another share."""
    random = draws("top_k_accuracy")
    attempt = Attempt("top_k_accuracy", top_k_accuracy)
    cases = []
    while len(cases) < 3:
        labels, probabilities = _ranked(random, 97, 9)
        k = int(random.integers(3, 6))
        mine, others = only(
            top_k_mistakes(labels, probabilities, k),
            public.TOP_ONE_ONLY,
            public.LOWEST_K,
            public.K_OFF,
            public.LABEL_BELOW_K,
            public.ONLY_KTH,
            public.BEST_LEFT_OUT,
            public.SORTED_PROBABILITIES,
        )
        right = top_k(labels, probabilities, k)
        shares = sorted([right, *(wrong() for _, wrong in mine)])
        if min(np.diff(shares)) > 0.005:
            cases.append((labels, probabilities, k, right, mine, others))
    hidden(
        "top_k_accuracy",
        "more images and more classes",
        *(
            lambda labels=labels, probabilities=probabilities, k=k, right=right, mine=mine, others=others: (
                attempt(labels, probabilities, k).equals(right, mistakes=mine, also=others)
            )
            for labels, probabilities, k, right, mine, others in cases
        ),
    )


def top_k_accuracy_share(top_k_accuracy: Function) -> None:
    """The share, where every wrong way to choose classes would give the same one."""
    random = draws("top_k_accuracy_share")
    attempt = Attempt("top_k_accuracy", top_k_accuracy)
    labels, probabilities = _ranked(random, 24, 5)
    order = np.argsort(-probabilities, axis=1)
    # Half of the labels are the most probable class, half the least probable one.
    labels = np.where(np.arange(24) % 2, order[:, 0], order[:, -1])
    mine, others = only(top_k_mistakes(labels, probabilities, 1), *_SHARE)
    mine.append((public.NO_HIT, 0.0))
    others = [other for other in others if 0 < other < 1]
    hidden(
        "top_k_accuracy, a share",
        "another number of images",
        lambda: attempt(labels, probabilities, 1).equals(0.5, mistakes=mine, also=others),
    )


def log_line(log_line: Function) -> None:
    """Other numbers of epochs, which n divides."""
    random = draws("log_line")
    attempt = Attempt("log_line", log_line)
    n = int(random.integers(3, 6))
    hidden(
        "log_line, every n epochs",
        "another n, and epochs that it divides",
        lambda: public.every_nth(attempt, 3 * n, n),
        lambda: public.every_nth(attempt, 5, 1),
    )


def log_line_last(log_line: Function) -> None:
    """Other numbers of epochs, which n does not divide."""
    random = draws("log_line_last")
    attempt = Attempt("log_line", log_line)
    n = int(random.integers(4, 8))
    # A rest of 2: the last epoch is silent for whoever counts from 0 and forgets it.
    hidden(
        "log_line, the last epoch",
        "epochs that n does not divide, and fewer than n",
        lambda: public.last_too(attempt, 4 * n + 2, n, n + 1),
        lambda: public.last_too(attempt, n - 1, n, 1),
    )


def log_line_text(log_line: Function) -> None:
    """Other numbers and names."""
    random = draws("log_line_text")
    attempt = Attempt("log_line", log_line)
    names = ("accuracy", "loss", "val_accuracy", "val_loss")
    logs = {name: float(random.uniform(0, 3)) for name in names}
    epoch = int(random.integers(10, 30))
    hidden(
        "log_line, the text",
        "other numbers in the logs",
        lambda: public.line_told(attempt, epoch, 40, logs),
        lambda: public.line_told(attempt, 7, 8, {"loss": 12.5}),
    )


def planned(filters: Sequence[int], blocks: int, mistake: Mistake | None = None) -> list[tuple[int, int]]:
    """Filters and strides of each block."""
    plan = []
    for stage, count in enumerate(filters):
        if mistake is public.FILTERS_DOUBLED:
            count = filters[0] * 2**stage
        for block in range(1 if mistake is public.BLOCKS_IGNORED else blocks):
            strided = stage > 0 and block == 0
            if mistake is public.STRIDE_EVERY_BLOCK:
                strided = stage > 0
            elif mistake is public.STRIDE_FIRST_STAGE:
                strided = block == 0
            elif mistake is public.STRIDE_AT_END:
                strided = stage < len(filters) - 1 and block == blocks - 1
            elif mistake is public.STRIDE_NEVER:
                strided = False
            elif mistake is public.STRIDE_BY_FILTERS:
                strided = strided and count != filters[stage - 1]
            plan.append((count, 2 if strided else 1))
    if mistake is public.STAGES_MIXED:
        plan = [plan[stage * blocks + block] for block in range(blocks) for stage in range(len(filters))]
    if mistake is public.PAIRS_SWAPPED:
        plan = [(strides, count) for count, strides in plan]
    return plan


_PLAN_FILTERS = (
    public.BLOCKS_IGNORED,
    public.STAGES_MIXED,
    public.FILTERS_DOUBLED,
    public.PAIRS_SWAPPED,
)
_PLAN_STRIDES = (
    public.STRIDE_EVERY_BLOCK,
    public.STRIDE_FIRST_STAGE,
    public.STRIDE_AT_END,
    public.STRIDE_NEVER,
    public.STRIDE_BY_FILTERS,
)


def plan_mistakes(filters: Sequence[int], blocks: int) -> Wrongs:
    """What each mistake about a plan gives."""
    for mistake in (*_PLAN_FILTERS, *_PLAN_STRIDES):
        yield mistake, lambda mistake=mistake: planned(filters, blocks, mistake)


def resnet_plan(resnet_plan: Function) -> None:
    """Other numbers of filters and blocks."""
    random = draws("resnet_plan")
    attempt = Attempt("resnet_plan", resnet_plan)
    cases = [([8, 24, 40], int(random.integers(3, 7))), ([12, 20], 4)]

    def judged(filters: list[int], blocks: int) -> None:
        mine, _ = only(plan_mistakes(filters, blocks), *_PLAN_FILTERS)
        wrongs = [(mistake, [each for each, _ in wrong()]) for mistake, wrong in mine]
        public.filters_planned(
            attempt(filters, blocks), [each for each, _ in planned(filters, blocks)], wrongs
        )

    hidden(
        "resnet_plan, the filters",
        "other numbers of filters and blocks",
        *(lambda case=case: judged(*case) for case in cases),
    )


def resnet_plan_strides(resnet_plan: Function) -> None:
    """Other numbers of stages and blocks; stages that have as many filters as the one before."""
    random = draws("resnet_plan_strides")
    attempt = Attempt("resnet_plan", resnet_plan)
    blocks = int(random.integers(3, 6))

    def judged(filters: list[int]) -> None:
        mine, others = only(plan_mistakes(filters, blocks), *_PLAN_STRIDES)
        wrongs = [(mistake, [stride for _, stride in wrong()]) for mistake, wrong in mine]
        right = planned(filters, blocks)
        wanted = [stride for _, stride in right]
        also = [[stride for _, stride in other] for other in others]
        # In a mixed plan the first round of blocks makes the maps smaller, or all do.
        also.append([2 if place % len(filters) else 1 for place in range(len(filters) * blocks)])
        wrongs = [(mistake, wrong) for mistake, wrong in wrongs if wrong != wanted]
        public.strides_planned(attempt(filters, blocks), right, wrongs, also)

    hidden(
        "resnet_plan, the strides",
        "other numbers of stages and blocks, also stages with as many filters as the one before",
        lambda: judged([8, 16, 32, 64]),
        lambda: judged([12, 12, 24, 24]),
    )


def fold(
    kernel: np.ndarray,
    bias: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    epsilon: float,
    mistake: Mistake | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias of a convolution that has swallowed the BatchNorm after it."""
    under = variance + (0 if mistake in (public.EPSILON_FORGOTTEN, public.EPSILON_OUTSIDE) else epsilon)
    root = under if mistake is public.NO_ROOT else np.sqrt(under)
    scale = 1 / (root + (epsilon if mistake is public.EPSILON_OUTSIDE else 0))
    if mistake is not public.GAMMA_FORGOTTEN:
        scale = scale * gamma
    new = kernel * (scale[:, None] if mistake is public.SCALE_ON_INPUTS else scale)
    old = 0 * bias if mistake is public.OLD_BIAS_LOST else bias
    shift = 0 * mean if mistake is public.MEAN_IGNORED else mean
    end = 0 * beta if mistake is public.BETA_FORGOTTEN else beta
    if mistake is public.BIAS_NOT_SCALED:
        return new, old - shift * scale + end
    if mistake is public.BETA_SCALED:
        return new, (old - shift + end) * scale
    if mistake is public.MEAN_NOT_SCALED:
        return new, old * scale - shift + end
    if mistake is public.MEAN_ADDED:
        return new, (old + shift) * scale + end
    return new, (old - shift) * scale + end


FOLD_MISTAKES = (
    public.SCALE_ON_INPUTS,
    public.EPSILON_FORGOTTEN,
    public.EPSILON_OUTSIDE,
    public.NO_ROOT,
    public.GAMMA_FORGOTTEN,
    public.MEAN_IGNORED,
    public.BIAS_NOT_SCALED,
    public.OLD_BIAS_LOST,
    public.BETA_FORGOTTEN,
    public.BETA_SCALED,
    public.MEAN_NOT_SCALED,
    public.MEAN_ADDED,
)


def fold_batchnorm(fold_batchnorm: Function) -> None:
    """Kernels of several sizes."""
    random = draws("fold_batchnorm")
    attempt = Attempt("fold_batchnorm", fold_batchnorm)

    def judged(shape: tuple[int, ...]) -> None:
        filters = shape[-1]
        given = [random.normal(size=shape), *random.normal(size=(4, filters))]
        given += [random.uniform(0.1, 2, filters), float(random.uniform(0.05, 0.2))]
        wrongs = [
            (mistake, *fold(*given, mistake=mistake))
            for mistake in FOLD_MISTAKES
            if mistake is not public.SCALE_ON_INPUTS or shape[2] == filters
        ]
        public.folded(attempt(*given), *fold(*given), wrongs)

    hidden(
        "fold_batchnorm",
        "kernels of several sizes",
        lambda: judged((3, 3, 4, 4)),
        lambda: judged((1, 5, 2, 6)),
    )


# ---------------------------------------------------------------------------------------
# VGG and inception
# ---------------------------------------------------------------------------------------


def _vgg(check: str) -> tuple[tuple[int, int, int], int, int]:
    random = draws(check)
    height, width = (int(side) for side in random.permutation([24, 28, 34])[:2])
    return (height, width, int(random.integers(2, 5))), int(random.integers(5, 9)), int(random.integers(3, 5))


def vgg_block(vgg_block: Function) -> None:
    """Another number of convolutions."""
    attempt = Attempt("vgg_block", vgg_block)
    shape, filters, count = _vgg("vgg_block")
    hidden(
        "vgg_block, the convolutions",
        "another number of convolutions and filters",
        lambda: public.vgg_convolutions(Stack(attempt(shape, filters, count), shape), filters, count),
    )


def halved(image: np.ndarray, how: Callable[..., Any]) -> np.ndarray:
    """Windows of 2x2 side by side, where they fit."""
    height, width = (side // 2 * 2 for side in image.shape)
    return pooled(image[:height, :width], how)


def vgg_block_sizes(vgg_block: Function) -> None:
    """Another number of convolutions; odd sides; a random image."""
    random = draws("vgg_block_sizes places")
    attempt = Attempt("vgg_block", vgg_block)
    shape, filters, count = _vgg("vgg_block_sizes")
    odd = (shape[0] + 1, shape[1] + 3, shape[2])
    row, column = [(0, 1), (1, 0), (1, 2), (2, 1)][int(random.integers(4))]
    table = np.zeros((3, 3))
    table[row, column] = 1

    def judged(shape: tuple[int, int, int]) -> None:
        image = random.uniform(0.5, 5, shape[:2])
        seen = shifted(image, row, column)
        wrongs = [
            (public.POOL_EARLY, shifted(halved(image, np.max), row, column)),
            (public.POOL_AVERAGE, halved(seen, np.mean)),
            (public.POOL_EARLY, shifted(halved(image, np.mean), row, column)),
        ]
        stack = Stack(attempt(shape, filters, count), shape)
        public.vgg_places(stack, image, table, halved(seen, np.max), wrongs)

    hidden(
        "vgg_block, the sizes",
        "other sizes, odd ones, too",
        lambda: judged(shape),
        lambda: judged(odd),
    )


def vgg_block_relu(vgg_block: Function) -> None:
    """Another number of convolutions."""
    attempt = Attempt("vgg_block", vgg_block)
    shape, filters, count = _vgg("vgg_block_relu")
    hidden(
        "vgg_block, the activations",
        "another number of convolutions",
        lambda: public.vgg_activated(Stack(attempt(shape, filters, count), shape)),
    )


def inception_module(inception_module: Function) -> None:
    """Other sizes and numbers of filters, with bottlenecks."""
    random = draws("inception_module")
    attempt = Attempt("inception_module", inception_module)
    filters = tuple(int(n) for n in random.permutation([2, 3, 5, 7]))
    hidden(
        "inception_module, joined",
        "other sizes and numbers of filters, with bottlenecks",
        lambda: public.joined(module_of(attempt, (7, 5, 2), filters, bottlenecks=(4, 3)), filters),
    )


def branch_maps(image: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """What the four branches make of an image with ones as weights, and the fourth with averages instead."""
    ones, threes, fives = (correlate2d(image, np.ones((side, side)), "same") for side in (1, 3, 5))
    largest = maximum_filter(image, 3, mode="constant", cval=-np.inf)
    counts = correlate2d(np.ones_like(image), np.ones((3, 3)), "same")
    return [ones, threes, fives, largest], threes / counts


def inception_module_branches(inception_module: Function) -> None:
    """A random image; pooling before the convolution."""
    random = draws("inception_module_branches")
    attempt = Attempt("inception_module", inception_module)
    shape, filters = (7, 9, 2), (2, 1, 2, 3)
    image = random.uniform(0.2, 1, shape[:2])
    wanted, average = branch_maps(image)

    def judged() -> None:
        module = module_of(attempt, shape, filters, bottlenecks=(3, 2))
        public.branches(module, filters, image, wanted, average)

    def pooled_first() -> None:
        module = module_of(attempt, shape, filters)
        # Negative pixels and weights: only then does it matter which of the two comes first.
        maps = module.on(-image, -1.0)[..., -filters[-1] :]
        right, turned = -maximum_filter(-image, 3, mode="constant", cval=-np.inf), wanted[3]
        mistake = public.BRANCH_OTHER
        if np.allclose(maps, turned[..., None], atol=1e-3):
            mistake = public.POOL_LAST
        told = about(module.answer, "the fourth branch", maps)
        expect(told, np.allclose(maps, right[..., None], atol=1e-3), mistake, "pooling, then convolution")

    hidden("inception_module, the branches", "a random image", judged, pooled_first)


def inception_module_relu(inception_module: Function) -> None:
    """With bottlenecks."""
    attempt = Attempt("inception_module", inception_module)
    shape, filters = (5, 6, 3), (2, 3, 2, 1)
    hidden(
        "inception_module, the activations",
        "with bottlenecks",
        lambda: public.branches_activated(module_of(attempt, shape, filters), filters, reduced=False),
        lambda: public.branches_activated(
            module_of(attempt, shape, filters, bottlenecks=(4, 2)), filters, reduced=True
        ),
    )


def inception_module_bottlenecks(inception_module: Function) -> None:
    """Other numbers."""
    random = draws("inception_module_bottlenecks")
    attempt = Attempt("inception_module", inception_module)
    shape, filters = (6, 5, 9), tuple(int(n) for n in random.permutation([2, 3, 4, 6]))
    before = tuple(int(n) for n in random.permutation([5, 7]))
    hidden(
        "inception_module, the bottlenecks",
        "other numbers of filters",
        lambda: public.bottlenecks_placed(
            module_of(attempt, shape, filters, bottlenecks=before), filters, before
        ),
        lambda: public.bottlenecks_placed(module_of(attempt, shape, filters), filters, None),
    )


# ---------------------------------------------------------------------------------------
# A dense head as convolutions
# ---------------------------------------------------------------------------------------


def dense_head(
    maps: np.ndarray, weights: Sequence[np.ndarray], mistake: Mistake | None = None, which: int = 0
) -> np.ndarray:
    """Flatten, a dense layer with ReLU, and a dense layer: scores of one window (h, w, c)."""
    first, bias, second, last = weights
    if mistake is public.HEAD_TRANSPOSED:
        maps = maps.swapaxes(0, 1)
    elif mistake is public.HEAD_FLIPPED:
        maps = maps[::-1, ::-1]
    elif mistake is public.HEAD_CHANNELS:
        maps = np.moveaxis(maps, 2, 0)
    without = mistake is public.HEAD_BIAS
    values = maps.ravel() @ first + (0 if without and which in (0, 2) else bias)
    if mistake is not public.HEAD_RELU_MISSING:
        values = np.maximum(values, 0)
    scores = values @ second + (0 if without and which in (1, 2) else last)
    if mistake is public.HEAD_RELU_LAST:
        return np.maximum(scores, 0)
    if mistake is public.HEAD_SOFTMAX:
        raised = np.exp(scores - scores.max())
        return raised / raised.sum()
    return scores


def head_mistakes(maps: np.ndarray, weights: Sequence[np.ndarray]) -> Wrongs:
    """What each mistake about the head gives."""
    for mistake in (
        public.HEAD_RELU_MISSING,
        public.HEAD_RELU_LAST,
        public.HEAD_SOFTMAX,
        public.HEAD_TRANSPOSED,
        public.HEAD_FLIPPED,
        public.HEAD_CHANNELS,
    ):
        yield mistake, lambda mistake=mistake: dense_head(maps, weights, mistake)
    for which in range(3):
        yield public.HEAD_BIAS, lambda which=which: dense_head(maps, weights, public.HEAD_BIAS, which)


def _head(random: np.random.Generator, shape: tuple[int, int, int], units: int, classes: int) -> list[Any]:
    flat = int(np.prod(shape))
    return [
        random.normal(size=(flat, units)) / math.sqrt(flat),
        random.normal(size=units),
        random.normal(size=(units, classes)),
        random.normal(size=classes),
    ]


def convolutional_head(convolutional_head: Function) -> None:
    """Maps that are not square, with several channels."""
    random = draws("convolutional_head")
    attempt = Attempt("convolutional_head", convolutional_head)
    shape = (4, 3, 5)
    weights, maps = _head(random, shape, 12, 4), random.uniform(0, 1, shape)
    hidden(
        "convolutional_head, the trained size",
        "maps that are not square, with several channels",
        lambda: public.head_equals(
            attempt(shape, weights), maps, dense_head(maps, weights), list(head_mistakes(maps, weights))
        ),
    )


def convolutional_head_larger(convolutional_head: Function) -> None:
    """Larger maps: every window."""
    random = draws("convolutional_head_larger")
    attempt = Attempt("convolutional_head", convolutional_head)
    shape = (3, 2, 4)
    weights, maps = _head(random, shape, 9, 3), random.uniform(0, 1, (5, 6, 4))

    def windows(mistake: Mistake | None = None, which: int = 0) -> np.ndarray:
        return np.array(
            [
                [
                    dense_head(maps[row : row + 3, column : column + 2], weights, mistake, which)
                    for column in range(5)
                ]
                for row in range(3)
            ]
        )

    def judged() -> None:
        answer = attempt(shape, weights)
        result = public.head_slides(answer, maps, shape, 3)
        also = [windows(mistake) for mistake, _ in head_mistakes(maps[:3, :2], weights)]
        also += [windows(public.HEAD_BIAS, which) for which in (1, 2)]
        told = about(answer, "on larger maps", result)
        public.equals_or(told, public.HEAD_WEIGHTS, windows(), also=also, tolerance=1e-3)

    hidden("convolutional_head, larger maps", "maps that are larger than in training", judged)


# ---------------------------------------------------------------------------------------
# The residual block
# ---------------------------------------------------------------------------------------


def relu(values: np.ndarray) -> np.ndarray:
    """Negative values become 0."""
    return np.maximum(values, 0)


def residual(
    x: Any,
    *,
    first: float,
    second: float,
    projection: float | None = None,
    scale: float = 1.0,
    offset: float = 0.0,
    mistake: Mistake | None = None,
) -> np.ndarray:
    """What a block with 3x3 kernels that have one weight, in their middle, makes of an image (H, W).

    Every BatchNorm multiplies by `scale` and adds `offset`; without `projection` the shortcut is the identity.
    """
    x = np.asarray(x, float)

    def norm(values: np.ndarray) -> np.ndarray:
        return scale * values + offset

    def way_past(values: np.ndarray) -> np.ndarray:
        weight = 1.0 if mistake is public.PROJECTION_NEEDLESS and projection is None else projection
        if weight is None or mistake is public.PROJECTION_MISSING:
            return values
        values = weight * values
        if mistake not in (public.NORM_SHORTCUT, public.NORM_MISSING):
            values = norm(values)
        return relu(values) if mistake is public.RELU_IN_SHORTCUT else values

    if mistake is public.PRE_ACTIVATION:
        return way_past(x) + second * relu(norm(first * relu(norm(x))))
    h = first * x
    if mistake is public.RELU_BEFORE_NORM:
        h = norm(relu(h))
    else:
        if mistake not in (public.NORM_FIRST, public.NORM_MISSING):
            h = norm(h)
        if mistake is not public.INNER_RELU_MISSING:
            h = relu(h)
    f = second * h
    if mistake not in (public.NORM_SECOND, public.NORM_MISSING, public.NORM_AFTER_SUM):
        f = norm(f)
    if mistake is public.RELU_BEFORE_SUM:
        return way_past(x) + relu(f)
    if mistake is public.SHORTCUT_MISSING:
        return relu(f)
    past = h if mistake is public.SHORTCUT_LATE else way_past(x)
    total = f * past if mistake is public.SUM_MULTIPLIED else f + past
    if mistake is public.SUM_AVERAGED:
        total = total / 2
    if mistake is public.NORM_AFTER_SUM:
        total = norm(total)
    return total if mistake is public.FINAL_RELU_MISSING else relu(total)


def judged_with(
    block: Block,
    image: np.ndarray,
    mine: Sequence[Mistake],
    others: Sequence[Mistake],
    otherwise: Mistake,
    **weights: float,
) -> None:
    """Expect the oracle's values; name what is `mine`, and forgive what `others` (judged elsewhere) make of them."""
    given = weights if block.ones else {k: v for k, v in weights.items() if k != "projection"}
    wrongs = [(mistake, residual(image, **given, mistake=mistake)) for mistake in mine]
    also = [residual(image, **given, mistake=mistake) for mistake in others]
    block.gives(image, residual(image, **weights), wrongs, also, otherwise, **weights)


WAYS = (public.SHORTCUT_MISSING, public.SHORTCUT_LATE)
RELUS = (public.INNER_RELU_MISSING, public.FINAL_RELU_MISSING, public.RELU_BEFORE_SUM)


def _shape(random: np.random.Generator) -> tuple[int, int, int]:
    height, width = (int(n) for n in random.permutation([3, 4, 5, 6])[:2])
    return height, width, int(random.integers(2, 5))


def residual_block(residual_block: Function) -> None:
    """The sum of two ways, for random images."""
    random = draws("residual_block")
    attempt = Attempt("residual_block", residual_block)
    shape = _shape(random)
    image = random.uniform(0.5, 2, shape[:2])

    def judged() -> None:
        block = public.unchanged(attempt, shape)
        mine = (public.SHORTCUT_MISSING, public.SHORTCUT_LATE, public.SUM_AVERAGED, public.SUM_MULTIPLIED)
        first, second = random.uniform(1.2, 3, 2)
        judged_with(block, image, mine, (), public.SHORTCUT_MISSING, first=first, second=second)
        wrongs = [(public.needless(block), np.zeros(shape[:2]))]
        block.gives(image, image, wrongs, (), public.SHORTCUT_MISSING, first=0, second=0, projection=0)

    hidden("residual_block, the sum", "random images and weights", judged)


def residual_block_relu(residual_block: Function) -> None:
    """Where the ReLUs stand, for random images."""
    random = draws("residual_block_relu")
    attempt = Attempt("residual_block", residual_block)
    shape = _shape(random)
    image = random.uniform(0.5, 2, shape[:2])
    low, mild, strong = random.uniform(0.6, 1.4), random.uniform(0.3, 0.6), random.uniform(2, 4)

    def judged() -> None:
        block = public.unchanged(attempt, shape)
        for first, second in ((-low, -strong), (low, -mild), (low, -strong), (low, strong)):
            judged_with(block, image, RELUS, WAYS, public.RELU_OTHER, first=first, second=second)

    hidden("residual_block, the ReLUs", "weights of both signs", judged)


def residual_block_batchnorm(residual_block: Function) -> None:
    """Where BatchNorm stands, for random images."""
    random = draws("residual_block_batchnorm")
    attempt = Attempt("residual_block", residual_block)
    shape = _shape(random)
    image = random.uniform(0.5, 2, shape[:2])
    chosen = {"scale": float(random.uniform(1.5, 3)), "offset": float(random.uniform(0.5, 1.5))}
    mine = (
        public.NORM_MISSING,
        public.NORM_FIRST,
        public.NORM_SECOND,
        public.NORM_AFTER_SUM,
        public.PRE_ACTIVATION,
        public.RELU_BEFORE_NORM,
    )

    def main_way() -> None:
        block = public.unchanged(attempt, shape)
        public.norms_have_channels(block, shape[2])
        needless = (public.PROJECTION_NEEDLESS,) if block.ones else ()
        for first in (1.3, -1.7):
            weights = {"first": first, "second": float(random.uniform(0.6, 2)), **chosen}
            judged_with(block, image, mine, (*WAYS, *RELUS, *needless), public.NORM_OTHER, **weights)
        public.norms_usual(block, 2)

    def projection(block: Block) -> None:
        weights = {"first": 0.0, "second": 0.0, "projection": 2.5, **chosen}
        others = (*RELUS, public.RELU_IN_SHORTCUT)
        judged_with(block, image, (public.NORM_SHORTCUT,), others, public.NORM_OTHER, **weights)
        public.norms_usual(block, 3)

    hidden(
        "residual_block, BatchNorm",
        "normalisations that multiply and add",
        main_way,
        lambda: public.shortcut_normalised(attempt, shape, shape[2] + 2, projection),
    )


def residual_block_projection(residual_block: Function) -> None:
    """More filters than channels, and fewer."""
    random = draws("residual_block_projection")
    attempt = Attempt("residual_block", residual_block)
    # Three channels at least: a single filter could be added to any number of them.
    shape = (*_shape(random)[:2], int(random.integers(3, 6)))
    image = random.uniform(0.5, 2, shape[:2])
    weight, first, second = (float(each) for each in random.uniform(1.3, 2.5, 3))

    def judged(filters: int) -> None:
        block = public.widened(attempt, shape, filters)
        mine = (public.PROJECTION_MISSING, public.RELU_IN_SHORTCUT) if block.ones else ()
        if not block.ones:
            # Without any shortcut another check is lost; with one that only copies or cuts channels, this one.
            block.gives(image, 0 * image, [], (), public.PROJECTION_MISSING, first=0, second=0)
        for chosen in (
            {"first": 0.0, "second": 0.0, "projection": weight},
            {"first": first, "second": second, "projection": weight},
            {"first": 2 * first, "second": second, "projection": -weight},
        ):
            others = WAYS[:1] if not block.ones else ()
            judged_with(block, image, mine, others, public.PROJECTION_OTHER, **chosen)

    hidden(
        "residual_block, the projection",
        "more filters than channels, and fewer",
        lambda: judged(shape[2] + 3),
        lambda: judged(shape[2] - 1),
    )


def shifted(image: np.ndarray, row: int, column: int) -> np.ndarray:
    """What a 3x3 kernel with a single one at this place makes of an image, zeros around it."""
    padded = np.pad(image, 1)
    return padded[row : row + image.shape[0], column : column + image.shape[1]]


def pooled(image: np.ndarray, how: Callable[..., Any]) -> np.ndarray:
    """Windows of 2x2 side by side, those at the edge cut short."""
    height, width = image.shape
    return np.array(
        [[how(image[r : r + 2, c : c + 2]) for c in range(0, width, 2)] for r in range(0, height, 2)]
    )


def residual_block_strides(residual_block: Function) -> None:
    """Strides of 2, for random images with odd sides."""
    random = draws("residual_block_strides")
    attempt = Attempt("residual_block", residual_block)
    height, width = (int(n) for n in random.permutation([5, 7, 9])[:2])
    shape = (height, width, int(random.integers(2, 5)))
    image = random.uniform(0.5, 2, shape[:2])
    row, column = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 2)][int(random.integers(5))]
    table = np.zeros((3, 3))
    table[row, column] = 1

    def main_way() -> None:
        public.strided(attempt, shape).gives(
            image,
            shifted(image[::2, ::2], row, column),
            [
                (public.STRIDE_IN_SECOND, shifted(image, row, column)[::2, ::2]),
                (public.STRIDE_BY_POOLING, shifted(pooled(image, np.max), row, column)),
                (public.STRIDE_BY_POOLING, shifted(pooled(image, np.mean), row, column)),
            ],
            (),
            public.STRIDE_OTHER,
            first=1,
            second=table,
            projection=0,
        )

    def shortcut() -> None:
        wrongs = [(public.SHORTCUT_POOLED, pooled(image, how)) for how in (np.max, np.mean)]
        public.strided(attempt, shape).gives(
            image, image[::2, ::2], wrongs, [0], public.STRIDE_OTHER, first=0, second=0, projection=1
        )

    hidden("residual_block, strides", "random images with odd sides", main_way, shortcut)


def residual_block_plain(residual_block: Function) -> None:
    """Without a shortcut, for random images."""
    random = draws("residual_block_plain")
    attempt = Attempt("residual_block", residual_block)
    height, width, channels = _shape(random)
    # Large enough that convolutions without padding fit, too: then they are named.
    shape = (height + 3, width + 3, channels)
    image = random.uniform(0.5, 2, shape[:2])

    def judged(filters: int) -> None:
        block = public.plain(attempt, shape, filters)
        first, second = (float(each) for each in random.uniform(1.2, 3, 2))
        right = relu(second * relu(first * image))
        wrongs = [(public.SHORTCUT_KEPT, residual(image, first=first, second=second))]
        block.gives(image, right, wrongs, (), public.PLAIN_OTHER, first=first, second=second)
        public.plain_activated(attempt, block, image, first, -second, -first * second * image)

    hidden(
        "residual_block, shortcut=False",
        "random images and weights",
        lambda: judged(shape[2]),
        lambda: judged(shape[2] + 2),
    )
