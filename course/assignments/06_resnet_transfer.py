# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   autograder: {cell_seconds: 60, call_seconds: 30, notebook_seconds: 300}
# ---

# %% [markdown]
# # Standing on shoulders: transfer learning
#
# Every network so far began with random numbers, and learned all it knew from the images of its task. Yet edges,
# textures and corners are the same for digits, forests and X-rays. A network that has learned them once can lend
# them: this is **transfer learning**, and it is how most networks are made today. When you have finished, you will be
# able to
#
# - say what a pretrained network wants done to a photo, and find out whether it gets it;
# - put a head on a frozen backbone, for two classes and for ten, and count what learns;
# - turn photos into features once, and train on those in seconds;
# - compare four ways to learn from twenty images a class, fairly;
# - fine-tune: four steps, each of which can be left out without an error message;
# - choose the way that fits how much data you have, and of what kind;
# - see where a network looks, with Grad-CAM, and let it look at a picture of your own.
#
# **Time:** about three hours; each exercise names its own. **What comes before:** `03_keras_cnn`, and the residual
# block of `05_architectures`. **Points:** 40, of which 3 are for an answer in words and 2 for the stretch.

# %% [markdown]
# The next cell imports what we need (TensorFlow takes some seconds; lines about CUDA or oneDNN are notes, not
# errors). As before, a cell that shows something may call your functions: until they are written it ends in
# `NotImplementedError`. Go on, and run it again later.

# %%
from functools import cache

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras.applications.resnet50 import preprocess_input

from course.data import load_objects, scenes_folder
from course.figures import (
    compare_images,
    plot_bars,
    plot_lines,
    show_confusion,
    show_heat,
    show_images,
    show_maps,
    show_mistakes,
    use_course_style,
)
from course.models import card, load_backbone, split_model
from course.photos import load_photo
from course.training import fit, full

use_course_style()
tf.get_logger().setLevel("ERROR")  # no notes about functions that are traced again

# %% [markdown]
# ## 1. What a pretrained network wants
#
# The best-known pretrained network is **ResNet50**: fifty layers with weights, trained on 1.2 million photos of a
# thousand kinds of things, the data set ImageNet. In Keras it is one line, `keras.applications.ResNet50()`, and a
# download of 100 megabytes.
#
# It comes with a condition that the line does not mention. A network expects its images treated just as those it learned
# from, and ResNet50 learned from images of bytes, **blue first**, from which the **mean** of each colour was taken
# off:
#
# | channel of the result | taken from | minus its mean |
# |---|---|---|
# | 0 | blue | 103.939 |
# | 1 | green | 116.779 |
# | 2 | red | 123.68 |
#
# Our photos have red first and values from 0 to 255. Nothing is divided. This recipe is older than most
# frameworks, and other networks have others: MobileNetV2 wants −1 to 1, EfficientNet the bytes as they are. In Keras each
# family has its own `preprocess_input`.

# %% [markdown]
# ### Exercise: `resnet_input` (about 15 minutes, 3 points)
#
# Write `resnet_input(images)`: it takes photos (N, H, W, 3), red first, bytes or floats from 0 to 255, and
# returns what ResNet50 wants: a new array of floats. The photos themselves stay as they are.
#
# <details><summary>Hint 1: the turn</summary>
#
# A slice with a step of −1 reads an axis backwards: `images[..., ::-1]`.
#
# </details>
# <details><summary>Hint 2: the means</summary>
#
# An array of three numbers is taken off the last axis of any photo by itself: NumPy repeats it for every
# pixel. In which order do the three stand, after the turn?
#
# </details>


# %% nbgrader={"grade_id": "resnet_input", "solution": true}
def resnet_input(images):
    """Bring photos into the form that ResNet50 learned from.

    Parameters
    ----------
    images : numpy.ndarray
        Shape (N, H, W, 3), red, green, blue, 0 to 255.

    Returns
    -------
    numpy.ndarray
        A new array of floats, shape (N, H, W, 3): blue, green, red, each minus its mean.
    """
    ### BEGIN SOLUTION
    # Turn first: the means then stand in the order of the channels.
    return images[..., ::-1] - np.array([103.939, 116.779, 123.68])
    ### END SOLUTION


# %% ResNet50's input: the means nbgrader={"grade_id": "test_resnet_input", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.resnet_input(resnet_input)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.resnet_input(resnet_input)
### END HIDDEN TESTS

# %% ResNet50's input: blue first nbgrader={"grade_id": "test_resnet_input_colours", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.resnet_input_colours(resnet_input)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.resnet_input_colours(resnet_input)
### END HIDDEN TESTS

# %% ResNet50's input: a new array nbgrader={"grade_id": "test_resnet_input_new", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.resnet_input_new(resnet_input)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.resnet_input_new(resnet_input)
### END HIDDEN TESTS

# %% [markdown]
# Keras's own `preprocess_input` should give the same. One warning: it writes into the array that it gets, if that holds
# floats already. This is why the next cell gives it a copy.
#
# *What you should see: a flower three times, first in its colours; then twice the same red and blue exchanged, brought to
# 0…255 for the eye; the last panel is light grey and says "difference: none".*

# %% tags=["illustration"]
photo = load_photo("flower", size=(280, 420))
means = np.array([103.939, 116.779, 123.68])
expected = preprocess_input(photo[None].astype("float32").copy())[0]
yours = resnet_input(photo[None])[0]

compare_images(
    (expected + means) / 255, (yours + means) / 255, input=photo, title="As ResNet50 sees it", tolerance=1e-4
)

# %% [markdown]
# ### Four ways to feed it, three of them wrong
#
# None of the mistakes that people make here raises an error. Think of a photo that holds every byte from 0 to 255 in every
# colour. **Predict** the smallest and the largest number that reaches ResNet50's first layer, when the photo is
#
# 1. preprocessed once, as it should be;
# 2. divided by 255 first, and then preprocessed;
# 3. preprocessed twice, once in the program and once more inside the model;
# 4. not preprocessed at all.

# %% [markdown]
# ### Exercise: `input_ranges` (about 10 minutes, 2 points)
#
# Let `input_ranges()` return your four pairs, (smallest, largest), in a list. Half a unit more or less does not
# matter. The public checks look only at the form; the cell below them lets Keras answer. Write your numbers down before
# you run it.
#
# <details><summary>Hint</summary>
#
# The smallest number comes from a black pixel in the channel whose mean is largest, the largest from a white one
# where it is smallest. And the second pass turns the channels *back*: which mean is then taken off what was red?
#
# </details>


# %% nbgrader={"grade_id": "input_ranges", "solution": true}
def input_ranges():
    """Predict what reaches ResNet50's first layer in four cases.

    Returns
    -------
    list of (float, float)
        Smallest and largest number: preprocessed once, from [0, 1], preprocessed twice, not preprocessed.
    """
    ### BEGIN SOLUTION
    once = (0 - 123.68, 255 - 103.939)
    from_one = (0 - 123.68, 1 - 103.939)
    # Red and blue lose both of the outer means, green its own mean twice.
    twice = (0 - 2 * 116.779, 255 - (103.939 + 123.68))
    return [once, from_one, twice, (0, 255)]
    ### END SOLUTION


# %% Predicted ranges: once, from [0, 1] nbgrader={"grade_id": "test_input_ranges", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.input_ranges(input_ranges)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.input_ranges(input_ranges)
### END HIDDEN TESTS

# %% Predicted ranges: twice, not at all nbgrader={"grade_id": "test_input_ranges_faults", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.input_ranges_faults(input_ranges)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.input_ranges_faults(input_ranges)
### END HIDDEN TESTS

# %% tags=["illustration", "check-output"]
every_byte = np.repeat(np.arange(256, dtype="float32"), 3).reshape(1, 16, 16, 3)

for name, fed in (
    ("once", preprocess_input(every_byte.copy())),
    ("from [0, 1]", preprocess_input(every_byte / 255)),
    ("twice", preprocess_input(preprocess_input(every_byte.copy()))),
    ("not at all", every_byte),
):
    print(f"{name:<12} from {fed.min():>4.0f} to {fed.max():>4.0f}")

# %% [markdown]
# Look at the second line: what were 256 shades of a colour lies within a single unit now, far in the negative. To the network
# every photo is a nearly black one. This very mistake stands in a published comparison on mountains and forests: ResNet50 came to
# an accuracy of 0.656 there, and a network of two convolutions, trained from nothing, to 0.944. The author concluded
# that the small network was the better one.
#
# So make it a habit to print `min` and `max` of what reaches the first layer. And better still, leave no room for the
# mistake: put the preprocessing **inside the model**, so that everybody, you in a year included, can give it photos as
# they are.

# %% [markdown]
# ### Exercise: `with_preprocessing` (about 15 minutes, 2 points)
#
# Write `with_preprocessing(network)`. The network wants what ResNet50 wants and knows nothing of preprocessing.
# Return a model that takes photos of any size, red first, 0 to 255, and gives what the network gives for them
# when they are preprocessed.
#
# <details><summary>Hint</summary>
#
# A model is described by its input and its output: `keras.Model(images, outputs)`. The input is a `keras.Input` with a shape; `None`
# in the place of height and width means that any will do. `preprocess_input` works on such a tensor as it does on an
# array, and a network can be called like a layer.
#
# </details>


# %% nbgrader={"grade_id": "with_preprocessing", "solution": true}
def with_preprocessing(network):
    """Put ResNet50's preprocessing in front of a network.

    Parameters
    ----------
    network : keras.Model
        Wants photos as ResNet50 does: blue first, means taken off.

    Returns
    -------
    keras.Model
        Takes photos (N, H, W, 3) of any size, red first, 0 to 255; gives what the network gives.
    """
    ### BEGIN SOLUTION
    images = keras.Input((None, None, 3))
    return keras.Model(images, network(preprocess_input(images)))
    ### END SOLUTION


# %% Preprocessing inside: the maps nbgrader={"grade_id": "test_with_preprocessing", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.with_preprocessing(with_preprocessing)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.with_preprocessing(with_preprocessing)
### END HIDDEN TESTS

# %% Preprocessing inside: any size nbgrader={"grade_id": "test_with_preprocessing_sizes", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.with_preprocessing_sizes(with_preprocessing)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.with_preprocessing_sizes(with_preprocessing)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A backbone that comes with the course
#
# ResNet50 needs a download, and patience on a computer without a graphics card. So the course brings a small relative,
# trained by the project itself: a ResNet of nine residual blocks, the very ones of `05_architectures`, that has learned
# CIFAR-10, 50,000 photos of ten kinds of things, 32×32 pixels each. Its **card** says how.

# %% tags=["illustration"]
for key, value in card().items():
    if isinstance(value, (str, int, float)):
        print(f"{key:>14}  {value}")

# %% [markdown]
# `load_backbone()` gives this network without its last two layers, the average and the ten classes. What is left is called the
# **backbone**: photos in, feature maps out. It takes bytes from 0 to 255 and does what it wants done to them inside (you
# have just written how), and so do `load_backbone("resnet50")`, `"vgg16"` and `"mobilenet_v2"`, which load the large
# ones.
#
# **Predict:** the photo below has 64×96 pixels, and two of the three stages halve its size. What is the shape of the maps?
#
# *What you should see: a Chinese tower in front of trees; then its 64 maps, small pictures in yellow and green on
# violet. In some of them the roof lights up, in others the sky or the trees; many are nearly dark.*

# %% tags=["illustration"]
photo = load_photo("china", size=(384, 576))[::6, ::6]
maps = load_backbone()(photo[None].astype("float32"), training=False)[0]

display(show_images([photo]))
print("maps:", maps.shape)
show_maps(maps, columns=8, title="What the backbone makes of it")

# %% [markdown]
# ## 3. A head on a frozen backbone
#
# The backbone has learned to see. What it has not learned is our question: forest or mountain? That is the business of a
# new **head**:
#
# | | layer | what it gives |
# |---|---|---|
# | | photos, 0 to 255 | H × W × 3 |
# | 1 | the backbone, **frozen** | maps |
# | 2 | global average pooling | one number a map |
# | 3 | dense, 1024 units, ReLU | 1024 |
# | 4 | dense, 1 unit, sigmoid | the probability of a mountain |
#
# *Frozen* means that training leaves its numbers alone: `backbone.trainable = False`. This flag reaches every layer inside.
# It does two things, and the second is easily forgotten: the weights get no more gradients, and
# BatchNormalization stops following the batches and keeps the averages that it has.
#
# Why freeze? The head begins with random numbers, and its first gradients are large and mean nothing. They would run
# back into the backbone and spoil within seconds what took hours to learn.

# %% [markdown]
# ### Exercise: `transfer_parameters` (about 10 minutes, 2 points)
#
# On paper: how many parameters does the head have, weights and biases, for
#
# 1. ResNet50, which ends in 2,048 maps, with the head of the table;
# 2. VGG16, which ends in 512 maps, with 1024 units as before, but ten classes at the end;
# 3. ResNet50 as in 1, but with Flatten instead of the average, for photos of 224×224, which it turns into maps of 7×7?
#
# Let `transfer_parameters()` return the three numbers in a list. The public checks look only at the form. Keras will count the
# first two below; the third would need a network that nobody should build.


# %% nbgrader={"grade_id": "transfer_parameters", "solution": true}
def transfer_parameters():
    """Predict how many parameters learn when the backbone is frozen.

    Returns
    -------
    list of int
        Parameters of the head on ResNet50, on VGG16 with ten classes, and on ResNet50's flattened maps.
    """
    ### BEGIN SOLUTION
    resnet = (2048 + 1) * 1024 + (1024 + 1)
    vgg = (512 + 1) * 1024 + (1024 + 1) * 10
    flattened = (7 * 7 * 2048 + 1) * 1024 + (1024 + 1)
    return [resnet, vgg, flattened]
    ### END SOLUTION


# %% Predicted parameters: averaged maps nbgrader={"grade_id": "test_transfer_parameters", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.transfer_parameters(transfer_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.transfer_parameters(transfer_parameters)
### END HIDDEN TESTS

# %% Predicted parameters: flattened maps nbgrader={"grade_id": "test_transfer_parameters_flatten", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.transfer_parameters_flatten(transfer_parameters)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.transfer_parameters_flatten(transfer_parameters)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: `build_transfer_model` (about 25 minutes, 5 points)
#
# Write `build_transfer_model(backbone)`: it freezes the backbone, puts the head of the table on it, compiles the model for
# labels that are 0 or 1, with an optimizer of your choice and accuracy, and returns it.
#
# The backbone takes photos as they are, so nothing else is to be done to them. It may be any of the four, and the photos may
# have any size: leave height and width of the input open, with `None`. As always, only what the model is and does
# counts, not how it is written.
#
# <details><summary>Hint: a network as a layer</summary>
#
# A whole network can stand in the list of a `keras.Sequential`, behind the input, as if it were one layer. Written as functions
# it is `maps = backbone(images)`.
#
# </details>
# <details><summary>Hint: what to freeze</summary>
#
# `backbone.trainable = False` before you compile. `model.trainable = False` would freeze the head as well: then nothing
# learns at all.
#
# </details>


# %% nbgrader={"grade_id": "build_transfer_model", "solution": true}
def build_transfer_model(backbone):
    """Put a head for two classes on a frozen backbone, and compile.

    Parameters
    ----------
    backbone : keras.Model
        Takes photos (N, H, W, 3), 0 to 255; gives maps.

    Returns
    -------
    keras.Model
        Takes such photos; gives the probability of class 1, (N, 1).  Only its head learns.
    """
    ### BEGIN SOLUTION
    # The backbone's flag, not the model's: the head has to learn.
    backbone.trainable = False
    model = keras.Sequential(
        [
            keras.Input((None, None, 3)),
            backbone,
            layers.GlobalAveragePooling2D(),
            layers.Dense(1024, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% Transfer: the layers nbgrader={"grade_id": "test_build_transfer_model", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_transfer_model(build_transfer_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_transfer_model(build_transfer_model)
### END HIDDEN TESTS

# %% Transfer: the activations nbgrader={"grade_id": "test_build_transfer_model_activations", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_transfer_model_activations(build_transfer_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_transfer_model_activations(build_transfer_model)
### END HIDDEN TESTS

# %% Transfer: compiled nbgrader={"grade_id": "test_build_transfer_model_compiled", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_transfer_model_compiled(build_transfer_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_transfer_model_compiled(build_transfer_model)
### END HIDDEN TESTS

# %% Transfer: the backbone is frozen nbgrader={"grade_id": "test_build_transfer_model_frozen", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_transfer_model_frozen(build_transfer_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_transfer_model_frozen(build_transfer_model)
### END HIDDEN TESTS

# %% Transfer: the head learns nbgrader={"grade_id": "test_build_transfer_model_step", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_transfer_model_step(build_transfer_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_transfer_model_step(build_transfer_model)
### END HIDDEN TESTS

# %% [markdown]
# Do not take the flag's word for it. One training step, and then: which numbers have changed? **Predict** for each line
# of the table below whether it says "changed".

# %% tags=["illustration", "check-output"]
model = build_transfer_model(load_backbone())
before = [weight.numpy().copy() for weight in model.weights]
model.train_on_batch(
    np.random.default_rng(0).uniform(0, 255, (4, 32, 32, 3)).astype("float32"), np.array([0, 1, 0, 1])
)

head = len(model.weights) - 4
changed = [not np.array_equal(was, weight.numpy()) for was, weight in zip(before, model.weights, strict=True)]
print(f"arrays of the backbone: {head}, changed: {sum(changed[:head])}")
print(f"arrays of the head:     4, changed: {sum(changed[head:])}")

# %% [markdown]
# ### Exercise: `build_classes_model` (about 10 minutes, 4 points)
#
# For more than two classes only the end changes. Write `build_classes_model(backbone, classes)`: frozen backbone, global
# average pooling, Dense 1024, and a dense layer with one unit a class and softmax, compiled for labels that are whole
# numbers.


# %% nbgrader={"grade_id": "build_classes_model", "solution": true}
def build_classes_model(backbone, classes):
    """Put a head for several classes on a frozen backbone, and compile.

    Parameters
    ----------
    backbone : keras.Model
        Takes photos (N, H, W, 3), 0 to 255; gives maps.
    classes : int
        How many classes there are.

    Returns
    -------
    keras.Model
        Takes such photos; gives probabilities (N, classes); compiled for labels that are whole numbers.
    """
    ### BEGIN SOLUTION
    backbone.trainable = False
    model = keras.Sequential(
        [
            keras.Input((None, None, 3)),
            backbone,
            layers.GlobalAveragePooling2D(),
            layers.Dense(1024, activation="relu"),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% Ten classes: the layers nbgrader={"grade_id": "test_build_classes_model", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_classes_model(build_classes_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_classes_model(build_classes_model)
### END HIDDEN TESTS

# %% Ten classes: the activations nbgrader={"grade_id": "test_build_classes_model_activations", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_classes_model_activations(build_classes_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_classes_model_activations(build_classes_model)
### END HIDDEN TESTS

# %% Ten classes: compiled nbgrader={"grade_id": "test_build_classes_model_compiled", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_classes_model_compiled(build_classes_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_classes_model_compiled(build_classes_model)
### END HIDDEN TESTS

# %% Ten classes: the backbone is frozen nbgrader={"grade_id": "test_build_classes_model_frozen", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.build_classes_model_frozen(build_classes_model)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.build_classes_model_frozen(build_classes_model)
### END HIDDEN TESTS

# %% [markdown]
# Now the two famous ones. To count we do not need what they have learned, so `weights=None` spares the download. Compare
# with your paper.

# %% tags=["illustration", "check-output"]
for name, model in (
    ("ResNet50", build_transfer_model(load_backbone("resnet50", weights=None))),
    ("VGG16", build_classes_model(load_backbone("vgg16", weights=None), 10)),
):
    learns = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    print(f"{name:<9} {learns:>9,} parameters learn, {model.count_params() - learns:>10,} are frozen")
del model

# %% [markdown]
# With Flatten the head on ResNet50 alone would be four times as large as the whole network below it. The average keeps
# one number a map, and makes the model indifferent to the size of the photos.

# %% [markdown]
# ## 4. Few photos, and features
#
# The task is that of `03_keras_cnn`, forests and mountains, but with **20 photos of each**, as if you had taken them
# yourself on a Sunday. (Unless your instructor has set up real data they are drawings, small ones; what holds for
# real photos stands below.) `scenes` reads the photos of a folder into arrays; the ones in the folder `test` say how good
# a network is.

# %%
SIZE = 64 if full() else 32  # pixels
folder = cache(scenes_folder)


@cache
def scenes(part):
    """Photos (N, SIZE, SIZE, 3), 0 to 255, and labels (N,) of the folder `train` or `test`: forest 0, mountain 1."""
    dataset = keras.utils.image_dataset_from_directory(
        folder() / part, image_size=(SIZE, SIZE), batch_size=None, shuffle=False, verbose=False
    )
    photos, labels = zip(*dataset.as_numpy_iterator(), strict=True)
    return np.stack(photos), np.array(labels)


# %% [markdown]
# ### Exercise: `few_per_class` (about 10 minutes, 2 points)
#
# Write `few_per_class(labels, count, seed)`: draw `count` images of each class at random, none of them twice, and return
# their **places** in `labels`, in any order. The same seed gives the same places, and each class gets draws of its own: the
# third forest does not bring the third mountain with it.
#
# Why of each class by itself? Of 40 photos drawn from all of them, 28 could be mountains by chance, and what you compare
# later would differ for this reason alone.
#
# <details><summary>Hint</summary>
#
# For one class: `np.flatnonzero(labels == number)` gives its places, and the method `choice` of a generator draws from
# them; with `replace=False` none comes twice. Make the generator once, from the seed, before you go through the classes.
#
# </details>


# %% nbgrader={"grade_id": "few_per_class", "solution": true}
def few_per_class(labels, count, seed):
    """Draw a few images of each class.

    Parameters
    ----------
    labels : numpy.ndarray
        Whole numbers, shape (N,).
    count : int
        How many images of each class.
    seed : int
        The same seed gives the same images.

    Returns
    -------
    numpy.ndarray
        Places in `labels`, shape (classes * count,).
    """
    ### BEGIN SOLUTION
    generator = np.random.default_rng(seed)
    places = [
        generator.choice(np.flatnonzero(labels == number), count, replace=False)
        for number in np.unique(labels)
    ]
    return np.concatenate(places)
    ### END SOLUTION


# %% Few images: as many of each nbgrader={"grade_id": "test_few_per_class", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.few_per_class(few_per_class)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.few_per_class(few_per_class)
### END HIDDEN TESTS

# %% Few images: drawn at random nbgrader={"grade_id": "test_few_per_class_drawn", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.few_per_class_drawn(few_per_class)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.few_per_class_drawn(few_per_class)
### END HIDDEN TESTS

# %% [markdown]
# *What you should see: eight small pictures, four forests and four mountains: a few of the forty.*

# %% tags=["illustration"]
photos, labels = scenes("train")
places = few_per_class(labels, 4, seed=0)

show_images(list(photos[places].astype("uint8")), [("forest", "mountain")[n] for n in labels[places]])

# %% [markdown]
# ### Once is enough
#
# A frozen backbone gives the same maps for the same photo in every epoch. So why compute them in every epoch? Do it
# once, keep the averages, and train the head on those. These numbers, one a map, are called the photo's
# **features**; with 64 of them instead of 3,072 bytes a training takes seconds, and nothing of what comes out changes.

# %% [markdown]
# ### Exercise: `average_features` (about 15 minutes, 3 points)
#
# Write `average_features(backbone, images, batch_size)`: the average of each map over its rows and columns, for every
# image, as an array of shape (N, maps). Give the backbone `batch_size` images at a time, since the maps of all of them
# together may not fit into memory.
#
# And the backbone must work as at inference, `backbone(batch, training=False)`, so that what it makes of a photo does not
# depend on which others are in the batch.
#
# <details><summary>Hint</summary>
#
# `range(0, len(images), batch_size)` gives the beginning of each batch, and a slice that runs over the end just
# stops there. `np.mean(maps, axis=(1, 2))` averages; collect in a list, and join with `np.concatenate`.
#
# </details>


# %% nbgrader={"grade_id": "average_features", "solution": true}
def average_features(backbone, images, batch_size):
    """Turn images into features, batch by batch.

    Parameters
    ----------
    backbone : keras.Model
        Takes images; gives maps (N, H', W', C).
    images : numpy.ndarray
        Shape (N, H, W, 3), 0 to 255.
    batch_size : int
        How many images the backbone gets at a time.

    Returns
    -------
    numpy.ndarray
        Shape (N, C).
    """
    ### BEGIN SOLUTION
    features = []
    for start in range(0, len(images), batch_size):
        # As at inference: in training mode a photo's features would depend on its batch.
        maps = backbone(images[start : start + batch_size], training=False)
        features.append(np.mean(maps, axis=(1, 2)))
    return np.concatenate(features)
    ### END SOLUTION


# %% Features: the averages nbgrader={"grade_id": "test_average_features", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.average_features(average_features)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.average_features(average_features)
### END HIDDEN TESTS

# %% Features: the last batch nbgrader={"grade_id": "test_average_features_last", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.average_features_last(average_features)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.average_features_last(average_features)
### END HIDDEN TESTS

# %% Features: as at inference nbgrader={"grade_id": "test_average_features_quiet", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.average_features_quiet(average_features)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.average_features_quiet(average_features)
### END HIDDEN TESTS

# %% [markdown]
# With features at hand, the mistake of section 1 can be measured. Below the same head learns from the same forty photos,
# fed to the backbone in two ways: as they are, and in [0, 1]. Our backbone divides by 127.5 and takes 1 off by itself: so
# what does it get in the second case? **Predict** both accuracies on the test photos.
#
# `head_on` trains the head alone, on features, and gives its accuracy on the test photos after each epoch. Of these we
# report the mean of the last five: with forty photos a single epoch is a matter of luck.


# %% tags=["illustration"]
EPOCHS = 10


@cache
def few(seed=0):
    photos, labels = scenes("train")
    places = few_per_class(labels, 20, seed)
    return photos[places], labels[places]


def late(curve):
    return np.mean(curve[-5:])


@cache
def head_on(weights="pretrained", scale=1, seed=0):
    (x, y), (x_test, y_test) = few(seed), scenes("test")
    keras.utils.set_random_seed(1)
    backbone = load_backbone(weights=weights)
    learned, tested = (average_features(backbone, images * scale, 64) for images in (x, x_test))
    head = keras.Sequential([keras.Input(learned.shape[1:]), layers.Dense(1024, activation="relu")])
    head.add(layers.Dense(1, activation="sigmoid"))
    head.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    options = {"batch_size": 8, "validation_data": (tested, y_test), "lines": False}
    return fit(head, learned, y, epochs=EPOCHS, **options).history["val_accuracy"]


fed = {"0 to 255, as it should be": head_on(), "in [0, 1]": head_on(scale=1 / 255)}
plot_bars(
    {name: late(curve) for name, curve in fed.items()}, label="accuracy on the test photos", form="{:.2f}"
)

# %% [markdown]
# *What you should see: two bars, the upper one close to 1, the lower one far shorter: a coin would reach 0.50.*
#
# No error, no warning: only a network that guesses. If transfer learning does not work for you, look at the
# range of your images first.

# %% [markdown]
# ## 5. Four ways to learn from forty photos
#
# Now the comparison that this notebook is about. The photos, the architecture, the head and the number of epochs are
# the same in all four:
#
# | | backbone begins with | backbone learns |
# |---|---|---|
# | **from scratch** | random numbers | yes |
# | **random, frozen** | random numbers | no |
# | **pretrained, frozen** | what it learned from CIFAR-10 | no |
# | **fine-tuned** | what it learned from CIFAR-10 | first not, then its last block |
#
# **Predict** the order of the four. And a question whose answer surprises many: is a *random* frozen backbone any better
# than a coin?
#
# The first three can be trained already. The two frozen ones learn from features, which is the same and much quicker. After
# each epoch we look at the test photos, to draw curves: nothing is chosen by them.


# %% tags=["illustration"]
@cache
def from_scratch(seed=0):
    keras.utils.set_random_seed(1)
    backbone = load_backbone(weights=None)
    model = build_transfer_model(backbone)
    backbone.trainable = True  # and compile again: section 6 says why
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    options = {
        "batch_size": 8,
        "validation_data": scenes("test"),
        "validation_batch_size": 100,
        "lines": False,
    }
    return fit(model, *few(seed), epochs=EPOCHS, **options).history["val_accuracy"]


print(f"from scratch        {late(from_scratch()):.2f}")
print(f"random, frozen      {late(head_on(weights=None)):.2f}")
print(f"pretrained, frozen  {late(head_on()):.2f}")

# %% [markdown]
# ## 6. Fine-tuning
#
# The head now knows what it is looking for. So its gradients mean something, and the backbone may begin to follow them,
# a little: this is **fine-tuning**. It has four steps, and each of them is left out every day, somewhere:
#
# 1. **Unfreeze the last block only.** The first layers see edges, which are right for everything. The last ones see parts
#    of cars and birds, which are not. `backbone.trainable = True` unfreezes *every* layer in it: so freeze those again whose
#    names do not begin with the block's. (`model.trainable = True` does nothing here: the model's flag is true already, only
#    the backbone's is not.)
# 2. **Keep BatchNormalization frozen**, in the block, too. Its averages come from 50,000 photos; batches of eight would replace
#    them by something much worse. Old tutorials say that `training=False` in the call is enough. In today's Keras it is
#    not: what counts is the layer's own flag.
# 3. **Compile again.** The first training step after `compile` settles which weights learn, by which optimizer. Unfreeze after training and go
#    on without compiling, and the weights do not move; no message says so.
# 4. **Take a much lower learning rate**, a tenth or a hundredth. The numbers are good already: large steps destroy them.
#
# The layers' names begin with their block. Which ones belong to the last?

# %% tags=["illustration", "check-output"]
print(*(layer.name for layer in load_backbone().layers[-8:]), sep="\n")

# %% [markdown]
# In ResNet50 the names of the last block begin with `conv5_block3`, in VGG16 with `block5`. To find the backbone in a
# model, use `backbone_of`:


# %%
def backbone_of(model):
    """The backbone in a model: the one of its layers that is a model itself."""
    return next((layer for layer in model.layers if isinstance(layer, keras.Model)), model)


# %% [markdown]
# ### Exercise: `prepare_fine_tuning` (about 25 minutes, 5 points)
#
# Write `prepare_fine_tuning(model, block, learning_rate)` for a model as `build_transfer_model` returns it, whose head has been
# trained. Take the four steps: the layers of the backbone whose names begin with `block` learn, all others of the backbone
# do not, nor does any BatchNormalization; the head still learns. Compile again with a new optimizer that has this
# `learning_rate`, with binary crossentropy and accuracy. Return the model; do not train it yet.
#
# <details><summary>Hint 1: names and kinds</summary>
#
# `layer.name.startswith(block)` and `isinstance(layer, layers.BatchNormalization)` are true or false, and so is a
# flag: `layer.trainable = … and not …`.
#
# </details>
# <details><summary>Hint 2: the optimizer</summary>
#
# The word `"adam"` stands for Adam with a rate of 0.001. With another rate it is `keras.optimizers.Adam(learning_rate)`.
#
# </details>


# %% nbgrader={"grade_id": "prepare_fine_tuning", "solution": true}
def prepare_fine_tuning(model, block, learning_rate):
    """Let the last block of a model's backbone learn, carefully.

    Parameters
    ----------
    model : keras.Model
        A frozen backbone with a trained head, compiled.
    block : str
        How the names of the layers begin that shall learn.
    learning_rate : float
        For the new optimizer.

    Returns
    -------
    keras.Model
        The same model with other flags, compiled again.
    """
    ### BEGIN SOLUTION
    backbone = backbone_of(model)
    # First the whole, then its layers: the flag of a model overwrites those of all layers in it.
    backbone.trainable = True
    for layer in backbone.layers:
        normalises = isinstance(layer, layers.BatchNormalization)
        layer.trainable = layer.name.startswith(block) and not normalises
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% Fine-tuning: the block learns nbgrader={"grade_id": "test_prepare_fine_tuning", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.prepare_fine_tuning(prepare_fine_tuning)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.prepare_fine_tuning(prepare_fine_tuning)
### END HIDDEN TESTS

# %% Fine-tuning: the rest stays frozen nbgrader={"grade_id": "test_prepare_fine_tuning_before", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.prepare_fine_tuning_before(prepare_fine_tuning)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.prepare_fine_tuning_before(prepare_fine_tuning)
### END HIDDEN TESTS

# %% Fine-tuning: BatchNormalization stays frozen nbgrader={"grade_id": "test_prepare_fine_tuning_norm", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.prepare_fine_tuning_norm(prepare_fine_tuning)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.prepare_fine_tuning_norm(prepare_fine_tuning)
### END HIDDEN TESTS

# %% Fine-tuning: compiled again nbgrader={"grade_id": "test_prepare_fine_tuning_compiled", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.prepare_fine_tuning_compiled(prepare_fine_tuning)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.prepare_fine_tuning_compiled(prepare_fine_tuning)
### END HIDDEN TESTS

# %% Fine-tuning: a lower rate nbgrader={"grade_id": "test_prepare_fine_tuning_rate", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.prepare_fine_tuning_rate(prepare_fine_tuning)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.prepare_fine_tuning_rate(prepare_fine_tuning)
### END HIDDEN TESTS

# %% [markdown]
# The fourth way: half of the epochs for the head, the other half with the last block, so that it gets no more of them than
# the others. `split_model` cuts a model behind its last maps; while the backbone is frozen the head can learn from the maps
# alone.


# %% tags=["illustration"]
@cache
def fine_tuned(seed=0):
    keras.utils.set_random_seed(1)
    (x, y), (x_test, y_test) = few(seed), scenes("test")
    model = build_transfer_model(load_backbone())
    network, head = split_model(model)  # with the model's own layers: what the head learns, the model knows
    maps, tests = (np.array(network(images, training=False)) for images in (x, x_test))
    head.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    options = {"epochs": EPOCHS // 2, "batch_size": 8, "lines": False}
    first = fit(head, maps, y, validation_data=(tests, y_test), **options).history["val_accuracy"]
    model = prepare_fine_tuning(model, "block9", 1e-4)
    second = fit(model, x, y, validation_data=(x_test, y_test), **options).history["val_accuracy"]
    return model, first + second


print(f"fine-tuned          {late(fine_tuned()[1]):.2f}")

# %% [markdown]
# All four in one picture, as promised. Were you right about the order?
#
# *What you should see: four bars, and four curves of the accuracy on the test photos. The two pretrained ones rise at once
# and stay there: they are one curve until, half-way, fine-tuning begins. The one from scratch begins near one half, jumps up and down, and
# stays below them; so does the random frozen one.*

# %% tags=["illustration"]
curves = {
    "pretrained, frozen": head_on(),
    "fine-tuned": fine_tuned()[1],
    "random, frozen": head_on(weights=None),
    "from scratch": from_scratch(),
}

display(plot_bars({name: late(curve) for name, curve in curves.items()}, label="accuracy", form="{:.2f}"))
plot_lines(curves, x=np.arange(1, EPOCHS + 1), xlabel="epoch", ylabel="accuracy on the test photos")

# %% [markdown]
# One picture, one draw of forty photos, one seed. Before you believe it, write another seed, `head_on(seed=1)` and so on: a
# comparison that holds for one draw only is an anecdote. (The course's own tests repeat it for five.)
#
# Is the random frozen backbone better than a coin? A little: random filters are filters, too, and the head finds something in what
# they give. Fine-tuning changes little here, and that is a result, too: with forty photos there is little for a block of 74,000
# weights to learn that the head could not. With thousands it pays.
#
# ### And with real photos?
#
# The same four ways were measured on real photos of forests and mountains: forty to learn from, drawn anew five times, and 150 to
# test; accuracies are averages of the five. (`make real-data` measures them again, where the photos are.)
#
# | | our small backbone, 64 pixels | MobileNetV2, 96 pixels |
# |---|---|---|
# | from scratch | 0.90 | 0.50 |
# | random, frozen | 0.79 | 0.50 |
# | **pretrained, frozen** | **0.99** | **0.98** |
# | fine-tuned | 0.99 | 0.99 |
# | pretrained, frozen, photos wrongly in [0, 1] | 0.50 | 0.79 |
#
# Forty photos are enough, if the features come from elsewhere. MobileNetV2 from scratch only guesses: its
# BatchNormalization needs thousands of steps before its averages are of any use, and forty photos give fifty. And look at the last
# row: with the wrong range a better network may still look usable, so that nobody goes looking for the mistake.

# %% [markdown]
# ## 7. Which way when
#
# Two questions decide: how many images do you have, and are they like those that the backbone has learned from?
#
# | | **similar** images: photos of everyday things | **different** images: X-rays, radar, spectra |
# |---|---|---|
# | **few** (up to some hundreds) | **A** freeze the backbone, train a head | **C** cut the backbone earlier, after edges and textures; freeze, train a head |
# | **many** (tens of thousands) | **B** train a head, then fine-tune the last block | **D** train all layers, beginning with the pretrained weights |
#
# It is a rule of thumb. In between you try two ways, and let photos decide that neither of them has seen.

# %% [markdown]
# ### Exercise: `choose_strategy` (about 5 minutes, 2 points)
#
# You have a ResNet50 that has learned ImageNet. Which letter would you try first?
#
# 1. 60 photos of apples, sound or bruised.
# 2. 40,000 photos of dogs, of 120 breeds.
# 3. 80 microscope images of cells in false colours.
# 4. 500,000 radar images of sea ice, taken by a satellite.
# 5. 25 photos of each of eight bird species at a feeder.
# 6. 2 million spectrograms (pictures of sound) of whale calls.
#
# Let `choose_strategy()` return six letters in a list.


# %% nbgrader={"grade_id": "choose_strategy", "solution": true}
def choose_strategy():
    """Choose a way for each of six tasks.

    Returns
    -------
    list of str
        Six letters from "A" to "D".
    """
    ### BEGIN SOLUTION
    return ["A", "B", "C", "D", "A", "D"]
    ### END SOLUTION


# %% Which way: few images nbgrader={"grade_id": "test_choose_strategy", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.choose_strategy(choose_strategy)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.choose_strategy(choose_strategy)
### END HIDDEN TESTS

# %% Which way: many images nbgrader={"grade_id": "test_choose_strategy_many", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.choose_strategy_many(choose_strategy)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.choose_strategy_many(choose_strategy)
### END HIDDEN TESTS

# %% [markdown]
# ### A question in words (about 10 minutes, 3 points)
#
# A colleague writes: "I tried transfer learning for our 300 photos of leaves, with ResNet50, as everybody recommends. I
# load the photos with `Rescaling(1 / 255)`, as I always do, and `preprocess_input` is inside the model. Frozen it came to 0.61. Then I
# unfroze everything and trained on, with Adam as before: 0.55, and the training accuracy is 1.00. Our own little CNN has
# 0.83. So ImageNet knows nothing about leaves." Answer in five to eight sentences. What explains the 0.61, and with which
# one line can it be seen? What went wrong in the second part (name at least two things)? And what do you advise?

# %% [markdown] nbgrader={"grade_id": "explain_leaves", "grade": true, "solution": true, "points": 3}
# ### BEGIN SOLUTION
# **Model answer.** The photos reach `preprocess_input` in [0, 1], and it takes more than 100 off every value: to ResNet50 they are
# all nearly black (−124 to −103), so that its features hardly differ from photo to photo. That explains 0.61. Printing the
# smallest and the largest value that comes into the model (or behind `preprocess_input`) shows it at once: 0 to 1 instead of
# 0 to 255. The remedy is to leave the rescaling out. In the second part everything was unfrozen: with 300 photos and 23
# million weights the network learns them by heart (training accuracy 1.00). The rate of Adam as before, 0.001, is far too
# high, and destroys what the layers had learned; BatchNormalization was unfrozen, too, so that its averages were replaced by
# those of small batches; and if the model was not compiled again, the flags may not even have had an effect. My advice:
# photos in 0 to 255, backbone frozen, a head of its own; then, if at all, only the last block, with BatchNormalization frozen,
# compiled again, at a hundredth of the rate; and compare on photos that neither network has seen.
#
# **Rubric.**
#
# - 1 point: the range: images in [0, 1] go into a preprocessing for 0 to 255 (or: rescaled twice), and a line that shows it,
#   such as `print(images.min(), images.max())`. Half a point without the line.
# - 1 point: two of: too many weights for 300 photos (overfitting, seen by 1.00 and 0.55); too high a learning rate;
#   BatchNormalization not frozen; not compiled again. Half a point for one.
# - 1 point: sound advice that follows from it: repair the input first, then frozen backbone with a head; fine-tune at most the
#   last block at a low rate; a fair comparison. Half a point if only the first part.
# ### END SOLUTION

# %% [markdown]
# ## 8. Where does it look? Grad-CAM
#
# A network may be right for the wrong reason: it calls a picture a mountain because of the sky. **Grad-CAM** shows which
# places made it say so. (R. Selvaraju and others, *Grad-CAM: visual explanations from deep networks via gradient-based
# localization*, 2017.) The idea has three lines:
#
# - the last maps still know *where*: a bright place in a map is a place in the photo;
# - the gradient of the output with respect to a map says whether the output would rise if the map were brighter;
# - so add the maps, each weighted by the average of its gradient, and keep what is positive.
#
# First the gradients. `split_model` cuts a model behind its last maps, as before: `network` makes maps of a photo, `head`
# makes the output of the maps. In between we can watch.

# %% [markdown]
# ### Exercise: `maps_and_gradients` (about 15 minutes, 2 points)
#
# Write `maps_and_gradients(network, head, image, output)` for one photo (H, W, 3): return two arrays, the maps (H', W', C), and the
# gradients of the head's output number `output` with respect to these maps, of the same shape.
#
# A `tf.GradientTape` records what is computed inside its `with` block. It follows weights by itself; any other tensor only
# when told to, with `tape.watch`. Afterwards `tape.gradient(score, maps)` gives the gradients.
#
# <details><summary>Hint</summary>
#
# In the block: watch the maps, let the head work on them, and take one number from what comes out, `head(maps)[:, output]`.
#
# </details>


# %% nbgrader={"grade_id": "maps_and_gradients", "solution": true}
def maps_and_gradients(network, head, image, output):
    """Give the maps of a photo, and how an output would follow them.

    Parameters
    ----------
    network : keras.Model
        Takes photos (N, H, W, 3); gives maps (N, H', W', C).
    head : keras.Model
        Takes such maps; gives outputs (N, outputs).
    image : numpy.ndarray
        One photo, shape (H, W, 3), 0 to 255.
    output : int
        Number of the output.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        Maps, and gradients of the output with respect to them, both of shape (H', W', C).
    """
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        ### BEGIN SOLUTION
        # The tape follows weights by itself; the maps are none.
        tape.watch(maps)
        score = head(maps, training=False)[:, output]
        ### END SOLUTION
    ### BEGIN SOLUTION
    return maps[0].numpy(), tape.gradient(score, maps)[0].numpy()
    ### END SOLUTION


# %% Grad-CAM: the gradients nbgrader={"grade_id": "test_maps_and_gradients", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.maps_and_gradients(maps_and_gradients)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.maps_and_gradients(maps_and_gradients)
### END HIDDEN TESTS

# %% Grad-CAM: the maps nbgrader={"grade_id": "test_maps_and_gradients_maps", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.maps_and_gradients_maps(maps_and_gradients)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.maps_and_gradients_maps(maps_and_gradients)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: `heat_map` (about 15 minutes, 3 points)
#
# Write `heat_map(maps, gradients)` in NumPy, from two arrays (H, W, C):
#
# - the weight of a map is the average of its gradients, over rows and columns;
# - add the maps, each times its weight: one array (H, W);
# - negative values speak for other classes: they become 0;
# - divide by the largest value, so that it becomes 1; where nothing is positive, return zeros.
#
# Both arrays stay as they are.


# %% nbgrader={"grade_id": "heat_map", "solution": true}
def heat_map(maps, gradients):
    """Say how much each place speaks for an output.

    Parameters
    ----------
    maps, gradients : numpy.ndarray
        Shape (H, W, C).

    Returns
    -------
    numpy.ndarray
        Shape (H, W), 0 to 1.
    """
    ### BEGIN SOLUTION
    weights = gradients.mean(axis=(0, 1))
    heat = np.maximum(maps @ weights, 0)
    largest = heat.max()
    # Where nothing speaks for the output, dividing would give no numbers at all.
    return heat / largest if largest > 0 else heat
    ### END SOLUTION


# %% Heat map: the weighted sum nbgrader={"grade_id": "test_heat_map", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.heat_map(heat_map)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.heat_map(heat_map)
### END HIDDEN TESTS

# %% Heat map: what speaks against nbgrader={"grade_id": "test_heat_map_negative", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.heat_map_negative(heat_map)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.heat_map_negative(heat_map)
### END HIDDEN TESTS

# %% Heat map: where nothing speaks for it nbgrader={"grade_id": "test_heat_map_empty", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.heat_map_empty(heat_map)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.heat_map_empty(heat_map)
### END HIDDEN TESTS

# %% [markdown]
# Our network has a single output, the probability of a mountain. For a forest it is one minus that, so its gradient is the
# same with the other sign.
#
# *What you should see: four forests and four mountains, and below each the same picture with a glow, from dark violet to
# yellow: where it is bright, the network found what it was looking for.*

# %% tags=["illustration"]
model, _ = fine_tuned()
network, head = split_model(model)
photos, labels = scenes("test")
places = few_per_class(labels, 4, seed=3)

heats = []
for place in places:
    maps, gradients = maps_and_gradients(network, head, photos[place], 0)
    heats.append(heat_map(maps, gradients if labels[place] else -gradients))

show_heat(photos[places].astype("uint8"), heats, [("forest", "mountain")[n] for n in labels[places]])

# %% [markdown]
# Does it look at trees and peaks, or at the sky above them? Be careful with the answer: the maps are coarse (a quarter of the
# picture's height and width), and a bright place says that the network used it, not that it was right to.

# %% [markdown]
# ### The worst mistakes
#
# And what does it still get wrong? As in `03_keras_cnn`, the mistakes of which it was surest are the instructive ones.
#
# *What you should see: a matrix of two rows and two columns with large numbers on its diagonal; then up to six pictures
# that were mistaken, the surest first, or a line that says that there is none.*

# %% tags=["illustration"]
model, _ = fine_tuned()
photos, labels = scenes("test")
mountain = model.predict(photos, verbose=0)[:, 0]
guesses = (mountain > 0.5).astype(int)
matrix = [[int(np.sum((labels == true) & (guesses == guess))) for guess in (0, 1)] for true in (0, 1)]
wrong = np.flatnonzero(guesses != labels)
wrong = wrong[np.argsort(-np.abs(mountain[wrong] - 0.5))][:6]

display(show_confusion(matrix, ["forest", "mountain"]))
if len(wrong):
    display(
        show_mistakes(photos[wrong].astype("uint8"), labels[wrong], mountain[wrong], ["forest", "mountain"])
    )
else:
    print("no mistake on the test photos")

# %% [markdown]
# ### Your own picture
#
# Put a photo of yours beside this notebook, write its name between the quotes, and run the cell: without a name it takes the
# Chinese tower, which is neither. What does the network say, and where does it look?

# %% tags=["illustration"]
from PIL import Image

MY_PICTURE = ""  # such as "holiday.jpg"

picture = Image.open(MY_PICTURE).convert("RGB") if MY_PICTURE else Image.fromarray(load_photo("china"))
side = min(picture.size)
left, top = (picture.width - side) // 2, (picture.height - side) // 2
small = np.asarray(picture.crop((left, top, left + side, top + side)).resize((SIZE, SIZE)))
model, _ = fine_tuned()
mountain = float(model.predict(small[None].astype("float32"), verbose=0)[0, 0])
maps, gradients = maps_and_gradients(*split_model(model), small, 0)

show_heat([small], [heat_map(maps, gradients)], [f"a mountain at {mountain:.0%}"])

# %% [markdown]
# A network that knows forests and mountains must call everything one of the two, and it may be very sure of it. That a
# photo is *neither* is nothing that it could say.
#
# ### Ten classes, twenty images each
#
# The same backbone, another question: ten kinds of objects, drawn, with 20 images of each. The backbone learned from
# *photos* of the same kinds of things. **Predict:** how much of it is left for drawings? A coin with ten sides would reach
# 0.10. (Once is enough here, too: `split_model` cuts your model, and only its head is trained, on the maps.)

# %% tags=["illustration"]
objects = load_objects()
places = few_per_class(objects.y_train, 20, seed=0)
x, y = objects.x_train[places], objects.y_train[places]

for weights in ("pretrained", None):
    keras.utils.set_random_seed(0)
    network, head = split_model(build_classes_model(load_backbone(weights=weights), len(objects.classes)))
    maps, tests = (np.array(network(images, training=False)) for images in (x, objects.x_test))
    head.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    head.fit(maps, y, batch_size=20, epochs=EPOCHS, verbose=0)
    accuracy = head.evaluate(tests, objects.y_test, verbose=0)[1]
    print(f"{weights or 'random':<11} backbone, frozen: {accuracy:.2f}")

# %% [markdown]
# The real networks are only a name away. With a connection, or with their files in the folder that your instructor
# has set up, `load_backbone("mobilenet_v2")` gives a network that has seen 1.2 million photos and has only half as many
# weights again as ours; `load_backbone("resnet50")` one that is eighty times as large. Change the name in
# `head_on`, and give it larger photos: 96 pixels at least.

# %% [markdown]
# ## Stretch: a frozen normalisation costs nothing (about 20 minutes, 2 points)
#
# For those who like to go on. A frozen BatchNormalization does the same to every image: from each map it takes `mean`, divides by
# the root of `variance` + `epsilon`, multiplies by `gamma` and adds `beta`. That is a factor and a shift for each map. The
# convolution before it can do both by itself, if its kernel and its bias are chosen well. So, before networks are
# shipped to phones, their normalisations are **folded** into the convolutions, and vanish.
#
# Write `fold_norm(kernel, gamma, beta, mean, variance, epsilon)` for a convolution without bias, with a kernel of shape (kh, kw,
# C, F), and a BatchNormalization behind it, whose four arrays have shape (F,). Return the kernel and the bias of the one
# convolution that does what both did.


# %% nbgrader={"grade_id": "fold_norm", "solution": true}
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    """Fold a frozen BatchNormalization into the convolution before it.

    Parameters
    ----------
    kernel : numpy.ndarray
        Shape (kh, kw, C, F); the convolution has no bias.
    gamma, beta, mean, variance : numpy.ndarray
        Shape (F,), as BatchNormalization keeps them.
    epsilon : float
        What BatchNormalization adds to the variance.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        Kernel (kh, kw, C, F) and bias (F,) of a convolution that does both.
    """
    ### BEGIN SOLUTION
    # One factor a filter; filters are the last axis, so that NumPy repeats it along the others.
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, beta - factor * mean
    ### END SOLUTION


# %% Stretch: the folded kernel nbgrader={"grade_id": "test_fold_norm", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.fold_norm(fold_norm)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.fold_norm(fold_norm)
### END HIDDEN TESTS

# %% Stretch: the folded bias nbgrader={"grade_id": "test_fold_norm_bias", "grade": true, "points": 1}
from course.checks import resnet_transfer as check

check.fold_norm_bias(fold_norm)
### BEGIN HIDDEN TESTS
from autograder.checks import resnet_transfer as hidden

hidden.fold_norm_bias(fold_norm)
### END HIDDEN TESTS

# %% [markdown]
# The backbone's first convolution and its normalisation, folded: do the two ways agree?
#
# *What you should see: twice the same map of the Chinese tower in grey, and a plain light panel that says that there is
# no difference worth showing.*

# %% tags=["illustration"]
network = load_backbone()
convolution, norm = network.get_layer("stem_conv"), network.get_layer("stem_norm")
photo = load_photo("china", size=(200, 300))[None] / np.float32(127.5) - 1

both = np.array(norm(convolution(photo), training=False))
kernel, bias = fold_norm(convolution.get_weights()[0], *norm.get_weights(), norm.epsilon)
folded = np.array(keras.ops.conv(photo, kernel.astype("float32"), padding="same")) + bias

compare_images(both[0, ..., 0], folded[0, ..., 0], title="One map, in two layers and in one", tolerance=1e-3)

# %% [markdown]
# ## Can you now…
#
# - write down what ResNet50 wants, and tell from two numbers whether a network gets it?
# - put a head on a frozen backbone, say how many parameters learn, and show that one step changes only those?
# - say why features need to be computed only once, and what must not be changed for that?
# - name the four steps of fine-tuning, and what happens when each is left out?
# - choose a way for a new task, by how many images there are and how similar?
# - say what Grad-CAM adds up, and what its picture does not prove?
#
# Then *Kernel → Restart Kernel and Run All Cells*, *Validate*, save and submit.
#
# This was the last notebook. You began with a window that slides over a picture, nine products and a sum, and you leave
# with networks that see: not a line between the two was magic. Keep the habits: predict before you run, look at the data
# before the accuracy, and compare on images that nobody has learned from.
