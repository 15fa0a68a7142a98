# ruff: noqa
# family: channel
# tries: to answer twice: first wrongly, then rightly
# outcome: test_triple=incorrect
# prelude: channel

# %% triple
def triple(x):
    send(pack({"status": "value", "value": 11}))
    return 12
