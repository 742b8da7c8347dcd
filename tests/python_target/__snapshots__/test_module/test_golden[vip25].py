"""VIP25: Value Incentive Program 25. Version 68aae404aece.
Made by incdsl from the text of the program; change that and make this again.
evaluate(Feeds(...), as_of) gives payouts, requirements, values. Feeds.from_dicts reads and checks rows.
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

PROGRAM: Final = "VIP25"
VERSION: Final = "68aae404aece"
HASH: Final = "b75a63930a003864589328630daf1dbd0c1a0f2161cfb251d2668b9c8546a440"
"""The SHA-256 of the program as `incdsl build --target core` writes it."""
SPONSOR: Final = "Cisco"
CURRENCY: Final = "USD"

HIGHEST_RATE: Decimal = Decimal("0.200000")
"""Highest rebate rate.
Cited: Value Incentive Program (VIP): an overview: What is the Value Incentive Program, paragraph 2.
"""
CEILING_ON: str = "EachRate"
"""What the highest rate limits.
Assumed: the overview says that the size of the discount depends on the product, so it is each product's rate that
is limited (otherwise: Total).
"""
SURVEYS_NEEDED: Decimal = Decimal("10")
"""Customer satisfaction surveys needed.
Cited: Value Incentive Program (VIP): an overview: Can all organizations take part, paragraph 1.
"""

VIP_PERIOD: tuple[str, ...] = ("six_month", "three_month")
CEILING_ON_2: tuple[str, ...] = ("EachRate", "Total")
EXPERTISE_AT: tuple[str, ...] = ("SignUp", "PeriodEnd")
KIND: tuple[str, ...] = ("Specialization", "ATP")
LEVEL: tuple[str, ...] = ("Select", "Premier", "Gold")

N_0_00 = Decimal("0.00")
N_0_000000 = Decimal("0.000000")
N_0_00000000 = Decimal("0.00000000")
N_45 = Decimal("45")

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
class VipPeriod:
    """VIP25 periods: a row of a table of the program. Key: name."""

    name: str  # Period; one of VipPeriod
    start: datetime.date  # First day
    end: datetime.date  # Last day

    _relation: ClassVar[str] = "VipPeriod"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.name,)


@dataclass(frozen=True, kw_only=True)
class Track:
    """Tracks: a row of a table of the program. Key: name."""

    name: str

    _relation: ClassVar[str] = "Track"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.name,)


@dataclass(frozen=True, kw_only=True)
class Subtrack:
    """Sub-tracks: a row of a table of the program. Key: name."""

    name: str
    track: str  # of Track
    expertise_at: str  # one of expertise_at
    minimum_elsewhere: Decimal  # in USD

    _relation: ClassVar[str] = "Subtrack"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.name,)


@dataclass(frozen=True, kw_only=True)
class Expertise:
    """Specializations and ATP certifications: a row of a table of the program. Key: name."""

    name: str
    kind: str  # one of kind

    _relation: ClassVar[str] = "Expertise"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.name,)


@dataclass(frozen=True, kw_only=True)
class Qualification:
    """Expertise that opens a sub-track; any one of a sub-track's rows is enough: a row of a table of the program.
    Key: subtrack, expertise.
    """

    subtrack: str  # of Subtrack
    expertise: str  # of Expertise

    _relation: ClassVar[str] = "Qualification"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.subtrack, self.expertise,)


@dataclass(frozen=True, kw_only=True)
class CollaborationSpecialization:
    """The Collaboration specializations: a row of a table of the program. Key: expertise."""

    expertise: str  # of Expertise

    _relation: ClassVar[str] = "CollaborationSpecialization"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.expertise,)


@dataclass(frozen=True, kw_only=True)
class MinimumVolume:
    """Minimum purchase volumes: a row of a table of the program. Key: subtrack, country."""

    subtrack: str  # of Subtrack
    country: str
    amount: Decimal  # in USD

    _relation: ClassVar[str] = "MinimumVolume"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.subtrack, self.country,)


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
class Listing:
    """Product on the list of a sub-track: a row of the feed. Key: product, listed_start through listed_end."""

    product: str  # Part number; of Product
    listed_start: datetime.date  # On the list: first day
    listed_end: datetime.date | None = None  # On the list: last day
    subtrack: str  # Sub-track that it belongs to; of Subtrack
    rebate_rate: Decimal  # Rebate rate; a fraction: 20% is 0.2, at least 0.000000, at most 1.000000

    _relation: ClassVar[str] = "Listing"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.product, self.listed_start,)


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
class Certification:
    """Specialization or ATP that a partner holds: a row of the feed. Key: partner, expertise, held_start through
    held_end.
    """

    partner: str  # Partner; of Partner
    expertise: str  # Specialization or ATP; of Expertise
    held_start: datetime.date  # Held: first day
    held_end: datetime.date | None = None  # Held: last day
    awarded_on: datetime.date  # Awarded or renewed

    _relation: ClassVar[str] = "Certification"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.partner, self.expertise, self.held_start,)


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Customer satisfaction survey: a row of the feed. Key: id."""

    id: str  # Survey id
    partner: str  # Partner; of Partner
    customer: str  # Customer that answered
    submitted_on: datetime.date  # Submitted
    score: Decimal  # Overall satisfaction; at least 1, at most 5

    _relation: ClassVar[str] = "Survey"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.id,)


@dataclass(frozen=True, kw_only=True)
class Enrollment:
    """Enrolment in a sub-track for a period, or a potential one: a row of the feed. Key: partner, subtrack, period."""

    partner: str  # Partner; of Partner
    subtrack: str  # Sub-track; of Subtrack
    period: str  # Period; of VipPeriod
    signed_on: datetime.date | None = None  # Signed up in PPE; blank for a potential program

    _relation: ClassVar[str] = "Enrollment"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.partner, self.subtrack, self.period,)


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """Purchase line: a row of the feed. Key: id."""

    id: str  # Order line
    partner: str  # Partner that bought; of Partner
    product: str  # Part number; of Product
    customer: str | None = None  # End customer
    amount: Decimal  # Net amount; below zero when it takes something back; in USD
    booked_on: datetime.date  # Booked
    shipped_on: datetime.date | None = None  # Shipped, or received back
    invoiced_on: datetime.date | None = None  # Invoiced or credited
    returns: str | None = None  # Order line that it takes back

    _relation: ClassVar[str] = "Purchase"

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.id,)


@dataclass(frozen=True)
class PayoutRow:
    """A row of `payouts`."""

    program: str  # Program
    program_version: str  # Version of the program
    payment: str  # Name of the payment
    partner: str  # Partner
    subtrack: str  # Sub-track
    period: str  # Period
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
    partner: str  # Partner
    subtrack: str  # Sub-track
    period: str  # Period
    status: str  # Status: met, missed, on track, open or not applicable
    actual: str | None  # The value compared
    needed: str | None  # The value needed
    short: str | None  # How much is lacking
    deadline: datetime.date | None  # Day by which it has to be met
    label: str  # What is required
    citation: str | None  # Where it is stated, or why it is assumed


@dataclass(frozen=True)
class ValueRow:
    """A row of `values`."""

    program: str  # Program
    program_version: str  # Version of the program
    relation: str  # Name of the relation
    name: str  # Name of the value
    partner: str | None  # Partner
    subtrack: str | None  # Sub-track
    period: str | None  # Period
    id: str | None  # Order line
    value: str | None  # The value, as text


@dataclass(frozen=True)
class Results:
    """The rows of every result file, in the order of the file. `values` is None unless asked for."""

    payouts: tuple[PayoutRow, ...]
    requirements: tuple[RequirementRow, ...]
    values: tuple[ValueRow, ...] | None

    def rows(self, name: str) -> tuple[Any, ...]:
        """The rows of a result by its name. Raises KeyError when there is none of that name."""
        if name == "payouts":
            return self.payouts
        if name == "requirements":
            return self.requirements
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
                    "partner",
                    "subtrack",
                    "period",
                    "status",
                    "amount",
                    "earned",
                    "currency",
                    "due_on",
                    "reason",
                ),
                self.payouts,
                (None, None, None, None, None, None, None, None, None, None, None, None),
            )
        if name == "requirements":
            return csv_text(
                (
                    "program",
                    "program_version",
                    "requirement",
                    "partner",
                    "subtrack",
                    "period",
                    "status",
                    "actual",
                    "needed",
                    "short",
                    "deadline",
                    "label",
                    "citation",
                ),
                self.requirements,
                (None, None, None, None, None, None, None, None, None, None, None, None, None),
            )
        if name == "values" and self.values is not None:
            return csv_text(
                ("program", "program_version", "relation", "name", "partner", "subtrack", "period", "id", "value"),
                self.values,
                (None, None, None, None, None, None, None, None, None),
            )
        raise KeyError(name)


class CertificationRules(Certification):
    """Specialization or ATP that a partner holds, with what the program works out for it."""

    _world: Evaluation

    @rule("known")
    def known_(self) -> bool:
        """Whether the row is known on the as-of date; one that is not takes part in nothing."""
        return self.awarded_on <= self._world.as_of


class SurveyRules(Survey):
    """Customer satisfaction survey, with what the program works out for it."""

    _world: Evaluation

    @rule("known")
    def known_(self) -> bool:
        """Whether the row is known on the as-of date; one that is not takes part in nothing."""
        return self.submitted_on <= self._world.as_of


class EnrollmentRules(Enrollment):
    """Enrolment in a sub-track for a period, or a potential one, with what the program works out for it."""

    _world: Evaluation

    @part
    def _vip_period_1(self) -> datetime.date:
        """VipPeriod[period]!.start"""
        return self._world.vip_period[self.period].start

    @part
    def _vip_period_2(self) -> datetime.date:
        """VipPeriod[period]!.end"""
        return self._world.vip_period[self.period].end

    @rule("signed_on.known")
    def signed_on_known(self) -> datetime.date | None:
        """Signed up in PPE; blank for a potential program."""
        if self.signed_on is not None and known(self.signed_on) <= self._world.as_of:
            return self.signed_on
        return None

    @rule("sign_up_day")
    def sign_up_day(self) -> datetime.date:
        """Day of signing up, at the latest the last day."""
        return otherwise_of(self.signed_on_known, lambda: self._world.vip_period[self.period].end)

    @rule("expertise_day")
    def expertise_day(self) -> datetime.date:
        """Day on which the expertise is tested.
        Cited: Value Incentive Program (VIP): an overview: Can all organizations take part, paragraph 2.
        """
        return otherwise_of(
            self.sign_up_day if self._world.subtrack[self.subtrack].expertise_at == "SignUp" else None,
            lambda: self._world.vip_period[self.period].end,
        )

    @rule("volume")
    def volume(self) -> Decimal:
        """Purchase volume.
        Cited: Value Incentive Program (VIP): an overview: What is the Value Incentive Program, paragraph 2.
        Assumed: a line counts on the day it was booked (otherwise: a line counts on the day it was shipped).
        Assumed: a return lowers the volume of the period in which it was booked (otherwise: a return lowers the
        volume of the period of the line that it takes back).
        Assumed: a partner enrolled for both periods counts a line in each (otherwise: a line counts in one period
        only).
        """
        return total(
            (
                purchase.amount
                for purchase in self._world._purchase_by_partner_and_subtrack[(self.partner, self.subtrack)]
                if (
                    purchase.subtrack is not None
                    and purchase.booked_on >= self._vip_period_1
                    and purchase.booked_on <= self._vip_period_2
                )
            ),
            2,
            0,
        )

    @rule("minimum")
    def minimum(self) -> Decimal:
        """Minimum volume."""
        return otherwise_of(
            of(
                self._world.minimum_volume.get((self.subtrack, self._world.partner[self.partner].country)),
                lambda minimum_volume: minimum_volume.amount,
            ),
            lambda: self._world.subtrack[self.subtrack].minimum_elsewhere,
        )

    @rule("rebate_on_lines")
    def rebate_on_lines(self) -> Decimal:
        """Rebate on every line.
        Assumed: the same lines count as for the volume, shipped or not, and from the first dollar (otherwise:
        only shipped lines earn the rebate).
        """
        return total(
            (
                times(purchase.amount, purchase.rate)
                for purchase in self._world._purchase_by_partner_and_subtrack[(self.partner, self.subtrack)]
                if (
                    purchase.subtrack is not None
                    and purchase.booked_on >= self._vip_period_1
                    and purchase.booked_on <= self._vip_period_2
                )
            ),
            8,
            1,
        )

    @rule("surveys_sent")
    def surveys_sent(self) -> Decimal:
        """Surveys submitted.
        Assumed: a customer asked twice is one survey (otherwise: every survey counts).
        Assumed: a partner's surveys count for each of its sub-tracks (otherwise: each sub-track needs surveys of
        its own).
        """
        return distinct(
            survey.customer
            for survey in self._world._survey_by_partner[self.partner]
            if survey.submitted_on >= self._vip_period_1 and survey.submitted_on <= self._vip_period_2
        )

    @rule("has_express_foundation")
    def has_express_foundation(self) -> bool:
        """Holds Express Foundation on the day of signing up."""
        return any(
            (
                self.sign_up_day >= certification.held_start
                and (certification.held_end is None or self.sign_up_day <= known(certification.held_end))
            )
            for certification in self._world._certification_by_partner_and_expertise[(
                self.partner,
                "Express Foundation",
            )]
        )

    # --- enrolment --------------------------------------------------------------------------------------------

    @rule("enrolment.done_on")
    def enrolment_done_on(self) -> datetime.date | None:
        return self.signed_on_known

    @rule("enrolment.deadline")
    def enrolment_deadline(self) -> datetime.date | None:
        return self._world.vip_period[self.period].end

    @rule("enrolment.status")
    def enrolment_status(self) -> str:
        """Cited: Value Incentive Program (VIP): an overview: How can you take part.
        Assumed: the overview gives no deadline; a partner can sign up as long as the period runs (otherwise: a
        partner signs up before the period begins).
        """
        if self.enrolment_done_on is not None and known(self.enrolment_deadline) < known(self.enrolment_done_on):
            return "missed"
        if self.enrolment_done_on is not None:
            return "met"
        if known(self.enrolment_deadline) < self._world.as_of:
            return "missed"
        return "open"

    @rule("enrolment.actual")
    def enrolment_actual(self) -> str | None:
        if self.signed_on_known is not None:
            return known(self.signed_on_known).isoformat()
        return None

    enrolment_needed: str | None = None

    enrolment_short: str | None = None

    @rule("enrolment.label")
    def enrolment_label(self) -> str:
        return "Signs up for " + self.subtrack + " in PPE"

    enrolment_citation: str | None = "Value Incentive Program (VIP): an overview: How can you take part; assumed: the overview gives no deadline; a partner can sign up as long as the period runs"

    # --- specialization ---------------------------------------------------------------------------------------

    @rule("specialization.holds")
    def specialization_holds(self) -> bool:
        return any(
            (
                self._world.qualification.get((self.subtrack, certification.expertise)) is not None
                and self.expertise_day >= certification.held_start
                and (certification.held_end is None or self.expertise_day <= known(certification.held_end))
            )
            for certification in self._world._certification_by_partner[self.partner]
        )

    @rule("specialization.deadline")
    def specialization_deadline(self) -> datetime.date | None:
        return self.expertise_day

    @rule("specialization.status")
    def specialization_status(self) -> str:
        """Cited: Value Incentive Program (VIP): an overview: What specializations or certifications, paragraph 1."""
        if self.specialization_holds and known(self.specialization_deadline) <= self._world.as_of:
            return "met"
        if self.specialization_holds:
            return "on track"
        if known(self.specialization_deadline) < self._world.as_of:
            return "missed"
        return "open"

    specialization_actual: str | None = None

    specialization_needed: str | None = None

    specialization_short: str | None = None

    @rule("specialization.label")
    def specialization_label(self) -> str:
        return "Holds a specialization or ATP that opens " + self.subtrack

    specialization_citation: str | None = "Value Incentive Program (VIP): an overview: What specializations or certifications, paragraph 1"

    # --- collaboration ----------------------------------------------------------------------------------------

    @rule("collaboration.applies")
    def collaboration_applies(self) -> bool:
        return (
            self._world.partner[self.partner].level == "Premier"
            and self._world.subtrack[self.subtrack].track == "Collaboration"
            and self.has_express_foundation
        )

    @rule("collaboration.holds")
    def collaboration_holds(self) -> bool:
        return (
            self.collaboration_applies
            and any(
                (
                    self._world.collaboration_specialization.get(certification.expertise) is not None
                    and self.sign_up_day >= certification.held_start
                    and (certification.held_end is None or self.sign_up_day <= known(certification.held_end))
                )
                for certification in self._world._certification_by_partner[self.partner]
            )
        )

    @rule("collaboration.deadline")
    def collaboration_deadline(self) -> datetime.date | None:
        return self.sign_up_day

    @rule("collaboration.status")
    def collaboration_status(self) -> str:
        """Has a Collaboration specialization beside Express Foundation: how it stands.
        Cited: Value Incentive Program (VIP): an overview: What specializations or certifications, paragraph 3.
        Assumed: the specialization comes first, so it is there on the day of signing up (otherwise: it is there
        on the last day of the period).
        Assumed: one Collaboration specialization is enough (otherwise: all of them are needed).
        Assumed: a partner has the level that its row gives, on every day (otherwise: the level of the day of
        signing up counts).
        """
        if not self.collaboration_applies:
            return "not applicable"
        if self.collaboration_holds and known(self.collaboration_deadline) <= self._world.as_of:
            return "met"
        if self.collaboration_holds:
            return "on track"
        if known(self.collaboration_deadline) < self._world.as_of:
            return "missed"
        return "open"

    collaboration_actual: str | None = None

    collaboration_needed: str | None = None

    collaboration_short: str | None = None

    collaboration_label: str = "Has a Collaboration specialization beside Express Foundation"

    collaboration_citation: str | None = "Value Incentive Program (VIP): an overview: What specializations or certifications, paragraph 3; assumed: the specialization comes first, so it is there on the day of signing up; assumed: one Collaboration specialization is enough; assumed: a partner has the level that its row gives, on every day"

    # --- volume -----------------------------------------------------------------------------------------------

    @rule("volume.holds")
    def volume_holds(self) -> bool:
        return self.volume >= self.minimum

    @rule("volume.deadline")
    def volume_deadline(self) -> datetime.date | None:
        return self._world.vip_period[self.period].end

    @rule("volume.status")
    def volume_status(self) -> str:
        """Cited: Value Incentive Program (VIP): an overview: What purchase volumes.
        Assumed: exactly the minimum is enough (otherwise: the volume is above the minimum).
        """
        if self.volume_holds and known(self.volume_deadline) <= self._world.as_of:
            return "met"
        if self.volume_holds:
            return "on track"
        if known(self.volume_deadline) < self._world.as_of:
            return "missed"
        return "open"

    @rule("volume.actual")
    def volume_actual(self) -> str | None:
        return plain(self.volume)

    @rule("volume.needed")
    def volume_needed(self) -> str | None:
        return plain(self.minimum)

    @rule("volume.short")
    def volume_short(self) -> str | None:
        if self.volume >= self.minimum:
            return None
        return plain(fit(self.minimum - self.volume, 38, 2, 2))

    @rule("volume.label")
    def volume_label(self) -> str:
        return "Reaches the minimum volume of " + self.subtrack + " in " + self._world.partner[self.partner].country

    volume_citation: str | None = "Value Incentive Program (VIP): an overview: What purchase volumes; assumed: exactly the minimum is enough"

    # --- surveys ----------------------------------------------------------------------------------------------

    @rule("surveys.holds")
    def surveys_holds(self) -> bool:
        return self.surveys_sent >= SURVEYS_NEEDED

    @rule("surveys.deadline")
    def surveys_deadline(self) -> datetime.date | None:
        return self._world.vip_period[self.period].end

    @rule("surveys.status")
    def surveys_status(self) -> str:
        """Submits the customer satisfaction surveys: how it stands.
        Cited: Value Incentive Program (VIP): an overview: Can all organizations take part, paragraph 1.
        """
        if self.surveys_holds and known(self.surveys_deadline) <= self._world.as_of:
            return "met"
        if self.surveys_holds:
            return "on track"
        if known(self.surveys_deadline) < self._world.as_of:
            return "missed"
        return "open"

    @rule("surveys.actual")
    def surveys_actual(self) -> str | None:
        return plain(self.surveys_sent)

    @rule("surveys.needed")
    def surveys_needed(self) -> str | None:
        return plain(SURVEYS_NEEDED)

    @rule("surveys.short")
    def surveys_short(self) -> str | None:
        if self.surveys_sent >= SURVEYS_NEEDED:
            return None
        return plain(SURVEYS_NEEDED - self.surveys_sent)

    surveys_label: str = "Submits the customer satisfaction surveys"

    surveys_citation: str | None = "Value Incentive Program (VIP): an overview: Can all organizations take part, paragraph 1"

    # --- rebate -----------------------------------------------------------------------------------------------

    @rule("rebate.step_1")
    def rebate_step_1(self) -> Decimal:
        """amount: amount rebate_on_lines"""
        return self.rebate_on_lines

    @rule("rebate.step_2")
    def rebate_step_2(self) -> Decimal:
        """at_most: at most highest_rate * volume if ceiling_on = Total otherwise rebate_on_lines cite overview "What
        is the Value Incentive Program, paragraph 2\"
        Cited: Value Incentive Program (VIP): an overview: What is the Value Incentive Program, paragraph 2.
        """
        return min(
            self.rebate_step_1,
            otherwise_of(
                fit(times(HIGHEST_RATE, self.volume), 38, 8, 3) if CEILING_ON == "Total" else None,
                lambda: self.rebate_on_lines,
            ),
        )

    @rule("rebate.step_3")
    def rebate_step_3(self) -> Decimal:
        """at_least: at least 0 USD otherwise forfeit assumed "returns lower the rebate and never make a debt of it"
        otherwise "a rebate below zero is charged to the partner\"
        Assumed: returns lower the rebate and never make a debt of it (otherwise: a rebate below zero is charged
        to the partner).
        """
        if self.rebate_step_2 < N_0_00000000:
            return N_0_00000000
        return self.rebate_step_2

    @rule("rebate.step_4")
    def rebate_step_4(self) -> Decimal:
        """round: round half up to 0.01 assumed "the rebate of a sub-track is rounded once, to cents" otherwise "the
        rebate of each line is rounded\"
        Assumed: the rebate of a sub-track is rounded once, to cents (otherwise: the rebate of each line is
        rounded).
        """
        return rounded(self.rebate_step_3, 2, "ROUND_HALF_UP")

    @rule("rebate.amount")
    def rebate_amount(self) -> Decimal:
        """VIP rebate: what the steps give.
        Cited: Value Incentive Program (VIP): an overview: What is the Value Incentive Program, paragraph 1.
        """
        return self.rebate_step_4

    @rule("rebate.status")
    def rebate_status(self) -> str:
        if (
            self.enrolment_status == "missed"
            or self.specialization_status == "missed"
            or self.collaboration_status == "missed"
            or self.volume_status == "missed"
            or self.surveys_status == "missed"
        ):
            return "missed"
        if (
            self.enrolment_status == "open"
            or self.specialization_status == "open"
            or self.collaboration_status == "open"
            or self.volume_status == "open"
            or self.surveys_status == "open"
        ):
            return "open"
        if (
            self.enrolment_status == "on track"
            or self.specialization_status == "on track"
            or self.collaboration_status == "on track"
            or self.volume_status == "on track"
            or self.surveys_status == "on track"
        ):
            return "expected"
        return "earned"

    @rule("rebate.earned")
    def rebate_earned(self) -> Decimal:
        if self.rebate_status == "earned":
            return self.rebate_amount
        return N_0_00

    @rule("rebate.due_on")
    def rebate_due_on(self) -> datetime.date | None:
        return days_later(self._world.vip_period[self.period].end, N_45, 4)

    @rule("rebate.reason")
    def rebate_reason(self) -> str:
        if self.rebate_status == "missed":
            return (
                "missed: "
                + known(
                    joined(
                        ", ",
                        "enrolment" if self.enrolment_status == "missed" else None,
                        "specialization" if self.specialization_status == "missed" else None,
                        "collaboration" if self.collaboration_status == "missed" else None,
                        "volume" if self.volume_status == "missed" else None,
                        "surveys" if self.surveys_status == "missed" else None,
                    ),
                )
            )
        if self.rebate_status == "open":
            return (
                "open: "
                + known(
                    joined(
                        ", ",
                        "enrolment" if self.enrolment_status == "open" else None,
                        "specialization" if self.specialization_status == "open" else None,
                        "collaboration" if self.collaboration_status == "open" else None,
                        "volume" if self.volume_status == "open" else None,
                        "surveys" if self.surveys_status == "open" else None,
                    ),
                )
            )
        if self.rebate_status == "expected":
            return (
                "on track: "
                + known(
                    joined(
                        ", ",
                        "enrolment" if self.enrolment_status == "on track" else None,
                        "specialization" if self.specialization_status == "on track" else None,
                        "collaboration" if self.collaboration_status == "on track" else None,
                        "volume" if self.volume_status == "on track" else None,
                        "surveys" if self.surveys_status == "on track" else None,
                    ),
                )
            )
        if self.rebate_amount == N_0_00:
            return "every requirement is met; the steps come to zero"
        return "every requirement is met"


class PurchaseRules(Purchase):
    """Purchase line, with what the program works out for it."""

    _world: Evaluation

    @rule("known")
    def known_(self) -> bool:
        """Whether the row is known on the as-of date; one that is not takes part in nothing."""
        return self.booked_on <= self._world.as_of

    @rule("shipped_on.known")
    def shipped_on_known(self) -> datetime.date | None:
        """Shipped, or received back."""
        if self.shipped_on is not None and known(self.shipped_on) <= self._world.as_of:
            return self.shipped_on
        return None

    @rule("invoiced_on.known")
    def invoiced_on_known(self) -> datetime.date | None:
        """Invoiced or credited."""
        if self.invoiced_on is not None and known(self.invoiced_on) <= self._world.as_of:
            return self.invoiced_on
        return None

    @rule("subtrack")
    def subtrack(self) -> str | None:
        """Sub-track of the product on the day of booking.
        Cited: Value Incentive Program (VIP): an overview: What is the Value Incentive Program, paragraph 4.
        Assumed: lists change while the program runs, so the list in force on the day of booking decides; a
        product on no list that day counts for no sub-track (otherwise: the list in force on the last day of the
        period decides).
        """
        return of(self._world.listing.on(self.product, self.booked_on), lambda listing: listing.subtrack)

    @rule("listed_rate")
    def listed_rate(self) -> Decimal:
        """Rebate rate on the list."""
        return otherwise(
            of(self._world.listing.on(self.product, self.booked_on), lambda listing: listing.rebate_rate),
            N_0_000000,
        )

    @rule("rate")
    def rate(self) -> Decimal:
        """Rebate rate paid.
        Cited: Value Incentive Program (VIP): an overview: What is the Value Incentive Program, paragraph 2.
        """
        return otherwise_of(
            min(self.listed_rate, HIGHEST_RATE) if CEILING_ON == "EachRate" else None,
            lambda: self.listed_rate,
        )


class Evaluation:
    """The rows of feeds as they are known on a day. Rules are worked out when they are asked for, each once: to read
    one row's rules works out only what they need.
    """

    def __init__(self, feeds: Feeds, as_of: datetime.date) -> None:
        if type(as_of) is not datetime.date:
            raise TypeError(f"as_of is {as_of!r}, of the type {type(as_of).__name__}: give a datetime.date")
        self.feeds, self.as_of = feeds, as_of
        self.vip_period: Table[VipPeriod] = Table(lambda: VIP_PERIOD_ROWS, lambda row: row.name)
        self.track: Table[Track] = Table(lambda: TRACK_ROWS, lambda row: row.name)
        self.subtrack: Table[Subtrack] = Table(lambda: SUBTRACK_ROWS, lambda row: row.name)
        self.expertise: Table[Expertise] = Table(lambda: EXPERTISE_ROWS, lambda row: row.name)
        self.qualification: Table[Qualification] = Table(
            lambda: QUALIFICATION_ROWS,
            lambda row: (row.subtrack, row.expertise),
        )
        self.collaboration_specialization: Table[CollaborationSpecialization] = Table(
            lambda: COLLABORATION_SPECIALIZATION_ROWS,
            lambda row: row.expertise,
        )
        self.minimum_volume: Table[MinimumVolume] = Table(
            lambda: MINIMUM_VOLUME_ROWS,
            lambda row: (row.subtrack, row.country),
        )
        self.product: Table[Product] = Table(lambda: feeds.product, lambda row: row.id)
        self.listing: Table[Listing] = Table(
            lambda: feeds.listing,
            lambda row: row.product,
            span=lambda row: (row.listed_start, row.listed_end),
        )
        self.partner: Table[Partner] = Table(lambda: feeds.partner, lambda row: row.id)
        self.certification: Table[CertificationRules] = Table(
            lambda: [made(CertificationRules, row, self) for row in feeds.certification],
            lambda row: (row.partner, row.expertise),
            known=lambda row: row.known_,
            span=lambda row: (row.held_start, row.held_end),
        )
        self.survey: Table[SurveyRules] = Table(
            lambda: [made(SurveyRules, row, self) for row in feeds.survey],
            lambda row: row.id,
            known=lambda row: row.known_,
        )
        self.enrollment: Table[EnrollmentRules] = Table(
            lambda: [made(EnrollmentRules, row, self) for row in feeds.enrollment],
            lambda row: (row.partner, row.subtrack, row.period),
        )
        self.purchase: Table[PurchaseRules] = Table(
            lambda: [made(PurchaseRules, row, self) for row in feeds.purchase],
            lambda row: row.id,
            known=lambda row: row.known_,
        )
        self._purchase_by_partner_and_subtrack = Index(
            self.purchase,
            lambda purchase: (purchase.partner, purchase.subtrack),
        )
        self._survey_by_partner = Index(self.survey, lambda survey: survey.partner)
        self._certification_by_partner_and_expertise = Index(
            self.certification,
            lambda certification: (certification.partner, certification.expertise),
        )
        self._certification_by_partner = Index(self.certification, lambda certification: certification.partner)
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
            values_ = self._values(row) if values else None
        finally:
            setcontext(before)
        return Results(payouts_, requirements_, values_)

    def _payouts(self, only: object) -> tuple[PayoutRow, ...]:
        rows: list[PayoutRow] = []
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(PayoutRow(
                program="VIP25",
                program_version="68aae404aece",
                payment="rebate",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                status=enrollment.rebate_status,
                amount=enrollment.rebate_amount,
                earned=enrollment.rebate_earned,
                currency="USD",
                due_on=enrollment.rebate_due_on,
                reason=enrollment.rebate_reason,
            ))
        return in_order(rows, ("partner", "subtrack", "period", "payment"))

    def _requirements(self, only: object) -> tuple[RequirementRow, ...]:
        rows: list[RequirementRow] = []
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(RequirementRow(
                program="VIP25",
                program_version="68aae404aece",
                requirement="enrolment",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                status=enrollment.enrolment_status,
                actual=enrollment.enrolment_actual,
                needed=enrollment.enrolment_needed,
                short=enrollment.enrolment_short,
                deadline=enrollment.enrolment_deadline,
                label=enrollment.enrolment_label,
                citation=enrollment.enrolment_citation,
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(RequirementRow(
                program="VIP25",
                program_version="68aae404aece",
                requirement="specialization",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                status=enrollment.specialization_status,
                actual=enrollment.specialization_actual,
                needed=enrollment.specialization_needed,
                short=enrollment.specialization_short,
                deadline=enrollment.specialization_deadline,
                label=enrollment.specialization_label,
                citation=enrollment.specialization_citation,
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(RequirementRow(
                program="VIP25",
                program_version="68aae404aece",
                requirement="collaboration",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                status=enrollment.collaboration_status,
                actual=enrollment.collaboration_actual,
                needed=enrollment.collaboration_needed,
                short=enrollment.collaboration_short,
                deadline=enrollment.collaboration_deadline,
                label=enrollment.collaboration_label,
                citation=enrollment.collaboration_citation,
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(RequirementRow(
                program="VIP25",
                program_version="68aae404aece",
                requirement="volume",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                status=enrollment.volume_status,
                actual=enrollment.volume_actual,
                needed=enrollment.volume_needed,
                short=enrollment.volume_short,
                deadline=enrollment.volume_deadline,
                label=enrollment.volume_label,
                citation=enrollment.volume_citation,
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(RequirementRow(
                program="VIP25",
                program_version="68aae404aece",
                requirement="surveys",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                status=enrollment.surveys_status,
                actual=enrollment.surveys_actual,
                needed=enrollment.surveys_needed,
                short=enrollment.surveys_short,
                deadline=enrollment.surveys_deadline,
                label=enrollment.surveys_label,
                citation=enrollment.surveys_citation,
            ))
        return in_order(rows, ("partner", "subtrack", "period", "requirement"))

    def _values(self, only: object) -> tuple[ValueRow, ...]:
        rows: list[ValueRow] = []
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Enrollment",
                name="sign_up_day",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                id=None,
                value=enrollment.sign_up_day.isoformat(),
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Enrollment",
                name="expertise_day",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                id=None,
                value=enrollment.expertise_day.isoformat(),
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Enrollment",
                name="volume",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                id=None,
                value=plain(enrollment.volume),
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Enrollment",
                name="minimum",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                id=None,
                value=plain(enrollment.minimum),
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Enrollment",
                name="rebate_on_lines",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                id=None,
                value=cell("value", enrollment, lambda enrollment: plain(enrollment.rebate_on_lines)),
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Enrollment",
                name="surveys_sent",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                id=None,
                value=plain(enrollment.surveys_sent),
            ))
        for enrollment in chosen(self.enrollment, EnrollmentRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Enrollment",
                name="has_express_foundation",
                partner=enrollment.partner,
                subtrack=enrollment.subtrack,
                period=enrollment.period,
                id=None,
                value=yes_or_no(enrollment.has_express_foundation),
            ))
        for purchase in chosen(self.purchase, PurchaseRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Purchase",
                name="subtrack",
                partner=None,
                subtrack=None,
                period=None,
                id=purchase.id,
                value=known(purchase.subtrack) if purchase.subtrack is not None else None,
            ))
        for purchase in chosen(self.purchase, PurchaseRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Purchase",
                name="listed_rate",
                partner=None,
                subtrack=None,
                period=None,
                id=purchase.id,
                value=percent(purchase.listed_rate, 4),
            ))
        for purchase in chosen(self.purchase, PurchaseRules, only):
            rows.append(ValueRow(
                program="VIP25",
                program_version="68aae404aece",
                relation="Purchase",
                name="rate",
                partner=None,
                subtrack=None,
                period=None,
                id=purchase.id,
                value=percent(purchase.rate, 4),
            ))
        return in_order(rows, ("relation", "partner", "subtrack", "period", "id", "name"))


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

    product: Sequence[Product] = ()
    listing: Sequence[Listing] = ()
    partner: Sequence[Partner] = ()
    certification: Sequence[Certification] = ()
    survey: Sequence[Survey] = ()
    enrollment: Sequence[Enrollment] = ()
    purchase: Sequence[Purchase] = ()

    def __post_init__(self) -> None:
        errors: list[RowError] = []
        keys: dict[str, set[object]] = {
            "VipPeriod": {row.name for row in VIP_PERIOD_ROWS},
            "Subtrack": {row.name for row in SUBTRACK_ROWS},
            "Expertise": {row.name for row in EXPERTISE_ROWS},
            "Product": {row.id for row in self.product},
            "Partner": {row.id for row in self.partner},
        }
        _PRODUCT.check(self.product, keys, errors)
        _LISTING.check(self.listing, keys, errors)
        _PARTNER.check(self.partner, keys, errors)
        _CERTIFICATION.check(self.certification, keys, errors)
        _SURVEY.check(self.survey, keys, errors)
        _ENROLLMENT.check(self.enrollment, keys, errors)
        _PURCHASE.check(self.purchase, keys, errors)
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
    "sum(amount over Purchase where ((partner = this.partner) and given(subtrack) and (known(subtrack) = this.subtrack) and ((booked_on >= VipPeriod[this.period]!.start) and (booked_on <= VipPeriod[this.period]!.end)))):38.2",
    "sum((amount * rate):27.8 over Purchase where ((partner = this.partner) and given(subtrack) and (known(subtrack) = this.subtrack) and ((booked_on >= VipPeriod[this.period]!.start) and (booked_on <= VipPeriod[this.period]!.end)))):38.8",
    "(widen(minimum to money(USD, 38, 2)):38.2 - volume):38.2",
    "(param.highest_rate * volume):38.8",
    "add_days(VipPeriod[period]!.end, 45:days(2))",
)
COUNTRIES: frozenset[str] = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)

VIP_PERIOD_ROWS = (
    VipPeriod(name="six_month", start=datetime.date(2015, 1, 25), end=datetime.date(2015, 7, 25)),
    VipPeriod(name="three_month", start=datetime.date(2015, 4, 26), end=datetime.date(2015, 7, 25)),
)

TRACK_ROWS = (
    Track(name="Data Center"),
    Track(name="Collaboration"),
    Track(name="Enterprise Networks"),
    Track(name="Security"),
)

SUBTRACK_ROWS = (
    Subtrack(name="UCS", track="Data Center", expertise_at="PeriodEnd", minimum_elsewhere=Decimal("57500.00")),
    Subtrack(
        name="Unified Fabric",
        track="Data Center",
        expertise_at="PeriodEnd",
        minimum_elsewhere=Decimal("45000.00"),
    ),
    Subtrack(
        name="Unified Communications",
        track="Collaboration",
        expertise_at="SignUp",
        minimum_elsewhere=Decimal("40000.00"),
    ),
    Subtrack(
        name="TelePresence",
        track="Collaboration",
        expertise_at="PeriodEnd",
        minimum_elsewhere=Decimal("30000.00"),
    ),
    Subtrack(
        name="Contact Center",
        track="Collaboration",
        expertise_at="SignUp",
        minimum_elsewhere=Decimal("20000.00"),
    ),
    Subtrack(name="Network Security", track="Security", expertise_at="SignUp", minimum_elsewhere=Decimal("25000.00")),
    Subtrack(
        name="Identity Services",
        track="Security",
        expertise_at="PeriodEnd",
        minimum_elsewhere=Decimal("10000.00"),
    ),
    Subtrack(
        name="Wireless",
        track="Enterprise Networks",
        expertise_at="PeriodEnd",
        minimum_elsewhere=Decimal("30000.00"),
    ),
    Subtrack(
        name="Switching",
        track="Enterprise Networks",
        expertise_at="SignUp",
        minimum_elsewhere=Decimal("75000.00"),
    ),
)

EXPERTISE_ROWS = (
    Expertise(name="Express Foundation", kind="Specialization"),
    Expertise(name="Express Collaboration", kind="Specialization"),
    Expertise(name="Advanced Collaboration Architecture", kind="Specialization"),
    Expertise(name="ATP TelePresence Video Master", kind="ATP"),
    Expertise(name="ATP Unified Contact Center Enterprise", kind="ATP"),
    Expertise(name="Advanced Unified Computing Technology", kind="Specialization"),
    Expertise(name="Advanced Unified Fabric Technology", kind="Specialization"),
    Expertise(name="Advanced Data Center Architecture", kind="Specialization"),
    Expertise(name="Advanced Core and WAN", kind="Specialization"),
    Expertise(name="Advanced Wireless LAN", kind="Specialization"),
    Expertise(name="Advanced Enterprise Networks Architecture", kind="Specialization"),
    Expertise(name="Express Security", kind="Specialization"),
    Expertise(name="Advanced Security Architecture", kind="Specialization"),
    Expertise(name="ATP ISE", kind="ATP"),
)

QUALIFICATION_ROWS = (
    Qualification(subtrack="UCS", expertise="Advanced Unified Computing Technology"),
    Qualification(subtrack="Unified Fabric", expertise="Advanced Unified Fabric Technology"),
    Qualification(subtrack="Unified Fabric", expertise="Advanced Data Center Architecture"),
    Qualification(subtrack="Unified Communications", expertise="Express Collaboration"),
    Qualification(subtrack="Unified Communications", expertise="Advanced Collaboration Architecture"),
    Qualification(subtrack="TelePresence", expertise="ATP TelePresence Video Master"),
    Qualification(subtrack="TelePresence", expertise="Advanced Collaboration Architecture"),
    Qualification(subtrack="Contact Center", expertise="ATP Unified Contact Center Enterprise"),
    Qualification(subtrack="Contact Center", expertise="Advanced Collaboration Architecture"),
    Qualification(subtrack="Network Security", expertise="Express Security"),
    Qualification(subtrack="Network Security", expertise="Advanced Security Architecture"),
    Qualification(subtrack="Identity Services", expertise="ATP ISE"),
    Qualification(subtrack="Identity Services", expertise="Advanced Security Architecture"),
    Qualification(subtrack="Wireless", expertise="Advanced Wireless LAN"),
    Qualification(subtrack="Wireless", expertise="Advanced Enterprise Networks Architecture"),
    Qualification(subtrack="Switching", expertise="Advanced Core and WAN"),
    Qualification(subtrack="Switching", expertise="Advanced Enterprise Networks Architecture"),
)

COLLABORATION_SPECIALIZATION_ROWS = (
    CollaborationSpecialization(expertise="Express Collaboration"),
    CollaborationSpecialization(expertise="Advanced Collaboration Architecture"),
)

MINIMUM_VOLUME_ROWS = (
    MinimumVolume(subtrack="UCS", country="NL", amount=Decimal("57500.00")),
    MinimumVolume(subtrack="UCS", country="BE", amount=Decimal("46000.00")),
    MinimumVolume(subtrack="UCS", country="DE", amount=Decimal("115000.00")),
    MinimumVolume(subtrack="UCS", country="GB", amount=Decimal("103500.00")),
    MinimumVolume(subtrack="UCS", country="FR", amount=Decimal("92000.00")),
    MinimumVolume(subtrack="UCS", country="US", amount=Decimal("172500.00")),
    MinimumVolume(subtrack="Unified Fabric", country="NL", amount=Decimal("45000.00")),
    MinimumVolume(subtrack="Unified Fabric", country="BE", amount=Decimal("36000.00")),
    MinimumVolume(subtrack="Unified Fabric", country="DE", amount=Decimal("90000.00")),
    MinimumVolume(subtrack="Unified Fabric", country="GB", amount=Decimal("81000.00")),
    MinimumVolume(subtrack="Unified Fabric", country="FR", amount=Decimal("72000.00")),
    MinimumVolume(subtrack="Unified Fabric", country="US", amount=Decimal("135000.00")),
    MinimumVolume(subtrack="Unified Communications", country="NL", amount=Decimal("40000.00")),
    MinimumVolume(subtrack="Unified Communications", country="BE", amount=Decimal("32000.00")),
    MinimumVolume(subtrack="Unified Communications", country="DE", amount=Decimal("80000.00")),
    MinimumVolume(subtrack="Unified Communications", country="GB", amount=Decimal("72000.00")),
    MinimumVolume(subtrack="Unified Communications", country="FR", amount=Decimal("64000.00")),
    MinimumVolume(subtrack="Unified Communications", country="US", amount=Decimal("120000.00")),
    MinimumVolume(subtrack="TelePresence", country="NL", amount=Decimal("30000.00")),
    MinimumVolume(subtrack="TelePresence", country="BE", amount=Decimal("24000.00")),
    MinimumVolume(subtrack="TelePresence", country="DE", amount=Decimal("60000.00")),
    MinimumVolume(subtrack="TelePresence", country="GB", amount=Decimal("54000.00")),
    MinimumVolume(subtrack="TelePresence", country="FR", amount=Decimal("48000.00")),
    MinimumVolume(subtrack="TelePresence", country="US", amount=Decimal("90000.00")),
    MinimumVolume(subtrack="Contact Center", country="NL", amount=Decimal("20000.00")),
    MinimumVolume(subtrack="Contact Center", country="BE", amount=Decimal("16000.00")),
    MinimumVolume(subtrack="Contact Center", country="DE", amount=Decimal("40000.00")),
    MinimumVolume(subtrack="Contact Center", country="GB", amount=Decimal("36000.00")),
    MinimumVolume(subtrack="Contact Center", country="FR", amount=Decimal("32000.00")),
    MinimumVolume(subtrack="Contact Center", country="US", amount=Decimal("60000.00")),
    MinimumVolume(subtrack="Network Security", country="NL", amount=Decimal("25000.00")),
    MinimumVolume(subtrack="Network Security", country="BE", amount=Decimal("20000.00")),
    MinimumVolume(subtrack="Network Security", country="DE", amount=Decimal("50000.00")),
    MinimumVolume(subtrack="Network Security", country="GB", amount=Decimal("45000.00")),
    MinimumVolume(subtrack="Network Security", country="FR", amount=Decimal("40000.00")),
    MinimumVolume(subtrack="Network Security", country="US", amount=Decimal("75000.00")),
    MinimumVolume(subtrack="Identity Services", country="NL", amount=Decimal("10000.00")),
    MinimumVolume(subtrack="Identity Services", country="BE", amount=Decimal("8000.00")),
    MinimumVolume(subtrack="Identity Services", country="DE", amount=Decimal("20000.00")),
    MinimumVolume(subtrack="Identity Services", country="GB", amount=Decimal("18000.00")),
    MinimumVolume(subtrack="Identity Services", country="FR", amount=Decimal("16000.00")),
    MinimumVolume(subtrack="Identity Services", country="US", amount=Decimal("30000.00")),
    MinimumVolume(subtrack="Wireless", country="NL", amount=Decimal("30000.00")),
    MinimumVolume(subtrack="Wireless", country="BE", amount=Decimal("24000.00")),
    MinimumVolume(subtrack="Wireless", country="DE", amount=Decimal("60000.00")),
    MinimumVolume(subtrack="Wireless", country="GB", amount=Decimal("54000.00")),
    MinimumVolume(subtrack="Wireless", country="FR", amount=Decimal("48000.00")),
    MinimumVolume(subtrack="Wireless", country="US", amount=Decimal("90000.00")),
    MinimumVolume(subtrack="Switching", country="NL", amount=Decimal("75000.00")),
    MinimumVolume(subtrack="Switching", country="BE", amount=Decimal("60000.00")),
    MinimumVolume(subtrack="Switching", country="DE", amount=Decimal("150000.00")),
    MinimumVolume(subtrack="Switching", country="GB", amount=Decimal("135000.00")),
    MinimumVolume(subtrack="Switching", country="FR", amount=Decimal("120000.00")),
    MinimumVolume(subtrack="Switching", country="US", amount=Decimal("225000.00")),
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

_LISTING = Shape(
    "listing",
    "listing",
    Listing,
    (
        Field("product", "product", "text", refers="Product"),
        Field("listed_start", "listed_start", "date"),
        Field("listed_end", "listed_end", "date", optional=True),
        Field("subtrack", "subtrack", "text", refers="Subtrack"),
        Field("rebate_rate", "rebate_rate", "percent", 9, 6, least=Decimal("0.000000"), greatest=Decimal("1.000000")),
    ),
    ("product",), ("listed_start", "listed_end"),
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

_CERTIFICATION = Shape(
    "certification",
    "certification",
    Certification,
    (
        Field("partner", "partner", "text", refers="Partner"),
        Field("expertise", "expertise", "text", refers="Expertise"),
        Field("held_start", "held_start", "date"),
        Field("held_end", "held_end", "date", optional=True),
        Field("awarded_on", "awarded_on", "date"),
    ),
    ("partner", "expertise"), ("held_start", "held_end"),
)

_SURVEY = Shape(
    "survey",
    "survey",
    Survey,
    (
        Field("id", "id", "text"),
        Field("partner", "partner", "text", refers="Partner"),
        Field("customer", "customer", "text"),
        Field("submitted_on", "submitted_on", "date"),
        Field("score", "score", "number", 18, 0, least=Decimal("1"), greatest=Decimal("5")),
    ),
    ("id",),
)

_ENROLLMENT = Shape(
    "enrollment",
    "enrollment",
    Enrollment,
    (
        Field("partner", "partner", "text", refers="Partner"),
        Field("subtrack", "subtrack", "text", refers="Subtrack"),
        Field("period", "period", "one of", values=VIP_PERIOD, refers="VipPeriod"),
        Field("signed_on", "signed_on", "date", optional=True),
    ),
    ("partner", "subtrack", "period"),
)

_PURCHASE = Shape(
    "purchase",
    "purchase",
    Purchase,
    (
        Field("id", "id", "text"),
        Field("partner", "partner", "text", refers="Partner"),
        Field("product", "product", "text", refers="Product"),
        Field("customer", "customer", "text", optional=True),
        Field("amount", "amount", "money", 18, 2),
        Field("booked_on", "booked_on", "date"),
        Field("shipped_on", "shipped_on", "date", optional=True),
        Field("invoiced_on", "invoiced_on", "date", optional=True),
        Field("returns", "returns", "text", optional=True),
    ),
    ("id",),
)

SHAPES: dict[str, Shape[Any]] = {
    "product": _PRODUCT,
    "listing": _LISTING,
    "partner": _PARTNER,
    "certification": _CERTIFICATION,
    "survey": _SURVEY,
    "enrollment": _ENROLLMENT,
    "purchase": _PURCHASE,
}
