from __future__ import annotations

import json
import os
import signal
import socket
import time

import pytest

from consultant import broker, dispatch
from consultant.errors import TemporaryError
from consultant.model.case import Step

PATIENCE = 10


@pytest.fixture
def running(tmp_path):
    made = broker.Broker(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def app(running):
    made = dispatch.application(running.url)
    yield made
    made.close()


@pytest.fixture
def bell(app):
    made = dispatch.Bell(app)
    yield made
    made.close(PATIENCE)


def ask(running, *command: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(broker.socket_of(running.home)))
        connection.sendall((" ".join(command) + "\r\n").encode())
        return connection.recv(100_000)


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_bell_carries_a_step_and_a_number_and_nothing_else(running, app):
    dispatch.ring(app, Step.ANALYSE, 17)

    message = json.loads(ask(running, "LPOP", "consultant").split(b"\r\n", 1)[1])
    assert message["headers"]["task"] == "consultant.analyse"
    assert message["headers"]["argsrepr"] == "[17]"


def test_deliveries_stand_in_a_queue_of_their_own(running, app):
    dispatch.ring(app, Step.DELIVER, 1)

    assert ask(running, "LLEN", "consultant") == b":0\r\n"
    assert ask(running, "LLEN", "consultant.delivery") == b":1\r\n"
    assert dispatch.waiting(app) == 1


def test_bells_are_heard_after_the_broker_was_flushed(running, app):
    dispatch.ring(app, Step.ANALYSE, 1)
    ask(running, "FLUSHALL")
    dispatch.ring(app, Step.ANALYSE, 2)

    assert dispatch.waiting(app) == 1


def test_the_bell_rings_in_its_own_thread(app, bell):
    for case_id in range(20):
        bell.ring(Step.REPLY, case_id)

    wait_for(lambda: dispatch.waiting(app) == 20)


def test_a_bell_for_a_broker_that_is_away_costs_nothing(running, app, bell):
    running.stop()

    started = time.monotonic()
    for case_id in range(100):
        bell.ring(Step.ANALYSE, case_id)
    assert time.monotonic() - started < 1
    assert dispatch.waiting(app) == 0

    running.start()
    wait_for(lambda: bell.ring(Step.ANALYSE, 1) or dispatch.waiting(app) > 0)


def test_nobody_who_rings_waits_for_a_frozen_broker(running, bell):
    os.kill(running.pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        bell.ring(Step.ANALYSE, 1)
        assert time.monotonic() - started < 0.5
    finally:
        os.kill(running.pid, signal.SIGCONT)


def test_too_many_bells_are_dropped_and_nobody_waits(app, monkeypatch):
    monkeypatch.setattr(dispatch, "_BELLS_WAITING", 1)
    monkeypatch.setattr(dispatch, "ring", lambda *_: time.sleep(0.2))
    bell = dispatch.Bell(app)

    for case_id in range(50):
        bell.ring(Step.ANALYSE, case_id)

    bell.close(PATIENCE)


def test_closing_lets_the_bells_that_wait_go_out(app):
    bell = dispatch.Bell(app)
    for case_id in range(50):
        bell.ring(Step.ANALYSE, case_id)
    bell.close(PATIENCE)

    assert dispatch.waiting(app) == 50


def test_a_broker_that_is_away_is_said_in_one_line_without_its_address():
    away = dispatch.application("redis://user:secret@127.0.0.1:9/0")

    with pytest.raises(TemporaryError, match="the broker cannot be reached") as error:
        dispatch.reach(away)

    assert "secret" not in str(error.value)
    away.close()


def test_a_broker_that_is_there_is_reached(app):
    dispatch.reach(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("worker_prefetch_multiplier", 1),
        ("task_ignore_result", True),
        ("worker_hijack_root_logger", False),
    ],
)
def test_the_measured_settings_are_in_force(app, name, value):
    assert app.conf[name] == value
