# %% [markdown]
# # stack_weights

# %% answer="stack_weights" name="NumPy, squared at once"
def stack_weights(kernels, channels):
    return int((np.array(kernels) ** 2).sum()) * channels**2


# %% answer="stack_weights" name="lambda with other names"
stack_weights = lambda sides, c: sum([k**2 * c**2 for k in sides])


# %% answer="stack_weights" name="channels-once" loses=["test_stack_weights"] says="channels-once"
def stack_weights(kernels, channels):
    return sum(side * side * channels for side in kernels)


# %% answer="stack_weights" name="kernel-not-squared" loses=["test_stack_weights"] says="kernel-not-squared"
def stack_weights(kernels, channels):
    return sum(kernels) * channels**2


# %% answer="stack_weights" name="biases-counted" loses=["test_stack_weights"] says="biases-counted"
def stack_weights(kernels, channels):
    return sum((side * side * channels + 1) * channels for side in kernels)


# %% answer="stack_weights" name="first-layer-only" loses=["test_stack_weights_several"] says="first-layer-only"
def stack_weights(kernels, channels):
    for side in kernels:
        return side**2 * channels**2


# %% answer="stack_weights" name="kernels-added-first" loses=["test_stack_weights_several"] says="kernels-added-first"
def stack_weights(kernels, channels):
    return sum(kernels) ** 2 * channels**2


# %% [markdown]
# # vgg_field


# %% answer="vgg_field" name="backwards from the last block"
def vgg_field(blocks):
    field = 1
    for convolutions in reversed(blocks):
        field = 2 * field + 2 * convolutions
    return field


# %% answer="vgg_field" name="layer by layer"
def vgg_field(numbers):
    steps = []
    for number in numbers:
        steps += [(3, 1)] * number + [(2, 2)]
    size, jump = 1, 1
    for kernel, stride in steps:
        size, jump = size + (kernel - 1) * jump, jump * stride
    return size


# %% answer="vgg_field" name="pool-not-counted" loses=["test_vgg_field"] says="pool-not-counted"
def vgg_field(blocks):
    field, distance = 1, 1
    for convolutions in blocks:
        field += 2 * distance * convolutions
        distance *= 2
    return field


# %% answer="vgg_field" name="whole-kernel-added" loses=["test_vgg_field"] says="whole-kernel-added"
def vgg_field(blocks):
    field, distance = 1, 1
    for convolutions in blocks:
        field += 3 * distance * convolutions + 2 * distance
        distance *= 2
    return field


# %% answer="vgg_field" name="pool-doubles" loses=["test_vgg_field"] says="pool-doubles"
def vgg_field(blocks):
    field = 1
    for convolutions in blocks:
        field = (field + 2 * convolutions) * 2
    return field


# %% answer="vgg_field" name="stride-too-early" loses=["test_vgg_field"] says="stride-too-early"
def vgg_field(blocks):
    field, distance = 1, 1
    for convolutions in blocks:
        field += 2 * distance * convolutions
        distance *= 2
        field += distance
    return field


# %% answer="vgg_field" name="distance-forgotten" loses=["test_vgg_field_blocks"] says="distance-forgotten"
def vgg_field(blocks):
    return 1 + sum(2 * convolutions + 1 for convolutions in blocks)


# %% answer="vgg_field" name="distance-added" loses=["test_vgg_field_blocks"] says="distance-added"
def vgg_field(blocks):
    field, distance = 1, 1
    for number, convolutions in enumerate(blocks):
        field += 2 * distance * convolutions + distance
        distance = 2 * (number + 1)
    return field


# %% answer="vgg_field" name="three-a-convolution" loses=["test_vgg_field"] says="whole-kernel-added"
def vgg_field(blocks):
    field, distance = 1, 1
    for convolutions in blocks:
        field += 3 * distance * convolutions + distance
        distance *= 2
    return field


# %% [markdown]
# # rescaled_size


# %% answer="rescaled_size" name="two cases"
def rescaled_size(height, width, shorter):
    if height < width:
        return shorter, int(width * shorter / height + 0.5)
    return int(height * shorter / width + 0.5), shorter


# %% answer="rescaled_size" name="an array"
def rescaled_size(h, w, s):
    sides = np.array([h, w])
    return np.rint(sides * s / sides.min()).astype(int)


# %% answer="rescaled_size" name="longer-side" loses=["test_rescaled_size"] says="longer-side"
def rescaled_size(height, width, shorter):
    factor = shorter / max(height, width)
    return round(height * factor), round(width * factor)


# %% answer="rescaled_size" name="both-sides" loses=["test_rescaled_size"] says="both-sides"
def rescaled_size(height, width, shorter):
    return shorter, shorter


# %% answer="rescaled_size" name="sides-swapped" loses=["test_rescaled_size"] says="sides-swapped"
def rescaled_size(height, width, shorter):
    factor = shorter / min(height, width)
    return round(width * factor), round(height * factor)


# %% answer="rescaled_size" name="always-height" loses=["test_rescaled_size"] says="always-height"
def rescaled_size(height, width, shorter):
    return shorter, round(width * shorter / height)


# %% answer="rescaled_size" name="not-whole" loses=["test_rescaled_size"] says="not-whole"
def rescaled_size(height, width, shorter):
    factor = shorter / min(height, width)
    return height * factor, width * factor


# %% answer="rescaled_size" name="cut-off" loses=["test_rescaled_size"] says="not-rounded"
def rescaled_size(height, width, shorter):
    return height * shorter // min(height, width), width * shorter // min(height, width)


# %% answer="rescaled_size" name="upwards" loses=["test_rescaled_size"] says="not-rounded"
def rescaled_size(height, width, shorter):
    least = min(height, width)
    return -(-height * shorter // least), -(-width * shorter // least)


# %% answer="rescaled_size" name="never-larger" loses=["test_rescaled_size"] says="never-larger"
def rescaled_size(height, width, shorter):
    factor = min(1, shorter / min(height, width))
    return round(height * factor), round(width * factor)


# %% [markdown]
# # vgg_block


# %% answer="vgg_block" name="functional, activations as layers"
def vgg_block(shape, filters, convolutions):
    x = inputs = keras.Input(shape=shape)
    for _ in range(convolutions):
        x = layers.Conv2D(filters, (3, 3), padding="same")(x)
        x = layers.Activation("relu")(x)
    x = layers.MaxPool2D(pool_size=(2, 2), strides=(2, 2))(x)
    return keras.Model(inputs, x)


# %% answer="vgg_block" name="one list, the pooling before the last ReLU"
def vgg_block(shape, filters, convolutions):
    chain = [keras.Input(shape)]
    for number in range(convolutions):
        chain += [layers.Conv2D(filters, 3, padding="same"), layers.ReLU()]
    last = chain.pop()
    return keras.Sequential([*chain, layers.MaxPooling2D(), last])


# %% answer="vgg_block" name="one-convolution" loses=["test_vgg_block"] says="layers-missing"
def vgg_block(shape, filters, convolutions):
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
        ]
    )


# %% answer="vgg_block" name="filters-doubled" loses=["test_vgg_block"] says="filters"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for number in range(convolutions):
        model.add(layers.Conv2D(filters * 2**number, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    return model


# %% answer="vgg_block" name="padding-valid" loses=["test_vgg_block_sizes"] says="padding-valid"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2, padding="same"))
    return model


# %% answer="vgg_block" name="pool-after-each" loses=["test_vgg_block_sizes"] says="pool-too-many"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D(2, padding="same"))
    return model


# %% answer="vgg_block" name="pool-first" loses=["test_vgg_block_sizes"] says="pool-early"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape), layers.MaxPooling2D(2)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    return model


# %% answer="vgg_block" name="relu-on-the-last-only" loses=["test_vgg_block_relu"] says="relu-missing"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same"))
    model.add(layers.ReLU())
    model.add(layers.MaxPooling2D(2))
    return model


# %% answer="vgg_block" name="ReLU as an operation"
def vgg_block(shape, filters, convolutions):
    x = inputs = keras.Input(shape)
    for _ in range(convolutions):
        x = keras.ops.maximum(layers.Conv2D(filters, 3, padding="same")(x), 0)
    return keras.Model(inputs, layers.MaxPooling2D()(x))


# %% answer="vgg_block" name="padding by hand, and pooling as an operation"
def vgg_block(shape, filters, convolutions):
    x = inputs = keras.Input(shape)
    for _ in range(convolutions):
        x = layers.Conv2D(filters, 3, activation="relu")(layers.ZeroPadding2D(1)(x))
    return keras.Model(inputs, keras.ops.max_pool(x, 2))


# %% answer="vgg_block" name="dropout" loses=["test_vgg_block"] says="in-training"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Dropout(0.2))
    return model


# %% answer="vgg_block" name="zeros-as-weights" loses=["test_vgg_block"] says="initialiser"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="zeros"))
    model.add(layers.MaxPooling2D(2))
    return model


# %% answer="vgg_block" name="batchnorm-added" loses=["test_vgg_block"] says="extra-weights"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.BatchNormalization())
    model.add(layers.MaxPooling2D(2))
    return model


# %% answer="vgg_block" name="average-pooling" loses=["test_vgg_block_sizes"] says="pool-average"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.AveragePooling2D(2))
    return model


# %% answer="vgg_block" name="sigmoid" loses=["test_vgg_block_relu"] says="other-activation"
def vgg_block(shape, filters, convolutions):
    model = keras.Sequential([keras.Input(shape)])
    for _ in range(convolutions):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="sigmoid"))
    model.add(layers.MaxPooling2D(2))
    return model


# %% [markdown]
# # pointwise


# %% answer="pointwise" name="einsum in float32"
def pointwise(maps, weights, bias):
    return np.einsum("nhwc,cf->nhwf", maps, weights).astype("float32") + bias.astype("float32")


# %% answer="pointwise" name="pixel by pixel"
def pointwise(images, w, b):
    n, height, width, _ = images.shape
    result = np.zeros((n, height, width, len(b)))
    for image in range(n):
        for row in range(height):
            for column in range(width):
                result[image, row, column] = np.dot(images[image, row, column], w) + b
    return result


# %% answer="pointwise" name="one long list of pixels and back"
def pointwise(maps, weights, bias):
    flat = maps.reshape(-1, maps.shape[-1])
    return (flat.dot(weights) + bias).reshape(*maps.shape[:3], -1)


# %% answer="pointwise" name="weights-transposed" loses=["test_pointwise"] says="weights-transposed"
def pointwise(maps, weights, bias):
    return maps @ weights.T + bias


# %% answer="pointwise" name="bias-forgotten" loses=["test_pointwise"] says="bias-forgotten"
def pointwise(maps, weights, bias):
    return maps @ weights


# %% answer="pointwise" name="relu-added" loses=["test_pointwise"] says="relu-added"
def pointwise(maps, weights, bias):
    return np.maximum(maps @ weights + bias, 0)


# %% answer="pointwise" name="pixels-flattened" loses=["test_pointwise_pixels"] says="pixels-flattened"
def pointwise(maps, weights, bias):
    return maps.reshape(-1, maps.shape[-1]) @ weights + bias


# %% answer="pointwise" name="a-list" loses=["test_pointwise_pixels"] says="wrong-container"
def pointwise(maps, weights, bias):
    return (maps @ weights + bias).tolist()


# %% answer="pointwise" name="in-place" loses=["test_pointwise_pixels"] says="input-modified"
def pointwise(maps, weights, bias):
    result = maps @ weights + bias
    maps *= 0
    return result


# %% answer="pointwise" name="room-for-the-old-maps" loses=["test_pointwise"] says="maps-out"
def pointwise(maps, weights, bias):
    result = np.empty_like(maps)
    result[...] = maps @ weights + bias
    return result


# %% answer="pointwise" name="rows-for-columns" loses=["test_pointwise_pixels"] says="axes-swapped"
def pointwise(maps, weights, bias):
    n, h, w, c = maps.shape
    return (maps.reshape(-1, c) @ weights + bias).reshape(n, w, h, -1)


# %% answer="pointwise" name="images-for-rows" loses=["test_pointwise_pixels"] says="axes-swapped"
def pointwise(maps, weights, bias):
    n, h, w, c = maps.shape
    return (maps.reshape(-1, c) @ weights + bias).reshape(h, n, w, -1)


# %% [markdown]
# # multiplications


# %% answer="multiplications" name="one product a layer"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    def layer(inputs, k, outputs):
        return side**2 * k**2 * inputs * outputs

    if not bottleneck:
        return layer(channels, kernel, filters)
    return layer(channels, 1, bottleneck) + layer(bottleneck, kernel, filters)


# %% answer="multiplications" name="NumPy products"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    total = 0
    if bottleneck is not None:
        total += np.prod([side, side, channels, bottleneck], dtype=np.int64)
        channels = bottleneck
    return total + np.prod([side, side, kernel, kernel, channels, filters], dtype=np.int64)


# %% answer="multiplications" name="weights-counted" loses=["test_multiplications"] says="weights-counted"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    if bottleneck is None:
        return kernel**2 * channels * filters
    return channels * bottleneck + kernel**2 * bottleneck * filters


# %% answer="multiplications" name="kernel-not-squared" loses=["test_multiplications"] says="kernel-not-squared"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    if bottleneck is None:
        return side**2 * kernel * channels * filters
    return side**2 * channels * bottleneck + side**2 * kernel * bottleneck * filters


# %% answer="multiplications" name="side-not-squared" loses=["test_multiplications"] says="side-not-squared"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    if bottleneck is None:
        return side * kernel**2 * channels * filters
    return side * channels * bottleneck + side * kernel**2 * bottleneck * filters


# %% answer="multiplications" name="reduction-forgotten" loses=["test_multiplications_bottleneck"] says="reduction-forgotten"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    return side**2 * kernel**2 * (bottleneck or channels) * filters


# %% answer="multiplications" name="bottleneck-ignored" loses=["test_multiplications_bottleneck"] says="bottleneck-ignored"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    return side**2 * kernel**2 * channels * filters


# %% answer="multiplications" name="direct-added" loses=["test_multiplications_bottleneck"] says="direct-added"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    total = side**2 * kernel**2 * channels * filters
    if bottleneck is not None:
        total += side**2 * channels * bottleneck
    return total


# %% answer="multiplications" name="no-padding" loses=["test_multiplications"] says="unpadded"
def multiplications(side, channels, kernel, filters, bottleneck=None):
    inner = (side - kernel + 1) ** 2
    if bottleneck is None:
        return inner * kernel**2 * channels * filters
    return side**2 * channels * bottleneck + inner * kernel**2 * bottleneck * filters


# %% [markdown]
# # inception_module


# %% answer="inception_module" name="line by line, activations as layers"
def inception_module(shape, filters, bottlenecks=None):
    inputs = keras.Input(shape=shape)
    one = layers.ReLU()(layers.Conv2D(filters[0], (1, 1))(inputs))
    three = five = inputs
    if bottlenecks:
        three = layers.ReLU()(layers.Conv2D(bottlenecks[0], (1, 1))(inputs))
        five = layers.ReLU()(layers.Conv2D(bottlenecks[1], (1, 1))(inputs))
    three = layers.ReLU()(layers.Conv2D(filters[1], (3, 3), padding="same")(three))
    five = layers.ReLU()(layers.Conv2D(filters[2], (5, 5), padding="same")(five))
    pool = layers.MaxPool2D((3, 3), strides=(1, 1), padding="same")(inputs)
    pool = layers.ReLU()(layers.Conv2D(filters[3], (1, 1))(pool))
    return keras.Model(inputs, layers.concatenate([one, three, five, pool], axis=-1))


# %% answer="inception_module" name="branches as models, padding by hand"
def inception_module(shape, filters, bottlenecks=None):
    def branch(*chain):
        return keras.Sequential([keras.Input(shape), *chain])

    def conv(count, side):
        return [layers.ZeroPadding2D(side // 2), layers.Conv2D(count, side, activation="relu")]

    before = [[], []] if bottlenecks is None else [conv(count, 1) for count in bottlenecks]
    image = keras.Input(shape)
    models = [
        branch(*conv(filters[0], 1)),
        branch(*before[0], *conv(filters[1], 3)),
        branch(*before[1], *conv(filters[2], 5)),
        branch(layers.MaxPooling2D(3, strides=1, padding="same"), *conv(filters[3], 1)),
    ]
    return keras.Model(image, layers.Concatenate()([model(image) for model in models]))


# %% answer="inception_module" name="without biases, a dense layer for 1x1"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu", "use_bias": False}
    reduced = [x, x]
    if bottlenecks is not None:
        reduced = [layers.Dense(count, activation="relu")(x) for count in bottlenecks]
    pooled = layers.MaxPooling2D(3, 1, "same")(x)
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(reduced[0]),
        layers.Conv2D(filters[2], 5, **options)(reduced[1]),
        layers.Conv2D(filters[3], 1, **options)(pooled),
    ]
    return keras.Model(inputs=x, outputs=keras.ops.concatenate(parts, axis=-1))


# %% answer="inception_module" name="pool-stride" loses=["test_inception_module", "test_inception_module_branches", "test_inception_module_relu", "test_inception_module_bottlenecks"] says="branches-differ"
# It cannot be built at all: nothing is left to judge.
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a, b = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1, **options)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.Conv2D(filters[3], 1, **options)(layers.MaxPooling2D(3, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="added" loses=["test_inception_module", "test_inception_module_branches", "test_inception_module_relu", "test_inception_module_bottlenecks"] says="joined-added"
# With numbers of filters that differ it cannot be built, so that every check is lost.
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a, b = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1, **options)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.Conv2D(filters[3], 1, **options)(layers.MaxPooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Add()(parts))


# %% answer="inception_module" name="another-order" loses=["test_inception_module_branches"] says="branch-order"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a, b = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1, **options)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[3], 1, **options)(layers.MaxPooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="average-pooled" loses=["test_inception_module_branches"] says="average-pooled"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a, b = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1, **options)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.Conv2D(filters[3], 1, **options)(layers.AveragePooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="pool-after-convolution" loses=["test_inception_module_branches"] says="pool-last"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a, b = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1, **options)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.MaxPooling2D(3, strides=1, padding="same")(layers.Conv2D(filters[3], 1, **options)(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="relu-missing" loses=["test_inception_module_relu"] says="relu-missing"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    a, b = (x, x)
    if bottlenecks is not None:
        a, b = [layers.Conv2D(n, 1, activation="relu")(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1)(x),
        layers.Conv2D(filters[1], 3, padding="same")(a),
        layers.Conv2D(filters[2], 5, padding="same")(b),
        layers.Conv2D(filters[3], 1)(layers.MaxPooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="bottleneck-relu-missing" loses=["test_inception_module_relu"] says="bottleneck-relu-missing"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a, b = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.Conv2D(filters[3], 1, **options)(layers.MaxPooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="bottleneck-missing" loses=["test_inception_module_bottlenecks"] says="bottleneck-missing"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(x),
        layers.Conv2D(filters[2], 5, **options)(x),
        layers.Conv2D(filters[3], 1, **options)(layers.MaxPooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="bottlenecks-swapped" loses=["test_inception_module_bottlenecks"] says="bottlenecks-swapped"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    b, a = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1, **options)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.Conv2D(filters[3], 1, **options)(layers.MaxPooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="one-bottleneck-for-both" loses=["test_inception_module_bottlenecks"] says="bottleneck-shared"
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a = x if bottlenecks is None else layers.Conv2D(bottlenecks[0], 1, **options)(x)
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(a),
        layers.Conv2D(filters[3], 1, **options)(layers.MaxPooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="batchnorm-added" loses=["test_inception_module_branches"] says="extra-weights"
# The original has none, and the exercise asks for none.
def inception_module(shape, filters, bottlenecks=None):
    def convolve(maps, count, side):
        maps = layers.Conv2D(count, side, padding="same")(maps)
        return layers.ReLU()(layers.BatchNormalization()(maps))

    x = keras.Input(shape)
    a, b = (x, x) if bottlenecks is None else [convolve(x, n, 1) for n in bottlenecks]
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    parts = [
        convolve(x, filters[0], 1),
        convolve(a, filters[1], 3),
        convolve(b, filters[2], 5),
        convolve(pooled, filters[3], 1),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="nothing-after-the-pooling" loses=["test_inception_module", "test_inception_module_branches", "test_inception_module_relu"] says="branch-missing"
# With another number of maps the branches cannot be told apart.
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a, b = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1, **options)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.MaxPooling2D(3, strides=1, padding="same")(x),
    ]
    return keras.Model(x, layers.Concatenate()(parts))


# %% answer="inception_module" name="a-chain" loses=["test_inception_module", "test_inception_module_branches", "test_inception_module_relu", "test_inception_module_bottlenecks"] says="chained"
def inception_module(shape, filters, bottlenecks=None):
    x = inputs = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    x = layers.Conv2D(filters[0], 1, **options)(x)
    for place, side in ((1, 3), (2, 5)):
        if bottlenecks is not None:
            x = layers.Conv2D(bottlenecks[place - 1], 1, **options)(x)
        x = layers.Conv2D(filters[place], side, **options)(x)
    x = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    return keras.Model(inputs, layers.Conv2D(filters[3], 1, **options)(x))


# %% answer="inception_module" name="below-each-other" loses=["test_inception_module", "test_inception_module_branches", "test_inception_module_relu", "test_inception_module_bottlenecks"] says="joined-other-axis"
# With numbers of filters that differ it cannot be built, so that every check is lost.
def inception_module(shape, filters, bottlenecks=None):
    x = keras.Input(shape)
    options = {"padding": "same", "activation": "relu"}
    a, b = (x, x) if bottlenecks is None else [layers.Conv2D(n, 1, **options)(x) for n in bottlenecks]
    parts = [
        layers.Conv2D(filters[0], 1, **options)(x),
        layers.Conv2D(filters[1], 3, **options)(a),
        layers.Conv2D(filters[2], 5, **options)(b),
        layers.Conv2D(filters[3], 1, **options)(layers.MaxPooling2D(3, strides=1, padding="same")(x)),
    ]
    return keras.Model(x, layers.Concatenate(axis=1)(parts))


# %% [markdown]
# # total_loss


# %% answer="total_loss" name="one by one"
def total_loss(main, auxiliary, training):
    if not training:
        return main
    for loss in auxiliary:
        main += 0.3 * loss
    return main


# %% answer="total_loss" name="a factor that is 0 or 0.3"
def total_loss(main, auxiliary, training):
    return main + np.sum(auxiliary) * (0.3 if training else 0)


# %% answer="total_loss" name="not-weighed" loses=["test_total_loss"] says="not-weighed"
def total_loss(main, auxiliary, training):
    return main + sum(auxiliary) if training else main


# %% answer="total_loss" name="all-weighed" loses=["test_total_loss"] says="all-weighed"
def total_loss(main, auxiliary, training):
    return 0.3 * (main + sum(auxiliary)) if training else main


# %% answer="total_loss" name="first-auxiliary-only" loses=["test_total_loss"] says="first-auxiliary-only"
def total_loss(main, auxiliary, training):
    return main + 0.3 * auxiliary[0] if training else main


# %% answer="total_loss" name="averaged" loses=["test_total_loss"] says="auxiliary-averaged"
def total_loss(main, auxiliary, training):
    return main + 0.3 * np.mean(auxiliary) if training else main


# %% answer="total_loss" name="always" loses=["test_total_loss_test"] says="auxiliary-at-test"
def total_loss(main, auxiliary, training):
    return main + 0.3 * sum(auxiliary)


# %% answer="total_loss" name="never" loses=["test_total_loss", "test_total_loss_test"] says="auxiliary-unused"
# The main loss alone is what the second check asks for at test time; it also asks for something else in training.
def total_loss(main, auxiliary, training):
    return main


# %% answer="total_loss" name="the-wrong-way-round" loses=["test_total_loss", "test_total_loss_test"] says="training-inverted"
def total_loss(main, auxiliary, training):
    return main if training else main + 0.3 * sum(auxiliary)


# %% [markdown]
# # convolutional_head


# %% answer="convolutional_head" name="functional, layer by layer"
def convolutional_head(shape, weights):
    h, w, c = shape
    w1, b1, w2, b2 = weights
    inputs = keras.Input((None, None, c))
    first = layers.Conv2D(len(b1), (h, w), padding="valid")
    second = layers.Conv2D(len(b2), (1, 1))
    outputs = second(layers.Activation("relu")(first(inputs)))
    first.set_weights([w1.reshape((h, w, c, len(b1))), b1])
    second.set_weights([w2.reshape((1, 1, *w2.shape)), b2])
    return keras.Model(inputs, outputs)


# %% answer="convolutional_head" name="constant initialisers, a dense layer at each place"
def convolutional_head(shape, weights):
    w1, b1, w2, b2 = weights
    head = keras.Sequential([keras.Input((None, None, shape[2]))])
    head.add(layers.Conv2D(w1.shape[1], tuple(shape[:2]), activation="relu"))
    head.add(layers.Dense(w2.shape[1]))
    head.layers[0].set_weights([np.reshape(w1, (*shape, -1)), b1])
    head.layers[1].set_weights([w2, b2])
    return head


# %% answer="convolutional_head" name="relu-missing" loses=["test_convolutional_head"] says="head-relu-missing"
def convolutional_head(shape, weights):
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, shape[2]))])
    model.add(layers.Conv2D(w1.shape[1], shape[:2]))
    model.add(layers.Conv2D(w2.shape[1], 1))
    model.set_weights([w1.reshape(*shape, -1), b1, w2[None, None], b2])
    return model


# %% answer="convolutional_head" name="relu-last" loses=["test_convolutional_head"] says="head-relu-last"
def convolutional_head(shape, weights):
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, shape[2]))])
    model.add(layers.Conv2D(w1.shape[1], shape[:2], activation="relu"))
    model.add(layers.Conv2D(w2.shape[1], 1, activation="relu"))
    model.set_weights([w1.reshape(*shape, -1), b1, w2[None, None], b2])
    return model


# %% answer="convolutional_head" name="channels-first" loses=["test_convolutional_head"] says="head-channels-first"
def convolutional_head(shape, weights):
    h, w, c = shape
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, c))])
    model.add(layers.Conv2D(w1.shape[1], (h, w), activation="relu"))
    model.add(layers.Conv2D(w2.shape[1], 1))
    model.set_weights([w1.reshape(c, h, w, -1).transpose(1, 2, 0, 3), b1, w2[None, None], b2])
    return model


# %% answer="convolutional_head" name="rows-and-columns" loses=["test_convolutional_head"] says="head-transposed"
def convolutional_head(shape, weights):
    h, w, c = shape
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, c))])
    model.add(layers.Conv2D(w1.shape[1], (h, w), activation="relu"))
    model.add(layers.Conv2D(w2.shape[1], 1))
    model.set_weights([w1.reshape(w, h, c, -1).transpose(1, 0, 2, 3), b1, w2[None, None], b2])
    return model


# %% answer="convolutional_head" name="flipped" loses=["test_convolutional_head"] says="head-flipped"
def convolutional_head(shape, weights):
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, shape[2]))])
    model.add(layers.Conv2D(w1.shape[1], shape[:2], activation="relu"))
    model.add(layers.Conv2D(w2.shape[1], 1))
    model.set_weights([w1.reshape(*shape, -1)[::-1, ::-1], b1, w2[None, None], b2])
    return model


# %% answer="convolutional_head" name="still-dense" loses=["test_convolutional_head_larger"] says="head-fixed"
def convolutional_head(shape, weights):
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input(shape), layers.Flatten()])
    model.add(layers.Dense(w1.shape[1], activation="relu"))
    model.add(layers.Dense(w2.shape[1]))
    model.set_weights(weights)
    return model


# %% answer="convolutional_head" name="pooled" loses=["test_convolutional_head_larger"] says="head-pooled"
def convolutional_head(shape, weights):
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, shape[2]))])
    model.add(layers.Conv2D(w1.shape[1], shape[:2], activation="relu"))
    model.add(layers.Conv2D(w2.shape[1], 1))
    model.add(layers.GlobalAveragePooling2D())
    model.set_weights([w1.reshape(*shape, -1), b1, w2[None, None], b2])
    return model


# %% answer="convolutional_head" name="strides" loses=["test_convolutional_head_larger"] says="head-strides"
def convolutional_head(shape, weights):
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, shape[2]))])
    model.add(layers.Conv2D(w1.shape[1], shape[:2], strides=shape[:2], activation="relu"))
    model.add(layers.Conv2D(w2.shape[1], 1))
    model.set_weights([w1.reshape(*shape, -1), b1, w2[None, None], b2])
    return model


# %% answer="convolutional_head" name="weights-not-set" loses=["test_convolutional_head", "test_convolutional_head_larger"] says="head-weights"
def convolutional_head(shape, weights):
    model = keras.Sequential([keras.Input((None, None, shape[2]))])
    model.add(layers.Conv2D(weights[0].shape[1], shape[:2], activation="relu"))
    model.add(layers.Conv2D(weights[2].shape[1], 1))
    return model


# %% answer="convolutional_head" name="sides-swapped" loses=["test_convolutional_head", "test_convolutional_head_larger"] says="head-swapped"
# Such a model does not take maps of the trained size.
def convolutional_head(shape, weights):
    h, w, c = shape
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, c))])
    model.add(layers.Conv2D(w1.shape[1], (w, h), activation="relu"))
    model.add(layers.Conv2D(w2.shape[1], 1))
    model.set_weights([w1.reshape(w, h, c, -1), b1, w2[None, None], b2])
    return model


# %% answer="convolutional_head" name="weights-of-another-shape" loses=["test_convolutional_head", "test_convolutional_head_larger"] says="head-shapes"
# set_weights raises: no model comes back.
def convolutional_head(shape, weights):
    h, w, c = shape
    w1, b1, w2, b2 = weights
    model = keras.Sequential([keras.Input((None, None, c))])
    model.add(layers.Conv2D(w1.shape[1], (w, h), activation="relu"))
    model.add(layers.Conv2D(w2.shape[1], 1))
    model.set_weights([w1.reshape(h, w, c, -1), b1, w2[None, None], b2])
    return model


# %% [markdown]
# # gradient_norms


# %% answer="gradient_norms" name="TensorFlow's own gradient"
import tensorflow as tf


def gradient_norms(weights, x, shortcut):
    inputs = []
    with tf.GradientTape() as tape:
        h = tf.constant(x[None], tf.float64)
        for matrix in weights:
            tape.watch(h)
            inputs.append(h)
            new = tf.nn.relu(h @ tf.constant(matrix))
            h = h + new if shortcut else new
        loss = tf.reduce_sum(h)
    return np.array([np.linalg.norm(g) for g in tape.gradient(loss, inputs)])


# %% answer="gradient_norms" name="recursion"
def gradient_norms(weights, x, shortcut):
    def back(number, h):
        """The gradient at the input of a layer, and the norms from there on."""
        if number == len(weights):
            return np.ones_like(h), []
        z = h @ weights[number]
        g, norms = back(number + 1, np.maximum(z, 0) + shortcut * h)
        g = weights[number] @ np.where(z > 0, g, 0) + shortcut * g
        return g, [np.sqrt((g**2).sum()), *norms]

    return back(0, np.asarray(x, dtype=float))[1]


# %% answer="gradient_norms" name="relu-mask-forgotten" loses=["test_gradient_norms"] says="relu-mask-forgotten"
def gradient_norms(weights, x, shortcut):
    g, norms = np.ones(len(x)), []
    for matrix in reversed(weights):
        g = g @ matrix.T + (g if shortcut else 0)
        norms.append(np.linalg.norm(g))
    return norms[::-1]


# %% answer="gradient_norms" name="not-transposed" loses=["test_gradient_norms"] says="not-transposed"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0) + (x if shortcut else 0)
    g, norms = np.ones(len(x)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        g = (g * (z > 0)) @ matrix + (g if shortcut else 0)
        norms.append(np.linalg.norm(g))
    return norms[::-1]


# %% answer="gradient_norms" name="last-layer-first" loses=["test_gradient_norms"] says="norms-reversed"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0) + (x if shortcut else 0)
    g, norms = np.ones(len(x)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        g = (g * (z > 0)) @ matrix.T + (g if shortcut else 0)
        norms.append(np.linalg.norm(g))
    return norms


# %% answer="gradient_norms" name="squares" loses=["test_gradient_norms"] says="norms-squared"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0) + (x if shortcut else 0)
    g, norms = np.ones(len(x)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        g = (g * (z > 0)) @ matrix.T + (g if shortcut else 0)
        norms.insert(0, (g**2).sum())
    return norms


# %% answer="gradient_norms" name="shortcut-forgotten" loses=["test_gradient_norms_shortcut"] says="shortcut-ignored"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0) + (x if shortcut else 0)
    g, norms = np.ones(len(x)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        g = (g * (z > 0)) @ matrix.T
        norms.insert(0, np.linalg.norm(g))
    return norms


# %% answer="gradient_norms" name="forwards-without-shortcut" loses=["test_gradient_norms_shortcut"] says="forward-without-shortcut"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0)
    g, norms = np.ones(len(x)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        g = (g * (z > 0)) @ matrix.T + (g if shortcut else 0)
        norms.insert(0, np.linalg.norm(g))
    return norms


# %% answer="gradient_norms" name="shortcut-masked" loses=["test_gradient_norms_shortcut"] says="shortcut-masked"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0) + (x if shortcut else 0)
    g, norms = np.ones(len(x)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        u = g * (z > 0)
        g = u @ matrix.T + u if shortcut else u @ matrix.T
        norms.insert(0, np.linalg.norm(g))
    return norms


# %% answer="gradient_norms" name="mask-from-output" loses=["test_gradient_norms_shortcut"] says="mask-from-output"
def gradient_norms(weights, x, shortcut):
    after = []
    for matrix in weights:
        x = np.maximum(x @ matrix, 0) + (x if shortcut else 0)
        after.append(x)
    g, norms = np.ones(len(x)), []
    for matrix, h in zip(weights[::-1], after[::-1]):
        g = (g * (h > 0)) @ matrix.T + (g if shortcut else 0)
        norms.insert(0, np.linalg.norm(g))
    return norms


# %% answer="gradient_norms" name="relu-after-sum" loses=["test_gradient_norms_shortcut"] says="relu-after-sum"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1] + (x if shortcut else 0), 0)
    g, norms = np.ones(len(x)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        g = (g * (z > 0)) @ matrix.T + (g if shortcut else 0)
        norms.insert(0, np.linalg.norm(g))
    return norms


# %% answer="gradient_norms" name="in-place" loses=["test_gradient_norms_shortcut"] says="input-modified"
def gradient_norms(weights, x, shortcut):
    h, before = x, []
    for matrix in weights:
        z = h @ matrix
        before.append(z)
        if shortcut:
            h += np.maximum(z, 0)
        else:
            h = np.maximum(z, 0)
    g, norms = np.ones(len(h)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        g = (g * (z > 0)) @ matrix.T + (g if shortcut else 0)
        norms.insert(0, np.linalg.norm(g))
    return norms


# %% answer="gradient_norms" name="at-the-outputs" loses=["test_gradient_norms"] says="norms-at-output"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0) + (x if shortcut else 0)
    g, norms = np.ones(len(x)), []
    for matrix, z in zip(weights[::-1], before[::-1]):
        norms.insert(0, np.linalg.norm(g))
        g = (g * (z > 0)) @ matrix.T + (g if shortcut else 0)
    return norms


# %% answer="gradient_norms" name="started-from-h" loses=["test_gradient_norms"] says="started-from-h"
def gradient_norms(weights, x, shortcut):
    before = []
    for matrix in weights:
        before.append(x @ matrix)
        x = np.maximum(before[-1], 0) + (x if shortcut else 0)
    g, norms = x, []
    for matrix, z in zip(weights[::-1], before[::-1]):
        g = (g * (z > 0)) @ matrix.T + (g if shortcut else 0)
        norms.insert(0, np.linalg.norm(g))
    return norms


# %% [markdown]
# # residual_block


# %% answer="residual_block" name="line by line, with biases"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = keras.Input(shape=shape)
    x = layers.Conv2D(filters, (3, 3), strides=strides, padding="same")(inputs)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(filters, (3, 3), padding="same")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    if shortcut:
        if strides == 1 and filters == shape[2]:
            x = layers.add([inputs, x])
        else:
            y = layers.Conv2D(filters, (1, 1), strides=strides, padding="valid")(inputs)
            y = layers.BatchNormalization(momentum=0.9)(y)
            x = layers.add([x, y])
    x = layers.Activation("relu")(x)
    return keras.Model(inputs=inputs, outputs=x)


# %% answer="residual_block" name="operators, padding by hand, BatchNorm without scale"
def residual_block(shape, filters, strides=1, shortcut=True):
    image = keras.Input(shape)
    y = layers.ZeroPadding2D(1)(image)
    y = layers.Conv2D(filters, 3, strides, use_bias=False, kernel_initializer="he_normal")(y)
    y = keras.ops.relu(layers.BatchNormalization(scale=False, momentum=0.9)(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(y)
    y = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(y)
    if shortcut:
        same = strides == 1 and filters == shape[-1]
        x = image if same else layers.Conv2D(filters, 1, strides)(image)
        y = y + (x if same else layers.BatchNormalization(momentum=0.9)(x))
    return keras.Model(image, keras.ops.maximum(y, 0))


# %% answer="residual_block" name="ways as models, a dense layer on every second pixel"
def residual_block(shape, filters, strides=1, shortcut=True):
    image = keras.Input(shape)
    main = keras.Sequential(
        [
            keras.Input(shape),
            layers.Conv2D(filters, 3, strides=strides, padding="same"),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2D(filters, 3, padding="same"),
            layers.BatchNormalization(momentum=0.9),
        ]
    )
    out = main(image)
    if shortcut:
        past = image
        if strides > 1:
            past = layers.MaxPooling2D(1, strides=strides)(past)
        if strides > 1 or shape[-1] != filters:
            past = layers.BatchNormalization(momentum=0.9)(layers.Dense(filters, use_bias=False)(past))
        out = layers.Add()([past, out])
    return keras.Model(image, layers.ReLU()(out))


# %% answer="residual_block" name="shortcut-missing" loses=["test_residual_block"] says="shortcut-missing"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="projection-needless" loses=["test_residual_block"] says="projection-needless"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="relu-before-sum" loses=["test_residual_block_relu"] says="relu-before-sum"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    x = layers.ReLU()(x)
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, x)


# %% answer="residual_block" name="final-relu-missing" loses=["test_residual_block_relu"] says="final-relu-missing"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, x)


# %% answer="residual_block" name="no-batchnorm" loses=["test_residual_block_batchnorm"] says="batchnorm-missing"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(inputs)
    x = layers.Conv2D(filters, 3, padding="same")(x)
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.Conv2D(filters, 1, strides=strides)(inputs)
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="batchnorm-shortcut-missing" loses=["test_residual_block_batchnorm"] says="batchnorm-shortcut"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.Conv2D(filters, 1, strides=strides)(inputs)
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="relu-before-norm" loses=["test_residual_block_batchnorm"] says="relu-before-norm"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(inputs)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="projection-for-strides-only" loses=["test_residual_block_projection"] says="projection-missing"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        if strides != 1:
            past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="no-projection" loses=["test_residual_block_projection", "test_residual_block_strides"] says="projection-missing"
# Strides need the projection, too.
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        x = layers.Add()([x, inputs])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="projection-for-filters-only" loses=["test_residual_block_strides"] says="strides-differ"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        if filters != shape[-1]:
            past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="stride-in-second" loses=["test_residual_block_strides"] says="stride-in-second"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, strides=strides, padding="same")(x))
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="shortcut-kept" loses=["test_residual_block_plain"] says="shortcut-kept"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if strides != 1 or filters != shape[-1]:
        past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
    x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="padding-valid" loses=["test_residual_block", "test_residual_block_relu", "test_residual_block_batchnorm", "test_residual_block_projection", "test_residual_block_strides", "test_residual_block_plain"] says="padding-valid"
# The two ways cannot be added: no block comes back that could be judged.
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides)(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3)(x))
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="plain-without-relu" loses=["test_residual_block_plain"] says="plain-relu-missing"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.Conv2D(filters, 1, strides=strides)(inputs)
            past = layers.BatchNormalization(momentum=0.9)(past)
        x = layers.ReLU()(layers.Add()([x, past]))
    return keras.Model(inputs, x)


# %% answer="residual_block" name="batchnorm-shared" loses=["test_residual_block_batchnorm"] says="batchnorm-shared"
def residual_block(shape, filters, strides=1, shortcut=True):
    norm = layers.BatchNormalization(momentum=0.9)
    inputs = past = keras.Input(shape)
    x = layers.ReLU()(norm(layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)))
    x = norm(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = norm(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% answer="residual_block" name="momentum" loses=["test_residual_block_batchnorm"] says="momentum"
def residual_block(shape, filters, strides=1, shortcut=True):
    inputs = past = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(inputs)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(x))
    if shortcut:
        if strides != 1 or filters != shape[-1]:
            past = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=strides)(inputs))
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


# %% [markdown]
# # top_k_accuracy


# %% answer="top_k_accuracy" name="how many are more probable"
def top_k_accuracy(labels, probabilities, k):
    true = np.take_along_axis(probabilities, labels[:, None], axis=1)
    return ((probabilities > true).sum(axis=1) < k).mean()


# %% answer="top_k_accuracy" name="Keras's own"
def top_k_accuracy(y, p, k):
    return np.mean(keras.metrics.sparse_top_k_categorical_accuracy(y, p, k))


# %% answer="top_k_accuracy" name="a plain loop"
def top_k_accuracy(labels, probabilities, k):
    hits = 0
    for label, row in zip(labels.tolist(), probabilities.tolist()):
        order = sorted(range(len(row)), key=lambda c: row[c], reverse=True)
        hits += label in order[:k]
    return hits / len(labels)


# %% answer="top_k_accuracy" name="top-one-only" loses=["test_top_k_accuracy"] says="top-one-only"
def top_k_accuracy(labels, probabilities, k):
    return (probabilities.argmax(axis=1) == labels).mean()


# %% answer="top_k_accuracy" name="lowest-k" loses=["test_top_k_accuracy"] says="lowest-k"
def top_k_accuracy(labels, probabilities, k):
    chosen = np.argsort(probabilities, axis=1)[:, :k]
    return (chosen == labels[:, None]).any(axis=1).mean()


# %% answer="top_k_accuracy" name="one-too-many" loses=["test_top_k_accuracy"] says="k-off-by-one"
def top_k_accuracy(labels, probabilities, k):
    chosen = np.argsort(probabilities, axis=1)[:, -k - 1 :]
    return (chosen == labels[:, None]).any(axis=1).mean()


# %% answer="top_k_accuracy" name="labels-below-k" loses=["test_top_k_accuracy"] says="sorted-values"
def top_k_accuracy(labels, probabilities, k):
    return float(np.mean([label in range(k) for label in labels]))


# %% answer="top_k_accuracy" name="a-count" loses=["test_top_k_accuracy_share"] says="count-not-share"
def top_k_accuracy(labels, probabilities, k):
    chosen = np.argsort(-probabilities, axis=1)[:, :k]
    return (chosen == labels[:, None]).any(axis=1).sum()


# %% answer="top_k_accuracy" name="percent" loses=["test_top_k_accuracy_share"] says="percent"
def top_k_accuracy(labels, probabilities, k):
    chosen = np.argsort(-probabilities, axis=1)[:, :k]
    return 100 * (chosen == labels[:, None]).any(axis=1).mean()


# %% answer="top_k_accuracy" name="sorted-values" loses=["test_top_k_accuracy", "test_top_k_accuracy_share"] says="sorted-probabilities"
# Not a single label is found, so that the share is wrong in any situation.
def top_k_accuracy(labels, probabilities, k):
    chosen = np.sort(probabilities, axis=1)[:, -k:]
    return (chosen == labels[:, None]).any(axis=1).mean()


# %% answer="top_k_accuracy" name="best-left-out" loses=["test_top_k_accuracy", "test_top_k_accuracy_share"] says="best-left-out"
# With k = 1 nothing is left.
def top_k_accuracy(labels, probabilities, k):
    chosen = np.argsort(probabilities, axis=1)[:, -k:-1]
    return (chosen == labels[:, None]).any(axis=1).mean()


# %% answer="top_k_accuracy" name="only-the-kth" loses=["test_top_k_accuracy"] says="only-the-kth"
def top_k_accuracy(labels, probabilities, k):
    return (np.argsort(probabilities, axis=1)[:, -k] == labels).mean()


# %% [markdown]
# # log_line


# %% answer="log_line" name="None said aloud, %-format"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n != 0 and epoch != epochs - 1:
        return None
    text = "\033[1;32m%d of %d" % (epoch + 1, epochs)
    for name in sorted(logs):
        text += ", %s=%.4f" % (name, logs[name])
    return text + "\033[m"


# %% answer="log_line" name="a set of epochs"
def log_line(epoch, epochs, n, logs=None):
    chosen = {*range(n - 1, epochs, n), epochs - 1}
    if epoch in chosen:
        values = " | ".join(f"{key}: {value:.4f}" for key, value in (logs or {}).items())
        return "\x1b[35m" + f"[{epoch + 1}/{epochs}] {values}" + "\x1b[0m"


# %% answer="log_line" name="last-missing" loses=["test_log_line_last"] says="last-missing"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 or epoch == epochs:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m"


# %% answer="log_line" name="epoch-from-zero" loses=["test_log_line"] says="epoch-from-zero"
def log_line(epoch, epochs, n, logs):
    if epoch % n == 0 or epoch == epochs - 1:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m"


# %% answer="log_line" name="both-traps" loses=["test_log_line", "test_log_line_last"] says="epoch-from-zero"
def log_line(epoch, epochs, n, logs):
    if epoch % n == 0 or epoch == epochs:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m"


# %% answer="log_line" name="every-epoch" loses=["test_log_line", "test_log_line_last"] says="every-epoch"
def log_line(epoch, epochs, n, logs):
    values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
    return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m"


# %% answer="log_line" name="printed" loses=["test_log_line", "test_log_line_last", "test_log_line_text"] says="no-text"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 or epoch + 1 == epochs:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        print(f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m")


# %% answer="log_line" name="number-from-zero" loses=["test_log_line_text"] says="epoch-number"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 or epoch + 1 == epochs:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch}/{epochs}  {values}\x1b[0m"


# %% answer="log_line" name="no-colour" loses=["test_log_line_text"] says="no-colour"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 or epoch + 1 == epochs:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"epoch {epoch + 1}/{epochs}  {values}"


# %% answer="log_line" name="colour-not-ended" loses=["test_log_line_text"] says="colour-not-ended"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 or epoch + 1 == epochs:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}"


# %% answer="log_line" name="loss-only" loses=["test_log_line_text"] says="value-missing"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 or epoch + 1 == epochs:
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  loss {logs['loss']:.4f}\x1b[0m"


# %% answer="log_line" name="counted-from-the-end" loses=["test_log_line_last"] says="counted-from-end"
def log_line(epoch, epochs, n, logs):
    if (epochs - epoch - 1) % n == 0:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m"


# %% answer="log_line" name="and-for-or" loses=["test_log_line", "test_log_line_last"] says="lines-missing"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 and epoch + 1 == epochs:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m"


# %% answer="log_line" name="an-empty-text" loses=["test_log_line"] says="empty-text"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n != 0 and epoch != epochs - 1:
        return ""
    values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
    return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m"


# %% answer="log_line" name="line-break" loses=["test_log_line_text"] says="line-break"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 or epoch + 1 == epochs:
        values = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m\n"


# %% answer="log_line" name="eight-decimals" loses=["test_log_line_text"] says="decimals"
def log_line(epoch, epochs, n, logs):
    if (epoch + 1) % n == 0 or epoch + 1 == epochs:
        values = "  ".join(f"{name} {value:.8f}" for name, value in logs.items())
        return f"\x1b[36mepoch {epoch + 1}/{epochs}  {values}\x1b[0m"


# %% [markdown]
# # resnet_plan


# %% answer="resnet_plan" name="lists added up"
def resnet_plan(filters, blocks):
    plan = []
    for stage, count in enumerate(filters):
        plan += [(count, 1 + (stage > 0))] + [(count, 1)] * (blocks - 1)
    return plan


# %% answer="resnet_plan" name="from the number of the block, as lists"
def resnet_plan(filters, blocks):
    total = len(filters) * blocks
    return [[filters[i // blocks], 2 if i and i % blocks == 0 else 1] for i in range(total)]


# %% answer="resnet_plan" name="an array"
def resnet_plan(filters, blocks):
    plan = np.ones((len(filters), blocks, 2), dtype=int)
    plan[:, :, 0] = np.array(filters)[:, None]
    plan[1:, 0, 1] = 2
    return plan.reshape(-1, 2)


# %% answer="resnet_plan" name="one-block-a-stage" loses=["test_resnet_plan"] says="blocks-ignored"
def resnet_plan(filters, blocks):
    return [(count, 2 if stage else 1) for stage, count in enumerate(filters)]


# %% answer="resnet_plan" name="stages-mixed" loses=["test_resnet_plan"] says="stages-mixed"
def resnet_plan(filters, blocks):
    plan = []
    for block in range(blocks):
        for stage, count in enumerate(filters):
            plan.append((count, 2 if stage and block == 0 else 1))
    return plan


# %% answer="resnet_plan" name="stride-every-block" loses=["test_resnet_plan_strides"] says="stride-every-block"
def resnet_plan(filters, blocks):
    return [(count, 2 if stage else 1) for stage, count in enumerate(filters) for _ in range(blocks)]


# %% answer="resnet_plan" name="stride-first-stage" loses=["test_resnet_plan_strides"] says="stride-first-stage"
def resnet_plan(filters, blocks):
    return [(count, 2 if block == 0 else 1) for count in filters for block in range(blocks)]


# %% answer="resnet_plan" name="stride-at-end" loses=["test_resnet_plan_strides"] says="stride-at-end"
def resnet_plan(filters, blocks):
    plan = [(count, 2 if block == blocks - 1 else 1) for count in filters for block in range(blocks)]
    plan[-1] = (plan[-1][0], 1)
    return plan


# %% answer="resnet_plan" name="no-strides" loses=["test_resnet_plan_strides"] says="stride-never"
def resnet_plan(filters, blocks):
    return [(count, 1) for count in filters for _ in range(blocks)]


# %% answer="resnet_plan" name="not-pairs" loses=["test_resnet_plan", "test_resnet_plan_strides"] says="not-pairs"
def resnet_plan(filters, blocks):
    return [count for count in filters for _ in range(blocks)]


# %% answer="resnet_plan" name="stride-by-filters" loses=["test_resnet_plan_strides"] says="stride-by-filters"
def resnet_plan(filters, blocks):
    plan, before = [], filters[0]
    for count in filters:
        for _ in range(blocks):
            plan.append((count, 2 if count != before else 1))
            before = count
    return plan


# %% answer="resnet_plan" name="filters-doubled" loses=["test_resnet_plan"] says="filters-doubled"
def resnet_plan(filters, blocks):
    stages = range(len(filters))
    return [(filters[0] * 2**i, 2 if i and j == 0 else 1) for i in stages for j in range(blocks)]


# %% answer="resnet_plan" name="pairs-swapped" loses=["test_resnet_plan"] says="pairs-swapped"
def resnet_plan(filters, blocks):
    return [(2 if i and j == 0 else 1, n) for i, n in enumerate(filters) for j in range(blocks)]


# %% [markdown]
# # Stretch


# %% answer="fold_batchnorm" name="filter by filter"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    new_kernel, new_bias = kernel.astype(float), bias.astype(float)
    for f in range(kernel.shape[3]):
        scale = gamma[f] / (variance[f] + epsilon) ** 0.5
        new_kernel[:, :, :, f] *= scale
        new_bias[f] = (bias[f] - mean[f]) * scale + beta[f]
    return new_kernel, new_bias


# %% answer="fold_batchnorm" name="einsum, in a list"
def fold_batchnorm(k, b, g, beta, m, v, e):
    inverse = g * (v + e) ** -0.5
    return [np.einsum("hwcf,f->hwcf", k, inverse), beta - m * inverse + b * inverse]


# %% answer="fold_batchnorm" name="scale-on-inputs" loses=["test_fold_batchnorm"] says="scale-on-inputs"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale[None, None, :, None], (bias - mean) * scale + beta


# %% answer="fold_batchnorm" name="epsilon-forgotten" loses=["test_fold_batchnorm"] says="epsilon-forgotten"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance)
    return kernel * scale, (bias - mean) * scale + beta


# %% answer="fold_batchnorm" name="epsilon-outside" loses=["test_fold_batchnorm"] says="epsilon-outside"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / (np.sqrt(variance) + epsilon)
    return kernel * scale, (bias - mean) * scale + beta


# %% answer="fold_batchnorm" name="no-root" loses=["test_fold_batchnorm"] says="no-root"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / (variance + epsilon)
    return kernel * scale, (bias - mean) * scale + beta


# %% answer="fold_batchnorm" name="bias-not-scaled" loses=["test_fold_batchnorm"] says="bias-not-scaled"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale, bias - mean * scale + beta


# %% answer="fold_batchnorm" name="mean-ignored" loses=["test_fold_batchnorm"] says="mean-ignored"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale, bias * scale + beta


# %% answer="fold_batchnorm" name="beta-scaled" loses=["test_fold_batchnorm"] says="beta-scaled"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale, (bias - mean + beta) * scale


# %% answer="fold_batchnorm" name="mean-not-scaled" loses=["test_fold_batchnorm"] says="mean-not-scaled"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale, bias * scale - mean + beta


# %% answer="fold_batchnorm" name="mean-added" loses=["test_fold_batchnorm"] says="mean-added"
def fold_batchnorm(kernel, bias, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale, (bias + mean) * scale + beta


# %% answer="residual_block" name="a sum of one thing" loses=["test_residual_block"] says="shortcut-missing"
def residual_block(shape, filters, strides=1, shortcut=True):
    image = keras.Input(shape)
    x = layers.Conv2D(filters, 3, strides, padding="same")(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    if shortcut:
        x = layers.Add()([x])
    return keras.Model(image, layers.ReLU()(x))
