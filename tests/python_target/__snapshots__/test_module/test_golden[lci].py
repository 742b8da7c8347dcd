"""LCI: Lifecycle Incentives. Version 76f20e846c9b.
Made by incdsl from the text of the program; change that and make this again.
evaluate(Feeds(...), as_of) gives payouts, requirements, levels, values. Feeds.from_dicts reads and checks rows.
Evaluation(feeds, as_of) gives single rows and their rules. All numbers are exact decimals.
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

PROGRAM: Final = "LCI"
VERSION: Final = "76f20e846c9b"
HASH: Final = "06df2873bd198a76084c561a62c312a92a7cbe61bee76485a784d9e21a744007"
"""The SHA-256 of the program as `incdsl build --target core` writes it."""
SPONSOR: Final = "Cisco"
CURRENCY: Final = "USD"

SMALLEST_DEAL: Decimal = Decimal("10000.00")
"""Smallest deal that counts.
Cited: Everything you need to know about Lifecycle Incentives: Suitability for Cisco partners.
Assumed: the deal has to meet minimum requirements, which the sources do not name (otherwise: 0 USD).
"""
DAYS_TO_PLAN: Decimal = Decimal("90")
"""Days from booking to the success plan.
Cited: CX specialization: what a partner gains: At the stage Adopt, a small deal.
Assumed: the day of booking is day 0, and day 90 is in time (otherwise: 89 days).
"""
DAYS_TO_ACTIVATION: Decimal = Decimal("180")
"""Days from booking to activation.
Cited: Everything you need to know about Lifecycle Incentives: Managing the Lifecycle Incentives program.
Assumed: the source says typically by the end of the quarter, and not of which quarter: half a year leaves time to
deploy (otherwise: 90 days).
"""
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
FISCAL_QUARTER: tuple[str, ...] = (
    "FY2015 Q1", "FY2015 Q2", "FY2015 Q3", "FY2015 Q4", "FY2016 Q1", "FY2016 Q2", "FY2016 Q3", "FY2016 Q4", "FY2017 Q1",
    "FY2017 Q2", "FY2017 Q3", "FY2017 Q4", "FY2018 Q1", "FY2018 Q2", "FY2018 Q3", "FY2018 Q4", "FY2019 Q1", "FY2019 Q2",
    "FY2019 Q3", "FY2019 Q4", "FY2020 Q1", "FY2020 Q2", "FY2020 Q3", "FY2020 Q4", "FY2021 Q1", "FY2021 Q2", "FY2021 Q3",
    "FY2021 Q4", "FY2022 Q1", "FY2022 Q2", "FY2022 Q3", "FY2022 Q4", "FY2023 Q1", "FY2023 Q2", "FY2023 Q3", "FY2023 Q4",
    "FY2024 Q1", "FY2024 Q2", "FY2024 Q3", "FY2024 Q4", "FY2025 Q1", "FY2025 Q2", "FY2025 Q3", "FY2025 Q4", "FY2026 Q1",
    "FY2026 Q2", "FY2026 Q3", "FY2026 Q4", "FY2027 Q1", "FY2027 Q2", "FY2027 Q3", "FY2027 Q4", "FY2028 Q1", "FY2028 Q2",
    "FY2028 Q3", "FY2028 Q4", "FY2029 Q1", "FY2029 Q2", "FY2029 Q3", "FY2029 Q4", "FY2030 Q1", "FY2030 Q2", "FY2030 Q3",
    "FY2030 Q4",
)
LEVEL: tuple[str, ...] = ("Select", "Premier", "Gold")
ROLE: tuple[str, ...] = ("ExecutiveSponsor", "RenewalsManager", "PracticeLead", "CustomerSuccessManager")
SIZE: tuple[str, ...] = ("Small", "Medium", "Large")

N_0_00 = Decimal("0.00")
N_0_000000 = Decimal("0.000000")
N_1000000_000000 = Decimal("1000000.000000")
N_12 = Decimal("12")
N_20000 = Decimal("20000")
N_250000_000000 = Decimal("250000.000000")
N_3 = Decimal("3")

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
class UseRate:
    """Use: share of the deal by CX level: a row of a table of the program. Key: level."""

    level: str  # one of CX
    rate: Decimal  # a fraction: 20% is 0.2

    _relation: ClassVar[str] = "UseRate"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.level,)


@dataclass(frozen=True, kw_only=True)
class AdoptReward:
    """Adopt: rewards by size of the deal: a row of a table of the program. Key: size."""

    size: str  # one of size
    plan: Decimal  # in USD
    outcome: Decimal  # in USD

    _relation: ClassVar[str] = "AdoptReward"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.size,)


@dataclass(frozen=True, kw_only=True)
class ExpandRate:
    """Expand: share of the additional booking by CX level: a row of a table of the program. Key: level."""

    level: str  # one of CX
    rate: Decimal  # a fraction: 20% is 0.2

    _relation: ClassVar[str] = "ExpandRate"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.level,)


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
class Deal:
    """Deal: a row of the feed. Key: id."""

    id: str  # Deal
    partner: str  # Partner; of Partner
    customer: str  # Customer
    product: str  # Solution; of Product
    amount: Decimal  # Net amount; in USD, at least 0.00
    booked_on: datetime.date  # Booked
    activated_on: datetime.date | None = None  # Product activated, with proof of performance
    plan_submitted_on: datetime.date | None = None  # Customer success plan submitted
    outcome_proven_on: datetime.date | None = None  # Agreed business outcome reached

    _relation: ClassVar[str] = "Deal"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.id,)


@dataclass(frozen=True, kw_only=True)
class Expansion:
    """Additional booking on a deal: a row of the feed. Key: id."""

    id: str  # Booking
    deal: str  # Deal it expands; of Deal
    amount: Decimal  # Net amount; in USD, at least 0.00
    booked_on: datetime.date  # Booked

    _relation: ClassVar[str] = "Expansion"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.id,)


@dataclass(frozen=True, kw_only=True)
class FiscalQuarter:
    """Fiscal quarters: a row of a table of the program. Key: name."""

    name: str  # Period; one of FiscalQuarter
    start: datetime.date  # First day
    end: datetime.date  # Last day

    _relation: ClassVar[str] = "FiscalQuarter"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.name,)


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
    id: str | None  # Deal
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
    id: str | None  # Deal
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
class ConflictRow:
    """A row of `conflicts`."""

    program: str  # Program
    program_version: str  # Version of the program
    relation: str  # Name of the relation
    id: str  # Deal
    message: str  # What is wrong


@dataclass(frozen=True)
class ValueRow:
    """A row of `values`."""

    program: str  # Program
    program_version: str  # Version of the program
    relation: str  # Name of the relation
    name: str  # Name of the value
    id: str | None  # Deal
    value: str | None  # The value, as text


@dataclass(frozen=True)
class Results:
    """The rows of every result file, in the order of the file. `values` is None unless asked for."""

    payouts: tuple[PayoutRow, ...]
    requirements: tuple[RequirementRow, ...]
    levels: tuple[LevelRow, ...]
    values: tuple[ValueRow, ...] | None

    def rows(self, name: str) -> tuple[Any, ...]:
        """The rows of a result by its name. Raises KeyError when there is none of that name."""
        if name == "payouts":
            return self.payouts
        if name == "requirements":
            return self.requirements
        if name == "levels":
            return self.levels
        if name == "values" and self.values is not None:
            return self.values
        raise KeyError(name)

    def csv(self, name: str) -> str:
        """The text of a result file. Raises KeyError when there is none of that name."""
        if name == "payouts":
            return csv_text(
                (
                    "program",
                    "program_version",
                    "payment",
                    "id",
                    "status",
                    "amount",
                    "earned",
                    "currency",
                    "due_on",
                    "reason",
                ),
                self.payouts,
                (None, None, None, None, None, None, None, None, None, None),
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
        if name == "values" and self.values is not None:
            return csv_text(
                ("program", "program_version", "relation", "name", "id", "value"),
                self.values,
                (None, None, None, None, None, None),
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


class DealRules(Deal):
    """Deal, with what the program works out for it."""

    _world: Evaluation

    @rule("known")
    def known_(self) -> bool:
        """Whether the row is known on the as-of date; one that is not takes part in nothing."""
        return self.booked_on <= self._world.as_of

    @part
    def _role_1(self) -> Decimal:
        """count_distinct(person over Role where ((partner = this.partner) and ((this.booked_on >= held_start) and
        (not given(held_end) or (this.booked_on <= known(held_end)))) and ((role = role."ExecutiveSponsor") or
        (role = role."RenewalsManager") or (role = role."PracticeLead")))):18.0
        """
        return distinct(
            role.person
            for role in self._world._role_by_partner[self.partner]
            if (
                self.booked_on >= role.held_start
                and (role.held_end is None or self.booked_on <= known(role.held_end))
                and (role.role == "ExecutiveSponsor" or role.role == "RenewalsManager" or role.role == "PracticeLead")
            )
        )

    @part
    def _role_2(self) -> Decimal:
        """count_distinct(person over Role where ((partner = this.partner) and ((this.booked_on >= held_start) and
        (not given(held_end) or (this.booked_on <= known(held_end)))) and ((role = role."ExecutiveSponsor") or
        (role = role."RenewalsManager")))):18.0
        """
        return distinct(
            role.person
            for role in self._world._role_by_partner[self.partner]
            if (
                self.booked_on >= role.held_start
                and (role.held_end is None or self.booked_on <= known(role.held_end))
                and (role.role == "ExecutiveSponsor" or role.role == "RenewalsManager")
            )
        )

    @part
    def _role_3(self) -> Decimal:
        """count_distinct(person over Role where ((partner = this.partner) and ((this.booked_on >= held_start) and
        (not given(held_end) or (this.booked_on <= known(held_end)))) and (role = role."ExecutiveSponsor"))):18.0
        """
        return distinct(
            role.person
            for role in self._world._role_by_partner_and_role[(self.partner, "ExecutiveSponsor")]
            if self.booked_on >= role.held_start and (role.held_end is None or self.booked_on <= known(role.held_end))
        )

    @part
    def _reference_1(self) -> Decimal:
        """count(over Reference where ((partner = this.partner) and (submitted_on <= this.booked_on))):18.0"""
        return count(
            reference
            for reference in self._world._reference_by_partner[self.partner]
            if reference.submitted_on <= self.booked_on
        )

    @part
    def _fiscal_quarter_1(self) -> datetime.date | None:
        """largest(start over FiscalQuarter where ((start <= known(this.plan_submitted_on.known)) and
        (known(this.plan_submitted_on.known) <= end)))
        """
        return greatest(
            fiscal_quarter.start
            for fiscal_quarter in self._world.fiscal_quarter.rows
            if (
                fiscal_quarter.start <= known(self.plan_submitted_on_known)
                and known(self.plan_submitted_on_known) <= fiscal_quarter.end
            )
        )

    @rule("activated_on.known")
    def activated_on_known(self) -> datetime.date | None:
        """Product activated, with proof of performance."""
        if self.activated_on is not None and known(self.activated_on) <= self._world.as_of:
            return self.activated_on
        return None

    @rule("plan_submitted_on.known")
    def plan_submitted_on_known(self) -> datetime.date | None:
        """Customer success plan submitted."""
        if self.plan_submitted_on is not None and known(self.plan_submitted_on) <= self._world.as_of:
            return self.plan_submitted_on
        return None

    @rule("outcome_proven_on.known")
    def outcome_proven_on_known(self) -> datetime.date | None:
        """Agreed business outcome reached."""
        if self.outcome_proven_on is not None and known(self.outcome_proven_on) <= self._world.as_of:
            return self.outcome_proven_on
        return None

    @rule("size")
    def size(self) -> str:
        """Size of the deal.
        Assumed: the source names a small deal and gives no edges.
        """
        if self.amount >= N_1000000_000000:
            return "Large"
        if self.amount >= N_250000_000000:
            return "Medium"
        return "Small"

    @rule("level")
    def level(self) -> str:
        """CX level on the day of booking.
        Assumed: the level counts that the partner has when the deal is booked (otherwise: the level counts that
        it has at the stage paid for).
        """
        if (
            (
                (
                    distinct(
                        role.person
                        for role in self._world._role_by_partner[self.partner]
                        if (
                            self.booked_on >= role.held_start
                            and (role.held_end is None or self.booked_on <= known(role.held_end))
                            and (
                                role.role == "ExecutiveSponsor"
                                or role.role == "RenewalsManager"
                                or role.role == "PracticeLead"
                                or (
                                    role.role == "CustomerSuccessManager"
                                    and self._world.certificate.on(role.person, self.booked_on) is not None
                                )
                            )
                        )
                    )
                    - self._role_1
                )
                >= MANAGERS_ADVANCED
            )
            and self._role_2 - self._role_3 >= RENEWALS_NEEDED
            and self._role_1 - self._role_2 >= LEADS_NEEDED
            and self._role_3 >= SPONSORS_NEEDED
            and self._reference_1 >= REFERENCES_NEEDED
            and (
                (
                    of(
                        self._world.questionnaire.get(self.partner),
                        lambda questionnaire: questionnaire.submitted_on_known,
                    )
                    is not None
                )
                and (
                    known(
                        of(
                            self._world.questionnaire.get(self.partner),
                            lambda questionnaire: questionnaire.submitted_on_known,
                        ),
                    )
                    <= self.booked_on
                )
            )
        ):
            return "Advanced"
        if (
            (
                (
                    distinct(
                        role.person
                        for role in self._world._role_by_partner[self.partner]
                        if (
                            self.booked_on >= role.held_start
                            and (role.held_end is None or self.booked_on <= known(role.held_end))
                            and (
                                role.role == "ExecutiveSponsor"
                                or role.role == "RenewalsManager"
                                or (
                                    role.role == "CustomerSuccessManager"
                                    and self._world.certificate.on(role.person, self.booked_on) is not None
                                )
                            )
                        )
                    )
                    - self._role_2
                )
                >= MANAGERS_EXPRESS
            )
            and self._role_2 - self._role_3 >= RENEWALS_NEEDED
            and self._role_3 >= SPONSORS_NEEDED
            and self._reference_1 >= REFERENCES_NEEDED
            and (
                (
                    of(
                        self._world.questionnaire.get(self.partner),
                        lambda questionnaire: questionnaire.submitted_on_known,
                    )
                    is not None
                )
                and (
                    known(
                        of(
                            self._world.questionnaire.get(self.partner),
                            lambda questionnaire: questionnaire.submitted_on_known,
                        ),
                    )
                    <= self.booked_on
                )
            )
        ):
            return "Express"
        return "none"

    @rule("plan_reward")
    def plan_reward(self) -> Decimal:
        """What a success plan earns."""
        return otherwise(of(self._world.adopt_reward.get(self.size), lambda adopt_reward: adopt_reward.plan), N_0_00)

    @rule("outcome_reward")
    def outcome_reward(self) -> Decimal:
        """What a business outcome earns."""
        return otherwise(of(self._world.adopt_reward.get(self.size), lambda adopt_reward: adopt_reward.outcome), N_0_00)

    @rule("limit_1.outside_2")
    def limit_1_outside_2(self) -> bool:
        return (
            self.plan_submitted_on_known is not None
            and (self._fiscal_quarter_1 if self.plan_submitted_on_known is not None else None) is None
        )

    @rule("limit_1.per_1")
    def limit_1_per_1(self) -> str:
        return self.partner

    @rule("limit_1.per_2")
    def limit_1_per_2(self) -> datetime.date | None:
        if self.plan_submitted_on_known is not None:
            return self._fiscal_quarter_1
        return None

    # --- minimum ----------------------------------------------------------------------------------------------

    @rule("minimum.holds")
    def minimum_holds(self) -> bool:
        return self.amount >= SMALLEST_DEAL

    @rule("minimum.deadline")
    def minimum_deadline(self) -> datetime.date | None:
        return self.booked_on

    @rule("minimum.status")
    def minimum_status(self) -> str:
        """The deal is large enough: how it stands.
        Cited: Everything you need to know about Lifecycle Incentives: Suitability for Cisco partners.
        Assumed: exactly the minimum is enough (otherwise: the amount is above the minimum).
        """
        if self.minimum_holds and known(self.minimum_deadline) <= self._world.as_of:
            return "met"
        if self.minimum_holds:
            return "on track"
        if known(self.minimum_deadline) < self._world.as_of:
            return "missed"
        return "open"

    # --- specialization ---------------------------------------------------------------------------------------

    @rule("specialization.holds")
    def specialization_holds(self) -> bool:
        return CX.index(self.level) >= CX.index("Express")

    @rule("specialization.deadline")
    def specialization_deadline(self) -> datetime.date | None:
        return self.booked_on

    @rule("specialization.status")
    def specialization_status(self) -> str:
        """CX or Advanced CX on the day of booking: how it stands.
        Cited: Everything you need to know about Lifecycle Incentives: Suitability for Cisco partners.
        """
        if self.specialization_holds and known(self.specialization_deadline) <= self._world.as_of:
            return "met"
        if self.specialization_holds:
            return "on track"
        if known(self.specialization_deadline) < self._world.as_of:
            return "missed"
        return "open"

    # --- plan -------------------------------------------------------------------------------------------------

    @rule("plan.done_on")
    def plan_done_on(self) -> datetime.date | None:
        return self.plan_submitted_on_known

    @rule("plan.deadline")
    def plan_deadline(self) -> datetime.date | None:
        return days_later(self.booked_on, DAYS_TO_PLAN, 0)

    @rule("plan.status")
    def plan_status(self) -> str:
        """Submit the customer success plan: how it stands.
        Cited: CX specialization: what a partner gains: At the stage Adopt, a small deal.
        """
        if self.plan_done_on is not None and known(self.plan_deadline) < known(self.plan_done_on):
            return "missed"
        if self.plan_done_on is not None:
            return "met"
        if known(self.plan_deadline) < self._world.as_of:
            return "missed"
        return "open"

    # --- plan_rebate ------------------------------------------------------------------------------------------

    @rule("plan_rebate.standing")
    def plan_rebate_standing(self) -> str:
        if self.minimum_status == "missed" or self.specialization_status == "missed" or self.plan_status == "missed":
            return "missed"
        if self.minimum_status == "open" or self.specialization_status == "open" or self.plan_status == "open":
            return "open"
        if (
            self.minimum_status == "on track"
            or self.specialization_status == "on track"
            or self.plan_status == "on track"
        ):
            return "expected"
        return "earned"

    # --- outcome ----------------------------------------------------------------------------------------------

    @rule("outcome.done_on")
    def outcome_done_on(self) -> datetime.date | None:
        return self.outcome_proven_on_known

    @rule("outcome.deadline")
    def outcome_deadline(self) -> datetime.date | None:
        return months_later(self.booked_on, N_12, "last_day", 1)

    @rule("outcome.status")
    def outcome_status(self) -> str:
        """Prove that the agreed business outcome is reached: how it stands.
        Cited: CX specialization: what a partner gains: At the stage Adopt, successful results.
        Cited: Everything you need to know about Lifecycle Incentives: Managing the Lifecycle Incentives program.
        Assumed: the plan is where the outcome is agreed, so an outcome proven before it was agreed by nobody; on
        the same day is fine (otherwise: any outcome counts).
        Assumed: the sources give no deadline for the outcome: a year, when Expand begins.
        """
        if (
            self.outcome_done_on is not None
            and (
                known(self.outcome_deadline) < known(self.outcome_done_on)
                or self.plan_done_on is not None and known(self.outcome_done_on) < known(self.plan_done_on)
            )
        ):
            return "missed"
        if self.outcome_done_on is not None and self.plan_done_on is not None:
            return "met"
        if known(self.outcome_deadline) < self._world.as_of:
            return "missed"
        return "open"

    # --- outcome_rebate ---------------------------------------------------------------------------------------

    @rule("outcome_rebate.standing")
    def outcome_rebate_standing(self) -> str:
        if (
            self.minimum_status == "missed"
            or self.specialization_status == "missed"
            or self.plan_status == "missed"
            or self.outcome_status == "missed"
        ):
            return "missed"
        if (
            self.minimum_status == "open"
            or self.specialization_status == "open"
            or self.plan_status == "open"
            or self.outcome_status == "open"
        ):
            return "open"
        if (
            self.minimum_status == "on track"
            or self.specialization_status == "on track"
            or self.plan_status == "on track"
            or self.outcome_status == "on track"
        ):
            return "expected"
        return "earned"

    @rule("limit_1.takes")
    def limit_1_takes(self) -> bool:
        return (
            (self.plan_rebate_standing != "missed" or self.outcome_rebate_standing != "missed")
            and self.limit_1_per_2 is not None
            and self.plan_submitted_on_known is not None
        )

    @rule("limit_1.unplaced")
    def limit_1_unplaced(self) -> bool:
        return (
            (self.plan_rebate_standing == "earned" or self.outcome_rebate_standing == "earned")
            and not (self.limit_1_per_2 is not None and self.plan_submitted_on_known is not None)
        )

    @rule("limit_1.order_1")
    def limit_1_order_1(self) -> datetime.date | None:
        return self.plan_submitted_on_known

    @rule("limit_1.order_2")
    def limit_1_order_2(self) -> str:
        return self.id

    @rule("limit_1.over")
    def limit_1_over(self) -> bool:
        if self.limit_1_takes:
            return (
                self._world._deal_before.count(
                    (self.limit_1_per_1, self.limit_1_per_2),
                    (known(self.limit_1_order_1), self.limit_1_order_2),
                )
                >= N_3
            )
        return False

    # --- minimum ----------------------------------------------------------------------------------------------

    @rule("minimum.actual")
    def minimum_actual(self) -> str | None:
        return plain(self.amount)

    @rule("minimum.needed")
    def minimum_needed(self) -> str | None:
        return plain(SMALLEST_DEAL)

    @rule("minimum.short")
    def minimum_short(self) -> str | None:
        if self.amount >= SMALLEST_DEAL:
            return None
        return plain(SMALLEST_DEAL - self.amount)

    minimum_label: str = "The deal is large enough"

    minimum_citation: str | None = "Everything you need to know about Lifecycle Incentives: Suitability for Cisco partners; assumed: exactly the minimum is enough"

    # --- activation -------------------------------------------------------------------------------------------

    @rule("activation.done_on")
    def activation_done_on(self) -> datetime.date | None:
        return self.activated_on_known

    @rule("activation.deadline")
    def activation_deadline(self) -> datetime.date | None:
        return days_later(self.booked_on, DAYS_TO_ACTIVATION, 2)

    @rule("activation.status")
    def activation_status(self) -> str:
        """Activate the product and send the proof of performance: how it stands.
        Cited: Everything you need to know about Lifecycle Incentives: Suitability for Cisco partners.
        Cited: CX specialization: what a partner gains: At the stage Use.
        """
        if self.activation_done_on is not None and known(self.activation_deadline) < known(self.activation_done_on):
            return "missed"
        if self.activation_done_on is not None:
            return "met"
        if known(self.activation_deadline) < self._world.as_of:
            return "missed"
        return "open"

    @rule("activation.actual")
    def activation_actual(self) -> str | None:
        if self.activated_on_known is not None:
            return known(self.activated_on_known).isoformat()
        return None

    activation_needed: str | None = None

    activation_short: str | None = None

    activation_label: str = "Activate the product and send the proof of performance"

    activation_citation: str | None = "Everything you need to know about Lifecycle Incentives: Suitability for Cisco partners; CX specialization: what a partner gains: At the stage Use"

    # --- specialization ---------------------------------------------------------------------------------------

    @rule("specialization.actual")
    def specialization_actual(self) -> str | None:
        return self.level

    @rule("specialization.needed")
    def specialization_needed(self) -> str | None:
        return "Express"

    specialization_short: str | None = None

    specialization_label: str = "CX or Advanced CX on the day of booking"

    specialization_citation: str | None = "Everything you need to know about Lifecycle Incentives: Suitability for Cisco partners"

    # --- plan -------------------------------------------------------------------------------------------------

    @rule("plan.actual")
    def plan_actual(self) -> str | None:
        if self.plan_submitted_on_known is not None:
            return known(self.plan_submitted_on_known).isoformat()
        return None

    plan_needed: str | None = None

    plan_short: str | None = None

    plan_label: str = "Submit the customer success plan"

    plan_citation: str | None = "CX specialization: what a partner gains: At the stage Adopt, a small deal"

    # --- outcome ----------------------------------------------------------------------------------------------

    @rule("outcome.actual")
    def outcome_actual(self) -> str | None:
        if self.outcome_proven_on_known is not None:
            return known(self.outcome_proven_on_known).isoformat()
        return None

    outcome_needed: str | None = None

    outcome_short: str | None = None

    outcome_label: str = "Prove that the agreed business outcome is reached"

    outcome_citation: str | None = "CX specialization: what a partner gains: At the stage Adopt, successful results; Everything you need to know about Lifecycle Incentives: Managing the Lifecycle Incentives program; assumed: the plan is where the outcome is agreed, so an outcome proven before it was agreed by nobody; on the same day is fine; assumed: the sources give no deadline for the outcome: a year, when Expand begins"

    # --- use_rebate -------------------------------------------------------------------------------------------

    @rule("use_rebate.step_1")
    def use_rebate_step_1(self) -> Decimal:
        """base: base amount"""
        return self.amount

    @rule("use_rebate.step_2")
    def use_rebate_step_2(self) -> Decimal:
        """rate: rate UseRate[level].rate otherwise 0%"""
        return times(
            self.use_rebate_step_1,
            otherwise(of(self._world.use_rate.get(self.level), lambda use_rate: use_rate.rate), N_0_000000),
        )

    @rule("use_rebate.step_3")
    def use_rebate_step_3(self) -> Decimal:
        """round: round half up to 0.01 assumed "money is rounded to cents, once per deal\"
        Assumed: money is rounded to cents, once per deal.
        """
        return rounded(self.use_rebate_step_2, 2, "ROUND_HALF_UP")

    @rule("use_rebate.amount")
    def use_rebate_amount(self) -> Decimal:
        """Use: activation: what the steps give.
        Cited: CX specialization: what a partner gains: At the stage Use.
        Assumed: the proof that is sent is the claim (otherwise: a claim of its own is due by the end of the
        fiscal quarter).
        """
        return self.use_rebate_step_3

    @rule("use_rebate.status")
    def use_rebate_status(self) -> str:
        if self.minimum_status == "missed" or self.activation_status == "missed":
            return "missed"
        if self.minimum_status == "open" or self.activation_status == "open":
            return "open"
        if self.minimum_status == "on track" or self.activation_status == "on track":
            return "expected"
        return "earned"

    @rule("use_rebate.earned")
    def use_rebate_earned(self) -> Decimal:
        if self.use_rebate_status == "earned":
            return self.use_rebate_amount
        return N_0_00

    use_rebate_due_on: datetime.date | None = None

    @rule("use_rebate.reason")
    def use_rebate_reason(self) -> str:
        if self.use_rebate_status == "missed":
            return (
                "missed: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "missed" else None,
                        "activation" if self.activation_status == "missed" else None,
                    ),
                )
            )
        if self.use_rebate_status == "open":
            return (
                "open: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "open" else None,
                        "activation" if self.activation_status == "open" else None,
                    ),
                )
            )
        if self.use_rebate_status == "expected":
            return (
                "on track: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "on track" else None,
                        "activation" if self.activation_status == "on track" else None,
                    ),
                )
            )
        if self.use_rebate_amount == N_0_00:
            return "every requirement is met; the steps come to zero"
        return "every requirement is met"

    # --- plan_rebate ------------------------------------------------------------------------------------------

    @rule("plan_rebate.step_1")
    def plan_rebate_step_1(self) -> Decimal:
        """amount: amount plan_reward"""
        return self.plan_reward

    @rule("plan_rebate.unlimited")
    def plan_rebate_unlimited(self) -> Decimal:
        return self.plan_rebate_step_1

    @rule("plan_rebate.step_2")
    def plan_rebate_step_2(self) -> Decimal:
        """limit: limit plan_rebate, outcome_rebate to 3 deals per partner per FiscalQuarter of plan_submitted_on
        Cited: CX specialization: what a partner gains: What a partner gains, 1.
        Assumed: up to three plans and outcomes, and 20 to 60 thousand dollars a quarter, make three deals a
        quarter (otherwise: three plans and three outcomes, of any deals).
        Assumed: the quarter is the one in which the plan is submitted, and the earliest plans go first
        (otherwise: the largest deals go first).
        """
        if self.limit_1_over:
            return N_0_00
        return self.plan_rebate_unlimited

    @rule("plan_rebate.amount")
    def plan_rebate_amount(self) -> Decimal:
        """Adopt: success plan: what the steps give.
        Cited: CX specialization: what a partner gains: At the stage Adopt, a small deal.
        Assumed: the minimum that Use asks for holds for Adopt too (otherwise: Adopt has no minimum).
        Assumed: the plan that is submitted is the claim (otherwise: a claim of its own is due by the end of the
        fiscal quarter).
        """
        return self.plan_rebate_step_2

    @rule("plan_rebate.status")
    def plan_rebate_status(self) -> str:
        if self.limit_1_over:
            return "missed"
        return self.plan_rebate_standing

    @rule("plan_rebate.earned")
    def plan_rebate_earned(self) -> Decimal:
        if self.plan_rebate_status == "earned":
            return self.plan_rebate_amount
        return N_0_00

    plan_rebate_due_on: datetime.date | None = None

    @rule("plan_rebate.reason")
    def plan_rebate_reason(self) -> str:
        if self.limit_1_over:
            return "over the limit of 3 deals per partner per FiscalQuarter"
        if self.plan_rebate_status == "missed":
            return (
                "missed: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "missed" else None,
                        "specialization" if self.specialization_status == "missed" else None,
                        "plan" if self.plan_status == "missed" else None,
                    ),
                )
            )
        if self.plan_rebate_status == "open":
            return (
                "open: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "open" else None,
                        "specialization" if self.specialization_status == "open" else None,
                        "plan" if self.plan_status == "open" else None,
                    ),
                )
            )
        if self.plan_rebate_status == "expected":
            return (
                "on track: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "on track" else None,
                        "specialization" if self.specialization_status == "on track" else None,
                        "plan" if self.plan_status == "on track" else None,
                    ),
                )
            )
        if self.plan_rebate_amount == N_0_00:
            return "every requirement is met; the steps come to zero"
        return "every requirement is met"

    # --- outcome_rebate ---------------------------------------------------------------------------------------

    @rule("outcome_rebate.step_1")
    def outcome_rebate_step_1(self) -> Decimal:
        """amount: amount outcome_reward"""
        return self.outcome_reward

    @rule("outcome_rebate.unlimited")
    def outcome_rebate_unlimited(self) -> Decimal:
        return self.outcome_rebate_step_1

    @rule("outcome_rebate.step_2")
    def outcome_rebate_step_2(self) -> Decimal:
        """limit: limit plan_rebate, outcome_rebate to 3 deals per partner per FiscalQuarter of plan_submitted_on
        Cited: CX specialization: what a partner gains: What a partner gains, 1.
        Assumed: up to three plans and outcomes, and 20 to 60 thousand dollars a quarter, make three deals a
        quarter (otherwise: three plans and three outcomes, of any deals).
        Assumed: the quarter is the one in which the plan is submitted, and the earliest plans go first
        (otherwise: the largest deals go first).
        """
        if self.limit_1_over:
            return N_0_00
        return self.outcome_rebate_unlimited

    @rule("outcome_rebate.amount")
    def outcome_rebate_amount(self) -> Decimal:
        """Adopt: business outcome: what the steps give.
        Cited: CX specialization: what a partner gains: At the stage Adopt, successful results.
        Assumed: the proof that is sent is the claim (otherwise: a claim of its own is due by the end of the
        fiscal quarter).
        """
        return self.outcome_rebate_step_2

    @rule("outcome_rebate.status")
    def outcome_rebate_status(self) -> str:
        if self.limit_1_over:
            return "missed"
        return self.outcome_rebate_standing

    @rule("outcome_rebate.earned")
    def outcome_rebate_earned(self) -> Decimal:
        if self.outcome_rebate_status == "earned":
            return self.outcome_rebate_amount
        return N_0_00

    outcome_rebate_due_on: datetime.date | None = None

    @rule("outcome_rebate.reason")
    def outcome_rebate_reason(self) -> str:
        if self.limit_1_over:
            return "over the limit of 3 deals per partner per FiscalQuarter"
        if self.outcome_rebate_status == "missed":
            return (
                "missed: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "missed" else None,
                        "specialization" if self.specialization_status == "missed" else None,
                        "plan" if self.plan_status == "missed" else None,
                        "outcome" if self.outcome_status == "missed" else None,
                    ),
                )
            )
        if self.outcome_rebate_status == "open":
            return (
                "open: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "open" else None,
                        "specialization" if self.specialization_status == "open" else None,
                        "plan" if self.plan_status == "open" else None,
                        "outcome" if self.outcome_status == "open" else None,
                    ),
                )
            )
        if self.outcome_rebate_status == "expected":
            return (
                "on track: "
                + known(
                    joined(
                        ", ",
                        "minimum" if self.minimum_status == "on track" else None,
                        "specialization" if self.specialization_status == "on track" else None,
                        "plan" if self.plan_status == "on track" else None,
                        "outcome" if self.outcome_status == "on track" else None,
                    ),
                )
            )
        if self.outcome_rebate_amount == N_0_00:
            return "every requirement is met; the steps come to zero"
        return "every requirement is met"

    @rule("small_deal.broken")
    def small_deal_broken(self) -> bool:
        return not (self.size != "Small" or self.plan_reward + self.outcome_reward <= N_20000)


class ExpansionRules(Expansion):
    """Additional booking on a deal, with what the program works out for it."""

    _world: Evaluation

    @rule("known")
    def known_(self) -> bool:
        """Whether the row is known on the as-of date; one that is not takes part in nothing."""
        return self.booked_on <= self._world.as_of and self._world.deal.get(self.deal) is not None

    @part
    def _role_1(self) -> Decimal:
        """count_distinct(person over Role where ((partner = Deal[this.deal]!.partner) and ((this.booked_on >=
        held_start) and (not given(held_end) or (this.booked_on <= known(held_end)))) and ((role =
        role."ExecutiveSponsor") or (role = role."RenewalsManager") or (role = role."PracticeLead")))):18.0
        """
        return distinct(
            role.person
            for role in self._world._role_by_partner[self._world.deal[self.deal].partner]
            if (
                self.booked_on >= role.held_start
                and (role.held_end is None or self.booked_on <= known(role.held_end))
                and (role.role == "ExecutiveSponsor" or role.role == "RenewalsManager" or role.role == "PracticeLead")
            )
        )

    @part
    def _role_2(self) -> Decimal:
        """count_distinct(person over Role where ((partner = Deal[this.deal]!.partner) and ((this.booked_on >=
        held_start) and (not given(held_end) or (this.booked_on <= known(held_end)))) and ((role =
        role."ExecutiveSponsor") or (role = role."RenewalsManager")))):18.0
        """
        return distinct(
            role.person
            for role in self._world._role_by_partner[self._world.deal[self.deal].partner]
            if (
                self.booked_on >= role.held_start
                and (role.held_end is None or self.booked_on <= known(role.held_end))
                and (role.role == "ExecutiveSponsor" or role.role == "RenewalsManager")
            )
        )

    @part
    def _role_3(self) -> Decimal:
        """count_distinct(person over Role where ((partner = Deal[this.deal]!.partner) and ((this.booked_on >=
        held_start) and (not given(held_end) or (this.booked_on <= known(held_end)))) and (role =
        role."ExecutiveSponsor"))):18.0
        """
        return distinct(
            role.person
            for role in self._world._role_by_partner_and_role[(self._world.deal[self.deal].partner, "ExecutiveSponsor")]
            if self.booked_on >= role.held_start and (role.held_end is None or self.booked_on <= known(role.held_end))
        )

    @part
    def _reference_1(self) -> Decimal:
        """count(over Reference where ((partner = Deal[this.deal]!.partner) and (submitted_on <=
        this.booked_on))):18.0
        """
        return count(
            reference
            for reference in self._world._reference_by_partner[self._world.deal[self.deal].partner]
            if reference.submitted_on <= self.booked_on
        )

    @part
    def _deal_1(self) -> str:
        """Deal[deal]!.partner"""
        return self._world.deal[self.deal].partner

    @rule("level")
    def level(self) -> str:
        """CX level on the day of the additional booking.
        Assumed: the level counts that the partner has when the additional booking is made (otherwise: the level
        of the day of the first booking counts).
        """
        if (
            (
                (
                    distinct(
                        role.person
                        for role in self._world._role_by_partner[self._deal_1]
                        if (
                            self.booked_on >= role.held_start
                            and (role.held_end is None or self.booked_on <= known(role.held_end))
                            and (
                                role.role == "ExecutiveSponsor"
                                or role.role == "RenewalsManager"
                                or role.role == "PracticeLead"
                                or (
                                    role.role == "CustomerSuccessManager"
                                    and self._world.certificate.on(role.person, self.booked_on) is not None
                                )
                            )
                        )
                    )
                    - self._role_1
                )
                >= MANAGERS_ADVANCED
            )
            and self._role_2 - self._role_3 >= RENEWALS_NEEDED
            and self._role_1 - self._role_2 >= LEADS_NEEDED
            and self._role_3 >= SPONSORS_NEEDED
            and self._reference_1 >= REFERENCES_NEEDED
            and (
                (
                    of(
                        self._world.questionnaire.get(self._world.deal[self.deal].partner),
                        lambda questionnaire: questionnaire.submitted_on_known,
                    )
                    is not None
                )
                and (
                    known(
                        of(
                            self._world.questionnaire.get(self._world.deal[self.deal].partner),
                            lambda questionnaire: questionnaire.submitted_on_known,
                        ),
                    )
                    <= self.booked_on
                )
            )
        ):
            return "Advanced"
        if (
            (
                (
                    distinct(
                        role.person
                        for role in self._world._role_by_partner[self._deal_1]
                        if (
                            self.booked_on >= role.held_start
                            and (role.held_end is None or self.booked_on <= known(role.held_end))
                            and (
                                role.role == "ExecutiveSponsor"
                                or role.role == "RenewalsManager"
                                or (
                                    role.role == "CustomerSuccessManager"
                                    and self._world.certificate.on(role.person, self.booked_on) is not None
                                )
                            )
                        )
                    )
                    - self._role_2
                )
                >= MANAGERS_EXPRESS
            )
            and self._role_2 - self._role_3 >= RENEWALS_NEEDED
            and self._role_3 >= SPONSORS_NEEDED
            and self._reference_1 >= REFERENCES_NEEDED
            and (
                (
                    of(
                        self._world.questionnaire.get(self._world.deal[self.deal].partner),
                        lambda questionnaire: questionnaire.submitted_on_known,
                    )
                    is not None
                )
                and (
                    known(
                        of(
                            self._world.questionnaire.get(self._world.deal[self.deal].partner),
                            lambda questionnaire: questionnaire.submitted_on_known,
                        ),
                    )
                    <= self.booked_on
                )
            )
        ):
            return "Express"
        return "none"

    @rule("begins_on")
    def begins_on(self) -> datetime.date:
        """A year after the deal was booked.
        Cited: CX specialization: what a partner gains: At the stage Expand.
        Assumed: a year from the booking; the source names booking and deployment (otherwise: a year from the
        activation).
        Assumed: a deal booked on 29 February has its year on 28 February (otherwise: on 1 March).
        """
        return months_later(self._world.deal[self.deal].booked_on, N_12, "last_day", 3)

    # --- deployed ---------------------------------------------------------------------------------------------

    @rule("deployed.done_on")
    def deployed_done_on(self) -> datetime.date | None:
        return self._world.deal[self.deal].activated_on_known

    @rule("deployed.deadline")
    def deployed_deadline(self) -> datetime.date | None:
        return self.booked_on

    @rule("deployed.status")
    def deployed_status(self) -> str:
        """The solution is activated by the day of the additional booking: how it stands.
        Cited: CX specialization: what a partner gains: At the stage Expand.
        """
        if self.deployed_done_on is not None and known(self.deployed_deadline) < known(self.deployed_done_on):
            return "missed"
        if self.deployed_done_on is not None:
            return "met"
        if known(self.deployed_deadline) < self._world.as_of:
            return "missed"
        return "open"

    @rule("deployed.actual")
    def deployed_actual(self) -> str | None:
        if self._world.deal[self.deal].activated_on_known is not None:
            return known(self._world.deal[self.deal].activated_on_known).isoformat()
        return None

    deployed_needed: str | None = None

    deployed_short: str | None = None

    deployed_label: str = "The solution is activated by the day of the additional booking"

    deployed_citation: str | None = "CX specialization: what a partner gains: At the stage Expand"

    # --- year -------------------------------------------------------------------------------------------------

    @rule("year.holds")
    def year_holds(self) -> bool:
        return self.booked_on >= self.begins_on

    @rule("year.deadline")
    def year_deadline(self) -> datetime.date | None:
        return self.booked_on

    @rule("year.status")
    def year_status(self) -> str:
        """The additional booking comes a year or more after the deal: how it stands.
        Cited: CX specialization: what a partner gains: At the stage Expand.
        Assumed: the day a year later is in time, and there is no last day (otherwise: Expand ends two years after
        the deal was booked).
        """
        if self.year_holds and known(self.year_deadline) <= self._world.as_of:
            return "met"
        if self.year_holds:
            return "on track"
        if known(self.year_deadline) < self._world.as_of:
            return "missed"
        return "open"

    @rule("year.actual")
    def year_actual(self) -> str | None:
        return self.booked_on.isoformat()

    @rule("year.needed")
    def year_needed(self) -> str | None:
        return self.begins_on.isoformat()

    year_short: str | None = None

    year_label: str = "The additional booking comes a year or more after the deal"

    year_citation: str | None = "CX specialization: what a partner gains: At the stage Expand; assumed: the day a year later is in time, and there is no last day"

    # --- expansion_level --------------------------------------------------------------------------------------

    @rule("expansion_level.holds")
    def expansion_level_holds(self) -> bool:
        return CX.index(self.level) >= CX.index("Express")

    @rule("expansion_level.deadline")
    def expansion_level_deadline(self) -> datetime.date | None:
        return self.booked_on

    @rule("expansion_level.status")
    def expansion_level_status(self) -> str:
        """CX or Advanced CX on the day of the additional booking: how it stands.
        Cited: CX specialization: what a partner gains: At the stage Expand.
        """
        if self.expansion_level_holds and known(self.expansion_level_deadline) <= self._world.as_of:
            return "met"
        if self.expansion_level_holds:
            return "on track"
        if known(self.expansion_level_deadline) < self._world.as_of:
            return "missed"
        return "open"

    @rule("expansion_level.actual")
    def expansion_level_actual(self) -> str | None:
        return self.level

    @rule("expansion_level.needed")
    def expansion_level_needed(self) -> str | None:
        return "Express"

    expansion_level_short: str | None = None

    expansion_level_label: str = "CX or Advanced CX on the day of the additional booking"

    expansion_level_citation: str | None = "CX specialization: what a partner gains: At the stage Expand"

    # --- expand_rebate ----------------------------------------------------------------------------------------

    @rule("expand_rebate.step_1")
    def expand_rebate_step_1(self) -> Decimal:
        """base: base amount"""
        return self.amount

    @rule("expand_rebate.step_2")
    def expand_rebate_step_2(self) -> Decimal:
        """rate: rate ExpandRate[level].rate otherwise 0%"""
        return times(
            self.expand_rebate_step_1,
            otherwise(of(self._world.expand_rate.get(self.level), lambda expand_rate: expand_rate.rate), N_0_000000),
        )

    @rule("expand_rebate.step_3")
    def expand_rebate_step_3(self) -> Decimal:
        """round: round half up to 0.01 assumed "money is rounded to cents, once per additional booking\"
        Assumed: money is rounded to cents, once per additional booking.
        """
        return rounded(self.expand_rebate_step_2, 2, "ROUND_HALF_UP")

    @rule("expand_rebate.amount")
    def expand_rebate_amount(self) -> Decimal:
        """Expand: additional booking: what the steps give.
        Cited: CX specialization: what a partner gains: At the stage Expand.
        Assumed: the additional booking is the claim (otherwise: a claim of its own is due by the end of the
        fiscal quarter).
        """
        return self.expand_rebate_step_3

    @rule("expand_rebate.status")
    def expand_rebate_status(self) -> str:
        if self.deployed_status == "missed" or self.year_status == "missed" or self.expansion_level_status == "missed":
            return "missed"
        if self.deployed_status == "open" or self.year_status == "open" or self.expansion_level_status == "open":
            return "open"
        if (
            self.deployed_status == "on track"
            or self.year_status == "on track"
            or self.expansion_level_status == "on track"
        ):
            return "expected"
        return "earned"

    @rule("expand_rebate.earned")
    def expand_rebate_earned(self) -> Decimal:
        if self.expand_rebate_status == "earned":
            return self.expand_rebate_amount
        return N_0_00

    expand_rebate_due_on: datetime.date | None = None

    @rule("expand_rebate.reason")
    def expand_rebate_reason(self) -> str:
        if self.expand_rebate_status == "missed":
            return (
                "missed: "
                + known(
                    joined(
                        ", ",
                        "deployed" if self.deployed_status == "missed" else None,
                        "year" if self.year_status == "missed" else None,
                        "expansion_level" if self.expansion_level_status == "missed" else None,
                    ),
                )
            )
        if self.expand_rebate_status == "open":
            return (
                "open: "
                + known(
                    joined(
                        ", ",
                        "deployed" if self.deployed_status == "open" else None,
                        "year" if self.year_status == "open" else None,
                        "expansion_level" if self.expansion_level_status == "open" else None,
                    ),
                )
            )
        if self.expand_rebate_status == "expected":
            return (
                "on track: "
                + known(
                    joined(
                        ", ",
                        "deployed" if self.deployed_status == "on track" else None,
                        "year" if self.year_status == "on track" else None,
                        "expansion_level" if self.expansion_level_status == "on track" else None,
                    ),
                )
            )
        if self.expand_rebate_amount == N_0_00:
            return "every requirement is met; the steps come to zero"
        return "every requirement is met"


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
        self.use_rate: Table[UseRate] = Table(lambda: USE_RATE_ROWS, lambda row: row.level)
        self.adopt_reward: Table[AdoptReward] = Table(lambda: ADOPT_REWARD_ROWS, lambda row: row.size)
        self.expand_rate: Table[ExpandRate] = Table(lambda: EXPAND_RATE_ROWS, lambda row: row.level)
        self.partner: Table[PartnerRules] = Table(
            lambda: [made(PartnerRules, row, self) for row in feeds.partner],
            lambda row: row.id,
        )
        self.product: Table[Product] = Table(lambda: feeds.product, lambda row: row.id)
        self.deal: Table[DealRules] = Table(
            lambda: [made(DealRules, row, self) for row in feeds.deal],
            lambda row: row.id,
            known=lambda row: row.known_,
        )
        self.expansion: Table[ExpansionRules] = Table(
            lambda: [made(ExpansionRules, row, self) for row in feeds.expansion],
            lambda row: row.id,
            known=lambda row: row.known_,
        )
        self.fiscal_quarter: Table[FiscalQuarter] = Table(lambda: FISCAL_QUARTER_ROWS, lambda row: row.name)
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
        self._deal_by_limit_1_per_1_and_limit_1_per_2 = Index(
            self.deal,
            lambda deal: (deal.limit_1_per_1, deal.limit_1_per_2),
            lambda deal: deal.limit_1_takes,
        )
        self._deal_before = Before(
            self._deal_by_limit_1_per_1_and_limit_1_per_2,
            lambda deal: (known(deal.limit_1_order_1), deal.limit_1_order_2),
        )
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
            conflicts_ = self._conflicts(row)
            values_ = self._values(row) if values else None
        finally:
            setcontext(before)
        if conflicts_:
            raise Conflicts(conflicts_)
        return Results(payouts_, requirements_, levels_, values_)

    def _payouts(self, only: object) -> tuple[PayoutRow, ...]:
        rows: list[PayoutRow] = []
        for deal in chosen(self.deal, DealRules, only):
            rows.append(PayoutRow(
                program="LCI",
                program_version="76f20e846c9b",
                payment="use_rebate",
                id=deal.id,
                status=deal.use_rebate_status,
                amount=deal.use_rebate_amount,
                earned=deal.use_rebate_earned,
                currency="USD",
                due_on=deal.use_rebate_due_on,
                reason=deal.use_rebate_reason,
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(PayoutRow(
                program="LCI",
                program_version="76f20e846c9b",
                payment="plan_rebate",
                id=deal.id,
                status=deal.plan_rebate_status,
                amount=deal.plan_rebate_amount,
                earned=deal.plan_rebate_earned,
                currency="USD",
                due_on=deal.plan_rebate_due_on,
                reason=deal.plan_rebate_reason,
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(PayoutRow(
                program="LCI",
                program_version="76f20e846c9b",
                payment="outcome_rebate",
                id=deal.id,
                status=deal.outcome_rebate_status,
                amount=deal.outcome_rebate_amount,
                earned=deal.outcome_rebate_earned,
                currency="USD",
                due_on=deal.outcome_rebate_due_on,
                reason=deal.outcome_rebate_reason,
            ))
        for expansion in chosen(self.expansion, ExpansionRules, only):
            rows.append(PayoutRow(
                program="LCI",
                program_version="76f20e846c9b",
                payment="expand_rebate",
                id=expansion.id,
                status=expansion.expand_rebate_status,
                amount=expansion.expand_rebate_amount,
                earned=expansion.expand_rebate_earned,
                currency="USD",
                due_on=expansion.expand_rebate_due_on,
                reason=expansion.expand_rebate_reason,
            ))
        return in_order(rows, ("id", "payment"))

    def _requirements(self, only: object) -> tuple[RequirementRow, ...]:
        rows: list[RequirementRow] = []
        for deal in chosen(self.deal, DealRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
                requirement="minimum",
                id=deal.id,
                status=deal.minimum_status,
                actual=deal.minimum_actual,
                needed=deal.minimum_needed,
                short=deal.minimum_short,
                deadline=deal.minimum_deadline,
                label=deal.minimum_label,
                citation=deal.minimum_citation,
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
                requirement="activation",
                id=deal.id,
                status=deal.activation_status,
                actual=deal.activation_actual,
                needed=deal.activation_needed,
                short=deal.activation_short,
                deadline=deal.activation_deadline,
                label=deal.activation_label,
                citation=deal.activation_citation,
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
                requirement="specialization",
                id=deal.id,
                status=deal.specialization_status,
                actual=deal.specialization_actual,
                needed=deal.specialization_needed,
                short=deal.specialization_short,
                deadline=deal.specialization_deadline,
                label=deal.specialization_label,
                citation=deal.specialization_citation,
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
                requirement="plan",
                id=deal.id,
                status=deal.plan_status,
                actual=deal.plan_actual,
                needed=deal.plan_needed,
                short=deal.plan_short,
                deadline=deal.plan_deadline,
                label=deal.plan_label,
                citation=deal.plan_citation,
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
                requirement="outcome",
                id=deal.id,
                status=deal.outcome_status,
                actual=deal.outcome_actual,
                needed=deal.outcome_needed,
                short=deal.outcome_short,
                deadline=deal.outcome_deadline,
                label=deal.outcome_label,
                citation=deal.outcome_citation,
            ))
        for expansion in chosen(self.expansion, ExpansionRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
                requirement="deployed",
                id=expansion.id,
                status=expansion.deployed_status,
                actual=expansion.deployed_actual,
                needed=expansion.deployed_needed,
                short=expansion.deployed_short,
                deadline=expansion.deployed_deadline,
                label=expansion.deployed_label,
                citation=expansion.deployed_citation,
            ))
        for expansion in chosen(self.expansion, ExpansionRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
                requirement="year",
                id=expansion.id,
                status=expansion.year_status,
                actual=expansion.year_actual,
                needed=expansion.year_needed,
                short=expansion.year_short,
                deadline=expansion.year_deadline,
                label=expansion.year_label,
                citation=expansion.year_citation,
            ))
        for expansion in chosen(self.expansion, ExpansionRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
                requirement="expansion_level",
                id=expansion.id,
                status=expansion.expansion_level_status,
                actual=expansion.expansion_level_actual,
                needed=expansion.expansion_level_needed,
                short=expansion.expansion_level_short,
                deadline=expansion.expansion_level_deadline,
                label=expansion.expansion_level_label,
                citation=expansion.expansion_level_citation,
            ))
        for partner in chosen(self.partner, PartnerRules, only):
            rows.append(RequirementRow(
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
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
                program="LCI",
                program_version="76f20e846c9b",
                designation="CX",
                id=partner.id,
                level=partner.CX_level,
                next_level=partner.CX_next_level,
                lacks=partner.CX_lacks,
            ))
        return in_order(rows, ("id", "designation"))

    def _conflicts(self, only: object) -> tuple[ConflictRow, ...]:
        rows: list[ConflictRow] = []
        for deal in chosen(self.deal, DealRules, only):
            if not deal.limit_1_outside_2:
                continue
            rows.append(ConflictRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Deal",
                id=deal.id,
                message="`plan_submitted_on` lies in no period of `FiscalQuarter`, so the limit (programs/lci/lci.inc:138) cannot be kept",
            ))
        for deal in chosen(self.deal, DealRules, only):
            if not deal.limit_1_unplaced:
                continue
            rows.append(ConflictRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Deal",
                id=deal.id,
                message="it is paid and has no place, because a value of `per` or `in order of` is missing, so the limit (programs/lci/lci.inc:138) cannot be kept",
            ))
        for deal in chosen(self.deal, DealRules, only):
            if not deal.small_deal_broken:
                continue
            rows.append(ConflictRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Deal",
                id=deal.id,
                message="invariant `small_deal` (programs/lci/lci.inc:144) does not hold: A small deal earns at most 20,000 USD of Adopt, so three earn at most 60,000",
            ))
        return in_order(rows, ("relation", "id", "message"))

    def _values(self, only: object) -> tuple[ValueRow, ...]:
        rows: list[ValueRow] = []
        for deal in chosen(self.deal, DealRules, only):
            rows.append(ValueRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Deal",
                name="size",
                id=deal.id,
                value=deal.size,
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(ValueRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Deal",
                name="level",
                id=deal.id,
                value=deal.level,
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(ValueRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Deal",
                name="plan_reward",
                id=deal.id,
                value=plain(deal.plan_reward),
            ))
        for deal in chosen(self.deal, DealRules, only):
            rows.append(ValueRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Deal",
                name="outcome_reward",
                id=deal.id,
                value=plain(deal.outcome_reward),
            ))
        for expansion in chosen(self.expansion, ExpansionRules, only):
            rows.append(ValueRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Expansion",
                name="level",
                id=expansion.id,
                value=expansion.level,
            ))
        for expansion in chosen(self.expansion, ExpansionRules, only):
            rows.append(ValueRow(
                program="LCI",
                program_version="76f20e846c9b",
                relation="Expansion",
                name="begins_on",
                id=expansion.id,
                value=cell("value", expansion, lambda expansion: expansion.begins_on.isoformat()),
            ))
        return in_order(rows, ("relation", "id", "name"))


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
    deal: Sequence[Deal] = ()
    expansion: Sequence[Expansion] = ()
    role: Sequence[Role] = ()
    certificate: Sequence[Certificate] = ()
    reference: Sequence[Reference] = ()
    questionnaire: Sequence[Questionnaire] = ()

    def __post_init__(self) -> None:
        errors: list[RowError] = []
        keys: dict[str, set[object]] = {
            "Partner": {row.id for row in self.partner},
            "Product": {row.id for row in self.product},
            "Deal": {row.id for row in self.deal},
        }
        _PARTNER.check(self.partner, keys, errors)
        _PRODUCT.check(self.product, keys, errors)
        _DEAL.check(self.deal, keys, errors)
        _EXPANSION.check(self.expansion, keys, errors)
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

    def __init__(self, rows: tuple[ConflictRow, ...]) -> None:
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
    "add_days(booked_on, param.days_to_plan)",
    "add_months(booked_on, 12:number(2, 0) last_day)",
    "add_days(booked_on, param.days_to_activation)",
    "add_months(Deal[deal]!.booked_on, 12:number(2, 0) last_day)",
)
COUNTRIES: frozenset[str] = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)

USE_RATE_ROWS = (
    UseRate(level="none", rate=Decimal("0.010000")),
    UseRate(level="Express", rate=Decimal("0.030000")),
    UseRate(level="Advanced", rate=Decimal("0.050000")),
)

ADOPT_REWARD_ROWS = (
    AdoptReward(size="Small", plan=Decimal("5000.00"), outcome=Decimal("15000.00")),
    AdoptReward(size="Medium", plan=Decimal("7500.00"), outcome=Decimal("22500.00")),
    AdoptReward(size="Large", plan=Decimal("10000.00"), outcome=Decimal("30000.00")),
)

EXPAND_RATE_ROWS = (
    ExpandRate(level="none", rate=Decimal("0.000000")),
    ExpandRate(level="Express", rate=Decimal("0.030000")),
    ExpandRate(level="Advanced", rate=Decimal("0.060000")),
)

FISCAL_QUARTER_ROWS = (
    FiscalQuarter(name="FY2015 Q1", start=datetime.date(2014, 7, 27), end=datetime.date(2014, 10, 25)),
    FiscalQuarter(name="FY2015 Q2", start=datetime.date(2014, 10, 26), end=datetime.date(2015, 1, 24)),
    FiscalQuarter(name="FY2015 Q3", start=datetime.date(2015, 1, 25), end=datetime.date(2015, 4, 25)),
    FiscalQuarter(name="FY2015 Q4", start=datetime.date(2015, 4, 26), end=datetime.date(2015, 7, 25)),
    FiscalQuarter(name="FY2016 Q1", start=datetime.date(2015, 7, 26), end=datetime.date(2015, 10, 24)),
    FiscalQuarter(name="FY2016 Q2", start=datetime.date(2015, 10, 25), end=datetime.date(2016, 1, 23)),
    FiscalQuarter(name="FY2016 Q3", start=datetime.date(2016, 1, 24), end=datetime.date(2016, 4, 23)),
    FiscalQuarter(name="FY2016 Q4", start=datetime.date(2016, 4, 24), end=datetime.date(2016, 7, 30)),
    FiscalQuarter(name="FY2017 Q1", start=datetime.date(2016, 7, 31), end=datetime.date(2016, 10, 29)),
    FiscalQuarter(name="FY2017 Q2", start=datetime.date(2016, 10, 30), end=datetime.date(2017, 1, 28)),
    FiscalQuarter(name="FY2017 Q3", start=datetime.date(2017, 1, 29), end=datetime.date(2017, 4, 29)),
    FiscalQuarter(name="FY2017 Q4", start=datetime.date(2017, 4, 30), end=datetime.date(2017, 7, 29)),
    FiscalQuarter(name="FY2018 Q1", start=datetime.date(2017, 7, 30), end=datetime.date(2017, 10, 28)),
    FiscalQuarter(name="FY2018 Q2", start=datetime.date(2017, 10, 29), end=datetime.date(2018, 1, 27)),
    FiscalQuarter(name="FY2018 Q3", start=datetime.date(2018, 1, 28), end=datetime.date(2018, 4, 28)),
    FiscalQuarter(name="FY2018 Q4", start=datetime.date(2018, 4, 29), end=datetime.date(2018, 7, 28)),
    FiscalQuarter(name="FY2019 Q1", start=datetime.date(2018, 7, 29), end=datetime.date(2018, 10, 27)),
    FiscalQuarter(name="FY2019 Q2", start=datetime.date(2018, 10, 28), end=datetime.date(2019, 1, 26)),
    FiscalQuarter(name="FY2019 Q3", start=datetime.date(2019, 1, 27), end=datetime.date(2019, 4, 27)),
    FiscalQuarter(name="FY2019 Q4", start=datetime.date(2019, 4, 28), end=datetime.date(2019, 7, 27)),
    FiscalQuarter(name="FY2020 Q1", start=datetime.date(2019, 7, 28), end=datetime.date(2019, 10, 26)),
    FiscalQuarter(name="FY2020 Q2", start=datetime.date(2019, 10, 27), end=datetime.date(2020, 1, 25)),
    FiscalQuarter(name="FY2020 Q3", start=datetime.date(2020, 1, 26), end=datetime.date(2020, 4, 25)),
    FiscalQuarter(name="FY2020 Q4", start=datetime.date(2020, 4, 26), end=datetime.date(2020, 7, 25)),
    FiscalQuarter(name="FY2021 Q1", start=datetime.date(2020, 7, 26), end=datetime.date(2020, 10, 24)),
    FiscalQuarter(name="FY2021 Q2", start=datetime.date(2020, 10, 25), end=datetime.date(2021, 1, 23)),
    FiscalQuarter(name="FY2021 Q3", start=datetime.date(2021, 1, 24), end=datetime.date(2021, 4, 24)),
    FiscalQuarter(name="FY2021 Q4", start=datetime.date(2021, 4, 25), end=datetime.date(2021, 7, 31)),
    FiscalQuarter(name="FY2022 Q1", start=datetime.date(2021, 8, 1), end=datetime.date(2021, 10, 30)),
    FiscalQuarter(name="FY2022 Q2", start=datetime.date(2021, 10, 31), end=datetime.date(2022, 1, 29)),
    FiscalQuarter(name="FY2022 Q3", start=datetime.date(2022, 1, 30), end=datetime.date(2022, 4, 30)),
    FiscalQuarter(name="FY2022 Q4", start=datetime.date(2022, 5, 1), end=datetime.date(2022, 7, 30)),
    FiscalQuarter(name="FY2023 Q1", start=datetime.date(2022, 7, 31), end=datetime.date(2022, 10, 29)),
    FiscalQuarter(name="FY2023 Q2", start=datetime.date(2022, 10, 30), end=datetime.date(2023, 1, 28)),
    FiscalQuarter(name="FY2023 Q3", start=datetime.date(2023, 1, 29), end=datetime.date(2023, 4, 29)),
    FiscalQuarter(name="FY2023 Q4", start=datetime.date(2023, 4, 30), end=datetime.date(2023, 7, 29)),
    FiscalQuarter(name="FY2024 Q1", start=datetime.date(2023, 7, 30), end=datetime.date(2023, 10, 28)),
    FiscalQuarter(name="FY2024 Q2", start=datetime.date(2023, 10, 29), end=datetime.date(2024, 1, 27)),
    FiscalQuarter(name="FY2024 Q3", start=datetime.date(2024, 1, 28), end=datetime.date(2024, 4, 27)),
    FiscalQuarter(name="FY2024 Q4", start=datetime.date(2024, 4, 28), end=datetime.date(2024, 7, 27)),
    FiscalQuarter(name="FY2025 Q1", start=datetime.date(2024, 7, 28), end=datetime.date(2024, 10, 26)),
    FiscalQuarter(name="FY2025 Q2", start=datetime.date(2024, 10, 27), end=datetime.date(2025, 1, 25)),
    FiscalQuarter(name="FY2025 Q3", start=datetime.date(2025, 1, 26), end=datetime.date(2025, 4, 26)),
    FiscalQuarter(name="FY2025 Q4", start=datetime.date(2025, 4, 27), end=datetime.date(2025, 7, 26)),
    FiscalQuarter(name="FY2026 Q1", start=datetime.date(2025, 7, 27), end=datetime.date(2025, 10, 25)),
    FiscalQuarter(name="FY2026 Q2", start=datetime.date(2025, 10, 26), end=datetime.date(2026, 1, 24)),
    FiscalQuarter(name="FY2026 Q3", start=datetime.date(2026, 1, 25), end=datetime.date(2026, 4, 25)),
    FiscalQuarter(name="FY2026 Q4", start=datetime.date(2026, 4, 26), end=datetime.date(2026, 7, 25)),
    FiscalQuarter(name="FY2027 Q1", start=datetime.date(2026, 7, 26), end=datetime.date(2026, 10, 24)),
    FiscalQuarter(name="FY2027 Q2", start=datetime.date(2026, 10, 25), end=datetime.date(2027, 1, 23)),
    FiscalQuarter(name="FY2027 Q3", start=datetime.date(2027, 1, 24), end=datetime.date(2027, 4, 24)),
    FiscalQuarter(name="FY2027 Q4", start=datetime.date(2027, 4, 25), end=datetime.date(2027, 7, 31)),
    FiscalQuarter(name="FY2028 Q1", start=datetime.date(2027, 8, 1), end=datetime.date(2027, 10, 30)),
    FiscalQuarter(name="FY2028 Q2", start=datetime.date(2027, 10, 31), end=datetime.date(2028, 1, 29)),
    FiscalQuarter(name="FY2028 Q3", start=datetime.date(2028, 1, 30), end=datetime.date(2028, 4, 29)),
    FiscalQuarter(name="FY2028 Q4", start=datetime.date(2028, 4, 30), end=datetime.date(2028, 7, 29)),
    FiscalQuarter(name="FY2029 Q1", start=datetime.date(2028, 7, 30), end=datetime.date(2028, 10, 28)),
    FiscalQuarter(name="FY2029 Q2", start=datetime.date(2028, 10, 29), end=datetime.date(2029, 1, 27)),
    FiscalQuarter(name="FY2029 Q3", start=datetime.date(2029, 1, 28), end=datetime.date(2029, 4, 28)),
    FiscalQuarter(name="FY2029 Q4", start=datetime.date(2029, 4, 29), end=datetime.date(2029, 7, 28)),
    FiscalQuarter(name="FY2030 Q1", start=datetime.date(2029, 7, 29), end=datetime.date(2029, 10, 27)),
    FiscalQuarter(name="FY2030 Q2", start=datetime.date(2029, 10, 28), end=datetime.date(2030, 1, 26)),
    FiscalQuarter(name="FY2030 Q3", start=datetime.date(2030, 1, 27), end=datetime.date(2030, 4, 27)),
    FiscalQuarter(name="FY2030 Q4", start=datetime.date(2030, 4, 28), end=datetime.date(2030, 7, 27)),
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

_DEAL = Shape(
    "deal",
    "deal",
    Deal,
    (
        Field("id", "id", "text"),
        Field("partner", "partner", "text", refers="Partner"),
        Field("customer", "customer", "text"),
        Field("product", "product", "text", refers="Product"),
        Field("amount", "amount", "money", 18, 2, least=Decimal("0.00")),
        Field("booked_on", "booked_on", "date"),
        Field("activated_on", "activated_on", "date", optional=True),
        Field("plan_submitted_on", "plan_submitted_on", "date", optional=True),
        Field("outcome_proven_on", "outcome_proven_on", "date", optional=True),
    ),
    ("id",),
)

_EXPANSION = Shape(
    "expansion",
    "expansion",
    Expansion,
    (
        Field("id", "id", "text"),
        Field("deal", "deal", "text", refers="Deal"),
        Field("amount", "amount", "money", 18, 2, least=Decimal("0.00")),
        Field("booked_on", "booked_on", "date"),
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
    "deal": _DEAL,
    "expansion": _EXPANSION,
    "role": _ROLE,
    "certificate": _CERTIFICATE,
    "reference": _REFERENCE,
    "questionnaire": _QUESTIONNAIRE,
}
