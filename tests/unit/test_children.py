from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise

import pytest

from consultant import children, lifecycle
from consultant.errors import WorkError

PATIENCE = 10

# Stands for `python -m consultant.programs`: what it does is named by its part.
PROGRAM = """
import os, sys, time
from consultant.lifecycle import stop_when_told, tell_failed, tell_ready
part = sys.argv[-1]
stop = stop_when_told()
if part == "complains":
    tell_failed("the port is taken: choose another")
    sys.exit(1)
if part == "crashes":
    sys.exit(1)
if part != "silent":
    tell_ready(os.environ.get("ADDRESS", ""))
if part == "deaf":
    while True:
        time.sleep(1)
stop.wait()
"""


@pytest.fixture
def child(monkeypatch):
    """Makes a child that runs PROGRAM; all are ended after the test."""
    started = []
    real = children.tether.start

    def start(command, **options: object):
        return real([sys.executable, "-c", PROGRAM, command[-1]], **options)

    monkeypatch.setattr(children.tether, "start", start)

    def make(part: str, **variables: str) -> children.Child:
        made = children.Child(part, variables)
        made.start()
        started.append(made)
        return made

    yield make
    for made in started:
        made.end(0)


def never():
    return False


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_child_tells_its_address(child):
    good = child("good", ADDRESS="127.0.0.1:2525")

    assert good.wait_until_ready(PATIENCE, give_up=never)
    assert good.address == "127.0.0.1:2525"


def test_a_child_that_cannot_start_hands_up_its_own_complaint(child):
    with pytest.raises(WorkError, match="the port is taken: choose another"):
        child("complains").wait_until_ready(PATIENCE, give_up=never)


def test_a_child_that_crashes_before_it_is_ready_is_named(child):
    with pytest.raises(WorkError, match="crashes ended before it was ready"):
        child("crashes").wait_until_ready(PATIENCE, give_up=never)


def test_nobody_waits_for_ever(child):
    silent = child("silent")

    assert not silent.wait_until_ready(0.2, give_up=never)
    assert not silent.wait_until_ready(PATIENCE, give_up=lambda: True)


def test_a_child_that_died_is_started_again_where_it_was(child):
    good = child("good", ADDRESS="127.0.0.1:0")
    good.wait_until_ready(PATIENCE, give_up=never)
    first = good.pid
    os.kill(first, signal.SIGKILL)

    def back() -> bool:
        good.keep({"ADDRESS": "127.0.0.1:2525"})
        return good.pid not in {0, first} and good.address == "127.0.0.1:2525"

    wait_for(back)


def test_a_child_that_keeps_dying_is_started_at_growing_pauses(child):
    crashing = child("crashes")
    starts = []
    end = time.monotonic() + 3
    while time.monotonic() < end:
        before = crashing._started
        crashing.keep({})
        if crashing._started != before:
            starts.append(crashing._started)
        time.sleep(0.01)

    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert 1 <= len(pauses) <= 4
    assert pauses == sorted(pauses)


def test_a_child_that_is_told_to_stop_ends(child):
    good = child("good")
    good.wait_until_ready(PATIENCE, give_up=never)

    good.tell_to_stop()

    assert good.end(time.monotonic() + PATIENCE)
    assert good.pid == 0


def test_a_child_that_does_not_listen_is_killed(child):
    deaf = child("deaf")
    deaf.wait_until_ready(PATIENCE, give_up=never)
    deaf.tell_to_stop()

    assert not deaf.end(time.monotonic() + 0.2)
    assert deaf.pid == 0


def test_news_is_told_once_and_only_to_those_who_listen(monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setenv(lifecycle.READY_VARIABLE, str(writing))

    lifecycle.tell_ready("127.0.0.1:2525")

    assert not lifecycle.tell_failed("too late")
    with os.fdopen(reading) as pipe:
        assert json.loads(pipe.read()) == {"address": "127.0.0.1:2525"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_program_stops_when_it_is_told(number):
    program = (
        "from consultant.lifecycle import stop_when_told as s; stop = s(); print('ready', flush=True); stop.wait(); print('bye')"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)

        assert process.wait(PATIENCE) == 0
        assert process.stdout.read() == "bye\n"
