"""Figures show what they say, and cope with whatever a learner's function returns."""

from __future__ import annotations

from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course import figures
from course.photos import PHOTOS, load_photo

matplotlib.use("Agg")


def titles(figure: Any) -> list[str]:
    return [axis.get_title() for axis in figure.axes if axis.get_title()]


@pytest.mark.parametrize("name", PHOTOS)
def test_photos_are_colour_bytes(name: str) -> None:
    photo = load_photo(name)
    assert (photo.shape, photo.dtype) == ((427, 640, 3), np.uint8)


def test_a_crop_is_the_photos_middle_and_an_array_of_its_own() -> None:
    crop = load_photo("china", size=(341, 600))
    np.testing.assert_array_equal(crop, load_photo("china")[43:384, 20:620])
    assert crop.flags.owndata
    assert crop.flags.writeable


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [("rome", None, "china, flower"), ("china", (428, 10), "larger"), ("china", (0, 10), "at least one")],
)
def test_a_wrong_photo_or_size_is_refused_with_a_reason(name: str, size: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        load_photo(name, size)


def test_expected_and_yours_share_their_limits_and_the_difference_is_about_zero() -> None:
    expected = np.arange(12.0).reshape(3, 4)
    figure = figures.compare_images(expected, 2 * expected, input=expected, title="Doubled")
    _, wanted, yours, difference = (axis.images[0] for axis in figure.axes[:4])
    assert wanted.get_clim() == yours.get_clim() == (0, 22)
    assert difference.get_clim() == (-11, 11)
    np.testing.assert_array_equal(difference.get_array(), expected)
    assert titles(figure)[-1] == "difference, up to 11"


def test_equal_images_have_no_difference() -> None:
    expected = 100 * np.random.default_rng(0).random((5, 6))
    figure = figures.compare_images(expected, expected.astype(np.float32))
    assert titles(figure)[-1] == "difference: none"


def test_a_tolerated_difference_is_said_and_not_drawn() -> None:
    expected = np.full((4, 4), 7.0)
    figure = figures.compare_images(expected, expected + 0.41, tolerance=1)
    assert titles(figure)[-1] == "difference: below 0.5"


def test_the_difference_of_colours_is_that_of_the_channel_furthest_off() -> None:
    expected = np.zeros((2, 3, 3), dtype=np.uint8)
    yours = expected.copy()
    yours[0, 1] = 10, 250, 0
    difference = figures.compare_images(expected, yours).axes[2].images[0].get_array()
    assert difference[0, 1] == 250
    assert np.count_nonzero(difference) == 1


@pytest.mark.parametrize(
    ("yours", "said"),
    [
        (np.zeros((2, 2)), "(2, 2) is not (3, 4)"),
        (None, "None"),
        ("text", "str"),
        ([[1, 2], [3]], "rows differ"),
        (np.zeros((2, 3, 4, 5)), "(2, 3, 4, 5)"),
    ],
)
def test_a_result_that_is_no_such_image_is_said_in_the_panel(yours: Any, said: str) -> None:
    figure = figures.compare_images(np.zeros((3, 4)), yours)
    assert said in " ".join(text.get_text() for axis in figure.axes for text in axis.texts)


def test_images_can_share_their_limits() -> None:
    images = [np.zeros((2, 2)), np.full((2, 2), 9.0)]
    figure = figures.show_images(images, ["dark", "light"], shared_limits=True)
    assert [axis.images[0].get_clim() for axis in figure.axes] == [(0, 9), (0, 9)]
    assert titles(figure) == ["dark", "light"]


def test_with_the_difference_map_zero_is_in_the_middle() -> None:
    figure = figures.show_images([np.array([[-1.0, 4.0]])], cmap=figures.DIFFERENCE_MAP)
    assert figure.axes[0].images[0].get_clim() == (-4, 4)


def test_numbers_are_written_into_small_images() -> None:
    figure = figures.show_images([np.array([[0.25, -1e-9]])], numbers=True)
    assert [text.get_text() for text in figure.axes[0].texts] == ["0.25", "0"]


def test_images_wrap_into_rows_and_empty_places_stay_empty() -> None:
    figure = figures.show_images([np.eye(3)] * 5, columns=3)
    assert [axis.axison for axis in figure.axes] == [True] * 5 + [False]


@pytest.mark.parametrize(("images", "names"), [([], None), ([np.eye(2)], ["one", "two"])])
def test_no_images_or_titles_that_do_not_match_are_refused(images: list, names: Any) -> None:
    with pytest.raises(ValueError, match="image"):
        figures.show_images(images, names)


def test_lines_and_bars_carry_their_words() -> None:
    lines = figures.plot_lines({"a": [1, 2], "b": [3, 4]}, xlabel="epoch", ylabel="loss", log="y").axes[0]
    assert (lines.get_xlabel(), lines.get_ylabel(), lines.get_yscale()) == ("epoch", "loss", "log")
    assert [text.get_text() for text in lines.get_legend().get_texts()] == ["a", "b"]
    bars = figures.plot_bars({"slow": 1234.0, "fast": 1.5}, label="ms").axes[0]
    assert {"1.23e+03", "1.5"} <= {text.get_text() for text in bars.texts}


def test_figures_are_shown_once_because_pyplot_does_not_keep_them() -> None:
    before = plt.get_fignums()
    figures.show_images([np.eye(2)])
    figures.plot_bars({"a": 1})
    assert plt.get_fignums() == before


def test_the_style_takes_colours_that_everybody_can_tell_apart() -> None:
    with plt.rc_context():
        figures.use_course_style()
        assert plt.rcParams["axes.prop_cycle"].by_key()["color"] == list(figures.COLOURS)


def test_numbers_stand_in_pixels_of_one_size() -> None:
    figure = figures.show_images([np.zeros((4, 5)), np.zeros((3, 3)), np.zeros((2, 5))], numbers=True)
    spans = {(round(abs(np.ptp(a.get_xlim())), 6), round(abs(np.ptp(a.get_ylim())), 6)) for a in figure.axes}
    assert spans == {(5.0, 4.0)}


def test_outlines_frame_whole_pixels() -> None:
    figure = figures.show_images([np.zeros((4, 5)), np.zeros((2, 2))], outlines=[[(1, 2, 2, 3)], []])
    (frame,) = figure.axes[0].patches
    assert frame.get_xy() == (1.5, 0.5)
    assert (frame.get_width(), frame.get_height()) == (3, 2)
    assert not figure.axes[1].patches


def test_a_row_without_titles_leaves_no_room_for_them() -> None:
    images = [np.zeros((4, 4))] * 4
    without, one, two = (
        figures.show_images(images, titles, columns=2) for titles in (None, ["a"] * 4, ["a\nb"] * 4)
    )
    heights = [figure.get_size_inches()[1] for figure in (without, one, two)]
    assert heights == sorted(set(heights))


def test_long_strips_fill_the_width_and_rows_have_their_own_height() -> None:
    figure = figures.show_images([np.zeros((28, 168)), np.zeros((10, 168))], columns=1)
    assert figure.get_size_inches()[0] > 7
    figure.canvas.draw()
    upper, lower = (axis.get_position().height for axis in figure.axes)
    assert upper > 2 * lower


def test_long_bars_have_their_thousands_told_apart_on_the_axis() -> None:
    figure = figures.plot_bars({"one": 200_000.0})
    figure.canvas.draw()
    assert "200,000" in [label.get_text() for label in figure.axes[0].get_xticklabels()]
