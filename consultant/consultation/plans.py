"""What each kind of asker may ask: a guest so many consultations in all, an account so many a month, as its plan says.

Plans are given by the settings. An account's plan may also be a bare number ("40" a month) or ``unlimited``. A plan that is no
longer known is read as that of a registered asker. Months are calendar months of UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

GUEST = "guest"
REGISTERED = "registered"
UNLIMITED = "unlimited"
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """A name, and how many consultations it stands for."""

    name: str
    consultations: int | None
    """None is no limit."""
    is_monthly: bool

    def since(self, now: datetime) -> datetime | None:
        """From when on consultations count; None when all ever do."""
        day = now.astimezone(UTC)
        return day.replace(day=1, hour=0, minute=0, second=0, microsecond=0) if self.is_monthly else None

    def renewed(self, now: datetime) -> datetime | None:
        """When the count begins again; None when it never does."""
        begun = self.since(now)
        if begun is None:
            return None
        in_next_year = begun.month == _DECEMBER
        return begun.replace(year=begun.year + in_next_year, month=1 if in_next_year else begun.month + 1)


def _none() -> Mapping[str, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans in force: consultations of a guest in all, of a registered asker and of each named plan a month."""

    guest: int = 1
    registered: int = 5
    named: Mapping[str, int] = field(default_factory=_none)

    def of_guest(self) -> Plan:
        """What a stranger may ask."""
        return Plan(GUEST, self.guest, is_monthly=False)

    def of_account(self, name: str) -> Plan:
        """What an account of this plan may ask."""
        if name == UNLIMITED:
            return Plan(UNLIMITED, None, is_monthly=True)
        if name.isdecimal():
            return Plan(name, int(name), is_monthly=True)
        if name in self.named:
            return Plan(name, self.named[name], is_monthly=True)
        return Plan(REGISTERED, self.registered, is_monthly=True)

    def knows(self, name: str) -> bool:
        """Whether an account can be given this plan."""
        return name in {"", REGISTERED, UNLIMITED, *self.named} or name.isdecimal()
