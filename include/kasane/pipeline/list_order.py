"""What must hold before a list of persons is written: purpose, basis, recipient, expiry and where it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kasane.contracts.list_policy import CONTRACTOR, ListBasis, ListRecipient
from kasane.errors import KasaneError, Problem
from kasane.settings import DataPaths

SUFFIXES = (".csv", ".xlsx")
PURPOSE_MOST = 200


@dataclass(frozen=True)
class ListOrder:
    """What an operator asks for. ``basis`` and ``recipient`` are codes; ``expires`` is the last day of the file."""

    purpose: str
    basis: str
    recipient: str
    expires: date
    out: Path


@dataclass(frozen=True)
class Terms:
    """What the order rests on once it has been checked."""

    basis: ListBasis
    recipient_name: str


def check_unmarked(
    order: ListOrder,
    bases: Mapping[str, ListBasis],
    recipients: Mapping[str, ListRecipient],
    paths: DataPaths,
    today: date,
) -> Terms:
    """The terms of a ノーマーク list; raises KasaneError with every problem at once."""
    basis, recipient = bases.get(order.basis), recipients.get(order.recipient)
    problems = [*_of_basis(order, "unmarked", bases), *_of_paper(order, basis, paths, today)]
    if recipient is None:
        known = ", ".join(recipients)
        remedy = f"record it in seeds/policy/list_recipient.csv of --config; there are {known}"
        problems.append(Problem(f"there is no recipient {order.recipient}", remedy))
    elif basis is not None:
        problems += _of_recipient(order, basis, recipient, today)
    if problems or basis is None or recipient is None:
        raise KasaneError(problems)
    return Terms(basis, recipient.name)


def check_shared(
    order: ListOrder, bases: Mapping[str, ListBasis], agencies: Mapping[str, str], paths: DataPaths, today: date
) -> Terms:
    """The terms of a list that rests on consent: the recipient is the agency. KasaneError with every problem."""
    basis, name = bases.get(order.basis), agencies.get(order.recipient)
    problems = [*_of_basis(order, "shared", bases), *_of_paper(order, basis, paths, today)]
    if name is None:
        remedy = "name an agency of kikan that is open, as `select agency_code, agency_name from core.dim_agency` shows"
        problems.append(Problem(f"there is no open agency {order.recipient}", remedy))
    if problems or basis is None or name is None:
        raise KasaneError(problems)
    return Terms(basis, name)


def _of_basis(order: ListOrder, kind: str, bases: Mapping[str, ListBasis]) -> Iterator[Problem]:
    fitting = ", ".join(code for code, basis in bases.items() if kind in basis.lists)
    if order.basis not in bases:
        yield Problem(f"there is no legal basis {order.basis}", f"for this list there are {fitting}")
    elif kind not in bases[order.basis].lists:
        yield Problem(f"this list can't rest on {order.basis}", f"it can on {fitting}")


def _of_recipient(order: ListOrder, basis: ListBasis, recipient: ListRecipient, today: date) -> Iterator[Problem]:
    if recipient.kind not in basis.recipient_kinds:
        what = f"on the basis {basis.code} ({basis.law}) no {recipient.kind} may receive a list"
        yield Problem(what, f"its recipients are of the kind {', '.join(sorted(basis.recipient_kinds))}")
    elif recipient.kind == CONTRACTOR and not recipient.is_member(today, order.expires):
        what = f"{recipient.code} has no recorded membership of the 支援会議 from {today} to {order.expires}"
        yield Problem(what, "record member_from and member_to in seeds/policy/list_recipient.csv, or shorten --expires")


def _of_paper(order: ListOrder, basis: ListBasis | None, paths: DataPaths, today: date) -> Iterator[Problem]:
    """Purpose, expiry and file."""
    purpose = order.purpose.strip()
    if not purpose or len(purpose) > PURPOSE_MOST or not purpose.isprintable():
        yield Problem("the purpose is blank or too long", f"write one line of at most {PURPOSE_MOST} characters")
    if order.expires < today:
        yield Problem(f"the list would have expired on {order.expires}", f"name a day from {today} on with --expires")
    elif basis is not None and order.expires > today + timedelta(days=basis.days_most):
        latest = today + timedelta(days=basis.days_most)
        yield Problem(f"a list on the basis {basis.code} is kept {basis.days_most} days at most", f"--expires {latest}")
    yield from _of_file(order.out, paths)


def _of_file(out: Path, paths: DataPaths) -> Iterator[Problem]:
    if out.suffix.lower() not in SUFFIXES:
        yield Problem("the file's name ends otherwise than .csv and .xlsx", "name one of them", str(out))
    if out.exists():
        yield Problem("there is a file of that name", "name another: a list that was handed out stays known", str(out))
    if not out.parent.is_dir():
        yield Problem("there is no such folder to write to", "name a file in a folder", str(out))
    elif out.resolve().is_relative_to(paths.root.resolve()):
        what = "a list of persons does not belong into the data directory, where analysts read"
        yield Problem(what, "name a folder of the case workers' own", str(out))
