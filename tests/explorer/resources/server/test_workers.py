"""Work in processes of its own: what comes back, and how each kind of end is told."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from explorer.resources.server import workers
from explorer.resources.server.workers import Ended, Lane
from resnet.maps.answers import ExplainError
from resnet.model.devices import DoesNotFit
from resnet.text.language import speaking
from tests.conftest import ROOT
from tests.explorer.resources import work


@pytest.fixture(scope="module")
def short():
    """A lane that waits for nobody long."""
    lane = Lane(1, seconds=2, nice=3, memory=1 << 30)
    lane.call(work.pid)
    return lane


def until(true, seconds: float = 15) -> bool:
    """Whether it is soon so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def began(sign: Path) -> int:
    assert until(lambda: sign.exists() and sign.read_text())
    return int(sign.read_text())


def test_a_worker_is_another_process_that_stays_and_is_light(short):
    assert short.call(work.pid) == short.call(work.pid) != os.getpid()
    assert short.call(work.loaded) == (True, False)
    assert short.call(work.niceness) == min(os.nice(0) + 3, 19)


def test_tensors_come_whole_without_shared_memory(short):
    import torch

    numbers, named = short.call(work.tensors, 1000)
    assert torch.equal(numbers, torch.arange(1000))
    assert not numbers.is_shared()
    assert named["a"].sum() == 1000


def test_a_warm_call_is_quick(short):
    times = []
    for _ in range(20):
        start = time.perf_counter()
        short.call(work.pid)
        times.append(time.perf_counter() - start)
    assert sorted(times)[10] < 0.05


def test_errors_are_those_that_were_raised_in_the_language_spoken(short):
    with pytest.raises(DoesNotFit, match="not enough memory"):
        short.call(work.refuse, "memory")
    with speaking("zh"), pytest.raises(ExplainError) as raised:
        short.call(work.refuse, "class")
    assert not str(raised.value).isascii()
    assert "in refuse" in raised.value.__notes__[0]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bound it otherwise")
def test_memory_is_bounded_and_the_worker_goes_on(short):
    with pytest.raises(Ended, match="for want of memory"):
        short.call(work.eat, 100_000)
    with pytest.raises(Ended, match="for want of memory"):
        short.call(work.tensors, 10**12)
    assert short.call(work.eat, 10) == 10 << 20


def test_too_long_is_one_sentence_and_ends_the_process(short, tmp_path):
    start = time.monotonic()
    with pytest.raises(Ended, match="longer than 2 seconds"):
        short.call(work.spin, tmp_path / "sign")
    assert time.monotonic() - start < 5
    assert until(lambda: not psutil.pid_exists(began(tmp_path / "sign")))


def test_a_worker_that_dies_is_one_sentence_and_another_takes_its_place(short):
    for _ in range(2):
        with pytest.raises(Ended, match="its process died"):
            short.call(work.die)
    assert short.call(work.pid)


def test_a_worker_killed_while_idle_is_replaced(short):
    idle = short.call(work.pid)
    os.kill(idle, signal.SIGKILL)
    assert until(lambda: not psutil.pid_exists(idle))
    time.sleep(0.5)  # the pool finds out
    assert short.call(work.pid) != idle


def test_workers_rest_and_others_take_their_place(short):
    process = short.call(work.pid)
    short.rest()
    assert until(lambda: not psutil.pid_exists(process))
    assert short.call(work.pid) != process


def test_a_stream_hands_over_each_value_and_ends(short):
    assert [*short.stream(work.count, 5)] == [0, 1, 2, 3, 4]
    assert short.call(work.pid)


def test_a_stream_tells_what_ended_it(short):
    found = []
    with pytest.raises(Ended, match="died"):
        found.extend(short.stream(work.count_and_die, 3))
    with pytest.raises(ExplainError):
        found.extend(short.stream(work.count_and_refuse, 3))


def test_closing_a_stream_ends_its_process(short, tmp_path):
    with closing(short.stream(work.count_and_spin, tmp_path / "sign")) as values:
        assert next(values) == 0
        process = began(tmp_path / "sign")
    assert until(lambda: not psutil.pid_exists(process), 5)
    assert short.call(work.pid) != process


def test_a_page_that_leaves_ends_its_call_even_in_the_midst_of_a_convolution(
    short, tmp_path, monkeypatch
):
    class LeftError(Exception):
        pass

    def leave() -> None:
        if (tmp_path / "sign").exists():
            raise LeftError

    monkeypatch.setattr(workers, "let_go", leave)
    lane = Lane(1, seconds=60, nice=0, memory=8 << 30)
    with pytest.raises(LeftError):
        lane.call(work.convolve, tmp_path / "sign")
    assert until(lambda: not psutil.pid_exists(began(tmp_path / "sign")), 8)


_SERVER = """
import sys, time
from pathlib import Path
from explorer.resources.server.workers import ANSWERS, LONG
from tests.explorer.resources import work
print(ANSWERS.call(work.pid), flush=True)
for _ in LONG.stream(work.count, 10**9, Path(sys.argv[1])):
    pass
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_its_server(how, tmp_path):
    command = [sys.executable, "-c", _SERVER, str(tmp_path / "sign")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        idle, busy = int(server.stdout.readline()), began(tmp_path / "sign")
        family = psutil.Process(server.pid).children(recursive=True)
        assert {idle, busy} <= {process.pid for process in family}
        server.send_signal(how)
        server.wait(20)
    gone, alive = psutil.wait_procs(family, 10)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    assert len(gone) > 3
    assert not alive


def test_visitors_who_come_together_start_once(fresh_python):
    program = """
import os, psutil
from concurrent.futures import ThreadPoolExecutor
from explorer.resources.server.workers import start
before = dict(os.environ)
with ThreadPoolExecutor(20) as pool:
    list(pool.map(lambda _: start(), range(200)))
print(before == dict(os.environ), sum("forkserver" in " ".join(child.cmdline())
      for child in psutil.Process().children()))
"""
    assert fresh_python(program) == "True 1"


def test_importing_starts_nothing(fresh_python):
    program = """
import sys, psutil
from explorer.resources.server import workers
print("torch" in sys.modules, len(psutil.Process().children()))
"""
    assert fresh_python(program) == "False 0"
