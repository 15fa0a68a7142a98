"""The pictures of Keras's results show what they say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course import figures

matplotlib.use("Agg")

HISTORY = {"loss": [2.0, 1.0, 0.5], "val_loss": [2.1, 1.2, 1.5], "accuracy": [0.1, 0.6, 0.9]}


def labels(axis: Any) -> list[str]:
    return [text.get_text() for text in axis.get_legend().get_texts()]


def test_learning_curves_stand_side_by_side_on_the_same_scale() -> None:
    figure = figures.plot_curves({"one": HISTORY, "two": SimpleNamespace(history=HISTORY)}, mark_best=True)
    one, two = figure.axes
    assert (one.get_title(), two.get_title()) == ("one", "two")
    assert one.get_ylim() == two.get_ylim()
    assert labels(one) == ["training", "validation", "best: epoch 2"]
    assert list(one.lines[0].get_xdata()) == [1, 2, 3]


def test_a_metric_without_validation_has_one_curve() -> None:
    axis = figures.plot_curves({"one": HISTORY}, metric="accuracy").axes[0]
    assert (axis.get_ylabel(), labels(axis)) == ("accuracy", ["training"])


def test_validation_every_other_epoch_is_drawn_at_its_epochs() -> None:
    history = {"loss": [3.0, 2.0, 1.0, 0.5, 0.2], "val_loss": [2.0, 2.5]}
    axis = figures.plot_curves({"one": history}, mark_best=True).axes[0]
    assert list(axis.lines[1].get_xdata()) == [2, 4]
    assert labels(axis)[-1] == "best: epoch 2"


def test_no_history_is_refused() -> None:
    with pytest.raises(ValueError, match="no history"):
        figures.plot_curves({})


def test_a_confusion_matrix_shows_counts_and_shades_by_rows() -> None:
    matrix = np.array([[8, 2], [0, 100]])
    axis = figures.show_confusion(matrix, ["cat", "dog"]).axes[0]
    assert [text.get_text() for text in axis.texts] == ["8", "2", "0", "100"]
    np.testing.assert_allclose(axis.images[0].get_array(), [[0.8, 0.2], [0, 1]])
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("predicted", "true")


def test_a_class_that_never_occurs_leaves_its_row_white() -> None:
    axis = figures.show_confusion([[3, 0], [0, 0]], ["a", "b"]).axes[0]
    np.testing.assert_array_equal(axis.images[0].get_array(), [[1, 0], [0, 0]])


def test_a_matrix_for_other_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="3 classes"):
        figures.show_confusion(np.eye(2), ["a", "b", "c"])


@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_one_probability_is_that_of_the_second_class(shape: tuple[int, ...]) -> None:
    scores = np.array([0.9, 0.25]).reshape(shape)
    figure = figures.show_mistakes(np.zeros((2, 4, 4)), [0, 1], scores, ["forest", "mountain"])
    said = [axis.get_title() for axis in figure.axes]
    assert said == ["is forest\nread as mountain\nat 90%", "is mountain\nread as forest\nat 75%"]


def test_mistakes_are_told_with_their_probability() -> None:
    scores = np.array([[0.1, 0.7, 0.2]])
    figure = figures.show_mistakes(np.zeros((1, 4, 4, 3)), [2], scores, ["a", "b", "c"])
    assert figure.axes[0].get_title() == "is c\nread as b, 70%"


def test_filters_share_a_scale_about_zero() -> None:
    kernels = np.zeros((3, 3, 1, 10))
    kernels[1, 1, 0, 4] = -2
    figure = figures.show_filters(kernels, columns=4)
    shown = [axis for axis in figure.axes if axis.images]
    assert len(shown) == 10
    assert {axis.images[0].get_clim() for axis in shown} == {(-2, 2)}
    assert sum(axis.axison for axis in figure.axes) == 10


def test_filters_of_colours_are_colours() -> None:
    figure = figures.show_filters(np.ones((3, 3, 3, 2)))
    assert figure.axes[0].images[0].get_array().shape == (3, 3, 3)


def test_feature_maps_share_their_limits() -> None:
    maps = np.stack([np.zeros((5, 4)), np.full((5, 4), 3.0)], axis=-1)
    figure = figures.show_maps(maps, title="after the first layer")
    assert [axis.images[0].get_clim() for axis in figure.axes] == [(0, 3), (0, 3)]


@pytest.mark.parametrize("call", [figures.show_filters, figures.show_maps])
def test_other_shapes_are_refused(call: Any) -> None:
    with pytest.raises(ValueError, match="shape"):
        call(np.zeros((3, 3, 2, 4)))


def test_no_figure_is_kept_by_pyplot() -> None:
    before = plt.get_fignums()
    figures.plot_curves({"one": HISTORY})
    figures.show_confusion(np.eye(2), ["a", "b"])
    figures.show_maps(np.zeros((4, 4, 3)))
    assert plt.get_fignums() == before
