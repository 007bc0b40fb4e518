"""Two surgeons, a team or an assistant are billed only where Medicare's indicators allow it.

Indicators of the fee schedule. Assistant (80, 81, 82, AS): 0 with documents of need, 1 never paid, 2 paid. Co-surgeons (62) and
team (66): 0 never, 1 with documents of need, 2 permitted (62: two specialties). 9: the concept does not apply. They stand in
the official table only; without it nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding.claim import our_lines, their_lines
from consultant.coding.figures import Indicator, indicator
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "surgeons"
_SOURCE = "Medicare physician fee schedule, indicators for assistants, co-surgeons and teams"
_ASKED = MappingProxyType(
    {
        **dict.fromkeys(("80", "81", "82", "AS"), Indicator.ASSISTANT),
        "62": Indicator.CO_SURGEONS,
        "66": Indicator.TEAM,
    }
)
_ASSISTANT = MappingProxyType(
    {
        "0": (Severity.WARNING, "an assistant is paid only when documents show the need (indicator 0)"),
        "1": (Severity.ERROR, "Medicare never pays an assistant (indicator 1), and the patient may not be billed"),
        "9": (Severity.ERROR, "the idea of an assistant does not apply to it (indicator 9)"),
    }
)
_SEVERAL = MappingProxyType(
    {
        "0": (Severity.ERROR, "it is not paid to several surgeons (indicator 0)"),
        "1": (Severity.WARNING, "documents must show why several surgeons were needed (indicator 1)"),
        "9": (Severity.ERROR, "the idea of several surgeons does not apply to it (indicator 9)"),
    }
)


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every line that carries 62, 66, 80, 81, 82 or AS."""
    pairs = dict.fromkeys(
        (line.code, one) for line in our_lines(reading) + their_lines(reading) for one in line.modifiers if one in _ASKED
    )
    unknown: dict[str, None] = {}
    for code, modifier in pairs:
        found = indicator(code, _ASKED[modifier], reading.date_of_service, knowledge)
        if found is None:
            unknown[code] = None
            continue
        report = Report(ID, _SOURCE, found.edition)
        means = (_ASSISTANT if _ASKED[modifier] is Indicator.ASSISTANT else _SEVERAL).get(found.value)
        if means:
            yield report.hit(means[0], (code,), f"{modifier} on {code}: {means[1]}.")
        else:
            yield report.clean((code,), f"{modifier} may stand on {code} (indicator {found.value}).")
    if unknown:
        yield Report(ID, _SOURCE, "").no_data(
            unknown,
            f"No fee schedule is loaded here that tells whether {listed(unknown)} may have several surgeons or an assistant.",
        )


RULE = Rule(ID, "Assistants, co-surgeons and teams", _SOURCE, check)
