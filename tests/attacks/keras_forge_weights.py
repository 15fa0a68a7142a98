# ruff: noqa
# family: models
# tries: records with weights of another shape, type and number
# outcome: test_build=incorrect test_head=incorrect
# prelude: records

# %% build
def build(classes):
    weights = [np.zeros((3, 3, 1, 5), "float32"), np.zeros(4)]
    return record(
        chain(
            images(),
            layer("Conv2D", {"filters": 4, "kernel_size": 3}, {"input_shape": [None, 8, 8, 1]}, weights),
        )
    )


# %% head
def head(base):
    written = sys.modules["autograder.engine.models"].outgoing(base).content
    for each in written["objects"]:
        if each["class"] == "Dense":
            each["weights"] = [each["weights"][0], "bias", each["weights"][1]]
    return record(written["objects"])
