# ruff: noqa
# family: channel
# tries: an error with texts of megabytes, so that no verdict on it fits in a message
# outcome: test_triple=error
# prelude: channel

# %% triple
def triple(x):
    answer_with(
        pack(
            {
                "status": "raised",
                "error": 2,
                "type": "t" * 900_000,
                "text": "x" * 1_500_000,
                "trace": "y" * 1_500_000,
            }
        )
    )
