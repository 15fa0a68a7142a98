"""The course's image data: digits, objects, signs and scenes, embedded or real.

Embedded data works offline and at once: real digits that scikit-learn carries, and pictures drawn by seeded
generators.  Real data comes from the folder that the environment variable ``COURSE_DATA`` names, or, digits and
objects, from Keras's cache or download.  The folder may hold any of

    mnist.npz                             MNIST, with Keras's names: x_train, y_train, x_test, y_test
    cifar10_jpg.tar.gz, or cifar10_jpg/   CIFAR-10 as images: {train,test}/CLASS/*.jpg (or .png), 32x32
    sign_mnist_train.csv and _test.csv    Sign Language MNIST: label, pixel1 ... pixel784
    sign_mnist.npz                        or only its test half: x (N, 28, 28), y (N,); split by likeness
    scenes/{train,test}/{forest,mountain} photos, *.jpg or *.png

Every file is checked before use; what is wrong with one is said in a sentence, as a `DataError`.  The parts for
training and for testing are those of the files, and are never mixed.  What takes long to prepare is kept in the
folder that ``COURSE_CACHE`` names, by default one in the system's temporary folder; it may be deleted at any time.
"""

from course.data.loaders import load_digits, load_objects, load_signs, scenes_folder, signs_csv
from course.data.records import DataError, ImageData

__all__ = [
    "DataError",
    "ImageData",
    "load_digits",
    "load_objects",
    "load_signs",
    "scenes_folder",
    "signs_csv",
]
