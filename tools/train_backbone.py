"""Train the backbone that the course ships, on CIFAR-10, and write it with its card.

    COURSE_DATA=FOLDER python tools/train_backbone.py             all of it: about an hour on two cores
    COURSE_DATA=FOLDER python tools/train_backbone.py --steps 20 a trial: does it learn? (writes nothing into course/)

After each epoch all is kept in .backbone: a run that was ended goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from hashlib import sha256
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SEED, EPOCHS, BATCH = 1, 20, 128
PRECISION = "mixed_bfloat16"
"""Of the training: with it a step takes three quarters of the time on processors that have it; weights stay float32."""
WIDTH, BLOCKS = 16, 3
PEAK_RATE, LAST_RATE, DECAY = 0.1, 0.001, 5e-4
MOVED = 4
"""By how many pixels an image is moved at most."""


def residual_block(x, filters, strides):
    """Two convolutions and a way around them, which is a projection where the size changes."""
    y = _normalised(
        layers.Conv2D(filters, 3, strides, "same", use_bias=False, kernel_initializer="he_normal")(x)
    )
    y = layers.ReLU()(y)
    y = _normalised(layers.Conv2D(filters, 3, 1, "same", use_bias=False, kernel_initializer="he_normal")(y))
    if strides != 1 or x.shape[-1] != filters:
        x = _normalised(layers.Conv2D(filters, 1, strides, use_bias=False, kernel_initializer="he_normal")(x))
    return layers.ReLU()(layers.Add()([x, y]))


def _normalised(x):
    # With Keras's momentum of 0.99 the moving averages would lag behind for the first epochs.
    return layers.BatchNormalization(momentum=0.9)(x)


def small_resnet(width: int = WIDTH, blocks: int = BLOCKS) -> keras.Model:
    """A ResNet of three stages for images of any size, 0 to 255, and ten classes."""
    image = keras.Input((None, None, 3), name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="preprocess")(image)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.ReLU()(_normalised(x))
    for stage in range(3):
        for block in range(blocks):
            x = residual_block(x, width << stage, 2 if stage and not block else 1)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    classes = layers.Dense(10, activation="softmax", dtype="float32", name="classes")
    return keras.Model(image, classes(x), name="small_resnet")


def augmented(images: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Each image moved by up to four pixels, and half of them mirrored."""
    edge = ((0, 0), (MOVED, MOVED), (MOVED, MOVED), (0, 0))
    padded = np.pad(images, edge, mode="reflect")
    height, width = images.shape[1:3]
    down, right = random.integers(0, 2 * MOVED + 1, (2, len(images)))
    result = np.empty_like(images)
    for y in range(2 * MOVED + 1):
        for x in range(2 * MOVED + 1):
            here = (down == y) & (right == x)
            result[here] = padded[here, y : y + height, x : x + width]
    mirrored = random.random(len(images)) < 0.5
    result[mirrored] = result[mirrored, :, ::-1]
    return result


def compiled(model: keras.Model, steps: int) -> keras.Model:
    """Ready for so many steps: the rate rises over the first fifth, and falls along a cosine."""
    rise = max(1, steps // 5)
    rate = keras.optimizers.schedules.CosineDecay(
        LAST_RATE, steps - rise, warmup_target=PEAK_RATE, warmup_steps=rise
    )
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=DECAY)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def objects() -> tuple[np.ndarray, ...]:
    """CIFAR-10 as the course's loader gives it; the real images only."""
    from course.data import load_objects

    data = load_objects("real")
    return data.x_train, data.y_train, data.x_test, data.y_test


def train(folder: Path, x: np.ndarray, y: np.ndarray, *, epochs: int = EPOCHS) -> tuple[keras.Model, float]:
    """Train, or go on; keep all in a folder after each epoch.

    Returns
    -------
    model : keras.Model
    seconds : float
        Of training, over all runs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept, log = folder / "kept.keras", folder / "log.jsonl"
    steps = -(-len(x) // BATCH)
    keras.utils.set_random_seed(SEED)
    keras.config.set_dtype_policy(PRECISION)
    model = keras.saving.load_model(kept) if kept.exists() else compiled(small_resnet(), steps * epochs)
    for epoch in range(int(model.optimizer.iterations.numpy()) // steps, epochs):
        begun = time.monotonic()
        # Each epoch draws from a seed of its own, so that a run that goes on sees what it would have seen.
        images = augmented(x, np.random.default_rng((SEED, epoch)))
        history = model.fit(images, y, batch_size=BATCH, verbose=0).history
        model.save(folder / "new.keras")
        os.replace(folder / "new.keras", kept)
        line = {"epoch": epoch + 1, "loss": history["loss"][0], "accuracy": history["accuracy"][0]}
        line["seconds"] = round(time.monotonic() - begun, 1)
        with log.open("a") as file:
            file.write(json.dumps(line) + "\n")
        print(f"epoch {epoch + 1}/{epochs}: loss {line['loss']:.3f}, accuracy {line['accuracy']:.3f}, "
              f"{line['seconds']:.0f} s", flush=True)  # fmt: skip
    return model, sum(json.loads(text)["seconds"] for text in log.read_text().splitlines())


def plain(model: keras.Model) -> keras.Model:
    """The same network in float32, without the optimizer's state, which is as large as the weights."""
    keras.utils.clear_session()  # so that layers get the same names in each run
    keras.config.set_dtype_policy("float32")
    network = small_resnet()
    network.set_weights(model.get_weights())
    network.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


def write(model: keras.Model, test: float, steps: int, seconds: float) -> None:
    """Write the weights and their card into course/weights."""
    folder = ROOT / "course/weights"
    folder.mkdir(exist_ok=True)
    path = folder / f"{model.name}.keras"
    model.save(path)
    card = {
        "name": model.name,
        "what": "ResNet of three stages for small colour images, 0 to 255; trained by tools/train_backbone.py",
        "data": "CIFAR-10, 50,000 images as JPEG copies; no licence stated; Krizhevsky (2009)",
        "licence": "MIT, as the course",
        "parameters": model.count_params(),
        "steps": steps,
        "epochs": EPOCHS,
        "batch": BATCH,
        "precision": PRECISION,
        "seed": SEED,
        "test_accuracy": round(test, 4),
        "hours_on_two_cores": round(seconds / 3600, 1),
        "made_with": f"Keras {keras.__version__}, {keras.backend.backend()}, Python {platform.python_version()}",
        "sha256": sha256(path.read_bytes()).hexdigest(),
    }
    (folder / f"{model.name}.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def main() -> None:
    """Train and write, or try some steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--steps", type=int, help="only so many, as a trial")
    options = parser.parse_args()
    x, y, x_test, y_test = objects()
    if options.steps:
        count = options.steps * BATCH
        model = compiled(small_resnet(), options.steps)
        print("before:", model.evaluate(x[:2000], y[:2000], verbose=0))
        model.fit(augmented(x[:count], np.random.default_rng(SEED)), y[:count], batch_size=BATCH, verbose=0)
        print("after: ", model.evaluate(x[:2000], y[:2000], verbose=0))
        return
    trained, seconds = train(ROOT / ".backbone", x, y)
    model = plain(trained)
    test = model.evaluate(x_test, y_test, batch_size=500, verbose=0)[1]
    print(f"accuracy on the test: {test:.4f}")
    write(model, test, int(trained.optimizer.iterations.numpy()), seconds)


if __name__ == "__main__":
    main()
