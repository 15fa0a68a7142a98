# ruff: noqa
# family: channel
# tries: to send a verdict instead of an answer
# outcome: test_double=crashed test_double_input=crashed
# prelude: channel

# %% double
def double(x):
    answer_with(pack({"outcome": "correct", "score": 2.0, "message": None}), kind=8)
