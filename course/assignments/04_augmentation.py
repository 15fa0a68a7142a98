# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   autograder: {cell_seconds: 60, call_seconds: 30, notebook_seconds: 300}
# ---

# %% [markdown]
# # Augmentation: more out of the images you have
#
# A network that has seen few images learns them by heart. In this notebook it gets to see each of them in ever new
# ways: turned a little, moved, mirrored. When you have finished, you will be able to
#
# - read images out of a CSV file, with labels that have a gap;
# - build a network with BatchNorm and Dropout, and count what they add;
# - move an image yourself, and say what comes in at its edge in each of four modes;
# - say which changes leave a label right, and for which pictures;
# - build an augmentation that works in training only, and prove that it does what you meant;
# - standardise data without letting the test set look in;
# - save a network, load it, and have it read one new picture;
# - find three leaks through which a result looks better than it is.
#
# **Time:** about four hours; each exercise names its own. **What comes before:** `03_keras_cnn`. **Points:** 60, of
# which 3 are for an answer in words and 2 for the stretch.

# %% [markdown]
# The next cell imports what we need (TensorFlow takes some seconds; lines about CUDA or oneDNN are notes, not
# errors). `LETTERS` holds the 24 letters of our data in their order, and `trained` will keep the networks of section 7.
#
# Many cells that show something call the functions that you write. Until an exercise is solved, such a cell ends in
# `NotImplementedError`: that is expected. Go on, and run it again later.

# %%
import os

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

from course.data import load_signs, signs_csv
from course.figures import compare_images, plot_bars, plot_curves, show_images, use_course_style
from course.photos import load_photo
from course.training import epochs, fit, full

use_course_style()

LETTERS = "ABCDEFGHIKLMNOPQRSTUVWXY"
trained = {}

# %% [markdown]
# ## 1. Images in a table
#
# Our pictures are hands that spell: each shows one letter of the American manual alphabet. J and Z are not among them,
# because they are movements and no picture can hold them. That leaves 24 classes.
#
# The data comes as a table in a CSV file, one image a line, as the collection *Sign Language MNIST* has it. pandas reads
# such files. **Predict:** a picture has 28 by 28 pixels. How many columns will there be?

# %% tags=["illustration"]
train_path, test_path = signs_csv()
table = pd.read_csv(train_path)

print(table.shape)
table.head(3)

# %% [markdown]
# 785: the label, and 784 pixels named `pixel1` to `pixel784`, row by row, in whole numbers from 0 (black) to 255. The
# labels count the alphabet: A is 0, B is 1, and so on up to Y, 24. J would be 9 and never occurs.
#
# In pandas, `table["label"]` is one column, `table.drop(columns="label")` is the table without it, and
# `.to_numpy()` makes an array of either.

# %% [markdown]
# ### Exercise 1: `split_signs` (5 points, 15 minutes)
#
# Write `split_signs(table)`. It returns two arrays, in this order:
#
# - the images, shape (N, 28, 28, 1), floats from 0 to 1;
# - the labels, shape (N,), as they are in the table.
#
# Go by the column's *name*: in the file it comes first, but not every file is written in the same order. The stub's
# first line makes a table out of a plain dict of columns, which is what the checks hand over.
#
# <details><summary><b>Hint 1:</b> from 784 numbers to a picture</summary>
#
# `reshape(-1, 28, 28, 1)` fills row after row. The -1 stands for as many images as there are.
# </details>
#
# <details><summary><b>Hint 2:</b> from 0 to 1</summary>
#
# By which number do you divide, so that *every* table is scaled alike, a dark one too?
# </details>


# %% nbgrader={"grade_id": "split_signs", "solution": true}
def split_signs(table):
    """Split a table of signs into images and labels.

    Parameters
    ----------
    table : pandas.DataFrame or dict
        A column "label", and 784 columns of pixels, row by row, 0 to 255.

    Returns
    -------
    images : numpy.ndarray
        Shape (N, 28, 28, 1), floats from 0 to 1.
    labels : numpy.ndarray
        Shape (N,), as in the table.
    """
    table = pd.DataFrame(table)
    ### BEGIN SOLUTION
    labels = table["label"].to_numpy()
    pixels = table.drop(columns="label").to_numpy()
    # 255 and not pixels.max(): the test set must be scaled as the training set is.
    return pixels.reshape(-1, 28, 28, 1) / 255, labels
    ### END SOLUTION


# %% Signs: the pixels nbgrader={"grade_id": "test_split_signs", "grade": true, "points": 1}
from course.checks import augmentation as check

check.split_signs(split_signs)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.split_signs(split_signs)
### END HIDDEN TESTS

# %% Signs: the labels nbgrader={"grade_id": "test_split_signs_labels", "grade": true, "points": 1}
from course.checks import augmentation as check

check.split_signs_labels(split_signs)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.split_signs_labels(split_signs)
### END HIDDEN TESTS

# %% Signs: the label in another column nbgrader={"grade_id": "test_split_signs_column", "grade": true, "points": 1}
from course.checks import augmentation as check

check.split_signs_column(split_signs)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.split_signs_column(split_signs)
### END HIDDEN TESTS

# %% Signs: from 0 to 1 nbgrader={"grade_id": "test_split_signs_scale", "grade": true, "points": 1}
from course.checks import augmentation as check

check.split_signs_scale(split_signs)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.split_signs_scale(split_signs)
### END HIDDEN TESTS

# %% Signs: shape (N, 28, 28, 1) nbgrader={"grade_id": "test_split_signs_shape", "grade": true, "points": 1}
from course.checks import augmentation as check

check.split_signs_shape(split_signs)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.split_signs_shape(split_signs)
### END HIDDEN TESTS

# %% [markdown]
# Let us look at one hand for each letter. All later cells take their signs from `load_signs`, which gives the same
# pictures as arrays of bytes, so that they work even if you leave this exercise out.

# %% tags=["illustration"]
signs = load_signs()
firsts = [np.flatnonzero(signs.y_train == label)[0] for label in np.unique(signs.y_train)]

show_images(signs.x_train[firsts], list(LETTERS), columns=8)

# %% [markdown]
# *What you should see: 24 small grey hands on wrists, light or dark, each in the shape of a letter: A and S are fists,
# B is a flat hand, L has thumb and finger at a right angle, V two fingers spread.*
#
# Now the picture from your own function, beside the loader's, and the difference of the two.

# %% tags=["illustration"]
images, labels = split_signs(pd.read_csv(test_path))

compare_images(signs.x_test[0] / 255, images[0], title=f"A sign from the table, label {labels[0]}")

# %% [markdown]
# *What you should see: the same hand twice, and a plain light panel titled "difference: none".* A picture that is torn into
# stripes means that the label's column came along; one that lies on its side, that rows became columns.

# %% [markdown]
# ### Exercise 2: `one_hot` (3 points, 15 minutes)
#
# The network will have 24 outputs, so each label becomes a row of 24 numbers, a single 1 among zeros. The gap at J makes
# this a little harder than it was with digits: A to I (0 to 8) keep their number, K to Y (10 to 24) move down by one.
#
# Write `one_hot(labels)`: an array of shape (N, 24). **Think first:** a batch may hold only a few of the letters. What
# has to be the same about the columns, whatever the batch?


# %% nbgrader={"grade_id": "one_hot", "solution": true}
def one_hot(labels):
    """Make one-hot rows of the labels of signs.

    Parameters
    ----------
    labels : numpy.ndarray
        Shape (N,), whole numbers from 0 to 24, without 9.

    Returns
    -------
    numpy.ndarray
        Shape (N, 24).
    """
    ### BEGIN SOLUTION
    columns = labels - (labels > 9)
    return np.eye(24)[columns]
    ### END SOLUTION


# %% One-hot: every letter nbgrader={"grade_id": "test_one_hot", "grade": true, "points": 2}
from course.checks import augmentation as check

check.one_hot(one_hot)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.one_hot(one_hot)
### END HIDDEN TESTS

# %% One-hot: letters that are missing nbgrader={"grade_id": "test_one_hot_absent", "grade": true, "points": 1}
from course.checks import augmentation as check

check.one_hot_absent(one_hot)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.one_hot_absent(one_hot)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A network with BatchNorm and Dropout
#
# Three blocks of convolution and pooling, then two dense layers:
#
# | block | layers |
# |---|---|
# | 1 | Conv 75 filters 3×3, ReLU; BatchNorm; max pooling 2×2 |
# | 2 | Conv 50 filters 3×3, ReLU; Dropout 0.2; BatchNorm; max pooling 2×2 |
# | 3 | Conv 25 filters 3×3, ReLU; BatchNorm; max pooling 2×2 |
# | 4 | Flatten; Dense 512, ReLU; Dropout 0.3; Dense 24, softmax |
#
# Convolutions *and* poolings have `padding="same"`. For a pooling layer this means: where the windows do not divide the
# side, the last one hangs over the edge and still counts. So its size is rounded **up**.

# %% [markdown]
# ### Exercise 3: predict the shapes (2 points, 10 minutes)
#
# A picture has 28 by 28 pixels and one channel. Work out on paper, before any model exists:
#
# - the side of the maps after each of the three poolings (three numbers);
# - how many numbers `Flatten` puts into one row;
# - how many parameters the dense layer with 512 units has.
#
# Write the five numbers into the function below as a list. The public checks look at the form only; the numbers are
# judged when your work is graded, and `summary()` will tell you before that. Write yours down *now*.


# %% nbgrader={"grade_id": "predict_signs_cnn", "solution": true}
def predict_signs_cnn():
    """Return [side after pooling 1, 2, 3, numbers after Flatten, parameters of Dense 512]."""
    ### BEGIN SOLUTION
    return [14, 7, 4, 4 * 4 * 25, 400 * 512 + 512]
    ### END SOLUTION


# %% Prediction: the sides nbgrader={"grade_id": "test_predict_signs_cnn_sides", "grade": true, "points": 1}
from course.checks import augmentation as check

check.predict_signs_cnn_sides(predict_signs_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.predict_signs_cnn_sides(predict_signs_cnn)
### END HIDDEN TESTS

# %% Prediction: the dense layer nbgrader={"grade_id": "test_predict_signs_cnn_dense", "grade": true, "points": 1}
from course.checks import augmentation as check

check.predict_signs_cnn_dense(predict_signs_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.predict_signs_cnn_dense(predict_signs_cnn)
### END HIDDEN TESTS

# %% [markdown]
# **Dropout** sets a share of the numbers to zero in training, other ones each time, so that no unit can lean on a single
# other one. It has nothing to learn, and does nothing at inference.
#
# **BatchNorm** brings each channel to mean 0 and deviation 1, and then lets the network choose another mean and deviation
# for it, *beta* and *gamma*. In training it takes mean and variance from the batch at hand. At inference there may be one
# image only: then it uses moving averages, which it has kept along in training. Here is one channel of each kind, from
# 1000 numbers with mean 50 and deviation 10:

# %% tags=["illustration"]
numbers = np.random.default_rng(0).normal(50, 10, (1000, 1)).astype("float32")
norm = layers.BatchNormalization()

for training in (True, False):
    result = np.array(norm(numbers, training=training))
    print(f"training={training!s:5}  mean {result.mean():5.2f}  deviation {result.std():5.2f}")

# %% [markdown]
# The second line is a surprise: at inference the same numbers are far from mean 0 and deviation 1. The moving averages began
# at 0 and 1, and one batch has moved them by a hundredth of the way: with `momentum=0.99`, which is the default, each batch
# counts for 1 - 0.99 of the average. It takes some hundreds of batches until they are right.
#
# On our few signs that is a trap: the same network, trained in the same way on 2,400 drawings for eight epochs of 38
# batches, got 0.86 of the validation images right with a momentum of 0.9, and 0.26 with the default, at the same training
# accuracy of 0.92. **So we take 0.9.**

# %% [markdown]
# ### Exercise 4: `batchnorm_parameters` (2 points, 5 minutes)
#
# How many numbers does a BatchNorm layer hold for maps with so many channels? Return a pair: those that are **learned**
# by gradients, and those that are only **kept** along. The size of the maps plays no part; why?


# %% nbgrader={"grade_id": "batchnorm_parameters", "solution": true}
def batchnorm_parameters(channels):
    """Count the numbers of a BatchNormalization layer.

    Parameters
    ----------
    channels : int
        Channels of the maps.

    Returns
    -------
    (int, int)
        Learned by gradients, and kept along.
    """
    ### BEGIN SOLUTION
    # gamma and beta; moving mean and moving variance.
    return 2 * channels, 2 * channels
    ### END SOLUTION


# %% What BatchNorm adds nbgrader={"grade_id": "test_batchnorm_parameters", "grade": true, "points": 2}
from course.checks import augmentation as check

check.batchnorm_parameters(batchnorm_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.batchnorm_parameters(batchnorm_parameters)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise 5: `build_signs_cnn` (7 points, 25 minutes)
#
# Write `build_signs_cnn(filters=(75, 50, 25), units=512)`: the network of the table above, for images of (28, 28, 1),
# **compiled** with Adam, categorical crossentropy (our labels will be one-hot) and accuracy as its metric. The widths are
# arguments, so that we can train a slim twin where time is short. `momentum=0.9` in each BatchNorm.
#
# Sequential or functional, an activation as an argument or as a layer: write it as you like. The checks look at what the
# network is and does.


# %% nbgrader={"grade_id": "build_signs_cnn", "solution": true}
def build_signs_cnn(filters=(75, 50, 25), units=512):
    """Build the network for signs.

    Parameters
    ----------
    filters : (int, int, int)
        Filters of the three convolutions.
    units : int
        Units of the dense layer before the last.

    Returns
    -------
    keras.Model
        Compiled; images (N, 28, 28, 1) in, probabilities (N, 24) out.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, count in enumerate(filters):
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        if number == 1:
            model.add(layers.Dropout(0.2))
        # With few steps the default momentum of 0.99 leaves the moving averages far behind.
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% Network: convolutions, pools, dense layers nbgrader={"grade_id": "test_build_signs_cnn", "grade": true, "points": 2}
from course.checks import augmentation as check

check.build_signs_cnn(build_signs_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_signs_cnn(build_signs_cnn)
### END HIDDEN TESTS

# %% Network: other widths nbgrader={"grade_id": "test_build_signs_cnn_widths", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_signs_cnn_widths(build_signs_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_signs_cnn_widths(build_signs_cnn)
### END HIDDEN TESTS

# %% Network: activations nbgrader={"grade_id": "test_build_signs_cnn_activations", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_signs_cnn_activations(build_signs_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_signs_cnn_activations(build_signs_cnn)
### END HIDDEN TESTS

# %% Network: BatchNorm nbgrader={"grade_id": "test_build_signs_cnn_batchnorm", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_signs_cnn_batchnorm(build_signs_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_signs_cnn_batchnorm(build_signs_cnn)
### END HIDDEN TESTS

# %% Network: Dropout nbgrader={"grade_id": "test_build_signs_cnn_dropout", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_signs_cnn_dropout(build_signs_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_signs_cnn_dropout(build_signs_cnn)
### END HIDDEN TESTS

# %% Network: compiled nbgrader={"grade_id": "test_build_signs_cnn_compiled", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_signs_cnn_compiled(build_signs_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_signs_cnn_compiled(build_signs_cnn)
### END HIDDEN TESTS

# %% [markdown]
# Compare the summary with your prediction. **Predict** its last lines, too: of 264,049 parameters, how many are not
# trainable?

# %% tags=["illustration"]
model = build_signs_cnn()

model.summary(line_length=78)
kept = sum(batchnorm_parameters(channels)[1] for channels in (75, 50, 25))
print(f"{model.count_params():,} parameters, of which {kept} are kept along and not learned")

# %% [markdown]
# All that BatchNorm costs here is 600 numbers of 264,049, and 300 of them are not even learned. The bulk sits in
# the first dense layer, as so often.

# %% [markdown]
# ## 3. Moving an image, by hand
#
# Before a layer does it for us, let us see what moving an image means. Shift it by `dx` columns to the **right** and `dy`
# rows **down** (negative numbers: to the left, up). At one side pixels leave, and at the other there is nothing to show.
# What comes in there is the **fill mode**. For a row `abcd`:
#
# | mode | on the left | the row | on the right |
# |---|---|---|---|
# | `constant` | `k k k k k k` | `a b c d` | `k k k k k k` |
# | `nearest` | `a a a a a a` | `a b c d` | `d d d d d d` |
# | `reflect` | `c d d c b a` | `a b c d` | `d c b a a b` |
# | `wrap` | `c d a b c d` | `a b c d` | `a b c d a b` |
#
# `constant` takes one number everywhere, `cval`. In `reflect` the mirror stands *behind* the edge pixel, so that the edge
# comes twice: `a|a` and `d|d`. (NumPy's `np.pad` calls this one `symmetric`, and something else `reflect`; Keras and SciPy
# call it as we do. What SciPy calls `wrap` is something else; our `wrap` is its `grid-wrap`.) All patterns go on for ever.

# %% [markdown]
# **Predict:** the row 1 2 3 4 is shifted by 2 to the right. What are its two new numbers in each mode, with `cval=0`?
#
# <details><summary>Answer</summary>
#
# `constant` 0 0 1 2; `nearest` 1 1 1 2; `reflect` 2 1 1 2; `wrap` 3 4 1 2.
# </details>

# %% [markdown]
# ### Exercise 6: `shift_image` (10 points, 40 minutes)
#
# Write `shift_image(image, dx, dy, fill_mode="constant", cval=0)`.
#
# - `image` has shape (H, W) or (H, W, C): only its first two axes are shifted.
# - `dx` and `dy` are whole numbers of any size, also larger than the image.
# - Return a **new** array of the image's shape; leave the image as it was.
#
# Nine checks follow, one for each thing that can go wrong. Each mode has its own, so you may write one after the other; far
# shifts, other shapes and everything together need them all.
#
# <details><summary><b>Hint 1:</b> ask where each pixel comes from</summary>
#
# Do not push pixels to where they go; fetch them from where they come. Output row r shows what was in row r - dy, output
# column c what was in column c - dx. With `rows = np.arange(H) - dy` and `columns = np.arange(W) - dx`, and if all of
# them lay inside the image, `image[rows][:, columns]` would be the whole answer.
# </details>
#
# <details><summary><b>Hint 2:</b> indices that lie outside</summary>
#
# Bring them inside, mode by mode. `np.clip` makes nearest. `%` makes wrap: in Python, -1 % 4 is 3. For reflect the
# pattern `abcddcba` repeats every 2n pixels: take the index % (2 * n), and mirror what is n or more.
# </details>
#
# <details><summary><b>Hint 3:</b> constant</summary>
#
# Fetch as in nearest, then overwrite with `cval` the rows and the columns whose index lay outside.
# </details>


# %% nbgrader={"grade_id": "shift_image", "solution": true}
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    """Shift an image by whole pixels.

    Parameters
    ----------
    image : numpy.ndarray
        Shape (H, W) or (H, W, C).
    dx, dy : int
        Columns to the right and rows down.
    fill_mode : str
        "constant", "nearest", "reflect" (edge repeated) or "wrap".
    cval : float
        The new pixels of "constant".

    Returns
    -------
    numpy.ndarray
        A new array of the image's shape.
    """
    ### BEGIN SOLUTION

    def inside(index, size):
        if fill_mode == "wrap":
            return index % size
        if fill_mode == "reflect":
            index = index % (2 * size)
            # The mirror stands behind the edge: after size - 1 comes size - 1 again.
            return np.where(index < size, index, 2 * size - 1 - index)
        return np.clip(index, 0, size - 1)

    height, width = image.shape[:2]
    rows, columns = np.arange(height) - dy, np.arange(width) - dx
    result = image[inside(rows, height)][:, inside(columns, width)]
    if fill_mode == "constant":
        # A float cval does not fit into bytes.
        result = result.astype(np.result_type(result, cval))
        result[(rows < 0) | (rows >= height)] = cval
        result[:, (columns < 0) | (columns >= width)] = cval
    return result
    ### END SOLUTION


# %% Shift: the direction nbgrader={"grade_id": "test_shift_image", "grade": true, "points": 2}
from course.checks import augmentation as check

check.shift_image(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image(shift_image)
### END HIDDEN TESTS

# %% Shift: another constant nbgrader={"grade_id": "test_shift_image_cval", "grade": true, "points": 1}
from course.checks import augmentation as check

check.shift_image_cval(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image_cval(shift_image)
### END HIDDEN TESTS

# %% Shift: nearest nbgrader={"grade_id": "test_shift_image_nearest", "grade": true, "points": 1}
from course.checks import augmentation as check

check.shift_image_nearest(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image_nearest(shift_image)
### END HIDDEN TESTS

# %% Shift: reflect nbgrader={"grade_id": "test_shift_image_reflect", "grade": true, "points": 1}
from course.checks import augmentation as check

check.shift_image_reflect(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image_reflect(shift_image)
### END HIDDEN TESTS

# %% Shift: wrap nbgrader={"grade_id": "test_shift_image_wrap", "grade": true, "points": 1}
from course.checks import augmentation as check

check.shift_image_wrap(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image_wrap(shift_image)
### END HIDDEN TESTS

# %% Shift: further than the image nbgrader={"grade_id": "test_shift_image_beyond", "grade": true, "points": 1}
from course.checks import augmentation as check

check.shift_image_beyond(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image_beyond(shift_image)
### END HIDDEN TESTS

# %% Shift: oblong images, channels nbgrader={"grade_id": "test_shift_image_shapes", "grade": true, "points": 1}
from course.checks import augmentation as check

check.shift_image_shapes(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image_shapes(shift_image)
### END HIDDEN TESTS

# %% Shift: array out, image kept nbgrader={"grade_id": "test_shift_image_new_array", "grade": true, "points": 1}
from course.checks import augmentation as check

check.shift_image_new_array(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image_new_array(shift_image)
### END HIDDEN TESTS

# %% Shift: everything together nbgrader={"grade_id": "test_shift_image_together", "grade": true, "points": 1}
from course.checks import augmentation as check

check.shift_image_together(shift_image)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.shift_image_together(shift_image)
### END HIDDEN TESTS

# %% [markdown]
# SciPy shifts images too, and serves as the expected result. Here is a flower, moved down by more than a third of its height
# and to the right by nearly as much, with `reflect`.

# %% tags=["illustration"]
from scipy import ndimage

flower = load_photo("flower", size=(300, 400)).mean(axis=2)
expected = ndimage.shift(flower, (110, 90), order=0, mode="reflect")

compare_images(
    expected, shift_image(flower, 90, 110, "reflect"), input=flower, title="Shifted by (90, 110), reflect"
)

# %% [markdown]
# *What you should see: a dahlia; twice the same dahlia further down and to the right, with parts of it mirrored above and
# to its left; and a plain light panel titled "difference: none".* Does the last panel show the flower twice? Then it went the
# other way, or dx and dy changed places. Only the strips at the edge differ? Then it is the mirror.
#
# All four modes side by side. **Predict:** which of them draw a hard line where the photo ends?

# %% tags=["illustration"]
modes = ["constant", "nearest", "reflect", "wrap"]

show_images([shift_image(flower, 90, 110, mode) for mode in modes], modes, shared_limits=True)

# %% [markdown]
# *What you should see: the shifted flower; above it and to its left a black border, a dim and streaked one, a mirrored one
# with parts of a second flower, and one that comes from the other side, with a line where it begins.* Augmentation wants
# new pictures that could be real ones. A mirrored border draws no new edge into the picture, so `reflect` is the default of
# Keras's layers; on a plain background `nearest` or `constant` do as well.

# %% [markdown]
# ## 4. Which changes are allowed?
#
# Augmentation tells the network: *this changed picture has the same label.* That must be true. A change is **valid** for
# a data set if
#
# 1. a person who knows the subject would give **every** changed picture of the data set the label it had, and
# 2. such pictures **may turn up** when the network is used, be it seldom.
#
# We judge four changes, `rotate_10` (by up to 10 degrees), `mirror` (left to right), `quarter_turn` (by 90 degrees) and
# `half_turn` (by 180 degrees), for four data sets:
#
# - `digits`: handwritten, 0 to 9, upright as people write, some a little slanted;
# - `signs`: hands that spell, of right-handed and left-handed people. A left hand mirrors a right one, and means the
#   same; U, two fingers upwards, laid on its side is H;
# - `scenes`: forests and mountains, photographed from the ground by hand, more or less level;
# - `aerial`: fields and houses, photographed straight down from a plane on any course.

# %% [markdown]
# ### Exercise 7: `valid_transforms` (3 points, 10 minutes)
#
# Return a dict with the four data sets, each of which is a dict with the four changes, each True or False:
# `{"digits": {"rotate_10": ..., ...}, ...}`. The public checks look at the form only.


# %% nbgrader={"grade_id": "valid_transforms", "solution": true}
def valid_transforms():
    """Say which changes are valid for which data.

    Returns
    -------
    dict
        For "digits", "signs", "scenes" and "aerial" a dict with "rotate_10", "mirror", "quarter_turn" and
        "half_turn", each True or False.
    """
    ### BEGIN SOLUTION
    upright = {"rotate_10": True, "mirror": True, "quarter_turn": False, "half_turn": False}
    return {
        "digits": upright | {"mirror": False},
        "signs": upright,
        "scenes": upright,
        "aerial": dict.fromkeys(upright, True),
    }
    ### END SOLUTION


# %% Valid for digits nbgrader={"grade_id": "test_valid_transforms_digits", "grade": true, "points": 1}
from course.checks import augmentation as check

check.valid_transforms_digits(valid_transforms)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.valid_transforms_digits(valid_transforms)
### END HIDDEN TESTS

# %% Valid for signs nbgrader={"grade_id": "test_valid_transforms_signs", "grade": true, "points": 1}
from course.checks import augmentation as check

check.valid_transforms_signs(valid_transforms)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.valid_transforms_signs(valid_transforms)
### END HIDDEN TESTS

# %% Valid for scenes, from the ground and the air nbgrader={"grade_id": "test_valid_transforms_scenes", "grade": true, "points": 1}
from course.checks import augmentation as check

check.valid_transforms_scenes(valid_transforms)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.valid_transforms_scenes(valid_transforms)
### END HIDDEN TESTS

# %% [markdown]
# ### A question in words (10 minutes, 3 points)
#
# Choose one change that is valid for one of the four data sets and not for another. In four to six sentences: why is it
# right here and wrong there? What would the network learn from the wrong one, and how would you notice, on the training
# curve or on the validation curve? And what about making pictures brighter or darker: would you add it for the signs?

# %% [markdown] nbgrader={"grade_id": "explain_valid", "grade": true, "solution": true, "points": 3}
# ### BEGIN SOLUTION
# **Model answer.** Mirroring is valid for signs and not for digits. A mirrored sign is what a left-handed person shows: the
# letter stays, and such hands turn up. A mirrored 2 or 3 is no digit that anybody writes, and a mirrored 5 looks like a 2:
# the label becomes wrong, or the picture useless. From wrong labels the network learns to confuse these digits, and
# spends capacity on shapes that never come. The training accuracy (measured on augmented pictures) stays lower than it
# need be, and the validation accuracy, measured on real ones, falls below that of a run without the change; that
# comparison is the test. Brightness may be varied for signs, since a hand in bad light means the same letter and such
# photos occur, as long as the range is moderate and fits the scale of the pixels (0 to 1, so `value_range=(0, 1)`).
#
# **Rubric.**
#
# - 1 point: a valid and an invalid case of the same change, each with a reason that goes back to the two conditions
#   (label stays; such pictures turn up).
# - 1 point: what goes wrong: wrong labels or pictures that never come; seen in the validation result compared with a run
#   without the change (lower training accuracy alone is a normal effect of augmentation).
# - 1 point: brightness judged with a reason (the label stays, light varies in use), with any sensible limit.
# ### END SOLUTION

# %% [markdown]
# ## 5. Layers that augment
#
# Keras has a layer for each of these changes. A layer draws its numbers anew for each image at each call, so the network
# never sees the same picture twice. The units are not the ones you might expect:
#
# | layer | its number |
# |---|---|
# | `RandomRotation(f)` | up to f **full turns** in both directions: 0.1 is 36 degrees |
# | `RandomZoom(f)` | sizes by up to the part f smaller or larger |
# | `RandomTranslation(f, g)` | shifts by up to the part f of the **height** and g of the **width** |
# | `RandomFlip(mode)` | mirrors half of the images; without a mode both ways, left to right and upside down |

# %% [markdown]
# When do they work? **Predict** which of these three calls change the image, then run the cell.

# %% tags=["illustration", "check-output"]
row = np.arange(8.0).reshape(1, 1, 8, 1)
flip = layers.RandomFlip("horizontal", seed=1)


def changes(**how):
    """Whether any of 20 calls changes the image."""
    return any(not np.array_equal(flip(row, **how), row) for _ in range(20))


print("flip(row)                ", changes())
print("flip(row, training=True) ", changes(training=True))
print("flip(row, training=False)", changes(training=False))

# %% [markdown]
# Called on its own, such a layer **is active**; inside a model it follows what the model is doing: active in `fit`, at rest
# in `evaluate` and `predict`. But `model(images)`, called by hand without a word about training, leaves it active: say
# `training=True` or `training=False` wherever you call one yourself.
#
# Another trap sits in the layers that change brightness. They assume pixels from 0 to 255, unless told otherwise:

# %% tags=["illustration"]
grey = np.full((1, 4, 4, 1), 0.5, "float32")
for name, options in {"as it is": {}, "value_range=(0, 1)": {"value_range": (0, 1)}}.items():
    brighter = layers.RandomBrightness((0.2, 0.2), **options)(grey, training=True)
    print(f"RandomBrightness, {name}: 0.5 becomes {np.max(brighter):.1f}")

# %% [markdown]
# ### Exercise 8: `build_augmentation` (7 points, 20 minutes)
#
# Write `build_augmentation()`. It returns a `keras.Sequential` of layers that, **in training only**,
#
# - rotate by up to 10 degrees in both directions,
# - zoom by up to a tenth, both ways,
# - shift by up to a tenth of the side, along both axes,
# - mirror half of the images left to right,
#
# and nothing else. Pixels from 0 to 1 stay in that range. The checks send test patterns through your pipeline, measure by
# how much they were turned, zoomed and shifted, and do not care in which order.


# %% nbgrader={"grade_id": "build_augmentation", "solution": true}
def build_augmentation():
    """Build the augmentation for signs.

    Returns
    -------
    keras.Sequential
        Images (N, H, W, C) in and out, changed in training only.
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            # Full turns: 10 degrees are 10 / 360 of one.
            layers.RandomRotation(10 / 360),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip("horizontal"),
        ]
    )
    ### END SOLUTION


# %% Augmentation: in training only nbgrader={"grade_id": "test_build_augmentation", "grade": true, "points": 2}
from course.checks import augmentation as check

check.build_augmentation(build_augmentation)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_augmentation(build_augmentation)
### END HIDDEN TESTS

# %% Augmentation: drawn anew, in range nbgrader={"grade_id": "test_build_augmentation_random", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_augmentation_random(build_augmentation)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_augmentation_random(build_augmentation)
### END HIDDEN TESTS

# %% Augmentation: rotation nbgrader={"grade_id": "test_build_augmentation_rotation", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_augmentation_rotation(build_augmentation)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_augmentation_rotation(build_augmentation)
### END HIDDEN TESTS

# %% Augmentation: zoom nbgrader={"grade_id": "test_build_augmentation_zoom", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_augmentation_zoom(build_augmentation)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_augmentation_zoom(build_augmentation)
### END HIDDEN TESTS

# %% Augmentation: shifts nbgrader={"grade_id": "test_build_augmentation_shift", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_augmentation_shift(build_augmentation)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_augmentation_shift(build_augmentation)
### END HIDDEN TESTS

# %% Augmentation: flip nbgrader={"grade_id": "test_build_augmentation_flip", "grade": true, "points": 1}
from course.checks import augmentation as check

check.build_augmentation_flip(build_augmentation)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.build_augmentation_flip(build_augmentation)
### END HIDDEN TESTS

# %% [markdown]
# One hand, 32 times. Look at it as a teacher would: is each of them still a fair picture of the same letter?

# %% tags=["illustration"]
hand = signs.x_train[np.flatnonzero(signs.y_train == 24)[0]] / 255
many = build_augmentation()(np.repeat(hand[None], 32, axis=0), training=True)

show_images(np.array(many), columns=8, shared_limits=True)

# %% [markdown]
# *What you should see: 32 versions of one hand with its thumb and little finger out (Y): tilted a little, larger and
# smaller, off the centre, and about half of them mirrored; none upside down, none on its side. At some edges the picture
# is mirrored.*

# %% [markdown]
# ## 6. The older way: `ImageDataGenerator`
#
# Many tutorials use `ImageDataGenerator`. Keras still carries it, for old programs, and calls it deprecated; you should be
# able to read it. Here is one at work, with our four changes.

# %% tags=["illustration"]
from tensorflow.keras.preprocessing.image import ImageDataGenerator

generator = ImageDataGenerator(
    rotation_range=10, zoom_range=0.1, width_shift_range=0.1, height_shift_range=0.1, horizontal_flip=True
)
batches = generator.flow(np.repeat(hand[None], 8, axis=0), batch_size=8, seed=0)

show_images(next(batches), columns=8, shared_limits=True)

# %% [markdown]
# *What you should see: eight versions of the same hand.* Note `next(batches)`; older texts write `batches.next()`, which is
# gone. All options of the generator, and what does the same today:
#
# | option | what it does | today |
# |---|---|---|
# | `featurewise_center` | subtract the training set's mean, one a channel | `layers.Normalization()` and `adapt(x_train)` |
# | `featurewise_std_normalization` | and divide by its deviation | the same layer |
# | `samplewise_center` | subtract each image's own mean | `map(tf.image.per_image_standardization)`, which divides, too |
# | `samplewise_std_normalization` | and divide by its own deviation | the same function |
# | `zca_whitening` | remove correlations of pixels, see below | NumPy once, then `map` |
# | `zca_epsilon` | a small number against division by 0 in it | the same |
# | `rotation_range` | degrees | `RandomRotation(degrees / 360)` |
# | `width_shift_range`, `height_shift_range` | parts of a side, or pixels from 1 on | `RandomTranslation(height, width)` |
# | `brightness_range` | *multiplies* by a factor in this range | `RandomBrightness`, which *adds* |
# | `shear_range` | degrees | `RandomShear(x, y)`, in parts of a side |
# | `zoom_range` | height and width drawn apart | `RandomZoom(height, width)` |
# | `channel_shift_range` | adds to each channel a number of its own | `RandomColorJitter` comes near |
# | `fill_mode` | `nearest` by default | `fill_mode=` of each layer, `reflect` by default |
# | `cval` | for `constant` | `fill_value=` |
# | `horizontal_flip` | left to right | `RandomFlip("horizontal")` |
# | `vertical_flip` | upside down | `RandomFlip("vertical")` |
# | `rescale` | multiplies each pixel | `layers.Rescaling(1 / 255)` |
# | `preprocessing_function` | your own function, an image at a time | `dataset.map(function)` |
# | `data_format` | channels last or first | `data_format=` of each layer |
# | `validation_split` | sets a share aside (both parts get augmented: section 9!) | split first, then augment one part |
# | `interpolation_order` | 0 nearest, 1 linear | `interpolation="nearest"` or `"bilinear"` |
# | `dtype` | of what comes out | `dtype=` of each layer |

# %% [markdown]
# **Featurewise** and **samplewise** differ in whose mean is taken: that of the whole training set, or each picture's own.
# **Whitening** (ZCA) goes further: it turns pixels so that they are no longer correlated, and looks like a filter that
# leaves edges. **Predict** what samplewise standardising does to a hand in bad light.

# %% tags=["illustration"]
sample = signs.x_train[:1000].astype("float32") / 255
chosen = firsts[:6]
featurewise = ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True)
samplewise = ImageDataGenerator(samplewise_center=True, samplewise_std_normalization=True)
whitening = ImageDataGenerator(featurewise_center=True, zca_whitening=True, zca_epsilon=3)
rows = [signs.x_train[chosen] / 255]
for standard in (featurewise, samplewise, whitening):
    standard.fit(sample)
    rows.append(np.array([standard.standardize(image.astype("float32")) for image in rows[0].copy()]))

names = ["as it is", "featurewise", "samplewise", "ZCA"]
show_images([np.concatenate(list(row), axis=1) for row in rows], names, columns=1)

# %% [markdown]
# *What you should see: six hands in four rows. The first two rows look alike (the same step for all pixels only changes the
# scale). In the third each hand has the same contrast, whatever its light. In the fourth light and shade are gone: outlines
# are left, on an even grey with some grain. What neighbouring pixels have in common was taken away, and that is most of a
# hand. A smaller `zca_epsilon` takes away still more, and leaves mostly grain.*

# %% [markdown]
# ### Exercise 9: `standardise` (4 points, 15 minutes)
#
# Featurewise standardising, by hand. Write `standardise(train, test)` for images (N, H, W, C): subtract from each channel
# its mean, and divide by its standard deviation (`std`), both taken over all images, rows and columns **of the training
# set**. Return the two sets as new arrays of floats, the training set first.
#
# **Why not the test set's own mean?** Because in use there is no test set: there is one picture, and only what was learned
# in training. Whoever measures with the test set's statistics measures something that nobody will ever have.


# %% nbgrader={"grade_id": "standardise", "solution": true}
def standardise(train, test):
    """Standardise two sets of images by the first one's channels.

    Parameters
    ----------
    train, test : numpy.ndarray
        Shapes (N, H, W, C) and (M, H, W, C), whole numbers or floats.

    Returns
    -------
    train, test : numpy.ndarray
        Floats, of the same shapes; the training set has mean 0 and deviation 1 in each channel.
    """
    ### BEGIN SOLUTION
    mean, deviation = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2))
    return (train - mean) / deviation, (test - mean) / deviation
    ### END SOLUTION


# %% Standardise: the training set nbgrader={"grade_id": "test_standardise", "grade": true, "points": 1}
from course.checks import augmentation as check

check.standardise(standardise)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.standardise(standardise)
### END HIDDEN TESTS

# %% Standardise: the test set nbgrader={"grade_id": "test_standardise_test", "grade": true, "points": 1}
from course.checks import augmentation as check

check.standardise_test(standardise)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.standardise_test(standardise)
### END HIDDEN TESTS

# %% Standardise: colours nbgrader={"grade_id": "test_standardise_channels", "grade": true, "points": 1}
from course.checks import augmentation as check

check.standardise_channels(standardise)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.standardise_channels(standardise)
### END HIDDEN TESTS

# %% Standardise: bytes in, floats out nbgrader={"grade_id": "test_standardise_new_arrays", "grade": true, "points": 1}
from course.checks import augmentation as check

check.standardise_new_arrays(standardise)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.standardise_new_arrays(standardise)
### END HIDDEN TESTS

# %% [markdown]
# ## 7. With and without
#
# An **epoch** is one pass over all images, in batches; each batch is a **step**. Some functions want to know how many
# steps make an epoch.
#
# ### Exercise 10: `steps_per_epoch` (2 points, 5 minutes)
#
# Write `steps_per_epoch(n, batch_size)`: a whole number (`int`). What is left over after the full batches makes one more,
# only smaller. (`n / batch_size` is a fraction in general, and Keras refuses a fraction of a step.)


# %% nbgrader={"grade_id": "steps_per_epoch", "solution": true}
def steps_per_epoch(n, batch_size):
    """Count the batches of an epoch.

    Parameters
    ----------
    n : int
        Images.
    batch_size : int
        Images in a full batch.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    # Floor division of the negative number rounds up, and stays an int.
    return -(-n // batch_size)
    ### END SOLUTION


# %% Steps: every image nbgrader={"grade_id": "test_steps_per_epoch", "grade": true, "points": 1}
from course.checks import augmentation as check

check.steps_per_epoch(steps_per_epoch)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.steps_per_epoch(steps_per_epoch)
### END HIDDEN TESTS

# %% Steps: a whole number nbgrader={"grade_id": "test_steps_per_epoch_whole", "grade": true, "points": 1}
from course.checks import augmentation as check

check.steps_per_epoch_whole(steps_per_epoch)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.steps_per_epoch_whole(steps_per_epoch)
### END HIDDEN TESTS

# %% [markdown]
# Now the experiment. To see what augmentation does, we need a network that *can* learn its images by heart. So we give it
# ten of each letter (all of them in the full setting), and take a slim twin of your network, to save time.
#
# We validate as the network will be used: by right-handed **and** left-handed people. All hands of our drawings are right
# ones, so we mirror every other validation image. Two runs: without augmentation, and with your pipeline.
#
# **Predict:** which run will have the lower training loss, and which the lower validation loss? In which do the two lie
# closer together? (Training loss is measured on the pictures as the network sees them: augmented ones.)

# %% tags=["illustration"]
each = None if full() else 10
few, new = (
    np.concatenate([np.flatnonzero(y == k)[:each] for k in np.unique(y)])
    for y in (signs.y_train, signs.y_test)
)
x_few, y_few = signs.x_train[few] / 255, one_hot(signs.y_train[few])
x_new, y_new = signs.x_test[new] / 255, one_hot(signs.y_test[new])
x_new[::2] = x_new[::2, :, ::-1]
batch = 64 if full() else 8


def train(augmented):
    """Train a network on the few images, augmented or not; return it and its curves."""
    keras.utils.set_random_seed(1)
    model = build_signs_cnn() if full() else build_signs_cnn(filters=(16, 32, 32), units=128)
    data = tf.data.Dataset.from_tensor_slices((x_few, y_few)).cache().shuffle(len(x_few)).batch(batch)
    if augmented:
        augment = build_augmentation()
        data = data.map(lambda images, targets: (augment(images, training=True), targets))
    validation = {"validation_data": (x_new, y_new), "validation_freq": epochs(2, 1)}
    # prefetch: the next batch is made while the network learns from this one.
    history = fit(model, data.prefetch(2), epochs=epochs(24, 15), lines=False, **validation)
    return model, history.history


histories = {}
print(
    f"{len(x_few)} images, {steps_per_epoch(len(x_few), batch)} steps an epoch; two trainings, some 20 seconds"
)
for name, augmented in {"plain": False, "augmented": True}.items():
    trained[name], histories[name] = train(augmented)
plot_curves(histories, metric="loss", title="Signs, few images: without and with augmentation")

# %% [markdown]
# *What you should see: two panels (validation, which takes time, was done every other epoch). Without augmentation the
# training loss soon falls to nearly nothing, while the validation loss turns round and climbs. With augmentation both fall
# slowly, close together, and the validation loss ends lower.*
#
# The **gap** is what we wanted to close: the network can no longer learn its images by heart, for it never sees one twice.
# That has a price, more epochs: the right panel is still on its way down when the left one has long been past its best.

# %% [markdown]
# The same in accuracy, at the end of each run.

# %% tags=["illustration"]
bars = {}
for name, network in trained.items():
    for part, x, y in (("training", x_few, y_few), ("validation", x_new, y_new)):
        bars[f"{name}, {part}"] = network.evaluate(x, y, verbose=0)[1]
if bars:
    display(plot_bars(bars, label="accuracy, images as they are", form="{:.2f}"))

# %% [markdown]
# *What you should see: four bars, a pair for each run. The plain network knows all of its training images and less than half
# of the others. In the augmented pair the distance is far smaller, and the validation bar is about as long as the plain
# one's, or longer.*
#
# One of the two was still learning. After 100 epochs the augmented network read 0.71 and 0.80 of the validation images
# rightly (two tries), and the plain one 0.44, as before. **Try it**, or leave the mirror out; or validate with no left hands
# at all: does the mirror still pay? A valid change says *this may be*. Whether it pays, only a validation set can tell that
# looks like what will come.

# %% [markdown]
# ## 8. Keep it, and use it
#
# A trained network is worth keeping. `model.save("name.keras")` writes one file with everything: the layers, the weights,
# and how it was compiled. `keras.models.load_model` makes the network out of it. The ending `.keras` is needed (older texts
# write `.h5`, or no ending).
#
# ### Exercise 11: `save_and_load` (2 points, 10 minutes)
#
# Write `save_and_load(model, images, path)`: save the model under the path, load it **from the file**, and return two
# results: what the loaded model predicts for the images, shape (N, classes), and the size of the file in bytes
# (`os.path.getsize`). **Predict:** the network that the next cell but one saves has 83,128 parameters of four bytes each, in
# all 332,512 bytes. Will its file be as large as that, or twice, or three times?


# %% nbgrader={"grade_id": "save_and_load", "solution": true}
def save_and_load(model, images, path):
    """Save a model, load it, and let the loaded one predict.

    Parameters
    ----------
    model : keras.Model
    images : numpy.ndarray
        Shape (N, H, W, C).
    path : str
        Of the file; ends in ".keras".

    Returns
    -------
    probabilities : numpy.ndarray
        Shape (N, classes), of the loaded model.
    size : int
        Of the file, in bytes.
    """
    ### BEGIN SOLUTION
    model.save(path)
    loaded = keras.models.load_model(path)
    return loaded.predict(images, verbose=0), os.path.getsize(path)
    ### END SOLUTION


# %% Saved and loaded: the same predictions nbgrader={"grade_id": "test_save_and_load", "grade": true, "points": 1}
from course.checks import augmentation as check

check.save_and_load(save_and_load)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.save_and_load(save_and_load)
### END HIDDEN TESTS

# %% Saved and loaded: the file nbgrader={"grade_id": "test_save_and_load_file", "grade": true, "points": 1}
from course.checks import augmentation as check

check.save_and_load_file(save_and_load)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.save_and_load_file(save_and_load)
### END HIDDEN TESTS

# %% tags=["illustration"]
network = trained.get("augmented") or build_signs_cnn()
before = network.predict(signs.x_test[:100] / 255, verbose=0)
after, size = save_and_load(network, signs.x_test[:100] / 255, "signs.keras")

print(f"{size:,} bytes in signs.keras; four for each parameter would be {4 * network.count_params():,}")
print("the same predictions:", np.allclose(before, after, atol=1e-5))

# %% [markdown]
# A trained network's file is about three times as large as its weights: Adam keeps two more numbers for each, and they
# are saved with it, so that training can go on.
#
# ### Exercise 12: `classify` (2 points, 15 minutes)
#
# Now the network meets one new picture, as a camera gives it: shape (28, 28), bytes from 0 to 255. Write
# `classify(model, picture)`. Return a pair: the letter, and its probability, a number between 0 and 1.
#
# The network was trained on batches, of images with a channel, scaled to 0..1. A new picture must be brought into exactly
# that form; most wrong answers of good networks come from here. `LETTERS[column]` is the letter of a column.


# %% nbgrader={"grade_id": "classify", "solution": true}
def classify(model, picture):
    """Read one picture.

    Parameters
    ----------
    model : keras.Model
        Takes images (N, 28, 28, 1) from 0 to 1, gives probabilities (N, 24).
    picture : numpy.ndarray
        Shape (28, 28), bytes from 0 to 255.

    Returns
    -------
    (str, float)
        The letter and its probability.
    """
    ### BEGIN SOLUTION
    batch = picture.reshape(1, 28, 28, 1) / 255
    probabilities = model.predict(batch, verbose=0)[0]
    best = int(probabilities.argmax())
    return LETTERS[best], float(probabilities[best])
    ### END SOLUTION


# %% Classify: the letter nbgrader={"grade_id": "test_classify", "grade": true, "points": 1}
from course.checks import augmentation as check

check.classify(classify)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.classify(classify)
### END HIDDEN TESTS

# %% Classify: the probability nbgrader={"grade_id": "test_classify_probability", "grade": true, "points": 1}
from course.checks import augmentation as check

check.classify_probability(classify)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.classify_probability(classify)
### END HIDDEN TESTS

# %% tags=["illustration"]
network = trained.get("augmented") or build_signs_cnn()
pictures = signs.x_test[:8, :, :, 0]
truth = one_hot(signs.y_test[:8]).argmax(axis=1)
read = [classify(network, picture) for picture in pictures]

titles = [f"is {LETTERS[t]}\nread as {letter}, {p:.0%}" for (letter, p), t in zip(read, truth, strict=True)]
show_images(pictures, titles, columns=4)

# %% [markdown]
# *What you should see: eight hands; above each what it shows, what the network reads, and how sure it is. Many are wrong
# after so few images (and nearly all, if no network has been trained above).*
#
# **Memory.** Every network that a name still holds stays in memory. `del name` and `trained.clear()` let go of networks,
# `keras.backend.clear_session()` of what Keras keeps besides. TensorFlow does not give all of it back to the computer; what
# always helps is *Kernel → Restart Kernel*. Then everything is gone but the files: this is what `signs.keras` is for.

# %% [markdown]
# ## 9. Find the leak
#
# A leak lets knowledge about the validation data into training, or keeps training from doing what you believe it does. The
# program runs, and the numbers look fine, or even better than they should. Here are three, taken from life. Each comes
# with what somebody did: **say first what is wrong**, before you read on; then write it right.

# %% [markdown]
# ### Leak 1: quick, and remembered
#
# A dataset for training, with augmentation, and kept in memory so that it is quick:
#
#     data = tf.data.Dataset.from_tensor_slices((images, labels))
#     data = data.shuffle(len(images)).batch(32)
#     data = data.map(lambda x, y: (augment(x, training=True), y))
#     return data.cache()
#
# The next cell takes three passes over it, and shows the same hand from each. **Predict:** will the three differ?

# %% tags=["illustration"]
augment = keras.Sequential([layers.RandomRotation(0.1, seed=1), layers.RandomTranslation(0.2, 0.2, seed=2)])
one = tf.data.Dataset.from_tensors(signs.x_train[firsts[0]][None] / 255)
frozen = one.map(lambda x: augment(x, training=True)).cache()

passes = [next(iter(frozen)).numpy()[0] for _ in range(3)]
show_images(passes, [f"epoch {number}" for number in (1, 2, 3)], columns=3)

# %% [markdown]
# *What you should see: three times the same tilted hand.* `cache()` keeps what comes in, here pictures that have been
# augmented already. They were changed once, in the first epoch; from the second on it is a fixed set again, which can be
# learned by heart. `shuffle` has the same trouble there: it is frozen, too.
#
# ### Exercise 13: `training_set` (2 points, 15 minutes)
#
# Write `training_set(images, labels, augment)`: a `tf.data.Dataset` of pairs (32 images, their labels), the last batch
# perhaps smaller. Every pass brings all images once, in random order, augmented **anew** by
# `augment(images, training=True)`. Use `cache()` if you like, in a place where it does no harm.


# %% nbgrader={"grade_id": "training_set", "solution": true}
def training_set(images, labels, augment):
    """Make a dataset whose images are augmented anew in each pass.

    Parameters
    ----------
    images : numpy.ndarray
        Shape (N, H, W, C).
    labels : numpy.ndarray
        Shape (N,).
    augment : keras.Model
        Changes a batch of images when called with training=True.

    Returns
    -------
    tf.data.Dataset
        Batches of 32: pairs (images, labels).
    """
    ### BEGIN SOLUTION
    examples = tf.data.Dataset.from_tensor_slices((images, labels))
    # Cached before anything random: what comes after is drawn anew in each pass.
    batches = examples.cache().shuffle(len(images)).batch(32)
    return batches.map(lambda x, y: (augment(x, training=True), y))
    ### END SOLUTION


# %% Leak 1: drawn anew nbgrader={"grade_id": "test_training_set", "grade": true, "points": 1}
from course.checks import augmentation as check

check.training_set(training_set)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.training_set(training_set)
### END HIDDEN TESTS

# %% Leak 1: images and labels nbgrader={"grade_id": "test_training_set_pairs", "grade": true, "points": 1}
from course.checks import augmentation as check

check.training_set_pairs(training_set)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.training_set_pairs(training_set)
### END HIDDEN TESTS

# %% [markdown]
# ### Leak 2: twice as many images
#
# Somebody doubles the data with one augmented copy of each image, and then splits off a share for validation:
#
#     both = np.concatenate([images, augment(images, training=True)])
#     order = np.random.permutation(len(both))
#     cut = int(share * len(both))
#     validation, train = order[:cut], order[cut:]
#     return both[train], twice[train], both[validation], twice[validation]    # twice: the labels, two times
#
# Two things are wrong. Half of the validation images are augmented: they do not look like what comes in use. And worse, many
# of them have their **twin** in the training set, the same hand, only turned a little. The network has seen the answer.

# %% [markdown]
# ### Exercise 14: `hold_out` (2 points, 20 minutes)
#
# Write `hold_out(images, labels, augment, share)`. Set the share of the images aside for validation, chosen at random, and
# left **as they are**. The training part holds all other images and **one augmented copy of each**. Return four arrays:
# training images, training labels, validation images, validation labels.


# %% nbgrader={"grade_id": "hold_out", "solution": true}
def hold_out(images, labels, augment, share):
    """Split images for training and validation, and augment the first part.

    Parameters
    ----------
    images : numpy.ndarray
        Shape (N, H, W, C).
    labels : numpy.ndarray
        Shape (N,).
    augment : keras.Model
        Changes a batch of images when called with training=True.
    share : float
        Of the images, for validation.

    Returns
    -------
    x_train, y_train, x_validation, y_validation : numpy.ndarray
        The training part twice: as it is, and augmented.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(0).permutation(len(images))
    aside, rest = np.split(order, [round(share * len(images))])
    # Split first: a copy made now cannot have its original on the other side.
    copies = np.array(augment(images[rest], training=True))
    x_train, y_train = np.concatenate([images[rest], copies]), np.concatenate([labels[rest], labels[rest]])
    return x_train, y_train, images[aside], labels[aside]
    ### END SOLUTION


# %% Leak 2: what is augmented nbgrader={"grade_id": "test_hold_out", "grade": true, "points": 1}
from course.checks import augmentation as check

check.hold_out(hold_out)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.hold_out(hold_out)
### END HIDDEN TESTS

# %% Leak 2: no twins nbgrader={"grade_id": "test_hold_out_apart", "grade": true, "points": 1}
from course.checks import augmentation as check

check.hold_out_apart(hold_out)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.hold_out_apart(hold_out)
### END HIDDEN TESTS

# %% [markdown]
# ### Leak 3: near-duplicates
#
# Sometimes others have augmented before you. *Sign Language MNIST* says of itself that its 27,455 training images were made
# out of only 1,704 photos, with filters, noise, and small rotations. A random split puts relatives of nearly every
# validation image into the training set. The same happens with the frames of a film, and with several pictures of one
# patient.
#
# The remedy is to split the **photos**, not the images: all images of one photo go to one side.

# %% [markdown]
# ### Exercise 15: `split_by_photo` (2 points, 15 minutes)
#
# `photos` says for each image which photo it was made from; the numbers are names, in any order, with gaps. Write
# `split_by_photo(photos, share)`: return two arrays of **indices** of images, for training and for validation. Every image
# is on one side, no photo on both, and the validation side gets about `share` of the photos, chosen at random.
#
# <details><summary><b>Hint:</b> two useful functions</summary>
#
# `np.unique(photos)` lists each photo once. `np.isin(photos, chosen)` says for each image whether its photo was chosen,
# and `np.flatnonzero` makes indices of that.
# </details>


# %% nbgrader={"grade_id": "split_by_photo", "solution": true}
def split_by_photo(photos, share):
    """Split images so that no photo has images on both sides.

    Parameters
    ----------
    photos : numpy.ndarray
        Shape (N,): the photo that each image was made from.
    share : float
        Of the photos, for validation.

    Returns
    -------
    train, validation : numpy.ndarray
        Indices of images.
    """
    ### BEGIN SOLUTION
    names = np.random.default_rng(0).permutation(np.unique(photos))
    chosen = names[: round(share * len(names))]
    held_out = np.isin(photos, chosen)
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)
    ### END SOLUTION


# %% Leak 3: no photo on both sides nbgrader={"grade_id": "test_split_by_photo", "grade": true, "points": 1}
from course.checks import augmentation as check

check.split_by_photo(split_by_photo)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.split_by_photo(split_by_photo)
### END HIDDEN TESTS

# %% Leak 3: the share nbgrader={"grade_id": "test_split_by_photo_share", "grade": true, "points": 1}
from course.checks import augmentation as check

check.split_by_photo_share(split_by_photo)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.split_by_photo_share(split_by_photo)
### END HIDDEN TESTS

# %% [markdown]
# How much does it matter? We make eight relatives of each of 240 hands, with noise and a shift, and let the simplest of all
# classifiers read them: it looks for the most similar training image, and takes its label. **Predict:** how well will it do
# after a random split, and how well after yours?

# %% tags=["illustration"]
random = np.random.default_rng(3)
photos = np.repeat(
    np.concatenate([np.flatnonzero(signs.y_train == y)[:10] for y in np.unique(signs.y_train)]), 8
)
relatives = signs.x_train[photos, :, :, 0] / 255 + random.normal(0, 0.1, (len(photos), 28, 28))
moves = random.integers(-1, 2, len(photos))
relatives = np.array([np.roll(image, move, axis=1) for image, move in zip(relatives, moves, strict=True)])
flat, letters = relatives.reshape(len(relatives), -1), signs.y_train[photos]


def nearest_neighbour(train, validation):
    """Share of validation images whose most similar training image has the same letter."""
    distances = (flat[train] ** 2).sum(axis=1) - 2 * flat[validation] @ flat[train].T
    return np.mean(letters[train][distances.argmin(axis=1)] == letters[validation])


order = random.permutation(len(photos))
by_chance = nearest_neighbour(order[384:], order[:384])
by_photo = nearest_neighbour(*split_by_photo(photos, 0.2))
plot_bars(
    {"random split": by_chance, "split by photo": by_photo}, label="accuracy in validation", form="{:.2f}"
)

# %% [markdown]
# *What you should see: a bar near 1, and one that is far shorter.* Nothing was learned about letters: the random split asks
# only whether relatives can be recognised. Whoever reports the long bar has measured the leak.
#
# It is no game. We trained the network of `build_signs_cnn` on pictures of *Sign Language MNIST* itself, 7,172 that show
# some 330 photos. Parted at random, it read **1.00** of the test rightly. Parted by photo, the same network read **0.63**
# and **0.68** (two seeds), and with augmentation **0.71**. Only these say how well it reads a hand that it has not seen.

# %% [markdown]
# ## Stretch: two pictures in one (15 minutes, 2 points)
#
# So far every change left the label alone. *Mixup* (H. Zhang and others, 2018) changes it, too: it lays two images over
# each other, 70 per cent of an A and 30 per cent of a B, and labels the result just so: 0.7 A, 0.3 B. The network learns to
# be unsure where a person would be.
#
# Write `mixup(images, targets, partner, share)`. Image n is mixed with image `partner[n]`: `share[n]` of itself, the rest
# of its partner; the one-hot targets likewise. Return the mixed images and the mixed targets, and change no input. One
# number an image needs as many axes as what it multiplies: `share[:, None]` has two.


# %% nbgrader={"grade_id": "mixup", "solution": true}
def mixup(images, targets, partner, share):
    """Mix each image, and its target, with those of a partner.

    Parameters
    ----------
    images : numpy.ndarray
        Shape (N, H, W, C), floats.
    targets : numpy.ndarray
        Shape (N, classes), one-hot.
    partner : numpy.ndarray
        Shape (N,), indices.
    share : numpy.ndarray
        Shape (N,), from 0 to 1: how much of each image stays.

    Returns
    -------
    images, targets : numpy.ndarray
        Mixed, of the same shapes.
    """
    ### BEGIN SOLUTION
    # One share an image: it needs as many axes as what it multiplies.
    by_image, by_target = share.reshape(-1, 1, 1, 1), share.reshape(-1, 1)
    mixed = by_image * images + (1 - by_image) * images[partner]
    return mixed, by_target * targets + (1 - by_target) * targets[partner]
    ### END SOLUTION


# %% Stretch, mixup: the images nbgrader={"grade_id": "test_mixup", "grade": true, "points": 1}
from course.checks import augmentation as check

check.mixup(mixup)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.mixup(mixup)
### END HIDDEN TESTS

# %% Stretch, mixup: the targets nbgrader={"grade_id": "test_mixup_targets", "grade": true, "points": 1}
from course.checks import augmentation as check

check.mixup_targets(mixup)
### BEGIN HIDDEN TESTS
from autograder.checks import augmentation as hidden

hidden.mixup_targets(mixup)
### END HIDDEN TESTS

# %% tags=["illustration"]
pairs = np.array([firsts[1], firsts[2], firsts[10], firsts[20]])
partner, share = np.array([1, 2, 3, 0]), np.array([0.9, 0.7, 0.5, 0.3])
mixed, targets = mixup(signs.x_train[pairs] / 255, one_hot(signs.y_train[pairs]), partner, share)

plain = [LETTERS[k] for k in one_hot(signs.y_train[pairs]).argmax(axis=1)]
parts = [", ".join(f"{part:.0%} {LETTERS[k]}" for k, part in enumerate(t) if part) for t in targets]
show_images([*signs.x_train[pairs] / 255, *mixed], plain + parts, columns=4)

# %% [markdown]
# *What you should see: four hands, and below them four pictures in each of which two of these shine through each other, in
# the parts that the titles name. 10% of a hand can hardly be seen; for the network it counts.*

# %% [markdown]
# ## What you can do now
#
# Answer without looking; then open the answer. Where you hesitate, the section is named.
#
# - Labels run from 0 to 24 and there are 24 classes: how can that be, and what does one-hot make of it? (1)
# - A side of 7, pooled by 2 with same padding, and without: which sizes? (2)
# - A network is good in training and useless at inference, on the very same images. Which layer do you suspect? (2)
# - What is the difference between `reflect` here and in `np.pad`? (3)
# - Name a change that is valid and still does not pay. (4, 7)
# - `RandomRotation(0.2)`: how many degrees? (5)
# - Why must the test set not use its own mean? (6)
# - Training 0.70, validation 0.65, both still rising: is that bad? (7)
# - What must happen to a new picture before `predict`? (8)
# - Where may `cache()` stand, and why not behind the augmentation? (9)
# - You get a hundred films of 50 frames each. How do you split them? (9)

# %% [markdown]
# <details><summary><b>Answers</b></summary>
#
# - 9 (J) does not occur; the labels from 10 on move down by one, to columns 9 to 23.
# - 4 with same padding, 3 without.
# - BatchNorm, whose moving averages may lag behind (momentum); Dropout is at rest at inference.
# - Ours repeats the edge pixel (`ba|abcd|dc`); `np.pad` calls that `symmetric`, and its own `reflect` does not.
# - The mirror for signs, where of a thousand people in use one is left-handed: valid, and nearly a waste.
# - Up to 72, both ways: 0.2 of a full turn.
# - It has to be treated as a single new picture will be, for which only the training set's numbers are known.
# - No: they lie close together, and more epochs will help. A large gap would be bad.
# - A batch axis and a channel axis, the scale of the training images, and their standardising, if they had one.
# - Before everything random: it keeps what comes in, so augmented pictures would be fixed in the first epoch.
# - By film: all frames of one film on the same side.
# </details>
#
# **Before you submit:** *Kernel → Restart Kernel and Run All Cells*, then *Validate*. Next comes `05_architectures`: how
# networks are built that go deeper than three blocks.
