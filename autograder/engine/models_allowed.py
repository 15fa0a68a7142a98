"""What may stand in a Keras model that crosses: classes and functions, each by a name from these lists.

A record brings about nothing else.  A new layer is allowed by adding its name: it must make its weights by
`add_weight`, read no file, run nothing of the learner's, and have only arguments that `models_in` can check.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MAX_OBJECTS = 500
"""Layers and models in one record; ResNet50 has 175, ResNet101 about 345."""

MAX_LEVELS = 16
"""Levels of lists and dicts around a model, and inside an argument."""

LAYERS = """
    Activation ActivityRegularization Add AlphaDropout AugMix AutoContrast Average AveragePooling1D AveragePooling2D
    AveragePooling3D BatchNormalization CategoryEncoding CenterCrop Concatenate Conv1D Conv1DTranspose Conv2D
    Conv2DTranspose Conv3D Cropping1D Cropping2D CutMix Dense DepthwiseConv1D DepthwiseConv2D Dot Dropout ELU
    Flatten GaussianDropout GaussianNoise
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D
    GlobalMaxPooling3D GroupNormalization Identity InputLayer LayerNormalization LeakyReLU MaxPooling1D MaxPooling2D
    MaxPooling3D Maximum Minimum MixUp Multiply Normalization PReLU Permute RandAugment RandomBrightness
    RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip
    RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation
    RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape
    Resizing SeparableConv1D SeparableConv2D Softmax Solarization SpatialDropout1D SpatialDropout2D Subtract
    UnitNormalization UpSampling1D UpSampling2D ZeroPadding1D ZeroPadding2D
""".split()
_ACTIVATION_LAYERS = ("ELU", "LeakyReLU", "ReLU", "Softmax")
_ACTIVATIONS = """
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_tanh leaky_relu linear log_sigmoid
    log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus sparsemax
    squareplus swish tanh tanh_shrink threshold
""".split()
_INITIALIZERS = """
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LecunNormal LecunUniform Ones Orthogonal
    RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros
""".split()
_REGULARIZERS = "L1 L1L2 L2 OrthogonalRegularizer".split()
_CONSTRAINTS = "MaxNorm MinMaxNorm NonNeg UnitNorm".split()
DTYPES = """
    bool float16 float32 float64 int8 int16 int32 int64 mixed_bfloat16 mixed_float16 uint8 uint16 uint32
""".split()
_OPTIMIZERS = "Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lion Nadam RMSprop SGD".split()
_SCHEDULES = """
    CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay
""".split()
_LOSSES = """
    BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy CategoricalHinge
    CosineSimilarity Hinge Huber KLDivergence LogCosh MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError
    MeanSquaredLogarithmicError Poisson SparseCategoricalCrossentropy SquaredHinge
""".split()
_METRICS = """
    AUC Accuracy BinaryAccuracy BinaryCrossentropy CategoricalAccuracy CategoricalCrossentropy CategoricalHinge
    CosineSimilarity F1Score FalseNegatives FalsePositives Hinge KLDivergence LogCoshError Mean MeanAbsoluteError
    MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson Precision Recall
    RootMeanSquaredError SparseCategoricalAccuracy SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy
    SquaredHinge TopKCategoricalAccuracy TrueNegatives TruePositives
""".split()
_LOSS_FUNCTIONS = """
    binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy
    categorical_hinge cosine_similarity hinge huber kl_divergence log_cosh mean_absolute_error
    mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error poisson
    sparse_categorical_crossentropy squared_hinge
""".split()
_METRIC_FUNCTIONS = """
    binary_accuracy categorical_accuracy sparse_categorical_accuracy sparse_top_k_categorical_accuracy
    top_k_categorical_accuracy
""".split()
SHORT = "acc accuracy bce ce crossentropy kld mae mape mse msle MAE MAPE MSE MSLE".split()
_OPERATIONS = """
    Absolute Add Clip Concatenate Divide GetItem Max Maximum Mean Min Minimum Multiply Negative Sqrt Square Stack
    Subtract TrueDivide
""".split()
_NEURAL_OPERATIONS = "AveragePool MaxPool Relu Sigmoid Softmax".split()

OWN_LAYERS = "build it from Keras's own layers"
NOT_OURS = "what came is not a model that Keras would write"


class Refused(ValueError):
    """Something does not cross; the text says why, as a sentence for the learner."""


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Turn what Keras raises over arguments that do not fit into a refusal."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"{what} ({type(error).__name__})") from None


@functools.cache
def table(kind: str) -> dict[str, Any]:
    """Classes and functions by name: all that a record can bring about."""
    import keras
    from keras.src.ops import nn, numpy

    module, names = {
        "layer": (keras.layers, LAYERS),
        "activation layer": (keras.layers, _ACTIVATION_LAYERS),
        "activation": (keras.activations, _ACTIVATIONS),
        "initializer": (keras.initializers, _INITIALIZERS),
        "regularizer": (keras.regularizers, _REGULARIZERS),
        "constraint": (keras.constraints, _CONSTRAINTS),
        "optimizer": (keras.optimizers, _OPTIMIZERS),
        "schedule": (keras.optimizers.schedules, _SCHEDULES),
        "loss": (keras.losses, _LOSSES),
        "metric": (keras.metrics, _METRICS),
        "loss function": (keras.losses, _LOSS_FUNCTIONS),
        "metric function": (keras.metrics, _METRIC_FUNCTIONS),
        # The operations behind `x / 255.0` on a symbolic tensor have no public name.
        "operation": (numpy, _OPERATIONS),
        "neural operation": (nn, _NEURAL_OPERATIONS),
    }[kind]
    # A name that this version of Keras does not have is left out.
    return {name: vars(module)[name] for name in names if name in vars(module)}


@functools.cache
def names_of_classes() -> dict[type, str]:
    """The name in a record of each class that may stand in a model."""
    operations = table("operation") | table("neural operation")
    return {
        **{cls: f"ops.{name}" for name, cls in operations.items()},
        **{cls: name for name, cls in table("layer").items()},
    }


@functools.cache
def functions() -> dict[str, Any]:
    """Functions that a loss or a metric may be."""
    return table("loss function") | table("metric function")


@functools.cache
def parameters(cls: type) -> frozenset[str]:
    """What a class's constructor, and those of its bases, take by name."""
    names: set[str] = set()
    for base in cls.__mro__[:-1]:
        init = vars(base).get("__init__")
        if isinstance(init, types.FunctionType):
            kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
            names |= {n for n, p in inspect.signature(init).parameters.items() if p.kind in kinds}
    # LayerNormalization writes this one and takes it without naming it.
    return frozenset(names - {"self"} | {"rms_scaling"})


@functools.cache
def functional_class() -> type:
    """The class behind `keras.Model(inputs, outputs)`, which has no public name."""
    from keras.src.models.functional import Functional

    return Functional
