"""Tokens, Message-IDs and bounce addresses: ours are known again, forged ones are nobody's."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consultant.errors import UsageError
from consultant.mail import threads
from tests.cast import DOMAIN

KEY = b"a key of the service"
OTHER = b"a key of somebody else"
CASES = st.integers(min_value=1, max_value=10**17)


@given(CASES)
def test_a_token_names_its_case_however_its_letters_are_cased(case_id):
    token = threads.token(case_id, KEY)
    assert case_id == threads.case_of(token, KEY) == threads.case_of(token.upper(), KEY)


@given(CASES)
def test_a_token_of_another_key_names_nothing(case_id):
    assert threads.case_of(threads.token(case_id, OTHER), KEY) is None


@given(CASES, CASES)
def test_a_signature_is_good_for_one_case_only(mine, theirs):
    assume(mine != theirs)
    signature = threads.token(mine, KEY).partition("-")[2]
    assert threads.case_of(f"{theirs}-{signature}", KEY) is None


@given(st.integers(min_value=0, max_value=18), st.characters(codec="utf-8"))
def test_a_token_with_one_character_changed_names_nothing(place, character):
    token = threads.token(17, KEY)
    changed = token[:place] + character + token[place + 1 :]
    assume(changed.lower() != token)
    assert threads.case_of(changed, KEY) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        "17",
        "17-",
        "-",
        "0-aaaaaaaaaaaaaaaa",
        "017-{}",
        " 17-{}",
        "17-{}\n",
        "17-{}a",
        "+17-{}",
        "\u0661\u0667-{}",
        "1" * 400 + "-{}",
    ],
)
def test_what_is_no_token_names_nothing(token):
    signature = threads.token(17, KEY).partition("-")[2]
    assert threads.case_of(token.format(signature), KEY) is None


@given(st.text(max_size=60))
def test_any_text_may_be_asked_about(text):
    assert threads.case_of(text, KEY) is None
    assert threads.case_of_bounce(text, DOMAIN, KEY) is None
    assert threads.case_ids_in([text], DOMAIN, KEY) == ()


def test_a_message_id_is_the_same_whenever_it_is_asked_for():
    first = threads.message_id(17, 1, DOMAIN, KEY)
    assert first == threads.message_id(17, 1, DOMAIN, KEY)
    assert first.startswith("<case.17.1.")
    assert first.endswith(f"@{DOMAIN}>")
    assert first != threads.message_id(17, 2, DOMAIN, KEY)


def test_cases_are_found_in_references_each_once_in_order():
    ours = [threads.message_id(case_id, version, DOMAIN, KEY) for case_id, version in ((17, 0), (4, 1), (17, 2))]
    references = ["<1@lakeside.example>", ours[0], ours[1].upper(), "nonsense", f" {ours[2]} "]
    assert threads.case_ids_in(references, DOMAIN, KEY) == (17, 4)


@pytest.mark.parametrize(
    "forged",
    [
        threads.message_id(17, 1, DOMAIN, OTHER),
        threads.message_id(17, 1, "evil.example", KEY),
        threads.message_id(17, 1, DOMAIN, KEY).replace("17", "18"),
        threads.message_id(17, 1, DOMAIN, KEY).replace(".1.", ".2."),
        threads.message_id(17, 1, DOMAIN, KEY).strip("<>"),
        threads.message_id(17, 1, DOMAIN, KEY) + "x",
        f"<case.17.1.{threads.token(17, KEY).partition('-')[2]}@{DOMAIN}>",
    ],
)
def test_a_forged_message_id_names_no_case(forged):
    assert threads.case_ids_in([forged], DOMAIN, KEY) == ()


@given(CASES)
def test_a_bounce_address_names_its_case_and_fits_a_local_part(case_id):
    address = threads.bounce_address(case_id, DOMAIN, KEY)
    assert case_id == threads.case_of_bounce(address, DOMAIN, KEY) == threads.case_of_bounce(address.upper(), DOMAIN, KEY)
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "address",
    [
        threads.bounce_address(17, DOMAIN, OTHER),
        threads.bounce_address(17, "evil.example", KEY),
        f"bounce+{threads.token(17, KEY)}@{DOMAIN}",
        f"bounce+17@{DOMAIN}",
        f"bounce@{DOMAIN}",
        "",
    ],
)
def test_a_forged_bounce_address_names_no_case(address):
    assert threads.case_of_bounce(address, DOMAIN, KEY) is None


def test_without_a_key_nothing_is_signed():
    with pytest.raises(UsageError, match="CONSULTANT_SECRET_KEY"):
        threads.token(17, b"")


def test_a_subject_is_made_from_the_number_and_repeats_no_word_of_the_asker():
    assert threads.subject_for(17, "Jane Doe's knee") == "Re: Case 17: your coding question"
    assert threads.subject_for(17, "") == "Case 17: your coding question"
