from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time

import psutil
import pytest

from consultant import broker, tether
from consultant.errors import TemporaryError, WorkError

PATIENCE = 10


@pytest.fixture
def running(tmp_path):
    made = broker.Broker(tmp_path)
    made.start()
    yield made
    made.stop()


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def ask(home, command: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(broker.socket_of(home)))
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(1000)


def test_a_started_broker_answers_and_a_stopped_one_does_not(tmp_path, running):
    assert broker.answers(broker.socket_of(tmp_path))

    running.stop()

    assert not broker.answers(broker.socket_of(tmp_path))
    assert running.pid == 0


def test_it_listens_on_no_network(running):
    assert [c for c in psutil.Process(running.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN] == []


def test_its_folder_and_socket_are_private(tmp_path, running):
    assert stat.S_IMODE(broker.folder_of(tmp_path).stat().st_mode) == 0o700
    assert stat.S_IMODE(broker.socket_of(tmp_path).stat().st_mode) == 0o700


def test_it_keeps_what_it_holds_over_a_restart(tmp_path, running):
    ask(tmp_path, "RPUSH bells 17")
    running.stop()
    running.start()

    assert ask(tmp_path, "LLEN bells") == b":1\r\n"


def test_it_never_evicts(running, tmp_path):
    assert b"noeviction" in ask(tmp_path, "CONFIG GET maxmemory-policy")


def test_a_deep_home_gets_a_short_socket_path(tmp_path):
    home = tmp_path / ("deep-" * 12) / ("deeper-" * 12)
    address = broker.socket_of(home)

    assert len(os.fsencode(address)) <= 107
    assert address == broker.socket_of(home)
    made = broker.Broker(home)
    made.start()
    try:
        assert broker.answers(address)
        assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700
    finally:
        made.stop()
        address.parent.rmdir()


def test_a_killed_broker_is_noticed_and_starts_again(tmp_path, running):
    os.kill(running.pid, signal.SIGKILL)
    wait_for(running.has_ended)

    running.start()

    assert broker.answers(broker.socket_of(tmp_path))


def test_files_that_it_cannot_read_are_a_clear_error_and_can_be_forgotten(tmp_path, running):
    running.stop()
    for file in (broker.folder_of(tmp_path) / "appendonlydir").iterdir():
        file.write_bytes(b"rubbish\n" * 10)

    with pytest.raises(TemporaryError, match="does not start"):
        running.start()
    broker.forget(tmp_path)
    running.start()

    assert broker.answers(broker.socket_of(tmp_path))


def test_a_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 12345)

    with pytest.raises(WorkError, match="belongs to somebody else"):
        broker.prepare(tmp_path)


def test_it_dies_with_a_parent_that_is_killed(tmp_path):
    program = f"""
import sys, time
from pathlib import Path
from consultant.broker import Broker
broker = Broker(Path({str(tmp_path)!r}))
broker.start()
print(broker.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_child_that_comes_too_late_for_its_parent_ends_itself():
    child = subprocess.run([sys.executable, "-c", "from consultant import tether; tether.die_with_parent(1)"], check=False)

    assert child.returncode == -signal.SIGKILL


def test_a_tethered_child_gets_its_own_environment_and_group(tmp_path):
    with (tmp_path / "out").open("wb") as output:
        child = tether.start(
            [sys.executable, "-c", "import os; print(os.environ['X'], os.getpgid(0))"], environment={"X": "1"}, output=output
        )
        child.wait(PATIENCE)

    assert (tmp_path / "out").read_text().split() == ["1", str(child.pid)]
