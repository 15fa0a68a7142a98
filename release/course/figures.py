"""The course's pictures: one style, colours that everybody can tell apart, one call each.

Every function returns a matplotlib ``Figure``.  As the last line of a cell it is shown; in the
middle of a cell write ``display(show_images(...))``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

__all__ = [
    "COLOURS",
    "DIFFERENCE_MAP",
    "compare_images",
    "plot_bars",
    "plot_curves",
    "plot_lines",
    "show_confusion",
    "show_filters",
    "show_heat",
    "show_images",
    "show_maps",
    "show_mistakes",
    "use_course_style",
]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
"""Okabe and Ito's colours: told apart with every kind of colour vision, and in print."""

DIFFERENCE_MAP = "PuOr"
"""Diverging and colour-blind safe: orange below zero, purple above, near white at zero."""

_LINES = ("-", "--", "-.", ":", "-", "--", "-.")
_WIDTH = 10.0  # inches: fills a notebook's column, and a page with margins
_TALLEST = 4.2


def use_course_style() -> None:
    """Set matplotlib's defaults for the notebook: sizes for a projector, colours for everybody."""
    plt.rcParams.update(
        {
            "figure.dpi": 100,
            "figure.facecolor": "white",
            "font.size": 11,
            "axes.titlesize": 11,
            "axes.labelsize": 11,
            "legend.fontsize": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": False,
            "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=_LINES),
            "lines.linewidth": 2,
            "image.cmap": "gray",
            "image.interpolation": "nearest",
        }
    )


def show_images(
    images: Sequence[Any],
    titles: Sequence[str] | None = None,
    *,
    cmap: str = "gray",
    columns: int | None = None,
    shared_limits: bool = False,
    numbers: bool = False,
    outlines: Sequence[Sequence[tuple[int, int, int, int]]] | None = None,
) -> Figure:
    """Show images side by side.

    Parameters
    ----------
    images : sequence of array_like
        Each (H, W), (H, W, 1) or (H, W, 3).  Colours are 0..255 where integer, 0..1 where float.
    titles : sequence of str, optional
        One for each image.
    cmap : str
        Colour map of the images that have no colours of their own.  With `DIFFERENCE_MAP` the
        middle of the range is 0: orange below, purple above.
    columns : int, optional
        Images in a row; by default up to four.
    shared_limits : bool
        Whether black and white mean the same values in all of them.  Otherwise each image uses
        the whole range, which hides how their brightnesses compare.
    numbers : bool
        Whether to write each value into its pixel (for small arrays).  All pixels are then of
        one size, whatever the images'.
    outlines : sequence of sequences, optional
        For each image the windows to frame: (first row, first column, rows, columns).

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        Where there is no image, or not one title an image.
    """
    arrays = [_as_image(image) for image in images]
    if not arrays:
        raise ValueError("there is no image to show")
    if titles is not None and len(titles) != len(arrays):
        raise ValueError(f"{len(titles)} titles for {len(arrays)} images")
    lines = max((title.count("\n") + 1 for title in titles or ()), default=0)
    figure, axes = _panels(arrays, columns or min(len(arrays), 4), lines)
    for index, (axis, array) in enumerate(zip(axes, arrays, strict=True)):
        limits = _limits(arrays if shared_limits else [array])
        if cmap == DIFFERENCE_MAP and None not in limits:
            bound = max(map(abs, limits)) or 1.0
            limits = -bound, bound
        _draw(axis, array, cmap, limits, numbers)
        if titles is not None:
            axis.set_title(titles[index])
        for row, column, height, width in outlines[index] if outlines is not None else ():
            frame = Rectangle((column - 0.5, row - 0.5), width, height, fill=False, clip_on=False)
            axis.add_patch(frame)
            frame.set(edgecolor=COLOURS[1], linewidth=3, zorder=3)
    if numbers:
        _scale_alike(axes, arrays)
    return figure


def compare_images(
    expected: Any,
    yours: Any,
    *,
    input: Any = None,
    title: str = "",
    numbers: bool = False,
    tolerance: float | None = None,
) -> Figure:
    """Show a result beside the expected one, and where they differ.

    Parameters
    ----------
    expected, yours : array_like
        (H, W), (H, W, 1) or (H, W, 3).  They share colour map and limits.  Where the shapes
        differ, or yours is no image at all, the last panel says so.
    input : array_like, optional
        What the result was computed from, shown first.
    title : str
        Heading of the figure.
    numbers : bool
        Whether to write each value into its pixel (for small arrays).
    tolerance : float, optional
        Differences up to this size are not shown; by default what rounding can make.

    Returns
    -------
    matplotlib.figure.Figure
        (Input,) expected, yours and the difference ``yours - expected``: orange where yours is
        too small, purple where it is too large.
    """
    wanted = _as_image(expected)
    try:
        got = _as_image(yours)
        fault = "" if got.shape == wanted.shape else f"no difference:\n{got.shape} is not {wanted.shape}"
    except ValueError as error:
        got, fault = None, str(error)
    limits = _limits([wanted] if got is None else [wanted, got])
    panels: list[tuple[str, np.ndarray | None]] = [("expected", wanted), ("yours", got)]
    if input is not None:
        panels.insert(0, ("input", _as_image(input)))

    figure, axes = _panels([wanted if a is None else a for _, a in panels] + [wanted], len(panels) + 1)
    for axis, (name, array) in zip(axes[:-1], panels, strict=True):
        if array is None:
            _say(axis, fault)
        else:
            _draw(axis, array, "gray", (None, None) if name == "input" else limits, numbers)
        axis.set_title(name if array is None else f"{name} {_shape(array)}")
    if fault:
        _say(axes[-1], fault)
        axes[-1].set_title("difference")
    else:
        _draw_difference(figure, axes[-1], got, wanted, tolerance)
    if title:
        figure.suptitle(title)
    return figure


def plot_lines(
    curves: Mapping[str, Any],
    *,
    x: Any = None,
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
    log: str = "",
) -> Figure:
    """Plot curves with a legend.

    Parameters
    ----------
    curves : mapping of str to array_like
        Name in the legend and values, shape (n,).
    x : array_like, optional
        Positions that all curves share; 0, 1, 2… by default.
    xlabel, ylabel, title : str
        Words for the axes, units included, and a heading.
    log : str
        Axes with a logarithmic scale: ``"x"``, ``"y"`` or ``"xy"``.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = _plot(title, xlabel, ylabel)
    for index, (name, values) in enumerate(curves.items()):
        values = np.asarray(values, float)
        places = np.arange(len(values)) if x is None else np.asarray(x)
        marker = "o" if len(values) <= 12 else None
        colour, line = COLOURS[index % len(COLOURS)], _LINES[index % len(_LINES)]
        axis.plot(places, values, label=name, marker=marker, color=colour, linestyle=line)
    if "y" in log:
        axis.set_yscale("log")
    if "x" in log:
        axis.set_xscale("log")
    elif axis.lines and all(float(place).is_integer() for place in axis.lines[0].get_xdata()):
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.grid(alpha=0.3)
    # Among many curves no corner is free.
    beside = {"loc": "center left", "bbox_to_anchor": (1, 0.5)} if len(curves) > 3 else {}
    axis.legend(frameon=False, **beside)
    return figure


def plot_bars(
    values: Mapping[str, float], *, label: str = "", title: str = "", log: bool = False, form: str = "{:,.3g}"
) -> Figure:
    """Plot one horizontal bar a name, with its value written at its end.

    Parameters
    ----------
    values : mapping of str to float
        Names and lengths, from the top.
    label : str
        What the bars measure, with its unit.
    title : str
        Heading.
    log : bool
        Whether the scale is logarithmic.
    form : str
        Format of the values.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = _plot(title, label, "", height=1.2 + 0.5 * len(values))
    names = list(values)
    bars = axis.barh(names, [float(values[name]) for name in names], color=COLOURS[0], height=0.6)
    axis.bar_label(bars, [form.format(values[name]) for name in names], padding=4)
    axis.invert_yaxis()
    if log:
        axis.set_xscale("log")
    elif max(map(abs, values.values()), default=0) >= 10_000:
        axis.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))  # as in the values at the bars
    axis.margins(x=0.18)
    return figure


def plot_curves(
    histories: Mapping[str, Any], *, metric: str = "loss", title: str = "", mark_best: bool = False
) -> Figure:
    """Plot learning curves side by side: training and validation, one panel a history.

    Parameters
    ----------
    histories : mapping of str to mapping
        Name of the panel and a Keras history: ``history.history``, or what ``fit`` returned.  The keys
        `metric` and ``val_`` + `metric` are shown, with one number an epoch; where validation was done every
        second or third epoch only, it is drawn at these.
    metric : str
        Such as ``"loss"`` or ``"accuracy"``.
    title : str
        Heading of the figure.
    mark_best : bool
        Whether to mark the epoch with the lowest validation loss.

    Returns
    -------
    matplotlib.figure.Figure
        All panels share their axes; epochs count from 1.
    """
    panels = {name: _as_history(history) for name, history in histories.items()}
    if not panels:
        raise ValueError("there is no history to show")
    count = len(panels)
    figure, grid = plt.subplots(
        1,
        count,
        figsize=(min(_WIDTH, 3.4 + 3.3 * count), 3.6),
        layout="constrained",
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    plt.close(figure)
    for axis, (name, history) in zip(grid[0], panels.items(), strict=True):
        for index, (key, word) in enumerate(((metric, "training"), (f"val_{metric}", "validation"))):
            values = np.asarray(history.get(key, []), float)
            if values.size:
                marker = "o" if len(values) <= 12 else None
                look = {"color": COLOURS[index], "linestyle": _LINES[index], "marker": marker}
                axis.plot(_epochs_of(values, history), values, label=word, **look)
        losses = np.asarray(history.get("val_loss", []), float)
        if mark_best and losses.size:
            best = int(_epochs_of(losses, history)[np.argmin(losses)])
            axis.axvline(best, color="0.4", linestyle=":", linewidth=1.5, label=f"best: epoch {best}")
        axis.set(title=name, xlabel="epoch")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axis.grid(alpha=0.3)
        axis.legend(frameon=False)
    grid[0, 0].set_ylabel(metric)
    if title:
        figure.suptitle(title)
    return figure


def show_confusion(matrix: Any, classes: Sequence[str], *, title: str = "") -> Figure:
    """Show a confusion matrix with its counts: a row a true class, a column a predicted one.

    Parameters
    ----------
    matrix : array_like
        Counts, shape (C, C).
    classes : sequence of str
        C names.
    title : str
        Heading.

    Returns
    -------
    matplotlib.figure.Figure
        A cell is the darker, the larger its share of its row: rare classes show as well as frequent ones.

    Raises
    ------
    ValueError
        Where the matrix is not (C, C) for C names.
    """
    counts = np.asarray(matrix)
    if counts.shape != (len(classes), len(classes)):
        raise ValueError(f"a matrix of shape {counts.shape} for {len(classes)} classes")
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = min(2.2 + 0.52 * len(classes), 9.0)
    figure, axis = plt.subplots(figsize=(side + 0.6, side), layout="constrained")
    plt.close(figure)
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    size = 10 if len(classes) <= 12 else 7
    for (row, column), count in np.ndenumerate(counts):
        ink = "white" if shares[row, column] > 0.55 else "black" if count else "0.75"
        axis.text(column, row, f"{count:g}", ha="center", va="center", color=ink, fontsize=size)
    places = range(len(classes))
    turned = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
    long = max(map(len, classes)) > 2
    axis.set_xticks(places, classes, **(turned if long else {}))
    axis.set_yticks(places, classes)
    axis.set(xlabel="predicted", ylabel="true", title=title)
    axis.tick_params(length=0)
    axis.spines[:].set(visible=True, color="0.7", linewidth=0.8)
    return figure


def show_mistakes(
    images: Any,
    labels: Any,
    probabilities: Any,
    classes: Sequence[str],
    *,
    columns: int = 6,
) -> Figure:
    """Show images with what they are and what a network took them for.

    Parameters
    ----------
    images : array_like
        Shape (N, H, W), (N, H, W, 1) or (N, H, W, 3).
    labels : array_like
        True classes, N whole numbers.
    probabilities : array_like
        (N, C), or (N,) or (N, 1) for the second of two classes.
    classes : sequence of str
        C names.
    columns : int
        Images in a row.

    Returns
    -------
    matplotlib.figure.Figure
        Above each image its true class, and below that the predicted one with its probability.
    """
    probabilities = np.asarray(probabilities, float)
    if probabilities.ndim == 1 or probabilities.shape[1] == 1:
        second = probabilities.reshape(-1, 1)
        probabilities = np.concatenate([1 - second, second], axis=1)
    titles, long = [], max(map(len, classes)) > 3
    for label, row in zip(np.asarray(labels).ravel().astype(int), probabilities, strict=True):
        guess = int(row.argmax())
        sure = f"\nat {row[guess]:.0%}" if long else f", {row[guess]:.0%}"
        titles.append(f"is {classes[label]}\nread as {classes[guess]}{sure}")
    return show_images(list(np.asarray(images)), titles, columns=min(columns, len(titles) or 1))


def show_filters(kernels: Any, *, columns: int = 8, title: str = "") -> Figure:
    """Show the filters of a first layer.

    Parameters
    ----------
    kernels : array_like
        Weights of shape (kh, kw, C, F) with C 1 or 3: the first of ``layer.get_weights()``.
    columns : int
        Filters in a row.
    title : str
        Heading.

    Returns
    -------
    matplotlib.figure.Figure
        With one channel, orange below zero, purple above, white at zero, alike in all filters.  With three,
        the weights as colours, where grey is zero.

    Raises
    ------
    ValueError
        Where the weights are of another shape.
    """
    weights = np.asarray(kernels, float)
    if weights.ndim != 4 or weights.shape[2] not in (1, 3):
        raise ValueError(f"weights of shape {weights.shape} are no filters of a first layer")
    bound = float(np.abs(weights).max()) or 1.0
    filters = np.moveaxis(weights, -1, 0)
    shown = list(filters[..., 0]) if weights.shape[2] == 1 else list(0.5 + 0.5 * filters / bound)
    return _mosaic(shown, columns, title, cmap=DIFFERENCE_MAP, limits=(-bound, bound))


def show_maps(maps: Any, *, columns: int = 8, title: str = "") -> Figure:
    """Show the feature maps of one image.

    Parameters
    ----------
    maps : array_like
        Shape (H, W, C).
    columns : int
        Maps in a row.
    title : str
        Heading.

    Returns
    -------
    matplotlib.figure.Figure
        C maps, dark at zero and bright where the feature was found; all share their limits.

    Raises
    ------
    ValueError
        Where the maps are of another shape.
    """
    values = np.asarray(maps, float)
    if values.ndim != 3:
        raise ValueError(f"feature maps have the shape (H, W, C), not {values.shape}")
    limits = _limits([values.reshape(len(values), -1)])
    return _mosaic(list(np.moveaxis(values, -1, 0)), columns, title, cmap="viridis", limits=limits)


# ---------------------------------------------------------------------------------------
# Inside
# ---------------------------------------------------------------------------------------


def _as_image(value: Any) -> np.ndarray:
    """The value as (H, W) or (H, W, 3), or a ValueError that says what it is instead."""
    if value is None:
        raise ValueError("not an image:\nNone")
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = array.astype(float)
    except (TypeError, ValueError):
        raise ValueError("not an image:\nrows differ in length,\nor hold no numbers") from None
    if array.ndim == 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.dtype.kind not in "biuf":
        raise ValueError(f"not an image:\n{type(value).__name__}")
    if array.size == 0 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[-1] == 3)):
        raise ValueError(f"not an image:\nshape {array.shape}")
    return array


def _shape(array: np.ndarray) -> str:
    return "×".join(map(str, array.shape))


def _limits(arrays: Sequence[np.ndarray]) -> tuple[float | None, float | None]:
    values = [a[np.isfinite(a)] for a in arrays if a.ndim == 2]
    values = [v for v in values if v.size]
    if not values:
        return None, None
    return float(min(v.min() for v in values)), float(max(v.max() for v in values))


def _panels(arrays: Sequence[np.ndarray], columns: int, lines: int = 1) -> tuple[Figure, list[Axes]]:
    """A grid with a panel for each array, each row as high as its tallest needs below titles of some lines."""
    columns = min(columns, len(arrays))
    rows = -(-len(arrays) // columns)
    tall = [array.shape[0] / array.shape[1] for array in arrays]
    # A long strip, such as several images in one array, is shown by its height: else it would be a thin line.
    width = min(_WIDTH / columns, 3.6 if max(tall) > 1 / 3 else 1.4 / max(tall))
    room = 0.22 + 0.23 * lines if lines else 0.08
    heights = [
        min(width * max(tall[columns * row : columns * (row + 1)]), _TALLEST) + room for row in range(rows)
    ]
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(max(width * columns, 3.0), sum(heights)),
        layout="constrained",
        squeeze=False,
        gridspec_kw={"height_ratios": heights},
    )
    # Closed for pyplot, so that a notebook shows the returned figure once and not twice.
    plt.close(figure)
    for axis in grid.flat[len(arrays) :]:
        axis.set_axis_off()
    for axis in grid.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="0.7", linewidth=0.8)
    return figure, list(grid.flat[: len(arrays)])


def _scale_alike(axes: Sequence[Axes], arrays: Sequence[np.ndarray]) -> None:
    """Give every panel room for the largest image, so that a pixel is as large in one as in another."""
    height, width = (max(array.shape[axis] for array in arrays) for axis in (0, 1))
    for axis, array in zip(axes, arrays, strict=True):
        if array.shape[:2] == (height, width):
            continue
        up, left = (height - array.shape[0]) / 2, (width - array.shape[1]) / 2
        axis.set(xlim=(-0.5 - left, width - 0.5 - left), ylim=(height - 0.5 - up, -0.5 - up))
        axis.spines[:].set(visible=False)
        axis.add_patch(Rectangle((-0.5, -0.5), array.shape[1], array.shape[0], fill=False, edgecolor="0.7"))


def _draw(
    axis: Axes, array: np.ndarray, cmap: str, limits: tuple[float | None, float | None], numbers: bool = False
) -> None:
    if array.ndim == 3:
        shown = array if array.dtype.kind in "iu" else np.clip(array, 0.0, 1.0)
        axis.imshow(np.clip(shown, 0, 255))
        return
    picture = axis.imshow(array.astype(float), cmap=cmap, vmin=limits[0], vmax=limits[1])
    if numbers:
        for (row, column), value in np.ndenumerate(array):
            red, green, blue, _ = picture.to_rgba(value)
            ink = "black" if 0.3 * red + 0.6 * green + 0.1 * blue > 0.5 else "white"
            shown = f"{round(float(value), 3) + 0.0:.3g}"  # + 0.0: no "-0"
            axis.text(column, row, shown, ha="center", va="center", color=ink, fontsize=10)


def _draw_difference(
    figure: Figure, axis: Axes, got: np.ndarray, wanted: np.ndarray, tolerance: float | None
) -> None:
    difference = got.astype(float) - wanted.astype(float)
    if difference.ndim == 3:  # of the three channels, the one that is furthest off
        furthest = np.abs(difference).argmax(axis=-1)[..., None]
        difference = np.take_along_axis(difference, furthest, axis=-1)[..., 0]
    finite = np.abs(difference[np.isfinite(difference)])
    largest = float(finite.max()) if finite.size else 0.0
    # Rounding is not a difference: blown up to full colour it would look like one.
    if tolerance is None:
        limits = [abs(limit) for limit in _limits([wanted.reshape(len(wanted), -1)]) if limit is not None]
        tolerance = 1e-5 * max([1.0, *limits])
    if finite.size == difference.size and largest <= tolerance:
        axis.imshow(np.zeros_like(difference), cmap=DIFFERENCE_MAP, vmin=-1, vmax=1)
        axis.set_title("difference: none" if largest <= 1e-3 else f"difference: below {_ceiling(largest):g}")
        return
    bound = largest or 1.0
    picture = axis.imshow(difference, cmap=DIFFERENCE_MAP, vmin=-bound, vmax=bound)
    axis.set_title(f"difference, up to {largest:.3g}")
    figure.colorbar(picture, ax=axis, fraction=0.046, pad=0.03)


def _ceiling(value: float) -> float:
    """The value, rounded up to one digit."""
    digit = 10.0 ** math.floor(math.log10(value))
    return math.ceil(value / digit) * digit


def _say(axis: Axes, text: str) -> None:
    axis.text(0.5, 0.5, text, ha="center", va="center", transform=axis.transAxes)


def _plot(title: str, xlabel: str, ylabel: str, height: float = 4.0) -> tuple[Figure, Axes]:
    figure, axis = plt.subplots(figsize=(7.5, height), layout="constrained")
    plt.close(figure)
    axis.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return figure, axis


def _as_history(history: Any) -> Mapping[str, Any]:
    """The numbers of a Keras history, or of its ``history``."""
    return getattr(history, "history", history)


def _epochs_of(values: np.ndarray, history: Mapping[str, Any]) -> np.ndarray:
    """The epochs, from 1, to which the values of a history belong."""
    every = max(1, len(history.get("loss", values)) // len(values))
    return every * np.arange(1, len(values) + 1)


def _mosaic(
    arrays: Sequence[np.ndarray],
    columns: int,
    title: str,
    *,
    cmap: str,
    limits: tuple[float | None, float | None],
) -> Figure:
    """Many small pictures close together, without titles."""
    columns = min(columns, len(arrays))
    rows = -(-len(arrays) // columns)
    each = min(_WIDTH / columns, 1.1)
    height, width = arrays[0].shape[:2]
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(max(each * columns, 3.0), each * height / width * rows + (0.4 if title else 0.0)),
        layout="constrained",
        squeeze=False,
    )
    plt.close(figure)
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0.02, hspace=0.02)
    for axis in grid.flat:
        axis.set(xticks=[], yticks=[])
        axis.set_axis_off()
    for axis, array in zip(grid.flat, arrays, strict=False):
        axis.set_axis_on()
        axis.spines[:].set(visible=True, color="0.7", linewidth=0.8)
        if array.ndim == 3:
            axis.imshow(np.clip(array, 0, 1))
        else:
            axis.imshow(array, cmap=cmap, vmin=limits[0], vmax=limits[1])
    if title:
        figure.suptitle(title)
    return figure


def show_heat(
    images: Sequence[Any], heats: Sequence[Any], titles: Sequence[str] | None = None, *, columns: int = 8
) -> Figure:
    """Show images, and below each the same image with a heat map laid over it.

    Parameters
    ----------
    images : sequence of array_like
        Each (H, W, 3): 0..255 where integer, 0..1 where float.
    heats : sequence of array_like
        One for each image, of any smaller shape (h, w), from 0 (dark) to 1 (bright): it is spread over the image.
    titles : sequence of str, optional
        One for each image.
    columns : int
        Images in a row.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        Where there is no image, or not one heat map (and title) an image.
    """
    pictures = [_as_image(image) for image in images]
    maps = [np.clip(np.nan_to_num(_as_image(heat).astype(float)), 0, 1) for heat in heats]
    if not pictures:
        raise ValueError("there is no image to show")
    if len(maps) != len(pictures) or (titles is not None and len(titles) != len(pictures)):
        raise ValueError(f"{len(maps)} heat maps for {len(pictures)} images")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    each = min(_WIDTH / columns, 3.0)
    figure, grid = plt.subplots(
        2 * rows,
        columns,
        figsize=(each * columns, (2 * each + 0.35) * rows),
        layout="constrained",
        squeeze=False,
    )
    plt.close(figure)
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03, wspace=0.02, hspace=0.02)
    for axis in grid.flat:
        axis.set_axis_off()
    for index, (picture, heat) in enumerate(zip(pictures, maps, strict=True)):
        above, below = (grid[2 * (index // columns) + row, index % columns] for row in (0, 1))
        _draw(above, picture, "gray", (None, None))
        if titles is not None:
            above.set_title(titles[index])
        _draw(below, picture if picture.ndim == 2 else _grey(picture), "gray", (None, None))
        height, width = picture.shape[:2]
        extent = (-0.5, width - 0.5, height - 0.5, -0.5)
        look = {"cmap": "inferno", "vmin": 0, "vmax": 1, "interpolation": "bilinear"}
        below.imshow(heat, extent=extent, alpha=0.65, **look)
        below.set(xlim=extent[:2], ylim=extent[2:])
    return figure


def _grey(picture: np.ndarray) -> np.ndarray:
    """An image in colours (H, W, 3) as greys (H, W): colours would mix with those of the map."""
    return picture.astype(float) @ np.array([0.299, 0.587, 0.114])
