"""Run the course's claims on the real data, and write what came out into docs/real_data.md.

    COURSE_DATA=FOLDER python tools/real_data.py             all rows
    COURSE_DATA=FOLDER python tools/real_data.py digits_cnn  these rows
    python tools/real_data.py --list                         names and claims

Each finished training is kept at once in docs/real_data.json: a run that was ended goes on where it was, and
the table is written from that file.  `--again` forgets the chosen rows first.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import transfer  # noqa: E402

from course import data, training  # noqa: E402
from course.data.real import DATA, has  # noqa: E402

KEPT = ROOT / "docs/real_data.json"
TABLE = ROOT / "docs/real_data.md"


NOTES = (
    "How to read it:",
    "",
    "- Images are those of training / testing; where there are several seeds, their numbers stand side by side.",
    "- `cifar10_jpg` are copies of CIFAR-10's images as JPEG: what the compression loses costs some accuracy.",
    "- `sign_mnist.npz` holds only the 7,172 test images of Sign Language MNIST. They show some 330 photos, each about",
    "  twenty times with other brightness and noise. The course's loader keeps the pictures of one photo together: the",
    "  test shows 75 photos never seen, one to five for each letter, though perhaps of the same people. One photo",
    "  more or less well met moves the accuracy by a hundredth. `signs_mixed` parts the same pictures at random, as is",
    "  often done: its accuracy says nothing about new photos.",
    "- `transfer_…`: forty photos of forests and mountains, drawn anew for each seed; accuracies are the mean of",
    "  the last five of ten epochs, as in `06_resnet_transfer`. What matters is how the ways compare.",
    "- Times are indicative: other programs ran beside.",
)


@dataclass(frozen=True)
class Run:
    """One finished training: what the table needs."""

    row: str
    seed: int
    data: str
    images: int
    tested: int
    epochs: int
    batch_size: int
    parameters: int
    training: float
    accuracy: float
    seconds: float
    machine: str


@dataclass(frozen=True)
class Row:
    """A line of the table: what is trained, with which seeds, and what is claimed of it."""

    what: str
    needs: str
    seeds: tuple[int, ...]
    run: Callable[[int], dict[str, Any]]
    least: float | None = None


def transfer_rows() -> dict[str, Row]:
    """Each way of assignment 06 on each backbone, for five draws of forty photos."""
    return {
        f"transfer_{short}_{way}": Row(
            f"{backbone.name}, {backbone.size} pixels: {said}",
            "scenes",
            (1, 2, 3, 4, 5),
            lambda seed, backbone=backbone, way=way: transfer.train(backbone, way, seed),
        )
        for short, backbone in transfer.BACKBONES.items()
        for way, said in transfer.WAYS.items()
    }


# ---------------------------------------------------------------------------------------
# Networks, as the solutions of 03 and 04 have them
# ---------------------------------------------------------------------------------------


def dense_only(shape: tuple[int, ...], classes: int):
    """No convolution at all: one dense layer on the pixels, to compare with."""
    from keras import Input, Sequential, layers

    model = Sequential([Input(shape), layers.Flatten(), layers.Dense(classes, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def digits_network():
    """32-64-64, valid convolutions, Dense 64: 93,322 parameters."""
    from keras import Input, Sequential, layers

    model = Sequential(
        [
            Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def objects_network():
    """32-64-64, same padding, Dense 128: 582,026 parameters."""
    from keras import Input, Sequential, layers

    model = Sequential(
        [
            Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def scenes_network(size: int, *, head: str):
    """The plain network (one convolution, Flatten), or three convolutions and a global average."""
    from keras import Input, Sequential, layers

    model = Sequential([Input((size, size, 3)), layers.Rescaling(1 / 255)])
    for number, filters in enumerate([32] if head == "flatten" else [32, 64, 64]):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        if number < 2:
            model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten() if head == "flatten" else layers.GlobalAveragePooling2D())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def signs_network(augmented: bool):
    """75-50-25 with BatchNormalization, Dropout, three pools with same padding, Dense 512."""
    from keras import Input, Sequential, layers

    model = Sequential([Input((28, 28, 1))])
    if augmented:
        for layer in (
            layers.RandomRotation(10 / 360),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip("horizontal"),
        ):
            model.add(layer)
    for filters in (75, 50, 25):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        if filters == 50:
            model.add(layers.Dropout(0.2))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# ---------------------------------------------------------------------------------------
# Trainings
# ---------------------------------------------------------------------------------------


def train_arrays(load: Callable, name: str, build: Callable, seed: int) -> dict[str, Any]:
    """Train on the arrays of a loader, test on its test part."""
    import keras

    told = StringIO()
    with redirect_stdout(told):
        part = training.few(load("real"), training.sizes(name).images)
    x_train, x_test = (
        np.reshape(x, (*x.shape[:3], -1)) / np.float32(255) for x in (part.x_train, part.x_test)
    )
    # Signs count to 24 and leave 9 out: networks want classes without a gap.
    known = np.unique(part.y_train)
    y_train, y_test = np.searchsorted(known, part.y_train), np.searchsorted(known, part.y_test)
    keras.utils.set_random_seed(seed)
    model = build()
    chosen = training.sizes(name)
    since = time.perf_counter()
    history = training.fit(model, x_train, y_train, epochs=chosen.epochs, batch_size=chosen.batch_size)
    seconds = time.perf_counter() - since
    _, accuracy = model.evaluate(x_test, y_test, batch_size=256, verbose=0)
    return _result(told, model, history, len(x_train), len(x_test), chosen.batch_size, accuracy, seconds)


def load_signs_mixed(origin: str) -> data.ImageData:
    """The same signs, parted at random, so that photos of the same hand are on both sides: a leak, to show it."""
    x_train, y_train, x_test, y_test, classes = data.load_signs(origin)
    x, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
    order = np.random.default_rng(0).permutation(len(x))
    test, train = order[: len(x_test)], order[len(x_test) :]
    return data.ImageData(x[train], y[train], x[test], y[test], classes)


def train_scenes(head: str, seed: int) -> dict[str, Any]:
    """Train on the folder of photos, test on its test part."""
    import keras

    told = StringIO()
    with redirect_stdout(told):
        folder = data.scenes_folder("real")
    chosen = training.sizes("scenes")
    size, batch = chosen.image_size, chosen.batch_size if head == "flatten" else 16
    keras.utils.set_random_seed(seed)
    read = {"image_size": (size, size), "batch_size": batch, "label_mode": "binary", "verbose": False}
    photos = keras.utils.image_dataset_from_directory(folder / "train", seed=seed, **read)
    held = keras.utils.image_dataset_from_directory(folder / "test", shuffle=False, **read)
    model = scenes_network(size, head=head)
    passes = chosen.epochs if head == "flatten" else training.epochs(3, 8)
    since = time.perf_counter()
    history = training.fit(model, photos, epochs=passes)
    seconds = time.perf_counter() - since
    _, accuracy = model.evaluate(held, verbose=0)
    return _result(
        told, model, history, len(photos.file_paths), len(held.file_paths), batch, accuracy, seconds
    )


def _result(
    told: StringIO,
    model: Any,
    history: Any,
    images: int,
    tested: int,
    batch: int,
    accuracy: float,
    seconds: float,
) -> dict[str, Any]:
    return {
        "data": told.getvalue().split("; ")[1].removeprefix("real, from ").split(" (")[0],
        "images": images,
        "tested": tested,
        "epochs": len(history.epoch),
        "batch_size": batch,
        "parameters": model.count_params(),
        "training": round(history.history["accuracy"][-1], 4),
        "accuracy": round(accuracy, 4),
        "seconds": round(seconds, 1),
    }


ROWS = {
    "digits_cnn": Row(
        "MNIST: CNN 32-64-64, rmsprop",
        "digits",
        (1, 2),
        lambda seed: train_arrays(data.load_digits, "digits", digits_network, seed),
        0.990,
    ),
    "scenes_cnn": Row(
        "scenes: plain CNN with Flatten",
        "scenes",
        (1, 2, 3),
        lambda seed: train_scenes("flatten", seed),
        0.90,
    ),
    "signs_cnn": Row(
        "signs: CNN 75-50-25",
        "signs",
        (1, 2),
        lambda seed: train_arrays(data.load_signs, "signs", lambda: signs_network(False), seed),
    ),
    "signs_augmented": Row(
        "signs: CNN 75-50-25, augmented",
        "signs",
        (1,),
        lambda seed: train_arrays(data.load_signs, "signs", lambda: signs_network(True), seed),
    ),
    "signs_mixed": Row(
        "signs: CNN 75-50-25, a leak: parted at random, the same hands on both sides",
        "signs",
        (1,),
        lambda seed: train_arrays(load_signs_mixed, "signs", lambda: signs_network(False), seed),
    ),
    "objects_cnn": Row(
        "CIFAR-10: CNN 32-64-64, Dense 128",
        "objects",
        (1,),
        lambda seed: train_arrays(data.load_objects, "objects", objects_network, seed),
    ),
    "scenes_average": Row(
        "scenes: three convolutions and global average pooling",
        "scenes",
        (1,),
        lambda seed: train_scenes("average", seed),
    ),
    "digits_linear": Row(
        "MNIST: one dense layer, no convolution",
        "digits",
        (1,),
        lambda seed: train_arrays(data.load_digits, "digits", lambda: dense_only((28, 28, 1), 10), seed),
    ),
    "objects_linear": Row(
        "CIFAR-10: one dense layer, no convolution",
        "objects",
        (1,),
        lambda seed: train_arrays(data.load_objects, "objects", lambda: dense_only((32, 32, 3), 10), seed),
    ),
    "signs_linear": Row(
        "signs: one dense layer, no convolution",
        "signs",
        (1,),
        lambda seed: train_arrays(data.load_signs, "signs", lambda: dense_only((28, 28, 1), 24), seed),
    ),
} | transfer_rows()


# ---------------------------------------------------------------------------------------
# What is kept, and the table
# ---------------------------------------------------------------------------------------


def kept() -> list[Run]:
    """The trainings that are finished."""
    if not KEPT.is_file():
        return []
    return [Run(**run) for run in json.loads(KEPT.read_text("utf-8"))]


def keep(runs: list[Run]) -> None:
    """Write the finished trainings, and the table of them."""
    order = {name: place for place, name in enumerate(ROWS)}
    runs = sorted(runs, key=lambda run: (order.get(run.row, len(order)), run.seed))
    for file, text in (
        (KEPT, json.dumps([asdict(run) for run in runs], indent=1) + "\n"),
        (TABLE, markdown(runs)),
    ):
        file.parent.mkdir(exist_ok=True)
        partial = file.with_suffix(".partial")
        partial.write_text(text, "utf-8")
        partial.replace(file)


def markdown(runs: list[Run]) -> str:
    """The table, one line a row, its seeds side by side."""
    lines = [
        "# The course's claims on real data",
        "",
        "Written by `make real-data` (`tools/real_data.py`) with the full setting; every number is of the test part,",
        "which the training never saw. Times are of the training alone, on the machine named below.",
        "",
        "| row | what | data | images | epochs × batch | parameters | accuracy (training) | **accuracy (test)** | seeds"
        " | seconds |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    claims = []
    for name, row in ROWS.items():
        done = [run for run in runs if run.row == name]
        if not done:
            lines.append(f"| `{name}` | {row.what} | not run yet | | | | | | | |")
            continue
        first = done[0]
        accuracies = ", ".join(f"{run.accuracy:.4f}" for run in done)
        lines.append(
            f"| `{name}` | {row.what} | {first.data} | {first.images:,} / {first.tested:,} | {first.epochs} × "
            f"{first.batch_size} | {first.parameters:,} | {', '.join(f'{run.training:.4f}' for run in done)} | "
            f"**{accuracies}** | {', '.join(str(run.seed) for run in done)} | "
            f"{', '.join(f'{run.seconds:,.0f}' for run in done)} |"
        )
        if row.least is not None:
            mean = sum(run.accuracy for run in done) / len(done)
            verdict = "holds" if mean >= row.least else "does not hold"
            claims.append(
                f"- `{name}`: at least {row.least:.3f} is claimed, {mean:.4f} was measured: {verdict}."
            )
    machines = sorted({run.machine for run in runs})
    return "\n".join(
        [
            *lines,
            "",
            *claims,
            "",
            *NOTES,
            "",
            *(f"Machine: {machine}." for machine in machines),
            "",
        ]
    )


def machine() -> str:
    """Processors and versions, without names."""
    import keras
    import tensorflow as tf

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    devices = len(tf.config.list_physical_devices("GPU"))
    return (
        f"{cores} cores ({platform.machine()}), {devices} GPUs, Python {platform.python_version()}, "
        f"TensorFlow {tf.__version__}, Keras {keras.__version__}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen rows, seed by seed, and write the table after each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help="names of rows (see --list); all by default")
    parser.add_argument("--list", action="store_true", help="list the rows and end")
    parser.add_argument("--again", action="store_true", help="train the chosen rows anew")
    parser.add_argument("--seeds", type=int, metavar="N", help="at most N seeds a row")
    parser.add_argument(
        "--fast", action="store_true", help="the fast setting, to try this tool; nothing is written"
    )
    chosen = parser.parse_args(arguments)
    if chosen.list:
        for name, row in ROWS.items():
            print(f"{name:<16} seeds {', '.join(map(str, row.seeds)):<9} {row.what}")
        return 0
    wrong = [name for name in chosen.rows if name not in ROWS]
    if wrong:
        parser.error(f"there is no row {wrong[0]!r}: choose from {', '.join(ROWS)}")
    names = chosen.rows or list(ROWS)
    os.environ[training.FULL] = "0" if chosen.fast else "1"
    try:
        missing = sorted({ROWS[name].needs for name in names if not has(ROWS[name].needs)})
    except data.DataError as error:
        parser.error(str(error))
    if missing:
        parser.error(
            f"the folder that {DATA} names has no {', '.join(missing)}: see `--list`, or choose other rows"
        )
    runs = [] if chosen.fast else [run for run in kept() if not (chosen.again and run.row in names)]
    # Seed by seed, so that a run which is ended early has something of every row.
    for seed in sorted({seed for name in names for seed in ROWS[name].seeds[: chosen.seeds]}):
        for name in names:
            done = any((run.row, run.seed) == (name, seed) for run in runs)
            if done or seed not in ROWS[name].seeds[: chosen.seeds]:
                continue
            print(f"{name}, seed {seed}", flush=True)
            runs.append(Run(row=name, seed=seed, machine=machine(), **ROWS[name].run(seed)))
            print(f"  accuracy {runs[-1].accuracy:.4f} in {runs[-1].seconds:.0f} s", flush=True)
            if not chosen.fast:
                keep(runs)
    if not chosen.fast:
        keep(runs)
        print(f"written: docs/{TABLE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
