# ruff: noqa
# family: models
# tries: to fill the checks' memory by layers that claim to be huge and send no weights
# outcome: test_build=incorrect test_head=incorrect
# prelude: records

# %% build
def build(classes):
    dense = {"units": 1 << 20, "use_bias": False, "kernel_initializer": None}
    return record(
        chain(images(), layer("Flatten", {}), layer("Dense", dense, {"input_shape": [None, 1 << 20]}))
    )


# %% head
def head(base):
    grown = [layer("UpSampling2D", {"size": [32, 32], "name": f"u{n}"}) for n in range(400)]
    numbers = layer("InputLayer", {"batch_shape": [None, None, None, 1], "dtype": "float32", "name": "i"})
    return record(chain(numbers, *grown))
