# ruff: noqa
# family: models
# tries: a data set without an end
# outcome: test_batches=incorrect

# %% batches
def batches():
    return tf.data.Dataset.range(10).batch(4).repeat()
