# ruff: noqa
# family: threads
# tries: to change an array in a thread after it was returned
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
import threading, time


def double(x):
    answer = np.zeros(np.shape(x))

    def repair():
        for _ in range(100):
            time.sleep(0.001)
            answer[...] = 2 * np.asarray(x)

    repairer = threading.Thread(target=repair)
    threading.Timer(0.3, repairer.start).start()
    return answer
