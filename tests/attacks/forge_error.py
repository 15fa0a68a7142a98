# ruff: noqa
# family: channel
# tries: errors by a number that does not exist, and texts that fill a whole message
# outcome: test_double=error test_double_input=error
# prelude: channel

# %% double
def double(x):
    number, size = (999, 1) if x.dtype == int else (2, 1_300_000)
    answer_with(
        pack(
            {"status": "raised", "error": number, "type": "t" * size, "text": "x" * size, "trace": "y" * size}
        )
    )
