"""The figures of the service in the text format of Prometheus (exposition format 0.0.4), for ``/metrics``.

Names begin with ``consultant_``; labels hold names of ours only, never an address or a word of a mail. Figures that need the whole
history are counted at most every few seconds, whoever asks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from consultant.consultation.services import Services
from consultant.desk.options import Options
from consultant.errors import TemporaryError
from consultant.model.case import STEP_OF_STATE, CaseState
from consultant.store import cases, figures, mailboxes

_NAME = re.compile(r"[a-z0-9][a-z0-9:._-]{0,59}")
_OTHER = "other"
Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with its samples: labels and value."""

    name: str
    kind: str
    words: str
    samples: tuple[Sample, ...]


def text_of(metrics: Iterator[Metric]) -> str:
    """All of them as Prometheus reads them."""
    return "".join(line + "\n" for metric in metrics for line in _lines(metric))


def collect(services: Services, options: Options) -> Iterator[Metric]:
    """Every metric, from one moment of the database."""
    now = services.now()
    with services.database.reading() as tx:
        waiting, work, oldest = figures.waiting(tx), figures.work(tx), cases.oldest_waiting(tx)
        aside, standing = figures.out_of_flow_by_reason(tx), mailboxes.standing(tx)
    yield from _of_cases(waiting, oldest, now)
    yield from _of_work(work, now)
    yield Metric("consultant_cases_aside", "gauge", "Cases out of the flow.", tuple(_by_reason(aside)))
    yield from _of_mailboxes(standing, now)
    yield from _of_broker(options)
    yield from _of_knowledge(services, now)


def _of_cases(waiting: Mapping[CaseState, figures.Waiting], oldest: datetime | None, now: datetime) -> Iterator[Metric]:
    counts = {state.value: float(one.count) for state, one in waiting.items()}
    yield _counts("consultant_cases", "gauge", "Cases by the state they stand in.", counts, "state")
    yield _one("consultant_oldest_unprocessed_seconds", "Age of the case that waits longest for the machine.", _age(oldest, now))
    drafted = waiting[CaseState.DRAFTED].since
    yield _one("consultant_oldest_unreviewed_seconds", "Age of the draft that waits longest for a person.", _age(drafted, now))
    steps = {STEP_OF_STATE[state].value: float(waiting[state].count) for state in STEP_OF_STATE}
    yield _counts("consultant_steps_due", "gauge", "Cases that wait for each step of the machine.", steps, "step")


def _of_work(work: figures.Work, now: datetime) -> Iterator[Metric]:
    yield _counts("consultant_events_total", "counter", "Events of the history.", _keyed(work.events), "kind")
    received = float(work.events.get("received", 0))
    yield _one("consultant_mails_received_total", "Mails taken, by SMTP or out of a mailbox.", received, kind="counter")
    yield _counts("consultant_decisions_total", "counter", "Decisions of consultants.", _keyed(work.decisions), "action")
    yield _counts("consultant_letters", "gauge", "Outgoing letters by state.", _keyed(work.letters), "state")
    yield _one(
        "consultant_letter_retries_total", "Tries of letters beyond their first.", float(work.letter_retries), kind="counter"
    )
    yield _one("consultant_step_retries", "Attempts beyond the first, of cases still at that step.", float(work.case_retries))
    yield _one("consultant_oldest_letter_seconds", "Age of the letter that waits longest to go out.", _age(work.oldest_letter, now))


def _of_mailboxes(standing: tuple[mailboxes.Standing, ...], now: datetime) -> Iterator[Metric]:
    # A mailbox is named by its place in the list: its name is an address.
    looked = {str(place): _age(one.looked, now) for place, one in enumerate(standing, start=1)}
    waiting = {str(place): float(one.waiting) for place, one in enumerate(standing, start=1)}
    trouble = {str(place): float(bool(one.trouble)) for place, one in enumerate(standing, start=1)}
    yield _counts("consultant_mailbox_looked_seconds", "gauge", "Since all of a mailbox was looked at.", looked, "mailbox")
    yield _counts("consultant_mailbox_waiting", "gauge", "Mails that still lie in a mailbox.", waiting, "mailbox")
    yield _counts("consultant_mailbox_trouble", "gauge", "Whether a mailbox cannot be used now.", trouble, "mailbox")


def _of_broker(options: Options) -> Iterator[Metric]:
    try:
        bells, up = float(options.bells()), 1.0
    except TemporaryError:
        bells, up = 0.0, 0.0
    yield _one("consultant_broker_up", "Whether the broker can be reached.", up)
    yield _one("consultant_bells_waiting", "Bells that wait in the broker.", bells)


def _of_knowledge(services: Services, now: datetime) -> Iterator[Metric]:
    rows = {name: float(many) for name, many in services.knowledge.rows.items()}
    yield _counts("consultant_knowledge_rows", "gauge", "What the knowledge holds.", rows, "what")
    ages = {name: float(days) for name, days in edition_ages(services, now.date()).items()}
    yield _counts("consultant_edition_age_days", "gauge", "Days since an edition came into force.", ages, "table")


def edition_ages(services: Services, today: date) -> dict[str, int]:
    """Days since the newest edition of each table came into force, as far as it tells its day."""
    begins = {"icd10cm": _day(services.knowledge.icd10cm_edition(today))}
    for edition in services.knowledge.official.editions():
        name = edition.kind.value if not edition.setting else f"{edition.kind.value}-{edition.setting.value}"
        if edition.effective <= today:
            begins[name] = edition.effective
    return {name: (today - day).days for name, day in begins.items() if day is not None}


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _by_reason(aside: Mapping[tuple[CaseState, str], int]) -> Iterator[Sample]:
    found: Counter[tuple[str, str]] = Counter()
    for (state, reason), many in aside.items():
        # A reason in a person's own words is none for a label.
        found[state.value, reason if _NAME.fullmatch(reason) else _OTHER] += many
    for (named, reason), many in sorted(found.items()):
        yield {"state": named, "reason": reason}, float(many)


def _keyed(counts: Mapping[str, int]) -> dict[str, float]:
    return {name: float(many) for name, many in counts.items()}


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0


def _one(name: str, words: str, value: float, *, kind: str = "gauge") -> Metric:
    return Metric(name, kind, words, (({}, value),))


def _counts(name: str, kind: str, words: str, values: Mapping[str, float], label: str) -> Metric:
    return Metric(name, kind, words, tuple(({label: key}, value) for key, value in sorted(values.items())))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.words}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for labels, value in metric.samples:
        inside = ",".join(f'{name}="{_escaped(words)}"' for name, words in labels.items())
        yield f"{metric.name}{'{' + inside + '}' if inside else ''} {value:.15g}"


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
