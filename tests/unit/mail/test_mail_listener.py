"""The listener as a client sees it: what is taken, what is refused, and what 250 means."""

from __future__ import annotations

import smtplib
import socket
import threading

import pytest

from consultant.errors import TemporaryError, WorkError
from consultant.mail.limits import Limits
from consultant.mail.listener import Listener
from consultant.model.message import Envelope
from tests.cast import ADA, BEN, MAILBOX, NOON

MAIL = b"Subject: a case\r\n\r\nOne knee, two codes?\r\n"
END = b".\r\n"
LOCKED = TemporaryError("database locked")


def test_a_mail_is_delivered_as_it_was_sent(listen, connect, keeper):
    wire = connect(listen()).greet().address()
    assert wire.ask(MAIL + END) == "250 2.0.0 Message kept"
    (raw,) = keeper.mails
    assert (raw.content, raw.received, raw.source) == (MAIL, NOON, "smtp")
    assert Envelope(ADA, (MAILBOX,), peer="127.0.0.1") == raw.envelope


def test_a_real_client_can_send_many_mails_in_one_session(listen, keeper):
    with smtplib.SMTP(*listen().address, timeout=10) as client:
        for number in range(5):
            client.sendmail(ADA, [MAILBOX], b"Subject: %d\r\n\r\n.dot\r\n" % number)
    assert [b"Subject: %d\r\n\r\n.dot\r\n" % number for number in range(5)] == [raw.content for raw in keeper.mails]


def test_the_null_reverse_path_is_held_as_the_model_holds_it(listen, connect, keeper):
    wire = connect(listen()).greet()
    assert [wire.code("MAIL FROM:<>"), wire.code(f"RCPT TO:<{MAILBOX}>"), wire.code("DATA")] == [250, 250, 354]
    assert wire.code(MAIL + END) == 250
    assert keeper.mails[0].envelope.reverse_path == ""


def test_nothing_is_promised_before_the_mail_is_kept(listen, connect, keeper):
    keeper.holds = True
    wire = connect(listen()).greet().address()
    wire.say(MAIL + END)
    keeper.wait_for(1)
    wire.socket.settimeout(0.2)
    with pytest.raises(TimeoutError):
        wire.socket.recv(1)
    keeper.keep_all()
    wire.socket.settimeout(10)
    assert wire.socket.recv(3) == b"250"


def test_many_sessions_wait_for_the_store_at_once(listen, connect, keeper):
    keeper.holds = True
    listener = listen()
    wires = [connect(listener).greet().address() for _ in range(20)]
    for wire in wires:
        wire.say(MAIL + END)
    keeper.wait_for(20)
    assert connect(listener).greet().code("NOOP") == 250
    keeper.keep_all()
    assert [wire.reply()[:3] for wire in wires] == ["250"] * 20


@pytest.mark.parametrize("error", [LOCKED, RuntimeError("secret /var/lib name"), KeyError("x")])
@pytest.mark.parametrize("how", ["raises", "fails"])
def test_any_failure_to_keep_is_451_and_tells_nothing_of_the_inside(listen, connect, keeper, how, error):
    setattr(keeper, how, error)
    wire = connect(listen()).greet().address()
    assert wire.ask(MAIL + END) == "451 4.3.0 Temporary failure, try again later"
    setattr(keeper, how, None)
    assert wire.address().code(MAIL + END) == 250


def test_a_store_that_takes_too_long_is_451(listen, connect, keeper):
    keeper.holds = True
    wire = connect(listen(limits=Limits(deliver_seconds=0.1))).greet().address()
    assert wire.code(MAIL + END) == 451


def test_a_cancelled_future_is_451(listen, connect, keeper):
    keeper.holds = True
    wire = connect(listen()).greet().address()
    wire.say(MAIL + END)
    keeper.wait_for(1)
    assert keeper.pending[0].cancel()
    assert wire.reply()[:3] == "451"


def test_a_client_that_hangs_up_does_not_cancel_the_storing(listen, connect, keeper):
    keeper.holds = True
    listener = listen()
    wire = connect(listener).greet().address()
    wire.say(MAIL + END)
    keeper.wait_for(1)
    wire.close()
    assert connect(listener).greet().code("NOOP") == 250
    assert not keeper.pending[0].cancelled()
    keeper.holds = False
    keeper.keep_all()
    assert connect(listener).greet().address().code(MAIL + END) == 250


def test_a_failure_of_the_question_whose_mailbox_it_is_is_451(listen, connect):
    def accepts(_address: str) -> bool:
        raise LOCKED

    wire = connect(listen(accepts=accepts)).greet()
    assert wire.code(f"MAIL FROM:<{ADA}>") == 250
    assert wire.ask(f"RCPT TO:<{MAILBOX}>") == "451 4.3.0 Temporary failure, try again later"


def test_there_is_no_relaying(listen, connect):
    wire = connect(listen()).greet()
    assert wire.code(f"MAIL FROM:<{ADA}>") == 250
    assert wire.code(f"RCPT TO:<{BEN}>") == 550
    assert wire.code("DATA") == 503


def test_the_greeting_names_no_software(listen, connect):
    wire = connect(listen())
    said = [
        wire.reply(),
        *(wire.ask(words) for words in ("EHLO x", "HELP", "HELP DATA", "VRFY root", "EXPN root", "NONSENSE", "AUTH")),
    ]
    assert said[0] == "220 consultant.example ESMTP"
    assert not any(word in " ".join(said).lower() for word in ("python", "aiosmtpd", "1.4", "consultant/"))
    assert "AUTH" not in said[1]
    assert "SIZE 26214400" in said[1]


def test_a_refused_envelope_can_be_said_again(listen, connect):
    wire = connect(listen()).greet()
    assert wire.code("MAIL FROM:<") in {501, 553}
    assert wire.code("RCPT TO:<x@y>") == 503
    assert wire.address().code(MAIL + END) == 250


@pytest.mark.parametrize("address", ["<", "<@", '<"', "<(", "<@a,", "<@a:", "[", "<a@[", "<\\", "<a@b>>", "<" + "(" * 400])
def test_a_hostile_address_is_a_plain_refusal(listen, connect, address):
    assert connect(listen()).greet().code(f"MAIL FROM:{address}") in {250, 501, 553}


def test_the_same_recipient_twice_counts_once(listen, connect, keeper):
    wire = connect(listen()).greet().address(MAILBOX, MAILBOX)
    assert wire.code(MAIL + END) == 250
    assert keeper.mails[0].envelope.forward_paths == (MAILBOX,)


def test_an_address_in_use_is_told_in_one_line(listen):
    taken = listen().address
    second = Listener(deliver=None, accepts=None, limits=Limits(), address=taken, now=None)
    with pytest.raises(WorkError, match=r"cannot listen on 127\.0\.0\.1:\d+: .*; choose another address"):
        second.start()
    second.stop(0)


def test_stopping_lets_a_mail_on_its_way_come_in(listen, connect, keeper):
    listener = listen()
    idle, busy = connect(listener).greet(), connect(listener).greet().address()
    busy.say(MAIL)
    stopper = threading.Thread(target=listener.stop, args=(10,))
    stopper.start()
    assert idle.reply() == "421 4.3.2 Service closing, try again later"
    with pytest.raises(OSError, match=r"refused"):
        socket.create_connection(listener.address, 1)
    assert busy.code(END) == 250
    assert busy.reply()[:3] == "421"
    stopper.join(5)
    assert not stopper.is_alive()
    assert len(keeper.mails) == 1


def test_stopping_does_not_wait_longer_than_it_is_told(listen, connect, keeper):
    keeper.holds = True
    listener = listen()
    slow, stuck = connect(listener).greet().address(), connect(listener).greet().address()
    slow.say(MAIL)
    stuck.say(MAIL + END)
    keeper.wait_for(1)
    listener.stop(0.2)
    assert slow.reply()[:3] in {"421", ""}
    assert stuck.reply() == ""
    keeper.keep_all()


def test_stopping_twice_or_before_the_start_does_nothing(listen):
    listener = listen()
    listener.stop(1)
    listener.stop(1)
    Listener(deliver=None, accepts=None, limits=Limits(), address=("127.0.0.1", 0), now=None).stop(1)
