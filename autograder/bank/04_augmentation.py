# %% [markdown]
# # split_signs

# %% answer="split_signs" name="every column but the label, by name"
def split_signs(signs):
    signs = pd.DataFrame(signs)
    names = [name for name in signs.columns if name != "label"]
    x = signs[names].values.astype("float32") / 255.0
    return x.reshape((len(x), 28, 28, 1)), np.asarray(signs.label)


# %% answer="split_signs" name="popped, from a list of pictures"
def split_signs(table):
    table = pd.DataFrame(table).copy()
    labels = table.pop("label")
    pictures = [np.array(row, dtype=float).reshape(28, 28, 1) / 255 for row in table.itertuples(index=False)]
    return np.stack(pictures), labels.values


# %% answer="split_signs" name="label-by-position" loses=["test_split_signs_column"] says=""
# No name: the pixels of the wrong columns are whatever stands there.
def split_signs(table):
    table = pd.DataFrame(table).to_numpy()
    return table[:, 1:].reshape(-1, 28, 28, 1) / 255, table[:, 0]


# %% answer="split_signs" name="label-left-in" loses=["test_split_signs", "test_split_signs_column", "test_split_signs_shape"] says="label-among-pixels"
def split_signs(table):
    table = pd.DataFrame(table)
    return table.to_numpy() / 255, table["label"].to_numpy()


# %% answer="split_signs" name="not-scaled" loses=["test_split_signs_scale"] says="not-scaled"
def split_signs(table):
    table = pd.DataFrame(table)
    return table.drop(columns="label").to_numpy().reshape(-1, 28, 28, 1), table["label"].to_numpy()


# %% answer="split_signs" name="scaled-by-largest" loses=["test_split_signs_scale"] says="scaled-by-largest"
def split_signs(table):
    table = pd.DataFrame(table)
    pixels = table.drop(columns="label").to_numpy()
    return pixels.reshape(-1, 28, 28, 1) / pixels.max(), table["label"].to_numpy()


# %% answer="split_signs" name="channel-missing" loses=["test_split_signs_shape"] says="channel-missing"
def split_signs(table):
    table = pd.DataFrame(table)
    return table.drop(columns="label").to_numpy().reshape(-1, 28, 28) / 255, table["label"].to_numpy()


# %% answer="split_signs" name="pixels-column-by-column" loses=["test_split_signs_shape"] says="rows-as-columns"
def split_signs(table):
    table = pd.DataFrame(table)
    pixels = table.drop(columns="label").to_numpy() / 255
    return pixels.reshape(-1, 28, 28, 1).transpose(0, 2, 1, 3), table["label"].to_numpy()


# %% answer="split_signs" name="labels-moved-already" loses=["test_split_signs_labels", "test_split_signs_column"] says="labels-changed"
# The check of the other column looks at labels too, some of which lie after J.
def split_signs(table):
    table = pd.DataFrame(table)
    labels = table["label"].to_numpy()
    return table.drop(columns="label").to_numpy().reshape(-1, 28, 28, 1) / 255, labels - (labels > 9)


# %% [markdown]
# # one_hot


# %% answer="one_hot" name="comparison with all letters"
def one_hot(labels):
    return (np.asarray(labels)[:, None] == np.delete(np.arange(25), 9)).astype(np.float32)


# %% answer="one_hot" name="Keras, one column deleted"
def one_hot(labels):
    return np.delete(keras.utils.to_categorical(labels, 25), 9, axis=1)


# %% answer="one_hot" name="a loop and a dictionary"
def one_hot(y):
    column = {ord(letter) - ord("A"): number for number, letter in enumerate(LETTERS)}
    rows = np.zeros((len(y), 24), dtype=int)
    for n, label in enumerate(y):
        rows[n, column[int(label)]] = 1
    return rows


# %% answer="one_hot" name="column-for-j" loses=["test_one_hot"] says="column-for-j"
def one_hot(labels):
    return keras.utils.to_categorical(labels, 25)


# %% answer="one_hot" name="gap-ignored" loses=["test_one_hot"] says="label-too-large"
def one_hot(labels):
    return np.eye(24)[labels]


# %% answer="one_hot" name="last-column-left-out" loses=["test_one_hot"] says="last-column-left-out"
def one_hot(labels):
    return np.eye(25)[labels][:, :-1]


# %% answer="one_hot" name="labels-changed" loses=["test_one_hot"] says="input-modified"
def one_hot(labels):
    labels[labels > 9] -= 1
    return np.eye(24)[labels]


# %% answer="one_hot" name="columns-of-batch" loses=["test_one_hot_absent"] says="columns-of-batch"
def one_hot(labels):
    return pd.get_dummies(labels).to_numpy().astype(float)


# %% answer="one_hot" name="column-numbers" loses=["test_one_hot", "test_one_hot_absent"] says="index-not-hot"
def one_hot(labels):
    return labels - (labels > 9)


# %% [markdown]
# # predict_signs_cnn


# %% answer="predict_signs_cnn" name="worked out in a tuple"
def predict_signs_cnn():
    a = -(-28 // 2)
    b = -(-a // 2)
    c = -(-b // 2)
    return a, b, c, c * c * 25, (c * c * 25 + 1) * 512


# %% answer="predict_signs_cnn" name="an array"
def predict_signs_cnn():
    return np.array([14.0, 7.0, 4.0, 400.0, 205312.0])


# %% answer="predict_signs_cnn" name="rounded-down" loses=["test_predict_signs_cnn_sides"] says="pools-rounded-down"
def predict_signs_cnn():
    return [14, 7, 3, 225, 225 * 512 + 512]


# %% answer="predict_signs_cnn" name="biases-forgotten" loses=["test_predict_signs_cnn_dense"] says="biases-forgotten"
def predict_signs_cnn():
    return [14, 7, 4, 400, 204800]


# %% answer="predict_signs_cnn" name="channels-forgotten" loses=["test_predict_signs_cnn_dense"] says="channels-forgotten"
def predict_signs_cnn():
    return [14, 7, 4, 16, 16 * 512 + 512]


# %% answer="predict_signs_cnn" name="valid-convolutions" loses=["test_predict_signs_cnn_sides"] says="sides-off"
def predict_signs_cnn():
    return [13, 5, 1, 25, 25 * 512 + 512]


# %% [markdown]
# # batchnorm_parameters


# %% answer="batchnorm_parameters" name="asked of Keras"
def batchnorm_parameters(channels):
    layer = layers.BatchNormalization()
    layer.build((None, channels))
    learned = sum(int(np.prod(w.shape)) for w in layer.trainable_weights)
    return learned, layer.count_params() - learned


# %% answer="batchnorm_parameters" name="a lambda that gives a list"
batchnorm_parameters = lambda c: [c + c] * 2


# %% answer="batchnorm_parameters" name="all-learned" loses=["test_batchnorm_parameters"] says="all-learned"
def batchnorm_parameters(channels):
    return 4 * channels, 0


# %% answer="batchnorm_parameters" name="one-each" loses=["test_batchnorm_parameters"] says="one-number-each"
def batchnorm_parameters(channels):
    return channels, channels


# %% answer="batchnorm_parameters" name="added-up" loses=["test_batchnorm_parameters"] says="added-up"
def batchnorm_parameters(channels):
    return 4 * channels


# %% [markdown]
# # build_signs_cnn


# %% answer="build_signs_cnn" name="functional, activations as layers"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    first, second, third = filters
    inputs = keras.Input(shape=(28, 28, 1), name="hand")
    x = layers.Conv2D(first, (3, 3), strides=1, padding="same")(inputs)
    x = layers.Activation("relu")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.MaxPool2D((2, 2), strides=2, padding="same")(x)
    x = layers.Conv2D(second, (3, 3), padding="same", activation="relu")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Dropout(0.2)(x)
    x = layers.MaxPool2D((2, 2), strides=2, padding="same")(x)
    x = layers.Conv2D(third, 3, padding="same")(x)
    x = layers.ReLU()(x)
    x = layers.MaxPool2D(2, padding="same")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Reshape((-1,))(x)
    x = layers.Dense(units, keras.activations.relu)(x)
    x = layers.Dropout(0.3)(x)
    x = layers.Softmax()(layers.Dense(24)(x))
    model = keras.Model(inputs, x)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy()],
    )
    return model


# %% answer="build_signs_cnn" name="a list of layers, without Input"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    def block(count, *more):
        conv = layers.Conv2D(count, 3, padding="same", activation="relu")
        return [conv, *more, layers.BatchNormalization(momentum=0.9), layers.MaxPooling2D(padding="same")]

    chain = block(filters[0]) + block(filters[1], layers.Dropout(0.2)) + block(filters[2])
    chain += [layers.Flatten(), layers.Dense(units, activation="relu"), layers.Dropout(0.3)]
    model = keras.Sequential(chain + [layers.Dense(24, activation="softmax")])
    model.build((None, 28, 28, 1))
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


# %% answer="build_signs_cnn" name="default-momentum" loses=["test_build_signs_cnn_batchnorm"] says="default-momentum"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, count in enumerate(filters):
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        if number == 1:
            model.add(layers.Dropout(0.2))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_signs_cnn" name="pools-valid" loses=["test_build_signs_cnn"] says="pools-not-same"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, count in enumerate(filters):
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        if number == 1:
            model.add(layers.Dropout(0.2))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_signs_cnn" name="widths-ignored" loses=["test_build_signs_cnn_widths"] says="widths-ignored"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, count in enumerate((75, 50, 25)):
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        if number == 1:
            model.add(layers.Dropout(0.2))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_signs_cnn" name="relu-forgotten" loses=["test_build_signs_cnn_activations"] says="relu-missing"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, count in enumerate(filters):
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        if number == 1:
            model.add(layers.Dropout(0.2))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(units))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_signs_cnn" name="dropout-forgotten" loses=["test_build_signs_cnn_dropout"] says="dropout-missing"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for count in filters:
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_signs_cnn" name="sparse-loss" loses=["test_build_signs_cnn_compiled"] says="loss-sparse"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, count in enumerate(filters):
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        if number == 1:
            model.add(layers.Dropout(0.2))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_signs_cnn" name="batchnorm-forgotten" loses=["test_build_signs_cnn_batchnorm"] says="batchnorm-missing"
def build_signs_cnn(filters=(75, 50, 25), units=512):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, count in enumerate(filters):
        model.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        if number == 1:
            model.add(layers.Dropout(0.2))
        model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(24, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# # shift_image


# %% answer="shift_image" name="pixel by pixel"
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    out = np.empty(image.shape, dtype=float)
    h, w = image.shape[0], image.shape[1]

    def place(i, n):
        if 0 <= i < n:
            return i
        if fill_mode == "nearest":
            return 0 if i < 0 else n - 1
        if fill_mode == "wrap":
            return i % n
        if fill_mode == "reflect":
            while not 0 <= i < n:
                i = -i - 1 if i < 0 else 2 * n - i - 1
            return i
        return None

    for r in range(h):
        for c in range(w):
            a, b = place(r - dy, h), place(c - dx, w)
            out[r, c] = cval if a is None or b is None else image[a, b]
    return out


# %% answer="shift_image" name="np.pad and a slice"
def shift_image(picture, dx, dy, fill_mode="constant", cval=0):
    mode = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (picture.ndim - 2)
    options = {"constant_values": cval} if fill_mode == "constant" else {}
    padded = np.pad(picture.astype(float), widths, mode=mode, **options)
    top, left = ring - dy, ring - dx
    return padded[top : top + picture.shape[0], left : left + picture.shape[1]].copy()


# %% answer="shift_image" name="SciPy, channel by channel, in float32"
from scipy import ndimage


def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    steps = (dy, dx) + (0,) * (image.ndim - 2)
    mode = "grid-wrap" if fill_mode == "wrap" else fill_mode
    return ndimage.shift(image.astype(np.float32), steps, order=0, mode=mode, cval=cval)


# %% answer="shift_image" name="opposite-direction" loses=["test_shift_image", "test_shift_image_together"] says="opposite-direction"
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    mode = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (image.ndim - 2)
    options = {"constant_values": cval} if fill_mode == "constant" else {}
    padded = np.pad(image.astype(float), widths, mode=mode, **options)
    top, left = ring + dy, ring + dx
    return padded[top : top + image.shape[0], left : left + image.shape[1]]


# %% answer="shift_image" name="dx-dy-swapped" loses=["test_shift_image", "test_shift_image_together"] says="dx-dy-swapped"
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    mode = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (image.ndim - 2)
    options = {"constant_values": cval} if fill_mode == "constant" else {}
    padded = np.pad(image.astype(float), widths, mode=mode, **options)
    top, left = ring - dx, ring - dy
    return padded[top : top + image.shape[0], left : left + image.shape[1]]


# %% answer="shift_image" name="edge-not-repeated" loses=["test_shift_image_reflect", "test_shift_image_together"] says="edge-not-repeated"
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    mode = {"constant": "constant", "nearest": "edge", "reflect": "reflect", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (image.ndim - 2)
    options = {"constant_values": cval} if fill_mode == "constant" else {}
    padded = np.pad(image.astype(float), widths, mode=mode, **options)
    top, left = ring - dy, ring - dx
    return padded[top : top + image.shape[0], left : left + image.shape[1]]


# %% answer="shift_image" name="cval-ignored" loses=["test_shift_image_cval", "test_shift_image_together"] says="cval-ignored"
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    mode = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (image.ndim - 2)
    padded = np.pad(image.astype(float), widths, mode=mode)
    top, left = ring - dy, ring - dx
    return padded[top : top + image.shape[0], left : left + image.shape[1]]


# %% answer="shift_image" name="rolled-only" loses=["test_shift_image", "test_shift_image_cval", "test_shift_image_nearest", "test_shift_image_reflect", "test_shift_image_beyond", "test_shift_image_shapes", "test_shift_image_new_array", "test_shift_image_together"] says="wrapped"
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    return np.roll(image, (dy, dx), axis=(0, 1))


# %% answer="shift_image" name="constant-in-rows-only" loses=["test_shift_image", "test_shift_image_cval", "test_shift_image_beyond", "test_shift_image_shapes", "test_shift_image_new_array", "test_shift_image_together"] says="constant-not-filled"
# The columns whose index lay outside keep the edge that was fetched as in nearest.
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    height, width = image.shape[:2]
    rows, columns = np.arange(height) - dy, np.arange(width) - dx

    def inside(index, size):
        if fill_mode == "wrap":
            return index % size
        if fill_mode == "reflect":
            index = index % (2 * size)
            return np.where(index < size, index, 2 * size - 1 - index)
        return np.clip(index, 0, size - 1)

    result = image[inside(rows, height)][:, inside(columns, width)].astype(float)
    if fill_mode == "constant":
        result[(rows < 0) | (rows >= height)] = cval
    return result


# %% answer="shift_image" name="one-mirror-only" loses=["test_shift_image_beyond", "test_shift_image_together"] says=""
# The public case tells the far shift by an IndexError or by numbers without a name of their own.
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    h, w = image.shape[:2]
    rows, columns = np.arange(h) - dy, np.arange(w) - dx

    def inside(i, n):
        if fill_mode == "wrap":
            return i % n
        if fill_mode == "reflect":
            i = np.where(i < 0, -1 - i, i)
            return np.clip(np.where(i >= n, 2 * n - 1 - i, i), 0, n - 1)
        return np.clip(i, 0, n - 1)

    out = image[inside(rows, h)][:, inside(columns, w)].astype(float)
    if fill_mode == "constant":
        out[(rows < 0) | (rows >= h)] = cval
        out[:, (columns < 0) | (columns >= w)] = cval
    return out


# %% answer="shift_image" name="slices-that-leave-the-image" loses=["test_shift_image_beyond"] says="shift-too-far"
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    h, w = image.shape[:2]
    if fill_mode == "constant":
        if abs(dx) >= w or abs(dy) >= h:
            raise ValueError("could not broadcast")
    mode = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (image.ndim - 2)
    options = {"constant_values": cval} if fill_mode == "constant" else {}
    padded = np.pad(image.astype(float), widths, mode=mode, **options)
    return padded[ring - dy : ring - dy + h, ring - dx : ring - dx + w]


# %% answer="shift_image" name="channels-padded" loses=["test_shift_image_shapes", "test_shift_image_together"] says="square-image-assumed"
# A matrix product of shapes that do not fit: the error comes from channels and oblong images alike.
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    n = image.shape[0]
    mode = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    options = {"constant_values": cval} if fill_mode == "constant" else {}
    padded = np.pad(image.astype(float), ring, mode=mode, **options)
    result = np.zeros(image.shape)
    result[:] = padded[ring - dy : ring - dy + n, ring - dx : ring - dx + n]
    return result


# %% answer="shift_image" name="input-modified" loses=["test_shift_image_new_array"] says="input-modified"
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    mode = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (image.ndim - 2)
    options = {"constant_values": cval} if fill_mode == "constant" else {}
    padded = np.pad(image.astype(float), widths, mode=mode, **options)
    result = padded[ring - dy : ring - dy + image.shape[0], ring - dx : ring - dx + image.shape[1]].copy()
    image[:] = 0
    return result


# %% answer="shift_image" name="nearest-as-constant" loses=["test_shift_image_nearest", "test_shift_image_beyond", "test_shift_image_shapes", "test_shift_image_together"] says="constant-for-other"
# Other shapes are tried with nearest among others, so an unwritten mode costs them as well.
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    mode = {"constant": "constant", "nearest": "constant", "reflect": "symmetric", "wrap": "wrap"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (image.ndim - 2)
    options = {"constant_values": cval} if mode == "constant" else {}
    padded = np.pad(image.astype(float), widths, mode=mode, **options)
    top, left = ring - dy, ring - dx
    return padded[top : top + image.shape[0], left : left + image.shape[1]]


# %% answer="shift_image" name="wrap-as-reflect" loses=["test_shift_image_wrap", "test_shift_image_beyond", "test_shift_image_shapes", "test_shift_image_together"] says=""
# No name: a mirror in place of a roll is no usual slip.
def shift_image(image, dx, dy, fill_mode="constant", cval=0):
    mode = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "symmetric"}[fill_mode]
    ring = max(abs(dx), abs(dy))
    widths = [(ring, ring), (ring, ring)] + [(0, 0)] * (image.ndim - 2)
    options = {"constant_values": cval} if mode == "constant" else {}
    padded = np.pad(image.astype(float), widths, mode=mode, **options)
    top, left = ring - dy, ring - dx
    return padded[top : top + image.shape[0], left : left + image.shape[1]]


# %% [markdown]
# # valid_transforms


# %% answer="valid_transforms" name="written out"
def valid_transforms():
    names = ("rotate_10", "mirror", "quarter_turn", "half_turn")
    table = {
        "digits": (True, False, False, False),
        "signs": (True, True, False, False),
        "scenes": (True, True, False, False),
        "aerial": (True, True, True, True),
    }
    return {data: dict(zip(names, row)) for data, row in table.items()}


# %% answer="valid_transforms" name="NumPy's truth values"
valid_transforms = lambda: {
    data: {name: np.bool_(name in allowed) for name in ("rotate_10", "mirror", "quarter_turn", "half_turn")}
    for data, allowed in {
        "digits": {"rotate_10"},
        "signs": {"rotate_10", "mirror"},
        "scenes": {"rotate_10", "mirror"},
        "aerial": {"rotate_10", "mirror", "quarter_turn", "half_turn"},
    }.items()
}


# %% answer="valid_transforms" name="digits-mirrored" loses=["test_valid_transforms_digits"] says="digits-misjudged"
def valid_transforms():
    upright = {"rotate_10": True, "mirror": True, "quarter_turn": False, "half_turn": False}
    return {
        "digits": upright,
        "signs": upright,
        "scenes": upright,
        "aerial": {name: True for name in upright},
    }


# %% answer="valid_transforms" name="signs-not-mirrored" loses=["test_valid_transforms_signs"] says="signs-misjudged"
def valid_transforms():
    upright = {"rotate_10": True, "mirror": True, "quarter_turn": False, "half_turn": False}
    digits = upright | {"mirror": False}
    return {"digits": digits, "signs": digits, "scenes": upright, "aerial": {name: True for name in upright}}


# %% answer="valid_transforms" name="aerial-like-scenes" loses=["test_valid_transforms_scenes"] says="scenes-misjudged"
def valid_transforms():
    upright = {"rotate_10": True, "mirror": True, "quarter_turn": False, "half_turn": False}
    return {"digits": upright | {"mirror": False}, "signs": upright, "scenes": upright, "aerial": upright}


# %% answer="valid_transforms" name="words-for-truth" loses=["test_valid_transforms_digits", "test_valid_transforms_signs", "test_valid_transforms_scenes"] says="form"
def valid_transforms():
    return {"digits": "rotate_10", "signs": "mirror", "scenes": "mirror", "aerial": "all"}


# %% [markdown]
# # build_augmentation


# %% answer="build_augmentation" name="another order, with Input, pairs of factors"
def build_augmentation():
    model = keras.Sequential()
    model.add(keras.Input((28, 28, 1)))
    model.add(layers.RandomFlip(mode="horizontal"))
    model.add(layers.RandomTranslation((-0.1, 0.1), (-0.1, 0.1), fill_mode="constant"))
    model.add(layers.RandomZoom((-0.1, 0.1), (-0.1, 0.1), fill_mode="nearest"))
    model.add(layers.RandomRotation(1 / 36, fill_mode="nearest"))
    return model


# %% answer="build_augmentation" name="functional, nearest pixels"
def build_augmentation():
    inputs = keras.Input((None, None, None))
    x = layers.RandomZoom(0.1, interpolation="nearest")(inputs)
    x = layers.RandomFlip("horizontal")(x)
    x = layers.RandomRotation((-10 / 360, 10 / 360))(x)
    return keras.Model(inputs, layers.RandomTranslation(height_factor=0.1, width_factor=0.1)(x))


# %% answer="build_augmentation" name="rotation-in-parts" loses=["test_build_augmentation_rotation"] says="rotation-too-large"
def build_augmentation():
    return keras.Sequential(
        [
            layers.RandomRotation(0.1),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip("horizontal"),
        ]
    )


# %% answer="build_augmentation" name="flip-both-ways" loses=["test_build_augmentation_flip"] says="flip-vertical"
def build_augmentation():
    return keras.Sequential(
        [
            layers.RandomRotation(10 / 360),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip(),
        ]
    )


# %% answer="build_augmentation" name="shift-along-one-axis" loses=["test_build_augmentation_shift"] says="shifts-one-axis"
def build_augmentation():
    return keras.Sequential(
        [
            layers.RandomRotation(10 / 360),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.0, 0.1),
            layers.RandomFlip("horizontal"),
        ]
    )


# %% answer="build_augmentation" name="zoom-too-strong" loses=["test_build_augmentation_zoom"] says="zoom-too-large"
def build_augmentation():
    return keras.Sequential(
        [
            layers.RandomRotation(10 / 360),
            layers.RandomZoom(0.3),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip("horizontal"),
        ]
    )


# %% answer="build_augmentation" name="brightness-of-bytes" loses=["test_build_augmentation_random"] says="out-of-range"
def build_augmentation():
    return keras.Sequential(
        [
            layers.RandomRotation(10 / 360),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip("horizontal"),
            layers.RandomBrightness(0.2),
        ]
    )


# %% answer="build_augmentation" name="scaled-inside" loses=["test_build_augmentation"] says="active-at-inference"
def build_augmentation():
    return keras.Sequential(
        [
            layers.Rescaling(1 / 255),
            layers.RandomRotation(10 / 360),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip("horizontal"),
        ]
    )


# %% answer="build_augmentation" name="no-rotation" loses=["test_build_augmentation_rotation"] says="rotation-missing"
def build_augmentation():
    return keras.Sequential(
        [layers.RandomZoom(0.1), layers.RandomTranslation(0.1, 0.1), layers.RandomFlip("horizontal")]
    )


# %% answer="build_augmentation" name="brighter-or-darker" loses=["test_build_augmentation_random"] says="brightness-changed"
def build_augmentation():
    return keras.Sequential(
        [
            layers.RandomRotation(10 / 360),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip("horizontal"),
            layers.RandomBrightness(0.2, value_range=(0, 1)),
        ]
    )


# %% answer="build_augmentation" name="degrees" loses=["test_build_augmentation", "test_build_augmentation_random", "test_build_augmentation_rotation", "test_build_augmentation_zoom", "test_build_augmentation_shift", "test_build_augmentation_flip"] says="factor-too-large"
def build_augmentation():
    return keras.Sequential(
        [
            layers.RandomRotation(10),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomFlip("horizontal"),
        ]
    )


# %% [markdown]
# # standardise


# %% answer="standardise" name="channel by channel"
def standardise(x, y):
    x, y = np.array(x, float), np.array(y, float)
    for c in range(x.shape[-1]):
        m, s = np.mean(x[..., c]), np.std(x[..., c])
        x[..., c] = (x[..., c] - m) / s
        y[..., c] = (y[..., c] - m) / s
    return [x, y]


# %% answer="standardise" name="Keras's layer"
def standardise(train, test):
    norm = layers.Normalization(axis=-1)
    norm.adapt(train.astype("float32"))
    return np.array(norm(train.astype("float32"))), np.array(norm(test.astype("float32")))


# %% answer="standardise" name="with a small number, in float32"
def standardise(train, test):
    train, test = train.astype(np.float32), test.astype(np.float32)
    flat = train.reshape(-1, train.shape[-1])
    mean, std = flat.mean(0), flat.std(0) + 1e-7
    return (train - mean) / std, (test - mean) / std


# %% answer="standardise" name="test-statistics" loses=["test_standardise_test"] says="test-statistics"
def standardise(train, test):
    axes = (0, 1, 2)
    return (train - train.mean(axes)) / train.std(axes), (test - test.mean(axes)) / test.std(axes)


# %% answer="standardise" name="joint-statistics" loses=["test_standardise", "test_standardise_test"] says="joint-statistics"
# Whoever lets the test set in changes the training set, too.
def standardise(train, test):
    both = np.concatenate([train, test])
    mean, std = both.mean((0, 1, 2)), both.std((0, 1, 2))
    return (train - mean) / std, (test - mean) / std


# %% answer="standardise" name="channels-together" loses=["test_standardise_channels"] says="channels-together"
def standardise(train, test):
    return (train - train.mean()) / train.std(), (test - train.mean()) / train.std()


# %% answer="standardise" name="not-divided" loses=["test_standardise"] says="not-divided"
def standardise(train, test):
    mean = train.mean(axis=(0, 1, 2))
    return train - mean, test - mean


# %% answer="standardise" name="samplewise" loses=["test_standardise", "test_standardise_test", "test_standardise_channels"] says="samplewise"
# Another thing than what was asked: nothing but the container is right.
def standardise(train, test):
    def each(x):
        with np.errstate(all="ignore"):
            return (x - x.mean(axis=(1, 2, 3), keepdims=True)) / x.std(axis=(1, 2, 3), keepdims=True)

    return each(train), each(test)


# %% answer="standardise" name="in-place" loses=["test_standardise_new_arrays"] says="bytes-wrapped"
def standardise(train, test):
    mean, std = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2))
    train -= mean
    train /= std
    test -= mean
    test /= std
    return train, test


# %% answer="standardise" name="floats-in-place" loses=["test_standardise_new_arrays"] says="input-modified"
def standardise(train, test):
    train, test = np.asarray(train, float), np.asarray(test, float)
    mean, std = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2))
    for images in (train, test):
        images -= mean
        images /= std
    return train, test


# %% [markdown]
# # steps_per_epoch

# %% answer="steps_per_epoch" name="math.ceil"
import math


def steps_per_epoch(n, batch_size):
    return math.ceil(n / batch_size)


# %% answer="steps_per_epoch" name="one more where there is a rest"
steps_per_epoch = lambda images, size: images // size + (images % size > 0)


# %% answer="steps_per_epoch" name="rounded-down" loses=["test_steps_per_epoch"] says="rounded-down"
def steps_per_epoch(n, batch_size):
    return n // batch_size


# %% answer="steps_per_epoch" name="a-fraction" loses=["test_steps_per_epoch", "test_steps_per_epoch_whole"] says="fraction-of-a-step"
# Neither rounded nor an int.
def steps_per_epoch(n, batch_size):
    return n / batch_size


# %% answer="steps_per_epoch" name="always-one-more" loses=["test_steps_per_epoch"] says="one-step-too-many"
def steps_per_epoch(n, batch_size):
    return n // batch_size + 1


# %% answer="steps_per_epoch" name="a-float" loses=["test_steps_per_epoch_whole"] says="not-whole"
def steps_per_epoch(n, batch_size):
    return np.ceil(n / batch_size)


# %% [markdown]
# # save_and_load

# %% answer="save_and_load" name="saving functions, called eagerly"
from pathlib import Path


def save_and_load(model, images, path):
    keras.saving.save_model(model, path)
    again = keras.saving.load_model(path)
    return again(images, training=False), Path(path).stat().st_size


# %% answer="save_and_load" name="a list, in batches"
def save_and_load(network, x, file):
    network.save(file, overwrite=True)
    del network
    network = keras.models.load_model(file, compile=False)
    return [network.predict(x, batch_size=2, verbose=0), os.path.getsize(file)]


# %% answer="save_and_load" name="only-the-layers" loses=["test_save_and_load"] says="predictions-differ"
def save_and_load(model, images, path):
    model.save(path)
    loaded = keras.Sequential.from_config(model.get_config())
    return loaded.predict(images, verbose=0), os.path.getsize(path)


# %% answer="save_and_load" name="kilobytes" loses=["test_save_and_load_file"] says="other-unit"
def save_and_load(model, images, path):
    model.save(path)
    loaded = keras.models.load_model(path)
    return loaded.predict(images, verbose=0), os.path.getsize(path) / 1000


# %% answer="save_and_load" name="size-of-the-weights" loses=["test_save_and_load_file"] says="no-such-file"
def save_and_load(model, images, path):
    return model.predict(images, verbose=0), 4 * model.count_params()


# %% answer="save_and_load" name="best-classes" loses=["test_save_and_load"] says="classes-not-probabilities"
def save_and_load(model, images, path):
    model.save(path)
    loaded = keras.models.load_model(path)
    return loaded.predict(images, verbose=0).argmax(axis=1), os.path.getsize(path)


# %% [markdown]
# # classify


# %% answer="classify" name="called eagerly, in float32"
def classify(network, photo):
    image = tf.cast(photo, tf.float32)[tf.newaxis, ..., tf.newaxis] / 255
    scores = np.array(network(image, training=False)).ravel()
    return LETTERS[np.argmax(scores)], np.max(scores)


# %% answer="classify" name="sorted pairs"
def classify(model, picture):
    values = model.predict(np.expand_dims(picture, (0, 3)).astype(float) / 255.0, verbose=0).tolist()[0]
    probability, letter = sorted(zip(values, LETTERS))[-1]
    return [letter, probability]


# %% answer="classify" name="not-scaled" loses=["test_classify_probability"] says="picture-not-scaled"
def classify(model, picture):
    probabilities = model.predict(picture.reshape(1, 28, 28, 1).astype("float32"), verbose=0)[0]
    return LETTERS[probabilities.argmax()], float(probabilities.max())


# %% answer="classify" name="letter-off-by-j" loses=["test_classify"] says="letter-off-by-j"
def classify(model, picture):
    probabilities = model.predict(picture.reshape(1, 28, 28, 1) / 255, verbose=0)[0]
    return chr(ord("A") + int(probabilities.argmax())), float(probabilities.max())


# %% answer="classify" name="column-number" loses=["test_classify"] says="number-not-letter"
def classify(model, picture):
    probabilities = model.predict(picture.reshape(1, 28, 28, 1) / 255, verbose=0)[0]
    return int(probabilities.argmax()), float(probabilities.max())


# %% answer="classify" name="no-batch-axis" loses=["test_classify", "test_classify_probability"] says="batch-axis"
def classify(model, picture):
    probabilities = model(picture.reshape(28, 28, 1) / 255)
    return LETTERS[int(np.argmax(probabilities))], float(np.max(probabilities))


# %% answer="classify" name="all-probabilities" loses=["test_classify_probability"] says="all-probabilities"
def classify(model, picture):
    probabilities = model.predict(picture.reshape(1, 28, 28, 1) / 255, verbose=0)[0]
    return LETTERS[probabilities.argmax()], probabilities


# %% [markdown]
# # training_set


# %% answer="training_set" name="image by image"
def training_set(x, y, change):
    def one(image, label):
        return change(image[None], training=True)[0], label

    return tf.data.Dataset.from_tensor_slices((x, y)).map(one).shuffle(64, seed=2).batch(32).prefetch(1)


# %% answer="training_set" name="two datasets zipped, no shuffle"
def training_set(images, labels, augment):
    pictures = tf.data.Dataset.from_tensor_slices(images).batch(32).cache()
    pictures = pictures.map(lambda batch: augment(batch, training=True), num_parallel_calls=2)
    return tf.data.Dataset.zip((pictures, tf.data.Dataset.from_tensor_slices(labels).batch(32)))


# %% answer="training_set" name="cached-after-augmentation" loses=["test_training_set"] says="augmentation-cached"
def training_set(images, labels, augment):
    data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(32)
    return data.map(lambda x, y: (augment(x, training=True), y)).cache()


# %% answer="training_set" name="augmented-once-before" loses=["test_training_set"] says="augmentation-cached"
def training_set(images, labels, augment):
    changed = np.array(augment(images, training=True))
    return tf.data.Dataset.from_tensor_slices((changed, labels)).shuffle(len(images)).batch(32)


# %% answer="training_set" name="inference-mode" loses=["test_training_set"] says="not-augmented"
def training_set(images, labels, augment):
    data = tf.data.Dataset.from_tensor_slices((images, labels)).batch(32)
    return data.map(lambda x, y: (augment(x, training=False), y))


# %% answer="training_set" name="labels-shuffled-apart" loses=["test_training_set_pairs"] says="labels-apart"
def training_set(images, labels, augment):
    pictures = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images), seed=1)
    answers = tf.data.Dataset.from_tensor_slices(labels).shuffle(len(labels), seed=2)
    data = tf.data.Dataset.zip((pictures, answers)).batch(32)
    return data.map(lambda x, y: (augment(x, training=True), y))


# %% answer="training_set" name="last-batch-dropped" loses=["test_training_set_pairs"] says="images-missing"
def training_set(images, labels, augment):
    data = tf.data.Dataset.from_tensor_slices((images, labels)).batch(32, drop_remainder=True)
    return data.map(lambda x, y: (augment(x, training=True), y))


# %% [markdown]
# # hold_out


# %% answer="hold_out" name="a mask, augmented one by one"
def hold_out(images, labels, augment, share):
    n = len(images)
    aside = np.zeros(n, bool)
    aside[np.random.choice(n, int(share * n), replace=False)] = True
    x, y = images[~aside], labels[~aside]
    copies = [np.array(augment(image[None], training=True))[0] for image in x]
    return np.array([*x, *copies]), np.tile(y, 2), images[aside], labels[aside]


# %% answer="hold_out" name="scikit-learn"
from sklearn.model_selection import train_test_split


def hold_out(images, labels, augment, share):
    a, b, c, d = train_test_split(images, labels, test_size=share, random_state=1)
    return [np.vstack([a, augment(a, training=True)]), np.hstack([c, c]), b, d]


# %% answer="hold_out" name="augmented-before-the-split" loses=["test_hold_out", "test_hold_out_apart"] says="validation-augmented"
# Two mistakes in one: augmented validation images, and twins.
def hold_out(images, labels, augment, share):
    both = np.concatenate([images, np.array(augment(images, training=True))])
    twice = np.concatenate([labels, labels])
    order = np.random.default_rng(0).permutation(len(both))
    cut = int(share * len(both))
    validation, train = order[:cut], order[cut:]
    return both[train], twice[train], both[validation], twice[validation]


# %% answer="hold_out" name="validation-augmented" loses=["test_hold_out"] says="validation-augmented"
def hold_out(images, labels, augment, share):
    order = np.random.default_rng(0).permutation(len(images))
    cut = round(share * len(images))
    v, t = order[:cut], order[cut:]
    x = np.concatenate([images[t], np.array(augment(images[t], training=True))])
    return x, np.concatenate([labels[t], labels[t]]), np.array(augment(images[v], training=True)), labels[v]


# %% answer="hold_out" name="twins" loses=["test_hold_out_apart"] says="twins"
def hold_out(images, labels, augment, share):
    order = np.random.default_rng(0).permutation(len(images))
    cut = round(share * len(images))
    v, t = order[:cut], order[cut:]
    x = np.concatenate([images[t], np.array(augment(images, training=True))])
    return x, np.concatenate([labels[t], labels]), images[v], labels[v]


# %% answer="hold_out" name="not-augmented" loses=["test_hold_out"] says="training-plain"
def hold_out(images, labels, augment, share):
    order = np.random.default_rng(0).permutation(len(images))
    cut = round(share * len(images))
    v, t = order[:cut], order[cut:]
    return images[t], labels[t], images[v], labels[v]


# %% answer="hold_out" name="labels-apart" loses=["test_hold_out_apart"] says="labels-apart"
def hold_out(images, labels, augment, share):
    order = np.random.default_rng(0).permutation(len(images))
    cut = round(share * len(images))
    v, t = order[:cut], order[cut:]
    x = np.concatenate([images[t], np.array(augment(images[t], training=True))])
    return x, np.repeat(labels[t], 2), images[v], labels[v]


# %% [markdown]
# # split_by_photo

# %% answer="split_by_photo" name="scikit-learn's groups"
from sklearn.model_selection import GroupShuffleSplit


def split_by_photo(photos, share):
    splitter = GroupShuffleSplit(n_splits=1, test_size=share, random_state=5)
    return next(splitter.split(photos, groups=photos))


# %% answer="split_by_photo" name="sets and lists"
def split_by_photo(photos, share):
    names = sorted(set(photos.tolist()))
    np.random.shuffle(names)
    chosen = set(names[: int(share * len(names))])
    train = [n for n, photo in enumerate(photos) if photo not in chosen]
    return train, [n for n, photo in enumerate(photos) if photo in chosen]


# %% answer="split_by_photo" name="random-images" loses=["test_split_by_photo"] says="photo-on-both-sides"
def split_by_photo(photos, share):
    order = np.random.default_rng(0).permutation(len(photos))
    cut = round(share * len(photos))
    return order[cut:], order[:cut]


# %% answer="split_by_photo" name="cut-at-a-place" loses=["test_split_by_photo"] says="photo-on-both-sides"
def split_by_photo(photos, share):
    cut = round(len(photos) * (1 - share))
    return np.arange(cut), np.arange(cut, len(photos))


# %% answer="split_by_photo" name="one-photo-only" loses=["test_split_by_photo_share"] says="share-off"
def split_by_photo(photos, share):
    chosen = photos == photos[0]
    return np.flatnonzero(~chosen), np.flatnonzero(chosen)


# %% answer="split_by_photo" name="sides-swapped" loses=["test_split_by_photo_share"] says="sides-swapped"
def split_by_photo(photos, share):
    names = np.random.default_rng(0).permutation(np.unique(photos))
    inside = np.isin(photos, names[: round(share * len(names))])
    return np.flatnonzero(inside), np.flatnonzero(~inside)


# %% answer="split_by_photo" name="photos-not-images" loses=["test_split_by_photo", "test_split_by_photo_share"] says="photos-not-indices"
def split_by_photo(photos, share):
    names = np.random.default_rng(0).permutation(np.unique(photos))
    cut = round(share * len(names))
    return names[cut:], names[:cut]


# %% [markdown]
# # mixup


# %% answer="mixup" name="image by image"
def mixup(images, targets, partner, share):
    x = [s * a + (1 - s) * images[p] for a, p, s in zip(images, partner, share)]
    y = [s * a + (1 - s) * targets[p] for a, p, s in zip(targets, partner, share)]
    return np.array(x), np.array(y)


# %% answer="mixup" name="from the partner's side"
def mixup(x, t, partner, share):
    s = np.asarray(share, np.float32)
    return x[partner] + s[:, None, None, None] * (x - x[partner]), t[partner] + s[:, None] * (t - t[partner])


# %% answer="mixup" name="targets-not-mixed" loses=["test_mixup_targets"] says="targets-not-mixed"
def mixup(images, targets, partner, share):
    s = share.reshape(-1, 1, 1, 1)
    return s * images + (1 - s) * images[partner], targets


# %% answer="mixup" name="shares-swapped" loses=["test_mixup"] says="shares-swapped"
def mixup(images, targets, partner, share):
    s = share.reshape(-1, 1, 1, 1)
    t = share.reshape(-1, 1)
    return (1 - s) * images + s * images[partner], t * targets + (1 - t) * targets[partner]


# %% answer="mixup" name="share-along-the-last-axis" loses=["test_mixup", "test_mixup_targets"] says="share-broadcast"
# The targets raise, too: their last axis is not as long as the batch.
def mixup(images, targets, partner, share):
    mixed = share * images + (1 - share) * images[partner]
    return mixed, share * targets + (1 - share) * targets[partner]


# %% answer="mixup" name="in-place" loses=["test_mixup_targets"] says="input-modified"
def mixup(images, targets, partner, share):
    x, y = images[partner].copy(), targets[partner].copy()
    s = share.reshape(-1, 1, 1, 1)
    mixed = s * images + (1 - s) * x
    targets *= share[:, None]
    targets += (1 - share)[:, None] * y
    return mixed, targets
