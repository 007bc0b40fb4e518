"""Where a mailbox is, and what is shown at its door."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.errors import TemporaryError, UsageError
from consultant.mail.mailbox_address import ImapSecurity, MailboxAddress, parse_all
from consultant.mail.mailbox_login import access_token, password_of


def test_a_url_says_where_and_as_whom():
    address = MailboxAddress.parse("imaps://desk%40x.example:p%40ss%20word@mail.example/Case%20mail?processed=Done")

    assert (address.security, address.host, address.port) == (ImapSecurity.TLS, "mail.example", 993)
    assert (address.user, address.password, address.folder) == ("desk@x.example", "p@ss word", "Case mail")
    assert (address.processed, address.quarantine) == ("Done", "Quarantine")


def test_a_user_may_be_an_address_as_it_is():
    address = MailboxAddress.parse("imap+starttls://desk@x.example@mail.example:1143?token-file=/x")

    assert (address.user, address.host, address.port, address.folder) == ("desk@x.example", "mail.example", 1143, "INBOX")
    assert address.token_file == Path("/x")


def test_neither_the_address_nor_its_name_shows_the_password():
    address = MailboxAddress.parse("imaps://desk:secret@mail.example/INBOX")

    assert "secret" not in repr(address) + address.name


@pytest.mark.parametrize(
    "url",
    [
        "imaps://mail.example/INBOX",
        "imaps://desk@mail.example/INBOX",
        "imaps://desk:x@mail.example/INBOX?token-file=/x",
        "imaps://desk@mail.example/INBOX?token-file=/x&oauth-file=/y",
        "imaps://desk:x@mail.example/INBOX?colour=red",
        "imaps://desk:x@mail.example/INBOX#x",
        "imaps://desk:x@mail.example:port/INBOX",
        "https://desk:x@mail.example/INBOX",
        "desk:x@mail.example",
    ],
)
def test_anything_else_is_refused_without_repeating_it(url):
    with pytest.raises(UsageError, match="a mailbox must be given as") as caught:
        MailboxAddress.parse(url)
    assert url not in str(caught.value)


def test_a_password_never_goes_over_an_open_line_save_to_this_machine():
    with pytest.raises(UsageError, match="open line"):
        MailboxAddress.parse("imap://desk:x@mail.example/INBOX")
    assert MailboxAddress.parse("imap://desk:x@127.0.0.1/INBOX").port == 143


def test_several_mailboxes_are_separated_by_blanks_and_each_stands_once():
    one, two = parse_all("imaps://a:x@mail.example/INBOX\n imaps://b:x@mail.example/INBOX ")

    assert (one.user, two.user) == ("a", "b")
    with pytest.raises(UsageError, match="twice"):
        parse_all("imaps://a:x@mail.example/INBOX imaps://a:y@mail.example/INBOX")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        found = parse_all(text)
    except UsageError:
        return
    assert all(address.host and address.user for address in found)


def test_a_password_is_read_from_its_file_at_every_login(tmp_path):
    file = tmp_path / "password"
    address = MailboxAddress.parse(f"imaps://desk@mail.example/INBOX?password-file={file}")
    file.write_text("first\n")
    first = password_of(address)
    file.write_text("second")

    assert (first, password_of(address), access_token(address, timeout=1)) == ("first", "second", "")
    file.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        password_of(address)


class TokenServer(HTTPServer):
    """Gives out tokens, or an error code."""

    code = 200

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(BaseHTTPRequestHandler):
    server: TokenServer

    def do_POST(self) -> None:
        self.server.asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(self.server.code)
        self.end_headers()
        self.wfile.write(json.dumps({"access_token": f"token-{len(self.server.asked)}", "expires_in": 3599}).encode())

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def token_server():
    with TokenServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def with_grant(tmp_path, **grant: str) -> MailboxAddress:
    file = tmp_path / "grant.json"
    file.write_text(json.dumps({"client_id": "us", "client_secret": "s", **grant}))
    return MailboxAddress.parse(f"imaps://desk@mail.example/INBOX?oauth-file={file}")


@pytest.mark.parametrize(
    ("grant", "kind"), [({"refresh_token": "r"}, "refresh_token"), ({"scope": "https://x/.default"}, "client_credentials")]
)
def test_a_token_is_fetched_by_the_users_grant_or_the_clients_own(token_server, tmp_path, grant, kind):
    address = with_grant(tmp_path, token_uri=f"http://127.0.0.1:{token_server.server_port}/token", **grant)

    assert [access_token(address, timeout=5) for _ in range(2)] == ["token-1", "token-2"]
    assert token_server.asked[0] == {"client_id": ["us"], "client_secret": ["s"], "grant_type": [kind]} | {
        name: [value] for name, value in grant.items()
    }


def test_a_token_server_that_refuses_is_named_by_its_code(token_server, tmp_path):
    token_server.code = 400
    address = with_grant(tmp_path, token_uri=f"http://127.0.0.1:{token_server.server_port}/token", refresh_token="r")

    with pytest.raises(TemporaryError, match="answered 400"):
        access_token(address, timeout=5)


@pytest.mark.parametrize("uri", ["http://tokens.example/token", "file:///etc/passwd", "ftp://x", ""])
def test_a_secret_is_shown_to_https_servers_only(tmp_path, uri):
    with pytest.raises(UsageError, match="must be an https address"):
        access_token(with_grant(tmp_path, token_uri=uri, refresh_token="r"), timeout=1)
