"""Hidden checks of 04_augmentation: drawn inputs, an oracle an exercise, a model of each known mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checks import draws, hidden
from course.checking import Answer, Attempt, Mistake
from course.checks import augmentation as public

Function = Callable[..., Any]
Wrongs = Iterator[tuple[Mistake, Callable[[], Any]]]


# ---------------------------------------------------------------------------------------
# split_signs, one_hot
# ---------------------------------------------------------------------------------------


def _symmetric(random: np.random.Generator, count: int) -> np.ndarray:
    """Byte images that equal themselves turned on their side, each with a 0 and a 255."""
    images = random.integers(0, 128, (count, 28, 28))
    images = (images + images.transpose(0, 2, 1)).astype(np.uint8)
    images[:, 3, 3], images[:, 7, 7] = 0, 255
    return images


def _labels(random: np.random.Generator, count: int) -> list[int]:
    """Labels as the files have them, with some after J and some repeated."""
    return [24, 0, *random.choice(public.LABELS, count - 2).tolist()]


def split_signs(split_signs: Function) -> None:
    """784 pixels an image, without the label."""
    random = draws("split_signs")
    images = _symmetric(random, 6)
    labels = _labels(random, 6)
    hidden(
        "split_signs, the pixels",
        "a table of several images",
        lambda: public.pixels_are(public.split_pair(split_signs, images, labels), images),
        lambda: public.pixels_are(public.split_pair(split_signs, images[:1], labels[:1]), images[:1]),
    )


def split_signs_labels(split_signs: Function) -> None:
    """The labels, as they are in the table."""
    random = draws("split_signs_labels")
    images, labels = _symmetric(random, 9), _labels(random, 9)
    hidden(
        "split_signs, the labels",
        "a table of several images",
        lambda: public.labels_are(public.split_pair(split_signs, images, labels), labels),
    )


def split_signs_column(split_signs: Function) -> None:
    """The label's column is known by its name, not by its place."""
    random = draws("split_signs_column")
    images, labels = _symmetric(random, 5), _labels(random, 5)

    def case() -> None:
        answer = public.split_pair(split_signs, images, labels, last=True)
        public.pixels_are(answer, images)
        public.labels_are(answer, labels)

    hidden("split_signs, the label in another column", "a table whose label stands in another column", case)


def split_signs_scale(split_signs: Function) -> None:
    """Numbers from 0 to 1."""
    random = draws("split_signs_scale")

    def grey(*values: int) -> None:
        images = np.repeat(np.array(values, np.int64), 784).reshape(-1, 28, 28)
        public.scale_is(public.split_pair(split_signs, images, [1] * len(values)), values)

    some = [int(value) for value in random.integers(20, 240, 3)]
    hidden(
        "split_signs, the scale",
        "plain images of one grey value each",
        lambda: grey(*some),
        lambda: grey(0, 255),
    )


def split_signs_shape(split_signs: Function) -> None:
    """Images of (28, 28, 1), row by row."""
    random = draws("split_signs_shape")
    images = random.integers(0, 256, (4, 28, 28)).astype(np.uint8)
    images[0, 0, 0] = 255

    def case() -> None:
        answer = public.split_pair(split_signs, images, _labels(random, 4))
        public.pixels_are(answer, images, layout=True)
        answer.part(0, 2).is_array(axes=4)

    hidden("split_signs, the shape", "images that differ from row to row", case)


def hot(labels: np.ndarray) -> np.ndarray:
    """What is wanted of one_hot, by the letters' own order."""
    return np.array([[1.0 if label == column else 0.0 for column in public.LABELS] for label in labels])


def one_hot(one_hot: Function) -> None:
    """All 24 letters, J left out."""
    labels = draws("one_hot").permutation(np.repeat(public.LABELS, 2))
    hidden(
        "one_hot, every letter",
        "labels of all 24 letters",
        lambda: public.one_hot_is(one_hot, labels.tolist(), hot(labels)),
    )


def one_hot_absent(one_hot: Function) -> None:
    """Letters that a batch does not hold keep their columns."""
    labels = draws("one_hot_absent").choice([0, 2, 3, 5, 8], 7)
    labels[0] = 8

    def case() -> None:
        Attempt("one_hot", one_hot)(labels).equals(
            hot(labels),
            also=[np.eye(25)[labels], np.eye(26)[labels], np.eye(24)[labels - 1], hot(labels).T],
            mistakes=[
                (public.COLUMNS_OF_BATCH, np.unique(labels) == labels[:, None]),
                (public.COLUMNS_OF_BATCH, np.eye(9)[labels]),
            ],
        ).leaves_inputs()

    hidden("one_hot, letters that are missing", "labels among which most letters are missing", case)


# ---------------------------------------------------------------------------------------
# The network
# ---------------------------------------------------------------------------------------


def predict_signs_cnn_sides(predict_signs_cnn: Function) -> None:
    """14, 7 and 4."""
    attempt = Attempt("predict_signs_cnn", predict_signs_cnn)

    def case() -> None:
        answer, numbers = public.predicted_five(attempt)
        public.expects(answer, numbers[:3] != [14, 7, 3], public.POOLS_ROUNDED_DOWN, "sides")
        public.expects(answer, numbers[:3] == [14, 7, 4], public.SIDES_OFF, "sides")

    hidden("predict_signs_cnn, the sides", "the three sides", case)


def predict_signs_cnn_dense(predict_signs_cnn: Function) -> None:
    """What follows from the last side, right or not."""
    attempt = Attempt("predict_signs_cnn", predict_signs_cnn)

    def case() -> None:
        answer, (*_, side, flat, dense) = public.predicted_five(attempt)
        public.expects(answer, flat != side**2, public.CHANNELS_FORGOTTEN, "numbers after Flatten")
        public.expects(answer, side and flat == side**2 * 25, public.DENSE_OFF, "numbers after Flatten")
        public.expects(answer, dense != flat * 512, public.BIASES_FORGOTTEN, "parameters")
        public.expects(answer, dense == flat * 512 + 512, public.DENSE_OFF, "parameters")

    hidden("predict_signs_cnn, the dense layer", "what follows from the last side", case)


def batchnorm_parameters(batchnorm_parameters: Function) -> None:
    """Learned and kept numbers."""
    channels = [int(n) for n in draws("batchnorm_parameters").integers(2, 600, 3)]
    hidden(
        "batchnorm_parameters",
        "other numbers of channels",
        *(lambda n=n: public.batchnorm_is(batchnorm_parameters, n, (2 * n, 2 * n)) for n in channels),
    )


_MODEL = "the model, taken apart"


def build_signs_cnn(build_signs_cnn: Function) -> None:
    """Convolutions, pools and dense layers, and the parameters in all."""

    def case() -> None:
        judged = public.signs_cnn(build_signs_cnn)
        public.signs_layers(judged)

    hidden("build_signs_cnn, the layers with weights", _MODEL, case)


def build_signs_cnn_widths(build_signs_cnn: Function) -> None:
    """A slim twin."""
    random = draws("build_signs_cnn_widths")
    filters = tuple(int(n) for n in random.choice(np.arange(3, 12), 3, replace=False))
    hidden(
        "build_signs_cnn, other widths",
        "other numbers of filters and units",
        lambda: public.signs_widths(build_signs_cnn, filters, int(random.integers(13, 30))),
    )


def build_signs_cnn_activations(build_signs_cnn: Function) -> None:
    """ReLU inside, softmax at the end."""
    hidden(
        "build_signs_cnn, activations",
        _MODEL,
        lambda: public.signs_activations(public.signs_cnn(build_signs_cnn)),
    )


def build_signs_cnn_batchnorm(build_signs_cnn: Function) -> None:
    """Three normalisations with momentum 0.9, that follow what comes through in training."""

    def case() -> None:
        judged = public.signs_cnn(build_signs_cnn)
        public.signs_norms(judged)

    hidden("build_signs_cnn, BatchNorm", _MODEL, case)


def build_signs_cnn_dropout(build_signs_cnn: Function) -> None:
    """Dropout, in training only."""
    images = draws("build_signs_cnn_dropout").random((5, 28, 28, 1))
    hidden(
        "build_signs_cnn, Dropout",
        _MODEL,
        lambda: public.signs_dropout(public.signs_cnn(build_signs_cnn), images),
    )


def build_signs_cnn_compiled(build_signs_cnn: Function) -> None:
    """Loss, optimizer and metric."""
    hidden(
        "build_signs_cnn, compiled",
        _MODEL,
        lambda: public.signs_cnn(build_signs_cnn).is_compiled("categorical_crossentropy", "adam"),
    )


# ---------------------------------------------------------------------------------------
# shift_image
# ---------------------------------------------------------------------------------------


def source(index: int, size: int, fill_mode: str) -> int | None:
    """Which of `size` pixels shows at an index on an endless line, or None for a constant; walked step by step."""
    if 0 <= index < size:
        return index
    if fill_mode == "constant":
        return None
    if fill_mode == "nearest":
        return 0 if index < 0 else size - 1
    if fill_mode == "wrap":
        return source(index + size if index < 0 else index - size, size, fill_mode)
    if fill_mode == "reflect":  # a mirror behind the edge pixel
        return source(-1 - index if index < 0 else 2 * size - 1 - index, size, fill_mode)
    if size == 1:
        return 0
    return source(-index if index < 0 else 2 * size - 2 - index, size, fill_mode)  # on it


def shifted(image: np.ndarray, dx: int, dy: int, fill_mode: str = "constant", cval: float = 0) -> np.ndarray:
    """Shift an image pixel by pixel; the mode ``"mirror"`` is reflect with the edge not repeated."""
    result = np.full(image.shape, cval, float)
    for row, column in np.ndindex(*image.shape[:2]):
        places = source(row - dy, image.shape[0], fill_mode), source(column - dx, image.shape[1], fill_mode)
        if None not in places:
            result[row, column] = image[places]
    return result


def rolled(image: np.ndarray, dx: int, dy: int, fill_mode: str = "constant", cval: float = 0) -> np.ndarray:
    """An image rolled, its new pixels then overwritten by the edge that lies at their side or by cval."""
    result = np.roll(image.astype(float), (dy, dx), axis=(0, 1))
    for axis, step in ((0, dy), (1, dx)):
        lines = np.moveaxis(result, axis, 0)
        if step > 0:
            lines[:step] = cval if fill_mode == "constant" else lines[min(step, len(lines) - 1)]
        elif step < 0:
            lines[step:] = cval if fill_mode == "constant" else lines[max(step - 1, -len(lines))]
    return result


def half_filled(
    image: np.ndarray, dx: int, dy: int, cval: float, *, rows: bool = False, columns: bool = False
) -> np.ndarray:
    """A shift whose edge is repeated, with cval written over its new rows, or over its new columns, only."""
    result = shifted(image, dx, dy, "nearest")
    for wanted, lines, step in ((rows, result, dy), (columns, np.moveaxis(result, 1, 0), dx)):
        if wanted:
            places = np.arange(len(lines)) - step
            lines[(places < 0) | (places >= len(lines))] = cval
    return result


def other_ways(
    image: np.ndarray, dx: int, dy: int, fill_mode: str = "constant", cval: float = 0
) -> Iterator[tuple[Mistake, Callable[[], np.ndarray]]]:
    """The shifts in each wrong direction."""
    for mistake, x, y in (
        (public.SHIFT_OPPOSITE, -dx, -dy),
        (public.SHIFT_ONE_OPPOSITE, -dx, dy),
        (public.SHIFT_ONE_OPPOSITE, dx, -dy),
        (public.SHIFT_SWAPPED, dy, dx),
        (public.SHIFT_SWAPPED, -dy, -dx),
        (public.SHIFT_SWAPPED, -dy, dx),
        (public.SHIFT_SWAPPED, dy, -dx),
    ):
        if (x, y) != (dx, dy):
            yield mistake, lambda x=x, y=y: shifted(image, x, y, fill_mode, cval)


def shift_mistakes(
    image: np.ndarray, dx: int, dy: int, fill_mode: str = "constant", cval: float = 0
) -> Wrongs:
    """What each known mistake would have given."""
    yield from other_ways(image, dx, dy, fill_mode, cval)
    yield public.SHIFT_NOTHING, lambda: image
    if fill_mode == "reflect":
        yield public.EDGE_NOT_REPEATED, lambda: shifted(image, dx, dy, "mirror")
    if fill_mode == "constant" and cval:
        yield public.CVAL_IGNORED, lambda: shifted(image, dx, dy)
    if fill_mode != "wrap":
        yield public.SHIFT_WRAPPED, lambda: shifted(image, dx, dy, "wrap")
    if fill_mode == "constant":
        yield public.CONSTANT_NOT_FILLED, lambda: half_filled(image, dx, dy, cval, rows=True)
        yield public.CONSTANT_NOT_FILLED, lambda: half_filled(image, dx, dy, cval, columns=True)
        yield public.CONSTANT_NOT_FILLED, lambda: half_filled(image, dx, dy, cval)
    elif fill_mode != "nearest":
        yield public.NEAREST_FOR_OTHER, lambda: shifted(image, dx, dy, "nearest")
    if fill_mode != "constant":
        yield public.CONSTANT_FOR_OTHER, lambda: shifted(image, dx, dy)
    if image.ndim == 2 and image.shape[0] != image.shape[1]:
        yield public.SHIFT_NOT_SQUARE, lambda: shifted(image.T, dx, dy, fill_mode, cval).T
    if image.ndim == 3:
        yield public.SHIFT_CHANNELS, lambda: np.roll(shifted(image, dx, dy, fill_mode, cval), dx, axis=2)


def _shift_case(
    attempt: Attempt,
    image: np.ndarray,
    dx: int,
    dy: int,
    *,
    ways: bool = True,
    mirror: bool = False,
    raising: Any = None,
    **options: Any,
) -> Answer:
    """Call shift_image and expect the oracle's pixels.

    With `ways` wrong directions pass, and with `mirror` the other kind of reflection: other checks judge them.
    """
    wanted = shifted(image, dx, dy, **options)
    mistakes = list(shift_mistakes(image, dx, dy, **options))
    also = [wrong() for _, wrong in other_ways(image, dx, dy, **options)] if ways else []
    if mirror and options.get("fill_mode") == "reflect":
        also += [shifted(image, x, y, "mirror") for x in (dx, -dx) for y in (dy, -dy)]
        also += [shifted(image, x, y, "mirror") for x in (dy, -dy) for y in (dx, -dx)]
    return attempt(image.copy(), dx, dy, **options).equals(
        wanted, mistakes=mistakes, also=also, raising=raising
    )


def _image(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Distinct positive numbers, so that every pixel tells where it came from."""
    return random.permutation(np.arange(1.0, 1 + np.prod(shape))).reshape(shape)


def _amount(random: np.random.Generator, largest: int, positive: bool) -> int:
    """A shift other than 0."""
    amount = int(random.integers(1, largest + 1))
    return amount if positive else -amount


def _shift_check(
    check: str, title: str, situation: str, cases: Callable[[np.random.Generator], Any], **how: Any
):
    """A check of shift_image whose cases are drawn: each (image, dx, dy, options)."""

    def run(shift_image: Function) -> None:
        attempt = Attempt("shift_image", shift_image)
        drawn = list(cases(draws(check)))
        hidden(
            f"shift_image, {title}",
            situation,
            *(
                lambda image=image, dx=dx, dy=dy, options=options: _shift_case(
                    attempt, image, dx, dy, **options, **how
                )
                for image, dx, dy, options in drawn
            ),
        )

    return run


def _plain_cases(random: np.random.Generator) -> Iterator[Any]:
    for right, down in ((True, True), (False, True), (True, False), (False, False)):
        yield _image(random, 7, 7), _amount(random, 2, right), _amount(random, 2, down) * 2, {}
    yield _image(random, 6, 6), 0, 0, {}


def _mode_cases(mode: str, **options: Any) -> Callable[[np.random.Generator], Iterator[Any]]:
    def cases(random: np.random.Generator) -> Iterator[Any]:
        for right, down in ((True, True), (False, True), (True, False), (False, False)):
            image = _image(random, 6, 6)
            yield image, _amount(random, 3, right), _amount(random, 3, down), {"fill_mode": mode} | options

    return cases


def _cval_cases(random: np.random.Generator) -> Iterator[Any]:
    for value in (int(random.integers(50, 200)), -float(random.uniform(1, 9))):
        image = _image(random, 6, 6)
        yield (
            image,
            _amount(random, 2, True),
            _amount(random, 2, False),
            {"fill_mode": "constant", "cval": value},
        )


def _beyond_cases(random: np.random.Generator) -> Iterator[Any]:
    for mode in ("constant", "nearest", "reflect", "wrap"):
        for right in (True, False):
            dx, dy = _amount(random, 6, right), _amount(random, 6, not right)
            dx, dy = dx + (7 if right else -7), dy + (-7 if right else 7)
            yield _image(random, 5, 5), dx, dy, {"fill_mode": mode}
    yield _image(random, 4, 4), 4, 0, {"fill_mode": "constant"}


def _shape_cases(random: np.random.Generator) -> Iterator[Any]:
    yield _image(random, 4, 9), 3, -1, {"fill_mode": "nearest"}
    yield _image(random, 8, 3), -1, 4, {"fill_mode": "wrap"}
    yield _image(random, 5, 7, 3), -2, 1, {"fill_mode": "constant"}
    yield _image(random, 7, 4, 2), 1, -3, {"fill_mode": "nearest"}


def _together_cases(random: np.random.Generator) -> Iterator[Any]:
    yield _image(random, 4, 7, 3), -9, 5, {"fill_mode": "reflect"}
    yield random.integers(0, 256, (9, 5), dtype=np.uint8), 2, -12, {"fill_mode": "wrap"}
    yield random.normal(size=(6, 5, 1)), -2, 3, {"fill_mode": "constant", "cval": -1.5}
    yield random.normal(size=(3, 8)), 4, 1, {"fill_mode": "reflect"}
    yield random.integers(0, 256, (3, 8, 3), dtype=np.uint8), -3, -1, {"fill_mode": "nearest"}


shift_image = _shift_check(
    "shift_image", "the direction", "shifts in all directions, new pixels 0", _plain_cases, ways=False
)
shift_image_cval = _shift_check("shift_image_cval", "constant", "a constant other than 0", _cval_cases)
shift_image_nearest = _shift_check(
    "shift_image_nearest", "nearest", "shifts with the mode nearest", _mode_cases("nearest")
)
shift_image_reflect = _shift_check(
    "shift_image_reflect", "reflect", "shifts with the mode reflect", _mode_cases("reflect")
)
shift_image_wrap = _shift_check("shift_image_wrap", "wrap", "shifts with the mode wrap", _mode_cases("wrap"))
shift_image_beyond = _shift_check(
    "shift_image_beyond",
    "far shifts",
    "shifts as large as the image, and larger",
    _beyond_cases,
    mirror=True,
    raising=public.SHIFT_TOO_FAR,
)
shift_image_shapes = _shift_check(
    "shift_image_shapes",
    "other shapes",
    "images that are not square, with channels or without",
    _shape_cases,
    raising=public.SHIFT_NOT_SQUARE,
)
shift_image_together = _shift_check(
    "shift_image_together",
    "everything together",
    "bytes and floats, not square, with channels or without, all modes, near and far",
    _together_cases,
    ways=False,
    raising=public.SHIFT_TOO_FAR,
)


def shift_image_new_array(shift_image: Function) -> None:
    """An array out, and the image left as it was."""
    random = draws("shift_image_new_array")
    attempt = Attempt("shift_image", shift_image)
    image = _image(random, 6, 6)

    def case() -> None:
        answer = _shift_case(attempt, image, 2, -1, fill_mode="constant")
        answer.leaves_inputs()
        public.exact_shape(answer.is_array(), image.shape)

    hidden("shift_image, a new array", "a plain shift", case)


# ---------------------------------------------------------------------------------------
# valid_transforms
# ---------------------------------------------------------------------------------------

_VALID = {
    "digits": {"rotate_10": True, "mirror": False, "quarter_turn": False, "half_turn": False},
    "signs": {"rotate_10": True, "mirror": True, "quarter_turn": False, "half_turn": False},
    "scenes": {"rotate_10": True, "mirror": True, "quarter_turn": False, "half_turn": False},
    "aerial": {"rotate_10": True, "mirror": True, "quarter_turn": True, "half_turn": True},
}


def _transforms(title: str, names: tuple[str, ...], mistake: Mistake, valid_transforms: Function) -> None:
    def case() -> None:
        answer, judged = public.judged_transforms(valid_transforms)
        public.expects(answer, all(judged[name] == _VALID[name] for name in names), mistake, "other answers")

    hidden(f"valid_transforms, {title}", f"the four transforms of {title}", case)


def valid_transforms_digits(valid_transforms: Function) -> None:
    """Digits."""
    _transforms("digits", ("digits",), public.DIGITS_OFF, valid_transforms)


def valid_transforms_signs(valid_transforms: Function) -> None:
    """Signs."""
    _transforms("signs", ("signs",), public.SIGNS_OFF, valid_transforms)


def valid_transforms_scenes(valid_transforms: Function) -> None:
    """Scenes, from the ground and from above."""
    _transforms("scenes and aerial photos", ("scenes", "aerial"), public.SCENES_OFF, valid_transforms)


# ---------------------------------------------------------------------------------------
# build_augmentation
# ---------------------------------------------------------------------------------------

_PIPELINE = "the pipeline, at work on images of another size"


def _pipeline(build_augmentation: Function, **how: Any) -> public.Pipeline:
    return public.pipeline(build_augmentation, size=(64, 72), count=128, **how)


def build_augmentation(build_augmentation: Function) -> None:
    """In training only."""
    images = draws("build_augmentation").random((3, 28, 28, 1))
    hidden(
        "build_augmentation, in training only",
        "the pipeline at inference and in training",
        lambda: public.pipeline(build_augmentation).rests_at_inference(images),
    )


def build_augmentation_random(build_augmentation: Function) -> None:
    """Drawn anew, in range."""
    images = draws("build_augmentation_random").random((3, 28, 28, 1))
    images[:, 8:20, 8:20] = 0
    images[:, 12:16, 12:16] = 1
    hidden(
        "build_augmentation, drawn anew",
        "the same images, sent through more than once",
        lambda: public.pipeline(build_augmentation).draws_anew(images),
    )


def build_augmentation_rotation(build_augmentation: Function) -> None:
    """Up to 10 degrees."""
    hidden("build_augmentation, rotation", _PIPELINE, lambda: _pipeline(build_augmentation).rotates())


def build_augmentation_zoom(build_augmentation: Function) -> None:
    """Up to a tenth."""
    hidden("build_augmentation, zoom", _PIPELINE, lambda: _pipeline(build_augmentation).zooms())


def build_augmentation_shift(build_augmentation: Function) -> None:
    """Up to a tenth of the side."""
    hidden("build_augmentation, shifts", _PIPELINE, lambda: _pipeline(build_augmentation).shifts())


def build_augmentation_flip(build_augmentation: Function) -> None:
    """Left to right, half of them."""
    hidden("build_augmentation, flip", _PIPELINE, lambda: _pipeline(build_augmentation).flips())


# ---------------------------------------------------------------------------------------
# standardise, steps_per_epoch
# ---------------------------------------------------------------------------------------


def standardised(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is wanted: both sets by the training set's mean and deviation a channel."""
    flat = train.reshape(-1, train.shape[-1]).astype(float)
    mean, deviation = flat.mean(axis=0), flat.std(axis=0)
    return (train - mean) / deviation, (test - mean) / deviation


def standardise_mistakes(train: np.ndarray, test: np.ndarray) -> list[tuple[Mistake, Any, Any]]:
    """What known mistakes make of both sets: (mistake, train, test); no right answer among them."""

    def by(x: np.ndarray, reference: np.ndarray, axes: tuple[int, ...] | None) -> np.ndarray:
        return (x - reference.mean(axis=axes, keepdims=True)) / reference.std(axis=axes, keepdims=True)

    train, test = train.astype(float), test.astype(float)
    mean, deviation = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2))
    wrong = [
        (public.EACH_IMAGE_ITSELF, by(train, train, (1, 2, 3)), by(test, test, (1, 2, 3))),
        (public.EACH_IMAGE_ITSELF, by(train, train, (1, 2)), by(test, test, (1, 2))),
        (public.NOT_DIVIDED, train - mean, test - mean),
        (public.NOT_CENTRED, train / deviation, test / deviation),
        (public.DIVIDED_BY_VARIANCE, (train - mean) / deviation**2, (test - mean) / deviation**2),
    ]
    with np.errstate(all="ignore"):
        wrong.append((public.EACH_PIXEL_ITSELF, by(train, train, (0,)), by(test, train, (0,))))
    both = np.concatenate([train, test])
    wrong.append((public.JOINT_STATISTICS, by(train, both, (0, 1, 2)), by(test, both, (0, 1, 2))))
    return wrong


def standardise(standardise: Function) -> None:
    """The training set, one channel."""
    random = draws("standardise")
    train, test = random.normal(40, 9, (8, 5, 6, 1)), random.normal(10, 30, (3, 5, 6, 1))

    def case() -> None:
        wrongs = [(m, a) for m, a, _ in standardise_mistakes(train, test)]
        public.standardised(standardise, train, test).part(0, 2).equals(
            standardised(train, test)[0], mistakes=wrongs, tolerance=1e-3
        )

    hidden("standardise, the training set", "grey images", case)


def standardise_test(standardise: Function) -> None:
    """The test set, by the training set's statistics."""
    random = draws("standardise_test")
    train, test = random.normal(40, 9, (8, 5, 6, 1)), random.normal(10, 30, (3, 5, 6, 1))

    def case() -> None:
        wrongs = [(m, b) for m, _, b in standardise_mistakes(train, test)]
        also = [
            b for m, b in wrongs if m in (public.NOT_DIVIDED, public.NOT_CENTRED, public.DIVIDED_BY_VARIANCE)
        ]
        public.standardised(standardise, train, test).part(1, 2).equals(
            standardised(train, test)[1],
            mistakes=[
                (public.OWN_STATISTICS, standardised(test, test)[1]),
                (public.OWN_STATISTICS, test - test.mean()),
                (public.OWN_STATISTICS, (test - test.mean()) / train.std()),
                (public.OWN_STATISTICS, (test - train.mean()) / test.std()),
                (public.TEST_UNTOUCHED, test),
                *wrongs,
            ],
            also=also,
            tolerance=1e-3,
        )

    hidden("standardise, the test set", "a test set with other statistics than the training set", case)


def standardise_channels(standardise: Function) -> None:
    """Colour: a mean and a deviation for each channel."""
    random = draws("standardise_channels")
    spread, middle = np.array([2.0, 9.0, 30.0]), np.array([5.0, 60.0, -20.0])
    train = random.normal(size=(9, 4, 7, 3)) * spread + middle
    test = random.normal(size=(4, 4, 7, 3)) * spread[::-1] + middle

    def case() -> None:
        wrongs = [(m, a) for m, a, _ in standardise_mistakes(train, test)]
        left = (public.NOT_DIVIDED, public.NOT_CENTRED, public.DIVIDED_BY_VARIANCE)
        public.standardised(standardise, train, test).part(0, 2).equals(
            standardised(train, test)[0],
            mistakes=[
                (public.CHANNELS_TOGETHER, (train - train.mean()) / train.std()),
                (public.CHANNELS_TOGETHER, (train - train.mean(axis=(0, 1, 2))) / train.std()),
                *wrongs,
            ],
            also=[
                a for m, a in wrongs if m in left or m in (public.EACH_PIXEL_ITSELF, public.JOINT_STATISTICS)
            ],
            tolerance=1e-3,
        )

    hidden("standardise, colours", "channels that differ in brightness and contrast", case)


def standardise_new_arrays(standardise: Function) -> None:
    """Bytes in, floats out, inputs untouched."""
    random = draws("standardise_new_arrays")
    plane = random.permutation(np.repeat(np.arange(10, 250, 15), 4)).reshape(1, 8, 8, 1).astype(np.uint8)
    train, test = np.repeat(plane, 3, axis=0), plane[:, ::-1].copy()

    def case() -> None:
        answer = public.standardised(standardise, train, test)
        answer.leaves_inputs()
        wrongs = [a for m, a, _ in standardise_mistakes(train, test) if m is not public.EACH_PIXEL_ITSELF]
        bytes_mean = np.uint8(round(float(train.mean())))
        answer.part(0, 2).equals(
            standardised(train, test)[0],
            also=[*wrongs, np.zeros(train.shape), np.full(train.shape, np.nan)],
            mistakes=[(public.BYTES_WRAPPED, (train - bytes_mean) / train.std())],
            raising=public.BYTES_WRAPPED,
            tolerance=1e-3,
        ).is_array(kind="f")

    def floats() -> None:
        public.standardised(standardise, train / 5, test / 5).leaves_inputs()

    hidden("standardise, bytes in and floats out", "images of bytes, and of floats", case, floats)


def steps_per_epoch(steps_per_epoch: Function) -> None:
    """Every image once."""
    random = draws("steps_per_epoch")
    size = int(random.integers(20, 70))
    full = int(random.integers(3, 30))
    cases = [size * full + 1, size * full, size * full - 1, size - 5]
    hidden(
        "steps_per_epoch, every image",
        "numbers of images that the batches divide, and others",
        *(lambda n=n: public.steps_is(steps_per_epoch, n, size, -(-n // size)) for n in cases),
    )


def steps_per_epoch_whole(steps_per_epoch: Function) -> None:
    """An int, where the batches come out even."""
    random = draws("steps_per_epoch_whole")
    size, full = int(random.integers(20, 70)), int(random.integers(3, 30))
    hidden(
        "steps_per_epoch, a whole number",
        "batches that come out even",
        lambda: public.steps_whole(steps_per_epoch, size * full, size, full),
    )


# ---------------------------------------------------------------------------------------
# save_and_load, classify
# ---------------------------------------------------------------------------------------


def save_and_load(save_and_load: Function) -> None:
    """The loaded model predicts the same."""
    random = draws("save_and_load")
    seed = int(random.integers(1000, 9000))
    hidden(
        "save_and_load, the same predictions",
        "another model, other images",
        lambda: public.differs(save_and_load, seed, (9, 11, 2), 3, 7),
    )


def save_and_load_file(save_and_load: Function) -> None:
    """The file is there, and as large as its weights ask for."""
    random = draws("save_and_load_file")
    seed, filters = int(random.integers(1000, 9000)), int(random.integers(3, 30))
    hidden(
        "save_and_load, the file",
        "another model, other images",
        lambda: public.file_is_there(save_and_load, seed, (12, 10, 1), filters, 9),
    )


def classify(classify: Function) -> None:
    """Letters before J and after it."""
    random = draws("classify")
    columns = [int(random.integers(0, 9)), 9, int(random.integers(10, 24)), 23]
    hidden(
        "classify, the letter",
        "letters before J and after it",
        *(lambda column=column: public.letter_is(classify, column) for column in columns),
    )


def classify_probability(classify: Function) -> None:
    """The probability, from scaled pixels."""
    random = draws("classify_probability")
    column, gain, bright = (
        int(random.integers(0, 24)),
        float(random.uniform(3, 6)),
        int(random.integers(120, 256)),
    )
    hidden(
        "classify, the probability",
        "a picture in bytes",
        lambda: public.probability_is(classify, column, gain, bright),
    )


# ---------------------------------------------------------------------------------------
# Find the leak
# ---------------------------------------------------------------------------------------


def training_set(training_set: Function) -> None:
    """New augmented images in each pass."""
    count = int(draws("training_set").integers(70, 90))
    hidden(
        "training_set, drawn anew",
        "two passes over the dataset",
        lambda: public.augments_afresh(training_set, count),
    )


def training_set_pairs(training_set: Function) -> None:
    """Images and labels, in batches."""
    count = int(draws("training_set_pairs").integers(70, 90))
    hidden(
        "training_set, images and labels",
        "two passes over the dataset",
        lambda: public.keeps_pairs(training_set, count),
    )


def hold_out(hold_out: Function) -> None:
    """Plain validation images, augmented training images."""
    random = draws("hold_out")
    count, share = int(random.integers(60, 90)), float(random.choice([0.2, 0.3, 0.4]))
    hidden(
        "hold_out, what is augmented",
        "other images and another share",
        lambda: public.validates_plainly(hold_out, count, share),
    )


def hold_out_apart(hold_out: Function) -> None:
    """No original on both sides."""
    random = draws("hold_out_apart")
    count, share = int(random.integers(60, 90)), float(random.choice([0.2, 0.3, 0.4]))
    hidden(
        "hold_out, no twins",
        "other images and another share",
        lambda: public.keeps_apart(hold_out, count, share),
    )


def split_by_photo(split_by_photo: Function) -> None:
    """No photo on both sides."""
    random = draws("split_by_photo")
    names = random.choice(np.arange(100, 999), 15, replace=False)
    uneven = random.permutation(np.repeat(names, random.integers(1, 7, 15)))
    even = random.permutation(np.repeat(names, 4))
    hidden(
        "split_by_photo, no photo on both sides",
        "photos in any order, with few images or many",
        lambda: public.photos_apart(split_by_photo, uneven, 0.3),
        lambda: public.photos_apart(split_by_photo, even, 0.25),
        lambda: public.photos_apart(split_by_photo, np.sort(uneven), 0.5),
    )


def split_by_photo_share(split_by_photo: Function) -> None:
    """The share that was asked for."""
    random = draws("split_by_photo_share")
    photos = random.permutation(np.repeat(random.choice(np.arange(100, 999), 20, replace=False), 5))
    hidden(
        "split_by_photo, the share",
        "photos with equally many images",
        *(
            lambda share=share: public.photos_share(split_by_photo, photos, share)
            for share in (0.1, 0.25, 0.5)
        ),
    )


# ---------------------------------------------------------------------------------------
# mixup
# ---------------------------------------------------------------------------------------


def blended(values: np.ndarray, partner: np.ndarray, share: np.ndarray) -> np.ndarray:
    """What is wanted of images or targets, one by one."""
    return np.array([s * v + (1 - s) * values[p] for v, p, s in zip(values, partner, share, strict=True)])


def mixup_mistakes(values: np.ndarray, partner: np.ndarray, share: np.ndarray) -> Wrongs:
    """What known mistakes make of images."""
    yield public.SHARES_SWAPPED, lambda: blended(values, partner, 1 - share)
    yield public.IMAGES_NOT_MIXED, lambda: values
    yield public.IMAGES_NOT_MIXED, lambda: values[partner]
    for one in (share[0], share.mean(), 0.5):
        yield public.ONE_SHARE_FOR_ALL, lambda one=one: one * values + (1 - one) * values[partner]
    if len(share) == values.shape[-2]:
        along = share[:, None]
        yield public.SHARE_BROADCAST, lambda: along * values + (1 - along) * values[partner]

    def one_by_one() -> np.ndarray:
        result = values.copy()
        for n, (p, s) in enumerate(zip(partner, share, strict=True)):
            result[n] = s * result[n] + (1 - s) * result[p]
        return result

    yield public.PARTNERS_ALREADY_MIXED, one_by_one


def _mixup_draw(check: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    random = draws(check)
    images, targets = random.random((6, 7, 5, 3)), np.eye(9)[random.integers(0, 9, 6)]
    partner = np.roll(np.arange(6), 1 + int(random.integers(0, 4)))
    return images, targets, partner, random.uniform(0.1, 0.45, 6)


def mixup(mixup: Function) -> None:
    """The images."""
    images, targets, partner, share = _mixup_draw("mixup")
    hidden(
        "mixup, the images",
        "a batch of colour images",
        lambda: (
            public.mixed(mixup, images, targets, partner, share)
            .part(0, 2)
            .equals(
                blended(images, partner, share),
                mistakes=list(mixup_mistakes(images, partner, share)),
                tolerance=1e-4,
            )
        ),
    )


def mixup_targets(mixup: Function) -> None:
    """The targets."""
    images, targets, partner, share = _mixup_draw("mixup_targets")

    def case() -> None:
        answer = public.mixed(mixup, images, targets, partner, share)
        left = (public.SHARES_SWAPPED, public.ONE_SHARE_FOR_ALL, public.PARTNERS_ALREADY_MIXED)
        answer.part(1, 2).equals(
            blended(targets, partner, share),
            also=[
                wrong()
                for mistake, wrong in mixup_mistakes(targets[:, None], partner, share)
                if mistake in left
            ],
            mistakes=[
                (public.TARGETS_NOT_MIXED, targets),
                (public.TARGETS_NOT_MIXED, targets[partner]),
                (public.SHARES_SWAPPED, blended(targets, partner, 1 - share)),
            ],
            tolerance=1e-4,
        )
        answer.leaves_inputs()

    hidden("mixup, the targets", "a batch of one-hot targets", case)
