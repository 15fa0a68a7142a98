"""A large class through this grader: is throughput flat, and is memory?"""

from __future__ import annotations

import contextlib
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tools.bench.material import SEED, Material, environment
from tools.bench.tools import BIN, BenchError

LEVEL = 0.10
"""By how much the last tenth may differ from the first and still be called flat."""

_PR_SET_CHILD_SUBREAPER = 36


def grade_class(material: Material, jobs: int, every: float) -> dict[str, Any]:
    """Grade all submissions, looking at results and memory every few seconds.

    Returns
    -------
    dict
        ``samples`` (seconds, done, memory in bytes), and what `_judge` makes of them.
    """
    # What loses its parent becomes ours, so that no process is left out of the sum.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        root = material.root(Path(folder))
        results = root / "results" / material.name
        command = [str(BIN / "autograder"), "grade", material.name, "--jobs", str(jobs), "--seed", str(SEED)]
        clock, begun = time.time(), time.monotonic()
        grader = subprocess.Popen(
            [*command, "--isolation", "process"],
            cwd=root,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        samples = []
        try:
            while grader.poll() is None:
                done = len(list(results.glob("student*.json")))
                total, kind = memory_below(os.getpid())
                samples.append(
                    {"seconds": time.monotonic() - begun, "done": done, "memory": total, "of": kind}
                )
                print(
                    f"\r{done} of {len(material.submissions)}, {total / 2**30:.2f} GiB ",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
                with contextlib.suppress(subprocess.TimeoutExpired):
                    grader.wait(every)
                _reap(grader.pid)
        finally:
            grader.terminate()
            grader.wait()
            print(file=sys.stderr)
        seconds = time.monotonic() - begun
        if grader.returncode:
            output.seek(0)
            raise BenchError(f"the class was not graded:\n{output.read()[-2000:].decode(errors='replace')}")
        finished = sorted(path.stat().st_mtime - clock for path in results.glob("student*.json"))
    return _judge(samples, finished, seconds) | {"jobs": jobs, "samples": samples}


def _judge(samples: list[dict[str, Any]], finished: list[float], seconds: float) -> dict[str, Any]:
    """Rates and memory of the first and the last tenth; `finished` is when each result was there."""
    tenth = max(2, len(finished) // 10)

    def rate(times: list[float]) -> float:
        return 60 * (len(times) - 1) / max(times[-1] - times[0], 1e-9)

    rates = rate(finished[:tenth]), rate(finished[-tenth:])
    # While the interpreters warm up there is nothing to compare.
    at_work = [sample["memory"] for sample in samples if finished[0] <= sample["seconds"] <= finished[-1]]
    at_work = at_work or [sample["memory"] for sample in samples]
    few = max(1, len(at_work) // 10)
    memory = statistics.mean(at_work[:few]), statistics.mean(at_work[-few:])
    return {
        "submissions": len(finished),
        "seconds": seconds,
        "a_minute": {"first_tenth": rates[0], "last_tenth": rates[1], "all": rate(finished)},
        "throughput_flat": abs(rates[1] / rates[0] - 1) <= LEVEL,
        "memory": {
            "first_tenth": memory[0],
            "last_tenth": memory[1],
            "peak": max(s["memory"] for s in samples),
        },
        "memory_flat": memory[1] <= (1 + LEVEL) * memory[0],
        "memory_is": "RSS" if any(sample["of"] == "RSS" for sample in samples) else "PSS",
    }


def in_words(judged: dict[str, Any]) -> str:
    """What came out, in four lines."""
    rate, memory = judged["a_minute"], {key: value / 2**30 for key, value in judged["memory"].items()}
    return (
        f"{judged['submissions']} submissions in {judged['seconds'] / 60:.1f} minutes with {judged['jobs']} jobs\n"
        f"throughput, a minute: {rate['first_tenth']:.1f} in the first tenth, {rate['last_tenth']:.1f} in the last: "
        f"{'flat' if judged['throughput_flat'] else 'NOT FLAT'} (within {LEVEL:.0%})\n"
        f"memory ({judged['memory_is']}, all processes), GiB: {memory['first_tenth']:.2f} in the first tenth, "
        f"{memory['last_tenth']:.2f} in the last: {'flat' if judged['memory_flat'] else 'NOT FLAT'}\n"
        f"peak {memory['peak']:.2f} GiB: {'under' if memory['peak'] < 3 else 'NOT UNDER'} 3 GiB"
    )


def memory_below(pid: int) -> tuple[int, str]:
    """Bytes that all descendants hold, and what was summed.

    A page that several processes share counts once (PSS); where a process does not let itself be looked
    at, its resident pages count in full, and the sum is named RSS.
    """
    total, kind = 0, "PSS"
    for process in psutil.Process(pid).children(recursive=True):
        try:
            text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) << 10
        except (FileNotFoundError, ProcessLookupError, StopIteration):
            # It ended just now, or is a zombie: it holds nothing.
            continue
        except OSError:
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
                kind = "RSS"
    return total, kind


def _reap(but: int) -> None:
    """Let go of the ended processes that became ours."""
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.Error, ChildProcessError):
            if process.pid != but and process.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(process.pid, os.WNOHANG)
