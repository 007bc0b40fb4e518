"""What the indicators of Medicare's tables mean, in our own words.

Fee schedule: CMS, National Physician Fee Schedule Relative Value File, record layout of 2025. Units and pairs: NCCI Policy Manual,
chapter I. Known limit: a payer other than Medicare may read a code in another way.
"""

from __future__ import annotations

from types import MappingProxyType

UNKNOWN = "a value whose meaning is not written here"
"""What is said of an indicator that these tables do not have."""
STATUS = MappingProxyType(
    {
        "A": "paid separately under the physician fee schedule when covered",
        "B": "always bundled into other services, never paid for itself",
        "C": "priced by the Medicare contractor, as a rule after a look at the records",
        "D": "deleted",
        "E": "excluded from the fee schedule by regulation",
        "F": "deleted, not subject to a grace period",
        "G": "not valid for Medicare, which uses another code (with a grace period)",
        "H": "a modifier that was deleted",
        "I": "not valid for Medicare, which uses another code for the service",
        "J": "an anesthesia service, paid by base units and time",
        "M": "a measurement code for reporting only",
        "N": "not covered by Medicare",
        "P": "bundled or excluded; paid through other services when part of a physician's care",
        "Q": "a therapy code for reporting only",
        "R": "covered with restrictions; special rules apply",
        "T": "paid only when nothing else is paid to the same practitioner on that day",
        "X": "by law no physician service; not paid under the physician fee schedule",
    }
)
PAID = frozenset({"A", "R", "T", "J"})
"""Statuses under which the fee schedule pays the code for itself."""
COMPONENT = MappingProxyType(
    {
        "0": "a physician service, which cannot be split",
        "1": "a diagnostic test, which can be split into 26 and TC",
        "2": "the professional part by itself, which takes neither 26 nor TC",
        "3": "the technical part by itself, which takes neither 26 nor TC",
        "4": "the whole test by itself; other codes stand for its parts, and neither 26 nor TC is used",
        "5": "an incident-to service, which takes neither 26 nor TC",
        "6": "a laboratory test that a physician interprets: 26 is possible, TC is not",
        "7": "a therapy service, which cannot be split",
        "8": "a physician's interpretation of a laboratory test, which takes no TC",
        "9": "the split into 26 and TC does not apply",
    }
)
TAKES_COMPONENTS = MappingProxyType({"1": frozenset({"26", "TC"}), "6": frozenset({"26"}), "8": frozenset({"26"})})
"""The modifiers of a split that an indicator lets a code take; none for indicators that are not listed."""
GLOBAL_DAYS = MappingProxyType(
    {
        "000": "the day of the procedure only",
        "010": "the day of the procedure and 10 days after it",
        "090": "the day before, the day of and 90 days after the procedure",
        "MMM": "maternity care, with rules of its own",
        "XXX": "no global period",
        "YYY": "set by the Medicare contractor",
        "ZZZ": "an add-on code, with the global period of its primary",
    }
)
BILATERAL = MappingProxyType(
    {
        "0": "no higher payment for both sides; 50 is not used",
        "1": "both sides are paid at 150 percent, told by 50",
        "2": "the code stands for both sides already; 50 is not used",
        "3": "each side is paid in full, told by 50 or RT and LT",
        "9": "sides do not apply",
    }
)
TAKES_BOTH_SIDES = frozenset({"1", "3"})
ADJUDICATION = MappingProxyType(
    {
        "1": "counted on each claim line",
        "2": "counted over the day, absolute: more is never paid, by policy",
        "3": "counted over the day, clinical: more can be paid on appeal with records",
    }
)
PAIR_INDICATOR = MappingProxyType(
    {
        "0": "no modifier makes both payable",
        "1": "both can be paid with a proper modifier and documentation",
        "9": "not in force: deleted on the day it began",
    }
)
