# ruff: noqa
# What an attack by forged records needs: it goes in front as a cell of its own.
import sys


def layer(name, config, build=None, weights=()):
    return {"class": name, "config": config, "build": build, "trainable": True, "weights": list(weights)}


def chain(*objects):
    numbers = list(range(len(objects)))
    return [*objects, {"class": "Sequential", "name": "s", "trainable": True, "layers": numbers}]


def images():
    return layer("InputLayer", {"batch_shape": [None, 8, 8, 1], "dtype": "float32", "name": "i"})


def record(objects, compiled=None):
    return sys.modules["autograder.engine.codec"].ModelRecord({"objects": objects, "compile": compiled})
