# ruff: noqa
# family: channel
# tries: to send answers before they are asked for, from a cell of its own
# outcome: test_double=incorrect test_double_input=incorrect
# prelude: channel

# %% first
for kind in (3, 6, 8):
    send(pack({"status": "value", "value": [0, 2, 4]}), kind=kind, number=bytes(16))


# %% double
def double(x):
    return np.zeros(np.shape(x))
