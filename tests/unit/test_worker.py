from __future__ import annotations

import pytest

from consultant import programs
from consultant.dispatch import application, task_name
from consultant.model.case import Step


@pytest.fixture(scope="module")
def worker():
    return programs._tasks()


@pytest.fixture
def celery(worker, monkeypatch):
    """A Celery app with its tasks over services that are only a name."""
    monkeypatch.setattr(worker.signals.worker_process_init, "connect", lambda *_, **__: None)
    app = application("memory://")
    worker.register(app, lambda: "services")
    yield app
    app.close()


def test_every_step_has_a_task_under_its_name(celery):
    assert {task_name(step) for step in Step} <= set(celery.tasks)


def test_a_task_hands_the_case_to_its_step_under_an_owner_of_its_own(worker, celery):
    done = []
    task = celery.tasks["consultant.analyse"]
    work = worker.Work(lambda services, case_id, *, owner: done.append((services, case_id, owner)), 1, 2)
    child = worker._Child(lambda: "services")
    run = child.task(Step.ANALYSE, work)

    run(17)
    run(17)

    assert [entry[:2] for entry in done] == [("services", 17)] * 2
    assert len({entry[2] for entry in done}) == 2
    assert task.ignore_result


def test_a_task_never_fails_in_celerys_eyes(worker):
    def broken(_services, _case_id, *, owner):
        raise KeyError(owner)

    worker._Child(lambda: "services").task(Step.REPLY, worker.Work(broken, 1, 2))(17)


def test_every_step_that_renews_no_lease_is_killed_before_its_lease_ends(worker):
    lease = worker.steps.LEASE.total_seconds()

    assert all(work.soft_seconds < work.hard_seconds < lease for step, work in worker.STEPS.items() if step is not Step.DELIVER)
