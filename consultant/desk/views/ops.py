"""What those who run the service look at: ages, throughput, failures, editions; and putting back what was taken out of the flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from consultant.consultation import rescue
from consultant.desk import plots
from consultant.desk.guard import View, Visit
from consultant.desk.metrics import edition_ages
from consultant.desk.options import Options
from consultant.desk.pages import page
from consultant.errors import TemporaryError, WorkError
from consultant.model.case import STEP_OF_STATE, CaseState
from consultant.store import cases, figures, mailboxes

_HOURS, _DAYS, _WEEKS = 48, 30, 8
_EACH_MARK = 6
_MINUTES_TOLD = 120
_MOST_ASIDE = 100
_TAKEN_OUT = (CaseState.SET_ASIDE, CaseState.QUARANTINED)
_LATE_SECONDS = 15
_OLD_DAYS = {"icd10cm": 400}
_OLD_TABLE_DAYS = 120
_AGES = (("under 1 h", 1), ("1 to 4 h", 4), ("4 to 24 h", 24), ("over a day", 10**9))
_OUTCOMES = {
    "sent": "good",
    "open": "",
    "closed": "soft",
    "declined": "warn",
    "quarantined": "bad",
    "set_aside": "bad",
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot, and the figures behind it."""

    title: str
    note: str
    drawn: Markup
    bars: tuple[plots.Bar, ...]


def show(options: Options) -> View:
    """The page of figures."""

    def view(visit: Visit) -> Response:
        services, now = visit.services, visit.services.now()
        with services.database.reading() as tx:
            waiting, work = figures.waiting(tx), figures.work(tx)
            by_hour = figures.received_by_hour(tx, _hour(now) - timedelta(hours=_HOURS - 1))
            ended = figures.outcomes(tx, now - timedelta(days=_DAYS))
            approved = figures.approvals(tx, _week(now) - timedelta(weeks=_WEEKS - 1))
            drafted = figures.received_in(tx, CaseState.DRAFTED)
            aside = [case for state in _TAKEN_OUT for case in cases.listing(tx, state=state, limit=_MOST_ASIDE)]
            standing, oldest = mailboxes.standing(tx), cases.oldest_waiting(tx)
        return page(
            "ops.html",
            person=visit.person,
            now=now,
            waiting=waiting,
            machine=[state for state in CaseState if state in STEP_OF_STATE],
            oldest=oldest,
            is_late=oldest is not None and (now - oldest).total_seconds() > _LATE_SECONDS,
            work=work,
            broker=_broker(options),
            aside=sorted(aside, key=lambda case: (case.changed, case.id), reverse=True),
            mailboxes=standing,
            editions=_editions(visit),
            knowledge=services.knowledge.editions.get("knowledge", ""),
            rows=services.knowledge.rows,
            flower=options.flower,
            plots=(_of_hours(by_hour, now), _of_ages(drafted, now), _of_outcomes(ended), _of_weeks(approved, now)),
            typical=_typical(approved),
        )

    return view


def again(visit: Visit) -> Response:
    """Put a quarantined or set-aside case back to be read, or have its stuck letter tried again."""
    case_id, what = visit.case_id, visit.field("what")
    if what == "read":
        rescue.let_through(visit.services, case_id, visit.person.name)
    elif what == "send":
        rescue.send_again(visit.services, case_id, visit.person.name)
    elif what == "dismiss":
        rescue.dismiss(visit.services, case_id, visit.person.name, visit.field("reason").strip() or "looked at in ops")
    else:
        msg = "say what to do: read again, send again, or dismiss"
        raise WorkError(msg)
    return RedirectResponse("/ops#aside", status_code=303)


def _broker(options: Options) -> str:
    """How the broker stands, in words."""
    try:
        bells = options.bells()
    except TemporaryError as error:
        return f"away: {error}"
    return f"answers, {bells} bells wait"


def _editions(visit: Visit) -> list[tuple[str, str, int, bool]]:
    """Table, edition, its age in days, and whether it is older than a release should be."""
    services, today = visit.services, visit.services.now().date()
    ages = edition_ages(services, today)
    names = {"icd10cm": services.knowledge.icd10cm_edition(today)}
    for edition in services.knowledge.official.editions():
        name = edition.kind.value if not edition.setting else f"{edition.kind.value}-{edition.setting.value}"
        if edition.effective <= today:
            names[name] = edition.name
    return [(name, names[name], days, days > _OLD_DAYS.get(name, _OLD_TABLE_DAYS)) for name, days in ages.items()]


def _of_hours(by_hour: Mapping[datetime, int], now: datetime) -> Plot:
    hours = [_hour(now) - timedelta(hours=back) for back in range(_HOURS - 1, -1, -1)]
    bars = tuple(
        plots.Bar(f"{hour:%Y-%m-%d %H}:00", by_hour.get(hour, 0), mark=f"{hour:%H}h" if hour.hour % _EACH_MARK == 0 else "")
        for hour in hours
    )
    title = "Cases per hour"
    return Plot(title, f"the last {_HOURS} hours, UTC", plots.columns(title, bars), bars)


def _of_ages(drafted: tuple[datetime, ...], now: datetime) -> Plot:
    hours = [(now - received).total_seconds() / 3600 for received in drafted]
    looks = ("good", "", "warn", "bad")
    bars, low = [], 0
    for (name, high), look in zip(_AGES, looks, strict=True):
        bars.append(plots.Bar(name, sum(low <= hour < high for hour in hours), look=look))
        low = high
    title = "Age of what waits for review"
    return Plot(title, "since the mail came in", plots.rows(title, bars), tuple(bars))


def _of_outcomes(ended: Mapping[str, int]) -> Plot:
    bars = tuple(plots.Bar(name.replace("_", " "), ended.get(name, 0), look=look) for name, look in _OUTCOMES.items())
    title = "How cases ended"
    return Plot(title, f"of those that came in the last {_DAYS} days", plots.rows(title, bars), bars)


def _of_weeks(approved: tuple[figures.Approval, ...], now: datetime) -> Plot:
    weeks = [_week(now) - timedelta(weeks=back) for back in range(_WEEKS - 1, -1, -1)]
    bars = []
    for week in weeks:
        same = [one.as_drafted for one in approved if week <= one.decided < week + timedelta(weeks=1)]
        share = 100 * sum(same) / len(same) if same else 0.0
        shown = f"{share:.0f} % of {len(same)}" if same else "no letters"
        bars.append(plots.Bar(f"week of {week:%Y-%m-%d}", share, shown=shown, mark=f"{week:%d %b}"))
    title = "Letters sent as drafted, percent"
    return Plot(title, "agreement of draft and sent, by week", plots.columns(title, bars, top=100), tuple(bars))


def _typical(approved: tuple[figures.Approval, ...]) -> str:
    """The median time from mail to approval, in words; empty when nothing was approved."""
    if not approved:
        return ""
    minutes = median(one.seconds for one in approved) / 60
    return f"{minutes:.0f} min" if minutes < _MINUTES_TOLD else f"{minutes / 60:.1f} h"


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _week(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=moment.weekday())
