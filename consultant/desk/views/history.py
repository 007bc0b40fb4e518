"""What became of a case, when and by whom: its history, the difference of versions, the mail as it came, the whole as a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher

from starlette.responses import Response

from consultant.consultation.export import whole_case
from consultant.desk.case_file import read_file
from consultant.desk.case_pdf import pdf_of
from consultant.desk.guard import Visit
from consultant.desk.pages import page
from consultant.errors import NotFoundError
from consultant.model.draft import Draft
from consultant.store import events, messages


@dataclass(frozen=True, slots=True)
class Change:
    """Consecutive lines of two letters: the same, gone or come."""

    kind: str
    """``same``, ``gone`` or ``come``."""
    lines: tuple[str, ...]


def show(visit: Visit) -> Response:
    """The history, with the differences between the draft of the engine and what went out, or stands now."""
    file = read_file(visit.services, visit.case_id, reader=visit.person.name)
    pair = _compared(file.drafts, visit.request.query_params.get("from", ""), visit.request.query_params.get("to", ""))
    return page(
        "history.html",
        person=visit.person,
        case=file.case,
        file=file,
        pair=pair,
        changes=difference(pair[0].letter.text, pair[1].letter.text) if pair else (),
        now=visit.services.now(),
    )


def difference(old: str, new: str) -> tuple[Change, ...]:
    """The lines of two letters, in order: what is the same, what is gone, what has come."""
    before, after = old.splitlines(), new.splitlines()
    found: list[Change] = []
    for kind, start, end, from_, to in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Change("same", tuple(before[start:end])))
            continue
        found += [Change("gone", tuple(before[start:end]))] if end > start else []
        found += [Change("come", tuple(after[from_:to]))] if to > from_ else []
    return tuple(found)


def as_json(visit: Visit) -> Response:
    """The case as ``consultant export`` writes it."""
    with visit.services.database.reading() as tx:
        row = whole_case(tx, visit.case_id)
    _put_on_record(visit)
    return _file(json.dumps(row, ensure_ascii=False, indent=1).encode(), f"case-{visit.case_id}.json", "application/json")


def as_pdf(visit: Visit) -> Response:
    """The case as a paper to keep: mail, claim, letter and history."""
    with visit.services.database.reading() as tx:
        row = whole_case(tx, visit.case_id)
    _put_on_record(visit)
    return _file(pdf_of(row), f"case-{visit.case_id}.pdf", "application/pdf")


def mail(visit: Visit) -> Response:
    """A mail as it came, byte for byte, under a name of ours."""
    message_id = int(visit.request.path_params["message_id"])
    with visit.services.database.reading() as tx:
        if message_id not in {message.id for message in messages.of_case(tx, visit.case_id)}:
            msg = f"case {visit.case_id} has no mail {message_id}: look at it again"
            raise NotFoundError(msg)
        raw = messages.raw(tx, message_id)
    _put_on_record(visit)
    # Not message/rfc822: some browsers would open that, and nothing of a mail is ever opened by a browser.
    return _file(raw.content, f"case-{visit.case_id}-mail-{message_id}.eml", "application/octet-stream")


def _put_on_record(visit: Visit) -> None:
    with visit.services.database.begin() as tx:
        events.append(tx, case_id=visit.case_id, at=visit.services.now(), actor=visit.person.name, kind="exported")


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _compared(drafts: tuple[Draft, ...], first: str, second: str) -> tuple[Draft, Draft] | None:
    """The two versions that are named, or the first and the last."""
    by_version = {str(draft.version): draft for draft in drafts}
    if len(by_version) < 2:  # noqa: PLR2004  (a difference needs two)
        return None
    return by_version.get(first, drafts[0]), by_version.get(second, drafts[-1])
