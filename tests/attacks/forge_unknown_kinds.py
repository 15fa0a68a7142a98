# ruff: noqa
# family: channel
# tries: to send frames of kinds that nobody knows
# outcome: test_double=crashed test_double_input=crashed
# prelude: channel

# %% double
def double(x):
    send(pack(None), kind=255)
    answer_with(pack({"status": "value", "value": [0, 2, 4]}), kind=0)
