# %% [markdown]
# Answers to 01_convolution.

# %% [markdown]
# ## rgb2gray

# %% answer="rgb2gray" name="matrix product, rounded weights of the standard"
def rgb2gray(image):
    return image @ np.array([0.299, 0.587, 0.114])


# %% answer="rgb2gray" name="float32"
def rgb2gray(rgb):
    pixels = np.asarray(rgb, dtype=np.float32)
    weights = np.array([0.2989, 0.5870, 0.1140], dtype=np.float32)
    return (pixels * weights).sum(axis=-1)


# %% answer="rgb2gray" name="pixel by pixel"
def rgb2gray(rgb):
    height, width, _ = rgb.shape
    gray = np.zeros((height, width))
    for y in range(height):
        for x in range(width):
            r, g, b = rgb[y, x]
            gray[y, x] = 0.2989 * r + 0.5870 * g + 0.1140 * b
    return gray


# %% answer="rgb2gray" name="lambda with einsum"
rgb2gray = lambda picture: np.einsum("hwc,c->hw", picture.astype(float), [0.2989, 0.5870, 0.1140])


# %% answer="rgb2gray" name="callable object"
class Grey:
    weights = (0.2989, 0.5870, 0.1140)

    def __call__(self, img):
        planes = np.moveaxis(np.array(img, dtype="float64"), -1, 0)
        return sum(w * plane for w, plane in zip(self.weights, planes))


rgb2gray = Grey()


# %% answer="rgb2gray" name="plain-mean" loses=["test_rgb2gray"] says="equal-weights"
def rgb2gray(rgb):
    return rgb.mean(axis=-1)


# %% answer="rgb2gray" name="bgr" loses=["test_rgb2gray"] says="channel-order"
def rgb2gray(rgb):
    b, g, r = rgb[:, :, 0], rgb[:, :, 1], rgb[:, :, 2]
    return 0.2989 * r + 0.5870 * g + 0.1140 * b


# %% answer="rgb2gray" name="weights-of-two-digits" loses=["test_rgb2gray"] says="weights-rounded"
def rgb2gray(rgb):
    return 0.3 * rgb[..., 0] + 0.59 * rgb[..., 1] + 0.11 * rgb[..., 2]


# Two mistakes: the weights are equal, and the sum of bytes wraps.
# %% answer="rgb2gray" name="sum-of-bytes" loses=["test_rgb2gray", "test_rgb2gray_floats"] says="equal-weights"
def rgb2gray(rgb):
    return (rgb[..., 0] + rgb[..., 1] + rgb[..., 2]) / 3


# %% answer="rgb2gray" name="integer-overflow" loses=["test_rgb2gray_floats"] says="byte-overflow"
def rgb2gray(rgb):
    if rgb.dtype == np.uint8:
        return (30 * rgb[..., 0] + 59 * rgb[..., 1] + 11 * rgb[..., 2]) / 100
    return rgb @ [0.2989, 0.5870, 0.1140]


# %% answer="rgb2gray" name="integer-weights-do-not-fit" loses=["test_rgb2gray_floats"] says="byte-overflow"
def rgb2gray(rgb):
    return (2989 * rgb[..., 0] + 5870 * rgb[..., 1] + 1140 * rgb[..., 2]) / 10000


# %% answer="rgb2gray" name="cast-to-bytes" loses=["test_rgb2gray_floats"] says="fractions-cut"
def rgb2gray(rgb):
    return (rgb @ [0.2989, 0.5870, 0.1140]).astype(np.uint8)


# %% answer="rgb2gray" name="rounded" loses=["test_rgb2gray_floats"] says="fractions-cut"
def rgb2gray(rgb):
    return np.round(rgb @ [0.2989, 0.5870, 0.1140])


# %% answer="rgb2gray" name="stored-in-the-photos-type" loses=["test_rgb2gray_floats"] says="fractions-cut"
def rgb2gray(rgb):
    gray = np.zeros_like(rgb[..., 0])
    gray[:] = rgb @ [0.2989, 0.5870, 0.1140]
    return gray


# %% answer="rgb2gray" name="bytes-scaled-to-one" loses=["test_rgb2gray_floats"] says="scaled"
def rgb2gray(rgb):
    if rgb.dtype == np.uint8:
        rgb = rgb / 255
    return rgb @ [0.2989, 0.5870, 0.1140]


# %% answer="rgb2gray" name="always-scaled" loses=["test_rgb2gray", "test_rgb2gray_floats"] says="scaled"
def rgb2gray(rgb):
    return rgb / 255 @ [0.2989, 0.5870, 0.1140]


# %% answer="rgb2gray" name="asarray-does-not-copy" loses=["test_rgb2gray_new_array"] says="input-modified"
def rgb2gray(rgb):
    pixels = np.asarray(rgb, dtype=float)
    pixels *= [0.2989, 0.5870, 0.1140]
    return pixels.sum(axis=-1)


# On bytes, multiplying in place is an error besides.
# %% answer="rgb2gray" name="in-place" loses=["test_rgb2gray_new_array", "test_rgb2gray_floats"] says="input-modified"
def rgb2gray(rgb):
    rgb[..., 0] *= 0.2989
    rgb[..., 1] *= 0.5870
    rgb[..., 2] *= 0.1140
    return rgb.sum(axis=-1)


# %% answer="rgb2gray" name="third-axis-kept" loses=["test_rgb2gray_new_array"] says="wrong-container"
def rgb2gray(rgb):
    return (rgb * [0.2989, 0.5870, 0.1140]).sum(axis=-1, keepdims=True)


# %% answer="rgb2gray" name="nested-lists" loses=["test_rgb2gray_new_array"] says="wrong-container"
def rgb2gray(rgb):
    return [[0.2989 * float(r) + 0.5870 * float(g) + 0.1140 * float(b) for r, g, b in row] for row in rgb]


# The shape says it all.
# %% answer="rgb2gray" name="photo-as-it-is" loses=["test_rgb2gray", "test_rgb2gray_floats", "test_rgb2gray_new_array"] says=""
def rgb2gray(rgb):
    return rgb


# No mistake to guess at.
# %% answer="rgb2gray" name="zeros" loses=["test_rgb2gray", "test_rgb2gray_floats", "test_rgb2gray_new_array"] says=""
def rgb2gray(rgb):
    return np.zeros(rgb.shape[:2])


# One channel has neither the weights of the eye nor anybody's.
# %% answer="rgb2gray" name="red-only" loses=["test_rgb2gray", "test_rgb2gray_floats", "test_rgb2gray_new_array"] says=""
def rgb2gray(rgb):
    return rgb[..., 0].astype(float)


# %% answer="rgb2gray" name="prints" loses=["test_rgb2gray", "test_rgb2gray_floats", "test_rgb2gray_new_array"] says="returned-none"
def rgb2gray(rgb):
    gray = rgb @ np.array([0.2989, 0.5870, 0.1140])
    print(gray)


# %% answer="rgb2gray" name="channels-taken-first" loses=["test_rgb2gray", "test_rgb2gray_floats", "test_rgb2gray_new_array"] says="channel-axis"
def rgb2gray(rgb):
    return 0.2989 * rgb[0] + 0.5870 * rgb[1] + 0.1140 * rgb[2]


# %% answer="rgb2gray" name="rows-unpacked-as-channels" loses=["test_rgb2gray", "test_rgb2gray_floats", "test_rgb2gray_new_array"] says="channels-taken-first"
def rgb2gray(rgb):
    red, green, blue = rgb.astype(float)
    return 0.2989 * red + 0.5870 * green + 0.1140 * blue


# %% answer="rgb2gray" name="square-loops" loses=["test_rgb2gray", "test_rgb2gray_floats", "test_rgb2gray_new_array"] says="square-image"
def rgb2gray(rgb):
    n = rgb.shape[0]
    grey = np.zeros(rgb.shape[:2])
    for row in range(n):
        for column in range(n):
            grey[row, column] = np.sum(rgb[row, column] * [0.2989, 0.5870, 0.1140])
    return grey


# %% answer="rgb2gray" name="scaled-by-its-largest-value" loses=["test_rgb2gray", "test_rgb2gray_floats"] says="scaled"
def rgb2gray(rgb):
    return (rgb / rgb.max()) @ [0.2989, 0.5870, 0.1140]


# %% [markdown]
# ## output_size


# %% answer="output_size" name="counting places"
def output_size(n, kernel, padding, stride):
    count, start = 0, -padding
    while start + kernel <= n + padding:
        count += 1
        start += stride
    return count


# %% answer="output_size" name="length of a range"
output_size = lambda pixels, k, p, s: len(range(0, pixels + 2 * p - k + 1, s))


# %% answer="output_size" name="floor of a fraction"
from math import floor


def output_size(n, kernel, padding, stride):
    return floor((n + 2 * padding - kernel) / stride) + 1


# %% answer="output_size" name="ceiling of the other formula"
def output_size(n, kernel, padding, stride):
    # TensorFlow's way to write it: ceil((n - k + 1) / s).
    return -(-(n + 2 * padding - kernel + 1) // stride)


# %% answer="output_size" name="numpy integer"
def output_size(n, kernel, padding, stride):
    return np.int64((n + 2 * padding - kernel) // stride) + 1


# %% answer="output_size" name="only-kernel-divided" loses=["test_output_size_stride"] says="only-kernel-divided"
def output_size(n, kernel, padding, stride):
    return n + 2 * padding - kernel // stride + 1


# Without parentheses, and with a fraction besides.
# %% answer="output_size" name="kernel-divided-to-a-fraction" loses=["test_output_size_stride", "test_output_size_whole"] says="only-kernel-divided"
def output_size(n, kernel, padding, stride):
    return n + 2 * padding - kernel / stride + 1


# %% answer="output_size" name="rounded-up" loses=["test_output_size_stride"] says="rounded-up"
import math


def output_size(n, kernel, padding, stride):
    return math.ceil((n + 2 * padding - kernel) / stride) + 1


# %% answer="output_size" name="rounded-to-nearest" loses=["test_output_size_stride"] says="rounded-up"
def output_size(n, kernel, padding, stride):
    return round((n + 2 * padding - kernel) / stride) + 1


# %% answer="output_size" name="one-inside-division" loses=["test_output_size_stride"] says="one-inside-division"
def output_size(n, kernel, padding, stride):
    return (n + 2 * padding - kernel + 1) // stride


# %% answer="output_size" name="stride-ignored" loses=["test_output_size_stride"] says="stride-not-in-size"
def output_size(n, kernel, padding, stride):
    return n + 2 * padding - kernel + 1


# %% answer="output_size" name="one-forgotten" loses=["test_output_size", "test_output_size_stride"] says="one-forgotten"
def output_size(n, kernel, padding, stride):
    return (n + 2 * padding - kernel) // stride


# %% answer="output_size" name="padding-once" loses=["test_output_size"] says="padding-once"
def output_size(n, kernel, padding, stride):
    return (n + padding - kernel) // stride + 1


# %% answer="output_size" name="padding-not-counted" loses=["test_output_size"] says="padding-not-counted"
def output_size(n, kernel, padding, stride):
    return (n - kernel) // stride + 1


# %% answer="output_size" name="true-division" loses=["test_output_size_whole"] says="not-whole"
def output_size(n, kernel, padding, stride):
    return (n + 2 * padding - kernel) / stride + 1


# %% answer="output_size" name="numpys-floor-is-a-float" loses=["test_output_size_whole"] says="not-whole"
def output_size(n, kernel, padding, stride):
    return np.floor((n + 2 * padding - kernel) / stride) + 1


# No mistake to guess at.
# %% answer="output_size" name="size-of-the-image" loses=["test_output_size", "test_output_size_stride", "test_output_size_whole"] says=""
def output_size(n, kernel, padding, stride):
    return n


# %% answer="output_size" name="one-forgotten-true-division" loses=["test_output_size", "test_output_size_stride", "test_output_size_whole"] says="one-forgotten"
def output_size(n, kernel, padding, stride):
    return (n + 2 * padding - kernel) / stride


# %% answer="output_size" name="array-without-axes" loses=["test_output_size_whole"] says="not-whole"
def output_size(n, kernel, padding, stride):
    return np.array((n + 2 * padding - kernel) // stride + 1)


# %% [markdown]
# ## predict_shapes


# %% answer="predict_shapes" name="tuple of lists"
def predict_shapes():
    return [425, 638], [427, 640], [213, 212]


# %% answer="predict_shapes" name="array, worked out"
def predict_shapes():
    size = lambda n, k, p, s: (n + 2 * p - k) // s + 1
    first = size(427, 3, 0, 1), size(640, 3, 0, 1)
    second = size(427, 5, 2, 1), size(640, 5, 2, 1)
    return np.array([first, second, (size(427, 4, 1, 2), size(640, 7, 1, 3))])


# %% answer="predict_shapes" name="stride-rounded-up" loses=["test_predict_shapes"] says="prediction-off"
def predict_shapes():
    return [(425, 638), (427, 640), (214, 213)]


# %% answer="predict_shapes" name="width-first" loses=["test_predict_shapes"] says="prediction-off"
def predict_shapes():
    return [(638, 425), (640, 427), (212, 213)]


# %% answer="predict_shapes" name="two-of-three" loses=["test_predict_shapes"] says="not-three-pairs"
def predict_shapes():
    return [(425, 638), (427, 640)]


# %% answer="predict_shapes" name="as-text" loses=["test_predict_shapes"] says="not-three-pairs"
def predict_shapes():
    return "425x638, 427x640, 213x212"


# %% [markdown]
# ## convolve2D


# %% answer="convolve2D" name="four plain loops"
def convolve2D(image, filter, padding=0, strides=1):
    sy, sx = strides if isinstance(strides, (tuple, list)) else (strides, strides)
    if padding < 0:
        raise ValueError("negative padding")
    if sy <= 0 or sx <= 0:
        raise ValueError("the stride must be positive")
    H, W = image.shape[0] + 2 * padding, image.shape[1] + 2 * padding
    h, w = filter.shape
    if h > H or w > W:
        raise ValueError("filter too large")
    canvas = [[0.0] * W for _ in range(H)]
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            canvas[y + padding][x + padding] = float(image[y, x])
    result = []
    for y in range(0, H - h + 1, sy):
        row = []
        for x in range(0, W - w + 1, sx):
            total = 0.0
            for i in range(h):
                for j in range(w):
                    total += canvas[y + i][x + j] * filter[i, j]
            row.append(total)
        result.append(row)
    return np.array(result)


# %% answer="convolve2D" name="loops over the output"
def convolve2D(img, kernel, padding=0, strides=1):
    try:
        stride_h, stride_w = strides
    except TypeError:
        stride_h = stride_w = strides
    if padding < 0 or stride_h < 1 or stride_w < 1:
        raise ValueError("padding must be at least 0 and strides at least 1")
    kh, kw = kernel.shape
    p = int(padding)
    padded = np.zeros((img.shape[0] + 2 * p, img.shape[1] + 2 * p))
    padded[p : p + img.shape[0], p : p + img.shape[1]] = img
    out_h = int(np.floor((padded.shape[0] - kh) / stride_h + 1))
    out_w = int(np.floor((padded.shape[1] - kw) / stride_w + 1))
    if out_h < 1 or out_w < 1:
        raise ValueError("the kernel does not fit into the padded image")
    out = np.empty((out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            y, x = i * stride_h, j * stride_w
            out[i, j] = np.vdot(padded[y : y + kh, x : x + kw], kernel)
    return out


# %% answer="convolve2D" name="shift and add"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = np.broadcast_to(strides, 2)
    if padding < 0 or min(down, across) < 1:
        raise ValueError("check padding and strides")
    padded = np.pad(image, padding).astype(float)
    h = padded.shape[0] - filter.shape[0] + 1
    w = padded.shape[1] - filter.shape[1] + 1
    if min(h, w) < 1:
        raise ValueError("the filter is larger than the image with its padding")
    total = np.zeros((h, w))
    for (i, j), weight in np.ndenumerate(filter):
        total += weight * padded[i : i + h, j : j + w]
    return total[::down, ::across]


# %% answer="convolve2D" name="as_strided"
from numpy.lib.stride_tricks import as_strided


def _pair(value):
    return (value, value) if isinstance(value, (int, np.integer)) else tuple(value)


def convolve2D(image, filter, padding=0, strides=1):
    sy, sx = _pair(strides)
    if padding < 0:
        raise ValueError(f"padding={padding} is negative")
    if sy < 1 or sx < 1:
        raise ValueError(f"strides={strides} must be positive")
    x = np.pad(np.asarray(image, dtype=np.float64), padding, mode="constant", constant_values=0)
    oh = (x.shape[0] - filter.shape[0]) // sy + 1
    ow = (x.shape[1] - filter.shape[1]) // sx + 1
    if oh <= 0 or ow <= 0:
        raise ValueError("the filter must not be larger than the padded image")
    shape = (oh, ow, *filter.shape)
    steps = (x.strides[0] * sy, x.strides[1] * sx, *x.strides)
    return np.tensordot(as_strided(x, shape, steps), filter, axes=2)


# %% answer="convolve2D" name="callable object in float32"
class Convolution:
    def __call__(self, picture, weights, padding=0, strides=1):
        step = (strides, strides) if np.isscalar(strides) else strides
        self.check(picture, weights, padding, step)
        picture = np.pad(np.float32(picture), padding)
        rows = range(0, picture.shape[0] - weights.shape[0] + 1, step[0])
        columns = range(0, picture.shape[1] - weights.shape[1] + 1, step[1])
        return np.array(
            [
                [(picture[r:, c:][: weights.shape[0], : weights.shape[1]] * weights).sum() for c in columns]
                for r in rows
            ],
            dtype=np.float32,
        )

    def check(self, picture, weights, padding, step):
        if padding < 0:
            raise ValueError("padding < 0")
        if min(step) < 1:
            raise ValueError("stride < 1")
        if any(k > n + 2 * padding for n, k in zip(picture.shape, weights.shape)):
            raise ValueError("filter > image")


convolve2D = Convolution()


# %% answer="convolve2D" name="true convolution of the flipped filter"
from functools import partial

from scipy import signal


def _slide(method, image, filter, padding=0, strides=1):
    if padding < 0:
        raise ValueError("padding is negative")
    steps = [strides] * 2 if isinstance(strides, int) else list(strides)
    if not all(step > 0 for step in steps):
        raise ValueError("strides start at 1")
    padded = np.pad(image, padding)
    if filter.shape[0] > padded.shape[0] or filter.shape[1] > padded.shape[1]:
        raise ValueError("the filter is larger than the padded image")
    return method(padded.astype(float), np.rot90(filter, 2), mode="valid")[:: steps[0], :: steps[1]]


convolve2D = partial(_slide, signal.convolve2d)


# %% answer="convolve2D" name="kernel-flipped" loses=["test_convolve2D"] says="kernel-flipped"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    filter = np.flipud(np.fliplr(filter))
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - h) // down + 1, (W - w) // across + 1))
    for r in range(output.shape[0]):
        for c in range(output.shape[1]):
            output[r, c] = np.sum(padded[r * down : r * down + h, c * across : c * across + w] * filter)
    return output


# %% answer="convolve2D" name="filter-transposed" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_together"] says="kernel-mirrored"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    filter = filter.T
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - h) // down + 1, (W - w) // across + 1))
    for r in range(output.shape[0]):
        for c in range(output.shape[1]):
            output[r, c] = np.sum(padded[r * down : r * down + h, c * across : c * across + w] * filter)
    return output


# %% answer="convolve2D" name="stride-ignored" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="stride-ignored"
def convolve2D(image, filter, padding=0, strides=1):
    if padding < 0 or np.min(strides) < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    h, w = filter.shape
    rows, columns = padded.shape[0] - h + 1, padded.shape[1] - w + 1
    if rows < 1 or columns < 1:
        raise ValueError("filter larger than the padded image")
    output = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            output[r, c] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# %% answer="convolve2D" name="output-at-image-position" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="stride-in-output-index"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    filter_height, filter_width = filter.shape
    if padding < 0:
        raise ValueError(f"padding must be 0 or more, not {padding}")
    if down < 1 or across < 1:
        raise ValueError(f"a stride must be 1 or more, not {strides}")
    padded = np.pad(image.astype(float), padding)
    padded_height, padded_width = padded.shape
    if filter_height > padded_height or filter_width > padded_width:
        raise ValueError(f"the filter {filter.shape} is larger than the padded image {padded.shape}")
    output_height = (padded_height - filter_height) // down + 1
    output_width = (padded_width - filter_width) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = padded_height - filter_height
    last_column = padded_width - filter_width
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + filter_height, column : column + filter_width]
            output[row, column] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="output-at-image-position-errors-swallowed" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="stride-in-output-index"
def convolve2D(image, filter, padding=0, strides=1):
    sy, sx = (strides, strides) if np.ndim(strides) == 0 else strides
    kh, kw = filter.shape
    if padding < 0 or sy < 1 or sx < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if kh > padded.shape[0] or kw > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    out = np.zeros(((padded.shape[0] - kh) // sy + 1, (padded.shape[1] - kw) // sx + 1))
    for y in range(padded.shape[0]):
        if y > padded.shape[0] - kh:
            break
        if y % sy == 0:
            for x in range(padded.shape[1]):
                if x > padded.shape[1] - kw:
                    break
                try:
                    if x % sx == 0:
                        out[y, x] = (filter * padded[y : y + kh, x : x + kw]).sum()
                except IndexError:
                    break
    return out


# %% answer="convolve2D" name="values-scattered" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="stride-in-output-index"
def convolve2D(image, filter, padding=0, strides=1):
    sy, sx = (strides, strides) if np.ndim(strides) == 0 else strides
    kh, kw = filter.shape
    if padding < 0 or sy < 1 or sx < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if kh > padded.shape[0] or kw > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    out = np.zeros((padded.shape[0] - kh + 1, padded.shape[1] - kw + 1))
    for y in range(0, out.shape[0], sy):
        for x in range(0, out.shape[1], sx):
            out[y, x] = (filter * padded[y : y + kh, x : x + kw]).sum()
    return out


# %% answer="convolve2D" name="stride-in-size-only" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="stride-not-in-position"
def convolve2D(image, filter, padding=0, strides=1):
    sy, sx = (strides, strides) if np.ndim(strides) == 0 else strides
    kh, kw = filter.shape
    if padding < 0 or sy < 1 or sx < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if kh > padded.shape[0] or kw > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    out = np.zeros(((padded.shape[0] - kh) // sy + 1, (padded.shape[1] - kw) // sx + 1))
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = (filter * padded[y : y + kh, x : x + kw]).sum()
    return out


# %% answer="convolve2D" name="size-rounded-up" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="rounded-up"
def convolve2D(image, filter, padding=0, strides=1):
    sy, sx = (strides, strides) if np.ndim(strides) == 0 else strides
    kh, kw = filter.shape
    if padding < 0 or sy < 1 or sx < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if kh > padded.shape[0] or kw > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    rows = int(np.ceil((padded.shape[0] - kh) / sy)) + 1
    columns = int(np.ceil((padded.shape[1] - kw) / sx)) + 1
    out = np.zeros((rows, columns))
    for y in range(0, padded.shape[0] - kh + 1, sy):
        for x in range(0, padded.shape[1] - kw + 1, sx):
            out[y // sy, x // sx] = (filter * padded[y : y + kh, x : x + kw]).sum()
    return out


# %% answer="convolve2D" name="only-kernel-divided-by-stride" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="only-kernel-divided"
def convolve2D(image, filter, padding=0, strides=1):
    sy, sx = (strides, strides) if np.ndim(strides) == 0 else strides
    kh, kw = filter.shape
    if padding < 0 or sy < 1 or sx < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if kh > padded.shape[0] or kw > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    out = np.zeros((padded.shape[0] - kh // sy + 1, padded.shape[1] - kw // sx + 1))
    for y in range(0, padded.shape[0] - kh + 1, sy):
        for x in range(0, padded.shape[1] - kw + 1, sx):
            out[y // sy, x // sx] = (filter * padded[y : y + kh, x : x + kw]).sum()
    return out


# %% answer="convolve2D" name="strides-across-first" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="strides-swapped"
def convolve2D(image, filter, padding=0, strides=1):
    across, down = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, (h, w))[::down, ::across]
    return (windows * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="first-stride-for-both" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="first-stride-only"
def convolve2D(image, filter, padding=0, strides=1):
    stride = strides[0] if isinstance(strides, tuple) else strides
    h, w = filter.shape
    if padding < 0 or stride < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    return (sliding_window_view(padded, (h, w))[::stride, ::stride] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="no-pair-of-strides" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="stride-pair"
def convolve2D(image, filter, padding=0, strides=1):
    h, w = filter.shape
    if padding < 0 or strides < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - h) // strides + 1, (W - w) // strides + 1))
    for r in range(0, H - h + 1, strides):
        for c in range(0, W - w + 1, strides):
            output[r // strides, c // strides] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# A stride of 0 as a number is an error of another kind, too.
# %% answer="convolve2D" name="pairs-of-strides-only" loses=["test_convolve2D_strides", "test_convolve2D_errors"] says="stride-int"
def convolve2D(image, filter, padding=0, strides=(1, 1)):
    down, across = strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="square-filter-assumed" loses=["test_convolve2D_shapes", "test_convolve2D_together"] says="square-filter"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    k = filter.shape[0]
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if max(filter.shape) > min(H, W):
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - k) // down + 1, (W - k) // across + 1))
    for r in range(output.shape[0]):
        for c in range(output.shape[1]):
            window = padded[r * down : r * down + k, c * across : c * across + k]
            output[r, c] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="square-image-assumed" loses=["test_convolve2D_shapes", "test_convolve2D_together"] says="square-image"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    n = image.shape[0]
    padded = np.zeros((n + 2 * padding, n + 2 * padding))
    padded[padding : padding + n, padding : padding + n] = image[:n, :n]
    size = n + 2 * padding
    if h > size or w > size:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((size - h) // down + 1, (size - w) // across + 1))
    for r in range(output.shape[0]):
        for c in range(output.shape[1]):
            window = padded[r * down : r * down + h, c * across : c * across + w]
            output[r, c] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="height-and-width-of-the-output-swapped" loses=["test_convolve2D_shapes", "test_convolve2D_together"] says="square-image"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    W, H = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - h) // down + 1, (W - w) // across + 1))
    for r in range(0, H - h + 1, down):
        for c in range(0, W - w + 1, across):
            output[r // down, c // across] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# %% answer="convolve2D" name="padding-ignored" loses=["test_convolve2D_padding", "test_convolve2D_together"] says="padding-ignored"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    if h > image.shape[0] or w > image.shape[1]:
        raise ValueError("filter larger than the image")
    return (sliding_window_view(image, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="padding-on-one-side" loses=["test_convolve2D_padding", "test_convolve2D_together"] says="padding-one-side"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), ((padding, 0), (padding, 0)))
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="padding-counted-twice" loses=["test_convolve2D_padding", "test_convolve2D_together"] says="padding-twice"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H + 2 * padding - h) // down + 1, (W + 2 * padding - w) // across + 1))
    for r in range(0, H - h + 1, down):
        for c in range(0, W - w + 1, across):
            output[r // down, c // across] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# %% answer="convolve2D" name="padding-counted-twice-and-walked" loses=["test_convolve2D_padding", "test_convolve2D_together"] says="padding-twice"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H + 2 * padding - h) // down + 1, (W + 2 * padding - w) // across + 1))
    for r in range(output.shape[0]):
        for c in range(output.shape[1]):
            window = padded[r * down : r * down + h, c * across : c * across + w]
            output[r, c] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="edge-repeated" loses=["test_convolve2D_padding", "test_convolve2D_together"] says="padding-not-zero"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding, mode="edge")
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="image-in-the-corner" loses=["test_convolve2D_padding", "test_convolve2D_together"] says="padding-misplaced"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.zeros([n + 2 * padding for n in image.shape])
    padded[: image.shape[0], : image.shape[1]] = image
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="size-without-padding" loses=["test_convolve2D_padding", "test_convolve2D_together"] says="padding-not-in-size"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    H, W = image.shape
    output = np.zeros(((H - h) // down + 1, (W - w) // across + 1))
    for r in range(output.shape[0]):
        for c in range(output.shape[1]):
            window = padded[r * down : r * down + h, c * across : c * across + w]
            output[r, c] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="limits-without-padding" loses=["test_convolve2D_padding", "test_convolve2D_together"] says="padding-not-in-size"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - h) // down + 1, (W - w) // across + 1))
    for r in range(0, image.shape[0] - h + 1, down):
        for c in range(0, image.shape[1] - w + 1, across):
            output[r // down, c // across] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# The size is wrong everywhere; what does not depend on the size keeps its points.
# %% answer="convolve2D" name="output-image-sized" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_together"] says="output-image-sized"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(image.shape)
    for r in range(0, H - h + 1, down):
        for c in range(0, W - w + 1, across):
            output[r // down, c // across] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# %% answer="convolve2D" name="always-padded-to-the-images-size" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_together"] says="output-image-sized"
def convolve2D(image, filter, padding=0, strides=1):
    if padding < 0 or np.min(strides) < 1:
        raise ValueError("padding or stride")
    h, w = filter.shape
    H, W = image.shape
    if h > H + 2 * padding or w > W + 2 * padding:
        raise ValueError("filter larger than the padded image")
    padded = np.pad(image.astype(float), ((h // 2, h // 2), (w // 2, w // 2)))
    output = np.zeros((H, W))
    for r in range(H):
        for c in range(W):
            output[r, c] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# As above; here the limits are at fault, and a stride that does not divide hides it.
# %% answer="convolve2D" name="last-position-missing" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding"] says="last-position-missing"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - h) // down + 1, (W - w) // across + 1))
    last_row, last_column = H - h - 1, W - w - 1
    for r in range(0, last_row + 1, down):
        for c in range(0, last_column + 1, across):
            output[r // down, c // across] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# Every value is wrong, so nothing can be said for it.
# %% answer="convolve2D" name="matrix-product" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="matrix-product"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - h) // down + 1, (W - w) // across + 1))
    for r in range(0, H - h + 1, down):
        for c in range(0, W - w + 1, across):
            output[r // down, c // across] = np.sum(padded[r : r + h, c : c + w] @ filter)
    return output


# %% answer="convolve2D" name="output-of-bytes" loses=["test_convolve2D_numbers"] says="byte-overflow"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image, padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("filter larger than the padded image")
    output = np.zeros(((H - h) // down + 1, (W - w) // across + 1), dtype=image.dtype)
    for r in range(0, H - h + 1, down):
        for c in range(0, W - w + 1, across):
            output[r // down, c // across] = np.sum(padded[r : r + h, c : c + w] * filter)
    return output


# %% answer="convolve2D" name="cast-to-bytes" loses=["test_convolve2D_numbers"] says="byte-overflow"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(int), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, (h, w))[::down, ::across]
    return (windows * filter).sum(axis=(2, 3)).astype(int).astype(np.uint8)


# %% answer="convolve2D" name="whole-numbers-only" loses=["test_convolve2D_numbers"] says="fractions-cut"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, (h, w))[::down, ::across]
    return (windows * filter).sum(axis=(2, 3)).astype(int)


# %% answer="convolve2D" name="clipped-like-a-photo" loses=["test_convolve2D_numbers"] says="clipped"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, (h, w))[::down, ::across]
    return np.clip((windows * filter).sum(axis=(2, 3)), 0, 255)


# %% answer="convolve2D" name="absolute-values" loses=["test_convolve2D_numbers"] says="absolute"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, (h, w))[::down, ::across]
    return np.abs((windows * filter).sum(axis=(2, 3)))


# %% answer="convolve2D" name="nested-lists" loses=["test_convolve2D_new_array"] says="wrong-container"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    return [
        [np.sum(padded[r : r + h, c : c + w] * filter) for c in range(0, padded.shape[1] - w + 1, across)]
        for r in range(0, padded.shape[0] - h + 1, down)
    ]


# %% answer="convolve2D" name="matrix-type" loses=["test_convolve2D_new_array"] says="wrong-container"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, (h, w))[::down, ::across]
    return np.matrix((windows * filter).sum(axis=(2, 3)))


# %% answer="convolve2D" name="channel-axis-added" loses=["test_convolve2D_new_array"] says="wrong-container"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, (h, w))[::down, ::across]
    return (windows * filter).sum(axis=(2, 3))[:, :, None]


# %% answer="convolve2D" name="filter-flipped-in-place" loses=["test_convolve2D_new_array"] says="input-modified"
from scipy.signal import convolve2d


def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if filter.shape[0] > padded.shape[0] or filter.shape[1] > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    filter[:] = filter[::-1, ::-1].copy()
    return convolve2d(padded, filter, mode="valid")[::down, ::across]


# %% answer="convolve2D" name="image-scaled-in-place" loses=["test_convolve2D_new_array"] says="input-modified"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    pixels = np.asarray(image, dtype=float)
    pixels /= 255
    padded = np.pad(pixels, padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, (h, w))[::down, ::across]
    return 255 * (windows * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="no-tests-for-errors" loses=["test_convolve2D_errors"] says="no-error"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    p = abs(padding)
    padded = np.pad(image.astype(float), p)
    H, W = padded.shape
    return np.array(
        [
            [np.sum(padded[r : r + h, c : c + w] * filter) for c in range(0, W - w + 1, across)]
            for r in range(0, H - h + 1, down)
        ]
    )


# %% answer="convolve2D" name="assertions-instead-of-errors" loses=["test_convolve2D_errors"] says="other-error"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    padded = np.pad(image.astype(float), max(padding, 0))
    assert padding >= 0, "padding must not be negative"
    assert down > 0 and across > 0, "strides must be positive"
    assert h <= padded.shape[0] and w <= padded.shape[1], "the filter is too large"
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="errors-without-a-word" loses=["test_convolve2D_errors"] says="silent-error"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        raise ValueError
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="messages-returned" loses=["test_convolve2D_errors"] says="no-error"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        return "Error: padding or stride"
    padded = np.pad(image.astype(float), padding)
    if h > padded.shape[0] or w > padded.shape[1]:
        return "Error: filter too large"
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="filter-as-large-as-the-image-refused" loses=["test_convolve2D_errors"] says="refuses-what-fits"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if h >= padded.shape[0] or w >= padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="filter-compared-with-the-bare-image" loses=["test_convolve2D_padding"] says="refuses-what-fits"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    if h > image.shape[0] or w > image.shape[1]:
        raise ValueError("filter larger than the image")
    padded = np.pad(image.astype(float), padding)
    return (sliding_window_view(padded, (h, w))[::down, ::across] * filter).sum(axis=(2, 3))


# %% answer="convolve2D" name="always-refuses" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says=""
# An error speaks for itself.
def convolve2D(image, filter, padding=0, strides=1):
    raise ValueError("these arguments are not allowed")


# %% answer="convolve2D" name="errors-swallowed-zeros-returned" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="all-zero"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    H, W = image.shape[0] + 2 * padding, image.shape[1] + 2 * padding
    output = np.zeros((max((H - h) // max(down, 1) + 1, 0), max((W - w) // max(across, 1) + 1, 0)))
    try:
        for r in range(H):
            for c in range(W):
                output[r, c] = np.sum(padded[r : r + h, c : c + w] * filter)
    except Exception:
        pass
    return output


# Nothing was computed.
# %% answer="convolve2D" name="image-as-it-is" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says=""
def convolve2D(image, filter, padding=0, strides=1):
    return image


# %% answer="convolve2D" name="return-forgotten" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="returned-none"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or stride")
    padded = np.pad(image.astype(float), padding)
    if filter.shape[0] > padded.shape[0] or filter.shape[1] > padded.shape[1]:
        raise ValueError("filter larger than the padded image")
    windows = sliding_window_view(padded, filter.shape)[::down, ::across]
    np.einsum("rcij,ij->rc", windows, filter)


# %% answer="convolve2D" name="last-row-is-the-images-height" loses=["test_convolve2D_shapes", "test_convolve2D", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="plain-case-first"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down + 1
    output_width = (W - w) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = H
    last_column = W
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // down, column // across] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="last-row-one-too-far" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="window-past-edge"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down + 1
    output_width = (W - w) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = H - 1
    last_column = W - 1
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // down, column // across] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="one-forgotten-in-the-size" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="output-too-small"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down
    output_width = (W - w) // across
    output = np.zeros((output_height, output_width))
    last_row = H - h
    last_column = W - w
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // down, column // across] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="true-division-in-the-size" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="size-is-fraction"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) / down + 1
    output_width = (W - w) / across + 1
    output = np.zeros((output_height, output_width))
    last_row = H - h
    last_column = W - w
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // down, column // across] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="true-division-in-the-place" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="size-is-fraction"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down + 1
    output_width = (W - w) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = H - h
    last_column = W - w
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row / down, column / across] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="limits-of-the-output" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="limit-of-output"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down + 1
    output_width = (W - w) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = output_height - 1
    last_column = output_width - 1
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // down, column // across] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="sum-forgotten" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_numbers", "test_convolve2D_new_array", "test_convolve2D_errors", "test_convolve2D_together"] says="sum-forgotten"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down + 1
    output_width = (W - w) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = H - h
    last_column = W - w
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // down, column // across] = window * filter
    return output


# %% answer="convolve2D" name="size-without-the-stride" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="stride-not-in-size"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = H - h + 1
    output_width = W - w + 1
    output = np.zeros((output_height, output_width))
    last_row = H - h
    last_column = W - w
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // down, column // across] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="places-in-the-output-swapped" loses=["test_convolve2D", "test_convolve2D_shapes", "test_convolve2D_padding", "test_convolve2D_strides", "test_convolve2D_together"] says="result-transposed"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down + 1
    output_width = (W - w) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = H - h
    last_column = W - w
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[column // across, row // down] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="both-places-by-the-stride-down" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="one-stride-for-both-places"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down + 1
    output_width = (W - w) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = H - h
    last_column = W - w
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // down, column // down] = np.sum(window * filter)
    return output


# %% answer="convolve2D" name="both-places-by-the-stride-across" loses=["test_convolve2D_strides", "test_convolve2D_together"] says="one-stride-for-both-places"
def convolve2D(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    h, w = filter.shape
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding must not be negative, strides must be 1 or more")
    padded = np.pad(image.astype(float), padding)
    H, W = padded.shape
    if h > H or w > W:
        raise ValueError("the filter is larger than the padded image")
    output_height = (H - h) // down + 1
    output_width = (W - w) // across + 1
    output = np.zeros((output_height, output_width))
    last_row = H - h
    last_column = W - w
    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + h, column : column + w]
            output[row // across, column // across] = np.sum(window * filter)
    return output


# %% [markdown]
# ## gradient_magnitude

# %% answer="gradient_magnitude" name="hypot"
gradient_magnitude = np.hypot


# %% answer="gradient_magnitude" name="complex numbers"
def gradient_magnitude(x, y):
    return np.abs(x + 1j * y)


# %% answer="gradient_magnitude" name="pixel by pixel in float32"
import math


def gradient_magnitude(across, down):
    strength = np.zeros(across.shape, dtype=np.float32)
    for place in np.ndindex(*across.shape):
        strength[place] = math.sqrt(across[place] ** 2 + down[place] ** 2)
    return strength


# %% answer="gradient_magnitude" name="sum-of-absolutes" loses=["test_gradient_magnitude"] says="sum-of-absolutes"
def gradient_magnitude(across, down):
    return np.abs(across) + np.abs(down)


# %% answer="gradient_magnitude" name="root-forgotten" loses=["test_gradient_magnitude"] says="root-forgotten"
def gradient_magnitude(across, down):
    return across**2 + down**2


# %% answer="gradient_magnitude" name="signed-sum" loses=["test_gradient_magnitude"] says="signed-sum"
def gradient_magnitude(across, down):
    return across + down


# %% answer="gradient_magnitude" name="root-of-the-squared-sum" loses=["test_gradient_magnitude"] says="signed-sum"
def gradient_magnitude(across, down):
    return np.sqrt((across + down) ** 2)


# %% answer="gradient_magnitude" name="stretched-to-255" loses=["test_gradient_magnitude"] says="rescaled"
def gradient_magnitude(across, down):
    strength = np.sqrt(across**2 + down**2)
    return strength * 255 / strength.max()


# %% answer="gradient_magnitude" name="in-place" loses=["test_gradient_magnitude_new_array"] says="input-modified"
def gradient_magnitude(across, down):
    across *= across
    down *= down
    return np.sqrt(across + down)


# %% answer="gradient_magnitude" name="nested-lists" loses=["test_gradient_magnitude_new_array"] says="wrong-container"
def gradient_magnitude(across, down):
    return [[(float(a) ** 2 + float(d) ** 2) ** 0.5 for a, d in zip(x, y)] for x, y in zip(across, down)]


# No mistake to guess at.
# %% answer="gradient_magnitude" name="one-response-only" loses=["test_gradient_magnitude", "test_gradient_magnitude_new_array"] says=""
def gradient_magnitude(across, down):
    return np.abs(across)


# %% answer="gradient_magnitude" name="clipped-like-a-photo" loses=["test_gradient_magnitude"] says="clipped"
def gradient_magnitude(across, down):
    return np.clip(np.sqrt(across**2 + down**2), 0, 255)


# %% [markdown]
# ## flip_matters

# %% answer="flip_matters" name="quarter turns"
flip_matters = lambda kernel: bool((kernel != np.rot90(kernel, k=2)).any())


# %% answer="flip_matters" name="loops"
def flip_matters(filter):
    h, w = filter.shape
    for i in range(h):
        for j in range(w):
            if filter[i, j] != filter[h - 1 - i, w - 1 - j]:
                return True
    return False


# %% answer="flip_matters" name="as a list, backwards"
def flip_matters(filter):
    values = filter.ravel().tolist()
    return values != values[::-1]


# %% answer="flip_matters" name="by trying both on an image"
from scipy.signal import convolve2d, correlate2d


def flip_matters(filter):
    image = np.random.default_rng(0).normal(size=(12, 12))
    return not np.allclose(convolve2d(image, filter), correlate2d(image, filter))


# %% answer="flip_matters" name="left-right-only" loses=["test_flip_matters"] says="one-direction"
def flip_matters(filter):
    return not np.array_equal(filter, np.fliplr(filter))


# %% answer="flip_matters" name="up-down-only" loses=["test_flip_matters"] says="one-direction"
def flip_matters(filter):
    return not np.array_equal(filter, filter[::-1])


# %% answer="flip_matters" name="transposed" loses=["test_flip_matters"] says="one-direction"
def flip_matters(filter):
    return not np.array_equal(filter, filter.T)


# %% answer="flip_matters" name="each-mirror-by-itself" loses=["test_flip_matters"] says="one-direction"
def flip_matters(filter):
    return not (np.array_equal(filter, filter[::-1]) and np.array_equal(filter, filter[:, ::-1]))


# %% answer="flip_matters" name="answers-reversed" loses=["test_flip_matters"] says="answers-reversed"
def flip_matters(filter):
    return np.array_equal(filter, filter[::-1, ::-1])


# %% answer="flip_matters" name="always-no" loses=["test_flip_matters"] says="one-direction"
def flip_matters(filter):
    return False


# %% answer="flip_matters" name="always-yes" loses=["test_flip_matters"] says="answers-reversed"
def flip_matters(filter):
    return True


# %% answer="flip_matters" name="an-answer-for-each-weight" loses=["test_flip_matters"] says="not-one-answer"
def flip_matters(filter):
    return filter != filter[::-1, ::-1]


# %% answer="flip_matters" name="truth-of-an-array" loses=["test_flip_matters"] says="not-one-answer"
def flip_matters(filter):
    if filter == filter[::-1, ::-1]:
        return False
    return True


# %% answer="flip_matters" name="as-text" loses=["test_flip_matters"] says="not-numbers"
def flip_matters(filter):
    return "False" if np.array_equal(filter, filter[::-1, ::-1]) else "True"


# %% [markdown]
# ## convolve2D_fast


# %% answer="convolve2D_fast" name="tensordot"
def convolve2D_fast(img, kernel, padding=0, strides=1):
    sy, sx = (strides, strides) if isinstance(strides, int) else strides
    windows = sliding_window_view(np.pad(img, padding), kernel.shape)[::sy, ::sx]
    return np.tensordot(windows, kernel, axes=((2, 3), (0, 1)))


# %% answer="convolve2D_fast" name="columns and one matrix product"
def convolve2D_fast(image, filter, padding=0, strides=1):
    sy, sx = np.broadcast_to(strides, 2)
    windows = sliding_window_view(np.pad(image.astype(np.float32), padding), filter.shape)[::sy, ::sx]
    columns = windows.reshape(-1, filter.size)
    return (columns @ filter.ravel().astype(np.float32)).reshape(windows.shape[:2])


# A loop over the few weights is not a loop over the many windows.
# %% answer="convolve2D_fast" name="shift and add"
def convolve2D_fast(image, filter, padding=0, strides=1):
    sy, sx = (strides, strides) if np.ndim(strides) == 0 else strides
    padded = np.pad(image.astype(float), padding)
    h, w = padded.shape[0] - filter.shape[0] + 1, padded.shape[1] - filter.shape[1] + 1
    total = np.zeros((h, w))
    for i in range(filter.shape[0]):
        for j in range(filter.shape[1]):
            total += filter[i, j] * padded[i : i + h, j : j + w]
    return total[::sy, ::sx]


# %% answer="convolve2D_fast" name="a row at a time"
def convolve2D_fast(image, filter, padding=0, strides=1):
    sy, sx = (strides, strides) if np.ndim(strides) == 0 else strides
    padded = np.pad(image.astype(float), padding)
    h, w = filter.shape
    rows = []
    for r in range(0, padded.shape[0] - h + 1, sy):
        strip = sliding_window_view(padded[r : r + h], w, axis=1)[:, ::sx]
        rows.append(np.einsum("icj,ij->c", strip, filter))
    return np.array(rows)


# %% answer="convolve2D_fast" name="Fourier transform"
from scipy.signal import fftconvolve


def convolve2D_fast(image, filter, padding=0, strides=1):
    sy, sx = (strides, strides) if np.ndim(strides) == 0 else strides
    padded = np.pad(image.astype(float), padding)
    return fftconvolve(padded, filter[::-1, ::-1].astype(float), mode="valid")[::sy, ::sx]


# %% answer="convolve2D_fast" name="kernel-flipped" loses=["test_convolve2D_fast"] says="kernel-flipped"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)
    return np.einsum("rcij,ij->rc", windows[::down, ::across], filter[::-1, ::-1])


# %% answer="convolve2D_fast" name="padding-ignored" loses=["test_convolve2D_fast_options"] says="padding-ignored"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(image.astype(float), filter.shape)
    return np.einsum("rcij,ij->rc", windows[::down, ::across], filter)


# %% answer="convolve2D_fast" name="stride-ignored" loses=["test_convolve2D_fast_options"] says="stride-ignored"
def convolve2D_fast(image, filter, padding=0, strides=1):
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)
    return np.einsum("rcij,ij->rc", windows, filter)


# %% answer="convolve2D_fast" name="strides-swapped" loses=["test_convolve2D_fast_options"] says="strides-swapped"
def convolve2D_fast(image, filter, padding=0, strides=1):
    across, down = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)
    return np.einsum("rcij,ij->rc", windows[::down, ::across], filter)


# %% answer="convolve2D_fast" name="no-pair-of-strides" loses=["test_convolve2D_fast_options"] says="stride-pair"
def convolve2D_fast(image, filter, padding=0, strides=1):
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)
    return np.einsum("rcij,ij->rc", windows[::strides, ::strides], filter)


# %% answer="convolve2D_fast" name="the-loops-again" loses=["test_convolve2D_fast_speed"] says="slow-as-loops"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    padded = np.pad(image.astype(float), padding)
    h, w = filter.shape
    output = np.zeros(((padded.shape[0] - h) // down + 1, (padded.shape[1] - w) // across + 1))
    for r in range(output.shape[0]):
        for c in range(output.shape[1]):
            window = padded[r * down : r * down + h, c * across : c * across + w]
            output[r, c] = np.sum(window * filter)
    return output


# %% answer="convolve2D_fast" name="loops-over-a-view" loses=["test_convolve2D_fast_speed"] says="slow-as-loops"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)[::down, ::across]
    return np.array([[np.sum(window * filter) for window in row] for row in windows])


# The numbers are what is asked; the product with @ is not.
# %% answer="convolve2D_fast" name="matrix-product" loses=["test_convolve2D_fast", "test_convolve2D_fast_options", "test_convolve2D_fast_speed"] says="matrix-product"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)[::down, ::across]
    return (windows @ filter).sum(axis=(2, 3))


# %% answer="convolve2D_fast" name="letters-swapped" loses=["test_convolve2D_fast", "test_convolve2D_fast_options"] says="kernel-mirrored"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)[::down, ::across]
    return np.einsum("rcij,ji->rc", windows, filter)


# %% answer="convolve2D_fast" name="not-summed" loses=["test_convolve2D_fast", "test_convolve2D_fast_options", "test_convolve2D_fast_speed"] says="not-summed"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)[::down, ::across]
    return np.einsum("rcij,ij->rcij", windows, filter)


# %% answer="convolve2D_fast" name="summed-over-the-places" loses=["test_convolve2D_fast", "test_convolve2D_fast_options", "test_convolve2D_fast_speed"] says="summed-over-places"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)[::down, ::across]
    return np.einsum("rcij,ij->ij", windows, filter)


# %% answer="convolve2D_fast" name="a-letter-missing" loses=["test_convolve2D_fast", "test_convolve2D_fast_options", "test_convolve2D_fast_speed"] says="einsum-letters"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)[::down, ::across]
    return np.einsum("rij,ij->r", windows, filter)


# %% answer="convolve2D_fast" name="kept-in-bytes" loses=["test_convolve2D_fast"] says="byte-overflow"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)[::down, ::across]
    return np.einsum("rcij,ij->rc", windows, filter).astype(image.dtype)


# %% answer="convolve2D_fast" name="channel-axis-added" loses=["test_convolve2D_fast_options"] says="wrong-container"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)[::down, ::across]
    return np.einsum("rcij,ij->rc", windows, filter)[..., None]


# %% answer="convolve2D_fast" name="whole-numbers-from-whole-numbers"
def convolve2D_fast(image, filter, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image, padding), filter.shape)[::down, ::across]
    return np.einsum("rcij,ij->rc", windows, filter)


# %% [markdown]
# ## conv_layer


# %% answer="conv_layer" name="loops over everything"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    sy, sx = (strides, strides) if isinstance(strides, int) else strides
    N, H, W, C = images.shape
    kh, kw, C2, F = kernels.shape
    if C != C2:
        raise ValueError("channels do not match")
    padded = np.zeros((N, H + 2 * padding, W + 2 * padding, C))
    padded[:, padding : padding + H, padding : padding + W, :] = images
    oh = (H + 2 * padding - kh) // sy + 1
    ow = (W + 2 * padding - kw) // sx + 1
    out = np.zeros((N, oh, ow, F))
    for n in range(N):
        for y in range(oh):
            for x in range(ow):
                patch = padded[n, y * sy : y * sy + kh, x * sx : x * sx + kw, :]
                for f in range(F):
                    out[n, y, x, f] = np.sum(patch * kernels[:, :, :, f]) + bias[f]
    return out


# %% answer="conv_layer" name="columns in float32"
def conv_layer(x, w, b, padding=0, strides=1):
    if x.shape[-1] != w.shape[2]:
        raise ValueError(f"{x.shape[-1]} channels in the images, {w.shape[2]} in the kernels")
    sy, sx = np.broadcast_to(strides, 2)
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0))).astype(np.float32)
    windows = sliding_window_view(x, w.shape[:2], axis=(1, 2))[:, ::sy, ::sx]
    columns = np.moveaxis(windows, 3, -1).reshape(*windows.shape[:3], -1)
    return columns @ w.reshape(-1, w.shape[-1]).astype(np.float32) + b.astype(np.float32)


# %% answer="conv_layer" name="with the convolution from above"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    channels, filters = kernels.shape[2:]
    if images.shape[3] != channels:
        raise ValueError("images and kernels have different numbers of channels")
    maps = [
        [
            sum(convolve2D(image[..., c], kernels[..., c, f], padding, strides) for c in range(channels))
            + bias[f]
            for f in range(filters)
        ]
        for image in images
    ]
    return np.moveaxis(np.array(maps), 1, -1)


# %% answer="conv_layer" name="tensordot, channels checked by NumPy"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    p = padding
    windows = sliding_window_view(
        np.pad(images, [(0, 0), (p, p), (p, p), (0, 0)]), kernels.shape[:2], axis=(1, 2)
    )
    # tensordot does not broadcast: it refuses axes of different lengths itself.
    return np.tensordot(windows[:, ::down, ::across], kernels, axes=([3, 4, 5], [2, 0, 1])) + bias


# %% answer="conv_layer" name="kernels-flipped" loses=["test_conv_layer"] says="kernel-flipped"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels[::-1, ::-1]) + bias


# %% answer="conv_layer" name="first-channel-only" loses=["test_conv_layer", "test_conv_layer_together"] says="channels-not-added"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded[..., 0], kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcij,ijf->nrcf", windows, kernels[:, :, 0]) + bias


# %% answer="conv_layer" name="channels-averaged" loses=["test_conv_layer", "test_conv_layer_bias", "test_conv_layer_together"] says="channels-averaged"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) / images.shape[3] + bias


# %% answer="conv_layer" name="channels-first" loses=["test_conv_layer", "test_conv_layer_together"] says="channels-first"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nfrc", windows, kernels) + bias[:, None, None]


# %% answer="conv_layer" name="bias-ignored" loses=["test_conv_layer_bias", "test_conv_layer_together"] says="bias-ignored"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels)


# %% answer="conv_layer" name="bias-for-each-channel" loses=["test_conv_layer_bias", "test_conv_layer_together"] says="bias-per-channel"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    output = 0
    for channel in range(images.shape[3]):
        output = (
            output + np.einsum("nrcij,ijf->nrcf", windows[:, :, :, channel], kernels[:, :, channel]) + bias
        )
    return output


# %% answer="conv_layer" name="first-image-only" loses=["test_conv_layer_batch", "test_conv_layer_together"] says="first-image-only"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images[0], [(padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(0, 1))[::down, ::across]
    return np.einsum("rcxij,ijxf->rcf", windows, kernels)[None] + bias


# %% answer="conv_layer" name="batch-summed" loses=["test_conv_layer_batch", "test_conv_layer_together"] says="batch-added"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->rcf", windows, kernels)[None] + bias


# %% answer="conv_layer" name="padding-ignored" loses=["test_conv_layer_options", "test_conv_layer_together"] says="padding-ignored"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="stride-ignored" loses=["test_conv_layer_options", "test_conv_layer_together"] says="stride-ignored"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="strides-swapped" loses=["test_conv_layer_options", "test_conv_layer_together"] says="strides-swapped"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::across, ::down]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="no-pair-of-strides" loses=["test_conv_layer_options", "test_conv_layer_together"] says="stride-pair"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::strides, ::strides]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="square-images-assumed" loses=["test_conv_layer_options", "test_conv_layer_together"] says="square-image"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    sy, sx = (strides, strides) if isinstance(strides, int) else strides
    N, n, _, C = images.shape
    k, _, C2, F = kernels.shape
    if C != C2:
        raise ValueError("channels differ")
    padded = np.zeros((N, n + 2 * padding, n + 2 * padding, C))
    padded[:, padding : padding + n, padding : padding + n] = images
    oh, ow = (n + 2 * padding - k) // sy + 1, (n + 2 * padding - k) // sx + 1
    out = np.zeros((N, oh, ow, F))
    for y in range(oh):
        for x in range(ow):
            patch = padded[:, y * sy : y * sy + k, x * sx : x * sx + k]
            out[:, y, x] = np.tensordot(patch, kernels, 3) + bias
    return out


# %% answer="conv_layer" name="channels-broadcast" loses=["test_conv_layer_errors"] says="no-error"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="kernels-channels-only" loses=["test_conv_layer_errors"] says="no-error"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    output = np.zeros((*windows.shape[:3], kernels.shape[3]))
    for channel in range(min(windows.shape[3], kernels.shape[2])):
        output += np.einsum("nrcij,ijf->nrcf", windows[:, :, :, channel], kernels[:, :, channel])
    return output + bias


# %% answer="conv_layer" name="zeros-of-the-right-shape" loses=["test_conv_layer", "test_conv_layer_bias", "test_conv_layer_batch", "test_conv_layer_options", "test_conv_layer_together", "test_conv_layer_errors"] says="all-zero"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    N, H, W, _ = images.shape
    kh, kw, _, F = kernels.shape
    return np.zeros((N, (H + 2 * padding - kh) // down + 1, (W + 2 * padding - kw) // across + 1, F))


# %% answer="conv_layer" name="whole-numbers-from-whole-numbers"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="kept-in-bytes" loses=["test_conv_layer"] says="byte-overflow"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return (np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias).astype(images.dtype)


# %% answer="conv_layer" name="letters-swapped" loses=["test_conv_layer", "test_conv_layer_options", "test_conv_layer_together"] says="kernel-mirrored"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,jixf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="a-letter-too-many" loses=["test_conv_layer", "test_conv_layer_bias", "test_conv_layer_batch", "test_conv_layer_options", "test_conv_layer_together", "test_conv_layer_errors"] says="einsum-letters"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcijxy,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="kernels-channels-and-filters-swapped" loses=["test_conv_layer", "test_conv_layer_bias", "test_conv_layer_batch", "test_conv_layer_options", "test_conv_layer_together", "test_conv_layer_errors"] says="kernel-axes"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[3]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijfx->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="all-four-axes-padded" loses=["test_conv_layer_options", "test_conv_layer_together"] says="pads-all-axes"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, padding)
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="padding-on-one-side" loses=["test_conv_layer_options", "test_conv_layer_together"] says="padding-one-side"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, 0), (padding, 0), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias


# %% answer="conv_layer" name="bias-subtracted" loses=["test_conv_layer_bias", "test_conv_layer_together"] says="bias-subtracted"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) - bias


# %% answer="conv_layer" name="all-biases-added" loses=["test_conv_layer_bias", "test_conv_layer_together"] says="one-bias-for-all"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias.sum()


# %% answer="conv_layer" name="first-bias-for-all" loses=["test_conv_layer_bias", "test_conv_layer_together"] says="one-bias-for-all"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias[0]


# %% answer="conv_layer" name="batch-axis-lost" loses=["test_conv_layer_batch", "test_conv_layer_together"] says="first-image-only"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("rcxij,ijxf->rcf", windows[0], kernels) + bias


# %% answer="conv_layer" name="nested-lists" loses=["test_conv_layer_together"] says="wrong-container"
def conv_layer(images, kernels, bias, padding=0, strides=1):
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    padded = np.pad(images.astype(float), [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return (np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias).tolist()


# %% [markdown]
# ## conv_parameters


# %% answer="conv_parameters" name="with a weight array"
def conv_parameters(kh, kw, c, f):
    return np.zeros((kh, kw, c, f)).size + np.zeros(f).size


# %% answer="conv_parameters" name="a filter at a time"
conv_parameters = lambda h, w, channels, filters: (h * w * channels + 1) * filters


# %% answer="conv_parameters" name="bias-forgotten" loses=["test_conv_parameters"] says="bias-not-counted"
def conv_parameters(kernel_height, kernel_width, channels, filters):
    return kernel_height * kernel_width * channels * filters


# %% answer="conv_parameters" name="one-bias" loses=["test_conv_parameters"] says="one-bias"
def conv_parameters(kernel_height, kernel_width, channels, filters):
    return kernel_height * kernel_width * channels * filters + 1


# %% answer="conv_parameters" name="bias-for-each-slice" loses=["test_conv_parameters"] says="bias-a-channel"
def conv_parameters(kernel_height, kernel_width, channels, filters):
    return (kernel_height * kernel_width + 1) * channels * filters


# %% answer="conv_parameters" name="channels-forgotten" loses=["test_conv_parameters"] says="channels-not-counted"
def conv_parameters(kernel_height, kernel_width, channels, filters):
    return kernel_height * kernel_width * filters + filters


# %% answer="conv_parameters" name="square-kernel" loses=["test_conv_parameters"] says="square-kernel"
def conv_parameters(kernel_height, kernel_width, channels, filters):
    return kernel_height**2 * channels * filters + filters


# No mistake to guess at.
# %% answer="conv_parameters" name="always-896" loses=["test_conv_parameters"] says=""
def conv_parameters(kernel_height, kernel_width, channels, filters):
    return 896


# %% [markdown]
# ## conv_backward


# %% answer="conv_backward" name="loops over the feature map"
def conv_backward(image, filter, gradient):
    d_image, d_filter = np.zeros(image.shape), np.zeros(filter.shape)
    h, w = filter.shape
    for r in range(gradient.shape[0]):
        for c in range(gradient.shape[1]):
            d_image[r : r + h, c : c + w] += gradient[r, c] * filter
            d_filter += gradient[r, c] * image[r : r + h, c : c + w]
    return d_image, d_filter


# %% answer="conv_backward" name="scipy, as a list"
from scipy.signal import convolve2d, correlate2d


def conv_backward(x, w, g):
    return [convolve2d(g, w, mode="full"), correlate2d(x, g, mode="valid")]


# %% answer="conv_backward" name="turn-forgotten" loses=["test_conv_backward_image"] says="turn-forgotten"
def conv_backward(image, filter, gradient):
    h, w = filter.shape
    windows = sliding_window_view(np.pad(gradient, [(h - 1, h - 1), (w - 1, w - 1)]), filter.shape)
    return np.einsum("rcij,ij->rc", windows, filter), np.einsum(
        "ijrc,rc->ij", sliding_window_view(image, gradient.shape), gradient
    )


# %% answer="conv_backward" name="filter-gradient-turned" loses=["test_conv_backward_filter"] says="turned-needlessly"
def conv_backward(image, filter, gradient):
    h, w = filter.shape
    windows = sliding_window_view(np.pad(gradient, [(h - 1, h - 1), (w - 1, w - 1)]), filter.shape)
    d_filter = np.einsum("ijrc,rc->ij", sliding_window_view(image, gradient.shape), gradient[::-1, ::-1])
    return np.einsum("rcij,ij->rc", windows, filter[::-1, ::-1]), d_filter


# %% answer="conv_backward" name="same-rings-both-ways" loses=["test_conv_backward_image"] says="not-full"
def conv_backward(image, filter, gradient):
    k = filter.shape[0] - 1
    windows = sliding_window_view(np.pad(gradient, k), filter.shape)
    d_filter = np.einsum("ijrc,rc->ij", sliding_window_view(image, gradient.shape), gradient)
    return np.einsum("rcij,ij->rc", windows, filter[::-1, ::-1]), d_filter


# %% answer="conv_backward" name="results-swapped" loses=["test_conv_backward_filter", "test_conv_backward_image"] says="results-swapped"
def conv_backward(image, filter, gradient):
    h, w = filter.shape
    windows = sliding_window_view(np.pad(gradient, [(h - 1, h - 1), (w - 1, w - 1)]), filter.shape)
    d_filter = np.einsum("ijrc,rc->ij", sliding_window_view(image, gradient.shape), gradient)
    return d_filter, np.einsum("rcij,ij->rc", windows, filter[::-1, ::-1])


# %% answer="conv_backward" name="filter-gradient-alone" loses=["test_conv_backward_filter", "test_conv_backward_image"] says="wrong-number-of-results"
def conv_backward(image, filter, gradient):
    return np.einsum("ijrc,rc->ij", sliding_window_view(image, gradient.shape), gradient)


# %% answer="conv_backward" name="overwritten" loses=["test_conv_backward_filter", "test_conv_backward_image"] says="overwritten"
def conv_backward(image, filter, gradient):
    d_image, d_filter = np.zeros(image.shape), np.zeros(filter.shape)
    h, w = filter.shape
    for r in range(gradient.shape[0]):
        for c in range(gradient.shape[1]):
            d_image[r : r + h, c : c + w] = gradient[r, c] * filter
            d_filter = gradient[r, c] * image[r : r + h, c : c + w]
    return d_image, d_filter


# %% answer="conv_backward" name="overwritten-for-each-weight" loses=["test_conv_backward_image"] says="overwritten"
def conv_backward(image, filter, gradient):
    d_image, d_filter = np.zeros(image.shape), np.zeros(filter.shape)
    H, W = gradient.shape
    for i in range(filter.shape[0]):
        for j in range(filter.shape[1]):
            d_image[i : i + H, j : j + W] = gradient * filter[i, j]
            d_filter[i, j] = np.sum(gradient * image[i : i + H, j : j + W])
    return d_image, d_filter


# %% answer="conv_backward" name="ring-of-one" loses=["test_conv_backward_image"] says="not-full"
def conv_backward(image, filter, gradient):
    windows = sliding_window_view(np.pad(gradient, 1), filter.shape)
    d_filter = np.einsum("ijrc,rc->ij", sliding_window_view(image, gradient.shape), gradient)
    return np.einsum("rcij,ij->rc", windows, filter[::-1, ::-1]), d_filter


# %% answer="conv_backward" name="filter-turned-in-place" loses=["test_conv_backward_filter"] says="input-modified"
def conv_backward(image, filter, gradient):
    h, w = filter.shape
    windows = sliding_window_view(np.pad(gradient, [(h - 1, h - 1), (w - 1, w - 1)]), filter.shape)
    d_filter = np.einsum("ijrc,rc->ij", sliding_window_view(image, gradient.shape), gradient)
    filter[:] = filter[::-1, ::-1].copy()
    return np.einsum("rcij,ij->rc", windows, filter), d_filter
