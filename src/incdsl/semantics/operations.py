"""Operators on typed operands: the core operation, or a message that says why the two do not go together.

Operands are None when they failed already; then so does the operation, in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import OperandTypeError, common, result_type, same_kind
from incdsl.diagnostic import Sink
from incdsl.semantics import errors
from incdsl.semantics.errors.wording import short
from incdsl.semantics.terms import resized
from incdsl.source import Span
from incdsl.syntax import ast
from incdsl.syntax.errors.literals import WholeThousandsPoint
from incdsl.syntax.literals import has_thousands_point

MOST_DECIMALS = 20
"""Decimals that an operator may give: with them there is room for 18 digits before the point in every type."""


def in_words(type_: ty.Type) -> str:
    """A type as a reader would name it."""
    match type_:
        case ty.Optional(of):
            return f"{in_words(of)}, which may be missing"
        case ty.Money(currency=currency):
            return f"money in {currency}"
        case ty.Number(scale=scale):
            return "a number" if scale else "a whole number"
        case ty.Percent():
            return "a percent"
        case ty.Days():
            return "a count of days"
        case ty.Date():
            return "a date"
        case ty.Text():
            return "text"
        case ty.Boolean():
            return "yes or no"
        case ty.Country():
            return "a country"
        case ty.Enum(name=name):
            return f"one of the values of `{name}`"
        case ty.Row(relation=relation):
            return f"a `{relation}`"


def arithmetic(sink: Sink, node: ast.Binary, left: ir.Expr, right: ir.Expr) -> ir.Expr | None:
    """`+`, `-` or `*`."""
    match node.operator, left.type, right.type:
        case "+", ty.Date(), ty.Days():
            return ir.Operation("add_days", (left, right), ty.DATE)
        case "+", ty.Days(), ty.Date():
            return ir.Operation("add_days", (right, left), ty.DATE)
        case "-", ty.Date(), ty.Days():
            return ir.Operation("subtract_days", (left, right), ty.DATE)
        case "-", ty.Date(), ty.Date():
            return ir.Operation("days_between", (left, right), ty.DAYS)
        case _:
            pass
    operator = {"+": "add", "-": "subtract", "*": "multiply"}[node.operator]
    try:
        type_ = result_type(operator, (left.type, right.type))
    except OperandTypeError:
        _refuse(sink, node, left, right)
        return None
    return ir.Operation(operator, (left, right), type_) if _has_room(sink, node.span, type_) else None


def _has_room(sink: Sink, span: Span, type_: ty.Type) -> bool:
    """Whether an outcome has no more decimals than there is room for; reports it when it has."""
    known = ty.known(type_)
    if ty.is_decimal(known) and known.scale > MOST_DECIMALS:
        sink.add(errors.TooManyDigits(span, span.text, in_words(known), worked_out=True))
        return False
    return True


def _refuse(sink: Sink, node: ast.Binary, left: ir.Expr, right: ir.Expr) -> None:
    if isinstance(left.type, ty.Money) and isinstance(right.type, ty.Money) and node.operator != "*":
        sink.add(errors.WrongCurrency(node.right.span, right.type.currency, left.type.currency))
        return
    first, second = in_words(left.type), in_words(right.type)
    action = {
        "+": f"add {second} to {first}",
        "-": f"subtract {second} from {first}",
        "*": f"multiply {first} by {second}",
    }[node.operator]
    sink.add(
        errors.OperandTypes(node.span, action, first, second, _hint(node, left.type, right.type), node.left.span, node.right.span)
    )


def _hint(node: ast.Binary, left: ty.Type, right: ty.Type) -> str:
    a, b = short(node.left.span.text), short(node.right.span.text)
    match node.operator, left, right:
        case "+" | "-", ty.Money(), ty.Percent():
            return f"a percent is taken of something: write `{a} {node.operator} {b} * {a}` if that is meant"
        case "+" | "-", ty.Percent(), ty.Money():
            return f"a percent is taken of something: write `{a} * {b}` if that is meant"
        case "+" | "-", ty.Date(), ty.Number():
            return f"say what is counted: `{a} {node.operator} {b} days`"
        case "+" | "-", ty.Money(currency=currency), ty.Number():
            return f"say the currency: `{b} {currency}`"
        case "*", ty.Money(), ty.Money():
            return "multiply money by a number or a percent"
        case "*", _, ty.Boolean() if zero := _zero(left):
            return f"write what holds otherwise: `({a} if {b} otherwise {zero})`"
        case "*", ty.Boolean(), _ if zero := _zero(right):
            return f"write what holds otherwise: `({b} if {a} otherwise {zero})`"
        case _:
            pass
    return "both have to be of one kind: two amounts of money, two numbers, two percents"


def _zero(type_: ty.Type) -> str:
    """Nothing of a kind, as it is written; empty for a kind that has no zero."""
    match type_:
        case ty.Money(currency=currency):
            return f"0 {currency}"
        case ty.Percent():
            return "0%"
        case ty.Days():
            return "0 days"
        case ty.Number():
            return "0"
        case _:
            return ""


def negate(sink: Sink, node: ast.Unary, operand: ir.Expr | None) -> ir.Expr | None:
    """`-operand`"""
    if operand is None:
        return None
    if not ty.is_decimal(operand.type):
        found = in_words(operand.type)
        sink.add(errors.TypeMismatch(node.operand.span, "a number or an amount", found, "what follows `-`"))
        return None
    if isinstance(operand, ir.Literal) and isinstance(operand.value, Decimal):
        return ir.Literal(-operand.value, operand.type)
    return ir.Operation("negate", (operand,), operand.type)


def divide(sink: Sink, node: ast.Divide, left: ir.Expr | None, right: ir.Expr | None) -> ir.Expr | None:
    """`left / right to N places mode`; a known value when the divisor is written and not zero."""
    if left is None or right is None:
        return None
    try:
        type_ = result_type("divide", (left.type, right.type), node.places)
    except OperandTypeError:
        first, second = in_words(left.type), in_words(right.type)
        hint = "divide money by money, by a number or by a percent; or numbers by numbers"
        sink.add(
            errors.OperandTypes(node.span, f"divide {first} by {second}", first, second, hint, node.left.span, node.right.span)
        )
        return None
    if not _has_room(sink, node.span, type_):
        return None
    quotient = ir.Operation("divide", (left, right), type_, node.places, node.mode)
    if isinstance(right, ir.Literal) and right.value:
        assert isinstance(type_, ty.Optional)
        return ir.Operation("known", (quotient,), type_.of)
    return quotient


def rounded(sink: Sink, node: ast.Rounded, operand: ir.Expr | None) -> ir.Expr | None:
    """`operand rounded mode to unit`"""
    return None if operand is None else round_to(sink, node.operand.span, operand, node.places, node.mode)


def round_to(sink: Sink, span: Span, operand: ir.Expr, places: int, mode: str) -> ir.Expr | None:
    """An amount rounded to so many decimals."""
    try:
        type_ = result_type("round", (operand.type,), places)
    except OperandTypeError:
        sink.add(errors.TypeMismatch(span, "a number or an amount", in_words(operand.type), "what is rounded"))
        return None
    return ir.Operation("round", (operand,), type_, places, mode) if _has_room(sink, span, type_) else None


def thousands_point(sink: Sink, node: ast.Expr, other: ty.Type) -> bool:
    """Whether a number is written with a point and three decimals where a whole number is wanted or stands beside it, or where
    another number does and the last decimal says nothing: `1.500`. Reports it when it is."""
    known = ty.known(other)
    if not isinstance(node, ast.Number) or not isinstance(known, ty.Number) or not has_thousands_point(node.span.text):
        return False
    if known.scale and not node.span.text.endswith("0"):
        return False
    sink.add(WholeThousandsPoint(node.span, node.span.text, known.scale == 0))
    return True


def _compared(sink: Sink, node: ast.Expr, verb: str, left: ir.Expr, right: ir.Expr, sides: tuple[ast.Expr, ast.Expr]) -> bool:
    """Whether two operands are of one kind; reports it when they are not."""
    if thousands_point(sink, sides[0], right.type) or thousands_point(sink, sides[1], left.type):
        return False
    spans = sides[0].span, sides[1].span
    if same_kind(left.type, right.type):
        return True
    if isinstance(left.type, ty.Money) and isinstance(right.type, ty.Money):
        sink.add(errors.WrongCurrency(spans[1], right.type.currency, left.type.currency))
        return False
    first, second = in_words(left.type), in_words(right.type)
    joint = "and" if verb == "choose between" else "with"
    hint = "both sides have to be of one kind"
    match left.type, right.type:
        case ty.Money(currency=currency), ty.Number() if isinstance(right, ir.Literal):
            hint = f"say the currency: `{spans[1].text} {currency}`"
        case ty.Number(), ty.Money(currency=currency) if isinstance(right, ir.Literal):
            hint = f"leave the currency out: `{spans[1].text.removesuffix(currency).rstrip()}`"
        case (ty.Days(), ty.Number()) if isinstance(right, ir.Literal):
            hint = f"say what is counted: `{spans[1].text} days`"
        case (ty.Percent(), ty.Number()) if isinstance(right, ir.Literal):
            hint = f"write a percentage: `{spans[1].text}%`"
        case _:
            pass
    sink.add(errors.OperandTypes(node.span, f"{verb} {first} {joint} {second}", first, second, hint, *spans))
    return False


def _unordered(sink: Sink, span: Span, type_: ty.Type) -> None:
    choice = isinstance(type_, ty.Enum)
    sink.add(errors.Unordered(span, f"the values of `{type_}`" if choice else in_words(type_), choice))


def compare(
    sink: Sink,
    node: ast.Binary | ast.In,
    operator: str,
    left: ir.Expr,
    right: ir.Expr,
    meant: str,
    member: ast.Expr | None = None,
) -> ir.Expr | None:
    """A comparison; `member` is the right-hand node when the written form is a list. `meant` is what the left side could be
    compared with in place of itself, empty where nothing offers itself."""
    if isinstance(node, ast.Binary):
        sides = node.left, node.right
    else:
        assert member is not None
        sides = node.operand, member
    if not _compared(sink, node, "compare", left, right, sides):
        return None
    try:
        result_type(operator, (left.type, right.type))
    except OperandTypeError:
        _unordered(sink, node.span, left.type)
        return None
    if left == right and not isinstance(left, ir.Literal):
        outcome = operator in ("equal", "less_or_equal", "greater_or_equal")
        sink.add(errors.ComparedWithItself(sides[0].span.to(sides[1].span), sides[1].span.text, meant, outcome))
        return None
    return ir.Operation(operator, (left, right), ty.BOOLEAN)


def joined(first: ty.Type, second: ty.Type) -> ty.Type:
    """The stored type of what is either of two values. Raises OperandTypeError where there is none, or where only one of them
    names a row."""
    rows = isinstance(ty.known(first), ty.Row) or isinstance(ty.known(second), ty.Row)
    if rows and ty.known(first) != ty.known(second):
        raise OperandTypeError(f"{first} and {second}")
    return common(ty.stored(first), ty.stored(second))


def row_or_key(first: tuple[ast.Expr, ty.Type], second: tuple[ast.Expr, ty.Type], key: Callable[[str], str]) -> str:
    """The help where one of two values names a row and the other is a key: how the key of the row is written. `key` gives the
    name of the key of a record."""
    for (node, one), (_, other) in ((first, second), (second, first)):
        known = ty.known(one)
        if isinstance(known, ty.Row) and same_kind(known.key, ty.known(other)) and not isinstance(ty.known(other), ty.Row):
            value = node.left if isinstance(node, ast.Binary) else node
            return f"one is a row, the other a key: write `{value.span.text}.{key(known.relation)}` for the key of the row"
    return ""


def extreme(sink: Sink, node: ast.Binary, left: ir.Expr, right: ir.Expr) -> ir.Expr | None:
    """`smaller of` or `larger of`."""
    if not _compared(sink, node, "choose between", left, right, (node.left, node.right)):
        return None
    row = next((type_ for type_ in (left.type, right.type) if isinstance(type_, ty.Row)), None)
    kept = row or common(left.type, right.type)
    if not ty.is_decimal(kept) and kept != ty.DATE:
        _unordered(sink, node.span, kept)
        return None
    return ir.Operation(node.operator, (resized(left, kept), resized(right, kept)), kept)
