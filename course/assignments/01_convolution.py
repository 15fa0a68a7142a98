# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   autograder: {cell_seconds: 20, call_seconds: 5, notebook_seconds: 300}
# ---

# %% [markdown]
# # Convolution: one small window, slid over an image
#
# In this notebook we build the operation that gives convolutional networks their name, with nothing but
# NumPy. When you have finished, you will be able to
#
# - turn a colour photo into grey values without losing any to integer arithmetic;
# - say how large a feature map will be, for any kernel, padding and stride, before you compute it;
# - write a convolution with loops, and again without loops, a hundred times faster;
# - find edges with Sobel's kernels, and say when flipping a kernel matters;
# - write the layer that Keras calls `Conv2D`, and count its parameters;
# - as a stretch: compute its gradients, check them, and let gradient descent find a kernel.
#
# **Time:** two to three hours, the stretch included; each exercise says its own share.
#
# **What comes before:** `00_start`, NumPy's slices and axes, and what a dense layer is.
#
# **Points:** 40, of which 2 are for an answer in words and 2 for the stretch.

# %% [markdown]
# The next cell imports everything that this notebook needs, and loads two photographs that come with
# scikit-learn. `photo` is in colour. `grey` is the same picture in grey, made by the Pillow library, so that
# every later section works even if you leave out the first exercise.

# %%
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from course.figures import (
    DIFFERENCE_MAP,
    compare_images,
    plot_bars,
    plot_lines,
    show_images,
    use_course_style,
)
from course.photos import load_photo

use_course_style()

photo = load_photo("china")
grey = np.asarray(Image.fromarray(photo).convert("L"), dtype=float)

# %% [markdown]
# ## 1. A photo is three numbers a pixel
#
# A colour photo is an array with three axes: height, width, and three channels for red, green and blue. The
# next cell cuts a piece out of one, and shows each of its channels as a grey picture. **Predict:** the roof
# tiles are orange and the columns red. In which channel will the columns be brightest?

# %% tags=["illustration"]
piece = photo[160:245, 150:320]

show_images(
    [piece, piece[..., 0], piece[..., 1], piece[..., 2]],
    ["a piece of the photo", "red channel", "green channel", "blue channel"],
    columns=2,
    shared_limits=True,
)

# %% [markdown]
# *The picture: a row of red columns under a roof of orange tiles, in colour and three times in grey. Columns
# and tiles are lighter in the red channel than in the other two, where the columns are nearly black; the sky
# is light in all three.*
#
# We see green as brighter than red and much brighter than blue. A good grey value therefore weighs the
# channels:
#
# $$\text{grey} = 0.2989\,R + 0.5870\,G + 0.1140\,B$$

# %% [markdown]
# The photo's numbers are **bytes** (`uint8`): whole numbers from 0 to 255, and nothing else fits into them.
# **Predict:** what are 200 + 100 and 200 + 55 in bytes?

# %% tags=["illustration", "check-output"]
bright = np.array([200, 200], dtype=np.uint8)

print(bright + np.array([100, 55], dtype=np.uint8))

# %% [markdown]
# 300 has become 300 - 256 = 44, without a word of warning. The next picture shows what that does to the sum
# of two channels.

# %% tags=["illustration"]
red, green = photo[..., 0], photo[..., 1]

show_images([red + green, red.astype(float) + green], ["red + green in bytes", "red + green in floats"])

# %% [markdown]
# *The picture: on the right a pavilion before a light sky; on the left the sky is darker, and trees and roofs
# are full of black and white specks, where one sum went round and its neighbour did not.* Adding channels, multiplying by whole numbers and
# writing into an array of bytes all go wrong like this. A fraction times bytes gives floats, so the formula
# above is safe as it stands; whoever rewrites it may not be.

# %% [markdown]
# ### Exercise 1: `rgb2gray` (4 points, 15 minutes)
#
# Write `rgb2gray(rgb)`, which makes one grey value out of the three numbers of each pixel, with the weights
# above. (The rounded weights 0.299, 0.587 and 0.114, which you may know from elsewhere, are accepted too.)
# Three things are asked:
#
# - photos of whole numbers (`uint8`, 0 to 255) and of floats are both welcome, and **floats** come out;
# - the scale stays: 0 to 255 in gives 0 to 255 out, 0 to 1 gives 0 to 1;
# - the result is a *new* array with two axes, and the photo is as it was.

# %% [markdown]
# <details><summary><b>Hint 1:</b> how do I get at one channel?</summary>
#
# `rgb[..., 0]` is the red channel of an image with any height and width: the three dots stand for all axes
# before the last one.
# </details>
#
# <details><summary><b>Hint 2:</b> my grey values are far too dark</summary>
#
# Something was added, multiplied or stored in bytes. `rgb.astype(float)` is a copy of the photo in floats:
# convert first, then compute.
# </details>


# %% nbgrader={"grade_id": "rgb2gray", "solution": true}
def rgb2gray(rgb):
    """Turn a colour image into grey values.

    Parameters
    ----------
    rgb : numpy.ndarray
        Shape (H, W, 3), integers or floats; red, green, blue.

    Returns
    -------
    numpy.ndarray
        Shape (H, W), floats on the scale of the input.
    """
    ### BEGIN SOLUTION
    # Floats first: products and sums of bytes would wrap at 256.
    red, green, blue = (rgb[..., channel].astype(float) for channel in range(3))
    return 0.2989 * red + 0.5870 * green + 0.1140 * blue
    ### END SOLUTION


# %% Grey values of colours nbgrader={"grade_id": "test_rgb2gray", "grade": true, "points": 2}
from course.checks import convolution as check

check.rgb2gray(rgb2gray)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.rgb2gray(rgb2gray)
### END HIDDEN TESTS

# %% Floats out of bytes and of fractions nbgrader={"grade_id": "test_rgb2gray_floats", "grade": true, "points": 1}
from course.checks import convolution as check

check.rgb2gray_floats(rgb2gray)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.rgb2gray_floats(rgb2gray)
### END HIDDEN TESTS

# %% Grey: a new array nbgrader={"grade_id": "test_rgb2gray_new_array", "grade": true, "points": 1}
from course.checks import convolution as check

check.rgb2gray_new_array(rgb2gray)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.rgb2gray_new_array(rgb2gray)
### END HIDDEN TESTS

# %% [markdown]
# Here is your result beside Pillow's. Pillow rounds to whole grey values and uses 0.299, 0.587 and 0.114, so
# the two may differ by up to one grey value of 255, which nobody can see; the last panel shows only what is
# more than that.

# %% tags=["illustration"]
compare_images(grey, rgb2gray(photo), input=photo, title="Grey values: Pillow's and yours", tolerance=1.1)

# %% [markdown]
# *What you should see: the photo, two grey pictures that look alike, and a blank panel titled "difference:
# below 0.6".*
#
# Is yours much darker, with odd patches? Then bytes have wrapped. Do red columns and blue-grey sky look
# equally light? Then the channels count alike.

# %% [markdown]
# ## 2. A window, slid over an image
#
# Take a small array of weights, called a **kernel** or **filter**. Lay it on the top left corner of the
# image, multiply each weight by the pixel under it, and add up: that is the first number of the output. Then
# move the window one pixel across, and so on, row by row. The output is called a **feature map**.

# %% tags=["illustration"]
image = np.array([[1, 0, 2, 3, 1], [4, 1, 0, 2, 0], [3, 5, 1, 0, 2], [0, 2, 6, 1, 1]])
kernel = np.array([[0, 1, 2], [3, 0, 1], [2, 1, 0]])

show_images(
    [image, kernel, image[:3, :3] * kernel],
    ["image, 4×5, and the first window", "kernel, 3×3", "their products"],
    numbers=True,
    outlines=[[(0, 0, 3, 3)], [], []],
)

# %% [markdown]
# *The picture: an image of four rows and five columns, with a frame around its first three rows and columns;
# a kernel of three by three; and the nine products of both. The numbers are written in.*
#
# At the top left the sum is 0·1 + 1·0 + 2·2 from the first row, 3·4 + 0·1 + 1·0 from the second and 2·3 +
# 1·5 + 0·1 from the third: 4 + 12 + 11 = **27**. Work out the next value to the right by hand; you should find
# **24**. Then **predict:** how many rows and columns will the feature map have?

# %% [markdown]
# Two rows and three columns: the window has 4 - 3 + 1 = 2 places down and 5 - 3 + 1 = 3 places across. Here is
# the whole feature map, with the second window and its value in frames.

# %% tags=["illustration"]
feature_map = np.array([[27, 24, 7], [13, 29, 20]])

show_images(
    [image, feature_map],
    ["the second window", "feature map, 2×3"],
    numbers=True,
    outlines=[[(0, 1, 3, 3)], [(0, 1, 1, 1)]],
)

# %% [markdown]
# *The picture: the image with a frame around rows 0 to 2 and columns 1 to 3, and the feature map, in which
# the 24 to the right of the 27 is framed.*
#
# Two options change how many places there are.
#
# - **Padding** *p* surrounds the image with *p* rings of zeros, so that the window reaches the borders as
#   often as the middle. Height and width grow by 2*p*.
# - **Stride** *s* moves the window *s* pixels at a time, so that fewer places are left.
#
# In every direction, with *n* pixels and a kernel of *k*:
#
# $$\text{size} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$

# %% [markdown]
# The next picture follows one row of 9 pixels. Count the places of a kernel of 3 at stride 2, and check them
# against the formula. The brackets with a foot only, ⌊ ⌋, mean *round down*: a last step that does not fit
# whole is not taken.

# %% tags=["illustration"]
pixels = np.tile(np.arange(9), (4, 1))
places = [(0, 0, 1, 3), (1, 2, 1, 3), (2, 4, 1, 3), (3, 6, 1, 3)]

show_images([pixels], ["four places on 9 pixels"], numbers=True, outlines=[places])

# %% [markdown]
# *The picture: the same nine pixels, numbered 0 to 8, in four rows. In each a frame marks the window's three
# pixels; it starts at pixels 0, 2, 4 and 6.* The formula agrees: (9 + 0 - 3) / 2 = 3, and 3 + 1 = 4.
#
# ### Exercise 2: `output_size` (3 points, 10 minutes)
#
# Write the formula as a function for one direction. It returns a whole number, an `int`.

# %% [markdown]
# <details><summary><b>Hint:</b> which parts belong under the line?</summary>
#
# Think of the window's walk: how many pixels lie between its first place and its last, and how many steps is
# that? Then count places, not steps. Python divides before it subtracts, so parentheses matter; with stride 1
# that does not show, so try stride 2 as well. `7 // 2` rounds down and stays an `int`.
# </details>


# %% nbgrader={"grade_id": "output_size", "solution": true}
def output_size(n, kernel, padding, stride):
    """Say how many places a window has in one direction.

    Parameters
    ----------
    n : int
        Pixels of the image in this direction.
    kernel : int
        Pixels of the kernel in this direction.
    padding : int
        Rings of zeros around the image.
    stride : int
        Pixels from one place to the next.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    # The whole way is walked in strides, so all of it is divided, not the kernel alone.
    return (n + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


# %% Output size: stride 1 with padding nbgrader={"grade_id": "test_output_size", "grade": true, "points": 1}
from course.checks import convolution as check

check.output_size(output_size)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.output_size(output_size)
### END HIDDEN TESTS

# %% Output size: other strides nbgrader={"grade_id": "test_output_size_stride", "grade": true, "points": 1}
from course.checks import convolution as check

check.output_size_stride(output_size)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.output_size_stride(output_size)
### END HIDDEN TESTS

# %% Output size: a whole number nbgrader={"grade_id": "test_output_size_whole", "grade": true, "points": 1}
from course.checks import convolution as check

check.output_size_whole(output_size)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.output_size_whole(output_size)
### END HIDDEN TESTS

# %% [markdown]
# With your function we can see what a stride does to a line of 224 pixels. **Predict** the two ends of the
# curve first: the size at stride 1, and the size at stride 8.

# %% tags=["illustration"]
strides = range(1, 9)

plot_lines(
    {f"kernel of {k}": [output_size(224, k, 0, s) for s in strides] for k in (3, 11)},
    x=strides,
    xlabel="stride (pixels)",
    ylabel="output size (pixels)",
    title="224 pixels without padding",
)

# %% [markdown]
# *The picture: two curves that fall like 1/stride, from 222 and 214 to 28 and 27.* The kernel costs a few
# pixels once; the stride divides. This is why networks shrink their feature maps with strides (or with
# pooling, in the next assignment) and not with large kernels.

# %% [markdown]
# ### Exercise 3: predict the shapes (1 point, 5 minutes)
#
# Our photo has 427 rows and 640 columns. Before any code exists, work out the shape of the feature map for
# these three calls, on paper or with your `output_size`, and write them into the function below as a list of
# three pairs (height, width). A pair of strides means (down, across).
#
# | number | kernel (height × width) | padding | strides |
# |---|---|---|---|
# | 1 | 3 × 3 | 0 | 1 |
# | 2 | 5 × 5 | 2 | 1 |
# | 3 | 4 × 7 | 1 | (2, 3) |


# %% nbgrader={"grade_id": "predict_shapes", "solution": true}
def predict_shapes():
    """Return the three (height, width) pairs that you expect, in the order of the table."""
    ### BEGIN SOLUTION
    return [(425, 638), (427, 640), (213, 212)]
    ### END SOLUTION


# %% [markdown]
# The public check looks only at the form: three pairs. Whether the numbers are right is judged when your work
# is graded, and section 3 shows them to you before that: nobody stops you from copying them. But write yours
# down *now*. If one turns out wrong, correct it as soon as you can say why it was wrong: that is what this
# point is for.

# %% The predicted shapes nbgrader={"grade_id": "test_predict_shapes", "grade": true, "points": 1}
from course.checks import convolution as check

check.predict_shapes(predict_shapes)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.predict_shapes(predict_shapes)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. The convolution, with loops
#
# ### Exercise 4: `convolve2D` (12 points, 45 minutes)
#
# Now the thing itself. The stub below already unpacks the strides, refuses what cannot work, and surrounds
# the image with rings of zeros. Five lines are missing, each marked by a number:
#
# 1. and 2. the **height** and the **width** of the output;
# 3. and 4. the **last row** and the **last column** of the padded image at which the window's top left corner
#    can stand;
# 5. the **product-sum** of one window, written to its place in `output`.
#
# Images and filters may have any height and width, and whole numbers, fractions and negative values occur in
# both.

# %% [markdown]
# Read the lines that are given before you write yours: they are the pattern for the next exercises. The three
# tests at the top raise `ValueError` with a sentence that says *why*, before anything is computed. `np.pad`
# returns a new array of floats, so the caller's image stays as it was and no byte can overflow.

# %% [markdown]
# <details><summary><b>Hint 1:</b> height and width</summary>
#
# Your formula from section 2. The padded image contains its rings already: add 2p to the image's size, or
# take the padded size, but not both.
# </details>
#
# <details><summary><b>Hint 2:</b> the last row</summary>
#
# A filter of 3 rows on 8 rows can start at row 5 and no later: it then covers rows 5, 6 and 7. The loops that
# are given include the last row and column themselves.
# </details>
#
# <details><summary><b>Hint 3:</b> the place in the output</summary>
#
# `row` and `column` say where the window stands in the padded image. With stride 2, the window at row 4 is
# the third one, so it belongs into output row 2.
# </details>
#
# <details><summary><b>Hint 4:</b> IndexError, or values with zeros between them</summary>
#
# Print `row`, `column` and `output.shape` for a small image with `strides=2`, and read hint 3 once more.
# </details>


# %% nbgrader={"grade_id": "convolve2D", "solution": true}
def convolve2D(image, filter, padding=0, strides=1):
    """Slide a filter over an image, and sum the products at each place.

    Parameters
    ----------
    image : numpy.ndarray
        Shape (H, W), integers or floats.
    filter : numpy.ndarray
        Shape (h, w), laid on as it is (not flipped).
    padding : int
        Rings of zeros around the image.
    strides : int or (int, int)
        Pixels from one place to the next; a pair means (down, across).

    Returns
    -------
    numpy.ndarray
        Shape (H', W'), floats: one value for each place of the filter.

    Raises
    ------
    ValueError
        Where the filter is larger than the padded image, the padding negative or a stride below 1.
    """
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

    # 1: output_height, how many places the filter has down
    ### BEGIN SOLUTION
    output_height = (padded_height - filter_height) // down + 1
    ### END SOLUTION
    # 2: output_width, how many places it has across
    ### BEGIN SOLUTION
    output_width = (padded_width - filter_width) // across + 1
    ### END SOLUTION
    output = np.zeros((output_height, output_width))

    # 3: last_row, the last row of the padded image where the window can begin
    ### BEGIN SOLUTION
    last_row = padded_height - filter_height
    ### END SOLUTION
    # 4: last_column, the last column where it can begin
    ### BEGIN SOLUTION
    last_column = padded_width - filter_width
    ### END SOLUTION

    for row in range(0, last_row + 1, down):
        for column in range(0, last_column + 1, across):
            window = padded[row : row + filter_height, column : column + filter_width]
            # 5: the sum of this window's products, written to its place in output
            ### BEGIN SOLUTION
            # Row and column are places in the image; in the output they are a stride apart.
            output[row // down, column // across] = np.sum(window * filter)
            ### END SOLUTION

    return output


# %% [markdown]
# Eight checks look at one aspect each, so that one slip costs little. The first asks for the values of the
# simplest case: a square image and a square filter, without options.

# %% The values of a convolution nbgrader={"grade_id": "test_convolve2D", "grade": true, "points": 3}
from course.checks import convolution as check

check.convolve2D(convolve2D)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D(convolve2D)
### END HIDDEN TESTS

# %% Images and filters of any size nbgrader={"grade_id": "test_convolve2D_shapes", "grade": true, "points": 2}
from course.checks import convolution as check

check.convolve2D_shapes(convolve2D)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_shapes(convolve2D)
### END HIDDEN TESTS

# %% Padding as rings of zeros nbgrader={"grade_id": "test_convolve2D_padding", "grade": true, "points": 1}
from course.checks import convolution as check

check.convolve2D_padding(convolve2D)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_padding(convolve2D)
### END HIDDEN TESTS

# %% Strides as an int or a pair nbgrader={"grade_id": "test_convolve2D_strides", "grade": true, "points": 2}
from course.checks import convolution as check

check.convolve2D_strides(convolve2D)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_strides(convolve2D)
### END HIDDEN TESTS

# %% [markdown]
# The next two look at what goes in and what comes out: bytes, fractions and negative values; an array as the
# result, with image and filter left as they were.

# %% Bytes, fractions and negative values nbgrader={"grade_id": "test_convolve2D_numbers", "grade": true, "points": 1}
from course.checks import convolution as check

check.convolve2D_numbers(convolve2D)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_numbers(convolve2D)
### END HIDDEN TESTS

# %% A new array, inputs untouched nbgrader={"grade_id": "test_convolve2D_new_array", "grade": true, "points": 1}
from course.checks import convolution as check

check.convolve2D_new_array(convolve2D)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_new_array(convolve2D)
### END HIDDEN TESTS

# %% [markdown]
# The last two: errors that say why (the stub has them; if you rewrote it, so must yours), and everything
# together.

# %% Errors that say why nbgrader={"grade_id": "test_convolve2D_errors", "grade": true, "points": 1}
from course.checks import convolution as check

check.convolve2D_errors(convolve2D)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_errors(convolve2D)
### END HIDDEN TESTS

# %% Everything together nbgrader={"grade_id": "test_convolve2D_together", "grade": true, "points": 1}
from course.checks import convolution as check

check.convolve2D_together(convolve2D)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_together(convolve2D)
### END HIDDEN TESTS

# %% [markdown]
# Did your three predictions come true? Compare these shapes with what you wrote in exercise 3, and explain to
# yourself every number that surprised you.

# %% tags=["illustration", "check-output"]
blank = np.zeros((427, 640))

print(1, convolve2D(blank, np.ones((3, 3))).shape)
print(2, convolve2D(blank, np.ones((5, 5)), padding=2).shape)
print(3, convolve2D(blank, np.ones((4, 7)), padding=1, strides=(2, 3)).shape)

# %% [markdown]
# Padding 2 with a kernel of 5 keeps the size: that is what Keras calls `padding="same"`. Now a real picture.
# We blur the photo with a kernel of 9 by 9 equal weights, and compare with SciPy, whose `correlate2d`
# computes the same sums in compiled code.

# %% tags=["illustration"]
from scipy.signal import correlate2d

small = grey[::2, ::2]
blur = np.full((9, 9), 1 / 81)

compare_images(
    correlate2d(small, blur, mode="valid"), convolve2D(small, blur), input=small, title="A blurred photo"
)

# %% [markdown]
# *What you should see: the photo, two blurred copies that are 8 pixels smaller each way, and a blank panel
# titled "difference: none".* Each pixel has become the mean of the 81 around it.
#
# **Predict, run, explain.** Three more kernels of 3 by 3: a single 1 in the middle; a single 1 at the right
# border; and 5 in the middle with -1 on each of its four sides. What will each of them do to a photo? We try
# them on the second photo of the course.

# %% tags=["illustration"]
identity = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
shift = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]])
sharpen = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
detail = np.asarray(Image.fromarray(load_photo("flower", size=(120, 180))).convert("L"), dtype=float)

show_images(
    [detail]
    + [np.clip(convolve2D(detail, kernel, padding=1), 0, 255) for kernel in (identity, shift, sharpen)],
    ["a detail", "1 in the middle", "1 at the right", "5 and four times -1"],
    shared_limits=True,
)

# %% [markdown]
# *The picture: the heart of a dahlia four times. The first kernel changes nothing. The second shifts the
# picture one pixel to the left (each place takes its right neighbour), which shows as a black line at the
# right border: the ring of zeros. The third exaggerates what differs from its surroundings, and the petals
# look sharper.*

# %% [markdown]
# ## 4. Edges
#
# An edge is a place where the brightness changes. Sobel's kernels measure the change: their weights add up to
# 0, so an even area gives 0. The next cell defines both. `SOBEL_VERTICAL` compares right with left, so it
# answers to *vertical* edges; `SOBEL_HORIZONTAL` compares below with above.

# %%
SOBEL_VERTICAL = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
SOBEL_HORIZONTAL = SOBEL_VERTICAL.T

# %% [markdown]
# **Predict:** the knob on top of the roof is darker than the sky around it. Which sign does `SOBEL_VERTICAL`
# give at the knob's left side, and which at its right side? Orange stands for negative values, purple for
# positive ones; everything beyond ±300 gets the darkest shade.

# %% tags=["illustration"]
knob = grey[20:80, 160:250]
edges = [np.clip(convolve2D(knob, kernel), -300, 300) for kernel in (SOBEL_VERTICAL, SOBEL_HORIZONTAL)]

display(show_images([knob], ["the knob before the sky"]))
show_images(edges, ["vertical edges", "horizontal edges"], cmap=DIFFERENCE_MAP, shared_limits=True)

# %% [markdown]
# *The pictures: a dark knob before a light sky, then its edges. In the first the knob's left side is a thick
# orange line and its right side a purple one; in the second its top is orange, and orange and purple lines
# alternate where it meets the roof.* From light to dark the change is negative (orange), from dark to light
# positive (purple). A feature map has signs; cutting them off would lose half of what it says.

# %% [markdown]
# ### Exercise 5: `gradient_magnitude` (2 points, 10 minutes)
#
# Often only the strength of an edge matters, whatever its direction. The two responses are the two sides of a
# right triangle; the magnitude is its long side, at each pixel:
#
# $$\text{magnitude} = \sqrt{\text{across}^2 + \text{down}^2}$$
#
# Write it for two arrays of the same shape. Return the magnitudes themselves, not stretched to any other
# scale, in a new array.


# %% nbgrader={"grade_id": "gradient_magnitude", "solution": true}
def gradient_magnitude(across, down):
    """Combine two edge responses into the strength of the edge.

    Parameters
    ----------
    across, down : numpy.ndarray
        Shape (H, W): the responses to a change from left to right and from top to bottom.

    Returns
    -------
    numpy.ndarray
        Shape (H, W), floats, none negative.
    """
    ### BEGIN SOLUTION
    return np.sqrt(across**2 + down**2)
    ### END SOLUTION


# %% Magnitude: the values nbgrader={"grade_id": "test_gradient_magnitude", "grade": true, "points": 1}
from course.checks import convolution as check

check.gradient_magnitude(gradient_magnitude)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.gradient_magnitude(gradient_magnitude)
### END HIDDEN TESTS

# %% Magnitude: a new array nbgrader={"grade_id": "test_gradient_magnitude_new_array", "grade": true, "points": 1}
from course.checks import convolution as check

check.gradient_magnitude_new_array(gradient_magnitude)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.gradient_magnitude_new_array(gradient_magnitude)
### END HIDDEN TESTS

# %% [markdown]
# Your magnitude on the photo, with the two responses from SciPy, so that this picture works whatever your
# `convolve2D` does at the moment. *What you should see: white outlines on black, the same for both.*

# %% tags=["illustration"]
from scipy.ndimage import generic_gradient_magnitude, sobel
from scipy.signal import correlate2d

expected = generic_gradient_magnitude(grey, sobel)[1:-1, 1:-1]
across = correlate2d(grey, SOBEL_VERTICAL, mode="valid")
down = correlate2d(grey, SOBEL_HORIZONTAL, mode="valid")

compare_images(expected, gradient_magnitude(across, down), input=grey, title="The strength of edges")

# %% [markdown]
# ## 5. When does a flip show?
#
# In mathematics, **convolution** turns the kernel by 180 degrees before it is laid on. What we have written
# does not turn it; its proper name is **cross-correlation**. Every deep-learning library computes the
# cross-correlation and calls it convolution, and so do we from here on. Does the difference matter? Sometimes
# it cannot even be seen.

# %% [markdown]
# The next cell computes both with SciPy, for three kernels, and shows what the flip changes. **Predict**
# which of the three differences will be blank.

# %% tags=["illustration"]
from scipy.signal import convolve2d, correlate2d

kernels = {
    "blur": np.full((3, 3), 1 / 9),
    "Sobel": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "diagonal line": np.eye(3) / 3,
}
detail = grey[120:200, 200:320]

show_images(
    [
        convolve2d(detail, kernel, "valid") - correlate2d(detail, kernel, "valid")
        for kernel in kernels.values()
    ],
    [f"{name}: flipped - not flipped" for name in kernels],
    cmap=DIFFERENCE_MAP,
    shared_limits=True,
)

# %% [markdown]
# *The picture: the first and the third panel are blank, the second is full of orange and purple lines.* A
# flip shows if and only if the kernel differs from itself turned by 180 degrees. The diagonal line survives
# the turn, although a mirror would change it. Sobel's kernel changes into its own negative.

# %% [markdown]
# ### Exercise 6: `flip_matters` (1 point, 5 minutes)
#
# Write a function that tells for any filter, of any height and width, whether turning it by 180 degrees
# changes it: then `True`, else `False`.
#
# <details><summary><b>Hint</b></summary>
#
# A turn by 180 degrees reverses the order of the rows *and* of the columns. `np.array_equal` compares two
# arrays.
# </details>


# %% nbgrader={"grade_id": "flip_matters", "solution": true}
def flip_matters(filter):
    """Say whether turning a filter by 180 degrees changes it.

    Parameters
    ----------
    filter : numpy.ndarray
        Shape (h, w).

    Returns
    -------
    bool
    """
    ### BEGIN SOLUTION
    return not np.array_equal(filter, filter[::-1, ::-1])
    ### END SOLUTION


# %% When a flip shows nbgrader={"grade_id": "test_flip_matters", "grade": true, "points": 1}
from course.checks import convolution as check

check.flip_matters(flip_matters)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.flip_matters(flip_matters)
### END HIDDEN TESTS

# %% [markdown]
# ### Question (2 points, 10 minutes)
#
# A colleague's `convolve2D` flips the filter, yours does not. Answer in two to four sentences, in the cell
# below:
#
# 1. Her pictures of the *gradient magnitude* with Sobel's kernels are exactly like yours. Why?
# 2. She trains a network with her convolution and you train one with yours, both from scratch. Why will her
#    network be as good as yours, although her kernels look different?

# %% [markdown] nbgrader={"grade_id": "explain_flip", "grade": true, "solution": true, "points": 2}
# ### BEGIN SOLUTION
# **Model answer.** Turned by 180 degrees, each of Sobel's kernels becomes its own negative, so her responses
# are ours with the opposite sign; the magnitude squares them, and the sign is gone. In a network the kernels
# are not given but learned: where ours learns some weights, hers learns the same weights turned by 180
# degrees, and both compute the same feature maps with the same loss. It would only go wrong if weights were
# carried from one network to the other.
#
# **Rubric.**
#
# - 1 point: the flip only changes the sign of Sobel's responses, and squaring (or the magnitude) removes it.
#   Half a point for "it is symmetric" without the change of sign.
# - 1 point: the weights are learned, so that training finds the turned kernel, and outputs and loss are the
#   same. Nothing for "flipping never matters".
# ### END SOLUTION

# %% [markdown]
# ## 6. The same without loops
#
# Python's loops visit each window one after another. NumPy can hold all windows at once:
# `sliding_window_view` returns an array with *two more axes*, in which entry `[r, c]` is the whole window at
# row r and column c. It copies nothing; it only looks at the same memory in another way. **Predict** the
# shape that the next cell prints.

# %% tags=["illustration", "check-output"]
image = np.arange(20).reshape(4, 5)
windows = sliding_window_view(image, (3, 3))

print("shape:", windows.shape)
print("the window at row 1, column 2:")
print(windows[1, 2])

# %% [markdown]
# Two places down, three across, and a window of 3 by 3 at each. What remains is to multiply every window by
# the filter and to add up over the last two axes. `np.einsum` says exactly that: name the axes with letters,
# and every letter that is missing after the arrow is summed over. Here are row sums and a matrix product as
# examples.

# %% tags=["illustration", "check-output"]
a, b = np.arange(6).reshape(2, 3), np.arange(12).reshape(3, 4)

print(np.einsum("ij->i", a), a.sum(axis=1))
print(np.array_equal(np.einsum("ij,jk->ik", a, b), a @ b))

# %% [markdown]
# ### Exercise 7: `convolve2D_fast` (4 points, 20 minutes)
#
# Write the convolution again: same arguments, same values, no Python loop over the windows. You need not
# repeat the tests for errors. Two of the points are for the values, with and without options, and two for the
# speed: an image of 100,000 windows has to be done in a fraction of the time that a loop takes.
#
# <details><summary><b>Hint 1:</b> the letters of einsum</summary>
#
# The windows have four axes: the places' row and column, and the row and column inside a window. The filter
# has two, and they are the same as the window's last two, so they share their letters. Which letters stay
# behind the arrow?
# </details>
#
# <details><summary><b>Hint 2:</b> strides</summary>
#
# Make the windows for stride 1, then keep every `down`-th row and every `across`-th column of them with a
# slice. It costs nothing, because the view copies nothing.
# </details>


# %% nbgrader={"grade_id": "convolve2D_fast", "solution": true}
def convolve2D_fast(image, filter, padding=0, strides=1):
    """Do what `convolve2D` does, without a Python loop over the windows.

    Parameters
    ----------
    image : numpy.ndarray
        Shape (H, W), integers or floats.
    filter : numpy.ndarray
        Shape (h, w), laid on as it is (not flipped).
    padding : int
        Rings of zeros around the image.
    strides : int or (int, int)
        Pixels from one place to the next; a pair means (down, across).

    Returns
    -------
    numpy.ndarray
        Shape (H', W'): one value for each place of the filter, in floats (where image and filter
        are whole, whole numbers will do, but not bytes).
    """
    ### BEGIN SOLUTION
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    windows = sliding_window_view(np.pad(image.astype(float), padding), filter.shape)
    return np.einsum("rcij,ij->rc", windows[::down, ::across], filter)
    ### END SOLUTION


# %% Fast: the values nbgrader={"grade_id": "test_convolve2D_fast", "grade": true, "points": 1}
from course.checks import convolution as check

check.convolve2D_fast(convolve2D_fast)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_fast(convolve2D_fast)
### END HIDDEN TESTS

# %% Fast: padding and strides nbgrader={"grade_id": "test_convolve2D_fast_options", "grade": true, "points": 1}
from course.checks import convolution as check

check.convolve2D_fast_options(convolve2D_fast)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_fast_options(convolve2D_fast)
### END HIDDEN TESTS

# %% Fast: the speed nbgrader={"grade_id": "test_convolve2D_fast_speed", "grade": true, "points": 2}
from course.checks import convolution as check

check.convolve2D_fast_speed(convolve2D_fast)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.convolve2D_fast_speed(convolve2D_fast)
### END HIDDEN TESTS

# %% [markdown]
# How much did it bring? We time both on 256 by 256 pixels and take the best of three runs. **Predict** the
# factor: 2, 20 or 200?

# %% tags=["illustration"]
import timeit

image, kernel = np.random.default_rng(0).normal(size=(256, 256)), SOBEL_VERTICAL
seconds = {
    "with loops": min(timeit.repeat(lambda: convolve2D(image, kernel), number=1, repeat=3)),
    "without loops": min(timeit.repeat(lambda: convolve2D_fast(image, kernel), number=1, repeat=3)),
}
print(f"{seconds['with loops'] / seconds['without loops']:.0f} times as fast")
plot_bars({name: 1000 * s for name, s in seconds.items()}, label="milliseconds for 256×256", log=True)

# %% [markdown]
# *The picture: two bars on a logarithmic scale, some hundreds of milliseconds against about two.* A factor of
# 100 to 200 is usual. The arithmetic is the same; what is saved is what Python does around it, 64,516 times:
# slices, calls and new little arrays.

# %% [markdown]
# ## 7. A convolutional layer
#
# A layer of a network does this with three more axes. Images come in **batches** and have **channels**: (N,
# H, W, C). A layer has F filters, and each filter has a slice for every channel: (kh, kw, C, F). At each
# place, the products of all channels are added up to *one* number, the filter's own **bias** is added, and
# each filter makes one feature map: the output is (N, H', W', F).

# %% [markdown]
# **Predict:** a batch of 8 photos of 32 by 32 pixels in colour goes through 16 filters of 5 by 5, without
# padding, at stride 1. Which shape comes out? And which one if the photos have only one channel? Write both
# down, then open this:
#
# <details><summary><b>The shapes</b></summary>
#
# (8, 28, 28, 16), both times. The channels of the input are summed away; only the number of filters is seen
# outside. What changes is the number of weights.
# </details>

# %% [markdown]
# ### Exercise 8: `conv_layer` (7 points, 30 minutes)
#
# Write the forward pass, from an empty function. Nothing of your earlier exercises is needed, but all of it
# may be used. Raise `ValueError`, with a sentence that says why, where the images' channels and the kernels'
# channels differ. Do test for it yourself: where one of the two is 1, NumPy would quietly broadcast, and the
# answer would be wrong. That is the only error asked for: padding and strides will be lawful.
#
# <details><summary><b>Hint 1:</b> a way with loops</summary>
#
# For each image n and each filter f: convolve `images[n, :, :, c]` with `kernels[:, :, c, f]` for each
# channel c, add up, add `bias[f]`.
# </details>
#
# <details><summary><b>Hint 2:</b> a way without</summary>
#
# `sliding_window_view(padded, (kh, kw), axis=(1, 2))` has the shape (N, H', W', C, kh, kw). Give each axis a
# letter, and one `np.einsum` does the rest. Pad only the two middle axes: `np.pad` takes a pair (before,
# after) an axis.
# </details>


# %% nbgrader={"grade_id": "conv_layer", "solution": true}
def conv_layer(images, kernels, bias, padding=0, strides=1):
    """Compute the forward pass of a convolutional layer.

    Parameters
    ----------
    images : numpy.ndarray
        Shape (N, H, W, C).
    kernels : numpy.ndarray
        Shape (kh, kw, C, F).
    bias : numpy.ndarray
        Shape (F,).
    padding : int
        Rings of zeros around each image.
    strides : int or (int, int)
        Pixels from one place to the next; a pair means (down, across).

    Returns
    -------
    numpy.ndarray
        Shape (N, H', W', F), with H' and W' as for `convolve2D`, in floats (where everything given
        is whole, whole numbers will do, but not bytes).

    Raises
    ------
    ValueError
        Where images and kernels differ in their number of channels.
    """
    ### BEGIN SOLUTION
    down, across = (strides, strides) if np.ndim(strides) == 0 else strides
    if images.shape[3] != kernels.shape[2]:
        raise ValueError(f"the images have {images.shape[3]} channels, the kernels {kernels.shape[2]}")
    rings = (padding, padding)
    padded = np.pad(images.astype(float), [(0, 0), rings, rings, (0, 0)])
    windows = sliding_window_view(padded, kernels.shape[:2], axis=(1, 2))[:, ::down, ::across]
    return np.einsum("nrcxij,ijxf->nrcf", windows, kernels) + bias
    ### END SOLUTION


# %% Layer: channels and filters nbgrader={"grade_id": "test_conv_layer", "grade": true, "points": 2}
from course.checks import convolution as check

check.conv_layer(conv_layer)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_layer(conv_layer)
### END HIDDEN TESTS

# %% Layer: a bias for each filter nbgrader={"grade_id": "test_conv_layer_bias", "grade": true, "points": 1}
from course.checks import convolution as check

check.conv_layer_bias(conv_layer)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_layer_bias(conv_layer)
### END HIDDEN TESTS

# %% Layer: a batch of images nbgrader={"grade_id": "test_conv_layer_batch", "grade": true, "points": 1}
from course.checks import convolution as check

check.conv_layer_batch(conv_layer)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_layer_batch(conv_layer)
### END HIDDEN TESTS

# %% Layer: padding and strides nbgrader={"grade_id": "test_conv_layer_options", "grade": true, "points": 1}
from course.checks import convolution as check

check.conv_layer_options(conv_layer)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_layer_options(conv_layer)
### END HIDDEN TESTS

# %% Layer: everything together nbgrader={"grade_id": "test_conv_layer_together", "grade": true, "points": 1}
from course.checks import convolution as check

check.conv_layer_together(conv_layer)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_layer_together(conv_layer)
### END HIDDEN TESTS

# %% Layer: channels that do not agree nbgrader={"grade_id": "test_conv_layer_errors", "grade": true, "points": 1}
from course.checks import convolution as check

check.conv_layer_errors(conv_layer)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_layer_errors(conv_layer)
### END HIDDEN TESTS

# %% [markdown]
# Now the layer sees colour. Four filters look at the photo: both of Sobel's kernels on the mean of the
# channels, and two kernels of one pixel that compare channels, red against green and blue against red.
# **Predict** what the last two will find.

# %% tags=["illustration"]
kernels = np.zeros((3, 3, 3, 4))
kernels[..., 0] = SOBEL_VERTICAL[..., None] / 3
kernels[..., 1] = SOBEL_HORIZONTAL[..., None] / 3
kernels[1, 1, :, 2] = 1, -1, 0
kernels[1, 1, :, 3] = -1, 0, 1

maps = np.clip(conv_layer(photo[None, ::2, ::2], kernels, np.zeros(4)), -300, 300)
titles = ["vertical edges", "horizontal edges", "red - green", "blue - red"]
show_images(list(np.moveaxis(maps[0], -1, 0)), titles, cmap=DIFFERENCE_MAP)

# %% [markdown]
# *The picture: four feature maps of one photo. The first two are the outlines that you know. In the third the
# red columns and walls stand out in purple; in the fourth the sky and the lake do, and the red parts are
# orange.* A network finds such filters by itself: edges and contrasts of colour are what first layers learn.

# %% [markdown]
# The last judge is Keras. We give its layer our weights (its kernels have the same order of axes) and
# compare. Starting Keras takes some seconds. It may print warnings on red ground, such as "Could not find cuda
# drivers", "computation_placer already registered" or "All log messages before absl::InitializeLog()": they
# speak of graphics cards and log files, and are harmless.

# %% tags=["illustration"]
import os

# TensorFlow is talkative when it starts.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras

print("Keras", keras.__version__)

# %% tags=["illustration", "check-output"]
import keras

random = np.random.default_rng(7)
images = random.normal(size=(2, 9, 13, 3))
kernels, bias = random.normal(size=(4, 3, 3, 5)), random.normal(size=5)

layer = keras.layers.Conv2D(5, (4, 3), strides=2)
layer.build(images.shape)
layer.set_weights([kernels, bias])

theirs = keras.ops.convert_to_numpy(layer(images))
yours = conv_layer(images, kernels, bias, strides=2)
print("shapes:", theirs.shape, yours.shape)
print("equal to Keras:", np.allclose(theirs, yours, atol=1e-4))

# %% [markdown]
# ### Exercise 9: `conv_parameters` (2 points, 5 minutes)
#
# How many numbers does such a layer learn? Count the weights of one filter, then of all, and do not forget
# the biases. A first layer with 32 filters of 3 by 3 on colour photos should give (3·3·3)·32 + 32 = 896. The
# image's height and width do not appear: that is what makes convolutional layers small.


# %% nbgrader={"grade_id": "conv_parameters", "solution": true}
def conv_parameters(kernel_height, kernel_width, channels, filters):
    """Count the parameters of a convolutional layer with biases.

    Parameters
    ----------
    kernel_height, kernel_width : int
        Size of the kernels in pixels.
    channels : int
        Channels of the input.
    filters : int
        Filters of the layer, which are the channels of its output.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    return kernel_height * kernel_width * channels * filters + filters
    ### END SOLUTION


# %% The number of parameters nbgrader={"grade_id": "test_conv_parameters", "grade": true, "points": 2}
from course.checks import convolution as check

check.conv_parameters(conv_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_parameters(conv_parameters)
### END HIDDEN TESTS

# %% [markdown]
# Suppose a dense layer made the same 222 by 222 by 32 outputs out of a colour photo of 224 by 224.
# **Predict** how many more parameters it would need: a thousand times, a million times, or more?

# %% tags=["illustration", "check-output"]
inputs, outputs = 224 * 224 * 3, 222 * 222 * 32
dense = inputs * outputs + outputs

print(f"convolutional: {conv_parameters(3, 3, 3, 32):,}")
print(f"dense:         {dense:,}")

# %% [markdown]
# More than 200 *million* times as many: no computer holds them. A convolutional layer saves twice. It looks
# only at a small neighbourhood, and it uses the same weights everywhere, because an edge is an edge wherever
# it stands.

# %% [markdown]
# ## 8. Stretch: backwards, and learning a kernel
#
# A network learns its kernels from gradients. Let *g* be the gradient of the loss for each value of the
# feature map; it comes from the layers above. The feature map was computed as
#
# $$\text{output}[r, c] = \sum_{i, j} \text{image}[r+i, c+j] \cdot \text{filter}[i, j]$$
#
# **For the filter:** weight [i, j] met pixel [r+i, c+j] at every place [r, c]. The chain rule adds up
#
# $$\sum_{r, c} g[r, c] \cdot \text{image}[r+i, c+j],$$
#
# which is a cross-correlation of the image with *g*.

# %% [markdown]
# **For the image:** pixel [a, b] met weight [a-r, b-c] at every place [r, c]. The chain rule adds up
#
# $$\sum_{r, c} g[r, c] \cdot \text{filter}[a-r, b-c].$$
#
# The indices of the filter now run *against* those of *g*: this is a true convolution. The filter, turned by
# 180 degrees, slides over *g* with rings of zeros around it.

# %% [markdown]
# ### Exercise 10: `conv_backward` (2 points, 30 minutes)
#
# Write both gradients for one image, one filter, stride 1 and no padding. Return them as a pair, **first the
# image's, then the filter's**; each has the shape of what it belongs to.
#
# <details><summary><b>Hint:</b> how many rings?</summary>
#
# The image's gradient is as large as the image, H. The feature map has H - h + 1 rows; with h - 1 rows of
# zeros above and below, a filter of h rows has H places on it. Height and width may need different numbers of
# rings.
# </details>


# %% nbgrader={"grade_id": "conv_backward", "solution": true}
def conv_backward(image, filter, gradient):
    """Compute the gradients of a convolution at stride 1 without padding.

    Parameters
    ----------
    image : numpy.ndarray
        Shape (H, W).
    filter : numpy.ndarray
        Shape (h, w).
    gradient : numpy.ndarray
        Shape (H - h + 1, W - w + 1): of the loss, for each value of the feature map.

    Returns
    -------
    image_gradient : numpy.ndarray
        Shape (H, W): of the loss, for each pixel.
    filter_gradient : numpy.ndarray
        Shape (h, w): of the loss, for each weight.
    """
    ### BEGIN SOLUTION
    height, width = filter.shape
    rings = [(height - 1, height - 1), (width - 1, width - 1)]
    windows = sliding_window_view(np.pad(gradient, rings), filter.shape)
    # Going back, the pixel to the right met the filter's left part: hence the turn.
    image_gradient = np.einsum("rcij,ij->rc", windows, filter[::-1, ::-1])
    filter_gradient = np.einsum("ijrc,rc->ij", sliding_window_view(image, gradient.shape), gradient)
    return image_gradient, filter_gradient
    ### END SOLUTION


# %% Stretch, backwards: the filter nbgrader={"grade_id": "test_conv_backward_filter", "grade": true, "points": 1}
from course.checks import convolution as check

check.conv_backward_filter(conv_backward)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_backward_filter(conv_backward)
### END HIDDEN TESTS

# %% Stretch, backwards: the image nbgrader={"grade_id": "test_conv_backward_image", "grade": true, "points": 1}
from course.checks import convolution as check

check.conv_backward_image(conv_backward)
### BEGIN HIDDEN TESTS
from autograder.checks import convolution as hidden

hidden.conv_backward_image(conv_backward)
### END HIDDEN TESTS

# %% [markdown]
# Whoever writes gradients by hand should check them by numbers: change one weight by a tiny *h* up and down,
# and see how the loss changes. The helper below does that for every entry of an array. It is slow and it is
# always right, within the precision of its numbers.


# %%
def numerical_gradient(loss, array, h=1e-5):
    """Estimate the gradient of loss() for each entry of array, by changing it by h up and down."""
    gradient = np.zeros(array.shape)
    for place in np.ndindex(*array.shape):
        kept = array[place]
        array[place] = kept + h
        above = loss()
        array[place] = kept - h
        gradient[place] = (above - loss()) / (2 * h)
        array[place] = kept
    return gradient


# %% [markdown]
# Our loss is half the sum of squares of the feature map, so that *g* is the feature map itself. **Predict:**
# the next cell does the check twice, with 64 and with 32 bits a number. How close will they come?

# %% tags=["illustration"]
from scipy.signal import correlate2d


def relative_errors(dtype):
    """Compare both gradients with estimates, all in numbers of this type."""
    random = np.random.default_rng(3)
    image, kernel = random.normal(size=(7, 9)).astype(dtype), random.normal(size=(3, 2)).astype(dtype)

    def loss():
        return np.sum(correlate2d(image, kernel, mode="valid") ** 2) / 2

    mine = conv_backward(image, kernel, correlate2d(image, kernel, mode="valid"))
    estimates = numerical_gradient(loss, image), numerical_gradient(loss, kernel)
    return [np.abs(e - m).max() / np.abs(e).max() for e, m in zip(estimates, mine, strict=True)]


for dtype in (np.float64, np.float32):
    for_image, for_filter = relative_errors(dtype)
    print(f"{dtype.__name__}: relative error {for_image:.0e} for the image, {for_filter:.0e} for the filter")

# %% [markdown]
# With 64 bits the errors are far below 1e-8: your formulas are right. With 32 bits they look wrong in the
# first digits, with the same formulas! The loss has only seven digits there, and the difference of two nearly
# equal losses keeps hardly any of them. **Check gradients in float64.**

# %% [markdown]
# Now let gradient descent find Sobel's kernel from examples alone: images, and what the unknown kernel makes
# of them. We start from zeros and walk against the gradient of the mean squared error. **Predict:** one run
# learns from noise, the other from the photo. Which will be quicker?

# %% tags=["illustration"]
from scipy.signal import correlate2d


def learn(image, wanted, steps=100, rate=0.05):
    """Find a 3x3 kernel by gradient descent; return it and the loss at each step."""
    kernel, losses = np.zeros((3, 3)), []
    for _ in range(steps):
        error = correlate2d(image, kernel, mode="valid") - wanted
        losses.append(np.mean(error**2))
        kernel = kernel - rate * conv_backward(image, kernel, 2 * error / error.size)[1]
    return kernel, losses


noise = np.random.default_rng(1).normal(size=(64, 64))
crop = grey[120:184, 200:264]
crop = (crop - crop.mean()) / crop.std()
from_noise, noise_losses = learn(noise, correlate2d(noise, SOBEL_VERTICAL, mode="valid"))
from_photo, photo_losses = learn(crop, correlate2d(crop, SOBEL_VERTICAL, mode="valid"))

display(
    plot_lines(
        {"learning from noise": noise_losses, "learning from the photo": photo_losses},
        xlabel="step",
        ylabel="mean squared error",
        title="Learning Sobel's kernel",
        log="y",
    )
)
show_images(
    [SOBEL_VERTICAL, from_noise, from_photo],
    ["wanted", "learned from noise", "learned from the photo"],
    cmap=DIFFERENCE_MAP,
    shared_limits=True,
    numbers=True,
)

# %% [markdown]
# *The pictures: two curves on a logarithmic scale, of which the one for noise falls straight down and the
# other flattens early; and three kernels with their numbers, of which the second is Sobel's to every digit
# shown and the third nearly.*
#
# In a photo neighbouring pixels are nearly equal, so many kernels give nearly the same result, and the loss
# has long flat valleys. In noise every weight can be told from its neighbours at once. Try a larger `rate`:
# where does it break?

# %% [markdown]
# ## What you can do now
#
# Answer without looking; then open the answer. Where you hesitate, the section is named.
#
# - Why `astype(float)` before anything else? (1)
# - 32 pixels, kernel 5, padding 2, stride 2: which size? (2)
# - Why does a stride mistake not show at stride 1? (2, 3)
# - What would happen if we wrote `output[row, column]` with stride 2? (3)
# - For which kernels can nobody tell convolution from cross-correlation? (5)
# - Where do a hundred-fold speed's savings come from? (6)
# - A layer has 64 filters of 3 by 3 on 32 channels: how many parameters? (7)
# - Why is a gradient check done in float64? (8)

# %% [markdown]
# <details><summary><b>Answers</b></summary>
#
# - Bytes wrap at 256: sums and products of bytes are silently wrong.
# - (32 + 4 - 5) // 2 + 1 = 15 + 1 = 16.
# - Dividing by 1 changes nothing, so it does not matter what is divided or where the result is written.
# - The places 0, 2, 4, … would be written: holes between the values, and an IndexError past the middle.
# - For those that equal themselves turned by 180 degrees, such as a blur.
# - From Python's work around each window, not from fewer multiplications.
# - 3 · 3 · 32 · 64 + 64 = 18,496.
# - The difference of two nearly equal losses leaves too few digits in float32.
# </details>
#
# **Before you submit:** *Kernel → Restart Kernel and Run All Cells*, then *Validate*. Next comes
# `02_pooling`: what a network gains by forgetting where exactly something was.
