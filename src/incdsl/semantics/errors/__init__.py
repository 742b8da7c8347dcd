"""What can be wrong with the names, types and rules of a program that parses."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incdsl.semantics.errors.doubts import (
        AcceptsNothing,
        Cliff,
        DeadlineBeforeEvent,
        ExceedsCeiling,
        GapBetweenPeriods,
        NeverApplies,
        OverlappingPeriods,
        PeriodOffCalendar,
        SettledRequirement,
        UnknownWarning,
        UnusedRequirement,
        UnusedValue,
    )
    from incdsl.semantics.errors.names import (
        BeyondTheRow,
        Cycle,
        DayOfRange,
        DuplicateName,
        IfForWhere,
        MissingCurrency,
        MissingProgram,
        TwoMeanings,
        UnknownField,
        UnknownName,
        UnknownRelation,
        UnknownRequirement,
        UnknownSource,
        UnknownType,
        ValuesJoined,
    )
    from incdsl.semantics.errors.rules import (
        DuplicateLine,
        EventOrder,
        LimitOfSeveral,
        LimitOfWhat,
        LimitPerOverlap,
        LineOrder,
        MissingLine,
        MissingRound,
        NeedsDay,
        NotDated,
        TwoStarts,
        UnknownPayment,
        UnsourcedNumber,
    )
    from incdsl.semantics.errors.tables import (
        CellCount,
        DuplicateRow,
        HoleInTable,
        NoRows,
        OverlappingRows,
        OverlappingTiers,
        PeriodOrder,
        TableHeader,
        TableTooLarge,
        TierGap,
        TierHole,
    )
    from incdsl.semantics.errors.types import (
        BrokenPattern,
        ComparedWithItself,
        FitsNothing,
        KeyCount,
        KeyOfAnotherRecord,
        MayBeMissing,
        NestedAggregate,
        NeverMissing,
        NoKey,
        NotARow,
        NotAValue,
        NotConstant,
        OperandTypes,
        RowsOfTwoRecords,
        TooManyDigits,
        TypeMismatch,
        UnknownValue,
        Unordered,
        WrongCurrency,
    )

__all__ = [
    "AcceptsNothing",
    "BeyondTheRow",
    "BrokenPattern",
    "CellCount",
    "Cliff",
    "ComparedWithItself",
    "Cycle",
    "DayOfRange",
    "DeadlineBeforeEvent",
    "DuplicateLine",
    "DuplicateName",
    "DuplicateRow",
    "EventOrder",
    "ExceedsCeiling",
    "FitsNothing",
    "GapBetweenPeriods",
    "HoleInTable",
    "IfForWhere",
    "KeyCount",
    "KeyOfAnotherRecord",
    "LimitOfSeveral",
    "LimitOfWhat",
    "LimitPerOverlap",
    "LineOrder",
    "MayBeMissing",
    "MissingCurrency",
    "MissingLine",
    "MissingProgram",
    "MissingRound",
    "NeedsDay",
    "NestedAggregate",
    "NeverApplies",
    "NeverMissing",
    "NoKey",
    "NoRows",
    "NotARow",
    "NotAValue",
    "NotConstant",
    "NotDated",
    "OperandTypes",
    "OverlappingPeriods",
    "OverlappingRows",
    "OverlappingTiers",
    "PeriodOffCalendar",
    "PeriodOrder",
    "RowsOfTwoRecords",
    "SettledRequirement",
    "TableHeader",
    "TableTooLarge",
    "TierGap",
    "TierHole",
    "TooManyDigits",
    "TwoMeanings",
    "TwoStarts",
    "TypeMismatch",
    "UnknownField",
    "UnknownName",
    "UnknownPayment",
    "UnknownRelation",
    "UnknownRequirement",
    "UnknownSource",
    "UnknownType",
    "UnknownValue",
    "UnknownWarning",
    "Unordered",
    "UnsourcedNumber",
    "UnusedRequirement",
    "UnusedValue",
    "ValuesJoined",
    "WrongCurrency",
]

_ROOMS = ("doubts", "names", "rules", "tables", "types")


def __getattr__(name: str) -> object:
    """A diagnostic, imported when it is first made: most programs have nothing wrong with them."""
    if name in __all__:
        for room in _ROOMS:
            found = vars(import_module(f"{__name__}.{room}")).get(name)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
