"""Encryption at rest: nothing readable in the database, everything readable with the keys, any change seen."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cast import MAILBOX, NOON, OTTO
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, null, select, update
from store_mails import LETTER, raw_mail, reply

from consultant.errors import UsageError, WorkError
from consultant.mail.parse import parse
from consultant.model.draft import DraftKind
from consultant.store import cases, drafts, messages, outbox, reconcile, resealing, retention
from consultant.store.sealing import Keyring
from consultant.store.session import Database
from consultant.store.tables import analysis, draft, message
from consultant.store.tables import outbox as outbox_table
from consultant.store.tables import raw_mail as raw_table

OLD, NEW = b"o" * 32, b"n" * 32
SECRET = "Zebediah Quux 1950-02-03"


def a_whole_case(tx) -> tuple[int, int]:
    content = f"From: ada@lakeside.example\r\nSubject: heel\r\n\r\n{SECRET}\r\n".encode()
    kept = messages.keep(tx, replace(raw_mail(), content=content), MAILBOX)
    messages.save_parsed(tx, kept.message_id, parse(content))
    cases.save_analysis(tx, kept.case_id, {"text": SECRET}, NOON)
    drafts.add(tx, kept.case_id, DraftKind.ANSWER, type(LETTER)("heel", SECRET, SECRET), "engine", NOON)
    mail = replace(reply(), content=SECRET.encode())
    outbox.put(tx, case_id=kept.case_id, key="reply:1", letter_name="reply", mail=mail, at=NOON)
    return kept.case_id, kept.message_id


def what_is_read(tx, case_id: int, message_id: int) -> list[object]:
    return [
        messages.raw(tx, message_id).content,
        messages.of_case(tx, case_id),
        cases.latest_analysis(tx, case_id),
        drafts.all_of(tx, case_id),
        outbox.of_case(tx, case_id),
    ]


def what_lies_there(tx) -> str:
    columns = (raw_table.c.content, message.c.parsed, analysis.c.analysis, draft.c.letter, outbox_table.c.content)
    values = [value for column in columns for value in tx.execute(select(column)).scalars()]
    texts = [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in values]
    return "\n".join(texts)


def test_nothing_of_a_mail_lies_readable_in_the_database_and_all_is_read_with_the_key(database_url):
    with Database(database_url, keyring=Keyring.of_keys([OLD])) as sealed, Database(database_url) as plain:
        with sealed.begin() as tx:
            numbers = a_whole_case(tx)
        with sealed.reading() as tx:
            assert all(SECRET in repr(one) for one in what_is_read(tx, *numbers))
            assert reconcile.count(tx).holds
            assert "Zebediah" not in what_lies_there(tx)
        with plain.reading() as tx, pytest.raises(WorkError, match="CONSULTANT_ENCRYPTION_KEY does not hold"):
            resealing.check(tx)


def test_mail_of_before_the_keys_is_read_sealed_and_sealed_again_with_another_key(database_url):
    rings = ([], [OLD], [NEW, OLD], [NEW])
    with Database(database_url) as database, database.begin() as tx:
        numbers = a_whole_case(tx)
        first = what_is_read(tx, *numbers)
    for keys in rings[1:]:
        with Database(database_url, keyring=Keyring.of_keys(keys)) as database, database.begin() as tx:
            resealing.check(tx)
            assert what_is_read(tx, *numbers) == first
            changed = resealing.reseal(tx)[0] + resealing.reseal_words(tx)[0]
            assert changed == (0 if keys == [NEW] else 5)
            assert what_is_read(tx, *numbers) == first
            assert "Zebediah" not in what_lies_there(tx)
            assert reconcile.count(tx).holds


def test_a_flipped_byte_is_damage_by_name(database_url):
    with Database(database_url, keyring=Keyring.of_keys([OLD])) as database, database.begin() as tx:
        _, message_id = a_whole_case(tx)
        kept = bytearray(tx.execute(select(raw_table.c.content)).scalar_one())
        kept[-1] ^= 1
        tx.execute(update(raw_table).values(content=null()))
        tx.execute(update(raw_table).values(content=bytes(kept)))
        with pytest.raises(WorkError, match="damaged: restore it from a backup"):
            messages.raw(tx, message_id)


def test_a_mail_that_begins_like_a_sealed_one_is_read_as_it_came(database):
    content = b"\x00sealed1:abcd" + b"x" * 50
    with database.begin() as tx:
        kept = messages.keep(tx, replace(raw_mail(), content=content), MAILBOX)
        assert messages.raw(tx, kept.message_id).content == content


def test_purging_a_sealed_case_leaves_nothing_to_open(database_url):
    with Database(database_url, keyring=Keyring.of_keys([OLD])) as database, database.begin() as tx:
        case_id, _ = a_whole_case(tx)
        walk_to_closed(tx, case_id)
        assert retention.purge(tx, before=NOON.replace(year=2030), at=NOON, actor=OTTO) == (case_id,)
        assert tx.execute(select(func.count()).select_from(raw_table).where(raw_table.c.content.is_not(None))).scalar_one() == 0
        assert messages.of_case(tx, case_id)[0].parsed.text == ""
        assert drafts.all_of(tx, case_id)[0].letter.text == ""
        assert outbox.of_case(tx, case_id)[0].mail.content == b""


def walk_to_closed(tx, case_id: int) -> None:
    case = cases.get(tx, case_id)
    cases.move(tx, case_id, to=cases.CaseState.CLOSED, at=NOON, actor="engine", reason="bulk", expect=case.state)


@given(st.binary(), st.text(max_size=20))
def test_what_is_sealed_opens_for_its_own_use_only(plain, about):
    ring = Keyring.of_keys([OLD])
    sealed = ring.seal(plain, about=about)
    assert ring.open(sealed, about=about) == plain
    with pytest.raises(WorkError, match="damaged"):
        ring.open(sealed, about=about + "!")


@pytest.mark.parametrize("text", ["short", base64.b64encode(b"x" * 31).decode(), "!" * 44, "zz" * 32])
def test_a_key_that_is_none_is_refused_without_repeating_it(text):
    with pytest.raises(UsageError) as refused:
        Keyring.of(text)
    assert text not in str(refused.value)


def test_keys_are_read_in_base64_and_hexadecimal():
    both = Keyring.of(f"{base64.b64encode(OLD).decode()}, {NEW.hex()}")
    assert both.names == Keyring.of_keys([OLD, NEW]).names
