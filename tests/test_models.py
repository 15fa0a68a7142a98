"""Backbones: what they take and give, what they check, and what they say when something is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course import models
from course.data import DataError

keras = pytest.importorskip("keras")

ROOT = Path(__file__).parents[1]
shipped = pytest.mark.skipif(
    not (models.FOLDER / "small_resnet.keras").is_file(), reason="the backbone is not in course/weights"
)


def photos(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype("float32")


def whole() -> Any:
    return keras.saving.load_model(models.FOLDER / "small_resnet.keras", compile=False)


@shipped
def test_the_small_backbone_takes_photos_of_any_size() -> None:
    backbone = models.load_backbone()
    for height, width in ((32, 32), (64, 48), (20, 36)):
        assert backbone(photos(2, height, width)).shape == (2, height // 4, width // 4, 64)
    assert models.load_backbone(input_shape=(32, 32, 3)).input.shape == (None, 32, 32, 3)


@shipped
def test_with_its_old_head_it_is_the_shipped_classifier() -> None:
    images, network = photos(3, 32, 32), whole()
    maps = np.asarray(models.load_backbone()(images))
    head = network.get_layer("classes")
    got = np.asarray(head(maps.mean(axis=(1, 2))))
    np.testing.assert_allclose(got, np.asarray(network(images)), atol=1e-4)


@shipped
def test_the_weights_are_two_megabytes_at_most_and_the_hash_is_that_of_the_card() -> None:
    assert (models.FOLDER / "small_resnet.keras").stat().st_size < 2_000_000
    assert len(models.card()["sha256"]) == 64


@shipped
def test_layers_are_named_by_their_blocks() -> None:
    backbone = models.load_backbone()
    names = [layer.name for layer in backbone.layers]
    blocks = {name.split("_")[0] for name in names[2:]}
    assert blocks == {"stem", *(f"block{number}" for number in range(1, 10))}
    assert names[1] == "preprocess" and names[-1].startswith("block9_relu")
    for number in range(1, 10):
        inside = [layer for layer in backbone.layers if layer.name.startswith(f"block{number}_")]
        ways = sum(isinstance(layer, keras.layers.Conv2D) for layer in inside)
        assert ways == (3 if number in (4, 7) else 2), number
        assert sum(isinstance(layer, keras.layers.Add) for layer in inside) == 1


@shipped
def test_random_weights_differ_from_the_shipped_ones_and_follow_the_seed() -> None:
    def first(weights: str | None) -> np.ndarray:
        keras.utils.set_random_seed(3)
        return models.load_backbone(weights=weights).get_layer("stem_conv").get_weights()[0]

    assert not np.allclose(first(None), first("pretrained"))
    np.testing.assert_array_equal(first(None), first(None))
    fresh = models.load_backbone(weights=None).get_layer("block5_norm1").get_weights()
    assert [float(array.mean()) for array in fresh] == [1, 0, 0, 1]


@shipped
def test_two_calls_share_nothing() -> None:
    one, other = models.load_backbone(), models.load_backbone()
    one.get_layer("stem_conv").set_weights([np.zeros((3, 3, 3, 16))])
    one.trainable = False
    assert np.abs(other.get_layer("stem_conv").get_weights()[0]).max() > 0 and other.trainable


@shipped
def test_another_file_than_the_card_describes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in models.FOLDER.glob("small_resnet.*"):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    with (tmp_path / "small_resnet.keras").open("ab") as file:
        file.write(b"x")
    with pytest.raises(DataError, match="another file than its card"):
        models.load_backbone()
    (tmp_path / "small_resnet.keras").unlink()
    with pytest.raises(DataError, match="missing"):
        models.load_backbone()
    (tmp_path / "small_resnet.json").write_text(json.dumps({"accuracy": 1}))
    with pytest.raises(DataError, match="damaged"):
        models.load_backbone()
    (tmp_path / "small_resnet.json").unlink()
    with pytest.raises(DataError, match="missing"):
        models.card()


@shipped
def test_loading_takes_less_than_a_second() -> None:
    models.load_backbone()
    spent = []
    for _ in range(3):
        started = time.perf_counter()
        models.load_backbone()
        spent.append(time.perf_counter() - started)
    assert min(spent) < 1


def test_what_cannot_be_loaded_is_said() -> None:
    with pytest.raises(ValueError, match="no backbone 'resnet'"):
        models.load_backbone("resnet")
    with pytest.raises(ValueError, match="pretrained"):
        models.load_backbone("vgg16", weights="imagenet")
    with pytest.raises(ValueError, match="input_shape"):
        models.load_backbone("vgg16", weights=None, input_shape=(32, 32, 1))


def test_importing_the_module_does_not_import_keras() -> None:
    code = "import sys, course.models; sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


@pytest.mark.parametrize(
    ("name", "maps", "block", "wants"),
    [
        ("vgg16", 512, "block5", keras.applications.vgg16.preprocess_input),
        ("mobilenet_v2", 1280, "block_16", keras.applications.mobilenet_v2.preprocess_input),
    ],
)
def test_the_large_ones_preprocess_inside(name: str, maps: int, block: str, wants: Any) -> None:
    keras.utils.set_random_seed(0)
    backbone = models.load_backbone(name, weights=None)
    images = photos(1, 64, 96)
    got = backbone(images, training=False)
    assert got.shape == (1, 2, 3, maps)
    assert any(layer.name.startswith(block) for layer in backbone.layers)
    build = {
        "vgg16": keras.applications.VGG16,
        "mobilenet_v2": lambda **options: keras.applications.MobileNetV2(alpha=0.35, **options),
    }[name]
    plain = build(include_top=False, weights=None, input_shape=(None, None, 3))
    plain.set_weights(backbone.get_weights())
    np.testing.assert_allclose(got, plain(wants(images.copy()), training=False), rtol=1e-3, atol=1e-4)


def test_weights_that_cannot_be_had_are_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise OSError("the network is unreachable")

    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(keras.src.applications.mobilenet_v2.file_utils, "get_file", unreachable)
    with pytest.raises(DataError, match=r"cannot be had.*unreachable.*small_resnet"):
        models.load_backbone("mobilenet_v2")
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / models._FILES["mobilenet_v2"]).write_bytes(b"no weights")
    with pytest.raises(DataError, match="does not hold the weights"):
        models.load_backbone("mobilenet_v2")


def test_the_real_mobilenet_is_read_from_the_folder_of_real_data() -> None:
    folder = os.environ.get("COURSE_DATA")
    if not folder or not (Path(folder) / "weights" / models._FILES["mobilenet_v2"]).is_file():
        pytest.skip("COURSE_DATA has no weights of MobileNetV2")
    backbone = models.load_backbone("mobilenet_v2", input_shape=(96, 96, 3))
    assert backbone.count_params() == 410_208
    from course.photos import load_photo

    pictures = np.stack(
        [load_photo(name, size=(400, 400))[::4, ::4][:96, :96] for name in ("china", "flower")]
    )
    features = np.asarray(backbone(pictures.astype("float32"), training=False)).mean(axis=(1, 2))
    assert features.shape == (2, 1280)
    # What it learned tells the two apart; random weights hardly do.
    alike = features[0] @ features[1] / np.linalg.norm(features[0]) / np.linalg.norm(features[1])
    assert 0 < alike < 0.6


@pytest.mark.parametrize("form", ["nested", "flat", "sequential"])
def test_a_model_is_split_behind_its_last_maps(form: str) -> None:
    layers = keras.layers
    image = keras.Input((None, None, 3))
    x = layers.Conv2D(4, 3, padding="same")(image)
    body = keras.Model(image, layers.Add()([x, layers.ReLU()(x)]), name="body")
    if form == "flat":
        y = layers.Dense(2)(layers.Dense(5)(layers.GlobalAveragePooling2D()(body.output)))
        model = keras.Model(body.input, y)
    elif form == "nested":
        inputs = keras.Input((None, None, 3))
        y = layers.Dense(2)(layers.GlobalAveragePooling2D()(body(layers.Rescaling(1 / 255)(inputs))))
        model = keras.Model(inputs, y)
    else:
        model = keras.Sequential([keras.Input((None, None, 3)), body, layers.GlobalAveragePooling2D()])
        model.add(layers.Dense(2))
    network, head = models.split_model(model)
    images = photos(2, 8, 6)
    maps = network(images)
    assert maps.shape == (2, 8, 6, 4)
    np.testing.assert_allclose(head(maps), model(images), rtol=1e-4, atol=1e-4)
    with pytest.raises(ValueError, match="no maps"):
        models.split_model(body)


def test_heat_maps_are_laid_over_their_images() -> None:
    from course.figures import show_heat

    images = [np.zeros((12, 16, 3), np.uint8), np.full((12, 16, 3), 200, np.uint8), np.ones((8, 8))]
    heats = [np.eye(3), np.zeros((4, 4)), np.full((2, 2), np.nan)]
    figure = show_heat(images, heats, ["one", "two", "three"], columns=2)
    assert [axis.get_title() for axis in figure.axes if axis.get_title()] == ["one", "two", "three"]
    assert [len(axis.get_images()) for axis in figure.axes] == [1, 1, 2, 2, 1, 0, 2, 0]
    with pytest.raises(ValueError, match="2 heat maps for 3 images"):
        show_heat(images, heats[:2])
    with pytest.raises(ValueError, match="no image"):
        show_heat([], [])
