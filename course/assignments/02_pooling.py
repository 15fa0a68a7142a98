# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   autograder: {cell_seconds: 20, call_seconds: 5, notebook_seconds: 300}
# ---

# %% [markdown]
# # Pooling: see less, keep what matters
#
# In this notebook you will write the layer that makes feature maps smaller, and then put a whole convolutional
# network together without a framework. When you have finished, you will be able to
#
# - pool an image by maximum or by average, with any window and any stride;
# - count what global average pooling saves a network;
# - send a gradient backwards through max pooling, and check it with numbers;
# - predict the shapes along a chain of layers, and how many pixels one value sees;
# - say which shifts of an image pooling forgives, and which not;
# - run a small CNN forwards in NumPy and get what Keras gets.
#
# **Time:** two and a half to three hours; each exercise names its own. **What comes before:** `01_convolution`. You
# need its ideas here, but none of its code.
#
# Many cells that show something call the functions you write. Until an exercise is solved, such a cell ends in an
# error, `NotImplementedError` or another one further on: that is expected. Go on, and run it again later.

# %% [markdown]
# The next cell imports what we need, and defines one small helper. `pair` lets a function accept a single number as
# well as two: `pair(3)` is `(3, 3)`, and `pair((2, 3))` stays as it is, the height first. You may use it in all your
# answers.

# %%
import numpy as np
from scipy.signal import correlate

from course.figures import compare_images, plot_lines, show_images, use_course_style
from course.photos import load_photo

use_course_style()


def pair(value):
    """Height and width from one number for both, or from a pair."""
    return (value, value) if np.isscalar(value) else tuple(value)


# %% [markdown]
# ## 1. The largest value of each window
#
# A kernel responds strongly where the image holds what it looks for. Often we want to know *that* it responded in
# some place, and not to which pixel exactly. **Max pooling** puts a window on the feature map, keeps the largest
# value, and moves on. Here is one such window:

# %% tags=["illustration", "check-output"]
image = np.array([[1, 3, 2, 0], [4, 2, 1, 1], [0, 0, 5, 6], [1, 2, 7, 8]])
window = image[0:2, 0:2]

print(window)
print("its largest value:", window.max())

# %% [markdown]
# **Predict:** there are four such windows, side by side. Which four values does 2×2 max pooling give for the whole
# image? Write them down before you open the answer.
#
# <details><summary>Answer</summary>
#
# 4 and 2 in the first row, 2 and 8 in the second. A quarter of the numbers is left, and there is no weight to learn.
#
# </details>

# %% [markdown]
# The window's size is called the **pool size**, and the distance from one window to the next the **stride**. Windows
# that lie side by side have a stride equal to the pool size: this is the default. With a smaller stride they overlap,
# as in AlexNet (pool size 3, stride 2).
#
# Only windows that lie wholly inside the image count. Along a side of $n$ pixels, with windows of $k$ and a stride of
# $s$, there are
#
# $$\left\lfloor \frac{n - k}{s} \right\rfloor + 1$$
#
# of them. What is left over at the bottom and on the right is not used.

# %% [markdown]
# ### Exercise: `maxPooling2D` (about 30 minutes, 11 points)
#
# Write `maxPooling2D(image, pool_size=2, strides=None)`.
#
# - `image` has shape (H, W), and any numbers: whole or not, positive or negative.
# - `pool_size` and `strides` are each a number for both directions, or a pair (height, width).
# - `strides=None` means: the same as `pool_size`. So windows of 3 move by 3, and windows of (2, 3) move by 2 rows and
#   by 3 columns.
# - Return a new NumPy array of shape (H', W'), by the formula above; leave the image as it was.
#
# Two places are blank: the sizes before the loops, and one window inside them.
#
# <details><summary>Hint 1: the output's size</summary>
#
# First make two numbers of `pool_size`, and two of the strides, where None has to be replaced before anything else.
# Then use the formula twice, once with `image.shape[0]` and once with `image.shape[1]`. In Python, `//` divides and
# rounds down.
#
# </details>
# <details><summary>Hint 2: one window</summary>
#
# Output row `h` comes from the window whose first row is `h` times the stride's height. A slice `image[a:b, c:d]`
# cuts the window out, and arrays have a method `max`. If you prefer to compare value by value: with what does a
# running maximum have to start, when all values may be negative?
#
# </details>


# %% nbgrader={"grade_id": "maxPooling2D", "solution": true}
def maxPooling2D(image, pool_size=2, strides=None):
    """Keep the largest value of each window.

    Parameters
    ----------
    image : numpy.ndarray
        Shape (H, W).
    pool_size : int or (int, int)
        Height and width of the window, in pixels.
    strides : int or (int, int), optional
        Steps from window to window, down and to the right; by default the pool size.

    Returns
    -------
    numpy.ndarray
        Shape (H', W'), one value for each window that lies inside the image.
    """
    ### BEGIN SOLUTION
    pool_height, pool_width = pair(pool_size)
    stride_height, stride_width = pair(pool_size if strides is None else strides)
    height = (image.shape[0] - pool_height) // stride_height + 1
    width = (image.shape[1] - pool_width) // stride_width + 1
    ### END SOLUTION
    output = np.zeros((height, width))
    for h in range(height):
        for w in range(width):
            ### BEGIN SOLUTION
            top, left = h * stride_height, w * stride_width
            window = image[top : top + pool_height, left : left + pool_width]
            # The window's own maximum, not a running one from 0: all values may be negative.
            output[h, w] = window.max()
            ### END SOLUTION
    return output


# %% [markdown]
# Nine checks follow, and each catches another slip, so that a ✗ tells you where to look. The first two are the plain
# case: square images that the windows cover without a rest.

# %% Max pooling: the values nbgrader={"grade_id": "test_maxPooling2D", "grade": true, "points": 2}
from course.checks import pooling as check

check.maxPooling2D(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Leave the strides out, and the windows lie side by side, also when they are not 2×2.

# %% Max pooling: no strides given nbgrader={"grade_id": "test_maxPooling2D_defaults", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_defaults(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_defaults(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Next, where the windows lie. A stride of its own matters twice: in the output's size, and for the place
# where each window starts. A function that forgets one of the two still looks right as long as stride and pool size
# are equal.

# %% Max pooling: strides nbgrader={"grade_id": "test_maxPooling2D_strides", "grade": true, "points": 2}
from course.checks import pooling as check

check.maxPooling2D_strides(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_strides(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Now sides that the windows do not divide, such as 5 pixels and windows of 2. The fifth row and column stay unused:
# rounding up would read past the edge, or make a value from half a window.

# %% Max pooling: sizes that do not divide nbgrader={"grade_id": "test_maxPooling2D_edges", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_edges(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_edges(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Then the numbers themselves. After ReLU nothing is negative, but pooling does not always come after ReLU.

# %% Max pooling: negative values nbgrader={"grade_id": "test_maxPooling2D_negative", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_negative(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_negative(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Back to the windows: photos are seldom square, and height and width are easily mixed up. On a square image you would
# never notice.

# %% Max pooling: oblong images nbgrader={"grade_id": "test_maxPooling2D_shapes", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_shapes(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_shapes(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Windows and strides may differ by direction: then they come as pairs, or one of them as a pair and the other as a
# number. A function that swaps the two numbers, or uses one of them twice, is found out here.

# %% Max pooling: pairs nbgrader={"grade_id": "test_maxPooling2D_pairs", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_pairs(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_pairs(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Good manners: what comes back is a NumPy array with two axes, and the caller's image is still what it was.

# %% Max pooling: array out, image kept nbgrader={"grade_id": "test_maxPooling2D_new_array", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_new_array(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_new_array(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# And last, everything at once. Here two small slips can hide each other, so look at this one when the others are ✓.

# %% Max pooling: everything together nbgrader={"grade_id": "test_maxPooling2D_together", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_together(maxPooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_together(maxPooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Now a photograph. For pictures we take the mean of the three colour channels as grey. Keras does the same pooling in
# one line, so its result serves as the expected one. (Importing Keras takes a few seconds; lines about CUDA or oneDNN
# are notes by TensorFlow, not errors.)
#
# *What you should see: a Chinese tower above trees; the same tower twice, a little brighter and of half the height and
# width (the titles tell: all panels are drawn equally large); and a plain light panel titled "difference: none".*

# %% tags=["illustration"]
import keras

photo = load_photo("china", size=(340, 600)).mean(axis=2)
expected = np.array(keras.layers.MaxPooling2D(3, strides=2)(photo[None, :, :, None]))[0, :, :, 0]

compare_images(
    expected, maxPooling2D(photo, pool_size=3, strides=2), input=photo, title="Max pooling, 3×3, stride 2"
)

# %% [markdown]
# **Predict:** as the windows grow, what will happen to thin bright lines, and what to thin dark ones? Then run the
# cell.
#
# *What you should see: a dahlia in front of a dark background, four times, in ever larger blocks. Its bright petals
# grow and close the dark gaps between them.*

# %% tags=["illustration"]
flower = load_photo("flower", size=(340, 600)).mean(axis=2)
sizes = [2, 8, 16]

show_images(
    [flower] + [maxPooling2D(flower, size) for size in sizes],
    titles=["the photo"] + [f"pool size {size}" for size in sizes],
    columns=2,
    shared_limits=True,
)

# %% [markdown]
# A single bright pixel wins its whole window, and a dark one never does. In a feature map this is just what we want:
# "bright" means there that the kernel found something, so that max pooling hands on the find and forgets the spot.

# %% [markdown]
# ## 2. The average of each window
#
# **Average pooling** keeps the mean instead, so that every pixel has its share. Early networks such as LeNet pooled
# in much this way. Windows, strides and sizes work exactly as before.

# %% [markdown]
# ### Exercise: `averagePooling2D` (about 10 minutes, 6 points)
#
# Write `averagePooling2D(image, pool_size=2, strides=None)`, with the same arguments as `maxPooling2D`. The result
# holds floats, whatever type the image has: the mean of 1 and 2 is 1.5.
#
# The windows are those you know, so nobody should have to write them twice: copy your loop, or move it into a helper
# function that takes `np.max` or `np.mean` as an argument. New is only what happens inside a window.
#
# <details><summary>Hint: images of bytes</summary>
#
# The method `mean` computes in floats by itself. If you add up value by value, the sum of bytes starts again from 0
# after 255: turn the image into floats first.
#
# </details>


# %% nbgrader={"grade_id": "averagePooling2D", "solution": true}
def averagePooling2D(image, pool_size=2, strides=None):
    """Keep the average of each window.

    Parameters
    ----------
    image : numpy.ndarray
        Shape (H, W), integers or floats.
    pool_size : int or (int, int)
        Height and width of the window, in pixels.
    strides : int or (int, int), optional
        Steps from window to window, down and to the right; by default the pool size.

    Returns
    -------
    numpy.ndarray
        Shape (H', W'), floats.
    """
    ### BEGIN SOLUTION
    pool_height, pool_width = pair(pool_size)
    stride_height, stride_width = pair(pool_size if strides is None else strides)
    height = (image.shape[0] - pool_height) // stride_height + 1
    width = (image.shape[1] - pool_width) // stride_width + 1
    output = np.zeros((height, width))
    for h, w in np.ndindex(height, width):
        top, left = h * stride_height, w * stride_width
        output[h, w] = image[top : top + pool_height, left : left + pool_width].mean()
    return output
    ### END SOLUTION


# %% Average: the values nbgrader={"grade_id": "test_averagePooling2D", "grade": true, "points": 2}
from course.checks import pooling as check

check.averagePooling2D(averagePooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.averagePooling2D(averagePooling2D)
### END HIDDEN TESTS

# %% [markdown]
# Whole numbers go in, and fractions come out.

# %% Average: whole numbers in nbgrader={"grade_id": "test_averagePooling2D_integers", "grade": true, "points": 1}
from course.checks import pooling as check

check.averagePooling2D_integers(averagePooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.averagePooling2D_integers(averagePooling2D)
### END HIDDEN TESTS

# %% [markdown]
# The windows move as in max pooling: strides, pairs and images of any shape in one check, and sizes that do not
# divide in another.

# %% Average: strides and pairs nbgrader={"grade_id": "test_averagePooling2D_windows", "grade": true, "points": 1}
from course.checks import pooling as check

check.averagePooling2D_windows(averagePooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.averagePooling2D_windows(averagePooling2D)
### END HIDDEN TESTS

# %% Average: sizes that do not divide nbgrader={"grade_id": "test_averagePooling2D_edges", "grade": true, "points": 1}
from course.checks import pooling as check

check.averagePooling2D_edges(averagePooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.averagePooling2D_edges(averagePooling2D)
### END HIDDEN TESTS

# %% Average: array out, image kept nbgrader={"grade_id": "test_averagePooling2D_new_array", "grade": true, "points": 1}
from course.checks import pooling as check

check.averagePooling2D_new_array(averagePooling2D)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.averagePooling2D_new_array(averagePooling2D)
### END HIDDEN TESTS

# %% [markdown]
# **Predict:** below, the same photo is pooled both ways with windows of 12×12. Which of the two pictures will be
# brighter, and can it be the other way round in any pixel?
#
# *What you should see: the tower between trees in coarse blocks, twice; the maximum is brighter throughout and
# rougher, the average looks like the photo seen through frosted glass.*

# %% tags=["illustration"]
photo = load_photo("china", size=(340, 600)).mean(axis=2)

show_images(
    [maxPooling2D(photo, 12), averagePooling2D(photo, 12)],
    titles=["maximum", "average"],
    shared_limits=True,
)

# %% [markdown]
# No average is larger than the largest of the values it is made of, so the maximum is at least as bright everywhere.
# On a photo the average looks more natural. On feature maps the maximum usually works better: an average mixes one
# strong response with its quiet neighbours, until little of it is left.

# %% [markdown]
# ## 3. One number a feature map
#
# What if the window is as large as the map? Then a map of any size becomes a single number: how strongly this feature
# is present in the image as a whole. This is **global average pooling**. GoogLeNet and ResNet have it just before
# their last layer.

# %% [markdown]
# ### Exercise: `global_average_pooling` (about 10 minutes, 3 points)
#
# Write `global_average_pooling(images)`. The feature maps of a batch come in one array of shape (N, H, W, C): N
# images, C channels. Return a new array of shape (N, C).
#
# <details><summary>Hint</summary>
#
# NumPy's `mean` takes a tuple of axes. Which two of the four shall disappear?
#
# </details>


# %% nbgrader={"grade_id": "global_average_pooling", "solution": true}
def global_average_pooling(images):
    """Average each channel of each image over all its pixels.

    Parameters
    ----------
    images : numpy.ndarray
        Feature maps of shape (N, H, W, C).

    Returns
    -------
    numpy.ndarray
        Shape (N, C).
    """
    ### BEGIN SOLUTION
    return images.mean(axis=(1, 2))
    ### END SOLUTION


# %% Global average: the values nbgrader={"grade_id": "test_global_average_pooling", "grade": true, "points": 2}
from course.checks import pooling as check

check.global_average_pooling(global_average_pooling)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.global_average_pooling(global_average_pooling)
### END HIDDEN TESTS

# %% [markdown]
# A batch of one image is still a batch, and keeps its axis.

# %% Global average: (N, C) nbgrader={"grade_id": "test_global_average_pooling_new_array", "grade": true, "points": 1}
from course.checks import pooling as check

check.global_average_pooling_new_array(global_average_pooling)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.global_average_pooling_new_array(global_average_pooling)
### END HIDDEN TESTS

# %% [markdown]
# ### What it saves
#
# GoogLeNet's last feature maps measure 7×7 pixels and have 1024 channels. To get 1024 numbers from them, one could
# flatten the maps into a vector and put a dense layer with 1024 units on top, as older networks did. In a dense layer
# every unit has one weight for every value that comes in.

# %% [markdown]
# **Exercise: `dense_weights` (about 5 minutes, 1 point).** Write `dense_weights(height, width, channels, units)`: how
# many weights does a dense layer with so many units have on flattened maps of this size? Leave the biases out.


# %% nbgrader={"grade_id": "dense_weights", "solution": true}
def dense_weights(height, width, channels, units):
    """Count the weights of a dense layer on flattened feature maps.

    Parameters
    ----------
    height, width, channels : int
        Size of one image's feature maps.
    units : int
        Outputs of the dense layer.

    Returns
    -------
    int
        Number of weights, without the biases.
    """
    ### BEGIN SOLUTION
    return height * width * channels * units
    ### END SOLUTION


# %% Weights of a dense layer nbgrader={"grade_id": "test_dense_weights", "grade": true, "points": 1}
from course.checks import pooling as check

check.dense_weights(dense_weights)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.dense_weights(dense_weights)
### END HIDDEN TESTS

# %% [markdown]
# **Predict:** is it nearer to fifty thousand, five million or fifty million weights? And how many does global average
# pooling need to get its 1024 numbers?

# %% tags=["illustration", "check-output"]
weights = dense_weights(7, 7, 1024, 1024)

print(f"flatten and dense: {weights:,} weights, {weights * 4 / 2**20:,.0f} MiB in float32")

# %% [markdown]
# More than fifty million weights against none, for an average has nothing to learn. GoogLeNet as a whole has only
# about seven million. And nothing in the average depends on the size of the maps, so that the network also takes
# larger images than those it was trained on. A flattened vector would no longer fit its dense layer.

# %% [markdown]
# ## 4. Max pooling backwards
#
# A network learns by passing a gradient back from layer to layer. Pooling has no weights to learn, but it stands in
# the way, so we have to know what it does to the gradient.
#
# Think of one window. Raise its largest value a little, and the output rises as much. Raise another one a little, and
# nothing happens. So the whole gradient goes to the place of the maximum, and all other places get 0.

# %% [markdown]
# **Predict:** the window below has the output 9, and a gradient of 5 arrives at this output. What does the gradient
# of the four pixels look like? And what if the 7 were another 9?
#
# | | |
# |---|---|
# | 2 | 9 |
# | 7 | 1 |
#
# <details><summary>Answer</summary>
#
# 0 and 5 in the first row, 0 and 0 in the second. With two nines there is no right answer: a maximum has no
# derivative where two values tie. We need a rule.
#
# </details>

# %% [markdown]
# Ties are not rare: after ReLU, windows full of zeros are everywhere. **Our rule:** the gradient goes to the *first*
# of the largest values, row by row from left to right, as one reads. `np.argmax` finds this one. Sharing the gradient
# among the tied pixels would be as good; giving each of them the whole of it would not, for then more would arrive
# than was sent.

# %% [markdown]
# ### Exercise: `maxPooling2D_backward` (about 30 minutes, 6 points)
#
# Write `maxPooling2D_backward(image, gradient, pool_size=2, strides=None)`.
#
# - `image` (H, W) is what went into the pooling; `pool_size` and `strides` as before.
# - `gradient` (H', W') holds the loss's derivative with respect to each pooled value.
# - Return the derivative with respect to each pixel: an array of floats, (H, W), also for an image of whole numbers.
# - Where windows overlap, a pixel may be the maximum of several: then their gradients add up.
# - Pixels that no window covers get 0.
#
# <details><summary>Hint: the place of the maximum</summary>
#
# `np.argmax(window)` counts through the window row by row, as if it were one long row. `np.unravel_index` turns this
# number into a row and a column of the window. Where does the window itself start in the image?
#
# </details>
# <details><summary>Hint: overlapping windows</summary>
#
# Start with zeros, in floats. What has to happen when a second window sends its gradient to the same pixel?
#
# </details>


# %% nbgrader={"grade_id": "maxPooling2D_backward", "solution": true}
def maxPooling2D_backward(image, gradient, pool_size=2, strides=None):
    """Send the gradient of max pooling back to the pixels.

    Parameters
    ----------
    image : numpy.ndarray
        What was pooled, shape (H, W).
    gradient : numpy.ndarray
        Derivative of the loss by each pooled value, shape (H', W').
    pool_size : int or (int, int)
        Height and width of the window, in pixels.
    strides : int or (int, int), optional
        Steps from window to window, down and to the right; by default the pool size.

    Returns
    -------
    numpy.ndarray
        Derivative of the loss by each pixel, shape (H, W), floats.  A tie goes to the first maximum, row by row.
    """
    ### BEGIN SOLUTION
    pool_height, pool_width = pair(pool_size)
    stride_height, stride_width = pair(pool_size if strides is None else strides)
    # Not zeros_like: an image of whole numbers would cut the gradient's fractions off.
    by_pixel = np.zeros(image.shape)
    for h, w in np.ndindex(*gradient.shape):
        top, left = h * stride_height, w * stride_width
        window = image[top : top + pool_height, left : left + pool_width]
        row, column = np.unravel_index(np.argmax(window), window.shape)
        by_pixel[top + row, left + column] += gradient[h, w]
    return by_pixel
    ### END SOLUTION


# %% Backwards: the values nbgrader={"grade_id": "test_maxPooling2D_backward", "grade": true, "points": 2}
from course.checks import pooling as check

check.maxPooling2D_backward(maxPooling2D_backward)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_backward(maxPooling2D_backward)
### END HIDDEN TESTS

# %% Backwards: overlap nbgrader={"grade_id": "test_maxPooling2D_backward_overlap", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_backward_overlap(maxPooling2D_backward)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_backward_overlap(maxPooling2D_backward)
### END HIDDEN TESTS

# %% Backwards: ties nbgrader={"grade_id": "test_maxPooling2D_backward_ties", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_backward_ties(maxPooling2D_backward)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_backward_ties(maxPooling2D_backward)
### END HIDDEN TESTS

# %% Backwards: together nbgrader={"grade_id": "test_maxPooling2D_backward_together", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_backward_together(maxPooling2D_backward)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_backward_together(maxPooling2D_backward)
### END HIDDEN TESTS

# %% Backwards: floats out nbgrader={"grade_id": "test_maxPooling2D_backward_new_array", "grade": true, "points": 1}
from course.checks import pooling as check

check.maxPooling2D_backward_new_array(maxPooling2D_backward)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.maxPooling2D_backward_new_array(maxPooling2D_backward)
### END HIDDEN TESTS

# %% [markdown]
# Look at what you have written. On the left stand an image's values, on the right the gradient that comes back when
# each of the nine overlapping windows (3×3, stride 2) sends a 1. Two of the windows are outlined.
#
# *What you should see: mostly zeros, some ones, and a 2: the 95 is the largest value of both outlined windows, so that
# two gradients arrive there.*

# %% tags=["illustration"]
from matplotlib.patches import Rectangle

image = np.random.default_rng(3).integers(0, 100, (7, 7))
back = maxPooling2D_backward(image, np.ones((3, 3)), pool_size=3, strides=2)

figure = show_images([image, back], titles=["the image", "gradient of each pixel"], numbers=True)
for axis in figure.axes:
    for row, column, colour in ((2, 2, "#D55E00"), (4, 2, "#56B4E9")):
        place = (column - 0.4, row - 0.4)
        axis.add_patch(Rectangle(place, 2.8, 2.8, fill=False, edgecolor=colour, linewidth=3))
figure

# %% [markdown]
# ### The gradient check
#
# Is a gradient right? There is a test that needs no second solution. Take a loss, here the sum of the pooled values
# times some weights. Raise one pixel by a tiny step, lower it by the same step, and see how much the loss changes:
# divided by the step's length, this is the derivative. Do so for every pixel, in float64.

# %% tags=["illustration", "check-output"]
random = np.random.default_rng(0)
image, weights = random.normal(size=(7, 9)), random.normal(size=(3, 4))
step, numerical = 1e-5, np.zeros((7, 9))

for place in np.ndindex(7, 9):
    nudge = np.zeros((7, 9))
    nudge[place] = step
    up, down = maxPooling2D(image + nudge, 3, strides=2), maxPooling2D(image - nudge, 3, strides=2)
    numerical[place] = np.sum((up - down) * weights) / (2 * step)

difference = np.abs(maxPooling2D_backward(image, weights, 3, strides=2) - numerical).max()
print("largest difference below 1e-8:", difference < 1e-8)

# %% [markdown]
# **Think:** in what kind of image would this check fail, although the function is right? Try it: write `image =
# np.zeros((7, 9))` after the second line.
#
# <details><summary>Answer</summary>
#
# Where values tie. Raise one of two equal maxima and the output rises; lower it and the other one holds the output
# up. Half a derivative comes out, and no rule agrees with that. So take random floats for a gradient check: they do
# not tie.
#
# </details>

# %% [markdown]
# ## 5. Convolution, ReLU, pooling
#
# These three in a row are the basic building block of a CNN. We send the tower through one: a photo of 340×600
# pixels, a 3×3 kernel without padding and with stride 1, ReLU, then 2×2 max pooling.

# %% [markdown]
# ### Exercise: `predicted_shapes` (about 5 minutes, 2 points)
#
# **Predict the shapes first**, with a pencil. Let `predicted_shapes()` return three pairs (height, width): after the
# convolution, after ReLU, after pooling. Write numbers, no code that measures. The public check only looks whether
# they are three pairs: whether they are right, you will see in the cell after.


# %% nbgrader={"grade_id": "predicted_shapes", "solution": true}
def predicted_shapes():
    """Predict the shapes of a 340x600 photo after convolution, ReLU and pooling.

    Returns
    -------
    tuple of three pairs of int
        Height and width after a valid 3x3 convolution with stride 1, after ReLU, and after 2x2 max pooling.
    """
    ### BEGIN SOLUTION
    after_convolution = (338, 598)
    after_relu = (338, 598)
    after_pooling = (169, 299)
    ### END SOLUTION
    return after_convolution, after_relu, after_pooling


# %% Predicted: convolution and ReLU nbgrader={"grade_id": "test_predicted_shapes_conv", "grade": true, "points": 1}
from course.checks import pooling as check

check.predicted_shapes_conv(predicted_shapes)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.predicted_shapes_conv(predicted_shapes)
### END HIDDEN TESTS

# %% Predicted: pooling nbgrader={"grade_id": "test_predicted_shapes_pool", "grade": true, "points": 1}
from course.checks import pooling as check

check.predicted_shapes_pool(predicted_shapes)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.predicted_shapes_pool(predicted_shapes)
### END HIDDEN TESTS

# %% [markdown]
# Now run the chain. SciPy's `correlate` with `mode="valid"` is the convolution without padding; the kernel is Sobel's
# for vertical edges.

# %% tags=["illustration", "check-output"]
photo = load_photo("china", size=(340, 600)).mean(axis=2)
kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
convolved = correlate(photo, kernel, mode="valid")
activated = np.maximum(convolved, 0)

print("photo       ", photo.shape)
print("convolution ", convolved.shape)
print("ReLU        ", activated.shape)
print("pooling     ", maxPooling2D(activated).shape)

# %% [markdown]
# Were you right? A 3×3 kernel cannot stand on the outermost pixels, which costs two rows and two columns; ReLU
# changes values, never shapes; and pooling halves both sides.
#
# *What you should see: the tower's outlines. First bright and dark on grey, then only the bright ones on black, and
# last the same with half the rows and columns (see the titles), so with thicker lines.*

# %% tags=["illustration"]
photo = load_photo("china", size=(340, 600)).mean(axis=2)
convolved = correlate(photo, np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]), mode="valid")
activated = np.maximum(convolved, 0)

steps = {"photo": photo, "convolution": convolved, "ReLU": activated, "max pooling": maxPooling2D(activated)}

show_images(
    list(steps.values()),
    titles=[f"{name}, {'×'.join(map(str, step.shape))}" for name, step in steps.items()],
    columns=2,
)

# %% [markdown]
# ## 6. What pooling forgives
#
# One hears that pooling makes a network indifferent to small shifts. Let us look closely. A map of 8 columns holds
# one bright spot, which we move to the right, pixel by pixel. **Predict:** in which column of the pooled map does it
# appear, for each of its eight places?

# %% tags=["illustration", "check-output"]
for column in range(8):
    feature_map = np.zeros((2, 8))
    feature_map[0, column] = 1
    pooled = maxPooling2D(feature_map)
    print(f"spot in column {column} -> pooled: {[int(value) for value in pooled[0]]}")

# %% [markdown]
# Every second step leaves no trace at all: the spot stays inside its window. Every other step moves it over a border,
# and then the pooled map changes as much as a map can. So pooling forgives a shift of one pixel *half the time*, and
# a shift by a whole stride never: the pooled map moves by one.

# %% [markdown]
# Now a real feature map: the tower's edges. We move the photo by 0 to 8 pixels, and ask how much the map changes,
# compared with how much the values differ among each other. **Predict:** four curves, without pooling and for windows
# of 2, 4 and 8. In which order will they lie?

# %% tags=["illustration"]
photo = load_photo("china").mean(axis=2)
edges = np.abs(correlate(photo, np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]), mode="valid"))
shifts = range(9)
curves = {}
for size in (1, 2, 4, 8):
    maps = [maxPooling2D(edges[:192, 100 + shift : 356 + shift], size) for shift in shifts]
    curves[f"windows of {size}"] = [np.abs(m - maps[0]).mean() / maps[0].std() for m in maps]

plot_lines(
    curves, x=shifts, xlabel="shift (pixels)", ylabel="change of the pooled map", title="Shifting the tower"
)

# %% [markdown]
# *What you should see: four curves that rise from zero. Without pooling (windows of 1) one pixel is enough for most
# of the change; the larger the window, the lower the curve.*
#
# Larger windows forgive more, since most maxima stay in their windows when the image moves a little. But no curve
# stays at zero, not even for a single pixel, and they go on rising with the shift: pooling softens a shift, it does
# not undo it.

# %% [markdown]
# Global average pooling goes to the other extreme. Below, all pixels of the photo change places at random.
# **Predict:** what does this do to the global average of each colour channel?

# %% tags=["illustration", "check-output"]
photo = load_photo("flower", size=(340, 600)).astype(float)
scrambled = np.random.default_rng(0).permutation(photo.reshape(-1, 3)).reshape(photo.shape)

averages = global_average_pooling(np.stack([photo, scrambled]))
print("photo:    ", averages[0].round())
print("scrambled:", averages[1].round())

# %% [markdown]
# Not a trace is left of *where* anything was. This is harmless only since the convolutions before it have already
# seen what stands beside what: their feature maps answer "is there a petal?", and then a count will do.
#
# *What you should see: the dahlia, and coloured noise of the same colours.*

# %% tags=["illustration"]
photo = load_photo("flower", size=(340, 600))
scrambled = np.random.default_rng(0).permutation(photo.reshape(-1, 3)).reshape(photo.shape)

show_images([photo, scrambled], titles=["photo", "the same pixels, scrambled"])

# %% [markdown]
# ### A question in words (about 10 minutes, 3 points)
#
# A colleague says: "Our network has max pooling, so it does not matter where in the picture the cat is." Answer in
# four to six sentences. What is true of this for 2×2 max pooling, and what is not? What changes when the network ends
# with global average pooling? Refer to what you saw in the experiments above.

# %% [markdown] nbgrader={"grade_id": "explain_shift", "grade": true, "solution": true, "points": 3}
# ### BEGIN SOLUTION
# **Model answer.** 2×2 max pooling forgives a shift only while the maximum stays inside its window: a shift of one
# pixel changes nothing in about half of the cases, and otherwise moves the response to the next cell. A shift by a
# whole stride moves the pooled map by one cell, so that the place is still there, only more coarsely; a dense layer
# on the flattened maps would see other inputs. The curves showed it: larger windows change less, but none stays at
# zero, and all rise with the shift. Several pooling layers, one after the other, forgive more than one does. Global
# average pooling does remove the place altogether, since the average stays the same wherever the response is, as long
# as the cat is wholly in the picture; the scrambled photo had the same averages. So the network's decision can become
# nearly independent of the place, but this is due to convolution and global pooling together and is bought with the
# loss of all arrangement.
#
# **Rubric.**
#
# - 1 point: max pooling forgives small shifts only, and not always: within a window yes, over its border no.
# - 1 point: larger shifts come through (moved, more coarsely); some reference to an experiment: the spot, or the
#   curves.
# - 1 point: global average pooling drops the place altogether, and with it the arrangement (the scrambled photo).
# ### END SOLUTION

# %% [markdown]
# ## 7. How far one value sees
#
# One value after a 3×3 convolution depends on 3×3 pixels. Put a second 3×3 convolution on top: each of its nine
# inputs sees 3×3 pixels, shifted by one, so together they see 5×5. This is the **receptive field**, given by the
# length of its side.
#
# A stride spreads everything that comes later: after a layer with stride 2, neighbouring values lie two pixels apart
# in the image, and a 3×3 kernel on them spans more.

# %% [markdown]
# ### Exercise: `receptive_field` (about 20 minutes, 3 points)
#
# Write `receptive_field(layers)`. `layers` is a list of pairs (kernel, stride), from the image on; a pooling layer
# counts like a convolution whose kernel is its window. Return the length of the receptive field's side, in pixels,
# for one value after the last layer. Two 3×3 layers with stride 1 see 5, three see 7, five see 11.
#
# <details><summary>Hint: two numbers to carry along</summary>
#
# Before the first layer a value sees 1 pixel, and neighbours lie 1 pixel apart. Go through the layers and keep both
# numbers up to date: a kernel of $k$ reaches over $k - 1$ further neighbours, each one distance away. When does the
# layer's own stride change the distance: before this, or after?
#
# </details>


# %% nbgrader={"grade_id": "receptive_field", "solution": true}
def receptive_field(layers):
    """Count how many pixels along one side a value of the last layer depends on.

    Parameters
    ----------
    layers : list of (int, int)
        Kernel size and stride of each layer, the one next to the image first.

    Returns
    -------
    int
        Length of the receptive field's side, in pixels.
    """
    ### BEGIN SOLUTION
    size, distance = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * distance
        # Only now: a layer's own stride spreads the layers after it.
        distance *= stride
    return size
    ### END SOLUTION


# %% Receptive field: stride 1 nbgrader={"grade_id": "test_receptive_field", "grade": true, "points": 1}
from course.checks import pooling as check

check.receptive_field(receptive_field)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.receptive_field(receptive_field)
### END HIDDEN TESTS

# %% Receptive field: strides nbgrader={"grade_id": "test_receptive_field_strides", "grade": true, "points": 2}
from course.checks import pooling as check

check.receptive_field_strides(receptive_field)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.receptive_field_strides(receptive_field)
### END HIDDEN TESTS

# %% [markdown]
# Not all pixels of the field count alike. For stacks of 3×3 layers, the picture shows on how many ways each pixel
# reaches the value in the middle.
#
# *What you should see: outlined squares of 3, 5, 7, 9 and 11 pixels, as large as your function says. In the first all
# nine pixels are alike; then the centre outshines the rest, until the rim inside the outline looks black.*

# %% tags=["illustration"]
from matplotlib.patches import Rectangle

ways, pictures, sides = np.ones((1, 1)), [], []
for depth in range(1, 6):
    ways = correlate(ways, np.ones((3, 3)))
    pictures.append(np.pad(ways / ways.max(), (13 - len(ways)) // 2))
    sides.append(receptive_field([(3, 1)] * depth))

figure = show_images(pictures, titles=[f"{n} × 3×3: {side}" for n, side in enumerate(sides, 1)], columns=5)
for axis, side in zip(figure.axes, sides, strict=True):
    corner = (6 - side / 2, 6 - side / 2)
    axis.add_patch(Rectangle(corner, side, side, fill=False, edgecolor="#E69F00", linewidth=2))
figure

# %% [markdown]
# **Predict:** which sees further, five 3×3 convolutions in a row, or two with a 2×2 pooling (stride 2) after each?
# The second chain has four layers and fewer weights.

# %% tags=["illustration", "check-output"]
print("five convolutions:         ", receptive_field([(3, 1)] * 5))
print("twice conv and pooling:    ", receptive_field([(3, 1), (2, 2)] * 2))
print("four times conv and pooling:", receptive_field([(3, 1), (2, 2)] * 4))

# %% [markdown]
# Nearly a tie at first. But without pooling the field grows by two pixels a layer, and with pooling each block
# doubles what the next one adds: four blocks see 46 pixels. This is the second reason for pooling, besides cheaper
# maps: it lets a few layers look at a whole object.

# %% [markdown]
# ## 8. A whole CNN in NumPy
#
# After the last pooling, a CNN **flattens** the maps of each image into one long vector and lets a **dense layer**
# turn it into a score for each class. For a batch of vectors $x$, weights $W$ and a bias $b$ the scores are $xW + b$.
#
# The order of flattening matters, for each value has its own weights. We use NumPy's (and Keras's) order: row by row,
# within a row pixel by pixel, and the channels of one pixel side by side.

# %% [markdown]
# ### Exercise: `flatten_dense` (about 10 minutes, 3 points)
#
# Write `flatten_dense(maps, weights, bias)` for maps of shape (N, H, W, C), weights (H·W·C, units) and bias (units,).
# Return the scores, shape (N, units), without an activation.
#
# <details><summary>Hint</summary>
#
# `reshape` keeps the order in memory, and works out the one length that you give as −1. The first axis must stay N.
#
# </details>


# %% nbgrader={"grade_id": "flatten_dense", "solution": true}
def flatten_dense(maps, weights, bias):
    """Flatten feature maps and apply a dense layer.

    Parameters
    ----------
    maps : numpy.ndarray
        Shape (N, H, W, C).
    weights : numpy.ndarray
        Shape (H * W * C, units).
    bias : numpy.ndarray
        Shape (units,).

    Returns
    -------
    numpy.ndarray
        Scores of shape (N, units).
    """
    ### BEGIN SOLUTION
    vectors = maps.reshape(len(maps), -1)
    return vectors @ weights + bias
    ### END SOLUTION


# %% Flatten and dense: the order nbgrader={"grade_id": "test_flatten_dense_order", "grade": true, "points": 1}
from course.checks import pooling as check

check.flatten_dense_order(flatten_dense)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.flatten_dense_order(flatten_dense)
### END HIDDEN TESTS

# %% Flatten and dense: the bias nbgrader={"grade_id": "test_flatten_dense_bias", "grade": true, "points": 1}
from course.checks import pooling as check

check.flatten_dense_bias(flatten_dense)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.flatten_dense_bias(flatten_dense)
### END HIDDEN TESTS

# %% Flatten and dense: (N, units) out nbgrader={"grade_id": "test_flatten_dense_new_array", "grade": true, "points": 1}
from course.checks import pooling as check

check.flatten_dense_new_array(flatten_dense)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.flatten_dense_new_array(flatten_dense)
### END HIDDEN TESTS

# %% [markdown]
# For the whole network you get two helpers, which work on batches of maps with channels. `convolve_maps` is a valid
# convolution with SciPy; `max_pool_maps` is 2×2 max pooling, which takes the larger of two neighbours, first down the
# rows and then along them.


# %%
def convolve_maps(images, kernels, bias):
    """Convolve images (N, H, W, C) with kernels (kh, kw, C, F), without padding: (N, H - kh + 1, W - kw + 1, F)."""
    each = range(kernels.shape[-1])
    maps = [[correlate(image, kernels[..., f], "valid", "direct")[:, :, 0] for f in each] for image in images]
    return np.moveaxis(np.array(maps), 1, -1) + bias


def max_pool_maps(maps):
    """Pool maps (N, H, W, C) by 2x2 maxima with stride 2: (N, H // 2, W // 2, C)."""
    even = maps[:, : maps.shape[1] // 2 * 2, : maps.shape[2] // 2 * 2]
    taller = np.maximum(even[:, ::2], even[:, 1::2])
    return np.maximum(taller[:, :, ::2], taller[:, :, 1::2])


# %% [markdown]
# ### Exercise: `cnn_forward` (about 15 minutes, 3 points)
#
# Write `cnn_forward(images, kernels, kernel_bias, weights, bias)`, the forward pass of a small network: convolution,
# ReLU, 2×2 max pooling, flatten, dense. Return the scores, shape (N, classes), without softmax.
#
# Use the two helpers and plain NumPy, and none of your earlier answers: then this exercise stands on its own, and a
# slip up there cannot cost you points down here.
#
# <details><summary>Hint</summary>
#
# Five steps, five short lines, each with the result of the one before. ReLU is a `np.maximum` with 0. Would it matter
# if ReLU came after the pooling?
#
# </details>


# %% nbgrader={"grade_id": "cnn_forward", "solution": true}
def cnn_forward(images, kernels, kernel_bias, weights, bias):
    """Compute the scores of a small CNN.

    Parameters
    ----------
    images : numpy.ndarray
        Shape (N, H, W, C).
    kernels, kernel_bias : numpy.ndarray
        Shapes (kh, kw, C, F) and (F,), of the convolution.
    weights, bias : numpy.ndarray
        Shapes (features, classes) and (classes,), of the dense layer.

    Returns
    -------
    numpy.ndarray
        Scores of shape (N, classes).
    """
    ### BEGIN SOLUTION
    maps = convolve_maps(images, kernels, kernel_bias)
    maps = max_pool_maps(np.maximum(maps, 0))
    return maps.reshape(len(maps), -1) @ weights + bias
    ### END SOLUTION


# %% CNN: convolution, ReLU, pooling nbgrader={"grade_id": "test_cnn_forward_relu", "grade": true, "points": 1}
from course.checks import pooling as check

check.cnn_forward_relu(cnn_forward)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.cnn_forward_relu(cnn_forward)
### END HIDDEN TESTS

# %% CNN: the two biases nbgrader={"grade_id": "test_cnn_forward_bias", "grade": true, "points": 1}
from course.checks import pooling as check

check.cnn_forward_bias(cnn_forward)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.cnn_forward_bias(cnn_forward)
### END HIDDEN TESTS

# %% CNN: everything together nbgrader={"grade_id": "test_cnn_forward_together", "grade": true, "points": 1}
from course.checks import pooling as check

check.cnn_forward_together(cnn_forward)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.cnn_forward_together(cnn_forward)
### END HIDDEN TESTS

# %% [markdown]
# Now the real thing. scikit-learn carries 1797 handwritten digits of 8×8 pixels. Keras builds the same network as
# yours, with one layer for each of your steps, and begins with random weights.

# %% tags=["illustration"]
import keras
from sklearn.datasets import load_digits

digits, labels = load_digits(return_X_y=True)
digits = digits.reshape(-1, 8, 8, 1) / 16

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((8, 8, 1))])
model.add(keras.layers.Conv2D(8, 3, activation="relu"))
model.add(keras.layers.MaxPooling2D(2))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(10))

# %% [markdown]
# It learns from the first 1500 digits for a few seconds; how that works is the matter of the next notebook. All we
# want from it here are the four arrays of weights.

# %% tags=["illustration"]
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
history = model.fit(digits[:1500], labels[:1500], batch_size=32, epochs=20, verbose=0)

# %% [markdown]
# **Predict the shapes:** what do the four arrays look like, for 8 kernels of 3×3 on 8×8 images with one channel and
# ten classes? Write them down; the next cell tells.

# %% tags=["illustration", "check-output"]
for name, array in zip(["kernels", "kernel_bias", "weights", "bias"], model.get_weights(), strict=True):
    print(f"{name:<12} {array.shape}")

# %% [markdown]
# With these weights, your network should give the same scores as Keras for digits that neither has seen.
#
# *What you should see: twice the same chequered pattern; a row is a digit, a column a class, and the brighter a cell
# is, the higher is the score. And a plain light panel titled "difference: none", or "below" a very small number.*

# %% tags=["illustration"]
unseen = digits[1500:1520]

figure = compare_images(
    model.predict(unseen, verbose=0),
    cnn_forward(unseen, *model.get_weights()),
    title="Scores of ten classes for 20 digits: Keras and your NumPy",
)
for axis in figure.axes:
    axis.set(xlabel="class, 0 to 9", ylabel="digit, 1st to 20th")
figure

# %% [markdown]
# The class with the highest score is the answer. Below are the first of these digits, and above each stands what your
# network reads; where it errs, the right number follows.
#
# *What you should see: eight coarse grey digits, nearly all of them read rightly.*

# %% tags=["illustration"]
read = cnn_forward(digits[1500:1508], *model.get_weights()).argmax(axis=1)
truth = labels[1500:1508]

show_images(
    digits[1500:1508],
    titles=[f"{r}" if r == t else f"{r} (is {t})" for r, t in zip(read, truth, strict=True)],
    columns=8,
)

# %% [markdown]
# This is all there is to a CNN's forward pass: sums of products, a maximum, another maximum, and a matrix product.
# What a framework adds is speed, and the way backwards for every layer.

# %% [markdown]
# ## Stretch: a pooling that forgives more (about 20 minutes, 2 points)
#
# For those who like to go on. Unlike in the first notebook, this one counts: 2 of the 40 points that a machine gives.
#
# In section 6, half of all shifts by one pixel jumped over a border. The trouble is not the maximum but the stride:
# it drops every second maximum, and chance decides which. Signal processing has a remedy: blur before you drop. (R.
# Zhang, *Making convolutional networks shift-invariant again*, 2019.)
#
# Write `blur_pool(maxima)`. `maxima` (H, W) holds the maximum of every 2×2 window at stride 1, so that nothing is
# dropped yet. Blur it with the 3×3 weights below, without padding; then keep every second row and column, beginning
# with the first. Return an array.
#
# $$\frac{1}{16}\begin{pmatrix} 1 & 2 & 1 \\ 2 & 4 & 2 \\ 1 & 2 & 1 \end{pmatrix}$$


# %% nbgrader={"grade_id": "blur_pool", "solution": true}
def blur_pool(maxima):
    """Blur maxima and keep every second one in each direction.

    Parameters
    ----------
    maxima : numpy.ndarray
        Shape (H, W), the maximum of every 2x2 window at stride 1.

    Returns
    -------
    numpy.ndarray
        Every second value, from the first on, of the blurred maxima (H - 2, W - 2).
    """
    ### BEGIN SOLUTION
    tent = np.array([1, 2, 1]) / 4
    blurred = correlate(maxima, np.outer(tent, tent), mode="valid", method="direct")
    return blurred[::2, ::2]
    ### END SOLUTION


# %% Stretch: blurred pooling nbgrader={"grade_id": "test_blur_pool", "grade": true, "points": 2}
from course.checks import pooling as check

check.blur_pool(blur_pool)
### BEGIN HIDDEN TESTS
from autograder.checks import pooling as hidden

hidden.blur_pool(blur_pool)
### END HIDDEN TESTS

# %% [markdown]
# Does it help? Again the tower's edges move to the right.
#
# *What you should see: two rising curves, the one with the blur clearly below the other.*

# %% tags=["illustration"]
photo = load_photo("china").mean(axis=2)
edges = np.abs(correlate(photo, np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]), mode="valid"))
shifts, curves = range(9), {"max pooling": [], "with blur": []}
views = [edges[:192, 100 + shift : 356 + shift] for shift in shifts]
plain = [maxPooling2D(view) for view in views]
soft = [blur_pool(maxPooling2D(view, 2, strides=1)) for view in views]
for name, maps in (("max pooling", plain), ("with blur", soft)):
    curves[name] = [np.abs(m - maps[0]).mean() / maps[0].std() for m in maps]

plot_lines(
    curves, x=shifts, xlabel="shift (pixels)", ylabel="change of the pooled map", title="Max pooling, blurred"
)

# %% [markdown]
# ## Can you now…
#
# - pool an image by maximum or by average with any window and stride, and say how large the result is without running
#   it?
# - say how many weights global average pooling saves GoogLeNet, and what is lost with them?
# - tell where the gradient of a max pooling goes, what happens at a tie, and where windows overlap?
# - say which shifts pooling forgives, and name one that it does not?
# - compute the receptive field of a stack with strides?
# - write down a CNN's forward pass with five operations and the shapes between them?
#
# Then *Kernel → Restart Kernel and Run All Cells*, *Validate*, save and submit. The next notebook, `03_keras_cnn`,
# trains such networks.
