"""Analysis: the pure function at the heart, and the step that runs it on a case.

``analyse`` reads no clock, no network and no file; the worker, the command line and the tests call it the same way.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from consultant.answering.answer import answers
from consultant.coding import chain
from consultant.consultation import admission, automatic, quotas, returned
from consultant.consultation.admission import Decided
from consultant.consultation.casetext import text_of_fields, text_of_messages
from consultant.consultation.returned import Returned
from consultant.consultation.services import AdmissionMode, Services
from consultant.consultation.steps import with_claim
from consultant.errors import WorkError
from consultant.knowledge.lookup import Knowledge
from consultant.mail import loops
from consultant.mail.authenticity import Authenticity
from consultant.mail.defects import Defect
from consultant.mail.parse import parse
from consultant.matching.match import match
from consultant.matching.normalise import normalise
from consultant.model.analysis import Analysis, CaseKind, Disposition, Reading
from consultant.model.case import Case, CaseState, Step
from consultant.model.message import Envelope, IncomingMessage
from consultant.model.wire import to_json
from consultant.store import cases, charges, events, messages
from consultant.store.messages import StoredMessage

_ENGINE = "engine"
_NOBODY = "nobody@service.invalid"
_HEADER_SECTION = re.compile(rb"\r?\n\r?\n")
_RETURN_PATH = re.compile(rb"^return-path:[ \t]*<?([^<>\s]*)>?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def analyse(text: str, received: date, knowledge: Knowledge) -> Analysis:
    """The analysis of a text that was received on that day."""
    reading = match(text, received, knowledge)
    judgement = chain.run(reading, knowledge)
    told = answers(judgement.reading, knowledge)
    return Analysis(judgement.reading, judgement.findings, judgement.audit, told, dict(knowledge.editions))


def answer_question(text: str, on: date, knowledge: Knowledge) -> Analysis:
    """The analysis of a text that is known to be a direct question, asked on that day."""
    analysis = analyse(text, on, knowledge)
    if analysis.answers:
        return analysis
    as_question = replace(analysis.reading, kind=CaseKind.QUESTION)
    return replace(analysis, answers=answers(as_question, knowledge))


def analyse_fields(subject: str, body: str, sender: str, received: date, knowledge: Knowledge) -> Analysis:
    """The analysis of a mail of which only these fields are known; a sender that is a robot's by name is ignored."""
    text = text_of_fields(subject, body)
    if loops.is_role_address(sender):
        return _ignored(text, loops.Refusal.ROLE_SENDER.value, received, knowledge)
    return analyse(text, received, knowledge)


def analyse_bytes(content: bytes, received: date, knowledge: Knowledge) -> Analysis:
    """The analysis of a mail file; mail that must not be answered is ignored with its reason."""
    message = parse(content)
    text = text_of_messages([message])
    envelope = Envelope(_reverse_path(content, message), ())
    refusal = loops.refusal(message, envelope, our_addresses=(), our_domain=_NOBODY.partition("@")[2])
    return _ignored(text, refusal.value, received, knowledge) if refusal else analyse(text, received, knowledge)


def _reverse_path(content: bytes, message: IncomingMessage) -> str:
    """As the server that stored the file noted it (RFC 5321 §4.4); a file without that note came from its author."""
    noted = _RETURN_PATH.search(_HEADER_SECTION.split(content, maxsplit=1)[0])
    return noted[1].decode("ascii", "replace") if noted else message.author or _NOBODY


def _ignored(text: str, reason: str, received: date, knowledge: Knowledge) -> Analysis:
    return Analysis(
        Reading(normalise(text), CaseKind.NOISE, Disposition.IGNORE, reason, received), editions=dict(knowledge.editions)
    )


def analyse_case(services: Services, case_id: int, *, owner: str) -> None:
    """The step: read the mails of a case, decide on admission, analyse, keep the analysis, ring for the reply."""

    def work(case: Case) -> None:
        _read(services, case)
        if _admitted(services, case, owner):
            _analyse(services, case, owner)

    with_claim(services, case_id, state=CaseState.RECEIVED, owner=owner, work=work)


def _read(services: Services, case: Case) -> None:
    """Parse every message of the case that has not been parsed yet, outside any transaction, and keep what was found."""
    with services.database.reading() as tx:
        unread = [message for message in messages.of_case(tx, case.id) if message.parsed is None]
        raws = [(message.id, messages.raw(tx, message.id).content) for message in unread]
    parsed = [(message_id, _parsed(content)) for message_id, content in raws]
    if parsed:
        with services.database.begin() as tx:
            for message_id, found in parsed:
                messages.save_parsed(tx, message_id, found)


def _parsed(content: bytes) -> IncomingMessage:
    """The mail, parsed. Raises WorkError when the parser gave up on it, so that the attempt counts as failed."""
    message = parse(content)
    if Defect.PARSER_FAILED in message.defects:
        msg = "the mail could not be parsed"
        raise WorkError(msg)
    return message


def _admitted(services: Services, case: Case, owner: str) -> bool:
    """Decide on the newest message; closes, quarantines, joins or postpones the case when it is not admitted as one of its own."""
    came_back, verdict = _came_back(services, case), _checked(services, case)
    with services.database.begin() as tx:
        stored = messages.of_case(tx, case.id)
        newest = stored[-1]
        if newest.parsed is None:
            return False
        if len(stored) == 1:
            cases.name_asker(tx, case.id, sender=newest.parsed.author, subject=newest.parsed.subject)
        # What a person let through is not judged again; a follow-up was judged as the mail that it was.
        if admission.was_admitted(tx, case.id):
            return True
        decided = admission.decide(
            tx,
            services,
            newest.parsed,
            newest.envelope,
            came_back,
            case_id=case.id,
            received=newest.received,
            verdict=verdict,
        )
        if came_back is not None:
            returned.note(tx, services, came_back, told_by=case.id)
        if verdict is not None and decided.later is None:
            admission.note_verdict(tx, case.id, verdict, services.now())
        is_admitted = _carried_out(tx, services, case, newest, decided, owner)
    if decided.joins is not None:
        services.ring(Step.ANALYSE, decided.joins)
    elif decided.says is not None:
        services.ring(Step.DELIVER, case.id)
    return is_admitted


def _carried_out(tx: Connection, services: Services, case: Case, newest: StoredMessage, decided: Decided, owner: str) -> bool:
    """Do what was decided; whether the case is admitted."""
    if decided.says is not None and newest.parsed is not None:
        automatic.say(tx, services, case.id, newest.parsed, decided.says, decided.letter_name)
    if decided.linked is not None:
        detail = {"to": decided.linked.case_id, "because": decided.linked.because}
        events.append(tx, case_id=case.id, at=services.now(), actor=_ENGINE, kind="linked", detail=detail)
    if decided.later is not None:
        cases.wait(tx, case.id, owner, decided.later)
    elif decided.joins not in {None, case.id}:
        _join(tx, services, newest.id, decided.joins)
    elif decided.closed:
        _end(tx, services, case, CaseState.CLOSED, decided.closed, owner)
    elif decided.quarantined:
        _end(tx, services, case, CaseState.QUARANTINED, decided.quarantined, owner)
    else:
        admission.note_admitted(tx, case.id, by=_ENGINE, at=services.now())
        if newest.parsed is not None:
            quotas.charge(tx, services, case.id, newest.parsed.author)
        return True
    return False


def _checked(services: Services, case: Case) -> Authenticity | None:
    """Who vouches for the author of the newest message, asked outside any writing transaction; None when it does not matter."""
    if services.admission is AdmissionMode.OPEN:
        return None
    with services.database.reading() as tx:
        newest = messages.of_case(tx, case.id)[-1]
        if newest.parsed is None or admission.was_admitted(tx, case.id):
            return None
        content = messages.raw(tx, newest.id).content if services.resolver is not None else b""
    return admission.checked(services, newest.parsed, newest.envelope, content)


def _came_back(services: Services, case: Case) -> Returned | None:
    """What the newest message tells of a letter of ours, read outside any writing transaction."""
    with services.database.reading() as tx:
        newest = messages.of_case(tx, case.id)[-1]
        if newest.parsed is None or not returned.may_concern(services, newest.parsed, newest.envelope):
            return None
        content = messages.raw(tx, newest.id).content
    return returned.find(services, newest.parsed, newest.envelope, content)


def _join(tx: Connection, services: Services, message_id: int, joins: int | None) -> None:
    if joins is None:
        return
    messages.attach(tx, message_id, joins, at=services.now())
    older = cases.get(tx, joins)
    if older.state is not CaseState.RECEIVED:
        cases.move(tx, joins, to=CaseState.RECEIVED, at=services.now(), actor=_ENGINE, reason="answered", expect=older.state)


def _analyse(services: Services, case: Case, owner: str) -> None:
    with services.database.reading() as tx:
        parsed = [message.parsed for message in messages.of_case(tx, case.id) if message.parsed is not None]
    analysis = analyse(text_of_messages(parsed), case.received.date(), services.knowledge)
    with services.database.begin() as tx:
        cases.save_analysis(tx, case.id, to_json(analysis), services.now())
        if analysis.reading.disposition is Disposition.IGNORE:
            _end(tx, services, case, CaseState.CLOSED, analysis.reading.reason, owner)
            charges.take_back(tx, case.id)
            automatic.refuse(tx, services, case.id, parsed[-1], analysis.reading.reason)
            steps: tuple[Step, ...] = (Step.DELIVER,)
        else:
            cases.move(tx, case.id, to=CaseState.ANALYSED, at=services.now(), actor=_ENGINE, expect=CaseState.RECEIVED, owner=owner)
            automatic.acknowledge(tx, services, case.id, parsed[-1])
            steps = (Step.REPLY, Step.DELIVER)
    for step in steps:
        services.ring(step, case.id)


def _end(tx: Connection, services: Services, case: Case, to: CaseState, reason: str, owner: str) -> None:
    cases.move(tx, case.id, to=to, at=services.now(), actor=_ENGINE, reason=reason, expect=CaseState.RECEIVED, owner=owner)


def newest_message(tx: Connection, case_id: int) -> IncomingMessage | None:
    """The newest message of a case, as it was parsed."""
    parsed = [message.parsed for message in messages.of_case(tx, case_id) if message.parsed is not None]
    return parsed[-1] if parsed else None
