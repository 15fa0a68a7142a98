"""Near-duplicates: finding images that show almost the same, and splitting so that no two of them are parted."""

from __future__ import annotations

import numpy as np

__all__ = ["alike", "split"]

_LIKENESS = 0.9  # between 0.93 and 0.98 the number of groups in Sign Language MNIST hardly changes
_TEST = 0.25
_SEED = 7172


def alike(images: np.ndarray, labels: np.ndarray, likeness: float = _LIKENESS) -> np.ndarray:
    """Number the groups of images of one class that are alike, directly or through others.

    Sign Language MNIST was made by varying some 1,700 photos (brightness, noise, a tilt of three degrees): its
    7,172 test images show only some 330 of them, each about 20 times.

    Parameters
    ----------
    images : numpy.ndarray
        Shape (N, H, W).
    labels : numpy.ndarray
        Shape (N,).
    likeness : float
        Correlation of the pixels from which on two images count as alike.

    Returns
    -------
    numpy.ndarray
        Shape (N,), int: the group of each image.
    """
    from scipy.sparse import coo_matrix  # only where groups are looked for
    from scipy.sparse.csgraph import connected_components

    groups = np.empty(len(images), int)
    first = 0
    for label in np.unique(labels):
        here = np.flatnonzero(labels == label)
        flat = images[here].reshape(len(here), -1).astype(np.float32)
        flat -= flat.mean(1, keepdims=True)
        flat /= np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6
        one, other = np.nonzero(flat @ flat.T >= likeness)
        graph = coo_matrix((np.ones(len(one)), (one, other)), (len(here), len(here)))
        count, numbers = connected_components(graph, directed=False)
        groups[here] = first + numbers
        first += count
    return groups


def split(groups: np.ndarray, labels: np.ndarray, share: float = _TEST) -> np.ndarray:
    """Choose whole groups for testing, at random but always the same, up to this share of each class.

    Returns
    -------
    numpy.ndarray
        Shape (N,), bool: which images are for testing.  A class that is one single group has none.
    """
    rng = np.random.default_rng(_SEED)
    test = np.zeros(len(groups), bool)
    for label in np.unique(labels):
        here = labels == label
        names, sizes = np.unique(groups[here], return_counts=True)
        room = share * here.sum()
        for place in rng.permutation(len(names)):
            if sizes[place] <= room and sizes[place] < here.sum():
                test |= groups == names[place]
                room -= sizes[place]
    return test
