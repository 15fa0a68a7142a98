# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   autograder: {cell_seconds: 60, call_seconds: 30, notebook_seconds: 300}
# ---

# %% [markdown]
# # Networks that learn: CNNs in Keras
#
# Two notebooks ago you wrote a convolution, in the last one a whole CNN's way forwards. What was missing is the
# learning, and this is where a framework earns its keep. When you have finished, you will be able to
#
# - bring images and labels into the form that a network wants;
# - count a CNN's shapes and parameters on paper, before `summary()` does;
# - build and compile CNNs for ten classes and for two, with a loss that fits the output;
# - say what a loss must be before training, and prove that a network can learn at all;
# - read learning curves: too little training, too much, just right;
# - make datasets from folders of photos, and keep the test data out of them;
# - say what a network gets wrong, and look at what it sees;
# - find five bugs, four of which raise no error: the program runs, and the result is wrong.
#
# **Time:** about four hours; each exercise names its own. **What comes before:** `02_pooling`. **Points:** 47, of
# which 3 are for an answer in words and 2 for the stretch.

# %% [markdown]
# The next cell imports what we need (TensorFlow takes some seconds; lines about CUDA or oneDNN are notes, not
# errors). The data comes with the course and is small, so that everything here runs in about a minute. Your
# instructor may have set it up with the real data instead: each loader says which it is.
#
# Many cells that show something call the functions that you write. Until an exercise is solved, such a cell ends in
# `NotImplementedError`: that is expected. Go on, and run it again later.

# %%
import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course.data import load_digits, load_objects, scenes_folder
from course.figures import (
    compare_images,
    plot_curves,
    show_confusion,
    show_filters,
    show_images,
    show_maps,
    show_mistakes,
    use_course_style,
)
from course.training import fit, full, sizes

use_course_style()
tf.get_logger().setLevel("ERROR")  # no notes about functions that are traced again

# %% [markdown]
# ## 1. Digits, and what a network wants of them
#
# Handwritten digits are the classic first task: which of 0 to 9 is it? The loader gives four arrays, images and
# labels for training and the same for testing, and the names of the classes.

# %% tags=["illustration"]
digits = load_digits()

show_images(digits.x_train[:8], [f"label {label}" for label in digits.y_train[:8]], columns=8)

# %% [markdown]
# *What you should see: eight grey handwritten digits on black, each under its label.*
#
# Look at the numbers too. **Predict:** what are the shape and the type of `x_train`, and what is its largest value?

# %% tags=["illustration"]
x, y = digits.x_train, digits.y_train

print("images:", x.shape, x.dtype, "from", x.min(), "to", x.max())
print("labels:", y.shape, y.dtype, y[:8])

# %% [markdown]
# Two things do not fit yet. `Conv2D` expects an axis for the channels, (N, H, W, C), even where there is one channel
# only. And the values run to 255, while the weights begin near zero: a network learns more easily from numbers between
# 0 and 1.

# %% [markdown]
# ### Exercise: `prepare_images` (about 10 minutes, 3 points)
#
# Write `prepare_images(images)`: it takes bytes of shape (N, 28, 28), and returns a new array of floats of shape
# (N, 28, 28, 1) in which 0 stays 0 and 255 becomes 1.
#
# <details><summary>Hint 1: the shape</summary>
#
# `reshape(-1, 28, 28, 1)` keeps the order of the values; −1 stands for "as many as there are".
#
# </details>
# <details><summary>Hint 2: the scale</summary>
#
# By what do you divide when a batch holds no white pixel at all? The same grey must mean the same in every batch.
#
# </details>


# %% nbgrader={"grade_id": "prepare_images", "solution": true}
def prepare_images(images):
    """Bring digits into the form that a network takes.

    Parameters
    ----------
    images : numpy.ndarray
        Bytes of shape (N, 28, 28), 0 to 255.

    Returns
    -------
    numpy.ndarray
        Floats of shape (N, 28, 28, 1), 0 to 1.
    """
    ### BEGIN SOLUTION
    # By 255, not by the batch's own maximum: training and test must be scaled alike.
    return images.reshape(-1, 28, 28, 1) / 255
    ### END SOLUTION


# %% Images: the values nbgrader={"grade_id": "test_prepare_images", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.prepare_images(prepare_images)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.prepare_images(prepare_images)
### END HIDDEN TESTS

# %% Images: (N, 28, 28, 1) nbgrader={"grade_id": "test_prepare_images_shape", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.prepare_images_shape(prepare_images)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.prepare_images_shape(prepare_images)
### END HIDDEN TESTS

# %% Images: a new array nbgrader={"grade_id": "test_prepare_images_new", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.prepare_images_new(prepare_images)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.prepare_images_new(prepare_images)
### END HIDDEN TESTS

# %% [markdown]
# Now the labels. The network will give ten numbers, one probability a class, and its loss compares them with what they
# should have been: 1 for the right class and 0 for the others. This row of numbers is called **one-hot**. The label 2
# of three classes becomes `[0, 0, 1]`.

# %% [markdown]
# ### Exercise: `one_hot` (about 10 minutes, 2 points)
#
# Write `one_hot(labels, classes)`: from N whole numbers, an array of shape (N, classes) with a single 1 in each row.
# The labels need not hold every class: a small batch seldom does.
#
# <details><summary>Hint</summary>
#
# `np.eye(3)` has the three rows that you need for three classes. Which row belongs to which label, and what does
# NumPy give when you index with a whole array? (Keras has a function for it, too.)
#
# </details>


# %% nbgrader={"grade_id": "one_hot", "solution": true}
def one_hot(labels, classes):
    """Turn labels into rows of zeros with a single one.

    Parameters
    ----------
    labels : numpy.ndarray
        Whole numbers from 0 to classes - 1, shape (N,).
    classes : int
        How many classes there are.

    Returns
    -------
    numpy.ndarray
        Shape (N, classes).
    """
    ### BEGIN SOLUTION
    return np.eye(classes)[labels]
    ### END SOLUTION


# %% One-hot: the values nbgrader={"grade_id": "test_one_hot", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.one_hot(one_hot)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.one_hot(one_hot)
### END HIDDEN TESTS

# %% One-hot: classes that do not occur nbgrader={"grade_id": "test_one_hot_classes", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.one_hot_classes(one_hot)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.one_hot_classes(one_hot)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The network on paper
#
# Our first CNN has three convolutions and two dense layers:
#
# | | layer | shape of its output |
# |---|---|---|
# | | input | 28 × 28 × 1 |
# | 1 | convolution, 32 filters, 3×3, ReLU | |
# | 2 | max pooling, 2×2 | |
# | 3 | convolution, 64 filters, 3×3, ReLU | |
# | 4 | max pooling, 2×2 | |
# | 5 | convolution, 64 filters, 3×3, ReLU | |
# | 6 | flatten | |
# | 7 | dense, 64 units, ReLU | 64 |
# | 8 | dense, 10 units, softmax | 10 |
#
# The convolutions have no padding (in Keras: `padding="valid"`, the default) and a stride of 1. Copy the table to
# paper, and fill in what is missing.

# %% [markdown]
# ### Exercise: `digits_shapes` (about 10 minutes, 2 points)
#
# Let `digits_shapes()` return your six numbers in a list: the side of the maps after layers 1, 2, 3, 4 and 5, and the
# length of the vector after layer 6. Each number is judged by the one before it, so that a slip costs you once. The
# public checks look only at the form: whether the numbers are right, you will see when Keras counts, in section 3.
# Write them down before that.


# %% nbgrader={"grade_id": "digits_shapes", "solution": true}
def digits_shapes():
    """Predict the sizes in the network for digits.

    Returns
    -------
    list of int
        Side of the maps after layers 1 to 5, and the length of the vector after layer 6.
    """
    ### BEGIN SOLUTION
    return [26, 13, 11, 5, 3, 576]
    ### END SOLUTION


# %% Predicted sizes: convolutions nbgrader={"grade_id": "test_digits_shapes_conv", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.digits_shapes_conv(digits_shapes)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.digits_shapes_conv(digits_shapes)
### END HIDDEN TESTS

# %% Predicted sizes: pooling, flatten nbgrader={"grade_id": "test_digits_shapes_pool", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.digits_shapes_pool(digits_shapes)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.digits_shapes_pool(digits_shapes)
### END HIDDEN TESTS

# %% [markdown]
# Next, the parameters: all the weights and biases that training will set. A filter has one weight for each pixel of
# its window *and each channel below it*, and one bias. A dense unit has one weight for each value that comes in, and
# one bias. Pooling and flattening have none. **Predict** before you count: which two of the five layers have the most?

# %% [markdown]
# ### Exercise: `digits_parameters` (about 10 minutes, 2 points)
#
# Let `digits_parameters()` return six numbers in a list: the parameters of layers 1, 3, 5, 7 and 8, and their sum.
#
# <details><summary>Hint</summary>
#
# A convolution with 3×3 windows on C channels that makes F maps: (3·3·C + 1)·F. What is C for layer 3?
#
# </details>


# %% nbgrader={"grade_id": "digits_parameters", "solution": true}
def digits_parameters():
    """Predict the numbers of parameters in the network for digits.

    Returns
    -------
    list of int
        Parameters of the three convolutions and of the two dense layers, and the sum of these five.
    """
    ### BEGIN SOLUTION
    return [320, 18_496, 36_928, 36_928, 650, 93_322]
    ### END SOLUTION


# %% Predicted parameters: convolutions nbgrader={"grade_id": "test_digits_parameters_conv", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.digits_parameters_conv(digits_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.digits_parameters_conv(digits_parameters)
### END HIDDEN TESTS

# %% Predicted parameters: dense layers, sum nbgrader={"grade_id": "test_digits_parameters_dense", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.digits_parameters_dense(digits_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.digits_parameters_dense(digits_parameters)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. The network in Keras
#
# In Keras a plain stack of layers is a `keras.Sequential`. It begins with the shape of *one* image, and each layer is
# one line. Here is a smaller one, so that you know how it is written:

# %% tags=["illustration", "check-output"]
small = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
    ]
)

for layer in small.layers:
    print(f"{type(layer).__name__:<13} {layer.output.shape[1:]!s:<12} {layer.count_params():>4}")

# %% [markdown]
# Then the model is **compiled**: it is told how to learn. Three things are needed.
#
# - The **loss** says how bad an answer is. For one class out of several it is *categorical crossentropy*, minus the
#   logarithm of the probability that the right class got. With one-hot labels its name is `"categorical_crossentropy"`.
# - The **optimizer** turns gradients into steps. We take `"rmsprop"`.
# - The **metrics** are for us: `metrics=["accuracy"]` reports the share of right answers.

# %% [markdown]
# ### Exercise: `build_digits_cnn` (about 20 minutes, 4 points)
#
# Write `build_digits_cnn()`: it builds the network of the table in section 2, compiles it for one-hot labels with
# `"rmsprop"` and accuracy, and returns it.
#
# However you write it, the model is judged by what it is: `keras.Sequential` or `keras.Model(inputs, outputs)`, an
# activation as an argument or as a layer, it is all the same. Only the layers must be Keras's own.
#
# <details><summary>Hint</summary>
#
# The small network above has the pattern. After the layers, `model.compile(optimizer=…, loss=…, metrics=[…])` changes
# the model and returns nothing; so `return model` is a line of its own.
#
# </details>


# %% nbgrader={"grade_id": "build_digits_cnn", "solution": true}
def build_digits_cnn():
    """Build and compile the network for digits.

    Returns
    -------
    keras.Model
        Takes images (N, 28, 28, 1), gives probabilities (N, 10); compiled for one-hot labels.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% Digits CNN: the layers nbgrader={"grade_id": "test_build_digits_cnn", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_digits_cnn(build_digits_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_digits_cnn(build_digits_cnn)
### END HIDDEN TESTS

# %% Digits CNN: the shapes nbgrader={"grade_id": "test_build_digits_cnn_shapes", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_digits_cnn_shapes(build_digits_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_digits_cnn_shapes(build_digits_cnn)
### END HIDDEN TESTS

# %% Digits CNN: the activations nbgrader={"grade_id": "test_build_digits_cnn_activations", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_digits_cnn_activations(build_digits_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_digits_cnn_activations(build_digits_cnn)
### END HIDDEN TESTS

# %% Digits CNN: compiled nbgrader={"grade_id": "test_build_digits_cnn_compiled", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_digits_cnn_compiled(build_digits_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_digits_cnn_compiled(build_digits_cnn)
### END HIDDEN TESTS

# %% [markdown]
# Now let Keras count, and compare with your paper. (`None` stands for the number of images, which may be any.)

# %% tags=["illustration"]
build_digits_cnn().summary()

# %% [markdown]
# Were you right? The last convolution and the first dense layer have the same number of parameters, 36,928, and that
# is chance. With maps of 5×5 instead of 3×3 the dense layer would have 25·64·64 + 64 = 102,464: flattening makes
# networks heavy, and pooling keeps them light.

# %% [markdown]
# ## 4. Two tests before training
#
# Training takes time, and a mistake in the data or the model seldom raises an error: the network just learns badly.
# Two quick tests find most such mistakes.
#
# **The first loss.** Before training the network knows nothing, and gives each of C classes a probability near 1/C.
# **Predict:** about how large is the crossentropy then, for ten classes?

# %% [markdown]
# ### Exercise: `initial_loss` (about 5 minutes, 1 point)
#
# Write `initial_loss(classes)`: the crossentropy of a network that gives every class the same probability.


# %% nbgrader={"grade_id": "initial_loss", "solution": true}
def initial_loss(classes):
    """Say what a network's loss should be before it has learned anything.

    Parameters
    ----------
    classes : int
        How many classes there are.

    Returns
    -------
    float
        Crossentropy of equal probabilities, by the natural logarithm.
    """
    ### BEGIN SOLUTION
    return np.log(classes)
    ### END SOLUTION


# %% The first loss nbgrader={"grade_id": "test_initial_loss", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.initial_loss(initial_loss)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.initial_loss(initial_loss)
### END HIDDEN TESTS

# %% [markdown]
# Does your network begin there? `evaluate` gives the loss and the accuracy of a model on images and labels.
#
# *What you should see: about 2.3 in both lines, and an accuracy near 10 %. A first loss of 10 or 0.1 would be a sign
# that something is wrong with the data, the output or the loss.*

# %% tags=["illustration"]
keras.utils.set_random_seed(0)
images, labels = prepare_images(digits.x_train), one_hot(digits.y_train, 10)
loss, accuracy = build_digits_cnn().evaluate(images, labels, verbose=0)

print(f"loss before training: {loss:.2f} (accuracy {accuracy:.0%})")
print(f"log 10:               {initial_loss(10):.2f}")

# %% [markdown]
# **Overfit on purpose.** A network with 93,322 parameters must be able to learn 32 images by heart. If it cannot, it
# will not learn 60,000 either: then look for a mistake in the labels, the loss or the learning rate, before you wait
# for hours. This is the one time when overfitting is what we want.

# %% [markdown]
# ### Exercise: `memorise` (about 10 minutes, 2 points)
#
# Write `memorise(model, images, labels, count, epochs)`: train the model on the first `count` images and their labels
# only, for so many epochs, without printing anything, and return the model.
#
# <details><summary>Hint</summary>
#
# `model.fit(images, labels, epochs=…, verbose=0)` trains a model in place. Cut images and labels to their first
# `count` before; and let nothing be held back for validation.
#
# </details>


# %% nbgrader={"grade_id": "memorise", "solution": true}
def memorise(model, images, labels, count, epochs):
    """Let a model learn a few images by heart.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    images, labels : numpy.ndarray
        More of them than are used.
    count : int
        How many of the first ones to learn.
    epochs : int
        How many times to go through them.

    Returns
    -------
    keras.Model
        The model, trained.
    """
    ### BEGIN SOLUTION
    model.fit(images[:count], labels[:count], epochs=epochs, verbose=0)
    return model
    ### END SOLUTION


# %% Memorise: known by heart nbgrader={"grade_id": "test_memorise", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.memorise(memorise)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.memorise(memorise)
### END HIDDEN TESTS

# %% Memorise: the first ones only nbgrader={"grade_id": "test_memorise_count", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.memorise_count(memorise)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.memorise_count(memorise)
### END HIDDEN TESTS

# %% [markdown]
# **Predict:** after 60 epochs on 32 digits, how many of those 32 will it read rightly, and how many of the test's
# digits, which it has never seen?

# %% tags=["illustration"]
keras.utils.set_random_seed(0)
model = memorise(build_digits_cnn(), prepare_images(digits.x_train), one_hot(digits.y_train, 10), 32, 60)

for name, x, y in (
    ("the 32 images:", digits.x_train[:32], digits.y_train[:32]),
    ("the test:", digits.x_test, digits.y_test),
):
    print(f"{name:<14} accuracy {model.evaluate(prepare_images(x), one_hot(y, 10), verbose=0)[1]:.0%}")

# %% [markdown]
# All of the 32, and far from all of the others. So the network *can* learn; whether it learns what matters is a
# question of data. Three images of each digit do not say what all sevens have in common.

# %% [markdown]
# ## 5. Training, and curves that tell how it went
#
# Now all the digits. One pass over the training images is an **epoch**; in each, the images come in **batches** of 64,
# and after every batch the optimizer takes a step. A tenth of the training images is held back: the network never
# learns from them, and after each epoch they say how well it does on something new. This is **validation**. The test
# images wait until the training is over.
#
# The next cell defines `trained_digits`, which trains your network. The line `@cache` makes it remember its result,
# so that the cells further down can ask for the trained network again at no cost. When you change your network, run
# this cell again. `fit` is the course's own: Keras's `model.fit` with one line an epoch. And `keep_best` makes the network
# return to its best weights at the end; what "best" means is the next thing to learn.

# %% tags=["illustration"]
from functools import cache


def keep_best():
    return keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)


@cache
def trained_digits():
    keras.utils.set_random_seed(1)
    model = build_digits_cnn()
    images, labels = prepare_images(digits.x_train), one_hot(digits.y_train, 10)
    options = {"batch_size": 64, "validation_split": 0.1, "callbacks": [keep_best()]}
    history = fit(model, images, labels, epochs=sizes("digits").epochs, **options)
    return model, history.history


# %% [markdown]
# **Predict:** how large will the loss be after the first epoch, and what will the accuracy be at the end?

# %% tags=["illustration"]
model, history = trained_digits()
loss, accuracy = model.evaluate(prepare_images(digits.x_test), one_hot(digits.y_test, 10), verbose=0)

print(f"accuracy on the test: {accuracy:.3f}")

# %% [markdown]
# With the embedded digits the validation accuracy was near 0.97, and this is clearly less. What is different? The digits held
# back for validation come from the same people as those for training; the test's digits were mostly written by **other
# people**, with other habits. Both numbers are right, and each answers its own question: how well does it read more from
# these people, and how well does it read somebody new? For a program that is to read letters only the second one counts.
#
# And there are few of them: 1,437, real ones, but small ones made larger. On MNIST, with 60,000 digits, the same network
# reaches a test accuracy of 0.991 in five epochs (measured with two seeds, 0.9918 and 0.9907, in three minutes each); a
# single dense layer, without any convolution, stays at 0.925.
#
# A **learning curve** shows loss and accuracy after each epoch, for training and for validation.
#
# *What you should see: two pictures. In the first, two losses that fall, steeply at first; in the second, two accuracies
# that rise towards 1. The dashed curves of the validation run beside the others, but jump up and down: they come from
# few images, and rmsprop takes large steps.*

# %% tags=["illustration"]
_, history = trained_digits()

display(plot_curves({"digits": history}, metric="loss"))
plot_curves({"digits": history}, metric="accuracy")

# %% [markdown]
# ### How to read them
#
# The next cell trains three dense networks. One is tiny, and has a very low learning rate. The second is large, it has
# 200 digits only, and of their labels four in ten are wrong, as if somebody had typed them in a hurry. The third is of
# middle size and has 1,200 digits with their right labels. **Predict:** what will the validation loss do in each of the
# three, while the training loss falls?
#
# *What you should see: three panels. On the left both losses barely fall, side by side. In the middle the training loss
# falls and falls, while the validation loss turns after some epochs and climbs. On the right both fall, and
# the gap is small. A dotted line marks the lowest validation loss.*

# %% tags=["illustration"]
random = np.random.default_rng(0)
hasty = np.where(random.random(1437) < 0.4, random.integers(0, 10, 1437), digits.y_train[:1437])


@cache
def trained_dense(units, learning_rate, count, passes, wrong_labels=False):
    keras.utils.set_random_seed(2)
    images, labels = digits.x_train[:1437, ..., None] / 255, digits.y_train
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(units, activation="relu")]
    )
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    learned = (hasty if wrong_labels else labels)[:count]
    held_back = images[1200:1437], labels[1200:1437]
    return model.fit(images[:count], learned, 16, passes, verbose=0, validation_data=held_back).history


three = {
    "too little": trained_dense(8, 2e-5, 400, 14),
    "too much": trained_dense(256, 4e-3, 200, 14, wrong_labels=True),
    "about right": trained_dense(64, 1e-3, 1200, 14),
}
plot_curves(three, mark_best=True)

# %% [markdown]
# Do not wonder where the validation is *better* than the training at first. The training's numbers are means over the
# epoch, in which the network still became better, and the validation's are taken at its end; and in the middle only the
# training labels are wrong.
#
# - **Underfitting** (left): the network has not even learned the training images. Both curves are still high, and
#   close together. Train longer, with a higher learning rate, or take a larger network.
# - **Overfitting** (middle): first it learns what digits look like; then it begins to learn its 200 by heart, with the
#   wrong labels, and the validation loss rises. More and better data helps, or fewer parameters, or stopping early.
# - **About right** (right): both have come down, and the gap is small.
#
# Stopping early needs a rule. The usual one: keep the weights of the epoch with the lowest *validation* loss. This is
# what `keep_best` did for your network; in Keras it is `EarlyStopping(restore_best_weights=True)`.

# %% [markdown]
# ### Exercise: `best_epoch` (about 5 minutes, 1 point)
#
# Write `best_epoch(history)`: the number of the epoch with the lowest validation loss, counted from 1; the first of
# them, if several are equal. `history` is what Keras records: a dictionary of lists, one number an epoch, under
# `"loss"`, `"accuracy"`, `"val_loss"` and `"val_accuracy"`.


# %% nbgrader={"grade_id": "best_epoch", "solution": true}
def best_epoch(history):
    """Find the epoch after which one should have stopped.

    Parameters
    ----------
    history : dict of str to list of float
        As Keras records it: "loss", "accuracy", "val_loss", "val_accuracy".

    Returns
    -------
    int
        Number of the epoch with the lowest validation loss, from 1.
    """
    ### BEGIN SOLUTION
    # Epochs count from 1, places in a list from 0.
    return int(np.argmin(history["val_loss"])) + 1
    ### END SOLUTION


# %% The best epoch nbgrader={"grade_id": "test_best_epoch", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.best_epoch(best_epoch)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.best_epoch(best_epoch)
### END HIDDEN TESTS

# %% tags=["illustration"]
for name, history in three.items():
    print(f"{name:<12} best epoch: {best_epoch(history)} of {len(history['val_loss'])}")

# %% [markdown]
# ### A question in words (about 10 minutes, 3 points)
#
# A friend trains a network on 500 photos. After 40 epochs the training accuracy is 1.00, the validation accuracy 0.71;
# the validation loss was lowest after 6 epochs, and has more than doubled since. "Accuracy 1.00, it works", says the
# friend, "and to be sure I will train for 40 epochs more." Answer in four to six sentences. What do these numbers say?
# What would 40 more epochs do? Name two things that you would do instead, and say which curve should show that they
# help.

# %% [markdown] nbgrader={"grade_id": "explain_curves", "grade": true, "solution": true, "points": 3}
# ### BEGIN SOLUTION
# **Model answer.** The network overfits: it has learned the 500 photos by heart (accuracy 1.00), but on photos that it
# has not seen it is right in 71 of 100 cases only. The number that counts is the one for new photos, so the validation
# accuracy. The validation loss was lowest after epoch 6; since then the network has become surer of its wrong answers,
# which is why its loss doubles. Forty more epochs can change little on the training side, where there is nothing left
# to learn, and will at best leave the validation where it is. I would stop at about epoch 6 (keep the weights of the
# epoch with the lowest validation loss), and get more data, real or by augmentation, or use a smaller network, such as
# one with global average pooling. It helps if the *validation* loss goes on falling for longer, to a lower value, and
# the gap between the two curves becomes smaller; the training curve may well look worse.
#
# **Rubric.**
#
# - 1 point: overfitting, recognised by the gap between training and validation (or by the validation loss that rises),
#   not by the accuracy of 1.00 alone.
# - 1 point: more epochs do not help: the validation loss will go on rising, or at best stay.
# - 1 point: two fitting remedies (early stopping, more data or augmentation, a smaller network, dropout or other
#   regularisation), judged by the validation curve. Half a point for one remedy, or for two without the curve.
# ### END SOLUTION

# %% [markdown]
# ## 6. What the network gets wrong
#
# One number, the accuracy, does not say *which* digits are confused. A **confusion matrix** does: cell (i, j) counts
# the images of class i that the network took for class j. A row is a true class, a column a predicted one, and what
# lies on the diagonal is right.

# %% [markdown]
# ### Exercise: `confusion_matrix` (about 15 minutes, 3 points)
#
# Write `confusion_matrix(labels, predictions, classes)` in NumPy: an array of counts, of shape (classes, classes), also
# where some class never occurs.
#
# <details><summary>Hint</summary>
#
# Begin with zeros, and go through the pairs: each adds 1 to one cell. If you know NumPy's fancy indexing, beware:
# `matrix[labels, predictions] += 1` counts a pair that comes five times only once.
#
# </details>


# %% nbgrader={"grade_id": "confusion_matrix", "solution": true}
def confusion_matrix(labels, predictions, classes):
    """Count how often each class was taken for each.

    Parameters
    ----------
    labels, predictions : numpy.ndarray
        True and predicted classes, whole numbers from 0 to classes - 1, shape (N,).
    classes : int
        How many classes there are.

    Returns
    -------
    numpy.ndarray
        Counts of shape (classes, classes): a row a true class, a column a predicted one.
    """
    ### BEGIN SOLUTION
    matrix = np.zeros((classes, classes), dtype=int)
    for label, prediction in zip(labels, predictions, strict=True):
        matrix[label, prediction] += 1
    return matrix
    ### END SOLUTION


# %% Confusion: the counts nbgrader={"grade_id": "test_confusion_matrix", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.confusion_matrix(confusion_matrix)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.confusion_matrix(confusion_matrix)
### END HIDDEN TESTS

# %% Confusion: rows and columns nbgrader={"grade_id": "test_confusion_matrix_rows", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.confusion_matrix_rows(confusion_matrix)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.confusion_matrix_rows(confusion_matrix)
### END HIDDEN TESTS

# %% Confusion: classes that do not occur nbgrader={"grade_id": "test_confusion_matrix_classes", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.confusion_matrix_classes(confusion_matrix)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.confusion_matrix_classes(confusion_matrix)
### END HIDDEN TESTS

# %% [markdown]
# scikit-learn has the same function, so that its result can serve as the expected one.
#
# *What you should see: twice the same matrix with large numbers on its diagonal, and a plain light panel
# titled "difference: none".*

# %% tags=["illustration"]
from sklearn.metrics import confusion_matrix as expected_confusion

model, _ = trained_digits()
predictions = model.predict(prepare_images(digits.x_test), verbose=0).argmax(axis=1)

compare_images(
    expected_confusion(digits.y_test, predictions, labels=range(10)),
    confusion_matrix(digits.y_test, predictions, 10),
    title="Digits of the test: a row a true class, a column a predicted one",
)

# %% [markdown]
# With the numbers written in it is easier to read. **Predict:** which digits will be confused most often?
#
# *What you should see: a blue diagonal, and a few small numbers beside it.*

# %% tags=["illustration"]
model, _ = trained_digits()
predictions = model.predict(prepare_images(digits.x_test), verbose=0).argmax(axis=1)

show_confusion(confusion_matrix(digits.y_test, predictions, 10), digits.classes, title="Digits of the test")

# %% [markdown]
# Next, look at the images themselves. The most instructive ones are those of which the network was *sure*, and wrong.

# %% [markdown]
# ### Exercise: `worst_mistakes` (about 15 minutes, 2 points)
#
# Write `worst_mistakes(labels, probabilities, count)`. An image is a mistake where the class with the highest
# probability is not its label; how sure the network was is this highest probability. Return the places of the mistakes
# in the arrays, the surest first, `count` of them at most (fewer where there are not so many).
#
# <details><summary>Hint</summary>
#
# First the places of all mistakes: `np.flatnonzero(… != labels)`. Then sort *these* by their probability; `np.argsort`
# gives an order, upwards, of the numbers it gets. Its places are places among the mistakes: which step leads back?
#
# </details>


# %% nbgrader={"grade_id": "worst_mistakes", "solution": true}
def worst_mistakes(labels, probabilities, count):
    """Find the mistakes of which a network was most certain.

    Parameters
    ----------
    labels : numpy.ndarray
        True classes, shape (N,).
    probabilities : numpy.ndarray
        Shape (N, classes).
    count : int
        How many to return at most.

    Returns
    -------
    numpy.ndarray
        Places of mistakes, the surest first.
    """
    ### BEGIN SOLUTION
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    order = np.argsort(-probabilities[wrong].max(axis=1))
    # The order counts among the mistakes: `wrong` leads back to the images.
    return wrong[order][:count]
    ### END SOLUTION


# %% Worst mistakes: the order nbgrader={"grade_id": "test_worst_mistakes", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.worst_mistakes(worst_mistakes)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.worst_mistakes(worst_mistakes)
### END HIDDEN TESTS

# %% Worst mistakes: their places nbgrader={"grade_id": "test_worst_mistakes_places", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.worst_mistakes_places(worst_mistakes)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.worst_mistakes_places(worst_mistakes)
### END HIDDEN TESTS

# %% [markdown]
# *What you should see: up to six digits, each with its label and with what the network took it for. Would you have read
# them all?*

# %% tags=["illustration"]
model, _ = trained_digits()
probabilities = model.predict(prepare_images(digits.x_test), verbose=0)
places = worst_mistakes(digits.y_test, probabilities, 6)

show_mistakes(digits.x_test[places], digits.y_test[places], probabilities[places], digits.classes)

# %% [markdown]
# ### What it sees
#
# The weights of the first layer are small images themselves: 32 filters of 3×3. **Predict:** will some of them look
# like Sobel's?
#
# *What you should see: 32 small squares of nine fields each, orange where a weight is negative and purple where it is
# positive. Several have one light and one dark side: they find edges.*

# %% tags=["illustration"]
model, _ = trained_digits()
kernels, biases = model.layers[0].get_weights()

show_filters(kernels, columns=16, title="The first layer's 32 filters")

# %% [markdown]
# And these are its **feature maps** for one digit: what each filter finds. A model that ends at the first layer's
# output gives them. (If your network begins with another layer, change the 0.)
#
# *What you should see: four rows of eight maps, all of one digit, in yellow and green on violet. In some its left edges
# light up, in others the upper ones or the whole stroke; some maps stay dark.*

# %% tags=["illustration"]
model, _ = trained_digits()
first = keras.Model(model.inputs[0], model.layers[0].output)

show_maps(first(prepare_images(digits.x_test[:1]))[0], title="A digit after the first layer")

# %% [markdown]
# ## 7. Objects, in colour
#
# The next images have three channels, and are harder: airplane, automobile, bird, cat, deer, dog, frog, horse, ship and
# truck, in 32×32 pixels. These are the classes of the data set CIFAR-10.

# %% tags=["illustration"]
objects = load_objects()
first = [int(np.flatnonzero(objects.y_train == number)[0]) for number in range(10)]

show_images(list(objects.x_train[first]), list(objects.classes), columns=5)

# %% [markdown]
# *What you should see: ten small pictures in colour, one of each class, under their names.*
#
# Three things change in the network.
#
# - The convolutions get **same padding**: `padding="same"` adds zeros around the maps, so that only pooling makes them
#   smaller.
# - The first dense layer has 128 units.
# - The labels stay whole numbers, and the loss becomes `"sparse_categorical_crossentropy"`. It is the same loss: it looks
#   up the right class's probability by its number, instead of multiplying by a one-hot row.
#
# | | layer | shape of its output |
# |---|---|---|
# | | input | 32 × 32 × 3 |
# | 1 | convolution, 32 filters, 3×3, same padding, ReLU | |
# | 2 | max pooling, 2×2 | |
# | 3 | convolution, 64 filters, 3×3, same padding, ReLU | |
# | 4 | max pooling, 2×2 | |
# | 5 | convolution, 64 filters, 3×3, same padding, ReLU | |
# | 6 | flatten | |
# | 7 | dense, 128 units, ReLU | 128 |
# | 8 | dense, 10 units, softmax | 10 |

# %% [markdown]
# ### Exercise: `objects_parameters` (about 10 minutes, 1 point)
#
# On paper again: let `objects_parameters()` return three numbers in a list: the length of the vector after layer 6, the
# parameters of layer 7, and those of the whole network.


# %% nbgrader={"grade_id": "objects_parameters", "solution": true}
def objects_parameters():
    """Predict three numbers of the network for objects.

    Returns
    -------
    list of int
        Length of the flattened vector, parameters of the dense layer with 128 units, parameters in all.
    """
    ### BEGIN SOLUTION
    return [4096, 524_416, 582_026]
    ### END SOLUTION


# %% Predicted parameters: objects nbgrader={"grade_id": "test_objects_parameters", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.objects_parameters(objects_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.objects_parameters(objects_parameters)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: `build_objects_cnn` (about 10 minutes, 4 points)
#
# Write `build_objects_cnn()`: the network of this table, compiled for labels that are whole numbers, with `"rmsprop"`
# or `"adam"` (much the same, with steadier steps) or another optimizer of your choice, and accuracy. The images will come as floats between 0 and 1.


# %% nbgrader={"grade_id": "build_objects_cnn", "solution": true}
def build_objects_cnn():
    """Build and compile the network for objects.

    Returns
    -------
    keras.Model
        Takes images (N, 32, 32, 3), gives probabilities (N, 10); compiled for labels that are whole numbers.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% Objects CNN: the layers nbgrader={"grade_id": "test_build_objects_cnn", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_objects_cnn(build_objects_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_objects_cnn(build_objects_cnn)
### END HIDDEN TESTS

# %% Objects CNN: the shapes nbgrader={"grade_id": "test_build_objects_cnn_shapes", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_objects_cnn_shapes(build_objects_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_objects_cnn_shapes(build_objects_cnn)
### END HIDDEN TESTS

# %% Objects CNN: the activations nbgrader={"grade_id": "test_build_objects_cnn_activations", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_objects_cnn_activations(build_objects_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_objects_cnn_activations(build_objects_cnn)
### END HIDDEN TESTS

# %% Objects CNN: compiled nbgrader={"grade_id": "test_build_objects_cnn_compiled", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_objects_cnn_compiled(build_objects_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_objects_cnn_compiled(build_objects_cnn)
### END HIDDEN TESTS

# %% [markdown]
# Compare with your paper: where do nine tenths of all parameters sit?

# %% tags=["illustration"]
build_objects_cnn().summary()

# %% [markdown]
# This time Keras holds a fifth back for validation by itself, with `validation_split=0.2`. **Think:** it takes the
# *last* fifth of the arrays, before any shuffling. What would happen if the images were sorted by class?
#
# <details><summary>Answer</summary>
#
# The last fifth would hold ships and trucks only: classes of which the network has never seen an example. The accuracy
# on them would be 0. Shuffle first, images and labels together.
#
# </details>

# %% tags=["illustration"]
keras.utils.set_random_seed(3)
model = build_objects_cnn()
count = sizes("objects").images
history = fit(
    model,
    objects.x_train[:count] / 255,
    objects.y_train[:count],
    batch_size=64,
    epochs=sizes("objects").epochs,
    validation_split=0.2,
)

plot_curves({"objects": history}, metric="accuracy", mark_best=True)

# %% [markdown]
# *What you should see: a training accuracy that rises from epoch to epoch, and a validation accuracy that rises with it
# at first, and falls behind in the last epochs (with `"sgd"` both hardly rise). A dotted line marks the epoch with the lowest
# validation loss, here one of the last.*
#
# Towards which of the three cases of section 5 does it go? With 1,600 images for 582,026 parameters it can hardly be
# otherwise: train it for twice as long, and the gap opens. What to do about it is the matter of the next notebook.
#
# Our images are drawn by a program. With the 50,000 photos of CIFAR-10 the same network has a training accuracy of 0.78 after
# six epochs, and 0.69 on the test: real photos are much harder. One dense layer has 0.37 there; guessing, 0.10.

# %% [markdown]
# ## 8. Scenes, from folders
#
# Your own photos will seldom come as one array. They lie in folders, one a class: `train/forest`, `train/mountain`,
# `test/forest`, `test/mountain`. Keras makes a **dataset** of them: something that reads, resizes and shuffles photos
# batch by batch, so that they need never be in memory all at once. `SCENES` is the folder's path, and `SIZE` the size to
# which we shall bring the photos.

# %%
SCENES = scenes_folder()
SIZE = 128 if full() else 32  # pixels: small and fast, or as large as real photos deserve

# %% tags=["illustration"]
from PIL import Image

names = ["forest"] * 4 + ["mountain"] * 4
paths = [sorted((SCENES / "train" / name).iterdir())[i % 4] for i, name in enumerate(names)]

show_images([np.asarray(Image.open(path)) for path in paths], names)

# %% [markdown]
# *What you should see: four forests in the first row and four mountains in the second.*
#
# With two classes the network needs one output only: the probability of the class with label 1. So it matters which
# class that is. Here **forest is 0 and mountain is 1**, as the alphabet has it, and as Keras numbers the folders unless
# told otherwise.

# %% [markdown]
# ### Exercise: `scenes_datasets` (about 20 minutes, 3 points)
#
# Write `scenes_datasets(size, batch_size)`: it returns two datasets, `(train, validation)`, made from the folder
# `SCENES / "train"`.
#
# - A fifth of the photos is for validation; every photo is in one of the two, and none in both. The folder `test` is not
#   touched.
# - An element is a batch: photos of shape (batch_size, size, size, 3) and one label a photo, forest 0 and mountain 1.
# - The photos stay as they are, 0 to 255 (the model will scale them), and come in random order.
#
# <details><summary>Hint</summary>
#
# `keras.utils.image_dataset_from_directory` does nearly everything: look at its arguments `image_size`, `batch_size`,
# `label_mode`, `validation_split`, `subset` and `seed`. With `subset="both"` it returns both parts at once. With two
# calls, one for each subset, both need the same `seed`: otherwise each shuffles in its own way before it cuts, and the
# parts overlap.
#
# </details>


# %% nbgrader={"grade_id": "scenes_datasets", "solution": true}
def scenes_datasets(size, batch_size):
    """Make datasets of the scenes for training and for validation.

    Parameters
    ----------
    size : int
        Height and width to which photos are brought, in pixels.
    batch_size : int
        Photos in a batch.

    Returns
    -------
    (tf.data.Dataset, tf.data.Dataset)
        Training and validation: batches of photos (N, size, size, 3), 0 to 255, with labels.
    """
    ### BEGIN SOLUTION
    return keras.utils.image_dataset_from_directory(
        SCENES / "train",
        image_size=(size, size),
        batch_size=batch_size,
        label_mode="binary",
        validation_split=0.2,
        subset="both",  # one call, one shuffling: the parts cannot overlap
        seed=1,
        verbose=False,
    )
    ### END SOLUTION


# %% Scenes: forest 0, mountain 1 nbgrader={"grade_id": "test_scenes_datasets", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.scenes_datasets(scenes_datasets)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.scenes_datasets(scenes_datasets)
### END HIDDEN TESTS

# %% Scenes: the batches nbgrader={"grade_id": "test_scenes_datasets_batches", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.scenes_datasets_batches(scenes_datasets)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.scenes_datasets_batches(scenes_datasets)
### END HIDDEN TESTS

# %% Scenes: the two parts nbgrader={"grade_id": "test_scenes_datasets_split", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.scenes_datasets_split(scenes_datasets)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.scenes_datasets_split(scenes_datasets)
### END HIDDEN TESTS

# %% [markdown]
# ### Three networks, counted
#
# How large must a network be for photos of 256×256 pixels? Here are three. All convolutions have 3×3 windows and same
# padding; the last dense layer has one unit, with a sigmoid.
#
# | | A: flatten | B: global average | C: global average, deeper |
# |---|---|---|---|
# | | input 256 × 256 × 3 | input 256 × 256 × 3 | input 256 × 256 × 3 |
# | 1 | convolution, 32 | convolution, 32 | convolution, 32 |
# | 2 | max pooling, 2×2 | max pooling, 2×2 | max pooling, 2×2 |
# | 3 | | | convolution, 64 |
# | 4 | | | max pooling, 2×2 |
# | 5 | | | convolution, 64 |
# | 6 | **flatten** | **global average pooling** | **global average pooling** |
# | 7 | dense, 128 | dense, 128 | dense, 128 |
# | 8 | dense, 1 | dense, 1 | dense, 1 |

# %% [markdown]
# ### Exercise: `scenes_parameters` (about 10 minutes, 2 points)
#
# **Predict first:** are there thousands, hundreds of thousands or millions of parameters in A? Then count: let
# `scenes_parameters()` return the parameters of A, B and C in a list.
#
# <details><summary>Hint</summary>
#
# B differs from A in what comes into layer 7 only: one number a map, instead of all its pixels.
#
# </details>


# %% nbgrader={"grade_id": "scenes_parameters", "solution": true}
def scenes_parameters():
    """Predict the parameters of three networks for scenes of 256x256 pixels.

    Returns
    -------
    list of int
        Parameters of the networks A, B and C.
    """
    ### BEGIN SOLUTION
    return [67_110_017, 5_249, 64_769]
    ### END SOLUTION


# %% Predicted parameters: flatten nbgrader={"grade_id": "test_scenes_parameters_flatten", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.scenes_parameters_flatten(scenes_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.scenes_parameters_flatten(scenes_parameters)
### END HIDDEN TESTS

# %% Predicted parameters: global average nbgrader={"grade_id": "test_scenes_parameters_global", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.scenes_parameters_global(scenes_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.scenes_parameters_global(scenes_parameters)
### END HIDDEN TESTS

# %% [markdown]
# Let Keras count. (Building A takes a moment: its weights alone are 256 MiB.)

# %% tags=["illustration", "check-output"]
for name, filters, head in (
    ("A", [32], layers.Flatten()),
    ("B", [32], layers.GlobalAveragePooling2D()),
    ("C", [32, 64, 64], layers.GlobalAveragePooling2D()),
):
    model = keras.Sequential([keras.Input((256, 256, 3))])
    for number, count in enumerate(filters):
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        if number < 2:
            model.add(layers.MaxPooling2D(2))
    for layer in (head, layers.Dense(128, activation="relu"), layers.Dense(1, activation="sigmoid")):
        model.add(layer)
    print(f"{name}: {model.count_params():>10,} parameters")
del model

# %% [markdown]
# Sixty-seven million, nearly all of them in one dense layer that looks at every pixel of every map by itself. B has next
# to nothing, but it pays a price: after one convolution a value has seen 3×3 pixels, and the average of such values
# knows textures only. C spends a little of what was saved on two more convolutions, which see more (18 pixels across,
# by your `receptive_field`). It still has **less than a thousandth of A's parameters**, and the size of the photos no
# longer matters: the average needs no particular number of pixels.

# %% [markdown]
# ### Exercise: `build_scenes_cnn` (about 15 minutes, 4 points)
#
# Write `build_scenes_cnn(size)`: network C for photos of size × size pixels. Its first layer scales bytes to 0…1, with
# `layers.Rescaling(1 / 255)`; the convolutions and the first dense layer have ReLU. Compile it for two classes and one
# sigmoid: the loss is `"binary_crossentropy"`, the optimizer `"adam"` (like rmsprop, but steadier) or another of your choice,
# and it reports accuracy.


# %% nbgrader={"grade_id": "build_scenes_cnn", "solution": true}
def build_scenes_cnn(size):
    """Build and compile a network with global average pooling for scenes.

    Parameters
    ----------
    size : int
        Height and width of the photos, in pixels.

    Returns
    -------
    keras.Model
        Takes photos (N, size, size, 3), 0 to 255; gives the probability of a mountain, (N, 1).
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input((size, size, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(128, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% Scenes CNN: the layers nbgrader={"grade_id": "test_build_scenes_cnn", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_scenes_cnn(build_scenes_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_scenes_cnn(build_scenes_cnn)
### END HIDDEN TESTS

# %% Scenes CNN: scaling and pooling nbgrader={"grade_id": "test_build_scenes_cnn_global", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_scenes_cnn_global(build_scenes_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_scenes_cnn_global(build_scenes_cnn)
### END HIDDEN TESTS

# %% Scenes CNN: the output nbgrader={"grade_id": "test_build_scenes_cnn_output", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_scenes_cnn_output(build_scenes_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_scenes_cnn_output(build_scenes_cnn)
### END HIDDEN TESTS

# %% Scenes CNN: compiled nbgrader={"grade_id": "test_build_scenes_cnn_compiled", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.build_scenes_cnn_compiled(build_scenes_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.build_scenes_cnn_compiled(build_scenes_cnn)
### END HIDDEN TESTS

# %% [markdown]
# Now train it. **Predict:** what is the loss before training, with two classes? (The first line shows the loss after
# one epoch, so look for something near that.)


# %% tags=["illustration"]
@cache
def trained_scenes():
    keras.utils.set_random_seed(4)
    train, validation = scenes_datasets(SIZE, 16)
    model = build_scenes_cnn(SIZE)
    history = fit(model, train, epochs=14, validation_data=validation, callbacks=[keep_best()])
    return model, history.history


_, history = trained_scenes()

plot_curves({"scenes, global average pooling": history}, metric="accuracy")

# %% [markdown]
# *What you should see: two accuracies that rise from about one half, unsteadily, to nearly 0.9 or more; training and
# validation stay close together. With rmsprop they zigzag, with plain `"sgd"` they hardly rise in so few epochs.*
#
# With so few parameters there is little to learn by heart. We trained both kinds on 900 real photos of forests and
# mountains, 128×128 pixels, and tested on 150 others:
#
# | network | parameters | accuracy (test) |
# |---|---|---|
# | three convolutions, Flatten | 16,778,369 | 0.973, 0.980, 0.973 (three seeds) |
# | three convolutions, global average pooling | 64,769 | 0.940 |
#
# Three or four photos in a hundred more are taken for the other kind, with a 259th of the parameters.

# %% [markdown]
# ### One pass, not two
#
# Whoever compares labels with predictions needs both in the same order. A colleague wrote this:
#
# ```python
# def truth_and_scores(model, images, labels):
#     dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000).batch(16)
#     truth = np.concatenate([label for _, label in dataset])
#     scores = model.predict(dataset, verbose=0)
#     return truth, scores
# ```
#
# It runs, and the confusion matrix says that the network guesses, although `evaluate` gave 0.9. **Think** before you
# read on: how often does this code go through the dataset, and what does `shuffle` do each time?

# %% [markdown]
# ### Exercise: `truth_and_scores` (about 10 minutes, 1 point)
#
# Repair it. The line that makes the dataset stays as it is (others need it shuffled); return the labels, shape (N,),
# and the model's outputs for the same images, in the same order, whatever this order is.
#
# <details><summary>Hint</summary>
#
# Go through the dataset in one loop. For each batch keep its labels, and the model's outputs for *these* images:
# `model(batch, training=False)`. At the end join what you kept with `np.concatenate`.
#
# </details>


# %% nbgrader={"grade_id": "truth_and_scores", "solution": true}
def truth_and_scores(model, images, labels):
    """Collect labels and scores from a shuffled dataset.

    Parameters
    ----------
    model : keras.Model
        Takes the images.
    images, labels : numpy.ndarray
        N of both.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        Labels (N,) and scores (N, outputs); row i of both belongs to the same image.
    """
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000).batch(16)
    ### BEGIN SOLUTION
    # One pass: shuffle draws a new order each time that somebody goes through the dataset.
    truth, scores = [], []
    for batch, batch_labels in dataset:
        truth.append(batch_labels.numpy())
        scores.append(np.asarray(model(batch, training=False)))
    return np.concatenate(truth), np.concatenate(scores)
    ### END SOLUTION


# %% Labels and scores in one pass nbgrader={"grade_id": "test_truth_and_scores", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.truth_and_scores(truth_and_scores)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.truth_and_scores(truth_and_scores)
### END HIDDEN TESTS

# %% [markdown]
# And now, at the very end, the folder `test`. We read it once, unshuffled, into two arrays.
#
# *What you should see: a matrix of two rows and two columns, most counts on its diagonal; then photos of the test that
# the network got wrong, with how sure it was (if there are any).*

# %% tags=["illustration"]
model, _ = trained_scenes()
test = keras.utils.image_dataset_from_directory(
    SCENES / "test", image_size=(SIZE, SIZE), batch_size=None, shuffle=False, label_mode="int", verbose=False
)
photos, truth = (np.stack(each) for each in zip(*test.as_numpy_iterator(), strict=True))
scores = model.predict(photos, verbose=0)
both = np.concatenate([1 - scores, scores], axis=1)
places = worst_mistakes(truth, both, 6)

display(show_confusion(confusion_matrix(truth, (scores[:, 0] > 0.5).astype(int), 2), ["forest", "mountain"]))
show_mistakes(photos[places].astype("uint8"), truth[places], both[places], ["forest", "mountain"])

# %% [markdown]
# ## 9. Find the bug
#
# Five short pieces of code follow, each with a bug that people really make. Four of them run without a word. Find out
# what is wrong, and write the function as it should be.
#
# **1. A network for forests and mountains** never gets better than guessing. It answers with one of ten classes.
#
# ```python
# def two_class_cnn():
#     model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
#     model.add(layers.Conv2D(8, 3, activation="relu"))
#     model.add(layers.GlobalAveragePooling2D())
#     model.add(layers.Dense(10, activation="softmax"))
#     model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
#     return model
# ```
#
# **Exercise: `two_class_cnn` (about 5 minutes, 1 point).** Give it an output for two classes, and a loss that fits, for
# labels that are 0 or 1. There is more than one right way.


# %% nbgrader={"grade_id": "two_class_cnn", "solution": true}
def two_class_cnn():
    """Build and compile a small network for two classes.

    Returns
    -------
    keras.Model
        Takes photos (N, 32, 32, 3), 0 to 255.
    """
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    ### BEGIN SOLUTION
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    ### END SOLUTION
    return model


# %% Bug 1: two classes nbgrader={"grade_id": "test_two_class_cnn", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.two_class_cnn(two_class_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.two_class_cnn(two_class_cnn)
### END HIDDEN TESTS

# %% [markdown]
# **2. A network for digits** starts with a loss of 7 to 9 instead of 2.3, and learns slowly, if at all. Its last layer gives
# **logits**: scores of any sign, before softmax.
#
# ```python
# def logits_cnn():
#     model = keras.Sequential([keras.Input((28, 28, 1))])
#     model.add(layers.Conv2D(8, 3, activation="relu"))
#     model.add(layers.Flatten())
#     model.add(layers.Dense(10))
#     model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
#     return model
# ```
#
# The loss expects probabilities unless it is told otherwise: `keras.losses.SparseCategoricalCrossentropy` has an
# argument `from_logits`.
#
# **Exercise: `logits_cnn` (about 5 minutes, 1 point).** Repair it in one of the two ways, and not in both.


# %% nbgrader={"grade_id": "logits_cnn", "solution": true}
def logits_cnn():
    """Build and compile a small network for digits, with labels that are whole numbers.

    Returns
    -------
    keras.Model
        Takes images (N, 28, 28, 1), gives ten outputs.
    """
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.Flatten())
    ### BEGIN SOLUTION
    model.add(layers.Dense(10))
    # Logits are more exact: the loss takes softmax and logarithm in one step.
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    ### END SOLUTION
    return model


# %% Bug 2: logits nbgrader={"grade_id": "test_logits_cnn", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.logits_cnn(logits_cnn)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.logits_cnn(logits_cnn)
### END HIDDEN TESTS

# %% [markdown]
# **3. After this shuffling** the best network is right in one of ten cases. The training loss goes down all the same,
# if one trains for long enough.
#
# ```python
# def shuffle_together(images, labels, seed):
#     random = np.random.default_rng(seed)
#     random.shuffle(images)
#     random.shuffle(labels)
#     return images, labels
# ```
#
# **Exercise: `shuffle_together` (about 5 minutes, 1 point).** Return new arrays in a random order in which each image
# keeps its label, and leave the given ones alone.


# %% nbgrader={"grade_id": "shuffle_together", "solution": true}
def shuffle_together(images, labels, seed):
    """Bring images and labels into a common random order.

    Parameters
    ----------
    images, labels : numpy.ndarray
        N of both.
    seed : int
        The same seed gives the same order.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        New arrays of images and labels.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(images))
    return images[order], labels[order]
    ### END SOLUTION


# %% Bug 3: shuffled apart nbgrader={"grade_id": "test_shuffle_together", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.shuffle_together(shuffle_together)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.shuffle_together(shuffle_together)
### END HIDDEN TESTS

# %% [markdown]
# **4. This split** gives wonderful test results. In use, the network is much worse.
#
# ```python
# def hold_out(images, labels, fraction, seed):
#     random = np.random.default_rng(seed)
#     chosen = random.choice(len(images), round(fraction * len(images)))
#     return (images, labels), (images[chosen], labels[chosen])
# ```
#
# **Exercise: `hold_out` (about 10 minutes, 1 point).** Split so that `round(fraction * N)` images are for the test, and
# each image is in exactly one of the two parts. (There are two bugs in it: does `choice` take an image twice?)


# %% nbgrader={"grade_id": "hold_out", "solution": true}
def hold_out(images, labels, fraction, seed):
    """Split images into a part for training and one for the test.

    Parameters
    ----------
    images, labels : numpy.ndarray
        N of both.
    fraction : float
        Share of the images that is for the test.
    seed : int
        The same seed gives the same split.

    Returns
    -------
    ((numpy.ndarray, numpy.ndarray), (numpy.ndarray, numpy.ndarray))
        Images and labels for training, images and labels for the test.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(images))
    count = round(fraction * len(images))
    test, train = order[:count], order[count:]
    return (images[train], labels[train]), (images[test], labels[test])
    ### END SOLUTION


# %% Bug 4: test data in training nbgrader={"grade_id": "test_hold_out", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.hold_out(hold_out)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.hold_out(hold_out)
### END HIDDEN TESTS

# %% [markdown]
# **5. This piece of an old tutorial** does raise an error: `AttributeError`, there is no `next`.
#
# ```python
# def first_batch(images, labels, batch_size):
#     generator = tf.keras.preprocessing.image.ImageDataGenerator()
#     iterator = generator.flow(images, labels, batch_size=batch_size, shuffle=False)
#     return iterator.next()
# ```
#
# In Python 2 an iterator had a method `next`, and Keras's had one for many years. In Python 3 `next` is a function, and
# Keras 3 dropped the method.
#
# **Exercise: `first_batch` (about 2 minutes, 1 point).** Return the first batch, images and labels.


# %% nbgrader={"grade_id": "first_batch", "solution": true}
def first_batch(images, labels, batch_size):
    """Give the first batch of images and labels.

    Parameters
    ----------
    images : numpy.ndarray
        Shape (N, H, W, C).
    labels : numpy.ndarray
        Shape (N,).
    batch_size : int
        How many a batch has.

    Returns
    -------
    (images, labels)
        The first `batch_size` of both.
    """
    generator = tf.keras.preprocessing.image.ImageDataGenerator()
    iterator = generator.flow(images, labels, batch_size=batch_size, shuffle=False)
    ### BEGIN SOLUTION
    return next(iterator)
    ### END SOLUTION


# %% Bug 5: the next batch nbgrader={"grade_id": "test_first_batch", "grade": true, "points": 1}
from course.checks import keras_cnn as check

check.first_batch(first_batch)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.first_batch(first_batch)
### END HIDDEN TESTS

# %% [markdown]
# Bug 3 shows on a learning curve: the validation stays at guessing, whatever the training does. Why, the test of section 4
# tells: shuffle, then look at a few images with their labels. Bug 4 shows on no curve at all, it makes all numbers better.
# Against it helps only to look at the data before any number: which images are on which side?

# %% [markdown]
# ## Stretch: where does it look? (about 25 minutes, 2 points)
#
# For those who like to go on. Cover a patch of the image with zeros, and see how far the probability of the right class
# falls: where it falls far, the network looked. Do this for every patch, side by side, and the answers form a map. (M.
# Zeiler and R. Fergus, *Visualizing and understanding convolutional networks*, 2014.)
#
# Write `occlusion_map(model, image, label, patch)` for one image (H, W, C), whose sides are multiples of `patch`. Return
# an array of shape (H / patch, W / patch): the probability of `label` for the whole image, minus that with the patch
# covered.
#
# <details><summary>Hint</summary>
#
# Copy the image once for each patch, cover the patch in the copy, and put all the copies into one batch, with the
# whole image as the first: then the network has to run once only. `np.asarray(model(batch, training=False))` has the
# shape (N, classes).
#
# </details>


# %% nbgrader={"grade_id": "occlusion_map", "solution": true}
def occlusion_map(model, image, label, patch):
    """Measure how much each patch of an image matters for a class.

    Parameters
    ----------
    model : keras.Model
        Gives probabilities (N, classes) for images (N, H, W, C).
    image : numpy.ndarray
        Shape (H, W, C); H and W are multiples of `patch`.
    label : int
        The class.
    patch : int
        Side of a patch, in pixels.

    Returns
    -------
    numpy.ndarray
        Shape (H / patch, W / patch): by how much the class's probability falls with the patch covered.
    """
    ### BEGIN SOLUTION
    rows, columns = image.shape[0] // patch, image.shape[1] // patch
    copies = []
    for row in range(rows):
        for column in range(columns):
            # A fresh copy each time: otherwise covered patches stay covered.
            covered = image.copy()
            covered[row * patch : (row + 1) * patch, column * patch : (column + 1) * patch] = 0
            copies.append(covered)
    whole, *each = np.asarray(model(np.stack([image, *copies]), training=False))[:, label]
    return whole - np.reshape(each, (rows, columns))
    ### END SOLUTION


# %% Stretch: the occlusion map nbgrader={"grade_id": "test_occlusion_map", "grade": true, "points": 2}
from course.checks import keras_cnn as check

check.occlusion_map(occlusion_map)
### BEGIN HIDDEN TESTS
from autograder.checks import keras_cnn as hidden

hidden.occlusion_map(occlusion_map)
### END HIDDEN TESTS

# %% [markdown]
# *What you should see: four digits, and under each its map: white where a patch does not matter, purple where the
# network needs it, and perhaps orange where it reads the digit better without. Each map has its own scale: its title
# says by how much the digit's probability falls at its darkest patch.*

# %% tags=["illustration"]
model, _ = trained_digits()
images = prepare_images(digits.x_test[:4])
maps = [occlusion_map(model, image, label, 4) for image, label in zip(images, digits.y_test, strict=False)]

display(show_images(list(images), [f"a {label}" for label in digits.y_test[:4]]))
show_images(maps, [f"falls by up to {fall.max():.1%}" for fall in maps], cmap="PuOr")

# %% [markdown]
# ## Can you now…
#
# - bring an array of bytes and its labels into the form that a network takes, and say why not by its own maximum?
# - fill in the shapes and parameters of a CNN on paper, with valid and with same padding?
# - say which loss belongs to ten classes with one-hot labels, to ten with whole numbers, to two; and what it must be
#   before training?
# - tell from two curves what to do next?
# - say why flattening makes a network heavy, what global average pooling saves, and what it loses?
# - make datasets from folders of which you know that no photo is on both sides?
# - read a confusion matrix by rows, and find the mistakes that are worth looking at?
#
# Then *Kernel → Restart Kernel and Run All Cells*, *Validate*, save and submit. The next notebook, `04_augmentation`,
# does something about overfitting: it makes more images out of few.
