"""Drafts and the decisions of consultants on them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consultant.model.message import Letter


class DraftKind(StrEnum):
    """Which letter a draft proposes; also the name of its template folder."""

    ANSWER = "answer"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of a proposed letter. It becomes a reply only by an approval that names its hash."""

    id: int
    case_id: int
    version: int
    kind: DraftKind
    letter: Letter
    hash: str
    written_by: str
    """``engine``, or the consultant who amended it."""
    written: datetime


class Action(StrEnum):
    """What a consultant can decide of a draft."""

    APPROVE = "approve"
    AMEND = "amend"
    ASK = "ask"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on a case: by whom, when, why, and on exactly which draft."""

    action: Action
    consultant: str
    reason: str
    draft_hash: str
    decided: datetime


def letter_hash(letter: Letter) -> str:
    """The hash that an approval must name: SHA-256 over subject, text and HTML with their lengths, in hexadecimal."""
    digest = hashlib.sha256()
    for part in (letter.subject, letter.text, letter.html):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
