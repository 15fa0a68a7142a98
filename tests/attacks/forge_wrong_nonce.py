# ruff: noqa
# family: channel
# tries: to answer under another number than the call's
# outcome: test_double=crashed test_double_input=crashed
# prelude: channel

# %% double
def double(x):
    answer_with(pack({"status": "value", "value": [0, 2, 4]}), number=bytes(16))
