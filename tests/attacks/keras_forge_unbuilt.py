# ruff: noqa
# family: models
# tries: layers that would take their sizes, and allocate, only when they are called
# outcome: test_build=incorrect test_head=incorrect
# prelude: records


# %% build
def build(classes):
    return record(chain(images(), layer("Flatten", {}), layer("Dense", {"units": 1 << 20, "name": "d"})))


# %% head
def head(base):
    last = layer("Normalization", {"mean": 0.0, "variance": 1.0, "axis": [1, 2, 3]})
    pads = [layer("ZeroPadding2D", {"padding": 512, "name": f"p{n}"}) for n in range(90)]
    return record(chain(images(), *pads, last))
