# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   autograder: {cell_seconds: 60, call_seconds: 30, notebook_seconds: 300}
# ---

# %% [markdown]
# # Architectures: how networks became deep
#
# In 2012 a network of eight layers won the ImageNet challenge; in 2015 one of 152 did. In between lie a handful of
# ideas, each simple enough to be built in ten lines, and this notebook builds them. When you have finished, you will be
# able to
#
# - say why two small kernels beat a large one, and build a block of VGG;
# - see a 1×1 convolution for what it is, and count what a bottleneck saves;
# - build an inception module, whose four branches look at windows of different sizes;
# - turn the dense end of a network into convolutions, so that it reads images of any size;
# - follow a gradient down through many layers, with shortcuts and without;
# - build a residual block with everything in its right place, and say what each place is for;
# - watch a training by top-k accuracy and by lines of your own;
# - train a deep residual network, and its plain twin, which learns far more slowly.
#
# **Time:** about three hours; each exercise names its own. **What comes before:** `03_keras_cnn`, and BatchNorm from
# `04_augmentation`. **Points:** 48, of which 3 are for an answer in words and 2 for the stretch.

# %% [markdown]
# The next cell imports what we need. Many cells that show something call the functions that you write: until an exercise
# is solved, such a cell ends in `NotImplementedError`. That is expected. Go on, and run it again later.
#
# Several exercises ask for a *block*: a function that takes the shape of one input, (H, W, C), and returns a small
# Keras model. A model can be used like a layer in a larger one, and this is how blocks become networks. Blocks are
# judged by what they do with weights that the checks choose: write them in any style, from Keras's own layers and
# operations.

# %%
from functools import cache

import keras
import numpy as np
from keras import layers

from course.data import load_digits
from course.figures import compare_images, plot_bars, plot_lines, show_images, use_course_style
from course.photos import load_photo
from course.training import full

use_course_style()

# %% [markdown]
# ## 1. VGG: small kernels, many of them
#
# Early networks had kernels of 11×11 and 5×5. VGG (K. Simonyan and A. Zisserman, 2014) has 3×3 only, but stacks them:
# two on top of each other see 5×5 pixels, three see 7×7, as you counted in `02_pooling`. What does it cost?
#
# **Predict:** a layer has C maps and makes C maps. Which has more weights, one 5×5 convolution or two of 3×3? And by
# how much does the answer depend on C?

# %% [markdown]
# ### Exercise: `stack_weights` (about 5 minutes, 2 points)
#
# Write `stack_weights(kernels, channels)`: the number of weights in a stack of convolutions, each of which takes
# `channels` maps and makes as many. `kernels` is a list of their sides, such as `[3, 3]`. Leave the biases out.


# %% nbgrader={"grade_id": "stack_weights", "solution": true}
def stack_weights(kernels, channels):
    """Count the weights of convolutions on top of each other, without biases.

    Parameters
    ----------
    kernels : list of int
        Side of each layer's kernels, in pixels.
    channels : int
        Maps that go into each layer, and that come out of it.

    Returns
    -------
    int
        Weights of all layers.
    """
    ### BEGIN SOLUTION
    return sum(side * side * channels * channels for side in kernels)
    ### END SOLUTION


# %% Weights: one layer nbgrader={"grade_id": "test_stack_weights", "grade": true, "points": 1}
from course.checks import architectures as check

check.stack_weights(stack_weights)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.stack_weights(stack_weights)
### END HIDDEN TESTS

# %% Weights: several layers nbgrader={"grade_id": "test_stack_weights_several", "grade": true, "points": 1}
from course.checks import architectures as check

check.stack_weights_several(stack_weights)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.stack_weights_several(stack_weights)
### END HIDDEN TESTS

# %% [markdown]
# *What you should see: four bars. The second is about three quarters of the first, and the fourth little more than half of
# the third.*

# %% tags=["illustration"]
stacks = {"one 5×5": [5], "two 3×3": [3, 3], "one 7×7": [7], "three 3×3": [3, 3, 3]}

plot_bars(
    {name: stack_weights(kernels, 64) for name, kernels in stacks.items()},
    label="weights, for 64 channels",
    title="The same field of view, in one step or in several",
    form="{:,.0f}",
)

# %% [markdown]
# 25 C² against 18 C², and 49 C² against 27 C², whatever C is. The stack is cheaper, and it can do more: between its
# layers stands a ReLU, so that it bends two or three times where the large kernel bends once.

# %% [markdown]
# VGG is made of **blocks**: some 3×3 convolutions, then one 2×2 max pooling with a stride of 2. How far does a value see
# after several of them? The rule is that of `receptive_field`: begin with a field of 1 pixel and a distance of 1 pixel
# between neighbours. A kernel of k adds k − 1 times the distance; after that, a stride of 2 doubles the distance.

# %% [markdown]
# ### Exercise: `vgg_field` (about 10 minutes, 2 points)
#
# Write `vgg_field(blocks)`: the side of the receptive field after the last block. `blocks` says how many convolutions
# each block has, such as `[2, 2]`; a 2×2 pooling ends each of them. One block of two convolutions sees 6 pixels: 5 by
# the convolutions, and the pooling's window adds 1.


# %% nbgrader={"grade_id": "vgg_field", "solution": true}
def vgg_field(blocks):
    """Count how many pixels along one side a value sees after blocks of VGG.

    Parameters
    ----------
    blocks : list of int
        How many 3x3 convolutions each block has before its 2x2 pooling.

    Returns
    -------
    int
        Side of the receptive field, in pixels.
    """
    ### BEGIN SOLUTION
    field, distance = 1, 1
    for convolutions in blocks:
        field += 2 * distance * convolutions
        field += distance
        # Only now: the pooling's stride spreads what comes after it.
        distance *= 2
    return field
    ### END SOLUTION


# %% Field of view: one block nbgrader={"grade_id": "test_vgg_field", "grade": true, "points": 1}
from course.checks import architectures as check

check.vgg_field(vgg_field)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.vgg_field(vgg_field)
### END HIDDEN TESTS

# %% Field of view: several blocks nbgrader={"grade_id": "test_vgg_field_blocks", "grade": true, "points": 1}
from course.checks import architectures as check

check.vgg_field_blocks(vgg_field)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.vgg_field_blocks(vgg_field)
### END HIDDEN TESTS

# %% [markdown]
# VGG16 has blocks of 2, 2, 3, 3 and 3 convolutions, for images of 224×224 pixels. **Predict:** after which block does a
# value see more than half of the image's width?

# %% tags=["illustration", "check-output"]
blocks = [2, 2, 3, 3, 3]

for number in range(1, 6):
    print(f"after block {number}: {vgg_field(blocks[:number]):>3} of 224 pixels")

# %% [markdown]
# ### Exercise: `vgg_block` (about 15 minutes, 3 points)
#
# Write `vgg_block(shape, filters, convolutions)`: a model that takes maps of `shape` (H, W, C) and sends them through
# so many 3×3 convolutions with `filters` filters, same padding and ReLU, and at the end through one 2×2 max pooling.
#
# <details><summary>Hint</summary>
#
# A `keras.Sequential` that begins with `keras.Input(shape)` will do: add the convolutions in a loop.
#
# </details>


# %% nbgrader={"grade_id": "vgg_block", "solution": true}
def vgg_block(shape, filters, convolutions):
    """Build a block of VGG.

    Parameters
    ----------
    shape : (int, int, int)
        Height, width and channels of the maps that come in.
    filters : int
        Filters of each convolution.
    convolutions : int
        How many there are.

    Returns
    -------
    keras.Model
        From maps (N, H, W, C) to maps (N, H // 2, W // 2, filters).
    """
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    return model
    ### END SOLUTION


# %% VGG block: the convolutions nbgrader={"grade_id": "test_vgg_block", "grade": true, "points": 1}
from course.checks import architectures as check

check.vgg_block(vgg_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.vgg_block(vgg_block)
### END HIDDEN TESTS

# %% VGG block: the sizes nbgrader={"grade_id": "test_vgg_block_sizes", "grade": true, "points": 1}
from course.checks import architectures as check

check.vgg_block_sizes(vgg_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.vgg_block_sizes(vgg_block)
### END HIDDEN TESTS

# %% VGG block: the activations nbgrader={"grade_id": "test_vgg_block_relu", "grade": true, "points": 1}
from course.checks import architectures as check

check.vgg_block_relu(vgg_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.vgg_block_relu(vgg_block)
### END HIDDEN TESTS

# %% [markdown]
# Five of your blocks are all the convolutions of VGG16. From block to block the maps become half as wide and half as
# high, and twice as many, up to 512. **Predict:** in which block are most of the weights, and in which does the most
# work happen? Work is counted in multiplications: each weight is used once at every pixel of the map.

# %% tags=["illustration", "check-output"]
shape, total = (224, 224, 3), 0

for filters, convolutions in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
    block = vgg_block(shape, filters, convolutions)
    side, weights, last = shape[0], block.count_params(), 9 * filters * filters
    shape, total = tuple(block.outputs[0].shape[1:]), total + weights
    work = f"{side * side * last / 1e9:.2f} billion multiplications in its last convolution"
    print(f"{side:>3} → {shape[0]:>3} pixels, {filters} filters, {weights:>9,} parameters, {work}")

print(f"in all {total:,} parameters")

# %% [markdown]
# Half the side is a quarter of the pixels; twice the filters are four times the weights. So a convolution costs the
# same in each of the first four blocks. **Doubling the depth while halving the size** keeps the work even, and nearly every
# architecture since has kept this rule.
#
# (The complete VGG16 has 138 million parameters. The other 124 million sit in its three dense layers; see section 4.)

# %% [markdown]
# ### Scale jitter
#
# Objects come in all sizes. VGG was therefore trained with **scale jitter**: each photo is rescaled so that its
# *shorter* side has a random length from 256 to 512 pixels, and from the result a square of 224×224 is cut at random.
# The picture must not be squeezed, so that the longer side follows.

# %% [markdown]
# ### Exercise: `rescaled_size` (about 5 minutes, 1 point)
#
# Write `rescaled_size(height, width, shorter)`: the new height and width, in whole pixels, when the shorter of the two
# sides becomes `shorter`, and the picture keeps its proportions.


# %% nbgrader={"grade_id": "rescaled_size", "solution": true}
def rescaled_size(height, width, shorter):
    """Say how large a picture becomes when its shorter side gets a given length.

    Parameters
    ----------
    height, width : int
        Of the picture, in pixels.
    shorter : int
        New length of its shorter side, in pixels.

    Returns
    -------
    (int, int)
        New height and width, rounded to whole pixels.
    """
    ### BEGIN SOLUTION
    factor = shorter / min(height, width)
    return round(height * factor), round(width * factor)
    ### END SOLUTION


# %% Rescaled size nbgrader={"grade_id": "test_rescaled_size", "grade": true, "points": 1}
from course.checks import architectures as check

check.rescaled_size(rescaled_size)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.rescaled_size(rescaled_size)
### END HIDDEN TESTS

# %% [markdown]
# *What you should see: four square pictures of the same dahlia. In the first nearly all of it; in the others it is
# larger and larger, and only a part of it fits.*

# %% tags=["illustration"]
random = np.random.default_rng(5)
photo, crops, names = load_photo("flower"), [], []

for shorter in (256, 320, 400, 512):
    size = rescaled_size(*photo.shape[:2], shorter)
    large = np.asarray(keras.ops.image.resize(photo.astype("float32"), size)).astype("uint8")
    top, left = (int(random.integers(length - 224 + 1)) for length in size)
    crops.append(large[top : top + 224, left : left + 224])
    names.append(f"shorter side {shorter}")

show_images(crops, names)

# %% [markdown]
# ## 2. The smallest kernel of all
#
# What can a 1×1 convolution do? It sees a single pixel. But a pixel has C channels, and the kernel has a weight for each
# of them: it *mixes channels*. With F filters it turns C numbers into F others, at every pixel in the same way. That
# is a dense layer with C inputs and F units, used at each pixel (M. Lin et al., *Network in network*, 2013).

# %% [markdown]
# ### Exercise: `pointwise` (about 10 minutes, 2 points)
#
# Write `pointwise(maps, weights, bias)` in NumPy: a 1×1 convolution without activation, for maps (N, H, W, C), weights
# (C, F) and a bias (F,). Return an array of shape (N, H, W, F).
#
# <details><summary>Hint</summary>
#
# What does NumPy's `@` do with an array of four axes and one of two? Look at the last axis of the first.
#
# </details>


# %% nbgrader={"grade_id": "pointwise", "solution": true}
def pointwise(maps, weights, bias):
    """Mix the channels of each pixel: a 1x1 convolution.

    Parameters
    ----------
    maps : numpy.ndarray
        Shape (N, H, W, C).
    weights : numpy.ndarray
        Shape (C, F).
    bias : numpy.ndarray
        Shape (F,).

    Returns
    -------
    numpy.ndarray
        Shape (N, H, W, F).
    """
    ### BEGIN SOLUTION
    return maps @ weights + bias
    ### END SOLUTION


# %% 1×1 convolution: the values nbgrader={"grade_id": "test_pointwise", "grade": true, "points": 1}
from course.checks import architectures as check

check.pointwise(pointwise)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.pointwise(pointwise)
### END HIDDEN TESTS

# %% 1×1 convolution: every pixel nbgrader={"grade_id": "test_pointwise_pixels", "grade": true, "points": 1}
from course.checks import architectures as check

check.pointwise_pixels(pointwise)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.pointwise_pixels(pointwise)
### END HIDDEN TESTS

# %% [markdown]
# You have met one already: `rgb2gray` turns three channels into one with the weights 0.299, 0.587 and 0.114. Here is the
# old brown of photographs, from three channels to three; Keras's layer is the expected result.
#
# *What you should see: a tower above trees in colour, twice the same in brown, and a plain light panel without a difference.*

# %% tags=["illustration"]
photo = load_photo("china", (340, 600)) / 255
brown = np.array([[0.39, 0.35, 0.27], [0.69, 0.62, 0.48], [0.17, 0.15, 0.12]]) * 0.8
layer = layers.Conv2D(3, 1)
layer.build((None, *photo.shape))
layer.set_weights([brown[None, None], np.zeros(3)])

compare_images(
    np.asarray(layer(photo[None]))[0],
    pointwise(photo[None], brown, np.zeros(3))[0],
    input=photo,
    title="A 1×1 convolution from three channels to three",
)

# %% [markdown]
# And is it really a dense layer? Keras's `Dense`, given maps instead of vectors, works on the last axis:

# %% tags=["illustration", "check-output"]
maps = np.random.default_rng(0).random((2, 5, 7, 4)).astype("float32")
dense = layers.Dense(3)
same = np.asarray(dense(maps))

print("shape:", same.shape)
print("equal:", np.allclose(pointwise(maps, *dense.get_weights()), same, atol=1e-5))

# %% [markdown]
# ## 3. Inception: four windows at once
#
# A thing may be small in one photo and large in the next. Which kernel is right, then? GoogLeNet (C. Szegedy et al.,
# 2014) did not choose. Its **inception module** runs a 1×1, a 3×3 and a 5×5 convolution and a pooling side by side on
# the same maps, and joins the results along the channels. The next layer takes what it needs.
#
# But a 5×5 kernel on many maps is expensive. **Predict:** 192 maps of 28×28 go into 32 filters of 5×5. About how many
# multiplications is that, for a single image: a hundred thousand, ten million, a hundred million?

# %% [markdown]
# The remedy is a **bottleneck**: first a 1×1 convolution brings 192 maps down to 16, and the large kernel sees those
# only.

# %% [markdown]
# ### Exercise: `multiplications` (about 10 minutes, 2 points)
#
# Write `multiplications(side, channels, kernel, filters, bottleneck=None)` for maps of `side` × `side` pixels and a
# convolution with same padding and a stride of 1. With `bottleneck=None` the kernels see all `channels`; otherwise a 1×1
# convolution with `bottleneck` filters comes before them, and its multiplications count, too.


# %% nbgrader={"grade_id": "multiplications", "solution": true}
def multiplications(side, channels, kernel, filters, bottleneck=None):
    """Count the multiplications of a convolution for one image.

    Parameters
    ----------
    side : int
        Height and width of the maps, in pixels; padding keeps them.
    channels : int
        Maps that come in.
    kernel : int
        Side of the kernels, in pixels.
    filters : int
        Maps that come out.
    bottleneck : int, optional
        Filters of a 1x1 convolution before it.

    Returns
    -------
    int
        Multiplications of the convolution, and of the bottleneck where there is one.
    """
    ### BEGIN SOLUTION
    pixels = side * side
    if bottleneck is None:
        return pixels * kernel * kernel * channels * filters
    return pixels * channels * bottleneck + pixels * kernel * kernel * bottleneck * filters
    ### END SOLUTION


# %% Multiplications: the direct way nbgrader={"grade_id": "test_multiplications", "grade": true, "points": 1}
from course.checks import architectures as check

check.multiplications(multiplications)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.multiplications(multiplications)
### END HIDDEN TESTS

# %% Multiplications: with a bottleneck nbgrader={"grade_id": "test_multiplications_bottleneck", "grade": true, "points": 1}
from course.checks import architectures as check

check.multiplications_bottleneck(multiplications)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.multiplications_bottleneck(multiplications)
### END HIDDEN TESTS

# %% tags=["illustration", "check-output"]
direct = multiplications(28, 192, 5, 32)
reduced = multiplications(28, 192, 5, 32, bottleneck=16)

print(f"direct:            {direct:>11,} multiplications")
print(f"with a bottleneck: {reduced:>11,}, a tenth of it: {reduced / direct:.1%}")

# %% [markdown]
# ### Exercise: `inception_module` (about 25 minutes, 5 points)
#
# Write `inception_module(shape, filters, bottlenecks=None)`. `filters` holds four numbers, one a branch:
#
# | branch | without bottlenecks | with `bottlenecks=(a, b)` |
# |---|---|---|
# | 1 | 1×1, `filters[0]` | the same |
# | 2 | 3×3, `filters[1]` | 1×1 with a filters, then 3×3 |
# | 3 | 5×5, `filters[2]` | 1×1 with b filters, then 5×5 |
# | 4 | 3×3 max pooling, then 1×1, `filters[3]` | the same |
#
# Every convolution, the bottlenecks too, has same padding and ReLU; in 2014 there was no BatchNorm yet, so that there is
# none here. The branches are joined along the channels, in this order, so that the maps keep their height and width.
#
# <details><summary>Hint 1: branches</summary>
#
# Four branches do not make a chain: use `keras.Model(inputs, outputs)`. Begin with `inputs = keras.Input(shape)`, call
# layers on it, one line a branch, and end with `layers.Concatenate()([…])`.
#
# </details>
# <details><summary>Hint 2: the pooling</summary>
#
# A pooling layer moves by its window's size unless told otherwise, and has valid padding. Here it must keep every
# pixel's place.
#
# </details>


# %% nbgrader={"grade_id": "inception_module", "solution": true}
def inception_module(shape, filters, bottlenecks=None):
    """Build an inception module.

    Parameters
    ----------
    shape : (int, int, int)
        Height, width and channels of the maps that come in.
    filters : (int, int, int, int)
        Filters of the 1x1, 3x3 and 5x5 convolutions, and of the 1x1 one after the pooling.
    bottlenecks : (int, int), optional
        Filters of the 1x1 convolutions before the 3x3 and the 5x5 one.

    Returns
    -------
    keras.Model
        From maps (N, H, W, C) to maps (N, H, W, sum of the filters).
    """

    ### BEGIN SOLUTION
    def convolve(maps, count, kernel):
        return layers.Conv2D(count, kernel, padding="same", activation="relu")(maps)

    inputs = threes = fives = keras.Input(shape)
    if bottlenecks is not None:
        threes, fives = (convolve(inputs, count, 1) for count in bottlenecks)
    # Without strides=1 the pooling would move by its window's size.
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(inputs)
    branches = [
        convolve(maps, count, kernel)
        for maps, count, kernel in zip((inputs, threes, fives, pooled), filters, (1, 3, 5, 1), strict=True)
    ]
    return keras.Model(inputs, layers.Concatenate()(branches))
    ### END SOLUTION


# %% Inception: joined nbgrader={"grade_id": "test_inception_module", "grade": true, "points": 1}
from course.checks import architectures as check

check.inception_module(inception_module)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.inception_module(inception_module)
### END HIDDEN TESTS

# %% Inception: the branches nbgrader={"grade_id": "test_inception_module_branches", "grade": true, "points": 2}
from course.checks import architectures as check

check.inception_module_branches(inception_module)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.inception_module_branches(inception_module)
### END HIDDEN TESTS

# %% Inception: the activations nbgrader={"grade_id": "test_inception_module_relu", "grade": true, "points": 1}
from course.checks import architectures as check

check.inception_module_relu(inception_module)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.inception_module_relu(inception_module)
### END HIDDEN TESTS

# %% Inception: the bottlenecks nbgrader={"grade_id": "test_inception_module_bottlenecks", "grade": true, "points": 1}
from course.checks import architectures as check

check.inception_module_bottlenecks(inception_module)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.inception_module_bottlenecks(inception_module)
### END HIDDEN TESTS

# %% [markdown]
# What do the branches see? Let every kernel take the mean of its window. **Predict:** how will the four pictures
# differ?
#
# *What you should see: four times the same roof in grey. The first is sharp, the second and third are more and more
# blurred, and in the fourth bright spots have grown into small squares. The second and third have dark frames: at the
# border their windows reach zeros, the padding.*

# %% tags=["illustration"]
photo = load_photo("china", (100, 150)).mean(axis=-1, keepdims=True) / 255
module = inception_module(photo.shape, (1, 1, 1, 1))

means = [np.ones_like(w) / w[..., 0].size if w.ndim == 4 else w for w in module.get_weights()]
module.set_weights(means)

maps = np.asarray(module(photo[None]))[0]
show_images(np.moveaxis(maps, -1, 0), ["1×1", "3×3", "5×5", "pooling"], shared_limits=True)

# %% [markdown]
# GoogLeNet's first module gets 192 maps of 28×28, and makes 64 + 128 + 32 + 32 of them. **Predict:** by what factor do
# its bottlenecks of 96 and 16 make it smaller?

# %% tags=["illustration", "check-output"]
for name, bottlenecks in (("without bottlenecks", None), ("with bottlenecks", (96, 16))):
    module = inception_module((28, 28, 192), (64, 128, 32, 32), bottlenecks)
    print(f"{name:<20} {module.outputs[0].shape[1:]}, {module.count_params():>7,} parameters")

# %% [markdown]
# ### Auxiliary losses
#
# GoogLeNet has 22 layers, and in 2014 it was hard to make the lower ones learn: the gradient that reaches them is weak.
# So the authors attached two small **auxiliary classifiers** half way up. In training their losses are added, each with a
# weight of 0.3, and give the lower layers a gradient from nearby. Outside training they are thrown away.

# %% [markdown]
# ### Exercise: `total_loss` (about 5 minutes, 2 points)
#
# Write `total_loss(main, auxiliary, training)`: in training the main loss plus 0.3 of each auxiliary one, otherwise the
# main loss alone. `auxiliary` is a list of numbers.


# %% nbgrader={"grade_id": "total_loss", "solution": true}
def total_loss(main, auxiliary, training):
    """Add auxiliary losses to the main one.

    Parameters
    ----------
    main : float
        Loss at the network's end.
    auxiliary : list of float
        Losses of the classifiers half way up.
    training : bool
        Whether the network is being trained.

    Returns
    -------
    float
        What is to be made small.
    """
    ### BEGIN SOLUTION
    return main + 0.3 * sum(auxiliary) if training else main
    ### END SOLUTION


# %% Auxiliary loss: in training nbgrader={"grade_id": "test_total_loss", "grade": true, "points": 1}
from course.checks import architectures as check

check.total_loss(total_loss)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.total_loss(total_loss)
### END HIDDEN TESTS

# %% Auxiliary loss: outside training nbgrader={"grade_id": "test_total_loss_test", "grade": true, "points": 1}
from course.checks import architectures as check

check.total_loss_test(total_loss)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.total_loss_test(total_loss)
### END HIDDEN TESTS

# %% [markdown]
# BatchNorm and shortcuts have made auxiliary losses rare. The idea behind them, to bring the gradient to the lower layers
# by a shorter way, will come back in section 5 in a better form.

# %% [markdown]
# ## 4. Dense layers in disguise
#
# A network that ends in Flatten and dense layers takes images of one size only, for its weights are tied to places. But
# look closely. A dense unit behind Flatten has one weight for each value of the h × w × c maps, and adds up the products.
# That is what a kernel of **h × w** does at the only place where it fits. And the dense layer after it, which gets one
# vector, is a 1×1 convolution.
#
# So the whole dense head can be written as two convolutions with the *same weights*. At the trained size nothing changes.
# On a larger image, though, the kernels slide, and the network answers for every window at once. VGG was tested in
# this way.

# %% [markdown]
# ### Exercise: `convolutional_head` (about 20 minutes, 4 points)
#
# A trained head consists of Flatten, a dense layer with ReLU and a dense layer without activation, which gives scores.
# Write `convolutional_head(shape, weights)`: `shape` is that of the maps at the trained size, (h, w, c), and `weights` a
# list of four arrays: (h·w·c, units), (units,), (units, classes) and (classes,). Return a model of two convolutions that
# takes maps (N, H, W, c) of *any* size from h × w on, and gives scores (N, H − h + 1, W − w + 1, classes).
#
# <details><summary>Hint 1: any size</summary>
#
# `keras.Input((None, None, c))` leaves height and width open.
#
# </details>
# <details><summary>Hint 2: the weights</summary>
#
# `model.layers[0].get_weights()` tells you the shapes that a convolution's kernel and bias have. Flatten puts the values
# row by row, in each row pixel by pixel, and the channels of one pixel side by side; `reshape` counts in the same order.
#
# </details>


# %% nbgrader={"grade_id": "convolutional_head", "solution": true}
def convolutional_head(shape, weights):
    """Turn two dense layers behind Flatten into convolutions.

    Parameters
    ----------
    shape : (int, int, int)
        Height h, width w and channels c of the maps that were flattened.
    weights : list of numpy.ndarray
        Weights (h * w * c, units) and bias (units,) of a dense layer with ReLU, then weights
        (units, classes) and bias (classes,) of one without activation.

    Returns
    -------
    keras.Model
        From maps (N, H, W, c) of any size to scores (N, H - h + 1, W - w + 1, classes).
    """
    ### BEGIN SOLUTION
    height, width, channels = shape
    first, first_bias, second, second_bias = weights
    model = keras.Sequential(
        [
            keras.Input((None, None, channels)),
            layers.Conv2D(first.shape[1], (height, width), activation="relu"),
            layers.Conv2D(second.shape[1], 1),
        ]
    )
    model.set_weights(
        [first.reshape(height, width, channels, -1), first_bias, second[None, None], second_bias]
    )
    return model
    ### END SOLUTION


# %% Head as convolutions: the trained size nbgrader={"grade_id": "test_convolutional_head", "grade": true, "points": 2}
from course.checks import architectures as check

check.convolutional_head(convolutional_head)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.convolutional_head(convolutional_head)
### END HIDDEN TESTS

# %% Head as convolutions: larger maps nbgrader={"grade_id": "test_convolutional_head_larger", "grade": true, "points": 2}
from course.checks import architectures as check

check.convolutional_head_larger(convolutional_head)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.convolutional_head_larger(convolutional_head)
### END HIDDEN TESTS

# %% [markdown]
# Now to use it. We train a small network for single digits, in the ordinary way with Flatten; `@cache` makes the cell
# below remember it.


# %% tags=["illustration"]
digits = load_digits()


@cache
def trained_reader():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(1 / 255)])
    for filters in (16, 32):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D(2))
    for layer in (layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10)):
        model.add(layer)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    model.fit(digits.x_train[..., None], digits.y_train, batch_size=32, epochs=5, verbose=0)
    return model


model = trained_reader()
test = digits.x_test[..., None], digits.y_test

print(f"accuracy on single digits: {model.evaluate(*test, verbose=0)[1]:.3f}")

# %% [markdown]
# It has never seen anything but single digits of 28×28. Now it gets a strip of six, 28 pixels high and 168 wide: the
# convolutions take it as they are, and your head slides over the maps. **Predict:** what will it say *between* two
# digits?
#
# *What you should see: a strip of six digits, and under it ten rows, one for each class, with a field for each place of the
# window. Below the middle of each digit its own row is bright. In between the network says one thing or another: it was
# never shown two halves of two digits.*

# %% tags=["illustration"]
model = trained_reader()
convolutions, dense = model.layers[:5], [model.layers[-2], model.layers[-1]]
anywhere = keras.Sequential([keras.Input((None, None, 1)), *convolutions])
head = convolutional_head((5, 5, 32), [array for layer in dense for array in layer.get_weights()])

strip = np.concatenate(list(digits.x_test[:6]), axis=1)
scores = np.asarray(head(anywhere(strip[None, ..., None])))[0, 0]
sure = np.exp(scores - scores.max(axis=1, keepdims=True))
sure = (sure / sure.sum(axis=1, keepdims=True)).T

print("windows:", scores.shape[0], " read at every seventh:", scores[::7].argmax(axis=1))
print("labels:                       ", digits.y_test[:6])

# A window is 28 pixels wide and moves by 4: drawn at its middle, the first lies 12 pixels from the edge.
rows = np.pad(np.kron(sure, np.ones((3, 4))), ((0, 0), (12, 12)))
figure = show_images([strip, rows], ["six digits", "probability of each class, place by place"], columns=1)
figure.axes[1].set_yticks(range(1, 30, 3), range(10), fontsize=8)
figure

# %% [markdown]
# One pass, 36 answers: the windows overlap, and what they share is computed only once. Detectors that find a hundred
# objects in a photo rest on this.

# %% [markdown]
# ## 5. Deeper is not always better
#
# After VGG everybody wanted more layers. In 2015 K. He and others stacked 3×3 convolutions with BatchNorm, 20 of them and
# 56 of them, and trained both on the same images. The deeper network was worse; and not on the test images only, but *on
# the training images*. This is not overfitting. The deeper network could have copied the shallower one and let its
# other 36 layers do nothing. It did not find even that.
#
# Where does it go wrong? Training sends a gradient from the loss down through all the layers, and each layer multiplies
# it by something. **Predict:** if every layer makes the gradient a third smaller, what is left of it after 40 layers?

# %% [markdown]
# Let us measure it where everything is small: dense layers with as many inputs as units, without biases. For a vector h
# (row) and weights W, a **plain** layer gives
#
# $$h_{next} = \mathrm{relu}(h\,W)$$
#
# and a layer with a **shortcut** adds what came in:
#
# $$h_{next} = h + \mathrm{relu}(h\,W)$$
#
# The loss shall be the sum of the last layer's outputs, so that its gradient there is a vector of ones.

# %% [markdown]
# ### Exercise: `gradient_norms` (about 25 minutes, 3 points)
#
# Write `gradient_norms(weights, x, shortcut)` in NumPy: send x forwards through the layers, then the gradient backwards,
# and return its norm (the root of the sum of squares) at the *input of each layer*, as a list or array with the first
# layer's first.
#
# <details><summary>Hint 1: backwards through one plain layer</summary>
#
# The gradient g of a layer's output goes back in two steps. ReLU lets it pass where `h @ W` was positive, and stops it
# elsewhere. Then the weights, the other way round: `@ W.T`. So the way forwards has to remember every `h @ W`.
#
# </details>
# <details><summary>Hint 2: with a shortcut</summary>
#
# The output is a sum of two ways, so that the input's gradient is a sum, too: what comes back through the weights, and g
# itself.
#
# </details>


# %% nbgrader={"grade_id": "gradient_norms", "solution": true}
def gradient_norms(weights, x, shortcut):
    """Measure how large a gradient is at the input of each layer.

    Parameters
    ----------
    weights : list of numpy.ndarray
        One array (D, D) a layer, the first layer's first.
    x : numpy.ndarray
        What goes in, shape (D,).
    shortcut : bool
        Whether each layer adds its input to its output.

    Returns
    -------
    list of float
        Norms of the gradient of the last outputs' sum, one a layer, the first layer's first.
    """
    ### BEGIN SOLUTION
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0) + (x if shortcut else 0)
    gradient, norms = np.ones(len(x)), []
    for matrix, value in zip(reversed(weights), reversed(before), strict=True):
        through = (gradient * (value > 0)) @ matrix.T
        # The sum of two ways: what went past the layer comes back past it.
        gradient = through + gradient if shortcut else through
        norms.append(float(np.linalg.norm(gradient)))
    return norms[::-1]
    ### END SOLUTION


# %% Gradient norms: plain nbgrader={"grade_id": "test_gradient_norms", "grade": true, "points": 1}
from course.checks import architectures as check

check.gradient_norms(gradient_norms)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.gradient_norms(gradient_norms)
### END HIDDEN TESTS

# %% Gradient norms: with shortcuts nbgrader={"grade_id": "test_gradient_norms_shortcut", "grade": true, "points": 2}
from course.checks import architectures as check

check.gradient_norms_shortcut(gradient_norms)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.gradient_norms_shortcut(gradient_norms)
### END HIDDEN TESTS

# %% [markdown]
# Forty layers of 64 units, with random weights of a usual size. **Predict:** at which end is the plain network's gradient
# small?
#
# *What you should see: three curves on a logarithmic scale. The plain one falls towards the first layers along a nearly
# straight line, by eight powers of ten or more. With shortcuts and the same weights it rises instead, by five. With
# shortcuts and weights a fifth as large it rises by a single one.*

# %% tags=["illustration"]
random = np.random.default_rng(0)
matrices = [random.normal(0, 0.1, (64, 64)) for _ in range(40)]
start = random.random(64)

plot_lines(
    {
        "plain": gradient_norms(matrices, start, False),
        "with shortcuts": gradient_norms(matrices, start, True),
        "with shortcuts, small weights": gradient_norms([matrix / 5 for matrix in matrices], start, True),
    },
    x=range(1, 41),
    xlabel="layer, from the first",
    ylabel="norm of the gradient",
    log="y",
)

# %% [markdown]
# A straight line on a logarithmic scale: each layer multiplies by about the same number, and forty such numbers decide
# everything. (Two thirds, forty times over, leave a ten-millionth.) Below 1 the gradient **vanishes**, above 1 it
# **explodes**; to hit 1 exactly is luck. With a shortcut the gradient of the sum arrives below *as it is*, and what
# comes through the weights is added to it: no layer can starve. Too much of a good thing is still possible, as the
# second curve shows. So the way through the weights must stay modest beside the shortcut, and in ResNet this is
# BatchNorm's work.

# %% [markdown]
# ## 6. The residual block
#
# This is the idea of ResNet (K. He et al., *Deep residual learning*, 2015). Two convolutions do not have to find a new
# map; they find what must be *added* to the old one, the residual. A block that has nothing to add sets its weights to
# zero, and is not in the way.
#
# ```text
#   x ──┬── 3×3 conv ── BatchNorm ── ReLU ── 3×3 conv ── BatchNorm ──(+)── ReLU ──→
#       │                                                             │
#       └────────────────────────  shortcut  ─────────────────────────┘
# ```
#
# The order matters, and each place has its reason:
#
# - **BatchNorm after each convolution**, before ReLU: it keeps the values of each channel in a range where ReLU bends.
# - **No ReLU before the sum**: the residual must be able to take something away.
# - **ReLU after the sum**, so that the next block gets what every layer gets.
# - **The shortcut is the input itself**, untouched, wherever the shapes allow it. Where the number of channels or the size
#   changes, it is a **projection**: a 1×1 convolution with BatchNorm, and nothing else.
# - **The stride is in the first 3×3 convolution**, and in the projection, so that both ways end at the same size.

# %% [markdown]
# **Predict** before you write: a block gets a photo (values from 0 to 1), all its kernels are zero, and BatchNorm changes
# nothing. What comes out? And what would come out with the second ReLU before the sum instead of after it?

# %% [markdown]
# ### Exercise: `residual_block` (about 40 minutes, 10 points)
#
# Write `residual_block(shape, filters, strides=1, shortcut=True)`: a model that takes maps of `shape` (H, W, C) and does
# what the drawing shows, with `filters` filters in each convolution, and same padding in the 3×3 ones. `strides` is 1 or 2.
#
# - Where `strides` is 1 and `filters` equals C, the shortcut is the input. Otherwise it is a projection.
# - With `shortcut=False` the block is its own plain twin: the main way alone, with the last ReLU at its end.
#
# The checks give the kernels weights that they choose, and look at the numbers that come out. Whether a convolution has a
# bias does not matter. For the momentum of BatchNorm take 0.9; you know why from `04_augmentation`.
#
# <details><summary>Hint 1: two ways from one input</summary>
#
# `x = inputs = keras.Input(shape)`, then `x = layers.Conv2D(…)(x)` and so on, line by line along the drawing. At the end
# `layers.Add()([x, past])`, where `past` began at `inputs`, and not at some later `x`.
#
# </details>
# <details><summary>Hint 2: when is a projection needed?</summary>
#
# In two cases: `strides != 1`, or `shape[-1] != filters`. A block may have the one without the other.
#
# </details>


# %% nbgrader={"grade_id": "residual_block", "solution": true}
def residual_block(shape, filters, strides=1, shortcut=True):
    """Build a residual block.

    Parameters
    ----------
    shape : (int, int, int)
        Height, width and channels of the maps that come in.
    filters : int
        Filters of each convolution.
    strides : int
        1, or 2 to halve height and width.
    shortcut : bool
        Whether the input is added; without it the block is plain.

    Returns
    -------
    keras.Model
        From maps (N, H, W, C) to maps (N, H / strides, W / strides, filters), rounded up.
    """
    ### BEGIN SOLUTION
    inputs = keras.Input(shape)

    def convolve(maps, kernel, stride):
        maps = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(maps)
        return layers.BatchNormalization(momentum=0.9)(maps)

    x = layers.ReLU()(convolve(inputs, 3, strides))
    x = convolve(x, 3, 1)
    if shortcut:
        past = inputs
        if strides != 1 or shape[-1] != filters:
            past = convolve(inputs, 1, strides)
        # First the sum, then ReLU: the residual must be able to take away.
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))
    ### END SOLUTION


# %% Residual block: the sum nbgrader={"grade_id": "test_residual_block", "grade": true, "points": 2}
from course.checks import architectures as check

check.residual_block(residual_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.residual_block(residual_block)
### END HIDDEN TESTS

# %% Residual block: the ReLUs nbgrader={"grade_id": "test_residual_block_relu", "grade": true, "points": 2}
from course.checks import architectures as check

check.residual_block_relu(residual_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.residual_block_relu(residual_block)
### END HIDDEN TESTS

# %% Residual block: BatchNorm nbgrader={"grade_id": "test_residual_block_batchnorm", "grade": true, "points": 2}
from course.checks import architectures as check

check.residual_block_batchnorm(residual_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.residual_block_batchnorm(residual_block)
### END HIDDEN TESTS

# %% Residual block: the projection nbgrader={"grade_id": "test_residual_block_projection", "grade": true, "points": 1}
from course.checks import architectures as check

check.residual_block_projection(residual_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.residual_block_projection(residual_block)
### END HIDDEN TESTS

# %% Residual block: strides nbgrader={"grade_id": "test_residual_block_strides", "grade": true, "points": 2}
from course.checks import architectures as check

check.residual_block_strides(residual_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.residual_block_strides(residual_block)
### END HIDDEN TESTS

# %% Residual block: the plain twin nbgrader={"grade_id": "test_residual_block_plain", "grade": true, "points": 1}
from course.checks import architectures as check

check.residual_block_plain(residual_block)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.residual_block_plain(residual_block)
### END HIDDEN TESTS

# %% [markdown]
# Now the answer to the prediction: twenty blocks on top of each other, every kernel zero, and a photo goes in.
#
# *What you should see: three times the same photo of a tower, and a plain light panel. Twenty blocks that have learned nothing
# do no harm. (With a ReLU before the sum it would be the same; the difference is what they could learn.)*

# %% tags=["illustration"]
photo = load_photo("china", (170, 300)) / 255
maps = photo[None]

for _ in range(20):
    block = residual_block(photo.shape, 3)
    block.set_weights([0 * weight if weight.ndim == 4 else weight for weight in block.get_weights()])
    maps = block(maps)

compare_images(photo, np.asarray(maps[0]), input=photo, title="A photo after twenty residual blocks of zeros")

# %% [markdown]
# ## 7. Watching a long training
#
# Before we train something deep, two tools. With a thousand classes, of which a hundred are breeds of dogs, a network that
# says "husky" for a malamute is not stupid. ImageNet therefore counts an answer as right if the label is among the
# *five* most probable classes: **top-5 accuracy**.

# %% [markdown]
# ### Exercise: `top_k_accuracy` (about 10 minutes, 2 points)
#
# Write `top_k_accuracy(labels, probabilities, k)` in NumPy: the share of images, from 0 to 1, whose label is among the k
# most probable classes. No two probabilities of an image are equal.
#
# <details><summary>Hint</summary>
#
# `np.argsort(probabilities, axis=1)` gives for each image the *classes*, from the least probable to the most probable.
# In which columns stand the k that you need? Is the label one of them?
#
# </details>


# %% nbgrader={"grade_id": "top_k_accuracy", "solution": true}
def top_k_accuracy(labels, probabilities, k):
    """Say how often the label is among the k most probable classes.

    Parameters
    ----------
    labels : numpy.ndarray
        True classes, shape (N,).
    probabilities : numpy.ndarray
        Shape (N, classes).
    k : int
        How many classes count as an answer.

    Returns
    -------
    float
        Share of the images, from 0 to 1.
    """
    ### BEGIN SOLUTION
    best = np.argsort(probabilities, axis=1)[:, -k:]
    return float((best == labels[:, None]).any(axis=1).mean())
    ### END SOLUTION


# %% Top k: the classes nbgrader={"grade_id": "test_top_k_accuracy", "grade": true, "points": 1}
from course.checks import architectures as check

check.top_k_accuracy(top_k_accuracy)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.top_k_accuracy(top_k_accuracy)
### END HIDDEN TESTS

# %% Top k: a share nbgrader={"grade_id": "test_top_k_accuracy_share", "grade": true, "points": 1}
from course.checks import architectures as check

check.top_k_accuracy_share(top_k_accuracy)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.top_k_accuracy_share(top_k_accuracy)
### END HIDDEN TESTS

# %% [markdown]
# Keras has the same as a metric. **Predict:** what is the top-10 accuracy with ten classes?

# %% tags=["illustration"]
random = np.random.default_rng(3)
labels, scores = random.integers(0, 10, 500), random.random((500, 10), dtype="float32")
scores[np.arange(500), labels] += 0.3  # a network that knows a little
metric = keras.metrics.sparse_top_k_categorical_accuracy

for k in (1, 2, 5, 10):
    expected = float(np.mean(metric(labels, scores, k=k)))
    print(f"top {k:>2}: yours {top_k_accuracy(labels, scores, k):.3f}, Keras {expected:.3f}")

# %% [markdown]
# The other tool is a **callback**: an object whose methods Keras calls while it trains, such as `on_epoch_end`. Deep
# networks train for hundreds of epochs, and a line for each of them is too many. Ours prints one line every n epochs,
# *and one for the last*, which is the one that everybody wants to see. A colour makes it stand out among other output.
#
# Here is the callback. It leaves the decision, and the text, to a function of yours. `self.params["epochs"]` is how many
# epochs there will be in all.


# %%
class ColourLog(keras.callbacks.Callback):
    """Print the lines that log_line makes."""

    def __init__(self, n):
        super().__init__()
        self.n = n

    def on_epoch_end(self, epoch, logs=None):
        line = log_line(epoch, self.params["epochs"], self.n, logs)
        if line:
            print(line)


# %% [markdown]
# ### Exercise: `log_line` (about 15 minutes, 3 points)
#
# Write `log_line(epoch, epochs, n, logs)`. Keras counts epochs from 0: `epoch` is 0 after the first, and `epochs - 1`
# after the last. Return a line of text after every n-th epoch (the n-th, the 2n-th, …) and after the last, otherwise
# `None`. The line holds
#
# - the number of the epoch as people count, and how many there are, such as `5/12`;
# - each name in `logs` with its number to four decimals, such as `loss 0.6931`;
# - a colour: it begins with an escape code such as `"\x1b[36m"` (cyan), and ends with `"\x1b[0m"`, which switches it off.
#
# <details><summary>Hint</summary>
#
# Try it with pencil and paper for 8 epochs and n = 3: after which values of `epoch` should there be a line? 2, 5 and 7.
# What does your condition say for 7?
#
# </details>


# %% nbgrader={"grade_id": "log_line", "solution": true}
def log_line(epoch, epochs, n, logs):
    """Say in one coloured line how training goes, every n epochs and after the last.

    Parameters
    ----------
    epoch : int
        The epoch that has ended, counted from 0.
    epochs : int
        How many there are.
    n : int
        A line after every n-th epoch.
    logs : dict of str to float
        What Keras has measured.

    Returns
    -------
    str or None
        The line, or None after an epoch that gets none.
    """
    ### BEGIN SOLUTION
    # Keras counts from 0: the last epoch is epochs - 1, so that epoch == epochs never comes true.
    number = epoch + 1
    if number % n and number != epochs:
        return None
    values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
    return f"\x1b[36mepoch {number:>{len(str(epochs))}}/{epochs}  {values}\x1b[0m"
    ### END SOLUTION


# %% Log: every n epochs nbgrader={"grade_id": "test_log_line", "grade": true, "points": 1}
from course.checks import architectures as check

check.log_line(log_line)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.log_line(log_line)
### END HIDDEN TESTS

# %% Log: the last epoch nbgrader={"grade_id": "test_log_line_last", "grade": true, "points": 1}
from course.checks import architectures as check

check.log_line_last(log_line)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.log_line_last(log_line)
### END HIDDEN TESTS

# %% Log: the text nbgrader={"grade_id": "test_log_line_text", "grade": true, "points": 1}
from course.checks import architectures as check

check.log_line_text(log_line)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.log_line_text(log_line)
### END HIDDEN TESTS

# %% [markdown]
# *What you should see: four coloured lines, for the epochs 3, 6, 9 and 10.*

# %% tags=["illustration"]
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255), layers.Flatten()])
model.add(layers.Dense(10, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

history = model.fit(digits.x_train, digits.y_train, epochs=10, callbacks=[ColourLog(3)], verbose=0)

# %% [markdown]
# ## 8. A deep network, and its plain twin
#
# A ResNet is a plan, and blocks that follow it. It has **stages**. All blocks of a stage have the same number of
# filters and the same size of maps; from stage to stage the filters double and the size halves, as in VGG. The halving
# is done by the stride of a stage's *first* block. The first stage works at the size that it gets.

# %% [markdown]
# ### Exercise: `resnet_plan` (about 10 minutes, 2 points)
#
# Write `resnet_plan(filters, blocks)`: a list of pairs (filters, strides), one for each block from the first to the
# last. `filters` holds a number for each stage, such as `[16, 32, 64]`, and each stage has `blocks` blocks. Every stage
# but the first halves the maps, whatever its number of filters is.


# %% nbgrader={"grade_id": "resnet_plan", "solution": true}
def resnet_plan(filters, blocks):
    """Plan the blocks of a ResNet.

    Parameters
    ----------
    filters : list of int
        Filters of each stage.
    blocks : int
        Blocks in each stage.

    Returns
    -------
    list of (int, int)
        Filters and strides of each block.
    """
    ### BEGIN SOLUTION
    plan = []
    for stage, count in enumerate(filters):
        for block in range(blocks):
            plan.append((count, 2 if stage > 0 and block == 0 else 1))
    return plan
    ### END SOLUTION


# %% Plan: the filters nbgrader={"grade_id": "test_resnet_plan", "grade": true, "points": 1}
from course.checks import architectures as check

check.resnet_plan(resnet_plan)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.resnet_plan(resnet_plan)
### END HIDDEN TESTS

# %% Plan: the strides nbgrader={"grade_id": "test_resnet_plan_strides", "grade": true, "points": 1}
from course.checks import architectures as check

check.resnet_plan_strides(resnet_plan)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.resnet_plan_strides(resnet_plan)
### END HIDDEN TESTS

# %% [markdown]
# And this follows the plan. A first convolution makes eight maps of 7×7 out of a digit; then come the blocks; the average
# of each map, and a dense layer. The convolutions are two a block, and the first one: with the last dense layer a network
# of three stages with n blocks each has 6n + 2 layers.


# %%
def deep_network(filters, blocks, shortcut):
    """Build a network for digits out of residual blocks, or of their plain twins."""
    image = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    x = layers.Conv2D(filters[0], 4, strides=4)(x)
    for count, strides in resnet_plan(filters, blocks):
        x = residual_block(tuple(x.shape[1:]), count, strides=strides, shortcut=shortcut)(x)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# Both have the same convolutions; the shortcuts add nothing but two small projections. **Predict:** by how many
# parameters do the two differ?

# %% tags=["illustration", "check-output"]
for name, shortcut in (("residual", True), ("plain", False)):
    model = deep_network([8, 16, 32], 5, shortcut)
    print(f"{name:<9} 32 layers, {model.count_params():>7,} parameters")

# %% [markdown]
# A projection from 8 maps to 16 has 8 · 16 weights, and its BatchNorm four numbers for each of the 16 channels: 192. The
# one from 16 to 32 has 512 + 128 = 640. That makes 832; if your projections have biases, 48 more: 880.

# %% [markdown]
# Now the experiment of 2015, at home: the twins at two depths, on the same digits, in the same order. We watch the
# **training** loss, for the question is not what they remember of unseen digits; it is whether they learn at all.
#
# (It takes about half a minute, most of it before the first step: so many layers have to be wired up.)


# %% tags=["illustration"]
@cache
def training_loss(blocks, shortcut):
    keras.utils.set_random_seed(2)
    model = deep_network([8, 16, 32], blocks, shortcut)
    count, epochs = (None, 12) if full() else (1024, 4)
    history = model.fit(
        digits.x_train[:count, ..., None],
        digits.y_train[:count],
        batch_size=64,
        epochs=epochs,
        callbacks=[ColourLog(epochs)],
        verbose=0,
    )
    return history.history["loss"]


losses = {}
for blocks in (1, 5):
    for shortcut in (True, False):
        name = f"{'residual' if shortcut else 'plain'}, {6 * blocks + 2} layers"
        print(name)
        losses[name] = training_loss(blocks, shortcut)

# %% [markdown]
# **Predict** before you run the next cell: in which order do the four curves end?
#
# *What you should see: four curves of the training loss. With 8 layers the twins fall fast, side by side. The residual
# network of 32 layers begins higher, at nearly 2, and follows them. Its plain twin begins at log 10 = 2.3, the loss of
# pure guessing, and comes down much later and more slowly: after four epochs it is still the highest by far.*

# %% tags=["illustration"]
curves = {}
for blocks in (1, 5):
    for shortcut in (True, False):
        name = f"{'residual' if shortcut else 'plain'}, {6 * blocks + 2} layers"
        curves[name] = training_loss(blocks, shortcut)

plot_lines(
    curves,
    x=np.arange(1, len(next(iter(curves.values()))) + 1),
    xlabel="epoch",
    ylabel="training loss",
    title="The same convolutions, with and without a way past them",
)

# %% [markdown]
# At 8 layers the shortcuts matter little. At 32 they decide. The plain network is no smaller and no worse equipped: it has
# the same convolutions, BatchNorm included. It merely has no way past them. (Given more epochs it does come down, far
# behind the others.)

# %% [markdown]
# ### A question in words (about 10 minutes, 3 points)
#
# A friend has trained a plain network of 32 layers. It does worse than one of 8 layers, and he says: "Too many
# parameters, it overfits. I will take dropout and more data." Answer in four to six sentences. Which number would tell
# you whether he is right, and what do the experiments above say about it? Why could the deep network do no worse, in
# principle, than the shallow one? And what exactly does a shortcut change, forwards and backwards?

# %% [markdown] nbgrader={"grade_id": "explain_depth", "grade": true, "solution": true, "points": 3}
# ### BEGIN SOLUTION
# **Model answer.** Overfitting would show as a *low* loss on the training images and a high one on new images. I would
# look at the training loss: in our experiment that of the deep plain network is itself the highest of the four. So the
# network does not remember too much, it has not even learned what it was shown, and neither dropout nor more data helps
# against that. In principle it could do what the shallow one does, if its further layers passed on what they get; but
# plain layers find the identity hard to learn, and the gradient that should tell the lower layers what to do has been
# multiplied by something at every layer on its way. With a shortcut the identity is there from the start: forwards, a block
# with zero weights passes its input on, and only has to learn what to add; backwards, the gradient of the sum reaches
# the block's input as it is, besides what comes through the weights, so that the first layers get a usable gradient
# however many blocks lie above them.
#
# **Rubric.**
#
# - 1 point: no overfitting, because the *training* loss (or accuracy) is bad already; half a point for naming the training
#   loss without saying what ours showed.
# - 1 point: the deeper network contains the shallower one (further layers as the identity), so that it is a matter of
#   finding the weights, not of too many or too few of them.
# - 1 point: what the shortcut does: the identity for free forwards, and the gradient added unchanged backwards. Half a
#   point for one of the two.
# ### END SOLUTION

# %% [markdown]
# ## Stretch: BatchNorm for nothing (about 20 minutes, 2 points)
#
# For those who like to go on. When training is over, BatchNorm's mean and variance stand still. Then it multiplies each
# channel by a number and adds another, and the convolution before it does nothing else with its weights. So the two can
# be **folded** into one: phones run ResNets without a single BatchNorm layer.
#
# Write `fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon)` in NumPy: kernel and bias of the one
# convolution that does what convolution and BatchNorm did together. BatchNorm turns a value v of a channel into
#
# $$\gamma\,\frac{v - \mathrm{mean}}{\sqrt{\mathrm{variance} + \epsilon}} + \beta .$$
#
# <details><summary>Hint</summary>
#
# The value v is a sum of products, plus the bias. By what is each product multiplied in the end? That goes into the
# kernel; all the rest goes into the bias. Which axis of the kernel (kh, kw, C, F) belongs to the channels *after* the
# convolution?
#
# </details>


# %% nbgrader={"grade_id": "fold_batchnorm", "solution": true}
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    """Fold the BatchNorm after a convolution into its kernel and bias.

    Parameters
    ----------
    kernel : numpy.ndarray
        Shape (kh, kw, C, F).
    bias, gamma, beta, mean, variance : numpy.ndarray
        Shape (F,).
    epsilon : float
        Is added to the variance.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        New kernel (kh, kw, C, F) and new bias (F,).
    """
    ### BEGIN SOLUTION
    scale = gamma / np.sqrt(variance + epsilon)
    # The old bias goes through the normalisation like every other value.
    return kernel * scale, (bias - mean) * scale + beta
    ### END SOLUTION


# %% Stretch: BatchNorm folded nbgrader={"grade_id": "test_fold_batchnorm", "grade": true, "points": 2}
from course.checks import architectures as check

check.fold_batchnorm(fold_batchnorm)
### BEGIN HIDDEN TESTS
from autograder.checks import architectures as hidden

hidden.fold_batchnorm(fold_batchnorm)
### END HIDDEN TESTS

# %% [markdown]
# *What you should see: 0.0000, or a difference in the last digit. Two layers have become one.*

# %% tags=["illustration"]
keras.utils.set_random_seed(6)
maps = np.random.default_rng(0).random((1, 12, 12, 4)).astype("float32")
both = keras.Sequential([keras.Input((12, 12, 4)), layers.Conv2D(8, 3), layers.BatchNormalization()])
for _ in range(20):
    both(maps, training=True)  # so that mean and variance move
random = np.random.default_rng(1)
for each in (both.layers[0].bias, both.layers[1].gamma, both.layers[1].beta):
    each.assign(random.uniform(0.5, 2, 8))  # as after a training: new ones are only 0 and 1

kernel, bias, *norm = both.get_weights()
one = keras.Sequential([keras.Input((12, 12, 4)), layers.Conv2D(8, 3)])
one.set_weights(fold_batchnorm(kernel, bias, *norm, both.layers[1].epsilon))

print(f"largest difference: {np.abs(both(maps) - one(maps)).max():.4f}")

# %% [markdown]
# ## Can you now…
#
# - say why VGG has 3×3 kernels only, with two numbers for C channels?
# - tell what happens to work and weights when the size halves and the filters double?
# - explain a 1×1 convolution to somebody who calls it useless?
# - count what a bottleneck saves, and say where auxiliary losses are used and where not?
# - read a network's dense end as convolutions, and say what happens on a larger image?
# - tell vanishing gradients from overfitting by a single number?
# - draw a residual block with every BatchNorm, ReLU, stride and projection in its place, and say what goes wrong where one
#   of them stands elsewhere?
#
# Then *Kernel → Restart Kernel and Run All Cells*, *Validate*, save and submit. The next notebook, `06_resnet_transfer`,
# takes networks like these that somebody else has trained, and teaches them something new with twenty images of each class.
