"""What goes wrong in code that builds and trains Keras models: layers, options, losses, flags."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["is_layers", "is_merged", "makes_layer", "slips"]

Change = tuple[Any, ...]
"""The fields of a `Slip`: its kind, its words, what goes, what comes, and a second place where there is one."""

_LAYERS = (
    "Activation Add Average AveragePooling2D BatchNormalization Concatenate Conv2D Dense DepthwiseConv2D Dropout "
    "Flatten GlobalAveragePooling2D GlobalMaxPooling2D Input MaxPooling2D Multiply RandomContrast RandomFlip "
    "RandomRotation RandomTranslation RandomZoom ReLU Rescaling SeparableConv2D Softmax"
).split()

_OTHER_LAYERS = {
    "MaxPooling2D": ("AveragePooling2D",),
    "AveragePooling2D": ("MaxPooling2D",),
    "GlobalAveragePooling2D": ("GlobalMaxPooling2D", "Flatten"),
    "GlobalMaxPooling2D": ("GlobalAveragePooling2D",),
    "Flatten": ("GlobalAveragePooling2D",),
    "Add": ("Multiply", "Concatenate"),
    "Concatenate": ("Add",),
    "RandomFlip": ("RandomRotation",),
}

_OTHER_WORDS = {
    "relu": (None, "sigmoid"),
    "softmax": ("sigmoid", None),
    "sigmoid": ("softmax", None),
    "tanh": ("relu",),
    "same": ("valid",),
    "valid": ("same",),
    "categorical_crossentropy": ("binary_crossentropy", "sparse_categorical_crossentropy", "mse"),
    "sparse_categorical_crossentropy": ("categorical_crossentropy",),
    "binary_crossentropy": ("categorical_crossentropy", "mse"),
    "adam": ("sgd",),
    "rmsprop": ("sgd",),
    "sgd": ("adam",),
    "accuracy": ("mse",),
    "horizontal": ("vertical", "horizontal_and_vertical"),
    "val_loss": ("loss", "val_accuracy"),
    "binary": ("int",),
    "both": ("training",),
    "train": ("test",),
    "constant": ("reflect", "wrap"),
    "reflect": ("constant",),
    "wrap": ("reflect",),
    "label": (),
}
"""Words that stand for activations, padding, losses, optimizers and the like, and what they are mixed up with."""


def is_layers(node: ast.AST) -> bool:
    """Whether a list holds layers, in the order in which they run."""
    return isinstance(node, ast.List) and sum(_layer(item) != "" for item in node.elts) > 1


def is_merged(node: ast.AST, holder: ast.AST | None) -> bool:
    """Whether a list is what a layer adds up or multiplies, in whatever order."""
    return isinstance(holder, ast.Call) and _layer(holder.func) in ("Add", "Average", "Multiply")


def makes_layer(node: ast.AST) -> bool:
    """Whether a call makes a layer, and does not apply one."""
    return _layer(node) != ""


def slips(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> Iterator[Change]:
    """The slips that can happen at a node.

    Parameters
    ----------
    node : ast.AST
        Any node of a solution.
    parents : mapping
        From each node to the one that holds it.

    Yields
    ------
    tuple
        The kind of slip, its words, the node that goes and what comes in its place; where two places
        change, the second as a pair.
    """
    yield from _listed(node)
    yield from _added(node, parents)
    yield from _options(node)
    yield from _words(node)


def _layer(node: ast.AST) -> str:
    """The name of the layer that a call makes; empty where it makes none."""
    if not isinstance(node, ast.Call):
        return ""
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name if name in _LAYERS else ""


def _listed(node: ast.AST) -> Iterator[Change]:
    """A layer of a list left out or given twice."""
    if not is_layers(node):
        return
    items = node.elts
    for index, item in enumerate(items):
        name = _layer(item) or "layer"
        if name == "Input":
            continue
        without = ast.List([*items[:index], *items[index + 1 :]], node.ctx)
        yield "layer dropped", f"without {name}, place {index}", node, without
        twice = ast.List([*items[: index + 1], *items[index:]], node.ctx)
        yield "layer added", f"{name} twice, place {index}", node, twice


def _added(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> Iterator[Change]:
    """``model.add`` twice, or in another order."""
    if not _is_add(node):
        return
    yield "layer added", f"{_layer(node.value.args[0])} twice", node, [node, node]
    parent = parents.get(node)
    body = next(
        (value for _, value in ast.iter_fields(parent) if isinstance(value, list) and node in value), [node]
    )
    at = body.index(node)
    if at and _is_add(body[at - 1]):
        layer, earlier = node.value.args[0], body[at - 1].value.args[0]
        what = f"{_layer(earlier)} ↔ {_layer(layer)}"
        yield "layers exchanged", what, layer, earlier, (earlier, layer)


def _is_add(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "add"
        and len(node.value.args) == 1
    )


def _options(node: ast.AST) -> Iterator[Change]:
    """Options that nobody asked for, and a layer taken for its neighbour."""
    name = _layer(node)
    if not name:
        return
    assert isinstance(node, ast.Call)
    given = {keyword.arg for keyword in node.keywords}
    if name == "Conv2D":
        for option, value in (("padding", "same"), ("strides", 2), ("use_bias", False)):
            if option not in given:
                more = [*node.keywords, ast.keyword(option, ast.Constant(value))]
                yield option, f"{option}={value!r}", node, ast.Call(node.func, node.args, more)
    if name in ("Conv2D", "Dense") and "activation" not in given and len(node.args) < 2 + (name == "Conv2D"):
        more = [*node.keywords, ast.keyword("activation", ast.Constant("relu"))]
        yield "activation", "activation='relu'", node, ast.Call(node.func, node.args, more)
    for other in _OTHER_LAYERS.get(name, ()):
        func: ast.expr = (
            ast.Attribute(node.func.value, other, ast.Load())
            if isinstance(node.func, ast.Attribute)
            else ast.Name(other, ast.Load())
        )
        yield "layer", f"{name} → {other}", node, ast.Call(func, node.args, node.keywords)


def _words(node: ast.AST) -> Iterator[Change]:
    """Another activation, padding, loss or optimizer."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    for other in _OTHER_WORDS.get(node.value, ()):
        yield "option", f"{node.value!r} → {other!r}", node, ast.Constant(other)
