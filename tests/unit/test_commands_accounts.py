"""``consultant account``: a life of an account on the command line."""

from __future__ import annotations

import json

import pytest

from consultant.cli import run


@pytest.fixture
def account(tmp_path, monkeypatch, capsys):
    """Runs ``consultant account`` in a data folder of its own; exit code, output and complaint."""
    monkeypatch.setenv("CONSULTANT_HOME", str(tmp_path))

    def called(*arguments: str):
        code = run(["account", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return called


def test_an_account_is_added_changed_listed_and_removed(account):
    assert account("add", "Ada@Lakeside.example")[0] == 0
    assert account("add", "@hillclinic.example", "--plan", "practice")[0] == 0
    assert account("plan", "ada@lakeside.example", "40")[0] == 0
    assert account("block", "@evil.example")[0] == 0
    assert account("allow", "ben@hillclinic.example")[0] == 0

    listed = {one["account"]: one for one in json.loads(account("list", "--json")[1])}

    assert {key: (one["plan"], one["limit"], one["standing"]) for key, one in listed.items()} == {
        "@evil.example": ("registered", 5, "blocked"),
        "@hillclinic.example": ("practice", 50, "counted"),
        "ada@lakeside.example": ("40", 40, "counted"),
        "ben@hillclinic.example": ("unlimited", None, "allowed"),
    }
    assert account("count", "@evil.example")[0] == 0
    assert account("remove", "ben@hillclinic.example")[0] == 0
    assert "@evil.example" in account("list")[1]
    assert len(json.loads(account("list", "--json")[1])) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("add", "nobody"), 2, "neither an address nor @DOMAIN"),
        (("add", "a@b.example", "--plan", "gold"), 2, "give one of registered, practice, unlimited, or a number a month"),
        (("plan", "a@b.example", "40"), 1, "not registered: see `consultant account list`"),
        (("remove", "a@b.example"), 1, "not registered"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(account, arguments, code, complaint):
    found = account(*arguments)

    assert (found[0], complaint in found[2], found[2].count("\n")) == (code, True, 1)
