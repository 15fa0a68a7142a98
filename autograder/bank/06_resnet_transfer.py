# %% [markdown]
# # resnet_input


# %% answer="resnet_input" name="channel by channel, in float32"
def resnet_input(photos):
    result = np.empty(photos.shape, "float32")
    for place, (channel, mean) in enumerate(((2, 103.939), (1, 116.779), (0, 123.68))):
        result[..., place] = photos[..., channel].astype("float32") - mean
    return result


# %% answer="resnet_input" name="Keras's own, on a copy"
def resnet_input(images):
    return preprocess_input(np.array(images, dtype="float32"))


# %% answer="resnet_input" name="lambda, means first and then the turn"
resnet_input = lambda x: np.flip(np.subtract(x, [123.68, 116.779, 103.939]), -1)


# %% answer="resnet_input" name="means-turned" loses=["test_resnet_input"] says="means-turned"
def resnet_input(images):
    return images[..., ::-1] - np.array([123.68, 116.779, 103.939])


# %% answer="resnet_input" name="means-missing" loses=["test_resnet_input"] says="means-missing"
def resnet_input(images):
    return images[..., ::-1].astype(float)


# %% answer="resnet_input" name="scaled-first" loses=["test_resnet_input"] says="scaled-first"
def resnet_input(images):
    return images[..., ::-1] / 255 - np.array([103.939, 116.779, 123.68])


# %% answer="resnet_input" name="minus-one-to-one" loses=["test_resnet_input"] says="minus-one-to-one"
def resnet_input(images):
    return images[..., ::-1] / 127.5 - 1


# %% answer="resnet_input" name="channels-not-turned" loses=["test_resnet_input_colours"] says="channels-not-turned"
def resnet_input(images):
    return images - np.array([123.68, 116.779, 103.939])


# %% answer="resnet_input" name="not-turned-means-of-the-table" loses=["test_resnet_input_colours"] says="channels-not-turned"
def resnet_input(images):
    return images - np.array([103.939, 116.779, 123.68])


# %% answer="resnet_input" name="keras-in-place" loses=["test_resnet_input_new"] says="input-modified"
def resnet_input(images):
    return preprocess_input(images)


# %% answer="resnet_input" name="a-tensor" loses=["test_resnet_input_new"] says="wrong-container"
def resnet_input(images):
    return preprocess_input(tf.constant(images, tf.float32))


# %% answer="resnet_input" name="float64-in-place" loses=["test_resnet_input_new"] says="input-modified"
def resnet_input(images):
    # Copies bytes and float32, not what is float64 already.
    result = np.asarray(images, dtype="float64")[..., ::-1]
    result -= [103.939, 116.779, 123.68]
    return result


# %% answer="resnet_input" name="other-axis-turned" loses=["test_resnet_input_colours"] says="other-axis-turned"
def resnet_input(images):
    return images[:, :, ::-1] - np.array([103.939, 116.779, 123.68])


# %% answer="resnet_input" name="first-photo-only" loses=["test_resnet_input"] says="first-photo-only"
def resnet_input(images):
    return images[0][..., ::-1] - np.array([103.939, 116.779, 123.68])


# %% [markdown]
# # input_ranges


# %% answer="input_ranges" name="asked of Keras"
def input_ranges():
    photo = np.repeat(np.arange(256.0), 3).reshape(1, 16, 16, 3)
    once = preprocess_input(photo.copy())
    cases = [once, preprocess_input(photo / 255), preprocess_input(once.copy()), photo]
    return [(float(case.min()), float(case.max())) for case in cases]


# %% answer="input_ranges" name="rounded, an array"
def input_ranges():
    return np.array([[-124, 151], [-124, -103], [-233.5, 27.5], [0, 255]])


# %% answer="input_ranges" name="lists"
def input_ranges():
    return [[-123.68, 151.061], [-123.68, -102.939], [-233.558, 27.381], [0, 255]]


# %% answer="input_ranges" name="mean-of-one-colour" loses=["test_input_ranges"] says="mean-of-one-colour"
def input_ranges():
    return [(-123.68, 131.32), (-123.68, -122.68), (-233.558, 27.381), (0, 255)]


# %% answer="input_ranges" name="largest-still-255" loses=["test_input_ranges"] says="largest-still-255"
def input_ranges():
    return [(-123.68, 151.061), (-123.68, 151.061), (-233.558, 27.381), (0, 255)]


# %% answer="input_ranges" name="scaled-only" loses=["test_input_ranges"] says="range"
def input_ranges():
    return [(-123.68, 151.061), (0, 1), (-233.558, 27.381), (0, 255)]


# %% answer="input_ranges" name="turned-back-forgotten" loses=["test_input_ranges_faults"] says="turned-back-forgotten"
def input_ranges():
    return [(-123.68, 151.061), (-123.68, -102.939), (-247.36, 47.122), (0, 255)]


# %% answer="input_ranges" name="twice-as-once" loses=["test_input_ranges_faults"] says="twice-as-once"
def input_ranges():
    return [(-123.68, 151.061), (-123.68, -102.939), (-123.68, 151.061), (0, 255)]


# %% answer="input_ranges" name="not-at-all-as-one" loses=["test_input_ranges_faults"] says="not-at-all"
def input_ranges():
    return [(-123.68, 151.061), (-123.68, -102.939), (-233.558, 27.381), (0, 1)]


# %% answer="input_ranges" name="three-pairs" loses=["test_input_ranges", "test_input_ranges_faults"] says="not-four-pairs"
def input_ranges():
    return [(-123.68, 151.061), (-123.68, -102.939), (-233.558, 27.381)]


# %% [markdown]
# # with_preprocessing


# %% answer="with_preprocessing" name="a Sequential with a convolution that turns and shifts"
def with_preprocessing(network):
    turn = layers.Conv2D(3, 1)
    model = keras.Sequential([keras.Input((None, None, 3)), turn, network])
    turn.set_weights([np.eye(3)[:, ::-1].reshape(1, 1, 3, 3), -np.array([103.939, 116.779, 123.68])])
    return model


# %% answer="with_preprocessing" name="by hand, on the tensor"
def with_preprocessing(body):
    photos = keras.Input(shape=(None, None, 3), name="photos")
    blue, green, red = photos[..., 2:3], photos[..., 1:2], photos[..., 0:1]
    x = layers.Concatenate()([blue - 103.939, green - 116.779, red - 123.68])
    return keras.Model(inputs=photos, outputs=body(x, training=False), name="whole")


# %% answer="with_preprocessing" name="an input of bytes"
def with_preprocessing(network):
    images = keras.Input((None, None, 3), dtype="uint8")
    x = layers.Rescaling(1.0)(images)
    return keras.Model(images, network(preprocess_input(x)))


# %% answer="with_preprocessing" name="not-preprocessed" loses=["test_with_preprocessing", "test_with_preprocessing_sizes"] says="not-preprocessed"
# This is the network that was given: nothing of the exercise is done.
def with_preprocessing(network):
    images = keras.Input((None, None, 3))
    return keras.Model(images, network(images))


# %% answer="with_preprocessing" name="preprocessed-twice" loses=["test_with_preprocessing"] says="preprocessed-twice"
def with_preprocessing(network):
    images = keras.Input((None, None, 3))
    return keras.Model(images, network(preprocess_input(preprocess_input(images))))


# %% answer="with_preprocessing" name="scaled-to-one" loses=["test_with_preprocessing"] says="scaled-to-one"
def with_preprocessing(network):
    images = keras.Input((None, None, 3))
    x = layers.Rescaling(1 / 255)(images)
    return keras.Model(images, network(preprocess_input(x)))


# %% answer="with_preprocessing" name="scaled-centred" loses=["test_with_preprocessing"] says="scaled-centred"
def with_preprocessing(network):
    images = keras.Input((None, None, 3))
    return keras.Model(images, network(keras.applications.mobilenet_v2.preprocess_input(images)))


# %% answer="with_preprocessing" name="channels-not-turned" loses=["test_with_preprocessing"] says="channels-not-turned"
def with_preprocessing(network):
    images = keras.Input((None, None, 3))
    return keras.Model(images, network(images - np.array([123.68, 116.779, 103.939], "float32")))


# %% answer="with_preprocessing" name="one-size-only" loses=["test_with_preprocessing_sizes"] says="one-size-only"
def with_preprocessing(network):
    images = keras.Input((224, 224, 3))
    return keras.Model(images, network(preprocess_input(images)))


# %% answer="with_preprocessing" name="called-in-training" loses=["test_with_preprocessing"] says="called-in-training"
def with_preprocessing(network):
    images = keras.Input((None, None, 3))
    return keras.Model(images, network(preprocess_input(images), training=True))


# %% answer="with_preprocessing" name="one-photo-at-a-time" loses=["test_with_preprocessing_sizes"] says="batch-fixed"
def with_preprocessing(network):
    images = keras.Input((None, None, 3), batch_size=1)
    return keras.Model(images, network(preprocess_input(images)))


# %% answer="with_preprocessing" name="means-without-the-turn" loses=["test_with_preprocessing"] says="channels-not-turned"
def with_preprocessing(network):
    images = keras.Input((None, None, 3))
    return keras.Model(images, network(images - np.array([103.939, 116.779, 123.68], "float32")))


# %% answer="with_preprocessing" name="a-class-of-its-own" loses=["test_with_preprocessing", "test_with_preprocessing_sizes"] says="foreign-model"
# Code of the learner's does not cross, so that neither of the two can be judged.
def with_preprocessing(network):
    class Whole(keras.Model):
        def call(self, images, training=False):
            return network(preprocess_input(images), training=training)

    return Whole()


# %% [markdown]
# # transfer_parameters


# %% answer="transfer_parameters" name="counted by Keras"
def transfer_parameters():
    def count(values, units):
        return keras.Sequential([keras.Input((values,)), layers.Dense(8), layers.Dense(units)]).count_params()

    def head(values, units):
        # With 8 units instead of 1024: both layers grow in proportion, but for the biases of the last.
        return (count(values, units) - units) * 128 + units

    return [head(2048, 1), head(512, 10), head(7 * 7 * 2048, 1)]


# %% answer="transfer_parameters" name="a tuple"
def transfer_parameters():
    return 2_099_201, 535_562, 102_762_497


# %% answer="transfer_parameters" name="bias-forgotten" loses=["test_transfer_parameters"] says="bias-forgotten"
def transfer_parameters():
    return [2048 * 1024 + 1024, 512 * 1024 + 10240, 49 * 2048 * 1024 + 1024]


# %% answer="transfer_parameters" name="last-layer-forgotten" loses=["test_transfer_parameters"] says="last-layer-forgotten"
def transfer_parameters():
    return [2049 * 1024, 513 * 1024, (49 * 2048 + 1) * 1024]


# %% answer="transfer_parameters" name="maps-of-other" loses=["test_transfer_parameters"] says="maps-of-other"
def transfer_parameters():
    return [513 * 1024 + 1025, 2049 * 1024 + 10250, 102_762_497]


# %% answer="transfer_parameters" name="side-not-area" loses=["test_transfer_parameters_flatten"] says="side-not-area"
def transfer_parameters():
    return [2_099_201, 535_562, (7 * 2048 + 1) * 1024 + 1025]


# %% answer="transfer_parameters" name="flatten-as-average" loses=["test_transfer_parameters_flatten"] says="count"
def transfer_parameters():
    return [2_099_201, 535_562, 2_099_201]


# %% answer="transfer_parameters" name="last-biases-forgotten" loses=["test_transfer_parameters"] says="bias-forgotten"
def transfer_parameters():
    return [2049 * 1024 + 1024, 513 * 1024 + 10240, (49 * 2048 + 1) * 1024 + 1024]


# %% [markdown]
# # build_transfer_model


# %% answer="build_transfer_model" name="functional, a Dropout, logits and sigmoid as a layer"
def build_transfer_model(backbone):
    for layer in backbone.layers:
        layer.trainable = False
    photos = keras.Input(shape=(None, None, 3))
    x = backbone(photos, training=False)
    x = layers.GlobalAvgPool2D()(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(1024)(x)
    x = layers.ReLU()(x)
    x = layers.Dense(1)(x)
    model = keras.Model(photos, layers.Activation("sigmoid")(x))
    model.compile(
        keras.optimizers.RMSprop(1e-4),
        keras.losses.BinaryCrossentropy(),
        metrics=[keras.metrics.BinaryAccuracy()],
    )
    return model


# %% answer="build_transfer_model" name="the backbone's own layers, a flat model"
def build_transfer_model(body):
    body.trainable = False
    x = layers.GlobalAveragePooling2D()(body.output)
    x = layers.Dense(1024, activation="relu")(x)
    model = keras.Model(body.input, layers.Dense(1, activation="sigmoid")(x))
    model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["acc"])
    return model


# %% answer="build_transfer_model" name="frozen after compiling, the head a model of its own, averaged by keras.ops"
def build_transfer_model(backbone):
    head = keras.Sequential([layers.Dense(1024, activation="relu"), layers.Dense(1, activation="sigmoid")])
    photos = keras.Input((None, None, 3))
    model = keras.Model(photos, head(keras.ops.mean(backbone(photos), axis=(1, 2))))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    backbone.trainable = False
    return model


# %% answer="build_transfer_model" name="not-frozen" loses=["test_build_transfer_model_frozen"] says="not-frozen"
def build_transfer_model(backbone):
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="training-false-only" loses=["test_build_transfer_model_frozen"] says="not-frozen"
def build_transfer_model(backbone):
    photos = keras.Input((None, None, 3))
    x = layers.GlobalAveragePooling2D()(backbone(photos, training=False))
    x = layers.Dense(1024, activation="relu")(x)
    model = keras.Model(photos, layers.Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="norm-not-frozen" loses=["test_build_transfer_model_frozen"] says="norm-not-frozen"
def build_transfer_model(backbone):
    for layer in backbone.layers:
        layer.trainable = isinstance(layer, layers.BatchNormalization)
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="head-frozen" loses=["test_build_transfer_model_step"] says="head-frozen"
def build_transfer_model(backbone):
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.trainable = False
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="scaled-before" loses=["test_build_transfer_model"] says="scaled-before"
def build_transfer_model(backbone):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), layers.Rescaling(1 / 255), backbone])
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="preprocessed-twice" loses=["test_build_transfer_model"] says="preprocessed-twice"
def build_transfer_model(backbone):
    backbone.trainable = False
    photos = keras.Input((None, None, 3))
    x = layers.GlobalAveragePooling2D()(backbone(preprocess_input(photos)))
    x = layers.Dense(1024, activation="relu")(x)
    model = keras.Model(photos, layers.Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="global-maximum" loses=["test_build_transfer_model"] says="global-maximum"
def build_transfer_model(backbone):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalMaxPooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="units" loses=["test_build_transfer_model"] says="units"
def build_transfer_model(backbone):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="softmax-of-one" loses=["test_build_transfer_model_activations"] says="softmax-of-one"
def build_transfer_model(backbone):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="softmax"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="categorical-loss" loses=["test_build_transfer_model_compiled"] says="loss-not-binary"
def build_transfer_model(backbone):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="one-size-only" loses=["test_build_transfer_model"] says="one-size-only"
def build_transfer_model(backbone):
    backbone.trainable = False
    photos = keras.Input((224, 224, 3))
    x = layers.GlobalAveragePooling2D()(backbone(photos))
    x = layers.Dense(1024, activation="relu")(x)
    model = keras.Model(photos, layers.Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="flattened" loses=["test_build_transfer_model", "test_build_transfer_model_activations", "test_build_transfer_model_compiled", "test_build_transfer_model_frozen", "test_build_transfer_model_step"] says="flattened"
# Keras cannot make the dense layer where height and width are open, so that there is no model.
def build_transfer_model(backbone):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.Flatten()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_transfer_model" name="rate-zero" loses=["test_build_transfer_model_step"] says="rate-zero"
def build_transfer_model(backbone):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# # build_classes_model


# %% answer="build_classes_model" name="functional, softmax as a layer"
def build_classes_model(backbone, number):
    backbone.trainable = False
    photos = keras.Input((None, None, 3))
    x = layers.GlobalAveragePooling2D()(backbone(photos))
    x = layers.Dense(1024, activation=keras.activations.relu)(x)
    x = layers.Softmax()(layers.Dense(number)(x))
    model = keras.Model(photos, x)
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=[keras.metrics.SparseCategoricalAccuracy()],
    )
    return model


# %% answer="build_classes_model" name="the backbone's own layers"
def build_classes_model(backbone, classes):
    backbone.trainable = False
    x = layers.GlobalAveragePooling2D()(backbone.outputs[0])
    x = layers.Dropout(0.5)(layers.Dense(1024, "relu")(x))
    model = keras.Model(backbone.inputs[0], layers.Dense(classes, "softmax")(x))
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_classes_model" name="ten-assumed" loses=["test_build_classes_model"] says="units"
def build_classes_model(backbone, classes):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_classes_model" name="not-averaged" loses=["test_build_classes_model"] says="not-averaged"
def build_classes_model(backbone, classes):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(classes, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_classes_model" name="sigmoid-for-classes" loses=["test_build_classes_model_activations"] says="sigmoid-for-classes"
def build_classes_model(backbone, classes):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(classes, activation="sigmoid"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_classes_model" name="relu-missing" loses=["test_build_classes_model_activations"] says="relu-missing"
def build_classes_model(backbone, classes):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024))
    model.add(layers.Dense(classes, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_classes_model" name="one-hot-loss" loses=["test_build_classes_model_compiled"] says="loss-not-sparse"
def build_classes_model(backbone, classes):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(classes, activation="softmax"))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_classes_model" name="last-layer-frozen-only" loses=["test_build_classes_model_frozen"] says="not-frozen"
def build_classes_model(backbone, classes):
    backbone.layers[-1].trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(classes, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% answer="build_classes_model" name="no-hidden-layer" loses=["test_build_classes_model"] says="layers-missing"
def build_classes_model(backbone, classes):
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(classes, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# # few_per_class


# %% answer="few_per_class" name="shuffled, then the first of each"
def few_per_class(labels, count, seed):
    order = np.random.default_rng(seed).permutation(len(labels))
    return [
        int(i) for c in sorted(set(labels.tolist())) for i in [j for j in order if labels[j] == c][:count]
    ]


# %% answer="few_per_class" name="counting while going through"
def few_per_class(y, n, seed):
    taken, places = {}, []
    for place in np.random.default_rng(seed).permutation(len(y)):
        label = int(y[place])
        if taken.setdefault(label, 0) < n:
            taken[label] += 1
            places.append(place)
    return np.array(places)


# %% answer="few_per_class" name="unbalanced" loses=["test_few_per_class"] says="unbalanced"
def few_per_class(labels, count, seed):
    classes = len(np.unique(labels))
    return np.random.default_rng(seed).choice(len(labels), classes * count, replace=False)


# %% answer="few_per_class" name="count-in-all" loses=["test_few_per_class"] says="count-in-all"
def few_per_class(labels, count, seed):
    return np.random.default_rng(seed).choice(len(labels), count, replace=False)


# %% answer="few_per_class" name="drawn-twice" loses=["test_few_per_class_drawn"] says="drawn-twice"
def few_per_class(labels, count, seed):
    random = np.random.default_rng(seed)
    drawn = []
    for number in np.unique(labels):
        places = np.flatnonzero(labels == number)
        drawn.append(places[np.r_[0, 0, random.choice(len(places), count, replace=False)][:count]])
    return np.concatenate(drawn)


# %% answer="few_per_class" name="always-the-same" loses=["test_few_per_class_drawn"] says="always-the-same"
def few_per_class(labels, count, seed):
    return np.concatenate([np.flatnonzero(labels == number)[:count] for number in np.unique(labels)])


# %% answer="few_per_class" name="never-the-same" loses=["test_few_per_class_drawn"] says="never-the-same"
def few_per_class(labels, count, seed):
    random = np.random.default_rng()
    return np.concatenate(
        [random.choice(np.flatnonzero(labels == n), count, replace=False) for n in np.unique(labels)]
    )


# %% answer="few_per_class" name="mask-not-places" loses=["test_few_per_class", "test_few_per_class_drawn"] says="mask-not-places"
def few_per_class(labels, count, seed):
    return np.array([labels == number for number in np.unique(labels)])


# %% answer="few_per_class" name="classes-counted" loses=["test_few_per_class"] says="classes-counted"
def few_per_class(labels, count, seed):
    generator = np.random.default_rng(seed)
    classes = range(len(np.unique(labels)))
    return np.concatenate(
        [generator.choice(np.flatnonzero(labels == n), count, replace=False) for n in classes]
    )


# %% answer="few_per_class" name="classes-counted-without-an-error" loses=["test_few_per_class"] says="classes-counted"
def few_per_class(labels, count, seed):
    order = np.random.default_rng(seed).permutation(len(labels))
    classes = range(len(np.unique(labels)))
    return np.concatenate([order[labels[order] == number][:count] for number in classes])


# %% answer="few_per_class" name="same-in-each-class" loses=["test_few_per_class_drawn"] says="same-in-each-class"
def few_per_class(labels, count, seed):
    drawn = []
    for number in np.unique(labels):
        generator = np.random.default_rng(seed)
        drawn.append(generator.choice(np.flatnonzero(labels == number), count, replace=False))
    return np.concatenate(drawn)


# %% answer="few_per_class" name="places-in-table" loses=["test_few_per_class"] says="places-in-table"
def few_per_class(labels, count, seed):
    generator = np.random.default_rng(seed)
    classes = np.unique(labels)
    return np.array([generator.choice(np.flatnonzero(labels == n), count, replace=False) for n in classes])


# %% answer="few_per_class" name="labels-not-places" loses=["test_few_per_class", "test_few_per_class_drawn"] says="labels-not-places"
# Labels say nothing about which images were drawn.
def few_per_class(labels, count, seed):
    generator = np.random.default_rng(seed)
    classes = np.unique(labels)
    return np.concatenate([generator.choice(labels[labels == n], count, replace=False) for n in classes])


# %% [markdown]
# # average_features


# %% answer="average_features" name="a model with the average, predict_on_batch"
def average_features(backbone, images, batch_size):
    model = keras.Sequential([backbone, layers.GlobalAveragePooling2D()])
    parts = np.array_split(np.arange(len(images)), -(-len(images) // batch_size))
    return np.vstack([np.asarray(model(images[part].astype("float32"))) for part in parts])


# %% answer="average_features" name="from a dataset"
def average_features(network, x, size):
    batches = tf.data.Dataset.from_tensor_slices(x).batch(size)
    return np.concatenate([tf.reduce_mean(network(batch, training=False), [1, 2]) for batch in batches])


# %% answer="average_features" name="into an array"
def average_features(backbone, images, batch_size):
    result = np.zeros((len(images), backbone.output.shape[-1]))
    for i in range(0, len(images), batch_size):
        result[i : i + batch_size] = np.asarray(backbone(images[i : i + batch_size])).mean(2).mean(1)
    return result


# %% answer="average_features" name="maximum-not-average" loses=["test_average_features"] says="maximum-not-average"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return np.concatenate([np.max(backbone(part, training=False), axis=(1, 2)) for part in parts])


# %% answer="average_features" name="maps-not-averaged" loses=["test_average_features"] says="maps-not-averaged"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return np.concatenate([np.reshape(backbone(part, training=False), (len(part), -1)) for part in parts])


# %% answer="average_features" name="averaged-over-maps" loses=["test_average_features"] says="averaged-over-maps"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return np.concatenate([np.mean(backbone(part, training=False), axis=3) for part in parts])


# %% answer="average_features" name="scaled-before" loses=["test_average_features"] says="scaled-before"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] / 255 for i in range(0, len(images), batch_size)]
    return np.concatenate([np.mean(backbone(part, training=False), axis=(1, 2)) for part in parts])


# %% answer="average_features" name="last-batch-lost" loses=["test_average_features_last"] says="last-batch-lost"
def average_features(backbone, images, batch_size):
    features = np.zeros((0, backbone.output.shape[-1]))
    for number in range(len(images) // batch_size):
        batch = images[number * batch_size : (number + 1) * batch_size]
        features = np.concatenate([features, np.mean(backbone(batch, training=False), axis=(1, 2))])
    return features


# %% answer="average_features" name="training-mode" loses=["test_average_features_quiet"] says="training-mode"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return np.concatenate([np.mean(backbone(part, training=True), axis=(1, 2)) for part in parts])


# %% answer="average_features" name="a-list" loses=["test_average_features"] says="wrong-container"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return [row.tolist() for part in parts for row in np.mean(backbone(part, training=False), axis=(1, 2))]


# %% answer="average_features" name="a-tensor" loses=["test_average_features"] says="wrong-container"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return tf.concat([tf.reduce_mean(backbone(part, training=False), [1, 2]) for part in parts], 0)


# %% answer="average_features" name="batch-size-ignored" loses=["test_average_features_last"] says="batch-size-ignored"
def average_features(backbone, images, batch_size):
    return np.mean(backbone(images, training=False), axis=(1, 2))


# %% answer="average_features" name="batches-not-joined" loses=["test_average_features"] says="batches-not-joined"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return [np.mean(backbone(part, training=False), axis=(1, 2)) for part in parts]


# %% answer="average_features" name="averaged-over-images" loses=["test_average_features"] says="averaged-over-images"
def average_features(backbone, images, batch_size):
    parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
    return np.concatenate([np.mean(backbone(part, training=False), axis=(0, 1)) for part in parts])


# %% [markdown]
# # prepare_fine_tuning


# %% answer="prepare_fine_tuning" name="freezing what must not learn"
def prepare_fine_tuning(model, prefix, rate):
    backbone = backbone_of(model)
    backbone.trainable = True
    for layer in backbone.layers:
        if isinstance(layer, layers.BatchNormalization) or not layer.name.startswith(prefix):
            layer.trainable = False
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=rate),
        loss=keras.losses.BinaryCrossentropy(),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],
    )
    return model


# %% answer="prepare_fine_tuning" name="norm-by-its-name" loses=["test_prepare_fine_tuning_norm"] says="norm-unfrozen"
# In ResNet50 the names of these layers end in "bn".
def prepare_fine_tuning(model, block, learning_rate):
    model.trainable = True
    for layer in model.get_layer("backbone").layers:
        layer.trainable = layer.name[: len(block)] == block
        if "norm" in layer.name:
            layer.trainable = False
    model.compile(
        keras.optimizers.SGD(learning_rate, momentum=0.9), "binary_crossentropy", metrics=["accuracy"]
    )
    return model


# %% answer="prepare_fine_tuning" name="a model of its own with the same layers"
def prepare_fine_tuning(model, block, learning_rate):
    backbone = next(layer for layer in model.layers if hasattr(layer, "layers"))
    backbone.trainable = True
    wanted = [layer for layer in backbone.layers if layer.name.startswith(block)]
    for layer in backbone.layers:
        layer.trainable = layer in wanted and not isinstance(layer, keras.layers.BatchNormalization)
    images = keras.Input((None, None, 3))
    x = backbone(images)
    for layer in model.layers[1:]:
        x = layer(x)
    fresh = keras.Model(images, x)
    fresh.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return fresh


# %% answer="prepare_fine_tuning" name="the flags of the layers alone"
def prepare_fine_tuning(model, block, learning_rate):
    for layer in backbone_of(model).layers:
        layer.trainable = layer.name.startswith(block) and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="model-still-frozen" loses=["test_prepare_fine_tuning"] says="model-still-frozen"
def prepare_fine_tuning(model, block, learning_rate):
    model.trainable = False
    for layer in backbone_of(model).layers:
        layer.trainable = layer.name.startswith(block) and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="still-frozen" loses=["test_prepare_fine_tuning", "test_prepare_fine_tuning_before", "test_prepare_fine_tuning_norm"] says="still-frozen"
# Nothing was unfrozen, so that there is nothing of which to say that the rest stayed frozen.
def prepare_fine_tuning(model, block, learning_rate):
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="the-models-flag" loses=["test_prepare_fine_tuning", "test_prepare_fine_tuning_before", "test_prepare_fine_tuning_norm"] says="still-frozen"
# The model's flag is true already: setting it again does not reach the backbone, so that nothing was unfrozen.
def prepare_fine_tuning(model, block, learning_rate):
    model.trainable = True
    for layer in backbone_of(model).layers:
        if isinstance(layer, layers.BatchNormalization) or not layer.name.startswith(block):
            layer.trainable = False
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="head-frozen" loses=["test_prepare_fine_tuning"] says="head-frozen"
def prepare_fine_tuning(model, block, learning_rate):
    for layer in model.layers:
        layer.trainable = False
    backbone = backbone_of(model)
    backbone.trainable = True
    for layer in backbone.layers:
        layer.trainable = layer.name.startswith(block) and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="everything-unfrozen" loses=["test_prepare_fine_tuning_before"] says="everything-unfrozen"
def prepare_fine_tuning(model, block, learning_rate):
    backbone = backbone_of(model)
    backbone.trainable = True
    for layer in backbone.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="first-block" loses=["test_prepare_fine_tuning", "test_prepare_fine_tuning_before"] says="other-block"
# The wrong block learns, and the right one does not: two requirements.
def prepare_fine_tuning(model, block, learning_rate):
    backbone = backbone_of(model)
    backbone.trainable = True
    for number, layer in enumerate(backbone.layers):
        layer.trainable = number < 4 and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="norm-unfrozen" loses=["test_prepare_fine_tuning_norm"] says="norm-unfrozen"
def prepare_fine_tuning(model, block, learning_rate):
    backbone = backbone_of(model)
    backbone.trainable = True
    for layer in backbone.layers:
        layer.trainable = layer.name.startswith(block)
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="not-compiled-again" loses=["test_prepare_fine_tuning_compiled"] says="not-compiled-again"
def prepare_fine_tuning(model, block, learning_rate):
    backbone = backbone_of(model)
    backbone.trainable = True
    for layer in backbone.layers:
        layer.trainable = layer.name.startswith(block) and not isinstance(layer, layers.BatchNormalization)
    model.optimizer.learning_rate = learning_rate
    return model


# %% answer="prepare_fine_tuning" name="rate-not-lowered" loses=["test_prepare_fine_tuning_rate"] says="rate-not-lowered"
def prepare_fine_tuning(model, block, learning_rate):
    backbone = backbone_of(model)
    backbone.trainable = True
    for layer in backbone.layers:
        layer.trainable = layer.name.startswith(block) and not isinstance(layer, layers.BatchNormalization)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="two-steps-left-out" loses=["test_prepare_fine_tuning_before", "test_prepare_fine_tuning_norm"] says="everything-unfrozen"
# `trainable = True` and nothing else: the most common form of all.
def prepare_fine_tuning(model, block, learning_rate):
    backbone_of(model).trainable = True
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="SGD, by the backbone's name"
def prepare_fine_tuning(model, block, learning_rate):
    model.trainable = True
    for layer in model.get_layer("backbone").layers:
        layer.trainable = layer.name[: len(block)] == block
        if layer.__class__.__name__ == "BatchNormalization":
            layer.trainable = False
    model.compile(
        keras.optimizers.SGD(learning_rate, momentum=0.9), "binary_crossentropy", metrics=["accuracy"]
    )
    return model


# %% answer="prepare_fine_tuning" name="name-contains" loses=["test_prepare_fine_tuning_before"] says="name-contains"
def prepare_fine_tuning(model, block, learning_rate):
    backbone = backbone_of(model)
    backbone.trainable = True
    for layer in backbone.layers:
        layer.trainable = block in layer.name and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="behind-unfrozen" loses=["test_prepare_fine_tuning_before"] says="behind-unfrozen"
def prepare_fine_tuning(model, block, learning_rate):
    backbone, reached = backbone_of(model), False
    backbone.trainable = True
    for layer in backbone.layers:
        reached = reached or layer.name.startswith(block)
        layer.trainable = reached and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% answer="prepare_fine_tuning" name="only-other-blocks-frozen-again" loses=["test_prepare_fine_tuning_before"] says="everything-unfrozen"
def prepare_fine_tuning(model, block, learning_rate):
    backbone = backbone_of(model)
    backbone.trainable = True
    for layer in backbone.layers:
        other = layer.name.startswith(block[:-1]) and not layer.name.startswith(block)
        if other or isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# # choose_strategy


# %% answer="choose_strategy" name="a string"
def choose_strategy():
    return "ABCDAD"


# %% answer="choose_strategy" name="small letters, a tuple"
def choose_strategy():
    return tuple("abcdad")


# %% answer="choose_strategy" name="few-tuned" loses=["test_choose_strategy"] says="few-tuned"
def choose_strategy():
    return ["B", "B", "C", "D", "A", "D"]


# %% answer="choose_strategy" name="different-late" loses=["test_choose_strategy"] says="different-late"
def choose_strategy():
    return ["A", "B", "A", "D", "A", "D"]


# %% answer="choose_strategy" name="similar-cut" loses=["test_choose_strategy"] says="similar-cut"
def choose_strategy():
    return ["A", "B", "C", "D", "C", "D"]


# %% answer="choose_strategy" name="much-frozen" loses=["test_choose_strategy_many"] says="much-frozen"
def choose_strategy():
    return ["A", "A", "C", "C", "A", "C"]


# %% answer="choose_strategy" name="similar-all" loses=["test_choose_strategy_many"] says="similar-all"
def choose_strategy():
    return ["A", "D", "C", "D", "A", "D"]


# %% answer="choose_strategy" name="different-last-only" loses=["test_choose_strategy_many"] says="different-last-only"
def choose_strategy():
    return ["A", "B", "C", "B", "A", "B"]


# %% [markdown]
# # maps_and_gradients


# %% answer="maps_and_gradients" name="the maps as a variable"
def maps_and_gradients(network, head, image, output):
    maps = tf.Variable(network(np.float32(image)[np.newaxis]))
    with tf.GradientTape() as tape:
        score = head(maps)[0, output]
    return maps.numpy()[0], np.array(tape.gradient(score, maps))[0]


# %% answer="maps_and_gradients" name="network inside the tape, tensors"
def maps_and_gradients(body, rest, photo, number):
    x = tf.expand_dims(tf.cast(photo, tf.float32), 0)
    with tf.GradientTape(persistent=True) as tape:
        maps = body(x, training=False)
        tape.watch(maps)
        scores = tf.gather(rest(maps, training=False), number, axis=1)
        total = tf.reduce_sum(scores)
    return [maps[0], tape.gradient(total, maps)[0]]


# %% answer="maps_and_gradients" name="batch-axis-kept" loses=["test_maps_and_gradients_maps"] says="batch-axis-kept"
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = head(maps, training=False)[:, output]
    return maps.numpy(), tape.gradient(score, maps).numpy()


# %% answer="maps_and_gradients" name="batch-axis-of-the-gradients-kept" loses=["test_maps_and_gradients"] says="batch-axis-kept"
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = head(maps, training=False)[:, output]
    return maps[0].numpy(), tape.gradient(score, maps).numpy()


# %% answer="maps_and_gradients" name="not-watched-first-of-none" loses=["test_maps_and_gradients", "test_maps_and_gradients_maps"] says="no-gradient"
# The error comes before anything is returned.
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        score = head(maps, training=False)[:, output]
    return maps[0].numpy(), tape.gradient(score, maps)[0].numpy()


# %% answer="maps_and_gradients" name="not-watched-numpy-of-none" loses=["test_maps_and_gradients", "test_maps_and_gradients_maps"] says="no-gradient"
# As above.
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        score = head(maps, training=False)[:, output]
    return maps[0].numpy(), tape.gradient(score, maps).numpy()[0]


# %% answer="maps_and_gradients" name="maps-in-training" loses=["test_maps_and_gradients_maps"] says="maps-in-training"
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=True))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = head(maps, training=False)[:, output]
    return maps[0].numpy(), tape.gradient(score, maps)[0].numpy()


# %% answer="maps_and_gradients" name="not-watched" loses=["test_maps_and_gradients"] says="no-gradient"
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        score = head(maps, training=False)[:, output]
    return maps[0].numpy(), tape.gradient(score, maps)


# %% answer="maps_and_gradients" name="gradient-of-all" loses=["test_maps_and_gradients"] says="gradient-of-all"
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        scores = head(maps, training=False)
    return maps[0].numpy(), tape.gradient(scores, maps)[0].numpy()


# %% answer="maps_and_gradients" name="other-output" loses=["test_maps_and_gradients"] says="other-output"
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = head(maps, training=False)[:, 0]
    return maps[0].numpy(), tape.gradient(score, maps)[0].numpy()


# %% answer="maps_and_gradients" name="gradient-of-image" loses=["test_maps_and_gradients"] says="gradient-of-image"
def maps_and_gradients(network, head, image, output):
    x = tf.convert_to_tensor(image[None].astype("float32"))
    with tf.GradientTape() as tape:
        tape.watch(x)
        maps = network(x, training=False)
        score = head(maps, training=False)[:, output]
    return maps[0].numpy(), tape.gradient(score, x)[0].numpy()


# %% answer="maps_and_gradients" name="parts-swapped" loses=["test_maps_and_gradients"] says="parts-swapped"
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = head(maps, training=False)[:, output]
    return tape.gradient(score, maps)[0].numpy(), maps[0].numpy()


# %% answer="maps_and_gradients" name="image-for-maps" loses=["test_maps_and_gradients_maps"] says=""
# No name: any other array could stand in the place of the maps.
def maps_and_gradients(network, head, image, output):
    maps = tf.convert_to_tensor(network(image[None].astype("float32"), training=False))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = head(maps, training=False)[:, output]
    return image.astype(float), tape.gradient(score, maps)[0].numpy()


# %% [markdown]
# # heat_map


# %% answer="heat_map" name="map by map, the sum of the gradients"
def heat_map(maps, gradients):
    heat = np.zeros(maps.shape[:2])
    for number in range(maps.shape[2]):
        heat += gradients[:, :, number].sum() * maps[:, :, number]
    heat[heat < 0] = 0
    if heat.max() == 0:
        return heat
    return (heat / heat.max()).astype("float32")


# %% answer="heat_map" name="einsum and where"
def heat_map(m, g):
    heat = np.einsum("hwc,c->hw", m, g.mean((0, 1)))
    heat = np.where(heat > 0, heat, 0.0)
    return heat / max(heat.max(), 1e-12)


# %% answer="heat_map" name="not-weighted" loses=["test_heat_map"] says="not-weighted"
def heat_map(maps, gradients):
    heat = np.maximum(maps.sum(axis=-1), 0) * (gradients.max() > 0)
    return heat / heat.max() if heat.max() > 0 else heat


# %% answer="heat_map" name="gradients-not-averaged" loses=["test_heat_map"] says="gradients-not-averaged"
def heat_map(maps, gradients):
    heat = np.maximum((maps * gradients).sum(axis=-1), 0)
    return heat / heat.max() if heat.max() > 0 else heat


# %% answer="heat_map" name="largest-gradient" loses=["test_heat_map"] says="largest-gradient"
def heat_map(maps, gradients):
    heat = np.maximum(maps @ gradients.max(axis=(0, 1)), 0)
    return heat / heat.max() if heat.max() > 0 else heat


# %% answer="heat_map" name="not-scaled" loses=["test_heat_map"] says="not-scaled-to-one"
def heat_map(maps, gradients):
    return np.maximum(maps @ gradients.mean(axis=(0, 1)), 0)


# %% answer="heat_map" name="negative-kept" loses=["test_heat_map_negative"] says="negative-kept"
def heat_map(maps, gradients):
    heat = maps @ gradients.mean(axis=(0, 1))
    return heat / heat.max() if heat.max() > 0 else np.zeros(heat.shape)


# %% answer="heat_map" name="negative-shifted" loses=["test_heat_map_negative"] says="negative-shifted"
def heat_map(maps, gradients):
    heat = maps @ gradients.mean(axis=(0, 1))
    heat = heat - heat.min()
    return heat / heat.max() if heat.max() > 0 else heat


# %% answer="heat_map" name="negative-turned" loses=["test_heat_map_negative"] says="negative-turned"
def heat_map(maps, gradients):
    heat = np.abs(maps @ gradients.mean(axis=(0, 1)))
    return heat / heat.max() if heat.max() > 0 else heat


# %% answer="heat_map" name="not-a-number" loses=["test_heat_map_empty"] says="not-a-number"
def heat_map(maps, gradients):
    heat = np.maximum(maps @ gradients.mean(axis=(0, 1)), 0)
    with np.errstate(all="ignore"):
        return heat / heat.max()


# %% answer="heat_map" name="weights-cut-off" loses=["test_heat_map_negative"] says="cut-too-early"
def heat_map(maps, gradients):
    heat = maps @ np.maximum(gradients.mean(axis=(0, 1)), 0)
    return heat / heat.max() if heat.max() > 0 else heat


# %% answer="heat_map" name="cut-too-early" loses=["test_heat_map_negative"] says="cut-too-early"
def heat_map(maps, gradients):
    heat = np.maximum(maps * gradients.mean(axis=(0, 1)), 0).sum(axis=-1)
    return heat / heat.max() if heat.max() > 0 else heat


# %% answer="heat_map" name="divided-too-early" loses=["test_heat_map_empty"] says="divided-too-early"
def heat_map(maps, gradients):
    heat = maps @ gradients.mean(axis=(0, 1))
    return np.maximum(heat / heat.max(), 0) if heat.max() != 0 else np.zeros(heat.shape)


# %% answer="heat_map" name="maps-changed-in-place" loses=["test_heat_map"] says="input-modified"
def heat_map(maps, gradients):
    maps *= gradients.mean(axis=(0, 1))
    heat = np.maximum(maps.sum(axis=-1), 0)
    return heat / heat.max() if heat.max() > 0 else heat


# %% answer="heat_map" name="divided-by-sum" loses=["test_heat_map"] says="divided-by-sum"
def heat_map(maps, gradients):
    heat = np.maximum(maps @ gradients.mean(axis=(0, 1)), 0)
    return heat / heat.sum() if heat.sum() > 0 else heat


# %% answer="heat_map" name="gradients-other-axes" loses=["test_heat_map"] says="gradients-other-axes"
def heat_map(maps, gradients):
    heat = np.maximum((maps * gradients.mean(axis=-1, keepdims=True)).sum(axis=-1), 0)
    return heat / heat.max() if heat.max() > 0 else heat


# %% [markdown]
# # fold_norm


# %% answer="fold_norm" name="filter by filter"
def fold_norm(weights, gamma, beta, mean, variance, epsilon):
    kernel, bias = np.array(weights, float), np.zeros(weights.shape[3])
    for f in range(weights.shape[3]):
        scale = gamma[f] / (variance[f] + epsilon) ** 0.5
        kernel[:, :, :, f] *= scale
        bias[f] = beta[f] - mean[f] * scale
    return kernel, bias


# %% answer="fold_norm" name="einsum, a list"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    inverse = np.reciprocal(np.sqrt(np.add(variance, epsilon)))
    return [np.einsum("abcf,f->abcf", kernel, gamma * inverse), beta + -mean * gamma * inverse]


# %% answer="fold_norm" name="root-forgotten" loses=["test_fold_norm"] says="root-forgotten"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = gamma / (variance + epsilon)
    return kernel * factor, beta - factor * mean


# %% answer="fold_norm" name="epsilon-forgotten" loses=["test_fold_norm"] says="epsilon-forgotten"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = gamma / np.sqrt(variance)
    return kernel * factor, beta - factor * mean


# %% answer="fold_norm" name="gamma-forgotten" loses=["test_fold_norm"] says="gamma-forgotten"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = 1 / np.sqrt(variance + epsilon)
    return kernel * factor, beta - factor * mean


# %% answer="fold_norm" name="wrong-axis" loses=["test_fold_norm"] says="wrong-axis"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor[: kernel.shape[2], None], beta - factor * mean


# %% answer="fold_norm" name="mean-not-scaled" loses=["test_fold_norm_bias"] says="mean-not-scaled"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, beta - mean


# %% answer="fold_norm" name="beta-forgotten" loses=["test_fold_norm_bias"] says="beta-forgotten"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, -factor * mean


# %% answer="fold_norm" name="sign-turned" loses=["test_fold_norm_bias"] says="sign-turned"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, beta + factor * mean


# %% answer="fold_norm" name="gamma-forgotten-in-the-bias" loses=["test_fold_norm_bias"] says="gamma-forgotten"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    root = np.sqrt(variance + epsilon)
    return kernel * gamma / root, beta - mean / root


# %% answer="fold_norm" name="epsilon-outside" loses=["test_fold_norm"] says="epsilon-outside"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = gamma / (np.sqrt(variance) + epsilon)
    return kernel * factor, beta - factor * mean


# %% answer="fold_norm" name="results-swapped" loses=["test_fold_norm"] says="results-swapped"
def fold_norm(kernel, gamma, beta, mean, variance, epsilon):
    factor = gamma / np.sqrt(variance + epsilon)
    return beta - factor * mean, kernel * factor
