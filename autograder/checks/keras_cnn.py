"""Hidden checks of 03_keras_cnn: drawn inputs, oracles in NumPy, a model of each known mistake."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checks import draws, hidden
from course.checking import Answer, Attempt, Mistake
from course.checking_keras import Judged, judge, loss_of
from course.checks import keras_cnn as public
from course.checks.keras_cnn import expect, reshaped, whole_numbers

Wrongs = Iterator[tuple[Mistake, Callable[[], Any]]]


# ---------------------------------------------------------------------------------------
# Oracles, and what each known mistake makes of them
# ---------------------------------------------------------------------------------------


def scaled(images: np.ndarray) -> np.ndarray:
    """Bytes (N, H, W) as (N, H, W, 1) from 0 to 1."""
    return np.asarray(images, float)[..., None] / 255


def scaling_mistakes(images: np.ndarray) -> Wrongs:
    """What each wrong way to scale gives, in the right shape."""
    as_floats = np.asarray(images, float)[..., None]
    yield public.NOT_SCALED, lambda: as_floats
    yield public.SCALED_BY_256, lambda: as_floats / 256
    yield public.SCALED_BY_MAXIMUM, lambda: as_floats / as_floats.max()
    yield public.INTEGER_DIVISION, lambda: as_floats // 255
    yield public.CENTRED, lambda: as_floats / 127.5 - 1
    yield public.HALF_PRECISION, lambda: (as_floats / 255).astype(np.float16)


def hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """One row a label, (N, classes)."""
    return (np.asarray(labels)[:, None] == np.arange(classes)).astype(float)


def hot_mistakes(labels: np.ndarray, classes: int) -> Wrongs:
    """What each mistake in one-hot coding gives."""
    yield public.LABELS_RETURNED, lambda: labels
    yield public.TRANSPOSED, lambda: hot(labels, classes).T
    yield public.COUNTED_FROM_ONE, lambda: np.roll(hot(labels, classes), 1, axis=1)
    yield public.COUNTED_FROM_ONE, lambda: np.roll(hot(labels, classes), -1, axis=1)
    yield public.COUNTED_FROM_ONE, lambda: hot(labels + 1, classes)
    yield public.CLASSES_FROM_LABELS, lambda: hot(labels, labels.max() + 1)
    yield public.CLASSES_FROM_LABELS, lambda: hot(labels, classes)[:, np.unique(labels)]


def loss_mistakes(classes: int) -> Wrongs:
    """What each mistake about the loss of a guess gives."""
    yield public.TEN_ASSUMED, lambda: math.log(10)
    yield public.LOG_TWO, lambda: math.log2(classes)
    yield public.ONE_SHARE, lambda: math.log(classes) / classes
    yield public.LOG_TEN, lambda: math.log10(classes)
    yield public.PROBABILITY_NOT_LOSS, lambda: 1 / classes
    yield public.SIGN_FORGOTTEN, lambda: -math.log(classes)


def lowest(history: dict[str, list[float]]) -> int:
    """The epoch, from 1, with the lowest validation loss; the first of equals."""
    losses = history["val_loss"]
    return losses.index(min(losses)) + 1


def epoch_mistakes(history: dict[str, list[float]]) -> Wrongs:
    """What each mistake about the best epoch gives."""
    losses, accuracies = history["val_loss"], history["val_accuracy"]
    yield public.FROM_ZERO, lambda: lowest(history) - 1
    yield public.TRAINING_LOSS, lambda: int(np.argmin(history["loss"])) + 1
    yield public.HIGHEST_LOSS, lambda: int(np.argmax(losses)) + 1
    yield public.HIGHEST_ACCURACY, lambda: int(np.argmax(accuracies)) + 1
    yield public.LAST_OF_EQUALS, lambda: len(losses) - losses[::-1].index(min(losses))
    yield public.LOSS_NOT_EPOCH, lambda: min(losses)


def counted(labels: np.ndarray, predictions: np.ndarray, classes: int) -> np.ndarray:
    """The confusion matrix: a row a true class, a column a predicted one."""
    return np.bincount(labels * classes + predictions, minlength=classes**2).reshape(classes, classes)


def shares(matrix: np.ndarray) -> np.ndarray:
    """The share of each cell in its row; rows without any count stay 0."""
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


def confusion_mistakes(labels: np.ndarray, predictions: np.ndarray, classes: int) -> Wrongs:
    """What each mistake about the confusion matrix gives."""
    right = counted(labels, predictions, classes)
    seen = np.unique(np.concatenate([labels, predictions]))
    yield public.COUNTED_ONCE, lambda: np.minimum(right, 1)
    yield public.ROWS_AND_COLUMNS, lambda: right.T
    yield public.ONLY_HITS, lambda: np.diag(np.diag(right))
    yield public.SHARES_NOT_COUNTS, lambda: shares(right)
    yield public.SHARES_NOT_COUNTS, lambda: right / right.sum()
    yield public.CLASSES_FROM_LABELS, lambda: right[: seen.max() + 1, : seen.max() + 1]
    yield public.CLASSES_FROM_LABELS, lambda: right[np.ix_(seen, seen)]


def worst(labels: np.ndarray, probabilities: np.ndarray, count: int | None) -> np.ndarray:
    """Places of the wrong answers, the most certain first."""
    chosen = probabilities.argmax(axis=1)
    places = [place for place in range(len(labels)) if chosen[place] != labels[place]]
    return np.array(sorted(places, key=lambda place: -probabilities[place].max())[:count], int)


def worst_wrongs(labels: np.ndarray, probabilities: np.ndarray, count: int) -> Wrongs:
    """What each mistake about the worst mistakes gives."""
    sure, everything = probabilities.max(axis=1), worst(labels, probabilities, None)
    true = probabilities[np.arange(len(labels)), labels]
    rows = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    yield public.COUNT_IGNORED, lambda: everything
    yield public.MILDEST_FIRST, lambda: everything[::-1][:count]
    yield public.MILDEST_FIRST, lambda: everything[:count][::-1]
    yield public.MILDEST_FIRST, lambda: np.argsort(sure)[:count]
    yield public.BY_TRUE_CLASS, lambda: rows[np.argsort(true[rows])][:count]
    yield public.BY_TRUE_CLASS, lambda: rows[np.argsort(-true[rows])][:count]
    yield public.RIGHT_ONES_TOO, lambda: np.argsort(-sure)[:count]
    yield public.RIGHT_ONES_TOO, lambda: np.argsort(true)[:count]
    yield public.PLACES_AMONG_MISTAKES, lambda: np.argsort(-sure[rows])[:count]
    yield public.PLACES_AMONG_MISTAKES, lambda: np.argsort(sure[rows])[:count]


def softmaxed(images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What `public.linear_model` gives for images (N, …): probabilities (N, classes)."""
    scores = images.reshape(len(images), -1) @ weights
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def occluded(
    image: np.ndarray, weights: np.ndarray, label: int, patch: int, keep: bool = False
) -> np.ndarray:
    """The probability of a label with each patch covered in turn (or, with `keep`, more and more of them)."""
    rows, columns = image.shape[0] // patch, image.shape[1] // patch
    result, covered = np.zeros((rows, columns)), image.copy()
    for row in range(rows):
        for column in range(columns):
            if not keep:
                covered = image.copy()
            covered[row * patch : (row + 1) * patch, column * patch : (column + 1) * patch] = 0
            result[row, column] = softmaxed(covered[None], weights)[0, label]
    return result


def drops(image: np.ndarray, weights: np.ndarray, label: int, patch: int, keep: bool = False) -> np.ndarray:
    """By how much the probability of a label falls with each patch covered."""
    return softmaxed(image[None], weights)[0, label] - occluded(image, weights, label, patch, keep)


def occlusion_mistakes(image: np.ndarray, weights: np.ndarray, label: int, patch: int) -> Wrongs:
    """What each mistake about the occlusion map gives."""
    yield public.SIGN_TURNED, lambda: -drops(image, weights, label, patch)
    yield public.PROBABILITY_NOT_DROP, lambda: occluded(image, weights, label, patch)
    yield public.PATCHES_ADD_UP, lambda: drops(image, weights, label, patch, keep=True)
    yield public.MAP_TURNED, lambda: drops(image, weights, label, patch).T
    for other in range(weights.shape[1]):
        if other != label:
            yield public.OTHER_LABEL, lambda other=other: drops(image, weights, other, patch)


# ---------------------------------------------------------------------------------------
# Preparing images and labels
# ---------------------------------------------------------------------------------------


def prepare_images(prepare_images: Callable[..., Any]) -> None:
    """Images without white, so that their own maximum is not 255."""
    random = draws("prepare_images")
    attempt = Attempt("prepare_images", prepare_images)
    batches = [random.integers(0, 250, (count, 28, 28), dtype=np.uint8) for count in (5, 2)]
    hidden(
        "prepare_images, the values",
        "images without a white pixel",
        *(
            lambda images=images: reshaped(attempt(images), (*images.shape, 1)).equals(
                scaled(images), mistakes=list(scaling_mistakes(images))
            )
            for images in batches
        ),
    )


def _black_and_white(random: np.random.Generator, count: int) -> np.ndarray:
    return random.choice(np.array([0, 255], np.uint8), (count, 28, 28))


def _any_scaling(images: np.ndarray) -> list[np.ndarray]:
    return [wrong() for _, wrong in scaling_mistakes(images)]


def prepare_images_shape(prepare_images: Callable[..., Any]) -> None:
    """Batches of several images and of one."""
    random = draws("prepare_images_shape")
    attempt = Attempt("prepare_images", prepare_images)
    batches = [_black_and_white(random, count) for count in (int(random.integers(3, 9)), 1)]
    hidden(
        "prepare_images, the shape",
        "batches of several images, and of one",
        *(
            lambda images=images: public.prepared_shape(attempt(images), scaled(images), _any_scaling(images))
            for images in batches
        ),
    )


def prepare_images_new(prepare_images: Callable[..., Any]) -> None:
    """An array out, the bytes left alone."""
    random = draws("prepare_images_new")
    attempt = Attempt("prepare_images", prepare_images)
    images = _black_and_white(random, 4)
    hidden(
        "prepare_images, a new array",
        "a batch of images",
        lambda: public.prepared_new(attempt(images), scaled(images), _any_scaling(images)),
    )


def one_hot(one_hot: Callable[..., Any]) -> None:
    """Labels among which every class occurs."""
    random = draws("one_hot")
    attempt = Attempt("one_hot", one_hot)
    cases = []
    for classes in (7, 10):
        labels = np.concatenate([np.arange(classes), random.integers(0, classes, 6)])
        cases.append((random.permutation(labels), classes))
    hidden(
        "one_hot, the values",
        "labels among which every class occurs",
        *(
            lambda labels=labels, classes=classes: attempt(labels, classes).equals(
                hot(labels, classes), mistakes=list(hot_mistakes(labels, classes))
            )
            for labels, classes in cases
        ),
    )


def one_hot_classes(one_hot: Callable[..., Any]) -> None:
    """Labels among which some classes are missing."""
    random = draws("one_hot_classes")
    attempt = Attempt("one_hot", one_hot)
    cases = []
    for classes in (6, 24):
        some = random.permutation(classes - 1)[: classes // 2]
        cases.append((random.permutation(np.concatenate([some, some[:2]])), classes))

    def judged(labels: np.ndarray, classes: int) -> Answer:
        wrongs = list(hot_mistakes(labels, classes))
        mine = [(mistake, wrong) for mistake, wrong in wrongs if mistake is public.CLASSES_FROM_LABELS]
        others = [wrong() for mistake, wrong in wrongs if mistake is not public.CLASSES_FROM_LABELS]
        return attempt(labels, classes).equals(
            hot(labels, classes), mistakes=mine, also=others[1:], raising=public.CLASSES_FROM_LABELS
        )

    hidden(
        "one_hot, classes that do not occur",
        "labels among which some classes are missing",
        *(lambda labels=labels, classes=classes: judged(labels, classes) for labels, classes in cases),
    )


# ---------------------------------------------------------------------------------------
# Predictions on paper: each number is judged by the ones before it, so that a slip counts once
# ---------------------------------------------------------------------------------------


def digits_shapes_conv(digits_shapes: Callable[..., Any]) -> None:
    """The three sizes after convolutions."""
    attempt = Attempt("digits_shapes", digits_shapes)

    def judged() -> None:
        answer = attempt()
        sizes = whole_numbers(answer, 6, public.NOT_SIX_NUMBERS)
        for before, after in ((28, sizes[0]), (sizes[1], sizes[2]), (sizes[3], sizes[4])):
            mistake = {
                before: public.SIZE_KEPT,
                before - 3: public.WHOLE_KERNEL_LOST,
                before - 1: public.ONE_PIXEL_LOST,
            }.get(after, public.CONV_SIZE)
            expect(answer, after == before - 2, mistake, "each size after a convolution 2 less")

    hidden("digits_shapes, convolutions", "the sizes after the convolutions", judged)


def digits_shapes_pool(digits_shapes: Callable[..., Any]) -> None:
    """The two sizes after pooling, and the length after Flatten."""
    attempt = Attempt("digits_shapes", digits_shapes)

    def judged() -> None:
        answer = attempt()
        sizes = whole_numbers(answer, 6, public.NOT_SIX_NUMBERS)
        for before, after in ((sizes[0], sizes[1]), (sizes[2], sizes[3])):
            mistake = public.POOL_ROUNDED_UP if after == -(-before // 2) else public.POOL_SIZE
            expect(answer, after == before // 2, mistake, "each size after pooling half of the one before")
        side, flat = sizes[4:]
        mistake = {side * side: public.MAPS_FORGOTTEN, side * 64: public.SIDE_NOT_AREA}.get(
            flat, public.FLAT_LENGTH
        )
        expect(answer, flat == side * side * 64, mistake, "the values of all maps in one row")

    hidden(
        "digits_shapes, pooling and Flatten", "the sizes after pooling, and the length after Flatten", judged
    )


WITHOUT_BIAS = [288, 18432, 36864]


def digits_parameters_conv(digits_parameters: Callable[..., Any]) -> None:
    """The parameters of the three convolutions."""
    attempt = Attempt("digits_parameters", digits_parameters)

    def judged() -> None:
        answer = attempt()
        counts = whole_numbers(answer, 6, public.NOT_SIX_NUMBERS)[:3]
        mistake = public.CONV_COUNT
        if counts == WITHOUT_BIAS:
            mistake = public.BIAS_FORGOTTEN
        elif counts in ([320, 640, 640], [320, 640, 576 + 64]):
            mistake = public.CHANNELS_FORGOTTEN
        elif counts == [320, 20480, 40960]:
            mistake = public.BIAS_PER_CHANNEL
        expect(answer, counts == [320, 18496, 36928], mistake, "weights and biases of each convolution")

    hidden("digits_parameters, convolutions", "the parameters of the convolutions", judged)


def digits_parameters_dense(digits_parameters: Callable[..., Any]) -> None:
    """The parameters of the two dense layers, and the sum of the five numbers as they are given."""
    attempt = Attempt("digits_parameters", digits_parameters)

    def judged() -> None:
        answer = attempt()
        counts = whole_numbers(answer, 6, public.NOT_SIX_NUMBERS)
        bare = counts[3:5] == [576 * 64, 64 * 10]
        # Whoever leaves out every bias has lost the other check for it already.
        fine = counts[3:5] == [36928, 650] or (bare and counts[:3] == WITHOUT_BIAS)
        mistake = public.BIAS_FORGOTTEN if bare else public.DENSE_COUNT
        expect(answer, fine, mistake, "weights and biases of each dense layer")
        expect(answer, counts[5] == sum(counts[:5]), public.TOTAL_COUNT, "the sum of the five numbers")

    hidden(
        "digits_parameters, dense layers and sum", "the parameters of the dense layers, and the sum", judged
    )


def objects_parameters(objects_parameters: Callable[..., Any]) -> None:
    """The length after Flatten, the dense layer's parameters, and all of them."""
    attempt = Attempt("objects_parameters", objects_parameters)
    wanted = [4096, 524416, 582026]

    def judged() -> None:
        answer = attempt()
        numbers = whole_numbers(answer, 3, public.NOT_THREE_NUMBERS)
        flat, layer, total = numbers
        mistake = public.COUNT_OTHER
        if flat == 65536:
            mistake = public.POOLS_FORGOTTEN
        elif flat in (1024, 2304, 1600):
            mistake = public.VALID_ASSUMED
        elif flat == 64:
            mistake = public.MAPS_FORGOTTEN
        elif layer == flat * 128 or total == 582026 - 128 - 10 - 32 - 64 - 64:
            mistake = public.BIAS_FORGOTTEN
        expect(answer, numbers == wanted, mistake, "the length after Flatten, the dense layer, and the sum")

    hidden("objects_parameters", "the counts of this network", judged)


BIASES_OF_SCENES = (32 + 128 + 1, 32 + 128 + 1, 32 + 64 + 64 + 128 + 1)
SCENES_PARAMETERS = (67_110_017, 5_249, 64_769)


def scenes_parameters_flatten(scenes_parameters: Callable[..., Any]) -> None:
    """The network with Flatten."""
    attempt = Attempt("scenes_parameters", scenes_parameters)
    right = SCENES_PARAMETERS[0]
    mistakes = {
        right - BIASES_OF_SCENES[0]: public.BIAS_FORGOTTEN,
        896 + (256 * 256 * 32 + 1) * 128 + 129: public.POOLS_FORGOTTEN,
        896 + (127 * 127 * 32 + 1) * 128 + 129: public.VALID_ASSUMED,
        320 + (128 * 128 * 32 + 1) * 128 + 129: public.CHANNELS_FORGOTTEN,
        896 + (128 * 128 + 1) * 128 + 129: public.MAPS_FORGOTTEN,
    }

    def judged() -> None:
        answer = attempt()
        number = whole_numbers(answer, 3, public.NOT_THREE_NUMBERS)[0]
        mistake = mistakes.get(number, public.COUNT_OTHER)
        expect(answer, number == right, mistake, "the parameters of the network with Flatten")

    hidden("scenes_parameters, Flatten", "the network with Flatten", judged)


def scenes_parameters_global(scenes_parameters: Callable[..., Any]) -> None:
    """The two networks with global average pooling."""
    attempt = Attempt("scenes_parameters", scenes_parameters)

    def judged() -> None:
        answer = attempt()
        numbers = whole_numbers(answer, 3, public.NOT_THREE_NUMBERS)
        bare = [right - biases for right, biases in zip(SCENES_PARAMETERS, BIASES_OF_SCENES, strict=True)]
        channels = [320 + (128 * 128 * 32 + 1) * 128 + 129, 5_249 - 576, 64_769 - 576]
        mistake = public.COUNT_OTHER
        if numbers[1] == bare[1] or numbers[2] == bare[2]:
            mistake = public.BIAS_FORGOTTEN
        elif numbers[1] == channels[1] or numbers[2] in (channels[2], 320 + 640 + 640 + 8320 + 129):
            mistake = public.CHANNELS_FORGOTTEN
        # A slip that all three share costs the other check only.
        fine = numbers[1:] == list(SCENES_PARAMETERS[1:]) or numbers in (bare, channels)
        expect(answer, fine, mistake, "the parameters of the networks with global average pooling")

    hidden("scenes_parameters, global average", "the networks with global average pooling", judged)


# ---------------------------------------------------------------------------------------
# Models
# ---------------------------------------------------------------------------------------


def _loss_is_a_crossentropy(judged: Judged, one_hot: bool, random: np.random.Generator) -> None:
    """Expect the compiled loss to have the crossentropy's value, options included, on outputs that are drawn."""
    units = judged.outputs.shape[-1]
    classes = max(units, 2)
    # Neither equal nor extreme: smoothing, weights and the like would show.
    probabilities = random.dirichlet(np.full(classes, 0.7), 12) * 0.98 + 0.02 / classes
    labels = random.integers(0, classes, 12)
    last = judged.activations()[-1]
    if last not in ("linear", "sigmoid" if units == 1 else "softmax"):
        return  # another check judges it
    outputs = probabilities if units > 1 else probabilities[:, 1:]
    if last == "linear" and loss_of(judged.model)[1]:
        outputs = np.log(outputs) if units > 1 else np.log(outputs / (1 - outputs))
    given: Any = hot(labels, classes) if one_hot else labels.reshape(-1, 1)
    images = np.zeros((12, *judged.shape), np.float32)
    loss = judged.model.compute_loss(
        x=images, y=np.asarray(given, np.float32), y_pred=np.asarray(outputs, np.float32)
    )
    wanted = float(-np.log(probabilities[np.arange(12), labels]).mean())
    judged.expect(
        abs(float(loss) - wanted) < 0.01,
        _LOSS_OTHER,
        f"a loss of {wanted:.3f}",
        f"a loss of {float(loss):.3f}",
    )


_LOSS_OTHER = Mistake(
    "loss-value",
    "the compiled loss is not the crossentropy between labels and outputs: leave its options as they are.",
)


def build_digits_cnn(build_digits_cnn: Callable[..., Any]) -> None:
    """The layers with weights, and all parameters where the sizes are right."""
    attempt = Attempt("build_digits_cnn", build_digits_cnn)
    hidden(
        "build_digits_cnn, the layers",
        "the model as you return it",
        lambda: public.digits_model(attempt()).has_weights(public.DIGITS).takes_scaled(),
    )


def build_digits_cnn_shapes(build_digits_cnn: Callable[..., Any]) -> None:
    """Sizes: no padding, two pools, Flatten."""
    attempt = Attempt("build_digits_cnn", build_digits_cnn)
    hidden(
        "build_digits_cnn, the shapes",
        "the model as you return it",
        lambda: public.digits_model(attempt()).keeps_sizes("valid").pools((1, 2)).knows_its_input(),
    )


def build_digits_cnn_activations(build_digits_cnn: Callable[..., Any]) -> None:
    """ReLU inside, softmax at the end."""
    attempt = Attempt("build_digits_cnn", build_digits_cnn)

    def activations() -> None:
        judged = public.digits_model(attempt())
        judged.has_hidden_activations().ends_in("softmax", judged.outputs.shape[-1])

    hidden("build_digits_cnn, the activations", "the model as you return it", activations)


def build_digits_cnn_compiled(build_digits_cnn: Callable[..., Any]) -> None:
    """Loss, optimizer, metric; and the value of the loss."""
    attempt = Attempt("build_digits_cnn", build_digits_cnn)
    random = draws("build_digits_cnn_compiled")

    def compiled() -> None:
        judged = public.digits_model(attempt()).is_compiled("categorical_crossentropy", "rmsprop")
        _loss_is_a_crossentropy(judged, True, random)

    hidden("build_digits_cnn, compiled", "the model as you return it", compiled)


def initial_loss(initial_loss: Callable[..., Any]) -> None:
    """Some numbers of classes."""
    attempt = Attempt("initial_loss", initial_loss)
    numbers = [int(number) for number in draws("initial_loss").choice(np.arange(3, 900), 3, replace=False)]
    hidden(
        "initial_loss",
        "another number of classes",
        *(
            lambda classes=classes: attempt(classes).equals(
                math.log(classes), mistakes=list(loss_mistakes(classes))
            )
            for classes in numbers
        ),
    )


def memorise(memorise: Callable[..., Any]) -> None:
    """Random images of two or three classes."""
    random = draws("memorise")
    attempt = Attempt("memorise", memorise)
    images = random.permutation(np.eye(12))[:7].reshape(7, 3, 4, 1)
    labels = random.permutation(np.array([0, 1, 2, 0, 1, 2, 1]))
    model = public.linear_model((3, 4, 1), np.zeros((12, 3)), 8.4)
    hidden(
        "memorise, images known by heart",
        "a few images, and epochs enough to learn them",
        lambda: public.memorised(attempt(model, images, labels, 7, 6), images, labels),
    )


def memorise_count(memorise: Callable[..., Any]) -> None:
    """Images that come again with other labels behind the first ones."""
    random = draws("memorise_count")
    attempt = Attempt("memorise", memorise)
    first = random.permutation(np.eye(12))[:6].reshape(6, 3, 4, 1)
    labels = random.permutation(np.array([0, 1, 2, 0, 1, 2]))
    others = (labels + 1) % 3
    model = public.linear_model((3, 4, 1), np.zeros((12, 3)), 10.2)
    hidden(
        "memorise, the first images only",
        "more images than `count`",
        lambda: public.memorised_first(
            attempt(model, np.concatenate([first, first]), np.concatenate([labels, others]), 6, 3),
            first,
            labels,
            others,
        ),
    )


def best_epoch(best_epoch: Callable[..., Any]) -> None:
    """Drawn histories in which each mistake names another epoch."""
    random = draws("best_epoch")
    attempt = Attempt("best_epoch", best_epoch)
    cases = []
    while len(cases) < 3:
        epochs = int(random.integers(6, 12))
        history = {
            "loss": sorted(random.uniform(0.1, 2, epochs).tolist(), reverse=True),
            "accuracy": sorted(random.uniform(0.2, 1, epochs).tolist()),
            "val_loss": random.uniform(0.5, 2, epochs).round(2).tolist(),
            "val_accuracy": random.uniform(0.2, 0.9, epochs).tolist(),
        }
        others = {
            int(wrong()) for mistake, wrong in epoch_mistakes(history) if mistake is not public.LAST_OF_EQUALS
        }
        if lowest(history) not in others and lowest(history) > 1:
            cases.append(history)
    hidden(
        "best_epoch",
        "another history",
        *(
            lambda history=history: (
                attempt(history)
                .equals(lowest(history), mistakes=list(epoch_mistakes(history)))
                .is_whole_number()
            )
            for history in cases
        ),
    )


def build_objects_cnn(build_objects_cnn: Callable[..., Any]) -> None:
    """The layers with weights."""
    attempt = Attempt("build_objects_cnn", build_objects_cnn)
    hidden(
        "build_objects_cnn, the layers",
        "the model as you return it",
        lambda: public.objects_model(attempt()).has_weights(public.OBJECTS).takes_scaled(),
    )


def build_objects_cnn_shapes(build_objects_cnn: Callable[..., Any]) -> None:
    """Sizes: same padding, two pools, Flatten."""
    attempt = Attempt("build_objects_cnn", build_objects_cnn)
    hidden(
        "build_objects_cnn, the shapes",
        "the model as you return it",
        lambda: public.objects_model(attempt()).keeps_sizes("same").pools((1, 2)).knows_its_input(),
    )


def build_objects_cnn_activations(build_objects_cnn: Callable[..., Any]) -> None:
    """ReLU inside, softmax at the end."""
    attempt = Attempt("build_objects_cnn", build_objects_cnn)

    def activations() -> None:
        judged = public.objects_model(attempt())
        judged.has_hidden_activations().ends_in("softmax", judged.outputs.shape[-1])

    hidden("build_objects_cnn, the activations", "the model as you return it", activations)


def build_objects_cnn_compiled(build_objects_cnn: Callable[..., Any]) -> None:
    """A loss for labels that are whole numbers; and its value."""
    attempt = Attempt("build_objects_cnn", build_objects_cnn)
    random = draws("build_objects_cnn_compiled")

    def compiled() -> None:
        judged = public.objects_model(attempt()).is_compiled("sparse_categorical_crossentropy")
        _loss_is_a_crossentropy(judged, False, random)

    hidden("build_objects_cnn, compiled", "the model as you return it", compiled)


# ---------------------------------------------------------------------------------------
# What a network gets wrong
# ---------------------------------------------------------------------------------------


def confusion_matrix(confusion_matrix: Callable[..., Any]) -> None:
    """Confusions that go both ways equally often."""
    random = draws("confusion_matrix")
    attempt = Attempt("confusion_matrix", confusion_matrix)
    cases = []
    for classes in (4, 9):
        half, other = random.integers(0, classes, 40), random.integers(0, classes, 40)
        hits = np.repeat(np.arange(classes), 3)
        labels, predictions = np.concatenate([half, other, hits]), np.concatenate([other, half, hits])
        order = random.permutation(len(labels))
        cases.append((labels[order], predictions[order], classes))
    hidden(
        "confusion_matrix, the counts",
        "pairs that occur several times",
        *(
            lambda case=case: attempt(*case).equals(
                counted(*case), mistakes=list(confusion_mistakes(*case)), otherwise=""
            )
            for case in cases
        ),
    )


def _cells(
    random: np.random.Generator, classes: int, count: int, used: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of classes among those used, none of them twice."""
    cells = np.array([(row, column) for row in used for column in used if row < column])
    chosen = random.permutation(cells)[:count]
    return chosen[:, 0], chosen[:, 1]


def _only(wrongs: Wrongs, mistake: Mistake) -> tuple[list[Any], list[np.ndarray]]:
    """The answers of one mistake, and those of all others (which other checks judge), of the same shape."""
    mine, others = [], []
    for made, wrong in wrongs:
        if made is mistake:
            mine.append((made, wrong))
        else:
            others.append(wrong())
    return mine, others


def confusion_matrix_rows(confusion_matrix: Callable[..., Any]) -> None:
    """Confusions that go one way, each once; every class occurs."""
    random = draws("confusion_matrix_rows")
    attempt = Attempt("confusion_matrix", confusion_matrix)
    rows, columns = _cells(random, 6, 7, np.arange(6))
    ends = np.array([0, 5])
    labels, predictions = np.concatenate([rows, ends]), np.concatenate([columns, ends])

    def judged() -> Answer:
        mine, _ = _only(confusion_mistakes(labels, predictions, 6), public.ROWS_AND_COLUMNS)
        right = counted(labels, predictions, 6)
        spoiled = [shares(right), right / right.sum()]
        return attempt(labels, predictions, 6).equals(right, mistakes=mine, also=spoiled)

    hidden("confusion_matrix, rows and columns", "confusions that go one way", judged)


def confusion_matrix_classes(confusion_matrix: Callable[..., Any]) -> None:
    """Confusions that go both ways, each once, among some of the classes."""
    random = draws("confusion_matrix_classes")
    attempt = Attempt("confusion_matrix", confusion_matrix)
    classes = 8
    used = np.sort(random.permutation(classes - 1)[:4])
    rows, columns = _cells(random, classes, 4, used)
    labels, predictions = np.concatenate([rows, columns]), np.concatenate([columns, rows])

    def judged() -> Answer:
        mine, _ = _only(confusion_mistakes(labels, predictions, classes), public.CLASSES_FROM_LABELS)
        right = counted(labels, predictions, classes)
        spoiled = [shares(right), right / right.sum(), np.where(right.sum(1)[:, None], shares(right), np.nan)]
        return attempt(labels, predictions, classes).equals(
            right, mistakes=mine, also=spoiled, raising=public.CLASSES_FROM_LABELS
        )

    hidden("confusion_matrix, classes that do not occur", "classes that do not occur", judged)


def truth_and_scores(truth_and_scores: Callable[..., Any]) -> None:
    """More images than in public, a number that the batches do not divide."""
    attempt = Attempt("truth_and_scores", truth_and_scores)
    count = int(draws("truth_and_scores").integers(70, 90))
    images, labels = public.numbered(count, (3, 2))
    hidden(
        "truth_and_scores",
        "another number of images",
        lambda: public.truth_and_scores_paired(attempt(public.number_reader((3, 2)), images, labels), count),
    )


def _probabilities(random: np.random.Generator, count: int, classes: int) -> np.ndarray:
    """Rows that add up to 1, with largest values that differ clearly."""
    tops = random.permutation(np.linspace(0.4, 0.98, count))
    rest = random.dirichlet(np.ones(classes - 1), count) * 0.9 + 0.1 / (classes - 1)
    rows = np.empty((count, classes))
    for row, (top, others) in enumerate(zip(tops, rest, strict=True)):
        # No other class may come near the largest.
        shared = np.minimum((1 - top) * others / others.sum(), 0.9 * top)
        values = np.concatenate([[top], shared])
        rows[row] = np.roll(values, int(random.integers(classes)))
    return rows


def worst_mistakes(worst_mistakes: Callable[..., Any]) -> None:
    """Nothing but mistakes."""
    random = draws("worst_mistakes")
    attempt = Attempt("worst_mistakes", worst_mistakes)
    probabilities = _probabilities(random, 12, 5)
    labels = (probabilities.argmax(axis=1) + random.integers(1, 5, 12)) % 5
    hidden(
        "worst_mistakes, the order",
        "answers that are all wrong",
        *(
            lambda count=count: attempt(labels, probabilities, count).equals(
                worst(labels, probabilities, count), mistakes=list(worst_wrongs(labels, probabilities, count))
            )
            for count in (4, 1, 7)
        ),
    )


def worst_mistakes_places(worst_mistakes: Callable[..., Any]) -> None:
    """Few mistakes among many right answers; the order is judged elsewhere."""
    random = draws("worst_mistakes_places")
    attempt = Attempt("worst_mistakes", worst_mistakes)
    probabilities = _probabilities(random, 15, 4)
    labels = probabilities.argmax(axis=1)
    wrong = random.permutation(np.arange(4, 15))[:3]
    labels[wrong] = (labels[wrong] + 1) % 4
    true = probabilities[np.arange(15), labels]

    def judged(count: int) -> Answer:
        answer = attempt(labels, probabilities, count)
        right = worst(labels, probabilities, count)
        orders = [
            right[::-1],
            wrong[np.argsort(true[wrong])],
            wrong[np.argsort(-true[wrong])],
            np.sort(wrong),
        ]
        mistakes = [
            (mistake, wrongs)
            for mistake, wrongs in worst_wrongs(labels, probabilities, count)
            if mistake in (public.RIGHT_ONES_TOO, public.PLACES_AMONG_MISTAKES)
        ]
        return answer.equals(right, mistakes=mistakes, also=orders, otherwise=public.RIGHT_ONES_TOO.message)

    hidden(
        "worst_mistakes, mistakes only",
        "a few mistakes among right answers, and more asked for than there are",
        lambda: judged(3),
        lambda: judged(9),
    )


# ---------------------------------------------------------------------------------------
# Scenes
# ---------------------------------------------------------------------------------------


def scenes_datasets(scenes_datasets: Callable[..., Any]) -> None:
    """Forest 0 and mountain 1."""
    attempt = Attempt("scenes_datasets", scenes_datasets)
    hidden("scenes_datasets, the labels", "another size", lambda: public.scenes_labelled(attempt(40, 16)))


def scenes_datasets_batches(scenes_datasets: Callable[..., Any]) -> None:
    """Sizes of photos and batches."""
    random = draws("scenes_datasets_batches")
    attempt = Attempt("scenes_datasets", scenes_datasets)
    size, batch_size = int(random.choice([24, 40, 48])), int(random.choice([8, 12, 18]))
    hidden(
        "scenes_datasets, the batches",
        "another size of photos and batches",
        lambda: public.scenes_batched(attempt(size, batch_size), size, batch_size),
    )


def scenes_datasets_split(scenes_datasets: Callable[..., Any]) -> None:
    """No photo in both parts."""
    attempt = Attempt("scenes_datasets", scenes_datasets)
    hidden("scenes_datasets, the two parts", "another size", lambda: public.scenes_split(attempt(32, 24)))


def _size(check: str) -> int:
    return int(draws(check).choice([32, 40, 56]))


def build_scenes_cnn(build_scenes_cnn: Callable[..., Any]) -> None:
    """The layers with weights."""
    attempt, size = Attempt("build_scenes_cnn", build_scenes_cnn), _size("build_scenes_cnn")
    hidden(
        "build_scenes_cnn, the layers",
        "photos of another size",
        lambda: judge(attempt(size), (size, size, 3)).has_weights(public.SCENES),
    )


def build_scenes_cnn_global(build_scenes_cnn: Callable[..., Any]) -> None:
    """Scaling, same padding, two pools, global average pooling."""
    attempt, size = Attempt("build_scenes_cnn", build_scenes_cnn), _size("build_scenes_cnn_global")
    hidden(
        "build_scenes_cnn, scaling and pooling",
        "photos of another size",
        lambda: public.scenes_pooled(attempt(size), size),
    )


def build_scenes_cnn_output(build_scenes_cnn: Callable[..., Any]) -> None:
    """ReLU inside, one sigmoid at the end."""
    attempt, size = Attempt("build_scenes_cnn", build_scenes_cnn), _size("build_scenes_cnn_output")
    hidden(
        "build_scenes_cnn, the output",
        "photos of another size",
        lambda: public.scenes_output(attempt(size), size),
    )


def build_scenes_cnn_compiled(build_scenes_cnn: Callable[..., Any]) -> None:
    """Binary crossentropy."""
    attempt, size = Attempt("build_scenes_cnn", build_scenes_cnn), _size("build_scenes_cnn_compiled")
    hidden(
        "build_scenes_cnn, compiled",
        "photos of another size",
        lambda: judge(attempt(size), (size, size, 3)).is_compiled("binary_crossentropy"),
    )


# ---------------------------------------------------------------------------------------
# Find the bug
# ---------------------------------------------------------------------------------------


def two_class_cnn(two_class_cnn: Callable[..., Any]) -> None:
    """An output and a loss for two classes, which also work together."""
    attempt = Attempt("two_class_cnn", two_class_cnn)
    random = draws("two_class_cnn")

    def judged() -> None:
        answer = attempt()
        public.two_class_judged(answer)
        _loss_is_a_crossentropy(judge(answer, (32, 32, 3)), False, random)

    hidden("two_class_cnn", "the model as you return it", judged)


def logits_cnn(logits_cnn: Callable[..., Any]) -> None:
    """Softmax once: the loss is the crossentropy of what the scores mean."""
    attempt = Attempt("logits_cnn", logits_cnn)
    random = draws("logits_cnn")

    def judged() -> None:
        answer = attempt()
        public.logits_judged(answer)
        _loss_is_a_crossentropy(judge(answer, (28, 28, 1)), False, random)

    hidden("logits_cnn", "the model as you return it", judged)


def shuffle_together(shuffle_together: Callable[..., Any]) -> None:
    """More images, another seed."""
    random = draws("shuffle_together")
    attempt = Attempt("shuffle_together", shuffle_together)
    count, seed = int(random.integers(30, 60)), int(random.integers(2, 1000))
    images, labels = public.numbered(count, (3, 2, 1))
    hidden(
        "shuffle_together",
        "more images",
        lambda: public.shuffled_well(attempt(images, labels, seed), count),
        lambda: public.seed_decides(attempt, images, labels),
    )


def hold_out(hold_out: Callable[..., Any]) -> None:
    """More images, other fractions, one of which does not give a whole number."""
    random = draws("hold_out")
    attempt = Attempt("hold_out", hold_out)
    cases = [(40, 0.2, 8), (25, 0.36, 9), (33, 0.1, 3)]
    seed = int(random.integers(2, 1000))
    hidden(
        "hold_out",
        "more images, another fraction",
        *(
            lambda count=count, fraction=fraction, tests=tests: public.held_out_well(
                attempt(*public.numbered(count, (2, 2, 1)), fraction, seed), count, tests
            )
            for count, fraction, tests in cases
        ),
        lambda: public.seed_decides(attempt, *public.numbered(40), 0.3),
    )


def first_batch(first_batch: Callable[..., Any]) -> None:
    """Other sizes."""
    random = draws("first_batch")
    attempt = Attempt("first_batch", first_batch)
    images, labels = public.numbered(int(random.integers(15, 25)), (2, 2, 1))
    size = int(random.integers(4, 8))
    hidden(
        "first_batch",
        "another size of batches",
        lambda: public.first_batch_given(attempt(images, labels, size), images, labels, size),
    )


def occlusion_map(occlusion_map: Callable[..., Any]) -> None:
    """Images and patches of several sizes; three classes."""
    random = draws("occlusion_map")
    attempt = Attempt("occlusion_map", occlusion_map)

    def judged(height: int, width: int, channels: int, patch: int) -> Answer:
        image = random.uniform(0.3, 1, (height, width, channels))
        weights = random.normal(size=(image.size, 3)) * 0.3
        # Not the class that the model chooses: its map passes for that of any class.
        chosen = int(softmaxed(image[None], weights)[0].argmax())
        label = (chosen + int(random.integers(1, 3))) % 3
        answer = attempt(public.linear_model(image.shape, weights), image, label, patch)
        answer.equals(
            drops(image, weights, label, patch),
            tolerance=1e-4,
            mistakes=list(occlusion_mistakes(image, weights, label, patch)),
        ).is_array()
        return image_kept(answer)

    hidden(
        "occlusion_map",
        "images that are not square, patches of several sizes, several classes",
        lambda: judged(6, 9, 1, 3),
        lambda: judged(8, 4, 3, 2),
    )


def image_kept(answer: Answer) -> Answer:
    """Expect the image, which comes after the model, as it was."""
    same = np.array_equal(answer.arguments[0][1], answer.before[0][1])
    return expect(answer, same, _IMAGE_CHANGED, "the image left as it was")


_IMAGE_CHANGED = Mistake(
    "input-modified",
    "your function writes into the image that it was given: cover patches of a copy, image.copy().",
)
