"""Training prints a line an epoch, draws its curve, survives an interruption, and says so when memory runs short."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from small import ROOT

from course import training
from course.data import ImageData

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_FULL", raising=False)


@pytest.fixture
def model() -> Any:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


X = np.random.default_rng(0).random((16, 8, 8, 1)).astype(np.float32)
Y = (X.mean((1, 2, 3)) > 0.5).astype(int)


# Sizes --------------------------------------------------------------------------------


def test_sizes_follow_the_setting(monkeypatch: pytest.MonkeyPatch):
    assert not training.full()
    assert training.epochs(3, 30) == 3
    fast = training.sizes("scenes")
    for value in ("1", "true", " Yes "):
        monkeypatch.setenv("COURSE_FULL", value)
        assert training.full()
    assert training.epochs(3, 30) == 30
    full = training.sizes("scenes")
    assert full.image_size > fast.image_size and full.images is None
    assert (training.sizes("digits").epochs, training.sizes("digits").batch_size) == (5, 64)
    for value in ("", "0", "no"):
        monkeypatch.setenv("COURSE_FULL", value)
        assert not training.full()


def test_sizes_of_something_else():
    with pytest.raises(ValueError, match="no sizes for 'cats': choose one of digits"):
        training.sizes("cats")


def test_few_images():
    data = ImageData(np.zeros((100, 2, 2)), np.arange(100), np.zeros((20, 2, 2)), np.arange(20), ("a",))
    part = training.few(data, 50)
    assert (len(part.x_train), len(part.y_train), len(part.x_test), len(part.y_test)) == (50, 50, 10, 10)
    assert training.few(data, None) is training.few(data, 100) is data
    assert len(training.few(data, 1).x_test) == 1
    with pytest.raises(ValueError, match="at least one"):
        training.few(data, 0)


# Lines --------------------------------------------------------------------------------


def test_one_line_an_epoch(model: Any, capsys: pytest.CaptureFixture):
    history = training.fit(model, X, Y, epochs=3, validation_data=(X, Y))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    for number, line in enumerate(lines, 1):
        pattern = (
            r"epoch {}/3  accuracy 0\.\d+  loss \d\.\d+  val_accuracy 0\.\d+  val_loss \d\.\d+  \d+\.\d s"
        )
        assert re.fullmatch(pattern.format(number), line), line
    assert history.epoch == [0, 1, 2] and len(history.history["val_loss"]) == 3


def test_long_trainings_print_few_lines(model: Any, capsys: pytest.CaptureFixture):
    training.fit(model, X, Y, epochs=50, batch_size=16)
    lines = capsys.readouterr().out.splitlines()
    assert 10 <= len(lines) <= 20
    assert lines[-1].startswith("epoch 50/50")


def test_names_of_losses_are_short(capsys: pytest.CaptureFixture):
    line = training.EpochLines()
    line.set_params({"epochs": 1})
    line.on_train_begin()
    line.on_epoch_begin(0)
    line.on_epoch_end(0, {"sparse_categorical_accuracy": 0.5, "learning_rate": 0.1})
    assert capsys.readouterr().out.startswith("epoch 1/1  accuracy 0.5000  0.0 s")


def test_silence(model: Any, capsys: pytest.CaptureFixture):
    training.fit(model, X, Y, epochs=2, lines=False)
    assert capsys.readouterr() == ("", "")


def test_a_dataset_trains_without_a_warning(
    model: Any, capsys: pytest.CaptureFixture, recwarn: pytest.WarningsRecorder
):
    import tensorflow as tf

    history = training.fit(model, tf.data.Dataset.from_tensor_slices((X, Y)).batch(4), epochs=2)
    assert len(history.epoch) == 2
    assert [str(warning.message) for warning in recwarn if "shuffle" in str(warning.message)] == []


# Interruption -------------------------------------------------------------------------


def interrupt(at: int, how: Callable[[], None]) -> Any:
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if self.model.optimizer.iterations.numpy() == at:
                how()

    return Interrupt()


def by_key() -> None:
    os.kill(os.getpid(), signal.SIGINT)  # what Interrupt Kernel does


@pytest.fixture
def _keyboard() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_keyboard")
def test_an_interruption_keeps_what_was_learned(model: Any, capsys: pytest.CaptureFixture):
    before = model.layers[-1].get_weights()[0].copy()
    history = training.fit(model, X, Y, epochs=10, batch_size=4, callbacks=[interrupt(10, by_key)])
    assert history.epoch == [0, 1]  # 10 batches of 4 are two and a half epochs
    assert len(history.history["loss"]) == 2
    assert (model.layers[-1].get_weights()[0] != before).any()
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == "stopped after 2 of 10 epochs: the model keeps what it has learned so far"
    again = training.fit(model, X, Y, epochs=1)
    assert again.epoch == [0]


@pytest.mark.usefixtures("_keyboard")
def test_an_interruption_in_the_first_epoch(model: Any, capsys: pytest.CaptureFixture):
    history = training.fit(model, X, Y, epochs=3, batch_size=4, curve=True, callbacks=[interrupt(1, by_key)])
    assert history.history == {} and history.epoch == []
    assert "stopped after 0 of 3 epochs" in capsys.readouterr().out


# Memory -------------------------------------------------------------------------------


def fails_with(error: Exception) -> Any:
    class Fails(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            raise error

    return Fails()


@pytest.mark.parametrize("kind", ["tensorflow", "python"])
def test_memory_that_runs_short(kind: str, model: Any):
    import tensorflow as tf

    error = (
        MemoryError()
        if kind == "python"
        else tf.errors.ResourceExhaustedError(None, None, "OOM when allocating")
    )
    with pytest.raises(
        training.OutOfMemory, match=r"batches of 16 images of 8x8: use batch_size=8, and"
    ) as caught:
        training.fit(model, X, Y, epochs=1, batch_size=16, callbacks=[fails_with(error)])
    assert isinstance(caught.value, MemoryError)
    assert "\n" not in str(caught.value)


def test_memory_that_runs_short_with_large_photos():
    import tensorflow as tf

    model = keras.Sequential(
        [keras.Input((256, 256, 3)), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    photos = tf.data.Dataset.from_tensor_slices((np.zeros((4, 256, 256, 3)), np.zeros(4)))
    for batched, told in (
        (photos.batch(2), "these batches"),
        (photos.batch(2, drop_remainder=True), "batches of 2"),
    ):
        with pytest.raises(training.OutOfMemory, match=f"enough for {told} images of 256x256: use") as caught:
            training.fit(model, batched, epochs=1, callbacks=[fails_with(MemoryError())])
        assert "or images of 128x128" in str(caught.value)


def test_other_errors_stay_what_they_are(model: Any):
    with pytest.raises(ZeroDivisionError):
        training.fit(model, X, Y, epochs=1, callbacks=[fails_with(ZeroDivisionError())])


# Curve --------------------------------------------------------------------------------


def test_a_curve_of_each_metric():
    from course.callbacks import draw_history

    history = {"accuracy": [0.5, 0.6], "loss": [1.0, 0.5], "val_accuracy": [0.4, 0.5], "val_loss": [1.1, 0.9]}
    figure = draw_history({**history, "learning_rate": [0.1, 0.1]})
    assert [axis.get_ylabel() for axis in figure.axes] == ["accuracy", "loss"]
    for axis in figure.axes:
        assert [line.get_label() for line in axis.lines] == ["training", "validation"]
        assert axis.lines[0].get_xdata().tolist() == [1, 2] and axis.get_xlabel() == "epoch"


NOTEBOOK = """
import numpy as np
import keras
from course.training import fit

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae"])
history = fit(model, np.ones((8, 4)), np.ones(8), epochs=4, curve=True, lines=False)
"""


def test_in_a_notebook_one_picture_grows_and_one_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOTEBOOK)])
    seen: list[str] = []

    class Watching(NotebookClient):
        def process_message(self, msg: dict, cell: Any, cell_index: int) -> Any:
            seen.append(msg["msg_type"])
            return super().process_message(msg, cell, cell_index)

    Watching(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    pictures = [output for output in notebook.cells[0].outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 1
    assert seen.count("display_data") == 1 and seen.count("update_display_data") >= 1


def test_without_a_notebook_no_picture_is_shown(model: Any, capsys: pytest.CaptureFixture):
    training.fit(model, X, Y, epochs=1, curve=True, lines=False)
    assert capsys.readouterr().out == ""


def test_in_a_plain_shell_one_picture_is_shown_at_the_end(model: Any, monkeypatch: pytest.MonkeyPatch):
    shown: list[Any] = []
    monkeypatch.setattr("course.callbacks._shell", object)
    monkeypatch.setattr("IPython.display.display", lambda figure, **how: shown.append(figure))
    training.fit(model, X, Y, epochs=3, curve=True, lines=False)
    assert len(shown) == 1
    assert len(shown[0].axes[0].lines[0].get_xdata()) == 3
