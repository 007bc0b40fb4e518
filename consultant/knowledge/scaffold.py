"""A new family file with everything a family needs and blanks where only a coder can write.

Blanks are empty values, which the build refuses by line, so that none is forgotten; what is optional stands there as a comment.
Facts that the official tables loaded here tell of the named codes are filled in, each with its edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge.asking import Tables
from consultant.knowledge.lexicon import ID
from consultant.model.coding import System

_EXAMPLES = 8
_SCHEMA = "family.schema.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The family that is begun."""

    family: str
    section: str
    codes: tuple[str, ...] = ()

    @property
    def system(self) -> System:
        """ICD-10-CM when its codes are, else CPT (HCPCS Level II when all are)."""
        systems = {System.of(code) for code in self.codes}
        return next((only for only in (System.ICD10CM, System.HCPCS) if systems == {only}), System.CPT)


def write(wanted: Wanted, root: Path, tables: Tables) -> Path:
    """Write the file below ``root``; gives back its path.

    Raises KnowledgeError when a name cannot be one, when codes are of two code sets, or when the file is there already.
    """
    refuse(wanted)
    path = root / "families" / wanted.section / f"{wanted.family}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text_of(wanted, tables))
    except FileExistsError:
        msg = f"{path}: is there already; edit it, or choose another name"
        raise KnowledgeError(msg) from None
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror}); name another folder with --root"
        raise KnowledgeError(msg) from None
    return path


def refuse(wanted: Wanted) -> None:
    """Raise KnowledgeError when the names or codes cannot be those of a family."""
    for name in (wanted.family, wanted.section):
        if not ID.fullmatch(name):
            msg = f"{name!r} is no name for a family or section; use small letters, digits and single hyphens"
            raise KnowledgeError(msg)
    systems = [System.of(code) for code in wanted.codes]
    if None in systems:
        msg = f"{wanted.codes[systems.index(None)]!r} is no code; write CPT, HCPCS or ICD-10-CM codes"
        raise KnowledgeError(msg)
    if System.ICD10CM in systems and {*systems} != {System.ICD10CM}:
        msg = "a family holds procedure codes or diagnosis codes, not both; begin two families"
        raise KnowledgeError(msg)


def text_of(wanted: Wanted, tables: Tables) -> str:
    """The text of the file."""
    system = [f"system: {wanted.system}"] if wanted.system is not System.CPT else []
    head = [
        f"# yaml-language-server: $schema=../../{_SCHEMA}",
        "# Fill the blanks and build: `consultant knowledge build` refuses what is still empty.",
        "# docs/KNOWLEDGE.md tells what each key means.",
        "# Own words only: official CPT descriptors are not copied or followed closely.",
        f"family: {wanted.family}",
        "title:",
        f"section: {wanted.section}",
        *system,
        "# Two or three sentences for the code page.",
        "summary:",
        "# service_type: Diagnostic imaging",
        "# sites_of_service: [11, 22]",
        "# context: Who needs it, why, and what is done, in one sentence.",
        "# Concepts of the lexicon that call for a look at this family.",
        "wakes_on: {any: []}",
        "facets:",
        "  # What tells the siblings apart. Give it a name of your own; each value names the concepts that show it.",
        "  kind:",
        "    ask:",
        "    values:",
        "      one: {any: [], plain: }",
        "      other: {any: [], plain: }",
        "codes:",
    ]
    codes = [
        line for number, code in enumerate(wanted.codes or ("",)) for line in _code(code, "other" if number else "one", tables)
    ]
    return "\n".join([*head, *codes, *_tail(wanted)]) + "\n"


def _code(code: str, value: str, tables: Tables) -> list[str]:
    facts = _facts(code, tables) if System.of(code) in {System.CPT, System.HCPCS} else ""
    return [
        f"  - code: {code}".rstrip(),
        "    plain:",
        f"    when: {{kind: {value}}}",
        "    # trap: What coders get wrong about it.",
        *([f"    facts: {{{facts}}}"] if facts else []),
    ]


def _facts(code: str, tables: Tables) -> str:
    """What the official tables tell of a code, in the form of a family file; empty when they tell nothing."""
    fee, units, level_2 = tables.fee_row(code), tables.mue(code), tables.hcpcs(code)
    facts: dict[str, str] = {}
    if level_2 is not None and level_2.added:
        facts["effective"] = level_2.added.isoformat()
    if level_2 is not None and level_2.ended:
        facts["ended"] = level_2.ended.isoformat()
    if fee is not None:
        facts |= {
            "status": fee.status,
            "status_edition": f'"{fee.edition.name}"',
            "global_days": fee.global_days,
            "professional_technical": fee.professional_technical,
            "bilateral": fee.bilateral,
        }
    if units is not None:
        facts |= {"units": str(units.units), "units_adjudication": str(units.adjudication)}
    return ", ".join(f"{name}: {value}" for name, value in facts.items() if value)


def _tail(wanted: Wanted) -> Sequence[str]:
    parts = [
        "# modifiers:",
        '#   - {modifier: 26, when: "only the reading was done"}',
        "# diagnoses: []",
        "# bundles:",
        '#   - {column_1: , column_2: [], kind: bundled, indicator: 0, reason: "", source: ""}',
    ]
    answer = "diagnoses" if wanted.system is System.ICD10CM else "codes"
    return [
        *(parts if wanted.system is not System.ICD10CM else []),
        "# related: []",
        f"# At least {_EXAMPLES} as coders write them: each sibling, each trap, and what must be asked.",
        "examples:",
        *(f"  - {{text: , {answer}: []}}" for _ in range(_EXAMPLES)),
        "# sources: []",
    ]
