"""CX: Customer Experience specialization. Version cb72f939ed2e.
Made by incdsl from the text of the program; change that and make this again.
evaluate(Feeds(...), as_of) gives requirements, levels. Feeds.from_dicts reads and checks rows. Evaluation(feeds,
as_of) gives single rows and their rules. All numbers are exact decimals.
"""

from __future__ import annotations

import calendar
import datetime
import decimal
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    getcontext,
    setcontext,
)
from difflib import get_close_matches
from itertools import groupby
from typing import Any, ClassVar, Final, Generic, TypeVar, overload

T = TypeVar("T")
R = TypeVar("R")

PROGRAM: Final = "CX"
VERSION: Final = "cb72f939ed2e"
HASH: Final = "718e46bd2a28bdadcb9d78069f7289cedddab280526f26543a79576ad9ed191e"
"""The SHA-256 of the program as `incdsl build --target core` writes it."""
SPONSOR: Final = "Cisco"
CURRENCY: Final = "USD"

MANAGERS_ADVANCED: Decimal = Decimal("3")
"""Certified customer success managers, Advanced.
Cited: CX specialization: what a partner gains: What is needed, Advanced level, 1.
"""
MANAGERS_EXPRESS: Decimal = Decimal("2")
"""Certified customer success managers, Express.
Cited: CX specialization: what a partner gains: What is needed, Express level, 1.
"""
RENEWALS_NEEDED: Decimal = Decimal("1")
"""Renewals managers.
Cited: CX specialization: what a partner gains: What is needed, both levels, 1.
"""
LEADS_NEEDED: Decimal = Decimal("1")
"""Customer success practice leads, Advanced.
Cited: CX specialization: what a partner gains: What is needed, Advanced level, 1.
"""
REFERENCES_NEEDED: Decimal = Decimal("2")
"""Customer references.
Cited: CX specialization: what a partner gains: What is needed, both levels, 2.
"""
SPONSORS_NEEDED: Decimal = Decimal("1")
"""Executive sponsors.
Cited: CX specialization: what a partner gains: What is needed, both levels, 1.
Assumed: the source prints no number before the executive sponsor: one.
"""

CX: tuple[str, ...] = ("none", "Express", "Advanced")
LEVEL: tuple[str, ...] = ("Select", "Premier", "Gold")
ROLE: tuple[str, ...] = ("ExecutiveSponsor", "RenewalsManager", "PracticeLead", "CustomerSuccessManager")

# --- rules of rows -------------------------------------------------------------------------------------------


class Rule(Generic[T]):
    """A value of a row, worked out when it is first asked for and then kept in the row."""

    def __init__(self, name: str, work_out: Callable[[Any], T]) -> None:
        self.name, self.work_out, self.__doc__ = name, work_out, work_out.__doc__
        self.attribute = work_out.__name__

    @overload
    def __get__(self, row: None, owner: Any = None) -> Rule[T]: ...
    @overload
    def __get__(self, row: object, owner: Any = None) -> T: ...
    def __get__(self, row: Any, owner: Any = None) -> Any:
        if row is None:
            return self
        before = getcontext()
        if before is EXACT:
            return self._kept(row)
        setcontext(EXACT)
        try:
            return self._kept(row)
        finally:
            setcontext(before)

    def _kept(self, row: Any) -> T:
        try:
            value = self.work_out(row)
        except DoesNotFit as error:
            if not self.name:
                raise
            raise error.of(row, self.name) from None
        row.__dict__[self.attribute] = value
        return value


def rule(name: str) -> Callable[[Callable[[Any], T]], Rule[T]]:
    """A rule under the name that it has in the program."""
    return lambda work_out: Rule(name, work_out)


def part(work_out: Callable[[Any], T]) -> Rule[T]:
    """A part that several rules of a row have in common."""
    return Rule("", work_out)


def made(rules: type[R], record: object, world: Any) -> R:
    """A row with its rules, from a record."""
    row = object.__new__(rules)
    row.__dict__.update(record.__dict__)
    row.__dict__["_world"] = world
    return row


@dataclass(frozen=True, kw_only=True)
class Partner:
    """Partner: a row of the feed. Key: id."""

    id: str  # Partner id
    name: str  # Company name
    country: str  # Country of business
    level: str  # Partner level; one of level

    _relation: ClassVar[str] = "Partner"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.id,)


@dataclass(frozen=True, kw_only=True)
class Product:
    """Product: a row of the feed. Key: id."""

    id: str  # Part number
    name: str  # Description
    family: str  # Product family

    _relation: ClassVar[str] = "Product"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.id,)


@dataclass(frozen=True, kw_only=True)
class Role:
    """Role that a person holds at a partner: a row of the feed. Key: partner, person, role, held_start through
    held_end.
    """

    partner: str  # Partner; of Partner
    person: str  # Person
    role: str  # Role; one of role
    held_start: datetime.date  # Held: first day
    held_end: datetime.date | None = None  # Held: last day

    _relation: ClassVar[str] = "Role"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.partner, self.person, self.role, self.held_start,)


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Customer success manager certificate of a person: a row of the feed. Key: person, valid_start through
    valid_end.
    """

    person: str  # Person
    valid_start: datetime.date  # Valid: first day
    valid_end: datetime.date | None = None  # Valid: last day

    _relation: ClassVar[str] = "Certificate"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.person, self.valid_start,)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Customer reference: a row of the feed. Key: partner, customer."""

    partner: str  # Partner; of Partner
    customer: str  # Customer
    submitted_on: datetime.date  # Submitted

    _relation: ClassVar[str] = "Reference"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.partner, self.customer,)


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """Application questionnaire: a row of the feed. Key: partner."""

    partner: str  # Partner; of Partner
    submitted_on: datetime.date | None = None  # Submitted

    _relation: ClassVar[str] = "Questionnaire"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.partner,)


@dataclass(frozen=True)
class PayoutRow:
    """A row of `payouts`."""

    program: str  # Program
    program_version: str  # Version of the program
    payment: str  # Name of the payment
    status: str  # Status: earned, expected, open or missed
    amount: Decimal  # What the steps give
    earned: Decimal  # The amount if earned, else zero
    currency: str  # Currency
    due_on: datetime.date | None  # Day the payment is due
    reason: str  # Why the payment has its status


@dataclass(frozen=True)
class RequirementRow:
    """A row of `requirements`."""

    program: str  # Program
    program_version: str  # Version of the program
    requirement: str  # Name of the requirement
    id: str  # Partner id
    status: str  # Status: met, missed, on track, open or not applicable
    actual: str | None  # The value compared
    needed: str | None  # The value needed
    short: str | None  # How much is lacking
    deadline: datetime.date | None  # Day by which it has to be met
    label: str  # What is required
    citation: str | None  # Where it is stated, or why it is assumed


@dataclass(frozen=True)
class LevelRow:
    """A row of `levels`."""

    program: str  # Program
    program_version: str  # Version of the program
    designation: str  # Name of the designation
    id: str  # Partner id
    level: str  # The highest level whose requirements are all met
    next_level: str | None  # The level above
    lacks: str | None  # The requirements of the next level that are not met


@dataclass(frozen=True)
class Results:
    """The rows of every result file, in the order of the file. `values` is None unless asked for."""

    payouts: tuple[PayoutRow, ...]
    requirements: tuple[RequirementRow, ...]
    levels: tuple[LevelRow, ...]

    def rows(self, name: str) -> tuple[Any, ...]:
        """The rows of a result by its name. Raises KeyError when there is none of that name."""
        if name == "payouts":
            return self.payouts
        if name == "requirements":
            return self.requirements
        if name == "levels":
            return self.levels
        raise KeyError(name)

    def csv(self, name: str) -> str:
        """The text of a result file. Raises KeyError when there is none of that name."""
        if name == "payouts":
            return csv_text(
                ("program", "program_version", "payment", "status", "amount", "earned", "currency", "due_on", "reason"),
                self.payouts,
                (None, None, None, None, None, None, None, None, None),
            )
        if name == "requirements":
            return csv_text(
                (
                    "program",
                    "program_version",
                    "requirement",
                    "id",
                    "status",
                    "actual",
                    "needed",
                    "short",
                    "deadline",
                    "label",
                    "citation",
                ),
                self.requirements,
                (None, None, None, None, None, None, None, None, None, None, None),
            )
        if name == "levels":
            return csv_text(
                ("program", "program_version", "designation", "id", "level", "next_level", "lacks"),
                self.levels,
                (None, None, None, None, None, None, None),
            )
        raise KeyError(name)


class PartnerRules(Partner):
    """Partner, with what the program works out for it."""

    _world: Evaluation

    @rule("CX.sponsors")
    def CX_sponsors(self) -> Decimal:
        """Executive sponsors."""
        return distinct(
            role.person
            for role in self._world._role_by_partner_and_role[(self.id, "ExecutiveSponsor")]
            if (
                self._world.as_of >= role.held_start
                and (role.held_end is None or self._world.as_of <= known(role.held_end))
            )
        )

    @rule("CX.up_to_renewals")
    def CX_up_to_renewals(self) -> Decimal:
        """Executive sponsors and renewals managers, each person once."""
        return distinct(
            role.person
            for role in self._world._role_by_partner[self.id]
            if (
                self._world.as_of >= role.held_start
                and (role.held_end is None or self._world.as_of <= known(role.held_end))
                and (role.role == "ExecutiveSponsor" or role.role == "RenewalsManager")
            )
        )

    @rule("CX.up_to_leads")
    def CX_up_to_leads(self) -> Decimal:
        """Sponsors, renewals managers and practice leads, each person once."""
        return distinct(
            role.person
            for role in self._world._role_by_partner[self.id]
            if (
                self._world.as_of >= role.held_start
                and (role.held_end is None or self._world.as_of <= known(role.held_end))
                and (role.role == "ExecutiveSponsor" or role.role == "RenewalsManager" or role.role == "PracticeLead")
            )
        )

    @rule("CX.express_people")
    def CX_express_people(self) -> Decimal:
        """Everyone who can count for Express, each person once."""
        return distinct(
            role.person
            for role in self._world._role_by_partner[self.id]
            if (
                self._world.as_of >= role.held_start
                and (role.held_end is None or self._world.as_of <= known(role.held_end))
                and (
                    role.role == "ExecutiveSponsor"
                    or role.role == "RenewalsManager"
                    or (
                        role.role == "CustomerSuccessManager"
                        and self._world.certificate.on(role.person, self._world.as_of) is not None
                    )
                )
            )
        )

    @rule("CX.advanced_people")
    def CX_advanced_people(self) -> Decimal:
        """Everyone who can count for Advanced, each person once."""
        return distinct(
            role.person
            for role in self._world._role_by_partner[self.id]
            if (
                self._world.as_of >= role.held_start
                and (role.held_end is None or self._world.as_of <= known(role.held_end))
                and (
                    role.role == "ExecutiveSponsor"
                    or role.role == "RenewalsManager"
                    or role.role == "PracticeLead"
                    or (
                        role.role == "CustomerSuccessManager"
                        and self._world.certificate.on(role.person, self._world.as_of) is not None
                    )
                )
            )
        )

    @rule("CX.renewals")
    def CX_renewals(self) -> Decimal:
        """Renewals managers who are not the sponsor."""
        return self.CX_up_to_renewals - self.CX_sponsors

    @rule("CX.leads")
    def CX_leads(self) -> Decimal:
        """Practice leads who are neither sponsor nor renewals manager."""
        return self.CX_up_to_leads - self.CX_up_to_renewals

    @rule("CX.express_managers")
    def CX_express_managers(self) -> Decimal:
        """Certified managers with no other role that Express needs."""
        return self.CX_express_people - self.CX_up_to_renewals

    @rule("CX.advanced_managers")
    def CX_advanced_managers(self) -> Decimal:
        """Certified managers with no other role that Advanced needs."""
        return self.CX_advanced_people - self.CX_up_to_leads

    @rule("CX.references")
    def CX_references(self) -> Decimal:
        """Customers that gave a reference.
        Assumed: two references of one customer are one, and a reference does not grow old (otherwise: a reference
        counts for a year).
        """
        return count(
            reference
            for reference in self._world._reference_by_partner[self.id]
            if reference.submitted_on <= self._world.as_of
        )

    @rule("CX.questionnaire")
    def CX_questionnaire(self) -> datetime.date | None:
        """Day on which the questionnaire came in."""
        return of(self._world.questionnaire.get(self.id), lambda questionnaire: questionnaire.submitted_on_known)

    # --- CX.Advanced.managers ---------------------------------------------------------------------------------

    @rule("CX.Advanced.managers.holds")
    def CX_Advanced_managers_holds(self) -> bool:
        return self.CX_advanced_managers >= MANAGERS_ADVANCED

    CX_Advanced_managers_deadline: datetime.date | None = None

    @rule("CX.Advanced.managers.status")
    def CX_Advanced_managers_status(self) -> str:
        """3 certified customer success managers: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Advanced level, 1.
        """
        if self.CX_Advanced_managers_holds:
            return "met"
        return "open"

    @rule("CX.Advanced.managers.actual")
    def CX_Advanced_managers_actual(self) -> str | None:
        return plain(self.CX_advanced_managers)

    @rule("CX.Advanced.managers.needed")
    def CX_Advanced_managers_needed(self) -> str | None:
        return plain(MANAGERS_ADVANCED)

    @rule("CX.Advanced.managers.short")
    def CX_Advanced_managers_short(self) -> str | None:
        if self.CX_advanced_managers >= MANAGERS_ADVANCED:
            return None
        return plain(MANAGERS_ADVANCED - self.CX_advanced_managers)

    CX_Advanced_managers_label: str = "3 certified customer success managers"

    CX_Advanced_managers_citation: str | None = "CX specialization: what a partner gains: What is needed, Advanced level, 1"

    # --- CX.Advanced.renewals_manager -------------------------------------------------------------------------

    @rule("CX.Advanced.renewals_manager.holds")
    def CX_Advanced_renewals_manager_holds(self) -> bool:
        return self.CX_renewals >= RENEWALS_NEEDED

    CX_Advanced_renewals_manager_deadline: datetime.date | None = None

    @rule("CX.Advanced.renewals_manager.status")
    def CX_Advanced_renewals_manager_status(self) -> str:
        """A renewals manager: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Advanced level, 1.
        """
        if self.CX_Advanced_renewals_manager_holds:
            return "met"
        return "open"

    @rule("CX.Advanced.renewals_manager.actual")
    def CX_Advanced_renewals_manager_actual(self) -> str | None:
        return plain(self.CX_renewals)

    @rule("CX.Advanced.renewals_manager.needed")
    def CX_Advanced_renewals_manager_needed(self) -> str | None:
        return plain(RENEWALS_NEEDED)

    @rule("CX.Advanced.renewals_manager.short")
    def CX_Advanced_renewals_manager_short(self) -> str | None:
        if self.CX_renewals >= RENEWALS_NEEDED:
            return None
        return plain(RENEWALS_NEEDED - self.CX_renewals)

    CX_Advanced_renewals_manager_label: str = "A renewals manager"

    CX_Advanced_renewals_manager_citation: str | None = "CX specialization: what a partner gains: What is needed, Advanced level, 1"

    # --- CX.Advanced.practice_lead ----------------------------------------------------------------------------

    @rule("CX.Advanced.practice_lead.holds")
    def CX_Advanced_practice_lead_holds(self) -> bool:
        return self.CX_leads >= LEADS_NEEDED

    CX_Advanced_practice_lead_deadline: datetime.date | None = None

    @rule("CX.Advanced.practice_lead.status")
    def CX_Advanced_practice_lead_status(self) -> str:
        """A customer success practice lead: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Advanced level, 1.
        """
        if self.CX_Advanced_practice_lead_holds:
            return "met"
        return "open"

    @rule("CX.Advanced.practice_lead.actual")
    def CX_Advanced_practice_lead_actual(self) -> str | None:
        return plain(self.CX_leads)

    @rule("CX.Advanced.practice_lead.needed")
    def CX_Advanced_practice_lead_needed(self) -> str | None:
        return plain(LEADS_NEEDED)

    @rule("CX.Advanced.practice_lead.short")
    def CX_Advanced_practice_lead_short(self) -> str | None:
        if self.CX_leads >= LEADS_NEEDED:
            return None
        return plain(LEADS_NEEDED - self.CX_leads)

    CX_Advanced_practice_lead_label: str = "A customer success practice lead"

    CX_Advanced_practice_lead_citation: str | None = "CX specialization: what a partner gains: What is needed, Advanced level, 1"

    # --- CX.Advanced.sponsor ----------------------------------------------------------------------------------

    @rule("CX.Advanced.sponsor.holds")
    def CX_Advanced_sponsor_holds(self) -> bool:
        return self.CX_sponsors >= SPONSORS_NEEDED

    CX_Advanced_sponsor_deadline: datetime.date | None = None

    @rule("CX.Advanced.sponsor.status")
    def CX_Advanced_sponsor_status(self) -> str:
        """An executive sponsor: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Advanced level, 1.
        """
        if self.CX_Advanced_sponsor_holds:
            return "met"
        return "open"

    @rule("CX.Advanced.sponsor.actual")
    def CX_Advanced_sponsor_actual(self) -> str | None:
        return plain(self.CX_sponsors)

    @rule("CX.Advanced.sponsor.needed")
    def CX_Advanced_sponsor_needed(self) -> str | None:
        return plain(SPONSORS_NEEDED)

    @rule("CX.Advanced.sponsor.short")
    def CX_Advanced_sponsor_short(self) -> str | None:
        if self.CX_sponsors >= SPONSORS_NEEDED:
            return None
        return plain(SPONSORS_NEEDED - self.CX_sponsors)

    CX_Advanced_sponsor_label: str = "An executive sponsor"

    CX_Advanced_sponsor_citation: str | None = "CX specialization: what a partner gains: What is needed, Advanced level, 1"

    # --- CX.Advanced.references -------------------------------------------------------------------------------

    @rule("CX.Advanced.references.holds")
    def CX_Advanced_references_holds(self) -> bool:
        return self.CX_references >= REFERENCES_NEEDED

    CX_Advanced_references_deadline: datetime.date | None = None

    @rule("CX.Advanced.references.status")
    def CX_Advanced_references_status(self) -> str:
        """2 customer references: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Advanced level, 2.
        """
        if self.CX_Advanced_references_holds:
            return "met"
        return "open"

    @rule("CX.Advanced.references.actual")
    def CX_Advanced_references_actual(self) -> str | None:
        return plain(self.CX_references)

    @rule("CX.Advanced.references.needed")
    def CX_Advanced_references_needed(self) -> str | None:
        return plain(REFERENCES_NEEDED)

    @rule("CX.Advanced.references.short")
    def CX_Advanced_references_short(self) -> str | None:
        if self.CX_references >= REFERENCES_NEEDED:
            return None
        return plain(REFERENCES_NEEDED - self.CX_references)

    CX_Advanced_references_label: str = "2 customer references"

    CX_Advanced_references_citation: str | None = "CX specialization: what a partner gains: What is needed, Advanced level, 2"

    # --- CX.Advanced.questionnaire ----------------------------------------------------------------------------

    @rule("CX.Advanced.questionnaire.done_on")
    def CX_Advanced_questionnaire_done_on(self) -> datetime.date | None:
        return self.CX_questionnaire

    CX_Advanced_questionnaire_deadline: datetime.date | None = None

    @rule("CX.Advanced.questionnaire.status")
    def CX_Advanced_questionnaire_status(self) -> str:
        """The application questionnaire: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Advanced level, 2.
        """
        if self.CX_Advanced_questionnaire_done_on is not None:
            return "met"
        return "open"

    @rule("CX.Advanced.questionnaire.actual")
    def CX_Advanced_questionnaire_actual(self) -> str | None:
        if self.CX_questionnaire is not None:
            return known(self.CX_questionnaire).isoformat()
        return None

    CX_Advanced_questionnaire_needed: str | None = None

    CX_Advanced_questionnaire_short: str | None = None

    CX_Advanced_questionnaire_label: str = "The application questionnaire"

    CX_Advanced_questionnaire_citation: str | None = "CX specialization: what a partner gains: What is needed, Advanced level, 2"

    # --- CX.Express.managers ----------------------------------------------------------------------------------

    @rule("CX.Express.managers.holds")
    def CX_Express_managers_holds(self) -> bool:
        return self.CX_express_managers >= MANAGERS_EXPRESS

    CX_Express_managers_deadline: datetime.date | None = None

    @rule("CX.Express.managers.status")
    def CX_Express_managers_status(self) -> str:
        """2 certified customer success managers: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Express level, 1.
        """
        if self.CX_Express_managers_holds:
            return "met"
        return "open"

    @rule("CX.Express.managers.actual")
    def CX_Express_managers_actual(self) -> str | None:
        return plain(self.CX_express_managers)

    @rule("CX.Express.managers.needed")
    def CX_Express_managers_needed(self) -> str | None:
        return plain(MANAGERS_EXPRESS)

    @rule("CX.Express.managers.short")
    def CX_Express_managers_short(self) -> str | None:
        if self.CX_express_managers >= MANAGERS_EXPRESS:
            return None
        return plain(MANAGERS_EXPRESS - self.CX_express_managers)

    CX_Express_managers_label: str = "2 certified customer success managers"

    CX_Express_managers_citation: str | None = "CX specialization: what a partner gains: What is needed, Express level, 1"

    # --- CX.Express.renewals_manager --------------------------------------------------------------------------

    @rule("CX.Express.renewals_manager.holds")
    def CX_Express_renewals_manager_holds(self) -> bool:
        return self.CX_renewals >= RENEWALS_NEEDED

    CX_Express_renewals_manager_deadline: datetime.date | None = None

    @rule("CX.Express.renewals_manager.status")
    def CX_Express_renewals_manager_status(self) -> str:
        """A renewals manager: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Express level, 1.
        """
        if self.CX_Express_renewals_manager_holds:
            return "met"
        return "open"

    @rule("CX.Express.renewals_manager.actual")
    def CX_Express_renewals_manager_actual(self) -> str | None:
        return plain(self.CX_renewals)

    @rule("CX.Express.renewals_manager.needed")
    def CX_Express_renewals_manager_needed(self) -> str | None:
        return plain(RENEWALS_NEEDED)

    @rule("CX.Express.renewals_manager.short")
    def CX_Express_renewals_manager_short(self) -> str | None:
        if self.CX_renewals >= RENEWALS_NEEDED:
            return None
        return plain(RENEWALS_NEEDED - self.CX_renewals)

    CX_Express_renewals_manager_label: str = "A renewals manager"

    CX_Express_renewals_manager_citation: str | None = "CX specialization: what a partner gains: What is needed, Express level, 1"

    # --- CX.Express.sponsor -----------------------------------------------------------------------------------

    @rule("CX.Express.sponsor.holds")
    def CX_Express_sponsor_holds(self) -> bool:
        return self.CX_sponsors >= SPONSORS_NEEDED

    CX_Express_sponsor_deadline: datetime.date | None = None

    @rule("CX.Express.sponsor.status")
    def CX_Express_sponsor_status(self) -> str:
        """An executive sponsor: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Express level, 1.
        """
        if self.CX_Express_sponsor_holds:
            return "met"
        return "open"

    @rule("CX.Express.sponsor.actual")
    def CX_Express_sponsor_actual(self) -> str | None:
        return plain(self.CX_sponsors)

    @rule("CX.Express.sponsor.needed")
    def CX_Express_sponsor_needed(self) -> str | None:
        return plain(SPONSORS_NEEDED)

    @rule("CX.Express.sponsor.short")
    def CX_Express_sponsor_short(self) -> str | None:
        if self.CX_sponsors >= SPONSORS_NEEDED:
            return None
        return plain(SPONSORS_NEEDED - self.CX_sponsors)

    CX_Express_sponsor_label: str = "An executive sponsor"

    CX_Express_sponsor_citation: str | None = "CX specialization: what a partner gains: What is needed, Express level, 1"

    # --- CX.Express.references --------------------------------------------------------------------------------

    @rule("CX.Express.references.holds")
    def CX_Express_references_holds(self) -> bool:
        return self.CX_references >= REFERENCES_NEEDED

    CX_Express_references_deadline: datetime.date | None = None

    @rule("CX.Express.references.status")
    def CX_Express_references_status(self) -> str:
        """2 customer references: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Express level, 2.
        """
        if self.CX_Express_references_holds:
            return "met"
        return "open"

    @rule("CX.Express.references.actual")
    def CX_Express_references_actual(self) -> str | None:
        return plain(self.CX_references)

    @rule("CX.Express.references.needed")
    def CX_Express_references_needed(self) -> str | None:
        return plain(REFERENCES_NEEDED)

    @rule("CX.Express.references.short")
    def CX_Express_references_short(self) -> str | None:
        if self.CX_references >= REFERENCES_NEEDED:
            return None
        return plain(REFERENCES_NEEDED - self.CX_references)

    CX_Express_references_label: str = "2 customer references"

    CX_Express_references_citation: str | None = "CX specialization: what a partner gains: What is needed, Express level, 2"

    # --- CX.Express.questionnaire -----------------------------------------------------------------------------

    @rule("CX.Express.questionnaire.done_on")
    def CX_Express_questionnaire_done_on(self) -> datetime.date | None:
        return self.CX_questionnaire

    CX_Express_questionnaire_deadline: datetime.date | None = None

    @rule("CX.Express.questionnaire.status")
    def CX_Express_questionnaire_status(self) -> str:
        """The application questionnaire: how it stands.
        Cited: CX specialization: what a partner gains: What is needed, Express level, 2.
        """
        if self.CX_Express_questionnaire_done_on is not None:
            return "met"
        return "open"

    @rule("CX.Express.questionnaire.actual")
    def CX_Express_questionnaire_actual(self) -> str | None:
        if self.CX_questionnaire is not None:
            return known(self.CX_questionnaire).isoformat()
        return None

    CX_Express_questionnaire_needed: str | None = None

    CX_Express_questionnaire_short: str | None = None

    CX_Express_questionnaire_label: str = "The application questionnaire"

    CX_Express_questionnaire_citation: str | None = "CX specialization: what a partner gains: What is needed, Express level, 2"

    @rule("CX.level")
    def CX_level(self) -> str:
        """Customer Experience specialization.
        Assumed: a person counts in one role: as sponsor before renewals manager, then practice lead, then
        manager; a role that the level does not need takes nobody away (otherwise: a person counts in every role
        held).
        Assumed: people, certificates and documents are tested on the day on which the level is asked for
        (otherwise: a level once granted lasts a year).
        """
        if (
            (self.CX_Advanced_managers_status == "met" or self.CX_Advanced_managers_status == "not applicable")
            and (
                self.CX_Advanced_renewals_manager_status == "met"
                or self.CX_Advanced_renewals_manager_status == "not applicable"
            )
            and (
                self.CX_Advanced_practice_lead_status == "met"
                or self.CX_Advanced_practice_lead_status == "not applicable"
            )
            and (self.CX_Advanced_sponsor_status == "met" or self.CX_Advanced_sponsor_status == "not applicable")
            and (self.CX_Advanced_references_status == "met" or self.CX_Advanced_references_status == "not applicable")
            and (
                self.CX_Advanced_questionnaire_status == "met"
                or self.CX_Advanced_questionnaire_status == "not applicable"
            )
        ):
            return "Advanced"
        if (
            (self.CX_Express_managers_status == "met" or self.CX_Express_managers_status == "not applicable")
            and (
                self.CX_Express_renewals_manager_status == "met"
                or self.CX_Express_renewals_manager_status == "not applicable"
            )
            and (self.CX_Express_sponsor_status == "met" or self.CX_Express_sponsor_status == "not applicable")
            and (self.CX_Express_references_status == "met" or self.CX_Express_references_status == "not applicable")
            and (
                self.CX_Express_questionnaire_status == "met"
                or self.CX_Express_questionnaire_status == "not applicable"
            )
        ):
            return "Express"
        return "none"

    @rule("CX.next_level")
    def CX_next_level(self) -> str | None:
        if self.CX_level == "Express":
            return "Advanced"
        if self.CX_level == "none":
            return "Express"
        return None

    @rule("CX.lacks")
    def CX_lacks(self) -> str | None:
        if self.CX_level == "Express":
            return joined(
                ", ",
                (
                    None
                    if self.CX_Advanced_managers_status == "met" or self.CX_Advanced_managers_status == "not applicable"
                    else "managers"
                ),
                (
                    None
                    if (
                        self.CX_Advanced_renewals_manager_status == "met"
                        or self.CX_Advanced_renewals_manager_status == "not applicable"
                    )
                    else "renewals_manager"
                ),
                (
                    None
                    if (
                        self.CX_Advanced_practice_lead_status == "met"
                        or self.CX_Advanced_practice_lead_status == "not applicable"
                    )
                    else "practice_lead"
                ),
                (
                    None
                    if self.CX_Advanced_sponsor_status == "met" or self.CX_Advanced_sponsor_status == "not applicable"
                    else "sponsor"
                ),
                (
                    None
                    if (
                        self.CX_Advanced_references_status == "met"
                        or self.CX_Advanced_references_status == "not applicable"
                    )
                    else "references"
                ),
                (
                    None
                    if (
                        self.CX_Advanced_questionnaire_status == "met"
                        or self.CX_Advanced_questionnaire_status == "not applicable"
                    )
                    else "questionnaire"
                ),
            )
        if self.CX_level == "none":
            return joined(
                ", ",
                (
                    None
                    if self.CX_Express_managers_status == "met" or self.CX_Express_managers_status == "not applicable"
                    else "managers"
                ),
                (
                    None
                    if (
                        self.CX_Express_renewals_manager_status == "met"
                        or self.CX_Express_renewals_manager_status == "not applicable"
                    )
                    else "renewals_manager"
                ),
                (
                    None
                    if self.CX_Express_sponsor_status == "met" or self.CX_Express_sponsor_status == "not applicable"
                    else "sponsor"
                ),
                (
                    None
                    if (
                        self.CX_Express_references_status == "met"
                        or self.CX_Express_references_status == "not applicable"
                    )
                    else "references"
                ),
                (
                    None
                    if (
                        self.CX_Express_questionnaire_status == "met"
                        or self.CX_Express_questionnaire_status == "not applicable"
                    )
                    else "questionnaire"
                ),
            )
        return None


class ReferenceRules(Reference):
    """Customer reference, with what the program works out for it."""

    _world: Evaluation

    @rule("known")
    def known_(self) -> bool:
        """Whether the row is known on the as-of date; one that is not takes part in nothing."""
        return self.submitted_on <= self._world.as_of


class QuestionnaireRules(Questionnaire):
    """Application questionnaire, with what the program works out for it."""

    _world: Evaluation

    @rule("submitted_on.known")
    def submitted_on_known(self) -> datetime.date | None:
        """Submitted."""
        if self.submitted_on is not None and known(self.submitted_on) <= self._world.as_of:
            return self.submitted_on
        return None


class Evaluation:
    """The rows of feeds as they are known on a day. Rules are worked out when they are asked for, each once: to read
    one row's rules works out only what they need.
    """

    def __init__(self, feeds: Feeds, as_of: datetime.date) -> None:
        if type(as_of) is not datetime.date:
            raise TypeError(f"as_of is {as_of!r}, of the type {type(as_of).__name__}: give a datetime.date")
        self.feeds, self.as_of = feeds, as_of
        self.partner: Table[PartnerRules] = Table(
            lambda: [made(PartnerRules, row, self) for row in feeds.partner],
            lambda row: row.id,
        )
        self.product: Table[Product] = Table(lambda: feeds.product, lambda row: row.id)
        self.role: Table[Role] = Table(
            lambda: feeds.role,
            lambda row: (row.partner, row.person, row.role),
            span=lambda row: (row.held_start, row.held_end),
        )
        self.certificate: Table[Certificate] = Table(
            lambda: feeds.certificate,
            lambda row: row.person,
            span=lambda row: (row.valid_start, row.valid_end),
        )
        self.reference: Table[ReferenceRules] = Table(
            lambda: [made(ReferenceRules, row, self) for row in feeds.reference],
            lambda row: (row.partner, row.customer),
            known=lambda row: row.known_,
        )
        self.questionnaire: Table[QuestionnaireRules] = Table(
            lambda: [made(QuestionnaireRules, row, self) for row in feeds.questionnaire],
            lambda row: row.partner,
        )
        self._role_by_partner_and_role = Index(self.role, lambda role: (role.partner, role.role))
        self._role_by_partner = Index(self.role, lambda role: role.partner)
        self._reference_by_partner = Index(self.reference, lambda reference: reference.partner)
        self._indexes: dict[str, dict[str, dict[object, list[Any]]]] = {}

    def indexes_of(self, relation: str) -> dict[str, dict[object, list[Any]]]:
        """Rows of a relation by the values of single columns, as far as they were asked for."""
        return self._indexes.setdefault(relation, {})

    def results(self, row: object = None, *, values: bool = False) -> Results:
        """The results for all rows, or for one row of this evaluation. Raises Overflow, Conflicts."""
        before = getcontext()
        setcontext(EXACT)
        try:
            payouts_ = self._payouts(row)
            requirements_ = self._requirements(row)
            levels_ = self._levels(row)
        finally:
            setcontext(before)
        return Results(payouts_, requirements_, levels_)

    def _payouts(self, only: object) -> tuple[PayoutRow, ...]:
        rows: list[PayoutRow] = []
        return in_order(rows, ("payment",))

    def _requirements(self, only: object) -> tuple[RequirementRow, ...]:
        rows: list[RequirementRow] = []
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Advanced.managers",
                id=partner.id,
                status=partner.CX_Advanced_managers_status,
                actual=partner.CX_Advanced_managers_actual,
                needed=partner.CX_Advanced_managers_needed,
                short=partner.CX_Advanced_managers_short,
                deadline=partner.CX_Advanced_managers_deadline,
                label=partner.CX_Advanced_managers_label,
                citation=partner.CX_Advanced_managers_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Advanced.renewals_manager",
                id=partner.id,
                status=partner.CX_Advanced_renewals_manager_status,
                actual=partner.CX_Advanced_renewals_manager_actual,
                needed=partner.CX_Advanced_renewals_manager_needed,
                short=partner.CX_Advanced_renewals_manager_short,
                deadline=partner.CX_Advanced_renewals_manager_deadline,
                label=partner.CX_Advanced_renewals_manager_label,
                citation=partner.CX_Advanced_renewals_manager_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Advanced.practice_lead",
                id=partner.id,
                status=partner.CX_Advanced_practice_lead_status,
                actual=partner.CX_Advanced_practice_lead_actual,
                needed=partner.CX_Advanced_practice_lead_needed,
                short=partner.CX_Advanced_practice_lead_short,
                deadline=partner.CX_Advanced_practice_lead_deadline,
                label=partner.CX_Advanced_practice_lead_label,
                citation=partner.CX_Advanced_practice_lead_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Advanced.sponsor",
                id=partner.id,
                status=partner.CX_Advanced_sponsor_status,
                actual=partner.CX_Advanced_sponsor_actual,
                needed=partner.CX_Advanced_sponsor_needed,
                short=partner.CX_Advanced_sponsor_short,
                deadline=partner.CX_Advanced_sponsor_deadline,
                label=partner.CX_Advanced_sponsor_label,
                citation=partner.CX_Advanced_sponsor_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Advanced.references",
                id=partner.id,
                status=partner.CX_Advanced_references_status,
                actual=partner.CX_Advanced_references_actual,
                needed=partner.CX_Advanced_references_needed,
                short=partner.CX_Advanced_references_short,
                deadline=partner.CX_Advanced_references_deadline,
                label=partner.CX_Advanced_references_label,
                citation=partner.CX_Advanced_references_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Advanced.questionnaire",
                id=partner.id,
                status=partner.CX_Advanced_questionnaire_status,
                actual=partner.CX_Advanced_questionnaire_actual,
                needed=partner.CX_Advanced_questionnaire_needed,
                short=partner.CX_Advanced_questionnaire_short,
                deadline=partner.CX_Advanced_questionnaire_deadline,
                label=partner.CX_Advanced_questionnaire_label,
                citation=partner.CX_Advanced_questionnaire_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Express.managers",
                id=partner.id,
                status=partner.CX_Express_managers_status,
                actual=partner.CX_Express_managers_actual,
                needed=partner.CX_Express_managers_needed,
                short=partner.CX_Express_managers_short,
                deadline=partner.CX_Express_managers_deadline,
                label=partner.CX_Express_managers_label,
                citation=partner.CX_Express_managers_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Express.renewals_manager",
                id=partner.id,
                status=partner.CX_Express_renewals_manager_status,
                actual=partner.CX_Express_renewals_manager_actual,
                needed=partner.CX_Express_renewals_manager_needed,
                short=partner.CX_Express_renewals_manager_short,
                deadline=partner.CX_Express_renewals_manager_deadline,
                label=partner.CX_Express_renewals_manager_label,
                citation=partner.CX_Express_renewals_manager_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Express.sponsor",
                id=partner.id,
                status=partner.CX_Express_sponsor_status,
                actual=partner.CX_Express_sponsor_actual,
                needed=partner.CX_Express_sponsor_needed,
                short=partner.CX_Express_sponsor_short,
                deadline=partner.CX_Express_sponsor_deadline,
                label=partner.CX_Express_sponsor_label,
                citation=partner.CX_Express_sponsor_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Express.references",
                id=partner.id,
                status=partner.CX_Express_references_status,
                actual=partner.CX_Express_references_actual,
                needed=partner.CX_Express_references_needed,
                short=partner.CX_Express_references_short,
                deadline=partner.CX_Express_references_deadline,
                label=partner.CX_Express_references_label,
                citation=partner.CX_Express_references_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="CX",
                program_version="cb72f939ed2e",
                requirement="CX.Express.questionnaire",
                id=partner.id,
                status=partner.CX_Express_questionnaire_status,
                actual=partner.CX_Express_questionnaire_actual,
                needed=partner.CX_Express_questionnaire_needed,
                short=partner.CX_Express_questionnaire_short,
                deadline=partner.CX_Express_questionnaire_deadline,
                label=partner.CX_Express_questionnaire_label,
                citation=partner.CX_Express_questionnaire_citation,
            ))
        return in_order(rows, ("id", "requirement"))

    def _levels(self, only: object) -> tuple[LevelRow, ...]:
        rows: list[LevelRow] = []
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(LevelRow(
                program="CX",
                program_version="cb72f939ed2e",
                designation="CX",
                id=partner.id,
                level=partner.CX_level,
                next_level=partner.CX_next_level,
                lacks=partner.CX_lacks,
            ))
        return in_order(rows, ("id", "designation"))


def evaluate(feeds: Feeds, as_of: datetime.date, *, values: bool = False) -> Results:
    """What is paid and what is missing for all rows, as it is known on a day; `values` asks for every `let` too.
    Depends on nothing else: not on the clock, the order of rows, or the decimal context of the caller. Raises
    Overflow, which names the row whose number does not fit, and Conflicts.
    """
    return Evaluation(feeds, as_of).results(values=values)


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """All rows that an evaluation is given; a feed that is left out has none. Rows are checked when this is made:
    values, keys, and that every row they refer to is there. Raises RowErrors with everything that is wrong.
    """

    partner: Sequence[Partner] = ()
    product: Sequence[Product] = ()
    role: Sequence[Role] = ()
    certificate: Sequence[Certificate] = ()
    reference: Sequence[Reference] = ()
    questionnaire: Sequence[Questionnaire] = ()

    def __post_init__(self) -> None:
        errors: list[RowError] = []
        keys: dict[str, set[object]] = {
            "Partner": {row.id for row in self.partner},
        }
        _PARTNER.check(self.partner, keys, errors)
        _PRODUCT.check(self.product, keys, errors)
        _ROLE.check(self.role, keys, errors)
        _CERTIFICATE.check(self.certificate, keys, errors)
        _REFERENCE.check(self.reference, keys, errors)
        _QUESTIONNAIRE.check(self.questionnaire, keys, errors)
        if errors:
            raise RowErrors(errors)

    @classmethod
    def from_dicts(cls, rows: Mapping[str, Iterable[Mapping[str, object]]]) -> Feeds:
        """The rows by the name of their feed, each a dict by field. Values are texts as in the feeds' files
        ("1250.00", "12.5%", "2015-07-25", "yes") or of the type of the field; a field that is left out is blank.
        Raises RowErrors.
        """
        errors: list[RowError] = []
        if not isinstance(rows, Mapping):
            fix = "give a dict of lists of rows, by the name of their feed"
            raise RowErrors([RowError("the rows", None, rows, f"they are of the type {type(rows).__name__}", fix)])
        for name in rows:
            if name not in SHAPES:
                fix = f"the feeds are {', '.join(SHAPES)}"
                errors.append(RowError(str(name), None, None, f"there is no feed `{name}`", fix))
        read: dict[str, Any] = {s.attribute: s.read(rows.get(name, ()), errors) for name, s in SHAPES.items()}
        if errors:
            raise RowErrors(errors)
        return cls(**read)


class Conflicts(Exception):
    """Rules of the program contradict each other for some `rows`, so there are no results."""

    def __init__(self, rows: tuple[object, ...]) -> None:
        shown = []
        for row in rows[:10]:
            values = row.__dict__
            keys = [n for n in values if n not in ("program", "program_version", "relation", "message")]
            key = ", ".join(f"{n} {values[n]}" for n in keys if values[n] is not None)
            shown.append(f"  `{values['relation']}` with {key}: {values['message']}")
        shown += [f"  and {len(rows) - 10:,} more"] if len(rows) > 10 else []
        counted = "1 conflict" if len(rows) == 1 else f"{len(rows):,} conflicts"
        super().__init__("\n".join([f"{counted} between rules, so there are no results", *shown]))
        self.rows = rows


# === the same in every module =================================================================================


# --- errors --------------------------------------------------------------------------------------------------


class Overflow(Exception):
    """A value that does not fit its type: more digits than the type has, or a date outside the years 1 to 9999.

    Names the row: its record, the values of its key, the rule worked out, and the expression that does not fit.
    """

    def __init__(self, relation: str, key: tuple[object, ...], column: str, expression: str, value: str, limit: str) -> None:
        row = ", ".join(_shown(part) for part in key)
        super().__init__(f"`{relation}` row {row}: `{column}`: {expression} is {value}, which does not fit {limit}")
        self.relation, self.key, self.column = relation, key, column
        self.expression, self.value, self.limit = expression, value, limit


class DoesNotFit(Exception):
    """A value that does not fit, before it is known of which row; `at` numbers its expression."""

    def __init__(self, value: object, limit: str, at: int) -> None:
        super().__init__(f"{value} does not fit {limit}")
        self.value, self.limit, self.at = str(value), limit, at

    def of(self, row: Any, column: str) -> Overflow:
        """The same, of a row and a column."""
        return Overflow(row._relation, row._key, column, EXPRESSIONS[self.at], self.value, self.limit)


class Missing(Exception):
    """A value that the program takes to be there is not: the program or the rows were tampered with."""


def _shown(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


# --- exact arithmetic ----------------------------------------------------------------------------------------

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, decimal.Overflow, FloatOperation])
"""Everything is worked out in this context, whatever the caller's is: a digit that would be lost is an error."""

ROUNDS = Context(prec=200, rounding=ROUND_HALF_UP, traps=[InvalidOperation, FloatOperation])


def exactly(holds: Callable[[R], bool], row: R) -> bool:
    """Whether a condition holds of a row; one whose numbers do not fit does not."""
    before = getcontext()
    setcontext(EXACT)
    try:
        return holds(row)
    except DoesNotFit:
        return False
    finally:
        setcontext(before)


def known(value: T | None) -> T:
    """The value, which is there: a condition before has seen to it."""
    if value is None:
        raise Missing("a value that was said to be known is missing")
    return value


def otherwise(value: T | None, instead: T) -> T:
    """The value, or another one where it is missing."""
    return instead if value is None else value


def otherwise_of(value: T | None, instead: Callable[[], T]) -> T:
    """The value, or what is worked out where it is missing."""
    return instead() if value is None else value


def of(row: R | None, column: Callable[[R], T]) -> T | None:
    """A column of a row, missing where there is no row."""
    return None if row is None else column(row)


def fit(value: Decimal, digits: int, scale: int, at: int) -> Decimal:
    """The value, when it has no more digits than that."""
    if value and value.adjusted() >= digits - scale:
        raise DoesNotFit(value, f"{digits} digits with {scale} decimals", at)
    return value


def fit_if_given(value: Decimal | None, digits: int, scale: int, at: int) -> Decimal | None:
    """As `fit`, of a value that may be missing."""
    return None if value is None else fit(value, digits, scale, at)


def times(left: Decimal, right: Decimal) -> Decimal:
    """The exact product; zero has no sign."""
    product = left * right
    return product if product else abs(product)


def widened(value: Decimal, scale: int) -> Decimal:
    """The same value with so many decimals."""
    return value.quantize(Decimal((0, (1,), -scale)))


def rounded(value: Decimal, scale: int, mode: str) -> Decimal:
    """The value rounded to so many decimals."""
    result = value.quantize(Decimal((0, (1,), -scale)), mode, ROUNDS)
    return result if result else abs(result)


def divided(left: Decimal, right: Decimal, scale: int, mode: str) -> Decimal | None:
    """The exact quotient rounded once, or None when the divisor is zero."""
    if not right:
        return None
    (above, below), (over, under) = left.as_integer_ratio(), right.as_integer_ratio()
    numerator, denominator = above * under * 10**scale, below * over
    negative = (numerator < 0) != (denominator < 0)
    whole, rest = divmod(abs(numerator), abs(denominator))
    twice = 2 * rest - abs(denominator)
    match mode:
        case "ROUND_UP":
            away = rest > 0
        case "ROUND_HALF_UP":
            away = twice >= 0
        case "ROUND_HALF_EVEN":
            away = twice > 0 or (twice == 0 and whole % 2 == 1)
        case _:
            away = False
    whole += away
    return Decimal((int(negative and whole > 0), tuple(map(int, str(whole))), -scale))


def days_between(last: datetime.date, first: datetime.date) -> Decimal:
    """How many days the one is after the other."""
    return Decimal((last - first).days)


def days_later(date: datetime.date, days: Decimal, at: int, sign: int = 1) -> datetime.date:
    """The date so many days later, or earlier where `sign` is -1."""
    count = sign * int(days)
    try:
        return date + datetime.timedelta(days=count)
    except OverflowError:
        raise DoesNotFit(f"{date} and {count} days", "the years 1 to 9999", at) from None


def months_later(date: datetime.date, months: Decimal, mode: str, at: int) -> datetime.date:
    """The same day so many months later; where that month lacks the day, its last, or the first of the next."""
    year, month = divmod(date.year * 12 + date.month - 1 + int(months), 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise DoesNotFit(f"{date} and {int(months)} months", "the years 1 to 9999", at)
    length = calendar.monthrange(year, month + 1)[1]
    if date.day <= length:
        return datetime.date(year, month + 1, date.day)
    last = datetime.date(year, month + 1, length)
    return last if mode == "last_day" else last + datetime.timedelta(days=1)


def plain(value: Decimal) -> str:
    """A number as text, with all its decimals."""
    return f"{value:f}"


def percent(value: Decimal, places: int) -> str:
    """A fraction as a percentage of so many decimals."""
    return f"{value.scaleb(2).quantize(Decimal((0, (1,), -places))):f}%"


def yes_or_no(value: bool) -> str:
    """A boolean as text."""
    return "yes" if value else "no"


def joined(separator: str, *texts: str | None) -> str | None:
    """The texts that are given, or None when none is."""
    given = [text for text in texts if text is not None]
    return separator.join(given) if given else None


# --- aggregates ----------------------------------------------------------------------------------------------


def total(values: Iterable[Decimal], scale: int, at: int) -> Decimal:
    """The sum; zero of nothing."""
    result = Decimal((0, (0,), -scale))
    for value in values:
        result += value
    return fit(result, 38, scale, at)


def count(rows: Iterable[object]) -> Decimal:
    """How many there are."""
    return Decimal(sum(1 for _ in rows))


def distinct(values: Iterable[object]) -> Decimal:
    """How many different ones there are."""
    return Decimal(len(set(values)))


def least(values: Iterable[T]) -> T | None:
    """The smallest, missing of nothing."""
    found: Any = None
    for value in values:
        other: Any = value
        found = other if found is None or other < found else found
    result: T | None = found
    return result


def greatest(values: Iterable[T]) -> T | None:
    """The largest, missing of nothing."""
    found: Any = None
    for value in values:
        other: Any = value
        found = other if found is None or other > found else found
    result: T | None = found
    return result


# --- rows found by their values ------------------------------------------------------------------------------


class Table(Generic[R]):
    """The rows of a record or table that are known on the as-of date: in order, and by key.

    A key of several parts is a tuple of them; a part that is a range of dates stands last, and is asked for by a date.
    """

    def __init__(
        self,
        rows: Callable[[], Sequence[R]],
        key: Callable[[R], object],
        known: Callable[[R], bool] | None = None,
        span: Callable[[R], tuple[datetime.date, datetime.date | None]] | None = None,
        beside: Callable[[R], object] | None = None,
    ) -> None:
        self._make, self._key, self._known, self._span, self._beside = rows, key, known, span, beside
        self._all: Sequence[R] | None = None
        self._rows: Sequence[R] | None = None
        self._index: dict[object, R] | None = None
        self._spans: dict[object, list[tuple[datetime.date, datetime.date | None, R]]] | None = None
        self._near: dict[object, list[R]] | None = None

    @property
    def all(self) -> Sequence[R]:
        """All rows, with those that are not known."""
        if self._all is None:
            self._all = self._make()
        return self._all

    @property
    def rows(self) -> Sequence[R]:
        """The known rows, in the order they came in."""
        if self._rows is None:
            self._rows = self.all if self._known is None else [row for row in self.all if self._known(row)]
        return self._rows

    def known_of(self, rows: Iterable[R]) -> Sequence[R]:
        """Those of some rows that are known."""
        return [row for row in rows if self._known is None or self._known(row)]

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: object) -> R:
        """The known row with that key. Raises KeyError when there is none."""
        row = self.get(key)
        if row is None:
            raise KeyError(key)
        return row

    def get(self, key: object) -> R | None:
        """The known row with that key, or None."""
        if self._index is None:
            self._index = {self._key(row): row for row in self.all}
        return self._if_known(self._index.get(key))

    def on(self, key: object, day: datetime.date) -> R | None:
        """The known row with that key, its range of dates aside, whose range has the day; or None."""
        if self._spans is None:
            self._spans = {}
            assert self._span is not None
            for row in self.all:
                self._spans.setdefault(self._key(row), []).append((*self._span(row), row))
            for spans in self._spans.values():
                spans.sort(key=lambda span: span[0])
        spans = self._spans.get(key, [])
        at = bisect_right(spans, day, key=lambda span: span[0]) - 1
        if at < 0:
            return None
        _, end, row = spans[at]
        return self._if_known(row) if end is None or day <= end else None

    def _if_known(self, row: R | None) -> R | None:
        if row is None or self._known is None:
            return row
        if self._beside is not None:  # whether rows are known is asked of all that share the first part of the key
            if self._near is None:
                self._near = {}
                for other in self.all:
                    self._near.setdefault(self._beside(other), []).append(other)
            self.known_of(self._near[self._beside(row)])
        return row if self._known(row) else None


class Index(Generic[R]):
    """The known rows for which `keep` holds, by their values of `key`; those with a missing value are left out."""

    def __init__(self, table: Table[R], key: Callable[[R], object], keep: Callable[[R], bool] | None = None) -> None:
        self._table, self._key, self._keep = table, key, keep
        self._rows: dict[object, list[R]] | None = None

    def __getitem__(self, key: object) -> Sequence[R]:
        if self._rows is None:
            found: dict[object, list[R]] = {}
            for row in self._table.rows:
                if self._keep is None or self._keep(row):
                    found.setdefault(self._key(row), []).append(row)
            self._rows = found
        return () if key is None or (type(key) is tuple and None in key) else self._rows.get(key, ())


class Before(Generic[R]):
    """The rows of an index that come before a rank, sorted once for each key, with their values added up as far as asked."""

    def __init__(
        self,
        index: Index[R],
        rank: Callable[[R], Any],
        keep: Callable[[R], bool] | None = None,
        value: Callable[[R], Any] | None = None,
    ) -> None:
        self._index, self._rank, self._keep, self._value = index, rank, keep, value
        self._sorted: dict[object, tuple[list[Any], list[R]]] = {}
        self._sums: dict[object, list[Any]] = {}

    def count(self, key: object, rank: object) -> Decimal:
        """How many come before."""
        return Decimal(self._place(key, rank)[0])

    def any(self, key: object, rank: object) -> bool:
        """Whether one comes before."""
        return self._place(key, rank)[0] > 0

    def total(self, key: object, rank: object, scale: int, at: int) -> Decimal:
        """The sum of the values of those before."""
        zero = Decimal((0, (0,), -scale))
        return fit(self._folded(key, rank, lambda left, right: left + right, zero), 38, scale, at)

    def least(self, key: object, rank: object) -> Any:
        """The smallest of the values of those before."""
        return self._folded(key, rank, lambda left, right: right if left is None or right < left else left, None)

    def greatest(self, key: object, rank: object) -> Any:
        """The largest of the values of those before."""
        return self._folded(key, rank, lambda left, right: right if left is None or right > left else left, None)

    def _place(self, key: object, rank: object) -> tuple[int, list[R]]:
        if key not in self._sorted:
            rows = [row for row in self._index[key] if self._keep is None or self._keep(row)]
            rows.sort(key=self._rank)
            self._sorted[key] = [self._rank(row) for row in rows], rows
        ranks, rows = self._sorted[key]
        return bisect_left(ranks, rank), rows

    def _folded(self, key: object, rank: object, fold: Callable[[Any, Any], Any], start: Any) -> Any:
        place, rows = self._place(key, rank)
        sums = self._sums.setdefault(key, [start])
        assert self._value is not None
        while len(sums) <= place:
            sums.append(fold(sums[-1], self._value(rows[len(sums) - 1])))
        return sums[place]


def fewest(table: Table[R], *ways: tuple[dict[str, dict[object, list[R]]], str, Callable[[], object]]) -> Sequence[R]:
    """The known rows that have the value which a condition fixes for a column; of several columns, the one with the fewest
    rows. A value that cannot be worked out fixes nothing."""
    best: Sequence[R] | None = None
    for indexes, column, value in ways:
        try:
            wanted = value()
        except (Missing, DoesNotFit, Overflow):
            continue
        if column not in indexes:
            indexes[column] = {}
            for row in table.all:
                indexes[column].setdefault(getattr(row, column), []).append(row)
        found = table.known_of(indexes[column].get(wanted, ()) if wanted is not None else ())
        if best is None or len(found) < len(best):
            best = found
    return table.rows if best is None else best


# --- results -------------------------------------------------------------------------------------------------


def cell(name: str, row: R, work_out: Callable[[R], T]) -> T:
    """A cell of a result row that is worked out for it."""
    try:
        return work_out(row)
    except DoesNotFit as error:
        raise error.of(row, name) from None


def chosen(rows: Iterable[R], rules: type[R], only: object) -> Iterable[R]:
    """All rows, or the one asked for when it is one of them."""
    if only is None:
        return rows
    return (only,) if isinstance(only, rules) else ()


def in_order(rows: list[R], order: Sequence[str]) -> tuple[R, ...]:
    """The rows by the columns named, then by all: missing first, text by code point, no before yes."""

    def by_all(row: R) -> tuple[tuple[bool, Any], ...]:
        return tuple((value is not None, "" if value is None else value) for value in row.__dict__.values())

    def by_order(row: R) -> tuple[tuple[bool, Any], ...]:
        values = row.__dict__
        return tuple((values[name] is not None, "" if values[name] is None else values[name]) for name in order)

    ranked = sorted(((by_order(row), row) for row in rows), key=lambda one: one[0])
    result: list[R] = []
    for _, alike in groupby(ranked, key=lambda one: one[0]):
        found = [row for _, row in alike]
        result += sorted(found, key=by_all) if len(found) > 1 else found
    return tuple(result)


def csv_text(header: Sequence[str], rows: Iterable[object], percents: Sequence[int | None]) -> str:
    """CSV as the result files have it: `percents` says how many decimals a column of percentages has."""
    lines = [",".join(map(_quoted, header))]
    for row in rows:
        values = row.__dict__.values()
        lines.append(",".join(_written(value, places) for value, places in zip(values, percents, strict=True)))
    return "\n".join(lines) + "\n"


def _written(value: object, places: int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, Decimal):
        return plain(value) if places is None else percent(value, places)
    return _quoted(str(value))


def _quoted(text: str) -> str:
    if not text or text.startswith("#") or any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


# --- what is wrong with rows ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowError:
    """One thing wrong with one row: where, in which field (None for the row as a whole), what came, and what to do."""

    place: str
    field: str | None
    value: object
    message: str
    help: str

    def __str__(self) -> str:
        field = "" if self.field is None else f", `{self.field}`"
        return f"{self.place}{field}: {self.message}; {self.help}"


class RowErrors(ValueError):
    """Everything that is wrong with the rows given, in `errors`; nothing was evaluated."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(errors)
        more = [f"and {len(errors) - 20:,} more"] if len(errors) > 20 else []
        super().__init__("\n".join([*map(str, errors[:20]), *more]))


class NotRead(Exception):
    """A value that cannot be read. Its arguments are what was found, and what to do."""

    def __init__(self, found: str, fix: str) -> None:
        super().__init__(found, fix)
        self.found, self.fix = found, fix


# --- fields --------------------------------------------------------------------------------------------------

EXAMPLES = {"money": "1250.00", "number": "12.5", "days": "90", "percent": "12.5%", "date": "2015-07-25", "boolean": "yes"}
NOUNS = {"money": "an amount", "number": "a number", "days": "a number of days", "percent": "a percentage"}


@dataclass(frozen=True)
class Field:
    """A field of a record: its name in the data and in the class, its type, what it accepts, and what it refers to."""

    name: str
    attribute: str
    kind: str  # text, boolean, date, country, one of, money, number, percent, days
    digits: int = 0
    scale: int = 0
    optional: bool = False
    values: tuple[str, ...] = ()
    least: Any = None
    greatest: Any = None
    refers: str = ""
    shortest: int | None = None
    longest: int | None = None
    like: str = ""
    pattern: str = ""

    def read(self, value: object) -> Any:
        """The value of the field's type that a value from a dict stands for. Raises NotRead."""
        if isinstance(value, str):
            value = value.strip(" ")
        if value is None or value == "":
            if self.optional:
                return None
            raise NotRead("it is blank, and every row needs it", "give a value")
        read = self._text(value) if isinstance(value, str) else self._typed(value)
        wrong = self.wrong(read)
        if wrong is not None:
            raise wrong
        return read

    def wrong(self, value: Any) -> NotRead | None:
        """What is wrong with a value of the class, or None."""
        if value is None:
            return None if self.optional else NotRead("it is missing, and every row needs it", "give a value")
        wrong = self._misfit(value)
        if wrong is not None:
            return wrong
        if self.least is not None and value < self.least:
            return NotRead(f"`{self._told(value)}` is out of range", f"give at least {self._told(self.least)}")
        if self.greatest is not None and value > self.greatest:
            return NotRead(f"`{self._told(value)}` is out of range", f"give at most {self._told(self.greatest)}")
        return None

    def _misfit(self, value: Any) -> NotRead | None:
        match self.kind:
            case "boolean":
                return None if type(value) is bool else NotRead(f"{value!r} is no bool", "give True or False")
            case "date":
                return None if type(value) is datetime.date else NotRead(f"{value!r} is no date", "give a datetime.date")
            case "text" | "country" | "one of":
                return self._not_a_name(value)
            case _:
                if type(value) is not Decimal or not value.is_finite():
                    return NotRead(f"{value!r} is no finite Decimal", f'give a Decimal such as Decimal("{self._zero()}")')
                if value.as_tuple().exponent != -self.scale:
                    return NotRead(f"`{value}` does not have {self.scale} decimals", f"write it like {self._zero()}")
                if value and value.adjusted() >= self.digits - self.scale:
                    return NotRead(f"`{value}` has too many digits", f"give at most {self.digits - self.scale} before the point")
                return NotRead("zero has a sign", f"give {self._zero()}") if value.is_zero() and value.is_signed() else None

    def _not_a_name(self, value: Any) -> NotRead | None:
        if type(value) is not str or not value:
            return NotRead(f"{value!r} is no text", "give a str that is not empty")
        if self.kind == "country" and value not in COUNTRIES:
            return NotRead(f"`{value}` is not a country code of ISO 3166", "write two capitals such as `NL`")
        if self.kind == "one of" and value not in self.values:
            near = get_close_matches(value, self.values, 1, 0.5)
            fix = f"write `{near[0]}`" if near else f"write one of {', '.join(self.values[:12])}"
            return NotRead(f"`{value}` is not one of the values there are", fix)
        if self.pattern and not re.fullmatch(self.pattern, value):
            return NotRead(f"`{value}` is not in the form it should have", f"write it like {self.like}")
        if self.shortest is not None and len(value) < self.shortest:
            return NotRead(f"`{value}` has too few characters: {len(value)}", f"give at least {self.shortest}")
        if self.longest is not None and len(value) > self.longest:
            return NotRead(f"`{value}` has too many characters: {len(value)}", f"give at most {self.longest}")
        return None

    def _told(self, value: Any) -> str:
        return percent(value, max(self.scale - 2, 0)) if self.kind == "percent" else str(value)

    def _zero(self) -> str:
        return f"{Decimal((0, (0,), -self.scale)):f}"

    def _typed(self, value: object) -> Any:
        """A value that is not a text."""
        if isinstance(value, float):
            raise NotRead(
                f"{value!r} is a binary number, which is not exact", f'give a Decimal or a text such as "{self._example()}"'
            )
        if isinstance(value, datetime.datetime):
            raise NotRead(f"{value} has a time of day", "give its .date()")
        if self.kind in NOUNS and isinstance(value, bool):
            raise NotRead(f"{value} is not {NOUNS[self.kind]}", f"write it like `{self._example()}`")
        if self.kind in NOUNS and isinstance(value, int | Decimal):
            return self._scaled(Decimal(value))
        return value

    def _text(self, text: str) -> Any:
        match self.kind:
            case "boolean":
                if text not in ("yes", "no"):
                    raise NotRead(f"`{text}` is not yes or no", "write `yes` or `no`")
                return text == "yes"
            case "date":
                try:
                    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                        return datetime.date.fromisoformat(text)
                except ValueError:
                    raise NotRead(f"`{text}` is not a date: the calendar has no such day", "correct the day") from None
                raise NotRead(f"`{text}` is not a date", "write the year, the month, the day, as in `2015-07-25`")
            case "text" | "country" | "one of":
                return text
            case kind:
                digits = text[:-1] if kind == "percent" and text.endswith("%") else text
                if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", digits) or (kind == "percent") != (digits != text):
                    raise NotRead(f"`{text}` is not {NOUNS[kind]}", f"write it like `{self._example()}`")
                return self._scaled(Decimal(digits).scaleb(-2) if kind == "percent" else Decimal(digits))

    def _example(self) -> str:
        return EXAMPLES[self.kind] if self.scale or self.kind != "number" else "90"

    def _scaled(self, value: Decimal) -> Decimal:
        """The value with the decimals of the type, which it may not have more of."""
        if not value.is_finite():
            raise NotRead(f"`{value}` is not {NOUNS[self.kind]}", f"write it like `{self._example()}`")
        sign, digits, exponent = value.as_tuple()
        assert isinstance(exponent, int)
        more = exponent + self.scale
        if more < 0 and any(digits[more:]):
            raise NotRead(f"`{value}` has more than {self.scale} decimals", f"round it to {self.scale} decimals")
        digits = (*digits, *(0,) * more) if more >= 0 else digits[:more] or (0,)
        return Decimal((sign if any(digits) else 0, digits, -self.scale))


# --- records -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape(Generic[R]):
    """A record: the name of its feed and of that in `Feeds`, its class, its fields, the attributes of its key, the two ends
    of the range of dates in its key, when there is one, and what holds of every row."""

    name: str
    attribute: str
    make: Callable[..., R]
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    span: tuple[str, str] | None = None
    conditions: tuple[tuple[str, Callable[[R], bool]], ...] = ()

    def read(self, rows: Iterable[Mapping[str, object]], errors: list[RowError]) -> tuple[R, ...]:
        """The records that dicts stand for; what is wrong with others is added to `errors`."""
        if isinstance(rows, str | Mapping) or not isinstance(rows, Iterable):
            errors.append(RowError(self.name, None, rows, f"{type(rows).__name__} stands where rows do", "give a list of dicts"))
            return ()
        return tuple(record for at, row in enumerate(rows, 1) for record in self._read(row, f"{self.name} row {at}", errors))

    def _read(self, row: Mapping[str, object], place: str, errors: list[RowError]) -> Iterator[R]:
        if not isinstance(row, Mapping):
            errors.append(RowError(place, None, row, f"it is of the type {type(row).__name__}", "give a dict by field"))
            return
        before, values = len(errors), {}
        names = [field.name for field in self.fields]
        for name in row:
            if name not in names:
                near = get_close_matches(str(name), names, 1)
                fix = f"write `{near[0]}`" if near else f"leave it out; the fields are {', '.join(names)}"
                errors.append(RowError(place, str(name), row[name], f"there is no field `{name}`", fix))
        for field in self.fields:
            try:
                values[field.attribute] = field.read(row.get(field.name))
            except NotRead as wrong:
                errors.append(RowError(place, field.name, row.get(field.name), wrong.found, wrong.fix))
        if len(errors) == before:
            yield self.make(**values)

    def check(self, records: Sequence[R], keys: Mapping[str, set[object]], errors: list[RowError]) -> None:
        """Values that do not belong to their types, references without a row, ranges that end before they start, and rows
        of one key. `keys` are those of every record and table that can be referred to."""
        places: dict[object, list[tuple[int, R]]] = {}
        for at, record in enumerate(records, 1):
            place, before = f"{self.name} row {at}", len(errors)
            for field in self.fields:
                value = getattr(record, field.attribute)
                wrong = field.wrong(value)
                if wrong is None and field.refers and value is not None and value not in keys[field.refers]:
                    near = get_close_matches(str(value), map(str, keys[field.refers]), 1)
                    fix = f"the nearest is `{near[0]}`" if near else f"give its row of {field.refers} too, or correct it"
                    wrong = NotRead(f"`{value}` is no row of {field.refers}", fix)
                if wrong is not None:
                    errors.append(RowError(place, field.name, value, wrong.found, wrong.fix))
            same = places.setdefault(tuple(getattr(record, name) for name in self.key), [])
            for other_at, other in same if self.span is not None else same[:1]:
                if self._overlap(record, other):
                    what = "key" if self.span is None else "key and dates that overlap"
                    message = f"row {other_at} has the same {what}"
                    errors.append(RowError(place, None, None, message, "leave one of them out, or correct it"))
            same.append((at, record))
            if self.span is not None and _ends_before(record, self.span):
                start, end = self.span
                errors.append(RowError(place, end, getattr(record, end), f"`{end}` is before `{start}`", "correct one of them"))
            for says, holds in self.conditions if len(errors) == before else ():
                if not exactly(holds, record):
                    errors.append(RowError(place, None, None, f"this does not hold: {says}", "correct the row"))

    def _overlap(self, record: R, other: R) -> bool:
        if self.span is None:
            return True
        start, end = self.span
        return _reaches(getattr(record, end), getattr(other, start)) and _reaches(getattr(other, end), getattr(record, start))


def _reaches(end: Any, start: Any) -> bool:
    return end is None or not isinstance(end, datetime.date) or not isinstance(start, datetime.date) or start <= end


def _ends_before(record: object, span: tuple[str, str]) -> bool:
    return not _reaches(getattr(record, span[1]), getattr(record, span[0]))


# === the data of this program =================================================================================

EXPRESSIONS: tuple[str, ...] = (
)
COUNTRIES: frozenset[str] = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)

_PARTNER = Shape(
    "partner",
    "partner",
    Partner,
    (
        Field("id", "id", "text"),
        Field("name", "name", "text"),
        Field("country", "country", "country"),
        Field("level", "level", "one of", values=LEVEL),
    ),
    ("id",),
)

_PRODUCT = Shape(
    "product",
    "product",
    Product,
    (
        Field("id", "id", "text"),
        Field("name", "name", "text"),
        Field("family", "family", "text"),
    ),
    ("id",),
)

_ROLE = Shape(
    "role",
    "role",
    Role,
    (
        Field("partner", "partner", "text", refers="Partner"),
        Field("person", "person", "text"),
        Field("role", "role", "one of", values=ROLE),
        Field("held_start", "held_start", "date"),
        Field("held_end", "held_end", "date", optional=True),
    ),
    ("partner", "person", "role"), ("held_start", "held_end"),
)

_CERTIFICATE = Shape(
    "certificate",
    "certificate",
    Certificate,
    (
        Field("person", "person", "text"),
        Field("valid_start", "valid_start", "date"),
        Field("valid_end", "valid_end", "date", optional=True),
    ),
    ("person",), ("valid_start", "valid_end"),
)

_REFERENCE = Shape(
    "reference",
    "reference",
    Reference,
    (
        Field("partner", "partner", "text", refers="Partner"),
        Field("customer", "customer", "text"),
        Field("submitted_on", "submitted_on", "date"),
    ),
    ("partner", "customer"),
)

_QUESTIONNAIRE = Shape(
    "questionnaire",
    "questionnaire",
    Questionnaire,
    (
        Field("partner", "partner", "text", refers="Partner"),
        Field("submitted_on", "submitted_on", "date", optional=True),
    ),
    ("partner",),
)

SHAPES: dict[str, Shape[Any]] = {
    "partner": _PARTNER,
    "product": _PRODUCT,
    "role": _ROLE,
    "certificate": _CERTIFICATE,
    "reference": _REFERENCE,
    "questionnaire": _QUESTIONNAIRE,
}
