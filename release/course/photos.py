"""Two real photographs that scikit-learn carries: nothing to download."""

from __future__ import annotations

import numpy as np

__all__ = ["PHOTOS", "load_photo"]

PHOTOS = ("china", "flower")
"""Names of the photographs; both are 427 pixels high and 640 wide."""


def load_photo(name: str = "china", size: tuple[int, int] | None = None) -> np.ndarray:
    """Load one of scikit-learn's sample photographs.

    Parameters
    ----------
    name : str
        ``"china"`` (a tower above trees and water) or ``"flower"`` (a dahlia).
    size : (int, int), optional
        Height and width in pixels; crops about the centre.  The whole photograph by default.

    Returns
    -------
    numpy.ndarray
        Shape (H, W, 3), uint8, values 0..255.  A fresh array: change it as you like.

    Raises
    ------
    ValueError
        For an unknown name, or a size that is not positive or larger than the photograph.

    Notes
    -----
    Source: `sklearn.datasets.load_sample_image`.  Both photographs are under the licence Creative
    Commons Attribution 2.0; from Flickr, by danielbuechele (china) and vultilion (flower).
    """
    if name not in PHOTOS:
        raise ValueError(f"there is no photo {name!r}: choose one of {', '.join(PHOTOS)}")
    from sklearn.datasets import load_sample_image  # slow to import, so only where a photo is wanted

    photo = np.array(load_sample_image(f"{name}.jpg"))
    if size is None:
        return photo
    height, width = size
    if height < 1 or width < 1:
        raise ValueError(f"a crop needs at least one pixel each way, not {height}x{width}")
    if height > photo.shape[0] or width > photo.shape[1]:
        raise ValueError(
            f"a crop of {height}x{width} is larger than the photo, which is {photo.shape[0]}x{photo.shape[1]}"
        )
    top, left = (photo.shape[0] - height) // 2, (photo.shape[1] - width) // 2
    return photo[top : top + height, left : left + width].copy()
