"""Mail out of a real mailbox: kept once, filed away, whatever the server can do; by SMTP and IMAP it is one case."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
from cast import ADA, MAILBOX
from dovecot_kit import CERTIFICATE, PASSWORD, USER, Line, needs_dovecot, running
from service_kit import letter, wait_for

from consultant import cli
from consultant.consultation.collection import MailboxBooks
from consultant.mail.mailbox import TOO_LARGE, Pace, Poller
from consultant.mail.mailbox_address import MailboxAddress
from consultant.store import cases, events, mailboxes, messages
from consultant.store.session import Database

pytestmark = needs_dovecot
QUICK = Pace(idle=20, poll=0.3, read=3, first_pause=0.1, longest_pause=0.5, lease=1.5, wait_for_lease=0.1)
_owners = count()


class Shop:
    """A database, and pollers that bring mail into it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rung: list[int] = []

    def books(self, address: MailboxAddress, *, pace: Pace = QUICK, kind: type[MailboxBooks] = MailboxBooks) -> MailboxBooks:
        return kind(
            database=self.database,
            name=address.name,
            recipient=MAILBOX,
            owner=f"poller-{next(_owners)}",
            lease=timedelta(seconds=pace.lease),
            ring=lambda _step, case_id: self.rung.append(case_id),
            now=lambda: datetime.now(UTC),
        )

    @contextmanager
    def polling(self, address: MailboxAddress, *, pace: Pace = QUICK, tls=None, size_max=1_000_000, books=None) -> Iterator[None]:
        stop = threading.Event()
        poller = Poller(address, books or self.books(address, pace=pace), size_max=size_max, pace=pace, tls=tls)
        thread = threading.Thread(target=poller.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(20)
            assert not thread.is_alive()

    def cases(self) -> int:
        with self.database.reading() as tx:
            return len(cases.listing(tx))

    def standing(self) -> mailboxes.Standing | None:
        with self.database.reading() as tx:
            return next(iter(mailboxes.standing(tx)), None)

    def trouble(self) -> str:
        standing = self.standing()
        return standing.trouble if standing else ""

    def has_looked(self) -> bool:
        standing = self.standing()
        return standing is not None and standing.looked is not None


@pytest.fixture
def shop(empty_database, tmp_path) -> Iterator[Shop]:
    file = tmp_path / "consultant.sqlite"
    file.write_bytes(empty_database.read_bytes())
    with Database(f"sqlite:///{file}") as database:
        yield Shop(database)


@pytest.fixture(scope="module")
def shared():
    with running() as server:
        yield server


@pytest.fixture
def dovecot(shared):
    """The server of this module, with nothing in its folders."""
    with shared.client() as client:
        for folder in ("INBOX", "Processed", "Quarantine"):
            if client.folder_exists(folder):
                client.select_folder(folder)
                client.delete_messages(client.search())
                client.expunge()
    return shared


def test_mail_is_kept_as_it_was_then_filed_away_unread(shop, dovecot):
    dovecot.append(letter(1), letter(2))

    with shop.polling(dovecot.address()):
        wait_for(lambda: dovecot.count("Processed") == 2, "filed")

    with shop.database.reading() as tx:
        kept = [messages.raw(tx, stored.id) for case in cases.listing(tx) for stored in messages.of_case(tx, case.id)]
    assert sorted(raw.content for raw in kept) == sorted([letter(1), letter(2)])
    assert {(raw.source, raw.envelope.reverse_path) for raw in kept} == {("imap", ADA)}
    assert dovecot.count() == 0
    with dovecot.client() as client:
        client.select_folder("Processed", readonly=True)
        assert client.search(["UNSEEN"]) == client.search()


def test_the_bell_rings_for_each_case_and_the_mailbox_says_when_it_was_looked_at(shop, dovecot):
    dovecot.append(letter(3))

    with shop.polling(dovecot.address()):
        wait_for(lambda: shop.cases() == 1 and shop.has_looked(), "kept")

    standing = shop.standing()
    assert len(shop.rung) == 1
    assert (standing.waiting, standing.trouble, standing.lease_owner) == (0, "", "")
    assert standing.last_uid > 0


def test_mail_that_comes_while_we_idle_is_there_at_once_and_silence_costs_no_commands(shop, dovecot):
    line = Line(dovecot.imap)
    with shop.polling(dovecot.address(port=line.port)):
        wait_for(shop.has_looked, "looked")
        dovecot.append(letter(4))
        assert wait_for(lambda: shop.cases() == 1, "kept") < 5
        wait_for(lambda: dovecot.count("Processed") == 1, "filed")
        before = line.commands
        threading.Event().wait(3)
        assert line.commands - before <= 20
    line.close()


@pytest.mark.parametrize(
    "capability",
    ["IMAP4rev1 IDLE UIDPLUS NAMESPACE", "IMAP4rev1 IDLE", "IMAP4rev1 MOVE UIDPLUS"],
    ids=["no MOVE", "no MOVE and no UIDPLUS", "no IDLE"],
)
def test_a_server_that_can_do_less_serves_as_well(shop, capability):
    with running(capability=capability) as poor:
        poor.append(letter(1), letter(2))
        with shop.polling(poor.address()):
            wait_for(lambda: shop.cases() == 2, "kept")
            poor.append(letter(3))
            wait_for(lambda: shop.cases() == 3 and poor.count("Processed") == 3, "filed")
        with poor.client() as client:
            client.select_folder("INBOX")
            assert client.search(["UNDELETED"]) == []


def test_folders_are_made_where_the_server_wants_them(shop):
    with running(prefix="INBOX.") as server:
        server.append(letter(1))
        with shop.polling(server.address(options="?processed=Done")):
            wait_for(lambda: server.count("INBOX.Done") == 1, "filed")


def test_mail_that_is_too_large_is_put_before_a_person_and_holds_up_nobody(shop, dovecot):
    dovecot.append(letter(1, text="x" * 5000), letter(2))

    with shop.polling(dovecot.address(), size_max=3000):
        wait_for(lambda: dovecot.count("Quarantine") == 1 and dovecot.count("Processed") == 1, "filed")

    assert shop.cases() == 1
    with shop.database.reading() as tx:
        (told,) = [event for event in events.latest(tx, 10) if event.kind == "mailbox-quarantined"]
    assert told.detail["reason"] == TOO_LARGE


def test_a_large_mail_is_fetched_in_pieces_and_is_whole(shop, dovecot):
    large = letter(1, text="x" * 70 + "\n") + b"y" * 70 * 50_000
    dovecot.append(large, letter(2))

    with shop.polling(dovecot.address(), size_max=10_000_000):
        wait_for(lambda: dovecot.count("Processed") == 2, "filed")

    with shop.database.reading() as tx:
        kept = [messages.raw(tx, stored.id) for case in cases.listing(tx) for stored in messages.of_case(tx, case.id)]
    assert large in [raw.content for raw in kept]


def test_two_pollers_of_one_mailbox_keep_each_mail_once_and_one_takes_over_from_the_other(shop, dovecot):
    dovecot.append(*(letter(number) for number in range(30)))
    with shop.polling(dovecot.address()):
        with shop.polling(dovecot.address()):
            wait_for(lambda: dovecot.count("Processed") == 30, "filed")
        dovecot.append(letter(30))
        wait_for(lambda: dovecot.count("Processed") == 31, "filed by the other")

    assert shop.cases() == 31


def test_a_wrong_password_is_said_in_one_line_and_tried_again_with_pauses(shop, dovecot):
    line = Line(dovecot.imap)
    address = MailboxAddress.parse(f"imap://{USER}:wrong@127.0.0.1:{line.port}/INBOX")

    with shop.polling(address):
        wait_for(shop.trouble, "trouble is noted")
        threading.Event().wait(1)

    assert "does not let us in" in shop.standing().trouble
    assert "wrong" not in shop.standing().trouble
    assert line.connections < 10
    line.close()


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_the_line_is_encrypted_and_the_server_verified(shop, dovecot, scheme):
    port = dovecot.imaps if scheme == "imaps" else dovecot.imap
    address = MailboxAddress.parse(f"{scheme}://{USER}:{PASSWORD.replace(' ', '%20')}@localhost:{port}/INBOX")
    dovecot.append(letter(1))

    with shop.polling(address):
        wait_for(lambda: "certificate" in shop.trouble(), "an unknown certificate is refused")
    assert shop.cases() == 0
    with shop.polling(address, tls=ssl.create_default_context(cafile=str(CERTIFICATE))):
        wait_for(lambda: shop.cases() == 1, "kept")


class _Tokens(BaseHTTPRequestHandler):
    """Knows one access token, and whose it is."""

    def do_GET(self) -> None:
        good = self.path.endswith("good-token")
        self.send_response(200 if good else 401)
        self.end_headers()
        self.wfile.write(json.dumps({"username": USER} if good else {}).encode())

    def log_message(self, *_said: object) -> None:
        pass


def test_a_token_opens_the_mailbox_and_a_spent_one_does_not(shop, tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Tokens) as tokens:
        serving = threading.Thread(target=tokens.serve_forever)
        serving.start()
        with running(token_server=f"http://127.0.0.1:{tokens.server_port}/?token=") as server:
            server.append(letter(1))
            file = tmp_path / "token"
            file.write_text("spent-token")
            address = MailboxAddress.parse(f"imap://{USER}@127.0.0.1:{server.imap}/INBOX?token-file={file}")
            with shop.polling(address):
                wait_for(lambda: "does not let us in" in shop.trouble(), "refused")
                file.write_text("good-token")
                wait_for(lambda: shop.cases() == 1, "kept")
        tokens.shutdown()
        serving.join()


def test_the_same_mail_by_smtp_three_times_and_by_imap_twice_is_one_case(service, dovecot, capsys):
    service.variables["CONSULTANT_IMAP_URL"] = dovecot.url()
    service.start()
    ways = [lambda: service.send(1)] * 3 + [lambda: dovecot.append(letter(1)), lambda: dovecot.deliver(letter(1), sender=ADA)]

    threads = [threading.Thread(target=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: dovecot.count("Processed") == 2, "both fetched")

    wait_for(lambda: [str(state) for state in service.states()] == ["drafted"], "drafted")
    assert service.books_balance()
    told = printed(capsys, "poll", "--json", "--home", str(service.home))
    assert [(one["mailbox"], one["waiting"], one["trouble"]) for one in told] == [(dovecot.address().name, 0, "")]
    assert printed(capsys, "sends", "--json", "--to", ADA, "--home", str(service.home))["letters"] == []


def printed(capsys, *command: str):
    """What a command prints as JSON."""
    capsys.readouterr()
    assert cli.run(list(command)) == 0
    return json.loads(capsys.readouterr().out)
