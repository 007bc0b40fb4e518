from __future__ import annotations

import threading

import pytest

from consultant.consultation.holding import held
from consultant.errors import TemporaryError


def test_a_lease_is_renewed_again_and_again_while_the_block_runs():
    renewed = threading.Semaphore(0)

    with held(renewed.release, every_seconds=0.001):
        assert all(renewed.acquire(timeout=5) for _ in range(3))


def test_nothing_is_renewed_after_the_block_however_it_ends():
    threads, renewed = [], threading.Event()

    def renew():
        threads.append(threading.current_thread())
        renewed.set()

    def work():
        with held(renew, every_seconds=0.001):
            assert renewed.wait(5)
            raise KeyError

    with pytest.raises(KeyError):
        work()

    assert not threads[0].is_alive()


def test_a_renewal_that_fails_is_tried_again():
    tried = threading.Semaphore(0)

    def renew():
        tried.release()
        raise TemporaryError

    with held(renew, every_seconds=0.001):
        assert all(tried.acquire(timeout=5) for _ in range(2))
