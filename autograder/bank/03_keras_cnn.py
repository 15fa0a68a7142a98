# %% [markdown]
# # prepare_images

# %% answer="prepare_images" name="a new axis, in float32"
def prepare_images(images):
    return images[..., np.newaxis].astype("float32") / 255.0


# %% answer="prepare_images" name="lambda with a factor"
prepare_images = lambda x: np.multiply(np.expand_dims(x, -1), 1 / 255, dtype=np.float64)


# %% answer="prepare_images" name="image by image"
def prepare_images(pictures):
    result = np.empty((len(pictures), 28, 28, 1))
    for i, picture in enumerate(pictures):
        result[i, :, :, 0] = picture
    result /= 255
    return result


# %% answer="prepare_images" name="not-scaled" loses=["test_prepare_images"] says="not-scaled"
def prepare_images(images):
    return images.reshape(-1, 28, 28, 1).astype("float32")


# %% answer="prepare_images" name="scaled-by-256" loses=["test_prepare_images"] says="scaled-by-256"
def prepare_images(images):
    return images.reshape(-1, 28, 28, 1) / 256


# %% answer="prepare_images" name="half-precision" loses=["test_prepare_images"] says="half-precision"
def prepare_images(images):
    return images[..., None].astype("float16") / 255


# %% answer="prepare_images" name="scaled-by-maximum" loses=["test_prepare_images"] says="scaled-by-maximum"
def prepare_images(images):
    return images.reshape(-1, 28, 28, 1) / images.max()


# %% answer="prepare_images" name="integer-division" loses=["test_prepare_images"] says="integer-division"
def prepare_images(images):
    return images.reshape(-1, 28, 28, 1) // 255


# %% answer="prepare_images" name="channel-axis-missing" loses=["test_prepare_images_shape"] says="channel-axis-missing"
def prepare_images(images):
    return images.reshape(-1, 28, 28) / 255


# %% answer="prepare_images" name="channels-first" loses=["test_prepare_images_shape"] says="channels-first"
def prepare_images(images):
    return images.reshape(-1, 1, 28, 28) / 255


# %% answer="prepare_images" name="flattened" loses=["test_prepare_images_shape"] says="flattened"
def prepare_images(images):
    return images.reshape(-1, 28 * 28) / 255


# %% answer="prepare_images" name="a-tensor" loses=["test_prepare_images_new"] says="wrong-container"
def prepare_images(images):
    return tf.constant(images.reshape(-1, 28, 28, 1), tf.float32) / 255


# %% [markdown]
# # one_hot


# %% answer="one_hot" name="keras.utils"
def one_hot(labels, classes):
    return keras.utils.to_categorical(labels, classes)


# %% answer="one_hot" name="comparison"
def one_hot(y, n):
    return (y[:, None] == np.arange(n)).astype(np.float32)


# %% answer="one_hot" name="two plain loops"
def one_hot(labels, classes):
    rows = []
    for label in labels:
        row = [0] * classes
        row[label] = 1
        rows.append(row)
    return np.array(rows)


# %% answer="one_hot" name="classes-from-labels" loses=["test_one_hot_classes"] says="classes-from-labels"
def one_hot(labels, classes):
    return np.eye(labels.max() + 1)[labels]


# %% answer="one_hot" name="only-classes-that-occur" loses=["test_one_hot_classes"] says="classes-from-labels"
def one_hot(labels, classes):
    return (labels[:, None] == np.unique(labels)).astype(float)


# %% answer="one_hot" name="transposed" loses=["test_one_hot"] says="transposed"
def one_hot(labels, classes):
    return np.eye(classes)[:, labels]


# %% answer="one_hot" name="labels-returned" loses=["test_one_hot", "test_one_hot_classes"] says="labels-returned"
def one_hot(labels, classes):
    return labels


# %% [markdown]
# # Predictions for digits


# %% answer="digits_shapes" name="a tuple"
def digits_shapes():
    return 26, 13, 11, 5, 3, 576


# %% answer="digits_shapes" name="worked out"
def digits_shapes():
    sizes = [28 - 2]
    sizes.append(sizes[-1] // 2)
    sizes.append(sizes[-1] - 2)
    sizes.append(sizes[-1] / 2 // 1)
    sizes.append(sizes[-1] - 2)
    return np.array([*sizes, 64 * sizes[-1] ** 2])


# %% answer="digits_shapes" name="size-kept" loses=["test_digits_shapes_conv"] says="size-kept"
def digits_shapes():
    return [28, 14, 14, 7, 7, 7 * 7 * 64]


# %% answer="digits_shapes" name="whole-kernel-lost" loses=["test_digits_shapes_conv"] says="whole-kernel-lost"
def digits_shapes():
    return [25, 12, 9, 4, 1, 64]


# %% answer="digits_shapes" name="pool-rounded-up" loses=["test_digits_shapes_pool"] says="pool-rounded-up"
def digits_shapes():
    return [26, 13, 11, 6, 4, 1024]


# %% answer="digits_shapes" name="maps-forgotten" loses=["test_digits_shapes_pool"] says="maps-forgotten"
def digits_shapes():
    return [26, 13, 11, 5, 3, 9]


# %% answer="digits_parameters" name="formulas"
def digits_parameters():
    conv = [(9 * c + 1) * f for c, f in ((1, 32), (32, 64), (64, 64))]
    dense = [(576 + 1) * 64, (64 + 1) * 10]
    return (*conv, *dense, sum(conv) + sum(dense))


# %% answer="digits_parameters" name="an array"
def digits_parameters():
    counts = np.array([320, 18496, 36928, 36928, 650])
    return np.append(counts, counts.sum())


# %% answer="digits_parameters" name="bias-forgotten" loses=["test_digits_parameters_conv"] says="bias-forgotten"
def digits_parameters():
    return [288, 18432, 36864, 36864, 640, 288 + 18432 + 36864 + 36864 + 640]


# %% answer="digits_parameters" name="channels-forgotten" loses=["test_digits_parameters_conv"] says="channels-forgotten"
def digits_parameters():
    return [320, 640, 640, 36928, 650, 320 + 640 + 640 + 36928 + 650]


# %% answer="digits_parameters" name="dense-without-bias" loses=["test_digits_parameters_dense"] says="bias-forgotten"
def digits_parameters():
    return [320, 18496, 36928, 36864, 640, 320 + 18496 + 36928 + 36864 + 640]


# %% answer="digits_parameters" name="sum-wrong" loses=["test_digits_parameters_dense"] says="total-count"
def digits_parameters():
    return [320, 18496, 36928, 36928, 650, 93_222]


# %% [markdown]
# # build_digits_cnn


# %% answer="build_digits_cnn" name="functional, activations as layers"
def build_digits_cnn():
    inputs = keras.Input(shape=(28, 28, 1))
    x = inputs
    for number, filters in enumerate((32, 64, 64)):
        x = layers.Conv2D(filters, kernel_size=(3, 3), padding="valid")(x)
        x = layers.Activation("relu")(x)
        if number < 2:
            x = layers.MaxPool2D(pool_size=(2, 2), strides=2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64)(x)
    x = layers.ReLU()(x)
    x = layers.Dense(10)(x)
    outputs = layers.Softmax()(x)
    model = keras.Model(inputs, outputs)
    model.compile(
        keras.optimizers.RMSprop(learning_rate=0.001),
        keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy()],
    )
    return model


# %% answer="build_digits_cnn" name="first layer with input_shape, Dropout, a nested body"
def build_digits_cnn():
    model = keras.Sequential()
    model.add(layers.Conv2D(32, (3, 3), activation="relu", input_shape=(28, 28, 1)))
    model.add(layers.MaxPooling2D())
    model.add(layers.Conv2D(64, (3, 3), activation=keras.activations.relu))
    model.add(layers.MaxPooling2D())
    model.add(layers.Conv2D(64, (3, 3), activation=layers.ReLU()))
    model.add(layers.Dropout(0.2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["acc"])
    return model


# %% answer="build_digits_cnn" name="pooling before ReLU, Reshape for Flatten, logits in the loss's head"
def build_digits_cnn():
    body = keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Conv2D(32, 3), layers.MaxPool2D(), layers.ReLU()]
    )
    body.add(layers.Conv2D(64, 3))
    body.add(layers.MaxPool2D())
    body.add(layers.ReLU())
    head = [layers.Conv2D(64, 3, activation="relu"), layers.Reshape((576,))]
    head += [layers.Dense(64, "relu"), layers.Dense(10), layers.Activation("softmax")]
    model = keras.Sequential([keras.Input((28, 28, 1)), body, *head])
    model.compile("RMSprop", keras.losses.categorical_crossentropy, metrics=["categorical_accuracy"])
    return model


# %% answer="build_digits_cnn" name="kernel-5" loses=["test_build_digits_cnn"] says="kernel-size"
def build_digits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(32, 5, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_digits_cnn" name="dense-forgotten" loses=["test_build_digits_cnn"] says="layers-missing"
def build_digits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(32, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_digits_cnn" name="same-padding" loses=["test_build_digits_cnn_shapes"] says="padding-same"
def build_digits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_digits_cnn" name="third-pool" loses=["test_build_digits_cnn_shapes"] says="pool-too-many"
def build_digits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64, 64):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_digits_cnn" name="sigmoid-for-classes" loses=["test_build_digits_cnn_activations"] says="sigmoid-for-classes"
def build_digits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(32, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="sigmoid"))
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_digits_cnn" name="relu-missing" loses=["test_build_digits_cnn_activations"] says="relu-missing"
def build_digits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(32, 3))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3))
    model.add(layers.Flatten())
    model.add(layers.Dense(64))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_digits_cnn" name="sparse-loss" loses=["test_build_digits_cnn_compiled"] says="loss-sparse"
def build_digits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(32, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_digits_cnn" name="not-compiled" loses=["test_build_digits_cnn_compiled"] says="not-compiled"
def build_digits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(32, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    return model


# %% answer="build_digits_cnn" name="nothing-returned" loses=["test_build_digits_cnn", "test_build_digits_cnn_shapes", "test_build_digits_cnn_activations", "test_build_digits_cnn_compiled"] says="no-model"
def build_digits_cnn():
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")]
    )
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])


# %% [markdown]
# # Before training

# %% answer="initial_loss" name="math"
import math


def initial_loss(classes):
    return -math.log(1 / classes)


# %% answer="initial_loss" name="Keras's own loss"
def initial_loss(n):
    truth = np.eye(n)[:1]
    return float(keras.losses.categorical_crossentropy(truth, np.full((1, n), 1 / n))[0])


# %% answer="initial_loss" name="base-2" loses=["test_initial_loss"] says="log-of-base-2"
def initial_loss(classes):
    return np.log2(classes)


# %% answer="initial_loss" name="base-10" loses=["test_initial_loss"] says="log-of-base-10"
def initial_loss(classes):
    return np.log10(classes)


# %% answer="initial_loss" name="sign-forgotten" loses=["test_initial_loss"] says="sign-forgotten"
def initial_loss(classes):
    return np.log(1 / classes)


# %% answer="initial_loss" name="probability" loses=["test_initial_loss"] says="probability-not-loss"
def initial_loss(classes):
    return 1 / classes


# %% answer="initial_loss" name="ten-assumed" loses=["test_initial_loss"] says="ten-assumed"
def initial_loss(classes):
    return 2.302585


# %% answer="initial_loss" name="one-share" loses=["test_initial_loss"] says="one-share"
def initial_loss(classes):
    return -1 / classes * np.log(1 / classes)


# %% answer="memorise" name="batch by batch"
def memorise(model, images, labels, count, epochs):
    images, labels = images[:count], labels[:count]
    for _ in range(epochs):
        model.train_on_batch(images, labels)
    return model


# %% answer="memorise" name="from a dataset in small batches"
def memorise(net, x, y, count, epochs):
    pairs = tf.data.Dataset.from_tensor_slices((x, y)).take(count).batch(4)
    net.fit(pairs, epochs=epochs, verbose=0)
    return net


# %% answer="memorise" name="trained-on-all" loses=["test_memorise_count"] says="trained-on-all"
def memorise(model, images, labels, count, epochs):
    model.fit(images, labels, epochs=epochs, verbose=0)
    return model


# %% answer="memorise" name="one-epoch" loses=["test_memorise"] says="not-memorised"
def memorise(model, images, labels, count, epochs):
    model.fit(images[:count], labels[:count], verbose=0)
    return model


# %% answer="memorise" name="held-back" loses=["test_memorise"] says="held-back"
def memorise(model, images, labels, count, epochs):
    model.fit(images[:count], labels[:count], epochs=epochs, validation_split=0.2, verbose=0)
    return model


# %% [markdown]
# # Curves and mistakes


# %% answer="best_epoch" name="index"
def best_epoch(history):
    losses = history["val_loss"]
    return 1 + losses.index(min(losses))


# %% answer="best_epoch" name="running minimum"
def best_epoch(h):
    best, lowest = None, float("inf")
    for epoch, value in enumerate(h["val_loss"], start=1):
        if value < lowest:
            best, lowest = epoch, value
    return best


# %% answer="best_epoch" name="from-zero" loses=["test_best_epoch"] says="epoch-from-zero"
def best_epoch(history):
    return int(np.argmin(history["val_loss"]))


# %% answer="best_epoch" name="training-loss" loses=["test_best_epoch"] says="training-loss"
def best_epoch(history):
    return int(np.argmin(history["loss"])) + 1


# %% answer="best_epoch" name="highest-accuracy" loses=["test_best_epoch"] says="highest-accuracy"
def best_epoch(history):
    return int(np.argmax(history["val_accuracy"])) + 1


# %% answer="best_epoch" name="last-of-equals" loses=["test_best_epoch"] says="last-of-equals"
def best_epoch(history):
    losses = history["val_loss"]
    return max(epoch for epoch, loss in enumerate(losses, 1) if loss == min(losses))


# %% answer="confusion_matrix" name="np.add.at"
def confusion_matrix(labels, predictions, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (labels, predictions), 1)
    return counts


# %% answer="confusion_matrix" name="a product of one-hot rows"
def confusion_matrix(y, p, n):
    return np.eye(n)[y].T @ np.eye(n)[p]


# %% answer="confusion_matrix" name="nested lists"
def confusion_matrix(labels, predictions, classes):
    pairs = list(zip(labels.tolist(), predictions.tolist()))
    return [[pairs.count((row, column)) for column in range(classes)] for row in range(classes)]


# %% answer="confusion_matrix" name="counted-once" loses=["test_confusion_matrix"] says="counted-once"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes), int)
    matrix[labels, predictions] += 1
    return matrix


# %% answer="confusion_matrix" name="shares" loses=["test_confusion_matrix"] says="shares-not-counts"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (labels, predictions), 1)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


# %% answer="confusion_matrix" name="rows-and-columns" loses=["test_confusion_matrix_rows"] says="rows-and-columns"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes), int)
    for label, prediction in zip(labels, predictions):
        matrix[prediction, label] += 1
    return matrix


# %% answer="confusion_matrix" name="classes-from-labels" loses=["test_confusion_matrix_classes"] says="classes-from-labels"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((labels.max() + 1, predictions.max() + 1), int)
    for label, prediction in zip(labels, predictions):
        matrix[label, prediction] += 1
    return matrix


# %% answer="confusion_matrix" name="only-classes-that-occur" loses=["test_confusion_matrix_classes"] says="classes-from-labels"
from sklearn.metrics import confusion_matrix as counted


def confusion_matrix(labels, predictions, classes):
    return counted(labels, predictions)


# %% answer="worst_mistakes" name="sorted with a key"
def worst_mistakes(labels, probabilities, count):
    guesses = np.argmax(probabilities, axis=1)
    places = [i for i in range(len(labels)) if guesses[i] != labels[i]]
    return sorted(places, key=lambda i: probabilities[i].max(), reverse=True)[:count]


# %% answer="worst_mistakes" name="right ones pushed to the end"
def worst_mistakes(y, p, count):
    sure = np.where(p.argmax(1) == y, -1.0, p.max(1))
    order = np.argsort(sure)[::-1]
    return order[: min(count, int((sure >= 0).sum()))]


# %% answer="worst_mistakes" name="mildest-first" loses=["test_worst_mistakes"] says="mildest-first"
def worst_mistakes(labels, probabilities, count):
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(probabilities[wrong].max(axis=1))][:count]


# %% answer="worst_mistakes" name="by-true-class" loses=["test_worst_mistakes"] says="by-true-class"
def worst_mistakes(labels, probabilities, count):
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(probabilities[wrong, labels[wrong]])][:count]


# %% answer="worst_mistakes" name="count-ignored" loses=["test_worst_mistakes"] says="count-ignored"
def worst_mistakes(labels, probabilities, count):
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1))]


# %% answer="worst_mistakes" name="places-among-mistakes" loses=["test_worst_mistakes_places"] says="places-among-mistakes"
def worst_mistakes(labels, probabilities, count):
    wrong = probabilities[probabilities.argmax(axis=1) != labels]
    return np.argsort(-wrong.max(axis=1))[:count]


# %% answer="worst_mistakes" name="right-ones-too" loses=["test_worst_mistakes_places"] says="right-ones-too"
def worst_mistakes(labels, probabilities, count):
    return np.argsort(-probabilities.max(axis=1))[:count]


# %% [markdown]
# # Objects


# %% answer="objects_parameters" name="worked out"
def objects_parameters():
    flat = 8 * 8 * 64
    dense = (flat + 1) * 128
    return flat, dense, 28 * 32 + 289 * 64 + 577 * 64 + dense + 129 * 10


# %% answer="objects_parameters" name="an array of floats"
def objects_parameters():
    return np.array([4096.0, 524416.0, 582026.0])


# %% answer="objects_parameters" name="valid-assumed" loses=["test_objects_parameters"] says="valid-assumed"
def objects_parameters():
    return [4 * 4 * 64, 1025 * 128, 896 + 18496 + 36928 + 1025 * 128 + 1290]


# %% answer="objects_parameters" name="pools-forgotten" loses=["test_objects_parameters"] says="pools-forgotten"
def objects_parameters():
    return [65536, 65537 * 128, 896 + 18496 + 36928 + 65537 * 128 + 1290]


# %% answer="objects_parameters" name="bias-forgotten" loses=["test_objects_parameters"] says="bias-forgotten"
def objects_parameters():
    return [4096, 4096 * 128, 27 * 32 + 288 * 64 + 576 * 64 + 4096 * 128 + 1280]


# %% answer="build_objects_cnn" name="functional, rmsprop"
def build_objects_cnn():
    image = keras.Input((32, 32, 3), name="image")
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2, padding="same")(x)
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    x = layers.Dense(128, activation="relu")(x)
    model = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile("rmsprop", loss, metrics=[keras.metrics.SparseCategoricalAccuracy("accuracy")])
    return model


# %% answer="build_objects_cnn" name="zeros around the maps by a layer"
def build_objects_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters in (32, 64):
        model.add(layers.Conv2D(filters, 3, 1, "same"))
        model.add(layers.Activation("relu"))
        model.add(layers.MaxPool2D())
    model.add(layers.Conv2D(64, (3, 3), padding="SAME", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    model.compile(
        optimizer=keras.optimizers.SGD(0.01, momentum=0.9),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


# %% answer="build_objects_cnn" name="valid-padding" loses=["test_build_objects_cnn_shapes"] says="padding-valid"
def build_objects_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    model.add(layers.Conv2D(32, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_objects_cnn" name="one-hot-loss" loses=["test_build_objects_cnn_compiled"] says="loss-not-sparse"
def build_objects_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_objects_cnn" name="dense-64-as-before" loses=["test_build_objects_cnn"] says="units"
def build_objects_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_objects_cnn" name="softmax-twice" loses=["test_build_objects_cnn_compiled"] says="loss-from-logits"
def build_objects_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


# %% answer="build_objects_cnn" name="softmax-forgotten" loses=["test_build_objects_cnn_activations"] says="output-linear"
def build_objects_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(10))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_objects_cnn" name="scaled-again" loses=["test_build_objects_cnn"] says="scaled-again"
def build_objects_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D())
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D())
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# # Scenes


# %% answer="scenes_datasets" name="two calls with the same seed, whole numbers as labels"
def scenes_datasets(size, batch_size):
    options = {
        "image_size": (size, size),
        "batch_size": batch_size,
        "validation_split": 0.2,
        "seed": 42,
        "class_names": ["forest", "mountain"],
    }
    train = keras.utils.image_dataset_from_directory(str(SCENES / "train"), subset="training", **options)
    validation = tf.keras.utils.image_dataset_from_directory(SCENES / "train", subset="validation", **options)
    return train.prefetch(2), validation.prefetch(2)


# %% answer="scenes_datasets" name="by hand from a list of files"
def scenes_datasets(size, batch_size):
    pairs = [
        (str(path), label)
        for label, name in enumerate(("forest", "mountain"))
        for path in sorted((SCENES / "train" / name).iterdir())
    ]
    order = np.random.default_rng(0).permutation(len(pairs))
    cut = len(pairs) // 5

    def read(path, label):
        photo = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        return tf.image.resize(photo, (size, size)), label

    def dataset(places):
        paths, labels = zip(*(pairs[place] for place in places))
        return tf.data.Dataset.from_tensor_slices((list(paths), list(labels))).map(read).batch(batch_size)

    return dataset(order[cut:]), dataset(order[:cut])


# %% answer="scenes_datasets" name="labels-swapped" loses=["test_scenes_datasets"] says="labels-swapped"
def scenes_datasets(size, batch_size):
    return keras.utils.image_dataset_from_directory(
        SCENES / "train", image_size=(size, size), batch_size=batch_size, label_mode="binary",
        class_names=["mountain", "forest"], validation_split=0.2, subset="both", seed=1,
    )  # fmt: skip


# %% answer="scenes_datasets" name="grey" loses=["test_scenes_datasets_batches"] says="photo-size"
def scenes_datasets(size, batch_size):
    return keras.utils.image_dataset_from_directory(
        SCENES / "train", image_size=(size, size), batch_size=batch_size, label_mode="binary",
        color_mode="grayscale", validation_split=0.2, subset="both", seed=1,
    )  # fmt: skip


# %% answer="scenes_datasets" name="one-hot" loses=["test_scenes_datasets_batches"] says="labels-one-hot"
def scenes_datasets(size, batch_size):
    return keras.utils.image_dataset_from_directory(
        SCENES / "train", image_size=(size, size), batch_size=batch_size, label_mode="categorical",
        validation_split=0.2, subset="both", seed=1,
    )  # fmt: skip


# %% answer="scenes_datasets" name="size-forgotten" loses=["test_scenes_datasets_batches"] says="photo-size"
def scenes_datasets(size, batch_size):
    return keras.utils.image_dataset_from_directory(
        SCENES / "train", image_size=(64, 64), batch_size=batch_size, label_mode="binary",
        validation_split=0.2, subset="both", seed=1,
    )  # fmt: skip


# %% answer="scenes_datasets" name="scaled-too-early" loses=["test_scenes_datasets_batches"] says="photos-scaled"
def scenes_datasets(size, batch_size):
    parts = keras.utils.image_dataset_from_directory(
        SCENES / "train", image_size=(size, size), batch_size=batch_size, label_mode="binary",
        validation_split=0.2, subset="both", seed=1,
    )  # fmt: skip
    return tuple(part.map(lambda photos, labels: (photos / 255, labels)) for part in parts)


# %% answer="scenes_datasets" name="two-seeds" loses=["test_scenes_datasets_split"] says="parts-overlap"
def scenes_datasets(size, batch_size):
    options = {"image_size": (size, size), "batch_size": batch_size, "validation_split": 0.2}
    train = keras.utils.image_dataset_from_directory(SCENES / "train", subset="training", seed=1, **options)
    validation = keras.utils.image_dataset_from_directory(
        SCENES / "train", subset="validation", seed=2, **options
    )
    return train, validation


# %% answer="scenes_datasets" name="test-folder-for-validation" loses=["test_scenes_datasets_split"] says="test-folder-used"
def scenes_datasets(size, batch_size):
    options = {"image_size": (size, size), "batch_size": batch_size, "label_mode": "binary"}
    return (
        keras.utils.image_dataset_from_directory(SCENES / "train", **options),
        keras.utils.image_dataset_from_directory(SCENES / "test", **options),
    )


# %% answer="scenes_datasets" name="not-shuffled" loses=["test_scenes_datasets_split"] says="one-class-validation"
def scenes_datasets(size, batch_size):
    return keras.utils.image_dataset_from_directory(
        SCENES / "train", image_size=(size, size), batch_size=batch_size, label_mode="binary",
        validation_split=0.2, subset="both", shuffle=False,
    )  # fmt: skip


# %% answer="scenes_parameters" name="worked out"
def scenes_parameters():
    conv, last = 28 * 32, 129
    flat = conv + (128 * 128 * 32 + 1) * 128 + last
    return flat, conv + 33 * 128 + last, conv + 289 * 64 + 577 * 64 + 65 * 128 + last


# %% answer="scenes_parameters" name="an array"
def scenes_parameters():
    return np.array([67110017, 5249, 64769])


# %% answer="scenes_parameters" name="pools-forgotten" loses=["test_scenes_parameters_flatten"] says="pools-forgotten"
def scenes_parameters():
    return [896 + (256 * 256 * 32 + 1) * 128 + 129, 5249, 64769]


# %% answer="scenes_parameters" name="bias-forgotten" loses=["test_scenes_parameters_flatten"] says="bias-forgotten"
def scenes_parameters():
    return [67_110_017 - 161, 5249 - 161, 64769 - 289]


# %% answer="scenes_parameters" name="channels-forgotten" loses=["test_scenes_parameters_global"] says="channels-forgotten"
def scenes_parameters():
    return [67_110_017, 5249, 320 + 640 + 640 + 8320 + 129]


# %% answer="build_scenes_cnn" name="functional, any size"
def build_scenes_cnn(size):
    photos = keras.Input((None, None, 3))
    x = layers.Rescaling(1.0 / 255)(photos)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    x = layers.GlobalAvgPool2D()(x)
    x = layers.Dense(128, activation="relu")(x)
    model = keras.Model(photos, layers.Dense(1, activation="sigmoid")(x))
    model.compile(
        keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(), metrics=[keras.metrics.BinaryAccuracy()]
    )
    return model


# %% answer="build_scenes_cnn" name="sigmoid as a layer, Dropout"
def build_scenes_cnn(size):
    model = keras.models.Sequential()
    model.add(layers.InputLayer(shape=(size, size, 3)))
    model.add(layers.Rescaling(scale=0.00392156862745098, offset=0.0))
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D())
    model.add(layers.Conv2D(64, 3, padding="same"))
    model.add(layers.ReLU())
    model.add(layers.MaxPooling2D())
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dropout(0.25))
    model.add(layers.Dense(1))
    model.add(layers.Activation("sigmoid"))
    model.compile("rmsprop", loss="bce", metrics=["accuracy"])
    return model


# %% answer="build_scenes_cnn" name="flattened" loses=["test_build_scenes_cnn_global"] says="flattened"
def build_scenes_cnn(size):
    model = keras.Sequential([keras.Input((size, size, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_scenes_cnn" name="not-scaled" loses=["test_build_scenes_cnn_global"] says="not-scaled"
def build_scenes_cnn(size):
    model = keras.Sequential([keras.Input((size, size, 3))])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_scenes_cnn" name="softmax-of-one" loses=["test_build_scenes_cnn_output"] says="softmax-of-one"
def build_scenes_cnn(size):
    model = keras.Sequential([keras.Input((size, size, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1, activation="softmax"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_scenes_cnn" name="categorical-loss" loses=["test_build_scenes_cnn_compiled"] says="loss-not-binary"
def build_scenes_cnn(size):
    model = keras.Sequential([keras.Input((size, size, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_scenes_cnn" name="network-b" loses=["test_build_scenes_cnn", "test_build_scenes_cnn_global"] says="layers-missing"
# Two convolutions less are a pooling less, too.
def build_scenes_cnn(size):
    model = keras.Sequential([keras.Input((size, size, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="truth_and_scores" name="images kept, then predicted"
def truth_and_scores(model, images, labels):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000).batch(16)
    pairs = list(dataset.as_numpy_iterator())
    photos = np.concatenate([photo for photo, _ in pairs])
    return np.concatenate([label for _, label in pairs]), model.predict(photos, verbose=0)


# %% answer="truth_and_scores" name="the model called in the loop"
def truth_and_scores(model, images, labels):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000).batch(16)
    truth, scores = [], []
    for x, y in dataset:
        truth.extend(y.numpy().tolist())
        scores.extend(np.ravel(model(x, training=False)).tolist())
    return np.array(truth), np.array(scores)


# %% answer="truth_and_scores" name="two-passes" loses=["test_truth_and_scores"] says="two-passes"
def truth_and_scores(model, images, labels):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000).batch(16)
    truth = np.concatenate([label for _, label in dataset])
    scores = model.predict(dataset, verbose=0)
    return truth, scores


# %% answer="truth_and_scores" name="labels-as-given" loses=["test_truth_and_scores"] says="two-passes"
def truth_and_scores(model, images, labels):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000).batch(16)
    return labels, np.concatenate([model.predict_on_batch(x) for x, _ in dataset])


# %% answer="truth_and_scores" name="last-batch-only" loses=["test_truth_and_scores"] says="not-each-once"
def truth_and_scores(model, images, labels):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000).batch(16)
    for x, y in dataset:
        truth, scores = y.numpy(), model.predict_on_batch(x)
    return truth, scores


# %% [markdown]
# # Find the bug


# %% answer="two_class_cnn" name="two units with softmax"
def two_class_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(2, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="two_class_cnn" name="one logit"
def two_class_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(1))
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


# %% answer="two_class_cnn" name="ten-outputs" loses=["test_two_class_cnn"] says="ten-outputs"
def two_class_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="two_class_cnn" name="softmax-of-one" loses=["test_two_class_cnn"] says="softmax-of-one"
def two_class_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(1, activation="softmax"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="two_class_cnn" name="loss-kept" loses=["test_two_class_cnn"] says="loss-for-two-classes"
def two_class_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="logits_cnn" name="softmax in the last layer"
def logits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="logits_cnn" name="softmax as a layer"
def logits_cnn():
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu"), layers.Flatten()]
    )
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


# %% answer="logits_cnn" name="as-it-was" loses=["test_logits_cnn"] says="loss-takes-probabilities"
def logits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(10))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="logits_cnn" name="both-repairs" loses=["test_logits_cnn"] says="loss-from-logits"
def logits_cnn():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(8, 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


# %% answer="shuffle_together" name="shuffled pairs"
def shuffle_together(images, labels, seed):
    import random

    pairs = list(zip(images, labels))
    random.Random(seed).shuffle(pairs)
    x, y = zip(*pairs)
    return np.array(x), np.array(y)


# %% answer="shuffle_together" name="order shuffled in place"
def shuffle_together(images, labels, seed):
    places = np.arange(len(labels))
    np.random.RandomState(seed).shuffle(places)
    return images[places], labels[places]


# %% answer="shuffle_together" name="shuffled-apart" loses=["test_shuffle_together"] says="pairs-broken"
def shuffle_together(images, labels, seed):
    random = np.random.default_rng(seed)
    return random.permutation(images), random.permutation(labels)


# %% answer="shuffle_together" name="in-place" loses=["test_shuffle_together"] says="input-modified"
def shuffle_together(images, labels, seed):
    np.random.default_rng(seed).shuffle(images)
    np.random.default_rng(seed).shuffle(labels)
    return images, labels


# %% answer="shuffle_together" name="drawn-with-replacement" loses=["test_shuffle_together"] says="some-lost"
def shuffle_together(images, labels, seed):
    places = np.random.default_rng(seed).integers(0, len(images), len(images))
    return images[places], labels[places]


# %% answer="shuffle_together" name="seed-ignored" loses=["test_shuffle_together"] says="seed-ignored"
def shuffle_together(images, labels, seed):
    order = np.random.permutation(len(images))
    return images[order], labels[order]


# %% answer="hold_out" name="scikit-learn's"
from sklearn.model_selection import train_test_split


def hold_out(images, labels, fraction, seed):
    x_train, x_test, y_train, y_test = train_test_split(
        images, labels, test_size=round(fraction * len(images)), random_state=seed
    )
    return (x_train, y_train), (x_test, y_test)


# %% answer="hold_out" name="a mask, four results in a row"
def hold_out(images, labels, fraction, seed):
    test = np.zeros(len(images), bool)
    test[np.random.default_rng(seed).choice(len(images), round(fraction * len(images)), replace=False)] = True
    return images[~test], labels[~test], images[test], labels[test]


# %% answer="hold_out" name="as-it-was" loses=["test_hold_out"] says="test-in-training"
def hold_out(images, labels, fraction, seed):
    random = np.random.default_rng(seed)
    chosen = random.choice(len(images), round(fraction * len(images)))
    return (images, labels), (images[chosen], labels[chosen])


# %% answer="hold_out" name="drawn-twice" loses=["test_hold_out"] says="some-lost"
def hold_out(images, labels, fraction, seed):
    random = np.random.default_rng(seed)
    chosen = np.sort(random.integers(0, len(images), round(fraction * len(images))))
    chosen[1] = chosen[0]
    rest = np.setdiff1d(np.arange(len(images)), chosen)
    return (images[rest], labels[rest]), (images[chosen], labels[chosen])


# %% answer="hold_out" name="labels-not-chosen-along" loses=["test_hold_out"] says="pairs-broken"
def hold_out(images, labels, fraction, seed):
    order = np.random.default_rng(seed).permutation(len(images))
    count = round(fraction * len(images))
    return (images[order[count:]], labels[count:]), (images[order[:count]], labels[:count])


# %% answer="hold_out" name="always-the-same" loses=["test_hold_out"] says="seed-ignored"
def hold_out(images, labels, fraction, seed):
    order = np.random.default_rng(0).permutation(len(images))
    count = round(fraction * len(images))
    test, train = order[:count], order[count:]
    return (images[train], labels[train]), (images[test], labels[test])


# %% answer="first_batch" name="a loop that returns"
def first_batch(images, labels, batch_size):
    generator = tf.keras.preprocessing.image.ImageDataGenerator()
    for batch in generator.flow(images, labels, batch_size=batch_size, shuffle=False):
        return batch


# %% answer="first_batch" name="a dataset instead"
def first_batch(images, labels, batch_size):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(batch_size)
    return next(iter(dataset))


# %% answer="first_batch" name="as-it-was" loses=["test_first_batch"] says="no-next"
def first_batch(images, labels, batch_size):
    generator = tf.keras.preprocessing.image.ImageDataGenerator()
    iterator = generator.flow(images, labels, batch_size=batch_size, shuffle=False)
    return iterator.next()


# %% answer="first_batch" name="second-batch" loses=["test_first_batch"] says="second-batch"
def first_batch(images, labels, batch_size):
    generator = tf.keras.preprocessing.image.ImageDataGenerator()
    iterator = generator.flow(images, labels, batch_size=batch_size, shuffle=False)
    next(iterator)
    return next(iterator)


# %% answer="first_batch" name="shuffled" loses=["test_first_batch"] says="batch-shuffled"
def first_batch(images, labels, batch_size):
    generator = tf.keras.preprocessing.image.ImageDataGenerator()
    return next(generator.flow(images, labels, batch_size=batch_size, seed=1))


# %% [markdown]
# # Stretch


# %% answer="occlusion_map" name="patch by patch"
def occlusion_map(model, image, label, patch):
    height, width = image.shape[:2]
    whole = float(model(image[np.newaxis], training=False)[0, label])
    result = np.zeros((height // patch, width // patch))
    for top in range(0, height, patch):
        for left in range(0, width, patch):
            copy = np.array(image)
            copy[top : top + patch, left : left + patch, :] = 0
            result[top // patch, left // patch] = whole - float(
                model(copy[np.newaxis], training=False)[0, label]
            )
    return result


# %% answer="occlusion_map" name="masks by np.kron"
def occlusion_map(model, image, label, patch):
    shape = image.shape[0] // patch, image.shape[1] // patch
    masks = 1 - np.kron(np.eye(shape[0] * shape[1]).reshape(-1, *shape), np.ones((1, patch, patch)))
    batch = np.concatenate([image[None], masks[..., None] * image])
    scores = model.predict_on_batch(batch)[:, label]
    return (scores[0] - scores[1:]).reshape(shape)


# %% answer="occlusion_map" name="sign-turned" loses=["test_occlusion_map"] says="sign-turned"
def occlusion_map(model, image, label, patch):
    shape = image.shape[0] // patch, image.shape[1] // patch
    masks = 1 - np.kron(np.eye(shape[0] * shape[1]).reshape(-1, *shape), np.ones((1, patch, patch)))
    batch = np.concatenate([image[None], masks[..., None] * image])
    scores = model.predict_on_batch(batch)[:, label]
    return (scores[1:] - scores[0]).reshape(shape)


# %% answer="occlusion_map" name="patches-add-up" loses=["test_occlusion_map"] says="patches-add-up"
def occlusion_map(model, image, label, patch):
    rows, columns = image.shape[0] // patch, image.shape[1] // patch
    whole = model.predict_on_batch(image[None])[0, label]
    result, covered = np.zeros((rows, columns)), image.copy()
    for row in range(rows):
        for column in range(columns):
            covered[row * patch : (row + 1) * patch, column * patch : (column + 1) * patch] = 0
            result[row, column] = whole - model.predict_on_batch(covered[None])[0, label]
    return result


# %% answer="occlusion_map" name="probabilities" loses=["test_occlusion_map"] says="probability-not-drop"
def occlusion_map(model, image, label, patch):
    shape = image.shape[0] // patch, image.shape[1] // patch
    masks = 1 - np.kron(np.eye(shape[0] * shape[1]).reshape(-1, *shape), np.ones((1, patch, patch)))
    return model.predict_on_batch(masks[..., None] * image)[:, label].reshape(shape)


# %% answer="occlusion_map" name="of-the-chosen-class" loses=["test_occlusion_map"] says="other-label"
def occlusion_map(model, image, label, patch):
    shape = image.shape[0] // patch, image.shape[1] // patch
    masks = 1 - np.kron(np.eye(shape[0] * shape[1]).reshape(-1, *shape), np.ones((1, patch, patch)))
    batch = np.concatenate([image[None], masks[..., None] * image])
    scores = model.predict_on_batch(batch)
    scores = scores[:, scores[0].argmax()]
    return (scores[0] - scores[1:]).reshape(shape)
