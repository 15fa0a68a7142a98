"""Networks that have learned already: the small one that comes with the course, and three well-known ones.

A backbone is a network without its head: it makes feature maps of images, and what they are used for
is left to the layers that are put on it.  All backbones here take images as they come, 0 to 255 in the order
red, green, blue: what else a network wants is done inside.
"""

from __future__ import annotations

import functools
import hashlib
import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.data.real import DATA, data_folder
from course.data.records import DataError

if TYPE_CHECKING:
    import keras

__all__ = ["BACKBONES", "card", "load_backbone", "split_model"]

BACKBONES = ("small_resnet", "resnet50", "vgg16", "mobilenet_v2")
"""Names that `load_backbone` knows."""

FOLDER = Path(__file__).parent / "weights"
"""Where the small network's file and its card lie."""

_FILES = {
    "resnet50": "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "vgg16": "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "mobilenet_v2": "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5",
}
"""Keras's own names of the weights without a head."""

_PATIENCE = 30  # seconds without a byte, then a download has failed


def load_backbone(
    name: str = "small_resnet",
    weights: str | None = "pretrained",
    *,
    input_shape: tuple[int | None, int | None, int] | None = None,
) -> keras.Model:
    """Load a network without its head: images in, feature maps out.

    Parameters
    ----------
    name : str
        ``"small_resnet"``, which comes with the course (CIFAR-10, 64 maps, a quarter of the image's height and
        width), or ``"resnet50"``, ``"vgg16"`` or ``"mobilenet_v2"`` (of width 0.35), which learned ImageNet.
    weights : str or None
        ``"pretrained"``: what the network has learned.  For the three large ones it is read from the folder
        ``weights`` of the folder that the environment variable ``COURSE_DATA`` names, else from Keras's cache,
        else downloaded.  None: random numbers, as before any training.
    input_shape : (int or None, int or None, int), optional
        Height, width and channels of an image; (None, None, 3) by default, which takes images of any size.

    Returns
    -------
    keras.Model
        Takes images (N, H, W, 3) from 0 to 255, red, green, blue; gives maps (N, H', W', C).  It does
        by itself what its network wants done to images.  Its layers are its own: no two calls share them.

    Raises
    ------
    ValueError
        For another name, other weights, or a shape without three channels.
    DataError
        Where weights are missing, damaged or other than expected; the message says what to do.

    Notes
    -----
    The layers of the small network are named by their place: ``block1_conv2d``, …, up to ``block9_…``; the large
    ones have Keras's names, such as ``conv5_block3_2_conv``, ``block5_conv1`` and ``block_16_project``.
    """
    if name not in BACKBONES:
        raise ValueError(f"there is no backbone {name!r}: choose one of {', '.join(BACKBONES)}")
    if weights not in ("pretrained", None):
        raise ValueError(f"weights is 'pretrained' or None, not {weights!r}")
    shape = (None, None, 3) if input_shape is None else tuple(input_shape)
    if len(shape) != 3 or shape[2] != 3:
        raise ValueError(f"input_shape is (height, width, 3), not {input_shape!r}")
    if name == "small_resnet":
        return _small_resnet(weights is not None, shape)
    return _of_keras(name, weights is not None, shape)


def card() -> dict[str, Any]:
    """What is known of the small network: its data, how it was trained, its test accuracy, its file's SHA-256.

    Raises
    ------
    DataError
        Where the card is missing or damaged.
    """
    path = FOLDER / "small_resnet.json"
    try:
        told = json.loads(path.read_text("utf-8"))
        if not isinstance(told, dict) or not isinstance(told.get("sha256"), str):
            raise ValueError("no sha256")
    except FileNotFoundError:
        raise DataError(f"{path} is missing: install the course anew.") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is damaged ({error}): install the course anew.") from None
    return told


def split_model(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Cut a model behind its last feature maps: one part makes maps of images, the other answers of maps.

    Parameters
    ----------
    model : keras.Model
        A backbone with a head, however they were put together: the head is a chain of layers.

    Returns
    -------
    (keras.Model, keras.Model)
        Images (N, H, W, 3) to maps (N, H', W', C), and maps to what the model gives.  Both share the model's
        layers: they are as trained as it is.

    Raises
    ------
    ValueError
        Where the model gives maps itself, or makes none.
    """
    import keras

    layers = list(model.layers)
    last = max((i for i, layer in enumerate(layers) if _gives_maps(layer)), default=None)
    if last is None or last == len(layers) - 1:
        raise ValueError("this model has no maps with a head behind them")
    if isinstance(layers[last], keras.Model):
        start = model.inputs[0]
        tensor = keras.Input(start.shape[1:], dtype=start.dtype)
        first = keras.Model(tensor, _through(layers[: last + 1], tensor))
    else:
        first = keras.Model(model.inputs[0], layers[last].output)
    maps = keras.Input(first.output.shape[1:])
    return first, keras.Model(maps, _through(layers[last + 1 :], maps))


def _gives_maps(layer: Any) -> bool:
    import keras

    if isinstance(layer, keras.layers.InputLayer):
        return False
    shape = getattr(layer.outputs[0] if isinstance(layer, keras.Model) else layer.output, "shape", ())
    return len(shape) == 4


def _through(layers: list[Any], tensor: Any) -> Any:
    import keras

    for layer in layers:
        if not isinstance(layer, keras.layers.InputLayer):
            tensor = layer(tensor)
    return tensor


# ---------------------------------------------------------------------------------------
# The small network
# ---------------------------------------------------------------------------------------


def _small_resnet(pretrained: bool, shape: tuple[int | None, ...]) -> keras.Model:
    """The network of the file, cut before its head, its layers renamed by their blocks."""
    import keras

    path = FOLDER / "small_resnet.keras"
    _require_hash(path, card()["sha256"])
    try:
        whole = keras.saving.load_model(path, compile=False)
        cut = keras.Model(whole.inputs[0], whole.get_layer("average").input, name="small_resnet")
    except Exception as error:  # of another version of Keras, say
        raise DataError(
            f"{path} cannot be read by Keras {keras.__version__} ({_brief(error)}): install the versions of "
            "packages that the course names."
        ) from None
    config = _renamed(cut.get_config(), _by_block(cut))
    config["layers"][0]["config"]["batch_shape"] = (None, *shape)
    # Built from its configuration its weights are fresh ones: random, unless the file's are put in.
    network = type(cut).from_config(config)
    if pretrained:
        network.set_weights(cut.get_weights())
    return network


def _require_hash(path: Path, wanted: str) -> None:
    try:
        got = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise DataError(f"{path} is missing or may not be read: install the course anew.") from None
    if got != wanted:
        raise DataError(
            f"{path} is another file than its card small_resnet.json describes: install the course anew."
        )


def _by_block(model: keras.Model) -> dict[str, str]:
    """A new name for each layer: its block, its kind, and a number where the block has several of the kind."""
    import keras

    names: dict[str, str] = {}
    block, counts = 0, {}
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    for index, layer in enumerate(layers):
        if layer.name == "preprocess":
            continue
        # What follows a sum and its activation belongs to the next block; the first layers are "stem".
        if index > 1 and isinstance(layers[index - 2], keras.layers.Add):
            block, counts = block + 1, {}
        elif block == 0 and isinstance(layers[index - 1], keras.layers.ReLU):
            block, counts = 1, {}
        kind = _KINDS.get(type(layer).__name__, type(layer).__name__.lower())
        counts[kind] = counts.get(kind, 0) + 1
        names[layer.name] = f"block{block}_{kind}{counts[kind]}" if block else f"stem_{kind}"
    return names


_KINDS = {"Conv2D": "conv", "BatchNormalization": "norm", "Add": "add", "ReLU": "relu"}


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """A configuration in which layers have other names, also where a layer says whose output it takes."""
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_renamed(item, names) for item in value])
    return names.get(value, value) if isinstance(value, str) else value


# ---------------------------------------------------------------------------------------
# The well-known ones
# ---------------------------------------------------------------------------------------


def _of_keras(name: str, pretrained: bool, shape: tuple[int | None, ...]) -> keras.Model:
    """A network of `keras.applications`, with its preprocessing in front of it."""
    import keras

    path = _own_file(name) if pretrained else None
    image = keras.Input(shape, name="image")
    network = _built(name, image, "imagenet" if pretrained and path is None else None)
    if path is not None:
        try:
            network.load_weights(path)
        except Exception as error:
            raise DataError(
                f"{path} does not hold the weights of {name} ({_brief(error)}): get the file anew."
            ) from None
    # Keras's own model takes a list of one input, and would say so at each call.
    return keras.Model(image, network.output, name=name)


def _own_file(name: str) -> Path | None:
    """The file of a network's weights in the folder of real data; None where that has none."""
    folder = data_folder()
    path = None if folder is None else folder / "weights" / _FILES[name]
    return path if path is not None and path.is_file() else None


def _built(name: str, image: Any, weights: str | None) -> keras.Model:
    """The network on this input; weights from Keras's cache, else downloaded."""
    from keras import applications

    module = getattr(applications, name)
    build = {
        "resnet50": applications.ResNet50,
        "vgg16": applications.VGG16,
        "mobilenet_v2": functools.partial(applications.MobileNetV2, alpha=0.35),
    }[name]
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)  # without it a silent network holds the notebook for ever
    try:
        return build(include_top=False, weights=weights, input_tensor=module.preprocess_input(image))
    except Exception as error:
        if weights is None:
            raise
        raise DataError(
            f"The pretrained weights of {name} cannot be had: {_FILES[name]} is not in the folder weights of {DATA}, "
            f"and Keras could not get it ({_brief(error)}); put the file there, or take "
            'load_backbone("small_resnet"), which needs no network.'
        ) from None
    finally:
        socket.setdefaulttimeout(before)


def _brief(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:160]}" if lines else type(error).__name__
