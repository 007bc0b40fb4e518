"""Each limit of the listener, tried with a raw socket."""

from __future__ import annotations

import time

import pytest

from consultant.errors import UsageError
from consultant.mail.limits import Limits
from tests.cast import ADA, MAILBOX

MAIL = b"Subject: a case\r\n\r\nOne knee, two codes?\r\n"
END = b".\r\n"


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_limit_must_be_greater_than_zero():
    with pytest.raises(UsageError, match="the limit recipients must be greater than zero"):
        Limits(recipients=0)


def test_the_largest_mail_must_find_room():
    with pytest.raises(UsageError, match="bytes_in_flight must not be smaller"):
        Limits(message_bytes=2000, bytes_in_flight=1000)


# Seats.


def storing(connect, listener, keeper):
    """A session that cannot give way, because its mail is being stored."""
    keeper.holds = True
    wire, before = connect(listener).greet().address(), len(keeper.mails)
    wire.say(MAIL + END)
    keeper.wait_for(before + 1)
    return wire


def test_connections_in_all_are_limited(listen, connect, keeper):
    listener = listen(limits=Limits(connections=2, give_way_seconds=0.05))
    inside = [storing(connect, listener, keeper) for _ in range(2)]
    outside = connect(listener)
    assert outside.reply() == "421 4.7.0 Too many connections, try again later"
    assert outside.reply() == ""
    keeper.keep_all()
    assert [wire.reply()[:3] for wire in inside] == ["250", "250"]


def test_connections_of_one_address_are_limited(listen, connect, keeper):
    listener = listen(limits=Limits(connections_per_address=1, give_way_seconds=0.05))
    storing(connect, listener, keeper)
    assert connect(listener).reply()[:3] == "421"


def test_those_who_wait_for_a_seat_are_limited_too_and_the_newest_stay(listen, connect, keeper):
    listener = listen(limits=Limits(connections=1, give_way_seconds=60))
    storing(connect, listener, keeper)
    first, second = connect(listener), connect(listener)
    assert first.reply()[:3] == "421"
    until(lambda: listener.sessions == 2)
    listener.stop(0)
    assert second.reply()[:3] == "421"


def test_who_waits_gets_the_seat_of_a_client_that_says_nothing_however_short(listen, connect):
    listener = listen(limits=Limits(connections=1, give_way_seconds=0.3))
    start = time.monotonic()
    silent = [connect(listener) for _ in range(2)]
    until(lambda: time.monotonic() - start > 0.1)
    busy = connect(listener)
    assert busy.greet().address().code(MAIL + END) == 250
    assert [wire.reply()[:3] for wire in silent] == ["220", "421"]
    assert silent[0].reply()[:3] == "421"


def test_a_seat_is_free_again_when_a_client_leaves(listen, connect):
    listener = listen(limits=Limits(connections=1, give_way_seconds=60))
    first = connect(listener).greet()
    assert first.code("QUIT") == 221
    until(lambda: listener.sessions == 0)
    connect(listener).greet()
    assert listener.sessions == 1


def test_the_idlest_session_gives_way_to_a_newcomer(listen, connect):
    listener = listen(limits=Limits(connections=2, give_way_seconds=0.05))
    idle, active = connect(listener).greet(), connect(listener).greet()
    start = time.monotonic()
    until(lambda: active.code("NOOP") == 250 and time.monotonic() > start + 0.1)
    newcomer = connect(listener).greet()
    assert newcomer.address().code(MAIL + END) == 250
    assert idle.reply() == "421 4.7.0 Too many connections, try again later"
    assert active.code("NOOP") == 250


def test_a_slow_sender_gives_way_however_busy_it_looks(listen, connect):
    listener = listen(limits=Limits(connections=1, give_way_seconds=0.2))
    slow = connect(listener).greet().address()
    for _ in range(30):
        slow.say(b"x")
        time.sleep(0.01)
    connect(listener).greet()
    assert slow.reply()[:3] == "421"


def test_a_good_client_is_served_while_hundreds_of_connections_stand_idle(listen, connect):
    listener = listen(limits=Limits(give_way_seconds=0.5))
    for _ in range(400):
        connect(listener)
    start = time.monotonic()
    assert connect(listener).greet().address().code(MAIL + END) == 250
    assert time.monotonic() - start < 2


# Time and commands.


def test_a_session_ends_at_the_end_of_its_life_however_lively(listen, connect):
    wire = connect(listen(limits=Limits(session_seconds=0.2, commands=10**6))).greet()
    while (reply := wire.ask("NOOP"))[:3] == "250":
        pass
    assert reply in {"421 4.4.2 Session has lasted too long", ""}


def test_a_session_does_not_outlive_its_life_in_the_middle_of_a_mail(listen, connect, keeper):
    wire = connect(listen(limits=Limits(session_seconds=0.2))).greet().address()
    wire.say(MAIL)
    assert wire.reply() == "421 4.4.2 Session has lasted too long"
    assert keeper.mails == []


def test_a_mail_that_is_being_stored_is_answered_after_the_life_of_its_session(listen, connect, keeper):
    keeper.holds = True
    wire = connect(listen(limits=Limits(session_seconds=0.2))).greet().address()
    wire.say(MAIL + END)
    keeper.wait_for(1)
    time.sleep(0.3)
    keeper.keep_all()
    assert [wire.reply()[:3] for _ in range(3)] == ["250", "421", ""]


def test_silence_ends_a_session(listen, connect):
    wire = connect(listen(limits=Limits(idle_seconds=0.1)))
    assert wire.reply()[:3] == "220"
    assert wire.reply() == "421 4.4.2 Timed out"


def test_silence_in_the_middle_of_a_mail_ends_a_session(listen, connect):
    wire = connect(listen(limits=Limits(idle_seconds=0.1))).greet().address()
    wire.say(MAIL)
    assert wire.reply() == "421 4.4.2 Timed out"


def test_a_client_that_never_reads_is_cut_off(listen, connect):
    listener = listen(limits=Limits(idle_seconds=0.2, commands=10**6))
    wire = connect(listener).greet()
    wire.socket.settimeout(0.2)
    with pytest.raises(OSError, match=r"timed out|reset|Broken"):
        wire.say(b"EHLO x\r\n" * 1_000_000)
    until(lambda: listener.sessions == 0)


def test_commands_are_limited(listen, connect):
    wire = connect(listen(limits=Limits(commands=5))).greet()
    assert [wire.code("NOOP") for _ in range(6)] == [250, 250, 250, 250, 421, 0]


def test_empty_unknown_and_endless_lines_are_commands_too(listen, connect):
    wire = connect(listen(limits=Limits(commands=4))).greet()
    assert [wire.code(words) for words in ("", "NONSENSE", "x" * 5000, "NOOP")] == [500, 500, 500, 421]


def test_an_accepted_mail_renews_the_commands(listen, connect):
    wire = connect(listen(limits=Limits(commands=5))).greet()
    for _ in range(10):
        assert wire.address().code(MAIL + END) == 250


def test_recipients_are_limited(listen, connect, keeper):
    wire = connect(listen(limits=Limits(recipients=2), accepts=lambda _: True)).greet()
    assert wire.code(f"MAIL FROM:<{ADA}>") == 250
    assert [wire.code(f"RCPT TO:<{name}@x.example>") for name in "abc"] == [250, 250, 452]
    assert wire.code("DATA") == 354
    assert wire.code(MAIL + END) == 250
    assert keeper.mails[0].envelope.forward_paths == ("a@x.example", "b@x.example")


# Bytes.


def test_a_mail_that_declares_too_many_bytes_is_refused_at_once(listen, connect):
    wire = connect(listen(limits=Limits(message_bytes=1000))).greet()
    assert wire.code(f"MAIL FROM:<{ADA}> SIZE=1001") == 552
    assert wire.code(f"MAIL FROM:<{ADA}> SIZE=1000") == 250


def test_a_mail_of_the_greatest_size_is_taken_and_one_byte_more_is_not(listen, connect, keeper):
    wire = connect(listen(limits=Limits(message_bytes=1000))).greet()
    greatest = (b"x" * 98 + b"\r\n") * 10
    assert wire.address().code(greatest + END) == 250
    assert wire.address().ask(b"x" + greatest + END) == "552 5.3.4 Message too large"
    assert wire.address().code(greatest + END) == 250
    assert [greatest, greatest] == [raw.content for raw in keeper.mails]


def test_a_mail_without_end_is_hung_up_on(listen, connect):
    wire = connect(listen(limits=Limits(message_bytes=10_000))).greet().address()
    wire.say((b"x" * 98 + b"\r\n") * 500)
    assert wire.reply() == "552 5.3.4 Message too large"
    assert wire.reply() == ""


def test_a_line_too_long_is_refused(listen, connect, keeper):
    wire = connect(listen()).greet()
    assert wire.address().code(b"x" * 998 + b"\r\n" + END) == 250
    assert wire.address().code(b"x" * 999 + b"\r\n" + END) == 500
    assert len(keeper.mails) == 1


def test_a_command_line_too_long_is_refused(listen, connect):
    wire = connect(listen()).greet()
    assert wire.ask("NOOP " + "x" * 10_000) == "500 5.5.2 Line too long"
    assert wire.code("NOOP " + "x" * 900) == 250


def test_large_mails_wait_for_room_and_all_come_in(listen, connect, keeper):
    size = 200_000
    listener = listen(limits=Limits(message_bytes=size, bytes_in_flight=size))
    keeper.holds = True
    content = (b"x" * 98 + b"\r\n") * (size // 100)
    wires = [connect(listener).greet().address() for _ in range(4)]
    for wire in wires:
        wire.say(content[:100_000])
    for wire in wires:
        wire.say(content[100_000:] + END)
    for arrived in range(1, 5):
        keeper.wait_for(arrived)
        assert len(keeper.mails) == arrived
        keeper.keep_all()
    assert [wire.reply()[:3] for wire in wires] == ["250"] * 4


def test_no_room_for_too_long_is_temporary(listen, connect, keeper):
    limits = Limits(message_bytes=200_000, bytes_in_flight=200_000, room_seconds=0.1)
    listener = listen(limits=limits)
    keeper.holds = True
    content = (b"x" * 98 + b"\r\n") * 2000
    first = connect(listener).greet().address()
    first.say(content + END)
    keeper.wait_for(1)
    declared, undeclared = connect(listener).greet(), connect(listener).greet().address()
    assert declared.code(f"MAIL FROM:<{ADA}> SIZE=200000") == 250
    assert declared.code(f"RCPT TO:<{MAILBOX}>") == 250
    assert declared.ask("DATA") == "452 4.3.1 No room at present, try again later"
    assert undeclared.code(content + END) == 452
    keeper.holds = False
    keeper.keep_all()
    assert undeclared.address().code(content + END) == 250


def test_small_mails_need_no_room(listen, connect, keeper):
    listener = listen(limits=Limits(message_bytes=200_000, bytes_in_flight=200_000, room_seconds=0.1))
    keeper.holds = True
    first = connect(listener).greet().address()
    first.say((b"x" * 98 + b"\r\n") * 2000 + END)
    keeper.wait_for(1)
    keeper.holds = False
    assert connect(listener).greet().address().code(MAIL + END) == 250


def test_room_is_given_back_when_a_client_is_lost_in_the_middle(listen, connect):
    listener = listen(limits=Limits(message_bytes=200_000, bytes_in_flight=200_000))
    content = (b"x" * 98 + b"\r\n") * 2000
    for _ in range(3):
        wire = connect(listener).greet().address()
        wire.say(content[:150_000])
        wire.close()
    assert connect(listener).greet().address().code(content + END) == 250
