# %% [markdown]
# # maxPooling2D

# %% answer="maxPooling2D" name="all windows at once with as_strided"
from numpy.lib.stride_tricks import as_strided


def maxPooling2D(image, pool_size=2, strides=None):
    image = np.ascontiguousarray(image)
    kh, kw = pool_size if isinstance(pool_size, (tuple, list)) else (pool_size, pool_size)
    if strides is None:
        strides = (kh, kw)
    sh, sw = strides if isinstance(strides, (tuple, list)) else (strides, strides)
    shape = ((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1, kh, kw)
    steps = (image.strides[0] * sh, image.strides[1] * sw, *image.strides)
    return as_strided(image, shape, steps).max(axis=(2, 3))


# %% answer="maxPooling2D" name="four plain loops"
def maxPooling2D(img, pool_size=2, strides=None):
    strides = strides or pool_size
    if type(pool_size) is int:
        pool_size = (pool_size, pool_size)
    if type(strides) is int:
        strides = (strides, strides)
    rows = int((len(img) - pool_size[0]) / strides[0]) + 1
    columns = int((len(img[0]) - pool_size[1]) / strides[1]) + 1
    out = np.empty((rows, columns), dtype=np.float32)
    for r in range(rows):
        for c in range(columns):
            best = float("-inf")
            for i in range(pool_size[0]):
                for j in range(pool_size[1]):
                    value = img[r * strides[0] + i][c * strides[1] + j]
                    if value > best:
                        best = value
            out[r, c] = best
    return out


# %% answer="maxPooling2D" name="ranges of corners"
def maxPooling2D(x, pool_size=2, strides=None):
    (ph, pw), (sh, sw) = pair(pool_size), pair(strides if strides is not None else pool_size)
    tops, lefts = range(0, x.shape[0] - ph + 1, sh), range(0, x.shape[1] - pw + 1, sw)
    return np.array([[np.amax(x[t : t + ph, l : l + pw]) for l in lefts] for t in tops])


# %% answer="maxPooling2D" name="callable object on SciPy's filter"
from scipy.ndimage import maximum_filter


class Pooling:
    def __call__(self, image, pool_size=2, strides=None):
        size = np.broadcast_to(pool_size, 2)
        step = size if strides is None else np.broadcast_to(strides, 2)
        everywhere = maximum_filter(image, tuple(size), origin=[-(int(k) // 2) for k in size])
        inside = everywhere[: image.shape[0] - size[0] + 1, : image.shape[1] - size[1] + 1]
        return inside[:: step[0], :: step[1]]


maxPooling2D = Pooling()


# %% answer="maxPooling2D" name="recursive helper and a lambda"
def _numbers(x, otherwise=None):
    x = otherwise if x is None else x
    return (x, x) if isinstance(x, (int, np.integer)) else tuple(int(v) for v in x)


maxPooling2D = lambda image, pool_size=2, strides=None: np.maximum.reduce(
    [
        image[
            i : i
            + ((image.shape[0] - _numbers(pool_size)[0]) // _numbers(strides, pool_size)[0])
            * _numbers(strides, pool_size)[0]
            + 1 : _numbers(strides, pool_size)[0],
            j : j
            + ((image.shape[1] - _numbers(pool_size)[1]) // _numbers(strides, pool_size)[1])
            * _numbers(strides, pool_size)[1]
            + 1 : _numbers(strides, pool_size)[1],
        ]
        for i in range(_numbers(pool_size)[0])
        for j in range(_numbers(pool_size)[1])
    ]
)


# %% answer="maxPooling2D" name="the largest after sorting"
def maxPooling2D(image, pool_size=2, strides=None):
    if strides is None:
        strides = pool_size
    pool_size, strides = pair(pool_size), pair(strides)
    size = [(n - k) // s + 1 for n, k, s in zip(image.shape, pool_size, strides)]
    output = np.full(size, -np.inf)
    for place in np.ndindex(*size):
        corner = [p * s for p, s in zip(place, strides)]
        window = tuple(slice(c, c + k) for c, k in zip(corner, pool_size))
        output[place] = sorted(image[window].ravel().tolist())[-1]
    return output


# %% answer="maxPooling2D" name="started-at-zero" loses=["test_maxPooling2D_negative", "test_maxPooling2D_together"] says="started-too-high"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            for value in image[h * sh : h * sh + kh, w * sw : w * sw + kw].ravel():
                if value > out[h, w]:
                    out[h, w] = value
    return out


# %% answer="maxPooling2D" name="started-at-minus-999" loses=["test_maxPooling2D_negative"] says="started-too-high"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.full(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1), -999.0)
    for h, w in np.ndindex(*out.shape):
        out[h, w] = max(out[h, w], image[h * sh : h * sh + kh, w * sw : w * sw + kw].max())
    return out


# %% answer="maxPooling2D" name="absolute-values" loses=["test_maxPooling2D_negative", "test_maxPooling2D_together"] says=""
# No name: who takes the largest magnitude has misread, rather than made one of the known slips.
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = np.abs(image[h * sh : h * sh + kh, w * sw : w * sw + kw].astype(float)).max()
    return out


# %% answer="maxPooling2D" name="rounded-up" loses=["test_maxPooling2D_edges", "test_maxPooling2D_together"] says="rounded-up"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    rows = int(np.ceil((image.shape[0] - kh) / sh)) + 1
    columns = int(np.ceil((image.shape[1] - kw) / sw)) + 1
    out = np.zeros((rows, columns))
    for h in range(rows):
        for w in range(columns):
            out[h, w] = np.max(image[h * sh : h * sh + kh, w * sw : w * sw + kw])
    return out


# %% answer="maxPooling2D" name="rounded-to-nearest" loses=["test_maxPooling2D_edges", "test_maxPooling2D_together"] says="rounded-up"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    rows = int((image.shape[0] - kh) / sh + 1.5)
    columns = int((image.shape[1] - kw) / sw + 1.5)
    out = np.zeros((rows, columns))
    for h in range(rows):
        for w in range(columns):
            out[h, w] = np.max(image[h * sh : h * sh + kh, w * sw : w * sw + kw])
    return out


# %% answer="maxPooling2D" name="padded-with-zeros-to-fit" loses=["test_maxPooling2D_edges", "test_maxPooling2D_together"] says="rounded-up"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    image = np.pad(image, ((0, -(image.shape[0] - kh) % sh), (0, -(image.shape[1] - kw) % sw)))
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="stride-from-pool-size" loses=["test_maxPooling2D_strides", "test_maxPooling2D_together"] says="stride-from-pool-size"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    out = np.zeros((image.shape[0] // kh, image.shape[1] // kw))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[h, w] = image[h * kh : (h + 1) * kh, w * kw : (w + 1) * kw].max()
    return out


# %% answer="maxPooling2D" name="reshape-trick-without-strides" loses=["test_maxPooling2D_strides", "test_maxPooling2D_together"] says="stride-from-pool-size"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    rows, columns = image.shape[0] // kh, image.shape[1] // kw
    return image[: rows * kh, : columns * kw].reshape(rows, kh, columns, kw).max(axis=(1, 3))


# %% answer="maxPooling2D" name="stride-in-size-only" loses=["test_maxPooling2D_strides", "test_maxPooling2D_together"] says="stride-not-in-window"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            window = image[h * kh : h * kh + kh, w * kw : w * kw + kw]
            if window.size:
                out[h, w] = window.max()
    return out


# %% answer="maxPooling2D" name="stride-in-window-only" loses=["test_maxPooling2D_strides", "test_maxPooling2D_together"] says="stride-not-in-size"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros((image.shape[0] // kh, image.shape[1] // kw))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="window-cut-at-edge" loses=["test_maxPooling2D_strides", "test_maxPooling2D_edges", "test_maxPooling2D_together"] says="window-cut-at-edge"
# Overlapping windows always hang over the edge here, so this costs the strides too.
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    return np.array(
        [
            [image[h : h + kh, w : w + kw].max() for w in range(0, image.shape[1], sw)]
            for h in range(0, image.shape[0], sh)
        ]
    )


# %% answer="maxPooling2D" name="size-divided-by-stride" loses=["test_maxPooling2D_strides", "test_maxPooling2D_together"] says="window-cut-at-edge"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros((image.shape[0] // sh, image.shape[1] // sw))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="last-window-missing" loses=["test_maxPooling2D", "test_maxPooling2D_defaults", "test_maxPooling2D_strides", "test_maxPooling2D_edges", "test_maxPooling2D_negative", "test_maxPooling2D_shapes", "test_maxPooling2D_pairs", "test_maxPooling2D_new_array", "test_maxPooling2D_together"] says="last-window-missing"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh, (image.shape[1] - kw) // sw))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="window-at-every-pixel" loses=["test_maxPooling2D", "test_maxPooling2D_defaults", "test_maxPooling2D_strides", "test_maxPooling2D_edges", "test_maxPooling2D_negative", "test_maxPooling2D_shapes", "test_maxPooling2D_pairs", "test_maxPooling2D_new_array", "test_maxPooling2D_together"] says="stride-not-in-window"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[h, w] = image[h : h + kh, w : w + kw].max()
    return out


# %% answer="maxPooling2D" name="nested-lists" loses=["test_maxPooling2D_new_array"] says="wrong-container"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    return [
        [float(image[h : h + kh, w : w + kw].max()) for w in range(0, image.shape[1] - kw + 1, sw)]
        for h in range(0, image.shape[0] - kh + 1, sh)
    ]


# %% answer="maxPooling2D" name="np.matrix" loses=["test_maxPooling2D_new_array"] says="wrong-container"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    return np.matrix(
        [
            [image[h : h + kh, w : w + kw].max() for w in range(0, image.shape[1] - kw + 1, sw)]
            for h in range(0, image.shape[0] - kh + 1, sh)
        ]
    )


# %% answer="maxPooling2D" name="channel-axis-added" loses=["test_maxPooling2D_new_array"] says="extra-axis"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1, 1))
    for h, w, _ in np.ndindex(*out.shape):
        out[h, w, 0] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="input-modified" loses=["test_maxPooling2D_new_array"] says="input-modified"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    image[: out.shape[0], : out.shape[1]] = out
    return out


# %% answer="maxPooling2D" name="square-image-by-height" loses=["test_maxPooling2D_shapes", "test_maxPooling2D_together"] says="square-image-assumed"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    n = image.shape[0]
    out = np.zeros(((n - kh) // sh + 1, (n - kw) // sw + 1))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="square-image-by-width" loses=["test_maxPooling2D_shapes", "test_maxPooling2D_together"] says="square-image-assumed"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    n = image.shape[1]
    out = np.zeros(((n - kh) // sh + 1, (n - kw) // sw + 1))
    for h in range(out.shape[0]):
        for w in range(out.shape[1]):
            out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="output-transposed" loses=["test_maxPooling2D_shapes", "test_maxPooling2D_pairs", "test_maxPooling2D_together"] says="square-image-assumed"
# A pair makes the output of a square image oblong, so that this shows there too.
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    width, height = (image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1
    out = np.zeros((height, width))
    for h in range(height):
        for w in range(width):
            out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="numbers-only" loses=["test_maxPooling2D_pairs", "test_maxPooling2D_together"] says="pair-not-handled"
def maxPooling2D(image, pool_size=2, strides=None):
    if strides is None:
        strides = pool_size
    height = (image.shape[0] - pool_size) // strides + 1
    width = (image.shape[1] - pool_size) // strides + 1
    out = np.zeros((height, width))
    for h in range(height):
        for w in range(width):
            top, left = h * strides, w * strides
            out[h, w] = np.max(image[top : top + pool_size, left : left + pool_size])
    return out


# %% answer="maxPooling2D" name="pool-size-as-pair-only-with-pair-strides" loses=["test_maxPooling2D_pairs", "test_maxPooling2D_together"] says="pair-not-handled"
def maxPooling2D(image, pool_size=2, strides=None):
    if strides is None:
        strides = pool_size
    if isinstance(pool_size, int):
        pool_size, strides = (pool_size, pool_size), (strides, strides)
    height = (image.shape[0] - pool_size[0]) // strides[0] + 1
    width = (image.shape[1] - pool_size[1]) // strides[1] + 1
    out = np.zeros((height, width))
    for h in range(height):
        for w in range(width):
            top, left = h * strides[0], w * strides[1]
            out[h, w] = np.max(image[top : top + pool_size[0], left : left + pool_size[1]])
    return out


# %% answer="maxPooling2D" name="pair-swapped" loses=["test_maxPooling2D_pairs", "test_maxPooling2D_together"] says="pair-swapped"
def maxPooling2D(image, pool_size=2, strides=None):
    kw, kh = pair(pool_size)
    sw, sh = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="first-of-the-pair" loses=["test_maxPooling2D_pairs", "test_maxPooling2D_together"] says="one-of-the-pair"
def maxPooling2D(image, pool_size=2, strides=None):
    k = pool_size if isinstance(pool_size, int) else pool_size[0]
    s = k if strides is None else strides if isinstance(strides, int) else strides[0]
    out = np.zeros(((image.shape[0] - k) // s + 1, (image.shape[1] - k) // s + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * s : h * s + k, w * s : w * s + k].max()
    return out


# %% answer="maxPooling2D" name="none-not-handled" loses=["test_maxPooling2D_defaults", "test_maxPooling2D_together"] says="none-not-handled"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = (strides, strides) if isinstance(strides, int) else strides
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="none-means-one" loses=["test_maxPooling2D_defaults", "test_maxPooling2D_together"] says="default-stride-one"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(1 if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="none-means-two" loses=["test_maxPooling2D_defaults", "test_maxPooling2D_together"] says="default-stride-fixed"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(2 if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="integer-output" loses=["test_maxPooling2D", "test_maxPooling2D_together"] says="fractions-lost"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1), dtype=int)
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="bytes-output" loses=["test_maxPooling2D", "test_maxPooling2D_negative", "test_maxPooling2D_together"] says="fractions-lost"
# Bytes have no fractions and no signs: two faults, so two checks besides the last.
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out.astype(np.uint8)


# %% answer="maxPooling2D" name="mean" loses=["test_maxPooling2D", "test_maxPooling2D_defaults", "test_maxPooling2D_strides", "test_maxPooling2D_edges", "test_maxPooling2D_negative", "test_maxPooling2D_shapes", "test_maxPooling2D_pairs", "test_maxPooling2D_new_array", "test_maxPooling2D_together"] says="mean-not-max"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].mean()
    return out


# %% answer="maxPooling2D" name="swallows-errors" loses=["test_maxPooling2D_pairs", "test_maxPooling2D_together"] says=""
# Zeros instead of an error hide which mistake it was.
def maxPooling2D(image, pool_size=2, strides=None):
    try:
        s = pool_size if strides is None else strides
        out = np.zeros(((image.shape[0] - pool_size) // s + 1, (image.shape[1] - pool_size) // s + 1))
        for h, w in np.ndindex(*out.shape):
            out[h, w] = image[h * s : h * s + pool_size, w * s : w * s + pool_size].max()
        return out
    except Exception:
        return np.zeros(image.shape)


# %% answer="maxPooling2D" name="image-as-it-is" loses=["test_maxPooling2D", "test_maxPooling2D_defaults", "test_maxPooling2D_strides", "test_maxPooling2D_edges", "test_maxPooling2D_negative", "test_maxPooling2D_shapes", "test_maxPooling2D_pairs", "test_maxPooling2D_new_array", "test_maxPooling2D_together"] says=""
# Nothing was done, so there is no slip to name; the message says that the shape is not the wanted one.
def maxPooling2D(image, pool_size=2, strides=None):
    return image


# %% answer="maxPooling2D" name="prints-instead" loses=["test_maxPooling2D", "test_maxPooling2D_defaults", "test_maxPooling2D_strides", "test_maxPooling2D_edges", "test_maxPooling2D_negative", "test_maxPooling2D_shapes", "test_maxPooling2D_pairs", "test_maxPooling2D_new_array", "test_maxPooling2D_together"] says="returned-none"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    print(image[:kh, :kw].max())


# %% answer="maxPooling2D" name="none-means-the-height" loses=["test_maxPooling2D_together"] says="default-one-side"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair((pool_size if np.isscalar(pool_size) else pool_size[0]) if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="strides-swapped" loses=["test_maxPooling2D_together", "test_maxPooling2D_pairs"] says="pair-swapped"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sw, sh = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="maxPooling2D" name="value-by-value-at-the-pool-size" loses=["test_maxPooling2D_strides", "test_maxPooling2D_together"] says="window-outside-image"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.full(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1), -np.inf)
    for h, w in np.ndindex(*out.shape):
        for i, j in np.ndindex(kh, kw):
            out[h, w] = max(out[h, w], image[h * kh + i, w * kw + j])
    return out


# %% answer="maxPooling2D" name="empty-windows" loses=["test_maxPooling2D_strides", "test_maxPooling2D_together"] says="window-outside-image"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * kh : h * kh + kh, w * kw : w * kw + kw].max()
    return out


# %% answer="maxPooling2D" name="value-by-value-rounded-up" loses=["test_maxPooling2D_edges", "test_maxPooling2D_together"] says="window-outside-image"
def maxPooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    rows = int(np.ceil((image.shape[0] - kh) / sh)) + 1
    columns = int(np.ceil((image.shape[1] - kw) / sw)) + 1
    out = np.zeros((rows, columns))
    for h, w in np.ndindex(rows, columns):
        out[h, w] = max(image[h * sh + i, w * sw + j] for i in range(kh) for j in range(kw))
    return out


# %% [markdown]
# # averagePooling2D


# %% answer="averagePooling2D" name="float32 with sums over offsets"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    rows, columns = (image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1
    total = np.zeros((rows, columns), np.float32)
    for i in range(kh):
        for j in range(kw):
            total += image[i : i + (rows - 1) * sh + 1 : sh, j : j + (columns - 1) * sw + 1 : sw]
    return total / (kh * kw)


# %% answer="averagePooling2D" name="with an integral image"
def averagePooling2D(picture, pool_size=2, strides=None):
    kh, kw = (pool_size,) * 2 if isinstance(pool_size, int) else pool_size
    sh, sw = (kh, kw) if strides is None else ((strides,) * 2 if isinstance(strides, int) else strides)
    sums = np.pad(np.asarray(picture, dtype=float).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    windows = sums[kh:, kw:] - sums[:-kh, kw:] - sums[kh:, :-kw] + sums[:-kh, :-kw]
    return windows[::sh, ::sw] / (kh * kw)


# %% answer="averagePooling2D" name="partial of a general pooling"
from functools import partial


def pool(image, pool_size=2, strides=None, reduce=max):
    size, step = pair(pool_size), pair(strides or pool_size)
    out = np.zeros([(n - k) // s + 1 for n, k, s in zip(image.shape, size, step)])
    for h, w in np.ndindex(*out.shape):
        out[h, w] = reduce(image[h * step[0] : h * step[0] + size[0], w * step[1] : w * step[1] + size[1]])
    return out


averagePooling2D = partial(pool, reduce=np.average)


# %% answer="averagePooling2D" name="value by value in Python numbers"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    rows = []
    for top in range(0, image.shape[0] - kh + 1, sh):
        row = []
        for left in range(0, image.shape[1] - kw + 1, sw):
            total = 0.0
            for i in range(kh):
                for j in range(kw):
                    total += float(image[top + i, left + j])
            row.append(total / (kh * kw))
        rows.append(row)
    return np.array(rows)


# %% answer="averagePooling2D" name="dtype-of-the-image" loses=["test_averagePooling2D_integers"] says="fractions-lost"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1), dtype=image.dtype)
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].mean()
    return out


# %% answer="averagePooling2D" name="whole-division" loses=["test_averagePooling2D_integers"] says="fractions-lost"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].sum() // (kh * kw)
    return out


# %% answer="averagePooling2D" name="rounded-like-an-image" loses=["test_averagePooling2D_integers"] says="fractions-lost"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1), dtype=int)
    for h, w in np.ndindex(*out.shape):
        out[h, w] = round(float(np.mean(image[h * sh : h * sh + kh, w * sw : w * sw + kw])))
    return out


# %% answer="averagePooling2D" name="bytes-added-as-bytes" loses=["test_averagePooling2D_integers"] says="bytes-overflow"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        total = 0
        for i in range(kh):
            for j in range(kw):
                total = total + image[h * sh + i, w * sw + j]
        out[h, w] = total / (kh * kw)
    return out


# %% answer="averagePooling2D" name="sum" loses=["test_averagePooling2D", "test_averagePooling2D_integers", "test_averagePooling2D_windows", "test_averagePooling2D_edges", "test_averagePooling2D_new_array"] says="sum-not-mean"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].sum()
    return out


# %% answer="averagePooling2D" name="maximum" loses=["test_averagePooling2D", "test_averagePooling2D_integers", "test_averagePooling2D_windows", "test_averagePooling2D_edges", "test_averagePooling2D_new_array"] says="max-not-mean"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].max()
    return out


# %% answer="averagePooling2D" name="always-divided-by-four" loses=["test_averagePooling2D", "test_averagePooling2D_integers", "test_averagePooling2D_windows", "test_averagePooling2D_edges"] says="divided-by-other"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].sum() / 4
    return out


# %% answer="averagePooling2D" name="divided-by-height-squared" loses=["test_averagePooling2D_windows"] says="divided-by-other"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].sum() / kh**2
    return out


# %% answer="averagePooling2D" name="stride-from-pool-size" loses=["test_averagePooling2D_windows"] says="stride-from-pool-size"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    rows, columns = image.shape[0] // kh, image.shape[1] // kw
    return image[: rows * kh, : columns * kw].reshape(rows, kh, columns, kw).mean(axis=(1, 3))


# %% answer="averagePooling2D" name="numbers-only" loses=["test_averagePooling2D_windows"] says="pair-not-handled"
def averagePooling2D(image, pool_size=2, strides=None):
    s = pool_size if strides is None else strides
    out = np.zeros(((image.shape[0] - pool_size) // s + 1, (image.shape[1] - pool_size) // s + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * s : h * s + pool_size, w * s : w * s + pool_size].mean()
    return out


# %% answer="averagePooling2D" name="none-not-handled" loses=["test_averagePooling2D_windows"] says="none-not-handled"
def averagePooling2D(image, pool_size=2, strides=None):
    (kh, kw), (sh, sw) = np.broadcast_to(pool_size, 2), np.broadcast_to(strides, 2)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].mean()
    return out


# %% answer="averagePooling2D" name="rounded-up" loses=["test_averagePooling2D_edges"] says="rounded-up"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros((-(-(image.shape[0] - kh) // sh) + 1, -(-(image.shape[1] - kw) // sw) + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].mean()
    return out


# %% answer="averagePooling2D" name="nested-lists" loses=["test_averagePooling2D_new_array"] says="wrong-container"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    return [
        [float(image[h : h + kh, w : w + kw].mean()) for w in range(0, image.shape[1] - kw + 1, sw)]
        for h in range(0, image.shape[0] - kh + 1, sh)
    ]


# %% answer="averagePooling2D" name="input-modified" loses=["test_averagePooling2D_new_array"] says="input-modified"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    scaled = np.asarray(image, dtype=float)
    scaled /= kh * kw
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = scaled[h * sh : h * sh + kh, w * sw : w * sw + kw].sum()
    return out


# %% answer="averagePooling2D" name="none-means-the-height" loses=["test_averagePooling2D_windows"] says="default-one-side"
def averagePooling2D(image, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair((pool_size if np.isscalar(pool_size) else pool_size[0]) if strides is None else strides)
    out = np.zeros(((image.shape[0] - kh) // sh + 1, (image.shape[1] - kw) // sw + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = image[h * sh : h * sh + kh, w * sw : w * sw + kw].mean()
    return out


# %% [markdown]
# # global_average_pooling


# %% answer="global_average_pooling" name="einsum"
def global_average_pooling(batch):
    return np.einsum("nhwc->nc", batch) / np.prod(batch.shape[1:3])


# %% answer="global_average_pooling" name="loops over images and channels"
def global_average_pooling(images):
    n, height, width, channels = images.shape
    out = np.zeros((n, channels), dtype="float32")
    for i in range(n):
        for c in range(channels):
            out[i, c] = images[i, :, :, c].sum() / (height * width)
    return out


# %% answer="global_average_pooling" name="lambda, flattened pixels"
global_average_pooling = lambda maps: np.mean(maps.reshape(maps.shape[0], -1, maps.shape[3]), axis=1)


# %% answer="global_average_pooling" name="one axis after the other"
def global_average_pooling(images):
    return np.asarray(images).mean(1).mean(1)


# %% answer="global_average_pooling" name="over-channels" loses=["test_global_average_pooling", "test_global_average_pooling_new_array"] says="channels-averaged"
def global_average_pooling(images):
    return images.mean(axis=-1)


# %% answer="global_average_pooling" name="over-the-batch" loses=["test_global_average_pooling", "test_global_average_pooling_new_array"] says="batch-averaged"
def global_average_pooling(images):
    return images.mean(axis=(0, 1, 2))


# %% answer="global_average_pooling" name="channels-first" loses=["test_global_average_pooling", "test_global_average_pooling_new_array"] says="wrong-axes"
def global_average_pooling(images):
    return images.mean(axis=(2, 3))


# %% answer="global_average_pooling" name="global-maximum" loses=["test_global_average_pooling", "test_global_average_pooling_new_array"] says="max-not-mean"
def global_average_pooling(images):
    return images.max(axis=(1, 2))


# %% answer="global_average_pooling" name="sum" loses=["test_global_average_pooling", "test_global_average_pooling_new_array"] says="sum-not-mean"
def global_average_pooling(images):
    return np.sum(images, axis=(1, 2))


# %% answer="global_average_pooling" name="axes-kept" loses=["test_global_average_pooling_new_array"] says="extra-axis"
def global_average_pooling(images):
    return images.mean(axis=(1, 2), keepdims=True)


# %% answer="global_average_pooling" name="squeezed" loses=["test_global_average_pooling_new_array"] says="extra-axis"
def global_average_pooling(images):
    return np.squeeze(images.mean(axis=(1, 2)))


# %% answer="global_average_pooling" name="nested-lists" loses=["test_global_average_pooling_new_array"] says="wrong-container"
def global_average_pooling(images):
    return [[float(image[..., c].mean()) for c in range(image.shape[-1])] for image in images]


# %% answer="global_average_pooling" name="input-modified" loses=["test_global_average_pooling_new_array"] says="input-modified"
def global_average_pooling(images):
    images /= images.shape[1] * images.shape[2]
    return images.sum(axis=(1, 2))


# %% [markdown]
# # dense_weights


# %% answer="dense_weights" name="product of the shape of the weights"
def dense_weights(h, w, c, units):
    return int(np.prod([h * w * c, units]))


# %% answer="dense_weights" name="lambda with a float"
dense_weights = lambda height, width, channels, units: 1.0 * height * width * channels * units


# %% answer="dense_weights" name="biases-counted" loses=["test_dense_weights"] says="biases-counted"
def dense_weights(height, width, channels, units):
    return (height * width * channels + 1) * units


# %% answer="dense_weights" name="units-forgotten" loses=["test_dense_weights"] says="units-forgotten"
def dense_weights(height, width, channels, units):
    return height * width * channels


# %% answer="dense_weights" name="added" loses=["test_dense_weights"] says="added-not-multiplied"
def dense_weights(height, width, channels, units):
    return height * width * channels + units


# %% answer="dense_weights" name="googlenet-only" loses=["test_dense_weights"] says=""
# A constant is no slip that one could name: the second case shows it.
def dense_weights(height, width, channels, units):
    return 51380224


# %% [markdown]
# # maxPooling2D_backward


# %% answer="maxPooling2D_backward" name="running maximum with strict comparison"
def maxPooling2D_backward(image, grad, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape, dtype=np.float64)
    for h in range(grad.shape[0]):
        for w in range(grad.shape[1]):
            best, where = None, None
            for i in range(h * sh, h * sh + kh):
                for j in range(w * sw, w * sw + kw):
                    if best is None or image[i, j] > best:
                        best, where = image[i, j], (i, j)
            out[where] += grad[h, w]
    return out


# %% answer="maxPooling2D_backward" name="np.add.at with sliding windows"
from numpy.lib.stride_tricks import sliding_window_view


def maxPooling2D_backward(x, dy, pool_size=2, strides=None):
    (kh, kw), (sh, sw) = pair(pool_size), pair(strides or pool_size)
    windows = sliding_window_view(x, (kh, kw))[::sh, ::sw]
    first = windows.reshape(*windows.shape[:2], -1).argmax(axis=-1)
    rows, columns = np.indices(dy.shape)
    dx = np.zeros(x.shape)
    np.add.at(dx, (rows * sh + first // kw, columns * sw + first % kw), dy)
    return dx


# %% answer="maxPooling2D_backward" name="first of the matching places, float32"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    size, step = pair(pool_size), pair(pool_size if strides is None else strides)
    result = np.zeros_like(image, dtype="float32")
    for place, value in np.ndenumerate(gradient):
        corner = np.array(place) * step
        window = image[corner[0] : corner[0] + size[0], corner[1] : corner[1] + size[1]]
        result[tuple(corner + np.argwhere(window == window.max())[0])] += value
    return result


# %% answer="maxPooling2D_backward" name="spread-over-the-window" loses=["test_maxPooling2D_backward", "test_maxPooling2D_backward_overlap", "test_maxPooling2D_backward_ties", "test_maxPooling2D_backward_together", "test_maxPooling2D_backward_new_array"] says="spread-like-average"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        out[h * sh : h * sh + kh, w * sw : w * sw + kw] += gradient[h, w] / (kh * kw)
    return out


# %% answer="maxPooling2D_backward" name="ties-to-all" loses=["test_maxPooling2D_backward_ties"] says="ties-to-all"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        out[h * sh : h * sh + kh, w * sw : w * sw + kw] += (window == window.max()) * gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="ties-shared" loses=["test_maxPooling2D_backward_ties"] says="ties-shared"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        mask = window == window.max()
        out[h * sh : h * sh + kh, w * sw : w * sw + kw] += mask * gradient[h, w] / mask.sum()
    return out


# %% answer="maxPooling2D_backward" name="ties-to-last" loses=["test_maxPooling2D_backward_ties"] says="ties-to-last"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        best, where = -np.inf, None
        for i in range(h * sh, h * sh + kh):
            for j in range(w * sw, w * sw + kw):
                if image[i, j] >= best:
                    best, where = image[i, j], (i, j)
        out[where] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="ties-by-columns" loses=["test_maxPooling2D_backward_ties"] says="ties-by-columns"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        j, i = divmod(int(window.T.argmax()), kh)
        out[h * sh + i, w * sw + j] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="overwritten" loses=["test_maxPooling2D_backward_overlap", "test_maxPooling2D_backward_together"] says="overwritten"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        out[h * sh + i, w * sw + j] = gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="fancy-index-loses-repeats" loses=["test_maxPooling2D_backward_overlap", "test_maxPooling2D_backward_together"] says="overwritten"
from numpy.lib.stride_tricks import sliding_window_view


def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    (kh, kw), (sh, sw) = pair(pool_size), pair(strides or pool_size)
    windows = sliding_window_view(image, (kh, kw))[::sh, ::sw]
    first = windows.reshape(*windows.shape[:2], -1).argmax(axis=-1)
    rows, columns = np.indices(gradient.shape)
    out = np.zeros(image.shape)
    out[rows * sh + first // kw, columns * sw + first % kw] += gradient
    return out


# %% answer="maxPooling2D_backward" name="stride-ignored" loses=["test_maxPooling2D_backward_overlap", "test_maxPooling2D_backward_together"] says="stride-from-pool-size"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * kh : h * kh + kh, w * kw : w * kw + kw]
        if window.size:
            i, j = np.unravel_index(window.argmax(), window.shape)
            out[h * kh + i, w * kw + j] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="dtype-of-the-image" loses=["test_maxPooling2D_backward_new_array"] says="fractions-lost"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros_like(image)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        out[h * sh + i, w * sw + j] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="written-into-the-image" loses=["test_maxPooling2D_backward_new_array"] says="input-modified"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    original, image = np.array(image, dtype=float), np.asarray(image, dtype=float)
    image[:] = 0
    for h, w in np.ndindex(*gradient.shape):
        window = original[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        image[h * sh + i, w * sw + j] += gradient[h, w]
    return image


# %% answer="maxPooling2D_backward" name="maximum-instead-of-gradient" loses=["test_maxPooling2D_backward", "test_maxPooling2D_backward_overlap", "test_maxPooling2D_backward_ties", "test_maxPooling2D_backward_together", "test_maxPooling2D_backward_new_array"] says="maximum-not-gradient"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        out[h * sh + i, w * sw + j] += window[i, j]
    return out


# %% answer="maxPooling2D_backward" name="gradient-ignored" loses=["test_maxPooling2D_backward", "test_maxPooling2D_backward_overlap", "test_maxPooling2D_backward_ties", "test_maxPooling2D_backward_together", "test_maxPooling2D_backward_new_array"] says="gradient-ignored"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        out[h * sh + i, w * sw + j] += 1
    return out


# %% answer="maxPooling2D_backward" name="numbers-only" loses=["test_maxPooling2D_backward_together"] says="pair-not-handled"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    k, s = pool_size, strides or pool_size
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * s : h * s + k, w * s : w * s + k]
        i, j = np.unravel_index(window.argmax(), window.shape)
        out[h * s + i, w * s + j] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="nested-lists" loses=["test_maxPooling2D_backward_new_array"] says="wrong-container"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = [[0.0] * image.shape[1] for _ in range(image.shape[0])]
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = divmod(int(window.argmax()), kw)
        out[h * sh + i][w * sw + j] += float(gradient[h, w])
    return out


# %% answer="maxPooling2D_backward" name="zeros" loses=["test_maxPooling2D_backward", "test_maxPooling2D_backward_overlap", "test_maxPooling2D_backward_ties", "test_maxPooling2D_backward_together", "test_maxPooling2D_backward_new_array"] says=""
# Nothing was computed, so there is no slip to name.
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    return np.zeros(image.shape)


# %% answer="maxPooling2D_backward" name="none-means-two" loses=["test_maxPooling2D_backward_together"] says="default-stride-fixed"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(2 if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        out[h * sh + i, w * sw + j] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="none-means-the-height" loses=["test_maxPooling2D_backward_together"] says="default-one-side"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair((pool_size if np.isscalar(pool_size) else pool_size[0]) if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        out[h * sh + i, w * sw + j] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="argmax-split-by-height" loses=["test_maxPooling2D_backward_together"] says="argmax-by-height"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = divmod(int(window.argmax()), kh)
        out[h * sh + i, w * sw + j] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="window-offset-forgotten" loses=["test_maxPooling2D_backward", "test_maxPooling2D_backward_overlap", "test_maxPooling2D_backward_ties", "test_maxPooling2D_backward_together", "test_maxPooling2D_backward_new_array"] says="window-offset-forgotten"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        window = image[h * sh : h * sh + kh, w * sw : w * sw + kw]
        i, j = np.unravel_index(window.argmax(), window.shape)
        out[i, j] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="maximum-from-zero" loses=["test_maxPooling2D_backward_together"] says="maximum-from-zero"
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        best, row, column = 0, h * sh, w * sw
        for i in range(h * sh, h * sh + kh):
            for j in range(w * sw, w * sw + kw):
                if image[i, j] > best:
                    best, row, column = image[i, j], i, j
        out[row, column] += gradient[h, w]
    return out


# %% answer="maxPooling2D_backward" name="maximum-from-zero-and-nowhere" loses=["test_maxPooling2D_backward_ties", "test_maxPooling2D_backward_together"] says="maximum-from-zero"
# A window full of zeros is a tie too, and its gradient is lost.
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    kh, kw = pair(pool_size)
    sh, sw = pair(pool_size if strides is None else strides)
    out = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        best, place = 0, None
        for i in range(h * sh, h * sh + kh):
            for j in range(w * sw, w * sw + kw):
                if image[i, j] > best:
                    best, place = image[i, j], (i, j)
        if place is not None:
            out[place] += gradient[h, w]
    return out


# %% [markdown]
# # predicted_shapes


# %% answer="predicted_shapes" name="lists"
def predicted_shapes():
    return [[338, 598], [338, 598], [169, 299]]


# %% answer="predicted_shapes" name="an array, by the formula"
def predicted_shapes():
    conv = np.array([340, 600]) - 3 + 1
    return np.array([conv, conv, (conv - 2) // 2 + 1])


# %% answer="predicted_shapes" name="whole floats"
def predicted_shapes():
    return [(338.0, 598.0), (338.0, 598.0), (338 / 2, 598 / 2)]


# %% answer="predicted_shapes" name="size-kept" loses=["test_predicted_shapes_conv"] says="size-kept"
# The pooling follows from it, and keeps its point.
def predicted_shapes():
    return (340, 600), (340, 600), (170, 300)


# %% answer="predicted_shapes" name="whole-kernel-lost" loses=["test_predicted_shapes_conv"] says="whole-kernel-lost"
def predicted_shapes():
    return (337, 597), (337, 597), (168, 298)


# %% answer="predicted_shapes" name="width-first" loses=["test_predicted_shapes_conv"] says="rows-and-columns"
def predicted_shapes():
    return (598, 338), (598, 338), (299, 169)


# %% answer="predicted_shapes" name="relu-shrinks" loses=["test_predicted_shapes_conv"] says="relu-shape"
def predicted_shapes():
    return (338, 598), (336, 596), (168, 298)


# %% answer="predicted_shapes" name="pooled-at-stride-one" loses=["test_predicted_shapes_pool"] says="pooled-at-stride-one"
def predicted_shapes():
    return (338, 598), (338, 598), (337, 597)


# %% answer="predicted_shapes" name="pool-off-by-one" loses=["test_predicted_shapes_pool"] says="pool-shape"
def predicted_shapes():
    return (338, 598), (338, 598), (168, 298)


# %% answer="predicted_shapes" name="both-wrong" loses=["test_predicted_shapes_conv", "test_predicted_shapes_pool"] says="size-kept"
def predicted_shapes():
    return (340, 600), (340, 600), (169, 299 - 1)


# %% answer="predicted_shapes" name="zeros" loses=["test_predicted_shapes_conv", "test_predicted_shapes_pool"] says="conv-shape"
def predicted_shapes():
    return (0, 0), (0, 0), (0, 0)


# %% answer="predicted_shapes" name="numbers-of-values" loses=["test_predicted_shapes_conv", "test_predicted_shapes_pool"] says="not-three-shapes"
def predicted_shapes():
    return 338 * 598, 338 * 598, 169 * 299


# %% [markdown]
# # receptive_field


# %% answer="receptive_field" name="backwards from the last layer"
def receptive_field(layers):
    size = 1
    for kernel, stride in layers[::-1]:
        size = (size - 1) * stride + kernel
    return size


# %% answer="receptive_field" name="sum over products"
def receptive_field(stack):
    kernels, strides = np.array(stack).T
    before = np.cumprod(np.concatenate([[1], strides[:-1]]))
    return 1 + int(((kernels - 1) * before).sum())


# %% answer="receptive_field" name="measured with an impulse"
def receptive_field(layers):
    seen = {0}
    for kernel, stride in reversed(layers):
        seen = {first * stride + i for first in seen for i in range(kernel)}
    return max(seen) - min(seen) + 1


# %% answer="receptive_field" name="recursive"
receptive_field = lambda layers: (
    1 if not layers else (receptive_field(layers[1:]) - 1) * layers[0][1] + layers[0][0]
)


# %% answer="receptive_field" name="strides-ignored" loses=["test_receptive_field_strides"] says="strides-ignored"
def receptive_field(layers):
    return 1 + sum(kernel - 1 for kernel, stride in layers)


# %% answer="receptive_field" name="own-stride-first" loses=["test_receptive_field_strides"] says="own-stride-counted"
def receptive_field(layers):
    size, distance = 1, 1
    for kernel, stride in layers:
        distance *= stride
        size += (kernel - 1) * distance
    return size


# %% answer="receptive_field" name="previous-stride-only" loses=["test_receptive_field_strides"] says="previous-stride-only"
def receptive_field(layers):
    size, before = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * before
        before = stride
    return size


# %% answer="receptive_field" name="forwards-with-the-backward-formula" loses=["test_receptive_field_strides"] says="wrong-direction"
def receptive_field(layers):
    size = 1
    for kernel, stride in layers:
        size = (size - 1) * stride + kernel
    return size


# %% answer="receptive_field" name="kernels-summed" loses=["test_receptive_field", "test_receptive_field_strides"] says="kernels-summed"
def receptive_field(layers):
    size, distance = 0, 1
    for kernel, stride in layers:
        size += kernel * distance
        distance *= stride
    return size


# %% answer="receptive_field" name="kernels-multiplied" loses=["test_receptive_field", "test_receptive_field_strides"] says="kernels-multiplied"
def receptive_field(layers):
    size = 1
    for kernel, _ in layers:
        size *= kernel
    return size


# %% answer="receptive_field" name="started-at-zero" loses=["test_receptive_field", "test_receptive_field_strides"] says="one-missing"
def receptive_field(layers):
    size, distance = 0, 1
    for kernel, stride in layers:
        size += (kernel - 1) * distance
        distance *= stride
    return size


# %% answer="receptive_field" name="three-by-three-assumed" loses=["test_receptive_field", "test_receptive_field_strides"] says=""
# Learnt by heart from the text's examples: the public case with other kernels shows it, with its numbers.
def receptive_field(layers):
    return 2 * len(layers) + 1


# %% answer="receptive_field" name="kernels-added-to-one" loses=["test_receptive_field", "test_receptive_field_strides"] says="kernels-summed"
def receptive_field(layers):
    size, distance = 1, 1
    for kernel, stride in layers:
        size += kernel * distance
        distance *= stride
    return size


# %% answer="receptive_field" name="distances-added" loses=["test_receptive_field", "test_receptive_field_strides"] says="strides-added"
def receptive_field(layers):
    size, distance = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * distance
        distance += stride
    return size


# %% answer="receptive_field" name="empties-the-list" loses=["test_receptive_field"] says="input-modified"
def receptive_field(layers):
    size, distance = 1, 1
    while layers:
        kernel, stride = layers.pop(0)
        size += (kernel - 1) * distance
        distance *= stride
    return size


# %% [markdown]
# # flatten_dense


# %% answer="flatten_dense" name="image by image with ravel"
def flatten_dense(maps, weights, bias):
    return np.stack([np.dot(image.ravel(), weights) + bias for image in maps])


# %% answer="flatten_dense" name="tensordot on unflattened weights"
def flatten_dense(x, w, b):
    return np.tensordot(x, w.reshape(*x.shape[1:], -1), axes=3) + b


# %% answer="flatten_dense" name="loops in float32"
def flatten_dense(maps, weights, bias):
    n, height, width, channels = maps.shape
    out = np.tile(bias, (n, 1)).astype("float32")
    for i in range(n):
        k = 0
        for h in range(height):
            for w in range(width):
                for c in range(channels):
                    out[i] += maps[i, h, w, c] * weights[k]
                    k += 1
    return out


# %% answer="flatten_dense" name="bias-forgotten" loses=["test_flatten_dense_bias"] says="bias-forgotten"
def flatten_dense(maps, weights, bias):
    return maps.reshape(len(maps), -1) @ weights


# %% answer="flatten_dense" name="channels-first" loses=["test_flatten_dense_order"] says="channels-first"
def flatten_dense(maps, weights, bias):
    return maps.transpose(0, 3, 1, 2).reshape(len(maps), -1) @ weights + bias


# %% answer="flatten_dense" name="fortran-order" loses=["test_flatten_dense_order"] says="column-by-column"
def flatten_dense(maps, weights, bias):
    return maps.reshape(len(maps), -1, order="F") @ weights + bias


# %% answer="flatten_dense" name="softmax-applied" loses=["test_flatten_dense_order", "test_flatten_dense_bias", "test_flatten_dense_new_array"] says="softmax-applied"
def flatten_dense(maps, weights, bias):
    scores = maps.reshape(len(maps), -1) @ weights + bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# %% answer="flatten_dense" name="relu-at-the-end" loses=["test_flatten_dense_order", "test_flatten_dense_bias", "test_flatten_dense_new_array"] says="relu-at-the-end"
def flatten_dense(maps, weights, bias):
    return np.maximum(maps.reshape(len(maps), -1) @ weights + bias, 0)


# %% answer="flatten_dense" name="batch-axis-lost" loses=["test_flatten_dense_new_array"] says="extra-axis"
def flatten_dense(maps, weights, bias):
    scores = [image.flatten() @ weights + bias for image in maps]
    return scores[0] if len(scores) == 1 else np.array(scores)


# %% answer="flatten_dense" name="list-of-scores" loses=["test_flatten_dense_new_array"] says="wrong-container"
def flatten_dense(maps, weights, bias):
    return [image.flatten() @ weights + bias for image in maps]


# %% answer="flatten_dense" name="bias-used-up" loses=["test_flatten_dense_new_array"] says="input-modified"
def flatten_dense(maps, weights, bias):
    scores = maps.reshape(len(maps), -1) @ weights + bias
    bias -= bias
    return scores


# %% answer="flatten_dense" name="only-the-first-image" loses=["test_flatten_dense_order", "test_flatten_dense_bias"] says=""
# The message says that the shape is not the wanted one: one row instead of one an image.
def flatten_dense(maps, weights, bias):
    return (maps[0].ravel() @ weights + bias)[None]


# %% answer="flatten_dense" name="batch-flattened" loses=["test_flatten_dense_order", "test_flatten_dense_bias", "test_flatten_dense_new_array"] says="batch-flattened"
def flatten_dense(maps, weights, bias):
    return maps.reshape(-1) @ weights + bias


# %% [markdown]
# # cnn_forward


# %% answer="cnn_forward" name="pooled before ReLU"
def cnn_forward(x, k, kb, w, b):
    x = np.maximum(max_pool_maps(convolve_maps(x, k, kb)), 0)
    return x.reshape(x.shape[0], -1).dot(w) + b


# %% answer="cnn_forward" name="without the helpers"
from numpy.lib.stride_tricks import sliding_window_view


def cnn_forward(images, kernels, kernel_bias, weights, bias):
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))
    maps = np.einsum("nhwcij,ijcf->nhwf", windows, kernels) + kernel_bias
    maps[maps < 0] = 0
    pooled = sliding_window_view(maps, (2, 2), axis=(1, 2))[:, ::2, ::2].max(axis=(4, 5))
    return np.array([image.ravel() @ weights + bias for image in pooled])


# %% answer="cnn_forward" name="float32, one image at a time"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    scores = np.zeros((len(images), len(bias)), np.float32)
    for i in range(len(images)):
        maps = convolve_maps(images[i : i + 1].astype("float32"), kernels.astype("float32"), kernel_bias)
        scores[i] = max_pool_maps(maps * (maps > 0)).ravel() @ weights + bias
    return scores


# %% answer="cnn_forward" name="relu-forgotten" loses=["test_cnn_forward_relu", "test_cnn_forward_together"] says="relu-forgotten"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(convolve_maps(images, kernels, kernel_bias))
    return maps.reshape(len(maps), -1) @ weights + bias


# %% answer="cnn_forward" name="kernel-bias-forgotten" loses=["test_cnn_forward_bias", "test_cnn_forward_together"] says="kernel-bias-forgotten"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, 0), 0))
    return maps.reshape(len(maps), -1) @ weights + bias


# %% answer="cnn_forward" name="dense-bias-forgotten" loses=["test_cnn_forward_bias", "test_cnn_forward_together"] says="bias-forgotten"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, kernel_bias), 0))
    return maps.reshape(len(maps), -1) @ weights


# %% answer="cnn_forward" name="both-biases-forgotten" loses=["test_cnn_forward_bias", "test_cnn_forward_together"] says="both-biases-forgotten"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, 0), 0))
    return maps.reshape(len(maps), -1) @ weights


# %% answer="cnn_forward" name="channels-first" loses=["test_cnn_forward_together"] says="channels-first"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, kernel_bias), 0))
    return np.moveaxis(maps, -1, 1).reshape(len(maps), -1) @ weights + bias


# %% answer="cnn_forward" name="pooling-forgotten" loses=["test_cnn_forward_relu", "test_cnn_forward_bias", "test_cnn_forward_together"] says="lengths-differ"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = np.maximum(convolve_maps(images, kernels, kernel_bias), 0)
    return maps.reshape(len(maps), -1) @ weights + bias


# %% answer="cnn_forward" name="softmax-applied" loses=["test_cnn_forward_relu", "test_cnn_forward_bias", "test_cnn_forward_together"] says="softmax-applied"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, kernel_bias), 0))
    scores = maps.reshape(len(maps), -1) @ weights + bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# %% answer="cnn_forward" name="classes" loses=["test_cnn_forward_relu", "test_cnn_forward_bias", "test_cnn_forward_together"] says="classes-not-scores"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, kernel_bias), 0))
    return (maps.reshape(len(maps), -1) @ weights + bias).argmax(axis=1)


# %% answer="cnn_forward" name="kernels-flipped" loses=["test_cnn_forward_together"] says="kernel-flipped"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels[::-1, ::-1], kernel_bias), 0))
    return maps.reshape(len(maps), -1) @ weights + bias


# %% answer="cnn_forward" name="nested-lists" loses=["test_cnn_forward_together"] says="wrong-container"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, kernel_bias), 0))
    return (maps.reshape(len(maps), -1) @ weights + bias).tolist()


# %% answer="cnn_forward" name="kernels-scaled-in-place" loses=["test_cnn_forward_together"] says="input-modified"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, kernel_bias), 0))
    kernels /= 2
    return maps.reshape(len(maps), -1) @ weights + bias


# %% answer="cnn_forward" name="batch-flattened" loses=["test_cnn_forward_relu", "test_cnn_forward_bias", "test_cnn_forward_together"] says="lengths-differ"
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    maps = max_pool_maps(np.maximum(convolve_maps(images, kernels, kernel_bias), 0))
    return maps.ravel() @ weights + bias


# %% [markdown]
# # blur_pool


# %% answer="blur_pool" name="rows, then columns"
def blur_pool(maxima):
    rows = (maxima[:-2] + 2 * maxima[1:-1] + maxima[2:]) / 4
    both = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4
    return both[::2, ::2]


# %% answer="blur_pool" name="loops"
def blur_pool(image):
    weights = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    out = np.zeros(((image.shape[0] - 3) // 2 + 1, (image.shape[1] - 3) // 2 + 1))
    for h, w in np.ndindex(*out.shape):
        out[h, w] = (image[2 * h : 2 * h + 3, 2 * w : 2 * w + 3] * weights).sum()
    return out


# %% answer="blur_pool" name="SciPy's convolve2d"
from scipy.signal import convolve2d

blur_pool = lambda m: convolve2d(m, np.outer([1, 2, 1], [1, 2, 1]) / 16, "valid")[::2, ::2]


# %% answer="blur_pool" name="not-divided" loses=["test_blur_pool"] says="not-normalised"
def blur_pool(maxima):
    return correlate(maxima, np.outer([1, 2, 1], [1, 2, 1]), "valid", "direct")[::2, ::2]


# %% answer="blur_pool" name="thinned-first" loses=["test_blur_pool"] says="thinned-first"
def blur_pool(maxima):
    return correlate(maxima[::2, ::2], np.outer([1, 2, 1], [1, 2, 1]) / 16, "valid", "direct")


# %% answer="blur_pool" name="all-kept" loses=["test_blur_pool"] says="all-kept"
def blur_pool(maxima):
    return correlate(maxima, np.outer([1, 2, 1], [1, 2, 1]) / 16, "valid", "direct")


# %% answer="blur_pool" name="plain-mean" loses=["test_blur_pool"] says="plain-mean"
def blur_pool(maxima):
    return correlate(maxima, np.ones((3, 3)) / 9, "valid", "direct")[::2, ::2]


# %% answer="blur_pool" name="padded" loses=["test_blur_pool"] says="blur-padded"
def blur_pool(maxima):
    return correlate(maxima, np.outer([1, 2, 1], [1, 2, 1]) / 16, "same", "direct")[::2, ::2]
