"""What a student's code cannot do, tried by real code in real processes; and what it can, as in Jupyter."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from small import ROOT

from autograder import isolation
from autograder.engine import confine, landlock, launch, linux, probe, seccomp
from autograder.engine.codec import decode, encode
from autograder.engine.launch import Launcher, Process
from autograder.engine.protocol import Kind, new_nonce
from autograder.errors import UserError

HERE = launch.layers_here()
HELD = probe.held(HERE)
# Root gives up being root only where a root of its own shows it the interpreter.
NO_NAMESPACES = tuple(
    name
    for name in HELD
    if name in ("landlock", "seccomp", "limits") or (name == "unprivileged" and os.geteuid() != 0)
)
MODES = {"all layers": HELD, "no namespaces": NO_NAMESPACES}
GOT_THROUGH = "GOT THROUGH"
ORDINARY = "GRADING_TESTS_AS_AN_ORDINARY_USER"

confined = pytest.mark.skipif(probe.level(HERE) == "process", reason=f"this machine confines nothing: {HERE}")


class Room:
    """A student's process, and what it must not reach."""

    def __init__(self, launcher: Launcher, bait: str):
        self.layers = launcher.layers
        self.process: Process | None = launcher.student(1 << 20)
        self.run(bait)

    def end(self) -> None:
        """End the process; again does nothing."""
        if self.process is not None:
            self.process.end()
            self.process = None

    def run(self, source: str, seconds: float = 60) -> str:
        """Run a cell; its text, and its error as ``!NAME: TEXT``."""
        return text_of(ask(self.process, source, seconds))


def ask(process: Process, source: str, seconds: float) -> list[dict]:
    nonce = new_nonce()
    process.channel.send(Kind.RUN, encode(source), nonce, time.monotonic() + seconds)
    frame = process.channel.receive(time.monotonic() + seconds)
    assert frame.nonce == nonce
    return decode(frame.body)["outputs"]


def text_of(outputs: list[dict]) -> str:
    parts = []
    for output in outputs:
        if output["output_type"] == "error":
            parts.append(f"!{output['ename']}: {output['evalue']}")
        else:
            parts.append(
                output.get("text") or " ".join(output["data"]) + output["data"].get("text/plain", "")
            )
    return "".join(parts)


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cell that names what must not be reached."""
    folder = tmp_path_factory.mktemp("grader")
    (folder / "gradebook.db").write_text("scores")
    path = tempfile.mktemp(prefix="grade-sock-")
    with (
        socket.create_server(("127.0.0.1", 0), backlog=64) as tcp,
        socket.socket(socket.AF_UNIX) as by_path,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        by_path.bind(path)
        by_path.listen(64)
        abstract.bind(f"\0grade-{os.getpid()}")
        abstract.listen(64)
        names = {
            "CHECKOUT": str(ROOT),
            "FOLDER": str(folder),
            "HOME": os.path.expanduser("~"),
            "PORT": tcp.getsockname()[1],
            "SOCKET": path,
            "ABSTRACT": f"\0grade-{os.getpid()}",
            "PARENT": os.getpid(),
            "GROUP": os.getpgrp(),
            "NUMBERS": {name: linux.number(name) for name in linux.SYSCALLS},
        }
        yield BAIT + "\n".join(f"{name} = {value!r}" for name, value in names.items())
    os.unlink(path)


BAIT = '''
import ctypes, os, resource, signal, socket, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    """A system call that succeeds, or complains of what it was given, was carried out."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    if libc.syscall(ctypes.c_long(NUMBERS[name]), *wide) == -1:
        code = ctypes.get_errno()
        if code in (1, 38):
            raise PermissionError(code, os.strerror(code))
'''


@pytest.fixture(scope="module")
def launchers() -> Iterator[dict[str, Launcher]]:
    """A launcher for each mode."""
    made = {mode: Launcher(layers=layers) for mode, layers in MODES.items()}
    yield made
    for launcher in made.values():
        launcher.close()


@pytest.fixture(scope="module", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """With all layers that hold here, and as on a machine that allows no namespaces."""
    return request.param


@pytest.fixture(scope="module")
def room(mode: str, launchers: dict[str, Launcher], bait: str) -> Iterator[Room]:
    """A process for many attempts."""
    room = Room(launchers[mode], bait)
    yield room
    room.end()


@pytest.fixture
def fresh(mode: str, launchers: dict[str, Launcher], bait: str) -> Iterator[Room]:
    """A process for an attempt that may end it."""
    room = Room(launchers[mode], bait)
    yield room
    room.end()


# -- what must not be reached -----------------------------------------------------------------------

ATTEMPTS = {
    "read the notebooks with solutions": "open(f'{CHECKOUT}/source/built.json').read()",
    "read the hidden checks": "open(f'{CHECKOUT}/autograder/checks/__init__.py').read()",
    "import the hidden checks": "import autograder.checks",
    "read the engine": "open(f'{CHECKOUT}/autograder/engine/supervise.py').read()",
    "list the checkout": "os.listdir(CHECKOUT)",
    "read the checkout by a link": "os.symlink(CHECKOUT, 'link'); os.listdir('link')",
    "read the gradebook": "open(f'{FOLDER}/gradebook.db').read()",
    "list the home folder": "os.listdir(HOME)",
    "read the users": "open('/etc/shadow').read()",
    "see the grader's command": "open(f'/proc/{PARENT}/cmdline').read()",
    "see the grader's environment": "open(f'/proc/{PARENT}/environ').read()",
    "read the grader's memory": "open(f'/proc/{PARENT}/mem', 'rb').read(1)",
    "reach the grader's root": "os.listdir(f'/proc/{PARENT}/root')",
    "reach the parent's root": "os.listdir(f'/proc/{os.getppid() or PARENT}/root')",
    "write to the checkout": "open(f'{CHECKOUT}/written', 'w')",
    "write beside the gradebook": "open(f'{FOLDER}/written', 'w')",
    "remove the gradebook": "os.remove(f'{FOLDER}/gradebook.db')",
    "write to the packages": "open(f'{sys.prefix}/written', 'w')",
    "write to the interpreter": "open(f'{sys.base_prefix}/written', 'w')",
    "write to /tmp": "open('/tmp/written', 'w')",
    "write to the root": "open('/written', 'w')",
    "write to a sysctl": "open('/proc/sys/kernel/hostname', 'w').write('x')",
    "connect to this machine": "socket.create_connection(('127.0.0.1', PORT), 5)",
    "send a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
    "listen": "socket.create_server(('127.0.0.1', 0))",
    "open a raw socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "talk to the kernel": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "connect to a socket file": "socket.socket(socket.AF_UNIX).connect(SOCKET)",
    "connect to an abstract socket": "socket.socket(socket.AF_UNIX).connect(ABSTRACT)",
    "turn a pair to a socket file": "socket.socketpair(type=socket.SOCK_DGRAM)[0].connect(SOCKET)",
    "be root": "assert os.getuid(); os.setuid(0)",
    "join other groups": "assert os.getuid(); os.setgroups([0])",
    "have a capability": "assert [l for l in open('/proc/self/status') if l.startswith(('CapEff', 'CapPrm'))] "
    "!= ['CapPrm:\\t0000000000000000\\n', 'CapEff:\\t0000000000000000\\n']",
    "gain privileges": "assert 'NoNewPrivs:\\t1' not in open('/proc/self/status').read()",
    "change the root": "os.chroot('.')",
    "make a device": "import stat; os.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0))",
    "raise the limit of processes": "resource.setrlimit(resource.RLIMIT_NPROC, (-1, -1))",
    "raise the limit of file size": "resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
    "raise the limit of files": "resource.setrlimit(resource.RLIMIT_NOFILE, (99999, 99999))",
    "write a core file": "resource.setrlimit(resource.RLIMIT_CORE, (99999, 99999))",
    "limit another process": "resource.prlimit(PARENT, resource.RLIMIT_NOFILE, (1, 1))",
    "run at a high priority": "os.nice(-5)",
    "write a huge file": "with open('huge', 'wb') as f: f.seek(1 << 30); f.write(b'x')",
    "open files without end": "files = [open(os.devnull) for _ in range(5000)]",
    "trace": "call('ptrace', 16, PARENT, 0, 0)",
    "read memory by a call": "call('process_vm_readv', PARENT, None, 0, None, 0, 0)",
    "mount": "call('mount', b'none', b'.', b'tmpfs', 0, None)",
    "unmount": "call('umount2', b'/proc', 2)",
    "open a tree": "call('open_tree', -100, b'/', 1)",
    "make a user namespace": "call('unshare', 0x10000000)",
    "make a user namespace by clone": "call('clone', 0x10000000 | 17, 0, 0, 0, 0)",
    "make a user namespace by clone3": "call('clone3', None, 0)",
    "enter a namespace": "call('setns', os.open('/proc/self/ns/net', os.O_RDONLY), 0)",
    "open a file by handle": "call('open_by_handle_at', -100, None, 0)",
    "take a descriptor": "call('pidfd_getfd', 0, 0, 0)",
    "use io_uring": "call('io_uring_setup', 1, None)",
    "load a program into the kernel": "call('bpf', 0, None, 0)",
    "use the kernel's keys": "call('keyctl', 0, -3, 0)",
    "change the personality": "call('personality', 0x0040000)",
    "outlive the keeper": "call('prctl', 1, 0, 0, 0, 0)",
    "be looked into": "call('prctl', 4, 1, 0, 0, 0)",
    "type into a terminal": "call('ioctl', 0, 0x5412, b'x')",
    "hide memory in a segment": "call('shmget', 0, 4096, 0o1600)",
    "hide memory in a file": "os.memfd_create('x')",
    "hide memory in a mapping": "import mmap; mmap.mmap(-1, 4096)",
    "hide memory in a device": "open('/dev/zero', 'rb+')",
    "name the machine": "socket.sethostname('mine')",
    "call what is newer than the filter": "NUMBERS['new'] = 470; call('new', 0, 0, 0)",
}
SIGNALS = {
    "signal the grader": "os.kill(PARENT, 0)",
    "signal the parent": "os.kill(os.getppid() or PARENT, 0)",
    "signal the grader's group": "os.killpg(GROUP, 0)",
}
HELD_BACK = {
    *(
        "PermissionError",
        "FileNotFoundError",
        "ModuleNotFoundError",
        "ProcessLookupError",
        "ConnectionRefusedError",
    ),
    *("OSError", "NotADirectoryError", "BlockingIOError", "ValueError", "AssertionError"),
}


@confined
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_student_cannot(room: Room, attempt: str):
    missing = {"be root", "join other groups"} & {attempt} and "unprivileged" not in room.layers
    if missing or (
        attempt.startswith("raise the limit") and os.geteuid() == 0 and "unprivileged" not in room.layers
    ):
        pytest.skip("root stays root where no root of its own can be made")
    text = room.run(f"{ATTEMPTS[attempt]}\nprint('GOT' + ' THROUGH')")
    assert GOT_THROUGH not in text
    assert text.startswith("!") and text[1:].partition(":")[0] in HELD_BACK, text


def _signals_are_held_back(room: Room) -> bool:
    return "namespaces" in room.layers or ("landlock" in room.layers and landlock.version() >= 6)


@confined
@pytest.mark.parametrize("attempt", SIGNALS)
def test_a_student_cannot_send_signals_out(room: Room, attempt: str):
    if not _signals_are_held_back(room):
        pytest.skip("this kernel's Landlock does not know signals")
    text = room.run(f"{SIGNALS[attempt]}\nprint('GOT' + ' THROUGH')")
    assert GOT_THROUGH not in text and text.startswith(("!PermissionError", "!ProcessLookupError")), text


VICTIM = """
import os, signal, time
signal.signal(signal.SIGURG, lambda *_: os._exit(3))
print(flush=True)
time.sleep(99)
"""


@confined
def test_a_signal_to_everybody_reaches_nobody_else(room: Room):
    if not _signals_are_held_back(room):
        pytest.skip("this kernel's Landlock does not know signals")
    with subprocess.Popen([sys.executable, "-c", VICTIM], stdout=subprocess.PIPE) as victim:
        victim.stdout.readline()
        # Everybody else passes this signal over, should it get through.
        room.run("os.kill(-1, signal.SIGURG)")
        time.sleep(0.2)
        assert victim.poll() is None
        victim.kill()


@confined
def test_a_student_cannot_change_what_belongs_to_a_file_of_the_grader(room: Room, tmp_path: Path):
    path = tmp_path / "gradebook.db"
    path.write_text("scores")
    path.chmod(0o640)
    before = path.stat()
    for change in (
        "os.chmod(P, 0o777)",
        "os.utime(P, (1, 1))",
        "os.truncate(P, 0)",
        "os.setxattr(P, 'user.a', b'x')",
    ):
        room.run(f"P = {str(path)!r}\n{change}")
    room.run(
        "os.fchmod(os.open(os.__file__, os.O_RDONLY), 0o600); os.open(os.__file__, os.O_RDONLY | os.O_TRUNC)"
    )
    after, library = path.stat(), Path(os.__file__).stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_size) == (
        before.st_mode,
        before.st_mtime_ns,
        before.st_size,
    )
    assert library.st_size > 1000 and library.st_mode & 0o044


@confined
def test_the_process_holds_nothing_of_the_grader(room: Room):
    known = room.run("print(sorted(os.environ)); print(os.getcwd() == os.environ['HOME'])")
    names = set(eval(known.splitlines()[0]))
    assert names <= {*launch._environment("student", ""), "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"}
    assert known.splitlines()[1] == "True"
    shown = room.run(
        "for name in map(int, os.listdir('/proc/self/fd')):\n"
        "    try: print(name, os.readlink(f'/proc/self/fd/{name}'))\n"
        "    except OSError: pass"
    )
    others = [line for line in shown.splitlines() if int(line.split()[0]) > 2]
    # The channel, and what IPython opens for itself.
    assert sum("socket" in line for line in others) == 1, shown
    assert not [line for line in others if str(ROOT) in line.replace(sys.prefix, "")], shown


@confined
def test_a_root_of_its_own_shows_only_what_python_needs(room: Room):
    if "mounts" not in room.layers:
        pytest.skip("no mounts")
    folders = ("/home", "/var", "/run", "/mnt", "/opt", "/srv", "/boot", "/etc/ssh")
    shown = eval(room.run(f"print([name for name in {folders} if os.path.exists(name)])"))
    assert all(sys.base_prefix.startswith(name) or sys.prefix.startswith(name) for name in shown)
    assert room.run("print(sum(name.isdigit() for name in os.listdir('/proc')))") == "1\n"
    assert room.run("import pwd; print(len(pwd.getpwall()), socket.gethostname())") == "1 student\n"


@confined
def test_a_student_cannot_fill_the_disk(fresh: Room):
    if "mounts" not in fresh.layers:
        pytest.skip("no mounts")
    fill = (
        "written = 0\ntry:\n    for n in range(40):\n        with open(f'{n}', 'wb') as f:\n"
        "            for _ in range(16): written += f.write(bytes(1 << 20))\n"
        "except OSError as error: print(error.errno)\nprint(written >> 20)"
    )
    code, written = map(int, fresh.run(fill).split())
    assert code == errno.ENOSPC and 100 < written <= 256
    many = (
        "for n in range(40): os.path.exists(f'{n}') and os.remove(f'{n}')\ntry:\n"
        "    for n in range(100_000): open(f'f{n}', 'w').close()\nexcept OSError as error: print(error.errno)"
    )
    assert int(fresh.run(many)) == errno.ENOSPC


BOMB = (
    "children = []\ntry:\n    for _ in range(3000):\n        child = os.fork()\n"
    "        if child == 0: time.sleep(600); os._exit(0)\n        children.append(child)\n"
    "except BlockingIOError: print('refused')\nprint(len(children))"
)


@confined
def test_a_fork_bomb_is_bounded_and_leaves_nothing(fresh: Room):
    if os.geteuid() == 0 and "unprivileged" not in fresh.layers:
        pytest.skip("root is under no limit of processes")
    refused, count = fresh.run(BOMB).split()
    limit = confine.Policy("", (), ()).processes
    assert refused == "refused" and limit // 2 < int(count) <= limit + 1000
    if "namespaces" in fresh.layers:
        assert int(count) <= limit
    top = psutil.Process(fresh.process.pid)
    children = top.children(recursive=True)
    assert len(children) == int(count)
    fresh.end()
    assert not [child for child in (top, *children) if child.is_running()]


DAEMON = (
    "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
    "        block = b'x' * (200 << 20)\n        while True: time.sleep(600)\n    os._exit(0)\n"
    "os.wait(); time.sleep(1); print('left')"
)


@confined
def test_a_daemon_is_counted_and_ended(fresh: Room):
    resident = psutil.Process(fresh.process.pid).memory_info().rss
    assert "left" in fresh.run(DAEMON)
    assert fresh.process.holds_more_than(resident)
    # Shared pages count once, so that the daemon adds what it wrote and little more.
    assert not fresh.process.holds_more_than(resident + (250 << 20))
    children = psutil.Process(fresh.process.pid).children(recursive=True)
    assert len(children) == 1
    fresh.end()
    assert not children[0].is_running()


NICE = 13
STORM = (
    f"if os.fork() == 0:\n    os.setsid()\n    os.nice({NICE})\n    end = time.time() + 20\n"
    "    while time.time() < end:\n        if os.fork(): os._exit(0)\n        time.sleep(0.001)\n    os._exit(0)\n"
    "print('begun')"
)


@confined
def test_a_storm_of_short_lived_processes_ends_with_the_process(fresh: Room):
    assert "begun" in fresh.run(STORM)
    time.sleep(0.1)
    assert _of_the_storm()
    fresh.end()
    assert not _of_the_storm()


def _of_the_storm() -> list[psutil.Process]:
    found = []
    for _ in range(5):
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.nice() == NICE:
                    found.append(process)
    return found


@confined
def test_a_student_cannot_end_siblings_or_the_grader(mode: str, launchers: dict[str, Launcher], bait: str):
    if "namespaces" not in launchers[mode].layers:
        pytest.skip("tried with signal 0 elsewhere: what is sent here is meant")
    killer, sibling = Room(launchers[mode], bait), Room(launchers[mode], bait)
    try:
        killer.run(
            "for target in (-1, PARENT, os.getppid()):\n    try: os.kill(target or -1, signal.SIGKILL)\n"
            "    except OSError: pass"
        )
        assert sibling.run("print('alive')") == "alive\n"
    finally:
        killer.end()
        sibling.end()


@confined
def test_the_interrupt_reaches_the_process(room: Room):
    process, nonce = room.process, new_nonce()
    process.channel.send(Kind.RUN, encode("while True: pass"), nonce)
    time.sleep(0.3)
    process.interrupt()
    outputs = decode(process.channel.receive(time.monotonic() + 5).body)["outputs"]
    assert "KeyboardInterrupt" in text_of(outputs)


@confined
@pytest.mark.parametrize(
    "way", ["os.kill(os.getpid(), 9)", "os.abort()", "ctypes.string_at(0)", "os._exit(3)"]
)
def test_the_process_may_end_itself(fresh: Room, way: str):
    with pytest.raises(Exception, match=r"gone|reset"):
        fresh.run(way, seconds=20)
    assert select.select([fresh.process.pidfd], [], [], 5)[0]


@pytest.fixture
def folder_for_all() -> Iterator[Path]:
    """A folder that a process may enter which is no longer ours."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


GRADER = """
import sys, time
sys.path[:0] = {path!r}
from test_confine import *
launcher = Launcher(layers={layers!r})
process = launcher.student(1 << 20)
print(text_of(ask(process, "import os, time\\n" + {daemon!r}, 60)), process.pid, flush=True)
process.channel.send(Kind.RUN, encode("while True: pass"), new_nonce())
time.sleep(60)
"""


@confined
def test_nothing_survives_the_grader(mode: str, folder_for_all: Path):
    program = GRADER.format(path=[str(ROOT), str(ROOT / "tests")], layers=MODES[mode], daemon=DAEMON)
    command, environment = [sys.executable, "-B", "-c", program], os.environ | {"TMPDIR": str(folder_for_all)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as grader:
        assert grader.stdout.readline() == "left\n"
        top = psutil.Process(int(grader.stdout.readline()))
        family = [top, *top.children(recursive=True)]
        warm = psutil.Process(grader.pid).children(recursive=True)
        assert len(family) == 2 and top in warm
        grader.kill()
    _, alive = psutil.wait_procs([*family, *warm], timeout=5)
    assert not alive


# -- what must work ---------------------------------------------------------------------------------

HONEST = {
    "a shell command": ("!echo one; echo two >&2; ls", "one\ntwo\n"),
    "a command's output": ("names = !echo one; echo two\nprint(list(names))", "['one', 'two']"),
    "a bash cell": ("%%bash\necho one", "one"),
    "timing": ("%timeit -n1 -r1 1 + 1", "per loop"),
    "a figure": ("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", "image/png"),
    "a figure's file": ("plt.savefig('f.png'); plt.savefig('f.pdf'); print(plt.imread('f.png').ndim)", "3"),
    "a file of one's own": (
        "import numpy as np\nnp.save('a.npy', np.eye(3)); print(np.load('a.npy').sum())",
        "3.0",
    ),
    "a temporary file": (
        "import tempfile\nwith tempfile.NamedTemporaryFile() as f: print(os.path.dirname(f.name) == os.getcwd())",
        "True",
    ),
    "a sample image": (
        "from sklearn.datasets import load_sample_image\nprint(load_sample_image('china.jpg').shape)",
        "(427, 640, 3)",
    ),
    "the course": ("import course\nprint(course.__name__)", "course"),
    "a late import": ("import scipy.ndimage, pandas, PIL.Image\nprint(pandas.Series([1, 2]).sum())", "3"),
    "await": ("import asyncio\nawait asyncio.sleep(0)\nprint('slept')", "slept"),
    "threads": (
        "from concurrent.futures import ThreadPoolExecutor as T\nprint(list(T(4).map(abs, [-1])))",
        "[1]",
    ),
    "another interpreter": (
        "print(subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True, text=True).stdout)",
        "42",
    ),
    "several processors": (
        "from joblib import Parallel, delayed\nprint(Parallel(n_jobs=2)(delayed(abs)(n) for n in (-1, -2)))",
        "[1, 2]",
    ),
    "the user's name": ("import getpass\nprint(getpass.getuser())", "student"),
    "autoreload": ("%load_ext autoreload\n%autoreload 2\nprint('loaded')", "loaded"),
}
WITH_SHARED_MEMORY = {
    "a pool": ("import multiprocessing as mp\nwith mp.Pool(2) as p: print(p.map(abs, [-1, -2]))", "[1, 2]"),
    "a manager": ("with mp.Manager() as m: print(m.list([1]))", "[1]"),
}


@confined
@pytest.mark.parametrize("what", HONEST)
def test_a_student_can_use(room: Room, what: str):
    source, wanted = HONEST[what]
    text = room.run(source)
    assert wanted in text and "!" not in text and "Error" not in text, text


@confined
@pytest.mark.parametrize("what", WITH_SHARED_MEMORY)
def test_a_student_with_a_root_of_its_own_can_use(room: Room, what: str):
    if "mounts" not in room.layers:
        pytest.skip("/dev/shm is other programs', too")
    source, wanted = WITH_SHARED_MEMORY[what]
    assert wanted in room.run(source)


KERAS = """
import keras, numpy as np
x, y = np.random.rand(64, 8, 8, 1), np.arange(64) % 4
layers = [keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(4, activation="softmax")]
model = keras.Sequential(layers)
model.compile("adam", "sparse_categorical_crossentropy")
print(len(model.fit(x, y, epochs=2, verbose=0).history["loss"]))
model.save("model.keras")
print(np.allclose(keras.models.load_model("model.keras")(x), model(x)))
"""


@confined
def test_a_student_can_train_a_network():
    with Launcher(tensorflow=True) as launcher:
        process = launcher.student(1 << 20)
        try:
            assert text_of(ask(process, KERAS, 120)) == "2\nTrue\n"
        finally:
            process.end()


# -- how it is put together -------------------------------------------------------------------------


def test_every_layer_is_tried_and_told():
    told = isolation.here().to_json()
    assert told["level"] in probe.LEVELS
    assert told["layers"] == {name: HERE[name].ok for name in confine.LAYERS}
    assert all(layer.detail for layer in HERE.values())
    json.dumps(told)


@pytest.mark.parametrize(
    ("names", "word"),
    [
        (confine.LAYERS, "full"),
        (("landlock", "seccomp", "limits"), "partial"),
        (("namespaces", "mounts", "seccomp", "limits"), "partial"),
        (("namespaces", "seccomp", "limits", "unprivileged"), "process"),
        (("namespaces", "mounts", "landlock", "limits", "unprivileged"), "process"),
        ((), "process"),
    ],
)
def test_a_level_is_one_word_for_the_layers(names: tuple[str, ...], word: str):
    assert probe.level({name: probe.Layer(name in names, "") for name in confine.LAYERS}) == word


def test_grading_refuses_below_the_required_level(monkeypatch: pytest.MonkeyPatch):
    bare = dict.fromkeys(confine.LAYERS, probe.Layer(False, "not here"))
    monkeypatch.setattr(isolation, "layers_here", lambda: bare)
    monkeypatch.delenv("AUTOGRADER_ISOLATION", raising=False)
    with pytest.raises(UserError, match="--isolation process") as refused:
        isolation.require()
    assert "\n" not in str(refused.value) and "landlock: not here" in str(refused.value)
    isolation.require("process")
    monkeypatch.setenv("AUTOGRADER_ISOLATION", "process")
    isolation.require()
    with pytest.raises(UserError, match="full"):
        isolation.require("full")
    monkeypatch.setenv("AUTOGRADER_ISOLATION", "some")
    with pytest.raises(UserError, match="'some'"):
        isolation.require()


@confined
def test_a_layer_that_cannot_be_set_up_stops_the_start(monkeypatch: pytest.MonkeyPatch):
    def elsewhere(self: Launcher, folder: str) -> confine.Policy:
        return confine.Policy(folder, confine.readable_paths(), HELD, file_bytes=-5)

    monkeypatch.setattr(Launcher, "_policy", elsewhere)
    with Launcher() as launcher:
        with pytest.raises(RuntimeError, match="did not start"):
            launcher.student(1 << 20)
        monkeypatch.undo()
        process = launcher.student(1 << 20)
        assert text_of(ask(process, "print(1)", 20)) == "1\n"
        process.end()


@confined
def test_the_checking_process_has_limits(launchers: dict[str, Launcher]):
    process = launchers["all layers"].checker(1)
    try:
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        # With 0 the kernel would still hand a core to the program that takes them.
        assert "Max core file size        1                    1 " in limits
        assert f"Max file size             {256 << 20} " in limits
    finally:
        process.end()


GUARDED = """
import os, socket, sys
sys.path[:0] = [{root!r}]
from autograder.engine import confine
confine.guard(os.getcwd(), {layers!r})
open("mine", "w").write("x"); os.remove("mine"); open("/dev/null", "w").write("x")
print(open({bait!r}).read())
for attempt in {attempts!r}:
    try:
        exec(attempt)
    except OSError:
        continue
    print("GOT THROUGH", attempt)
"""


@confined
def test_the_checking_process_writes_only_its_own_folder_and_speaks_to_nobody(tmp_path: Path):
    if not {"landlock", "seccomp"} <= set(HELD):
        pytest.skip("no Landlock, or no filter of system calls")
    bait, own = tmp_path / "gradebook.db", tmp_path / "own"
    bait.write_text("scores")
    own.mkdir()
    attempts = [
        f"open({str(bait)!r}, 'a')",
        f"os.remove({str(bait)!r})",
        f"os.rename({str(bait)!r}, 'taken')",
        f"os.link({str(bait)!r}, 'linked')",
        f"os.symlink('a', {str(tmp_path / 'link')!r})",
        "socket.create_connection(('127.0.0.1', 9), 1)",
        "socket.socket(socket.AF_UNIX)",
        f"os.kill({os.getpid()}, 0)" if landlock.version() >= 6 else "os.open('/', os.O_RDWR)",
    ]
    program = GUARDED.format(root=str(ROOT), layers=HELD, bait=str(bait), attempts=attempts)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=own, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "scores\n"), done.stderr
    assert bait.read_text() == "scores"


SOCKETS = (
    "pairs = []\ntry:\n    while True:\n        a, b = socket.socketpair()\n        pairs += [a, b]\n"
    "        a.setblocking(False)\n        try:\n            while True: a.send(bytes(1 << 16))\n"
    "        except BlockingIOError: pass\nexcept OSError: print(len(pairs))"
)


@confined
def test_what_waits_in_sockets_counts_as_memory(fresh: Room):
    resident = psutil.Process(fresh.process.pid).memory_info().rss
    pairs = int(fresh.run("import socket\n" + SOCKETS))
    assert pairs > 500
    # Half of them hold what was sent: a buffer that the kernel made as large as it may.
    assert fresh.process.holds_more_than(resident + (pairs // 2) * (200 << 10))
    fresh.run("for s in pairs: s.close()")
    assert not fresh.process.holds_more_than(resident + (100 << 20))


def _answer(
    program: list[seccomp.Instruction], number: int, *arguments: int, architecture: int | None = None
) -> int:
    """What the filter would return, by running it as the kernel does."""
    machine = seccomp._AUDIT_ARCH[platform.machine()] if architecture is None else architecture
    words = {0: number, 4: machine}
    for index, value in enumerate(arguments):
        words |= {16 + 8 * index: value & 0xFFFF_FFFF, 20 + 8 * index: value >> 32}
    at = register = 0
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code == seccomp._LOAD:
            register = words.get(operand, 0)
        elif code == seccomp._AND:
            register &= operand
        elif code == seccomp._EQUAL:
            at += if_true if register == operand else if_false
        elif code == seccomp._GREATER:
            at += if_true if register > operand else if_false
        else:
            return operand


@pytest.mark.parametrize("machine", linux.ARCHITECTURES)
@pytest.mark.parametrize("own_root", [True, False])
def test_the_filter_refuses_what_it_lists_on_every_architecture(
    machine: str, own_root: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    program = seccomp.program(own_root=own_root)
    refused = seccomp._ERROR | errno.EPERM
    assert len(program) < 4096 and all(max(step[1], step[2]) < 256 for step in program)
    for name in seccomp.REFUSED:
        number = linux.number(name)
        assert number is None or _answer(program, number) == refused, name

    def answer(name: str, *arguments: int) -> int:
        return _answer(program, linux.number(name), *arguments)

    assert answer("clone3") == seccomp._ERROR | errno.ENOSYS
    assert answer("clone", 0x0100_0000 | 17) == seccomp._ALLOW
    assert answer("clone", linux.CLONE_NEWUSER | 17) == refused
    assert answer("socketpair", socket.AF_UNIX, socket.SOCK_STREAM | 0o2000000) == seccomp._ALLOW
    assert answer("socketpair", socket.AF_UNIX, socket.SOCK_DGRAM) == (
        seccomp._ALLOW if own_root else refused
    )
    assert answer("socket", socket.AF_UNIX, socket.SOCK_STREAM) == (seccomp._ALLOW if own_root else refused)
    assert answer("socket", socket.AF_INET, socket.SOCK_STREAM) == refused
    assert answer("mmap", 0, 4096, 3, 0x22) == seccomp._ALLOW
    assert answer("mmap", 0, 4096, 3, 0x21) == refused
    assert answer("prlimit64", 0) == seccomp._ALLOW and answer("prlimit64", 7) == refused
    assert answer("kill", 1, signal.SIGTERM) == seccomp._ALLOW and answer("kill", 1, 9) == seccomp._KILL
    # Told that it was done, and it was not.
    for name in seccomp.ATTRIBUTES:
        number = linux.number(name)
        assert number is None or _answer(program, number) == (seccomp._ALLOW if own_root else seccomp._ERROR)
    assert answer("truncate") == (seccomp._ALLOW if own_root else refused)
    assert answer("openat", 0, 0, os.O_TRUNC) == (seccomp._ALLOW if own_root else refused)
    assert answer("openat", 0, 0, os.O_TRUNC | os.O_WRONLY | os.O_CREAT) == seccomp._ALLOW
    assert answer("prctl", linux.PR_SET_CHILD_SUBREAPER) == refused
    assert answer("prctl", linux.PR_SET_PDEATHSIG) == refused and answer("prctl", 15) == seccomp._ALLOW
    assert _answer(program, 0) == seccomp._ALLOW
    assert _answer(program, seccomp.NEWEST + 1) == seccomp._ERROR | errno.ENOSYS
    assert _answer(program, 0, architecture=0x4000_0003) == seccomp._KILL
    if machine == "x86_64":
        assert _answer(program, seccomp._X32 | 101) == seccomp._KILL


# -- as an ordinary user ----------------------------------------------------------------------------

AS_ORDINARY = """
import os, sys
sys.path[:0] = [{root!r}]
from autograder.engine import linux
linux.unshare(linux.CLONE_NEWNS)
linux.mount("", "/", "", linux.MS_REC | linux.MS_PRIVATE)
# The interpreter may lie where only root may go: show it beneath folders that all may enter.
aside = {aside!r}
for number, path in enumerate(sorted({{sys.base_prefix, sys.prefix, {root!r}}})):
    above = "/" + path.split("/")[1]
    if os.stat(above).st_mode & 5 == 5:
        continue
    os.makedirs(f"{{aside}}/{{number}}")
    linux.mount(path, f"{{aside}}/{{number}}", "", linux.MS_BIND | linux.MS_REC)
    linux.mount("none", above, "tmpfs", 0, "mode=755")
    os.makedirs(path)
    linux.mount(f"{{aside}}/{{number}}", path, "", linux.MS_BIND | linux.MS_REC)
os.chown({home!r}, 12345, 12345)
os.setgroups([]); os.setresgid(12345, 12345, 12345); os.setresuid(12345, 12345, 12345)
os.environ.update(HOME={home!r}, {mark}="1", PYTHONDONTWRITEBYTECODE="1")
os.chdir({root!r})
which = "cannot or can_use or storm or bomb or daemon or survives or tried"
os.execv(sys.executable, [sys.executable, "-m", "pytest", "-x", "-rs", "tests/test_confine.py", "-k", which])
"""


@pytest.mark.skipif(os.geteuid() != 0 or "mounts" not in HELD, reason="only root can become somebody else")
def test_all_of_this_holds_for_an_ordinary_user():
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as aside:
        program = AS_ORDINARY.format(root=str(ROOT), aside=aside, home=home, mark=ORDINARY)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "passed" in done.stdout
