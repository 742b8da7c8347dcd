"""Distinct values counted under several conditions: each value gets a mark for each condition that a row of it meets.

`count of distinct person over Role where role = Sponsor`, and the same for other roles, would keep a table of persons for
each count. Instead the rows are grouped by person once, and the counts count the marks. What a condition says of the
aggregated row alone is worked out before that row is joined with the many rows around it, and a row that would get no mark
is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import reduce

from sqlglot import exp

from incdsl.backends.sql.aggregates import Group
from incdsl.backends.sql.dialect import numeral
from incdsl.backends.sql.expressions import with_operands
from incdsl.backends.sql.pieces import column, one_if
from incdsl.core import ir, operators
from incdsl.core import types as ty
from incdsl.core.dependencies import conjuncts

_MARKS = "marks"
_MOST_BITS = 30
"""So many marks fit into a whole number of 32 bits."""

_TESTS = ("given", *operators.COMPARISONS)


def counted(group: Group) -> ir.Expr | None:
    """The value of which the group does nothing but count how many distinct ones there are, in more than one way."""
    values = {fold.value for fold in group.folds}
    if len(group.folds) == 1 or len(values) > 1 or any(fold.operator != "count_distinct" for fold in group.folds):
        return None
    return group.folds[0].value


def told_apart(group: Group) -> tuple[Group, dict[ir.Expr, str]]:
    """The group with what its conditions say of the aggregated row alone as columns of that row, and these columns."""
    told: dict[ir.Expr, str] = {}

    def named(part: ir.Expr) -> ir.Expr:
        match part:
            case ir.Operation("and" | "or" | "not"):
                return with_operands(part, named)
            case ir.Operation(operator, operands) if operator in _TESTS and all(map(_is_plain, operands)):
                return ir.Column(told.setdefault(part, f"test {len(told) + 1}"), ty.BOOLEAN)
            case _:
                return part

    members = tuple((fold, tuple(named(condition) for condition in own)) for fold, own in group.members)
    return replace(group, members=members), told


def _is_plain(operand: ir.Expr) -> bool:
    """Whether an operand is a column of the aggregated row or a constant: comparing it costs little and never fails, whichever
    rows that is done for."""
    match operand:
        case ir.Operation("known" | "optional", (inner,)):
            return _is_plain(inner)
        case ir.Column(_, _, depth):
            return depth == 0
        case _:
            return isinstance(operand, ir.Literal | ir.Param)


def any_mark(group: Group) -> ir.Expr | None:
    """That a row gets a mark at all; None when each does."""
    if any(not own for _, own in group.members):
        return None
    wanted = [own[0] if len(own) == 1 else ir.Operation("and", own, ty.BOOLEAN) for _, own in group.members]
    parts = tuple(dict.fromkeys(part for condition in wanted for part in _alternatives(condition)))
    kept = tuple(part for part in parts if not any(other in conjuncts(part) for other in parts if other != part))
    return kept[0] if len(kept) == 1 else ir.Operation("or", kept, ty.BOOLEAN)


def _alternatives(condition: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(condition, ir.Operation) and condition.operator == "or":
        for operand in condition.operands:
            yield from _alternatives(operand)
    else:
        yield condition


def marked(conditions: Mapping[str, exp.Expr], bits: bool) -> tuple[dict[str, exp.Expr], dict[str, exp.Expr]]:
    """The marks of a value as aggregates over its rows, by name, and what tests each mark, for a condition by each name. With
    `bits` the marks are one number."""
    if bits and 1 < len(conditions) <= _MOST_BITS:
        numbers = {name: numeral(2**place) for place, name in enumerate(conditions)}
        bit: list[exp.Expr] = [
            exp.Case(ifs=[exp.If(this=condition, true=numbers[name])], default=numeral(0))
            for name, condition in conditions.items()
        ]
        marks = exp.BitwiseOrAgg(this=reduce(lambda one, other: exp.BitwiseOr(this=one, expression=other), bit))
        both = {
            name: exp.paren(exp.BitwiseAnd(this=column(None, _MARKS), expression=number.copy()), copy=False)
            for name, number in numbers.items()
        }
        return {_MARKS: marks}, {name: exp.NEQ(this=one, expression=numeral(0)) for name, one in both.items()}
    made: dict[str, exp.Expr] = {f"in {name}": exp.Max(this=one_if(condition)) for name, condition in conditions.items()}
    return made, {name: exp.EQ(this=column(None, f"in {name}"), expression=numeral(1)) for name in conditions}
