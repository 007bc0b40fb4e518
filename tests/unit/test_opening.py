from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from consultant import opening, polling, programs
from consultant.consultation.services import AdmissionMode
from consultant.errors import UsageError, WorkError
from consultant.settings import load


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("CONSULTANT_HOME", str(tmp_path / "home"))
    return load()


def test_the_secret_key_is_made_once_whoever_starts_first(settings):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: opening.key_of(settings), range(8)))

    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert stat.S_IMODE((settings.home / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700


def test_a_key_that_is_set_is_taken_and_none_is_made(settings, monkeypatch):
    monkeypatch.setenv("CONSULTANT_SECRET_KEY", "given")

    assert opening.key_of(load()) == b"given"
    assert not settings.home.exists()


def test_a_home_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(WorkError, match="cannot be made"):
        opening.home_of(load(home=tmp_path / "file" / "home"))


def test_the_knowledge_file_stands_in_the_cache_and_is_shared_by_all_homes(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CONSULTANT_KNOWLEDGE", raising=False)
    file = opening.knowledge_file(settings)

    assert file == opening.knowledge_file(load(home=tmp_path / "other"))
    assert file.parent == tmp_path / "cache" / "consultant"


def test_a_database_is_migrated_when_it_is_opened(settings):
    with opening.open_database(settings) as database:
        database.check()


def test_services_carry_the_settings(settings, knowledge):
    with opening.open_database(settings) as database:
        services = opening.services(settings, database=database, knowledge=knowledge, ring=lambda _step, _case_id: None)

    assert (services.mailbox, services.admission) == (settings.our_mailbox, AdmissionMode.OPEN)
    assert services.now().tzinfo is not None


def test_an_outgoing_server_that_is_none_is_refused(settings, knowledge, monkeypatch):
    monkeypatch.setenv("CONSULTANT_OUTBOUND", "mail.example")

    with opening.open_database(settings) as database, pytest.raises(UsageError):
        opening.services(load(), database=database, knowledge=knowledge, ring=lambda _step, _case_id: None)


def test_a_program_that_nobody_listens_to_complains_on_standard_error(settings, monkeypatch, capsys):
    def broken(_settings):
        raise WorkError("nothing works: look here")  # noqa: EM101, TRY003  (any complaint)

    monkeypatch.setattr(programs, "PARTS", {"broken": broken})

    assert programs.main("broken") == 1
    assert capsys.readouterr().err == "consultant: nothing works: look here\n"


@pytest.mark.parametrize(
    "address", ["consult@consultant.example", "CONSULT@Consultant.Example", "postmaster", "postmaster@consultant.example"]
)
def test_the_listener_takes_mail_for_our_addresses(settings, address):
    assert programs._our_addresses(settings)(address)


@pytest.mark.parametrize(
    "address", ["ada@lakeside.example", "bounce+17-aaaaaaaaaaaaaaaa@consultant.example", "other@consultant.example"]
)
def test_the_listener_relays_for_nobody(settings, address):
    assert not programs._our_addresses(settings)(address)


def test_letters_are_signed_only_when_key_and_selector_are_both_set(settings, monkeypatch, tmp_path):
    assert opening.signer_of(settings) is None
    monkeypatch.setenv("CONSULTANT_DKIM_SELECTOR", "desk")
    with pytest.raises(UsageError, match="go together"):
        opening.signer_of(load())
    monkeypatch.setenv("CONSULTANT_DKIM_KEY", str(tmp_path / "none.pem"))
    with pytest.raises(UsageError, match="cannot be read"):
        opening.signer_of(load())
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / "none.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    signer = opening.signer_of(load())
    assert (signer.domain, signer.selector) == ("consultant.example", "desk")


def test_a_service_with_a_mailbox_that_is_none_does_not_start(monkeypatch, tmp_path):
    monkeypatch.setenv("CONSULTANT_IMAP_URL", "imaps://nobody")
    with pytest.raises(UsageError, match="a mailbox must be given as"):
        polling.poll(load(home=tmp_path), threading.Event(), ready=list)
    monkeypatch.setenv("CONSULTANT_IMAP_URL", "")
    with pytest.raises(UsageError, match="no mailbox is set"):
        polling.poll(load(home=tmp_path), threading.Event(), ready=list)
