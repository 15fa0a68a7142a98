# ruff: noqa
# family: channel
# tries: to reply that the answer is correct, with a score and an outcome
# outcome: test_double=error test_double_input=error
# prelude: channel

# %% double
def double(x):
    answer_with(pack({"outcome": "correct", "score": 2.0, "grade_id": "test_double", "status": "correct"}))
