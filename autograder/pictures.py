"""Pictures for the pages: results that we draw, and learners' own made safe to show."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
import zlib
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from autograder.engine.result import ImageResult

__all__ = ["alt_text", "draw", "keep_picture", "pack", "safe_png"]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONGEST_SIDE = 360  # pixels, about what a panel has: larger arrays are thinned out
LARGEST_VALUE = 1e30  # matplotlib's colour scale overflows not far above
MOST_PIXELS = 16_000_000
MOST_BYTES = 12_000_000
WIDEST = 1000  # pixels, of a learner's picture on the page
_MISSING_COLOUR = "#56B4E9"
_NOT_FINITE = "of yours are nan or infinite."
_NO_DIFFERENCE = "They agree: no difference."


def keep_picture(title: str, expected: Any, yours: Any, tolerance: float | None = None) -> dict[str, Any]:
    """What a page needs to draw an image result later: small arrays, and the news in words.

    Drawing takes a hundred times as long as this, and most results of a class look alike: they
    are drawn when pages are written, each picture once.

    Parameters
    ----------
    title : str
        What the image is.
    expected, yours : array_like
        (H, W) or (H, W, 3).  Other numbers of axes are kept as well as they can be drawn: a vector as
        one row, the first image of a batch, the first channel of many.
    tolerance : float, optional
        Differences up to this size count as none; by default what rounding can make.

    Returns
    -------
    dict
        The fields of an `ImageResult`, with arrays in place of packed ones.
    """
    expected, yours = np.asarray(expected), np.asarray(yours)
    wanted, got = _thinned(_drawable(expected), _drawable(yours))
    return {
        "title": title,
        "news": _compared(expected, yours, tolerance),
        "expected": wanted,
        "yours": got,
        "shapes": [list(expected.shape), list(yours.shape)],
        "tolerance": tolerance,
    }


def pack(array: np.ndarray) -> str:
    """An array as text: a compressed NumPy file in base64."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return base64.b64encode(zlib.compress(file.getvalue())).decode("ascii")


def _unpack(text: str) -> np.ndarray:
    return np.load(io.BytesIO(zlib.decompress(base64.b64decode(text))), allow_pickle=False)


def alt_text(image: ImageResult) -> str:
    """The picture in words."""
    return f"{image.title}: the expected image, yours and their difference, side by side. {image.news}"


@lru_cache(maxsize=256)
def draw(image: ImageResult) -> str:
    """Draw an image result: expected, yours and their difference, side by side.

    Returns
    -------
    str
        The picture as PNG, in base64.
    """
    # Here, not above: a page that shows only learners' pictures needs no plotting library.
    import matplotlib

    from course.figures import compare_images

    # No window, where there is a display.
    matplotlib.use("Agg")

    wanted, got = _unpack(image.expected), _unpack(image.yours)
    # A dollar would begin a formula.
    title = image.title.replace("$", r"\$")
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = compare_images(wanted, got, title=title, tolerance=image.tolerance)
        if image.news == _NO_DIFFERENCE:
            # "below 0.3" is what a check accepts; on a page that says "correct" it would alarm.
            for axis in figure.axes:
                if axis.get_title().startswith("difference"):
                    axis.set_title("difference: none")
        if image.news.endswith(_NOT_FINITE):
            _mark_missing(figure, f"{title} ({image.news.rsplit('; ')[-1].rstrip('.')}: light blue)")
        _say_true_shapes(figure, (wanted.shape, got.shape), image.shapes)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=100, metadata={"Software": None})
    return base64.b64encode(file.getvalue()).decode("ascii")


def safe_png(encoded: Any) -> str | None:
    """Decode a picture of unknown origin and write it anew.

    Parameters
    ----------
    encoded : str
        What claims to be a PNG file in base64.

    Returns
    -------
    str or None
        A PNG file in base64 that holds pixels and nothing else, at most `WIDEST` pixels wide;
        None where the input is no PNG, is broken, or is too large to open.
    """
    if not isinstance(encoded, str) or len(encoded) > MOST_BYTES * 4 // 3:
        return None
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not data.startswith(PNG_SIGNATURE):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=("PNG",))
            # The size stands in the header: look before any pixel is unpacked.
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture = picture.convert("RGBA")
            # reducing_gap shrinks in two steps: a big picture costs little more than a small one.
            picture.thumbnail((WIDEST, 4 * WIDEST), reducing_gap=2.0)
            page = Image.new("RGB", picture.size, "white")
            page.paste(picture, mask=picture.getchannel("A"))
            file = io.BytesIO()
            page.save(file, format="PNG")
    except Exception:  # Pillow raises nearly anything on a file made to break it
        return None
    return base64.b64encode(file.getvalue()).decode("ascii")


# ---------------------------------------------------------------------------------------
# Inside
# ---------------------------------------------------------------------------------------


def _drawable(array: np.ndarray) -> np.ndarray:
    """The array as numbers of shape (H, W) or (H, W, 3), without values that break a colour scale."""
    if array.dtype.kind == "c":
        array = np.abs(array)
    if array.dtype.kind not in "biuf":
        return np.zeros((1, 1))
    if array.dtype.kind == "f":
        array = np.clip(np.where(np.isinf(array), np.nan, array), -LARGEST_VALUE, LARGEST_VALUE)
    while array.ndim > 3:
        array = array[0] if array.shape[0] else np.zeros((1, 1))
    if array.ndim == 3 and array.shape[-1] != 3:
        array = array[..., 0] if array.shape[-1] else np.zeros((1, 1))
    if array.ndim == 3 and array.dtype.kind == "f":
        # Colours have no "bad" value: paint what is missing as `_mark_missing` does.
        missing = np.isnan(array).any(axis=-1, keepdims=True)
        array = np.where(missing, np.array([0x56, 0xB4, 0xE9]) / 255, array)
    if array.ndim < 2:
        # Thick enough to be seen.
        array = np.repeat(array.reshape(1, -1), max(1, array.size // 12), axis=0)
    return array if array.size else np.zeros((1, 1))


def _thinned(wanted: np.ndarray, got: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both arrays with no side longer than `LONGEST_SIDE`; shapes that differ go on differing."""
    step = -(-max(*wanted.shape[:2], *got.shape[:2]) // LONGEST_SIDE)
    if step <= 1:
        return wanted, got
    thin_wanted, thin_got = wanted[::step, ::step], got[::step, ::step]
    if wanted.shape != got.shape and thin_wanted.shape == thin_got.shape:
        # An honest "the shapes differ" needs shapes that do.
        if wanted.shape[0] != got.shape[0] and len(thin_got) > 1:
            thin_got = thin_got[:-1]
        else:
            thin_got = thin_got[:, :-1]
    return thin_wanted, thin_got


def _mark_missing(figure: Any, title: str) -> None:
    """Give pixels that are no number a colour of their own: left out, they look like white ones."""
    figure.suptitle(title)
    for axis in figure.axes:
        for image in axis.images:
            image.set_cmap(image.get_cmap().with_extremes(bad=_MISSING_COLOUR))
        if axis.get_title() == "difference, up to 0":
            axis.set_title("difference: not a number")


def _say_true_shapes(figure: Any, drawn: tuple[Any, Any], true: tuple[Any, Any]) -> None:
    """Put the arrays' own shapes into the panels' words where they were thinned or cut to be drawn."""
    from matplotlib.text import Text

    words = {}
    for small, full in zip(drawn, true, strict=True):
        if small != full:
            words[str(small)] = str(full)
            words["×".join(map(str, small))] = "×".join(map(str, full)) or "one number"
    for text in figure.findobj(Text) if words else ():
        said = text.get_text()
        for old, new in words.items():
            said = said.replace(old, new)
        if said != text.get_text():
            text.set_text(said)


def _compared(expected: np.ndarray, yours: np.ndarray, tolerance: float | None = None) -> str:
    """The picture's news in one or two sentences."""
    if expected.shape != yours.shape:
        return f"The shapes differ: {expected.shape} expected, yours is {yours.shape}."
    if expected.dtype.kind not in "biufc" or yours.dtype.kind not in "biufc":
        return "Yours does not hold numbers."
    kind = complex if "c" in (expected.dtype.kind, yours.dtype.kind) else float
    expected, yours = expected.astype(kind), yours.astype(kind)
    with np.errstate(all="ignore"):
        finite = np.isfinite(yours)
        scale = np.abs(expected[np.isfinite(expected)]).max(initial=1.0)
        distance = np.abs(yours - expected)
        allowed = 1e-5 * scale if tolerance is None else tolerance
        agree = (distance <= allowed) | (expected == yours) | (np.isnan(expected) & np.isnan(yours))
    if agree.all():
        return _NO_DIFFERENCE
    wrong = f"{int((~agree).sum())} of {agree.size} values differ"
    known = distance[~agree & np.isfinite(distance)]
    if known.size:
        wrong += f", by up to {known.max():.3g}"
    strange = int((~finite & np.isfinite(expected)).sum())
    return wrong + (f"; {strange} {_NOT_FINITE}" if strange else ".")
