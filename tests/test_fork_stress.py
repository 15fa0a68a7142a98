"""Forks in a row from one warm interpreter, each of which trains a network: none hangs, nothing is left.

``FORKS=500 pytest tests/test_fork_stress.py -s`` is the long run, and prints what it measured.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

import psutil

from autograder.engine.codec import decode, encode
from autograder.engine.launch import Launcher, Process
from autograder.engine.protocol import Kind, new_nonce

FORKS = int(os.environ.get("FORKS", "12"))
SECONDS = 120  # for one answer; on a quiet machine it comes within two
GROWTH = 32 << 20  # bytes that the warm interpreter may gain over all forks

CELLS = [
    "import keras, numpy as np\nkeras.utils.set_random_seed(1)\nx, y = np.random.rand(16, 8, 8, 1), np.arange(16) % 4",
    "layers = [keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(4, activation='softmax')]\n"
    "model = keras.Sequential([keras.Input((8, 8, 1)), *layers])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')",
    "history = model.fit(x, y, batch_size=8, epochs=1, verbose=0).history\n"
    "print(len(history['loss']), model.optimizer.iterations.numpy())",
]


def run(process: Process, source: str) -> str:
    nonce, deadline = new_nonce(), time.monotonic() + SECONDS
    process.channel.send(Kind.RUN, encode(source), nonce, deadline)
    frame = process.channel.receive(deadline)
    assert frame.nonce == nonce
    answer = decode(frame.body)
    assert not answer["raised"], answer["outputs"]
    return "".join(output.get("text", "") for output in answer["outputs"])


def one_fork(launcher: Launcher) -> float:
    begun = time.monotonic()
    process = launcher.student(1 << 20)
    folder = process.folder
    try:
        assert [run(process, source) for source in CELLS][-1] == "1 2\n"
    finally:
        process.end()
    assert not Path(folder).exists()
    return time.monotonic() - begun


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def family() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_forks_that_train_do_not_hang_and_leave_nothing(keras_launcher: Launcher):
    # The first ones load what is loaded once.
    for _ in range(2):
        one_fork(keras_launcher)
    warm = psutil.Process(keras_launcher._interpreters["student"]._popen.pid)
    memory, threads, files, kin = warm.memory_info().rss, warm.num_threads(), descriptors(), family()
    took = []
    for n in range(FORKS):
        took.append(one_fork(keras_launcher))
        assert warm.is_running() and warm.num_threads() == threads, f"after {n + 1} forks"
        if (n + 1) % 50 == 0:
            print(f"{n + 1} forks, {sum(took):.0f} s, {warm.memory_info().rss / 2**20:.1f} MiB", flush=True)
    after = warm.memory_info().rss
    print(
        f"\n{FORKS} forks, confined by {', '.join(keras_launcher.layers) or 'nothing'}: "
        f"median {statistics.median(took):.2f} s, slowest {max(took):.2f} s, in all {sum(took):.0f} s; "
        f"first ten {statistics.mean(took[:10]):.2f} s, last ten {statistics.mean(took[-10:]):.2f} s; "
        f"warm interpreter {memory / 2**20:.1f} MiB resident before, {after / 2**20:.1f} MiB after; "
        f"open files {files} before, {descriptors()} after"
    )
    assert after - memory < GROWTH
    assert descriptors() == files
    assert family() == kin
    assert len(os.listdir(f"/proc/{warm.pid}/fd")) < 30
