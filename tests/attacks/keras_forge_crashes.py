# ruff: noqa
# family: models
# tries: settings at which libraries divide by zero or read past an end
# outcome: test_build=incorrect|error|crashed
# prelude: records

# %% build
def build(classes):
    odd = [
        layer("MaxPooling2D", {"pool_size": (0, 0), "strides": (0, 0), "name": "a"}),
        layer("Conv2D", {"filters": -1, "kernel_size": (-3, 0), "name": "b"}),
        layer("Cropping2D", {"cropping": ((-5, -5), (9, 9)), "name": "c"}),
        layer("UpSampling2D", {"size": (-2, 0), "name": "d"}),
        layer("Permute", {"dims": (3, 3, -1), "name": "e"}),
        layer("Reshape", {"target_shape": (-1, -1, 0), "name": "f"}),
        layer("ZeroPadding2D", {"padding": ((-20, 3), (0, -9)), "name": "g"}),
        layer("Dropout", {"rate": float("nan"), "name": "h"}),
    ]
    return [record(chain(images(), each)) for each in odd] + [record(chain(each)) for each in odd]
