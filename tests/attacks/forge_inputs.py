# ruff: noqa
# family: channel
# tries: to send changed inputs along, hoping that the expected numbers are made from them
# outcome: test_double=incorrect test_double_input=incorrect
# prelude: channel

# %% double
def double(x):
    after = [[np.zeros(x.shape, x.dtype)], {"wanted": [0, 0, 0], "x": None}]
    answer_with(pack({"status": "value", "value": np.zeros(x.shape, x.dtype), "after": after}))
