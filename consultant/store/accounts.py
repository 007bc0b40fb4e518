"""Who may sign in at the desk, the sessions of those who did, and the askers who are registered.

Only hashes are kept: of passwords as the caller made them, of session tokens likewise, so that a copy of the database opens
nothing. Names and addresses are known without regard to the case of letters. An account is one address, or a whole domain, written
with its @ before it; of both, the address counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from consultant.errors import ConflictError, NotFoundError
from consultant.store.columns import clean
from consultant.store.rows import insert_once
from consultant.store.states import Role, Standing
from consultant.store.tables import asker as asker_table
from consultant.store.tables import desk_session, desk_user

__all__ = [
    "Asker",
    "Role",
    "Standing",
    "User",
    "account_of",
    "add_asker",
    "add_user",
    "asker",
    "askers",
    "close_session",
    "disable_asker",
    "disable_user",
    "forget_expired",
    "open_session",
    "remove_asker",
    "session_user",
    "set_password",
    "set_plan",
    "set_role",
    "set_second_factor",
    "set_standing",
    "use_step",
    "user",
    "users",
]


@dataclass(frozen=True, slots=True)
class User:
    """A consultant or somebody of ops."""

    name: str
    role: Role
    password_hash: str
    disabled: bool
    second_factor: str = ""
    """Secret of the second factor, as the caller sealed it; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A registered asker, or a practice by its domain; ``plan`` names what was agreed with them."""

    address: str
    plan: str
    disabled: bool
    standing: Standing = Standing.COUNTED


def add_user(tx: Connection, name: str, role: Role, password_hash: str) -> User:
    """Add a user. Raises ConflictError when the name is taken, also by a disabled user."""
    row = {"name": _key(name), "role": role, "password_hash": password_hash, "disabled": False}
    if not insert_once(tx, desk_user, row, key="name"):
        msg = f"the name {_key(name)} is taken: choose another"
        raise ConflictError(msg)
    return User(_key(name), role, password_hash, disabled=False)


def user(tx: Connection, name: str) -> User | None:
    """The user of this name, disabled or not; None when there is none."""
    row = tx.execute(select(desk_user).where(desk_user.c.name == _key(name))).one_or_none()
    return None if row is None else _user(row)


def users(tx: Connection) -> tuple[User, ...]:
    """All users by name."""
    return tuple(_user(row) for row in tx.execute(select(desk_user).order_by(desk_user.c.name)))


def set_password(tx: Connection, name: str, password_hash: str) -> None:
    """Change a password; every session of the user ends. Raises NotFoundError."""
    _change_user(tx, name, {"password_hash": password_hash})


def set_role(tx: Connection, name: str, role: Role) -> None:
    """Change what a user may do; every session of the user ends. Raises NotFoundError."""
    _change_user(tx, name, {"role": role})


def set_second_factor(tx: Connection, name: str, sealed: str) -> None:
    """Keep the sealed secret of a second factor; an empty one takes it away. Raises NotFoundError."""
    if tx.execute(update(desk_user).where(desk_user.c.name == _key(name)).values(second_factor=sealed)).rowcount != 1:
        msg = f"there is no user {_key(name)}"
        raise NotFoundError(msg)


def use_step(tx: Connection, name: str, step: int) -> bool:
    """Use up the code of a time step; False when it, or a later one, was used before."""
    fresh = update(desk_user).where(desk_user.c.name == _key(name), desk_user.c.second_step < step)
    return tx.execute(fresh.values(second_step=step)).rowcount == 1


def disable_user(tx: Connection, name: str) -> None:
    """Let a user sign in no more; every session ends, the name stays taken. Raises NotFoundError."""
    _change_user(tx, name, {"disabled": True})


def open_session(tx: Connection, token_hash: str, user: str, expires: datetime) -> None:  # the name of the user
    """Begin a session of a user, known by the hash of its token."""
    tx.execute(insert(desk_session).values(token_hash=token_hash, name=_key(user), expires=expires))


def session_user(tx: Connection, token_hash: str, now: datetime) -> User | None:
    """Whose session this is; None when it is unknown or over, or the user is disabled."""
    of_session = select(desk_user).join(desk_session).where(desk_session.c.token_hash == token_hash)
    row = tx.execute(of_session.where(desk_session.c.expires > now, desk_user.c.disabled.is_(False))).one_or_none()
    return None if row is None else _user(row)


def close_session(tx: Connection, token_hash: str) -> None:
    """End a session; one that is over already does no harm."""
    tx.execute(delete(desk_session).where(desk_session.c.token_hash == token_hash))


def forget_expired(tx: Connection, now: datetime) -> int:
    """Remove sessions that are over; how many there were."""
    return tx.execute(delete(desk_session).where(desk_session.c.expires <= now)).rowcount


def add_asker(tx: Connection, address: str, *, plan: str = "") -> Asker:
    """Register an asker. Raises ConflictError when the address is registered, also when disabled."""
    if not insert_once(tx, asker_table, {"address": _key(address), "plan": plan, "disabled": False}, key="address"):
        msg = f"the address {_key(address)} is registered already"
        raise ConflictError(msg)
    return Asker(_key(address), plan, disabled=False)


def asker(tx: Connection, address: str) -> Asker | None:
    """The registered asker of this address, disabled or not; None when there is none."""
    row = tx.execute(select(asker_table).where(asker_table.c.address == _key(address))).one_or_none()
    return None if row is None else _asker(row)


def account_of(tx: Connection, address: str) -> Asker | None:
    """The account that this sender writes under: that of the address, else that of its domain; None for a guest."""
    return asker(tx, address) or asker(tx, f"@{address.rpartition('@')[2]}")


def askers(tx: Connection) -> tuple[Asker, ...]:
    """All registered askers by address."""
    return tuple(_asker(row) for row in tx.execute(select(asker_table).order_by(asker_table.c.address)))


def disable_asker(tx: Connection, address: str) -> None:
    """Take no more cases from this address. Raises NotFoundError."""
    _change_asker(tx, address, {"disabled": True})


def set_plan(tx: Connection, address: str, plan: str) -> None:
    """Give an account another plan. Raises NotFoundError."""
    _change_asker(tx, address, {"plan": plan, "disabled": False})


def set_standing(tx: Connection, address: str, standing: Standing) -> None:
    """Allow or block an address or a domain, or have it counted again; one that is not registered is added."""
    row = {"address": _key(address), "plan": "", "disabled": False, "standing": standing}
    if not insert_once(tx, asker_table, row, key="address"):
        _change_asker(tx, address, {"standing": standing, "disabled": False})


def remove_asker(tx: Connection, address: str) -> None:
    """Make an account a stranger again. What it used stays counted. Raises NotFoundError."""
    if tx.execute(delete(asker_table).where(asker_table.c.address == _key(address))).rowcount != 1:
        raise _unknown(address)


def _change_asker(tx: Connection, address: str, values: dict[str, Any]) -> None:
    if tx.execute(update(asker_table).where(asker_table.c.address == _key(address)).values(values)).rowcount != 1:
        raise _unknown(address)


def _unknown(address: str) -> NotFoundError:
    return NotFoundError(f"{_key(address)} is not registered: see `consultant account list`")


def _change_user(tx: Connection, name: str, values: dict[str, Any]) -> None:
    if tx.execute(update(desk_user).where(desk_user.c.name == _key(name)).values(values)).rowcount != 1:
        msg = f"there is no user {_key(name)}: see `consultant user list`"
        raise NotFoundError(msg)
    tx.execute(delete(desk_session).where(desk_session.c.name == _key(name)))


def _key(name: str) -> str:
    return clean(name).strip().lower()


def _user(row: Row[Any]) -> User:
    return User(row.name, row.role, row.password_hash, row.disabled, row.second_factor)


def _asker(row: Row[Any]) -> Asker:
    return Asker(row.address, row.plan, row.disabled, row.standing)
