"""What no emitted SQL may have in it, in any dialect: a walk over every tree, and a check that NULLs decide nothing."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from tests.agreement.compare import AS_OF, told
from tests.agreement.engines import by_duckdb
from tests.agreement.programs import draw_program
from tests.build_core import aggregate, col, derived, feed, op, output, stored
from tests.build_core import program as program_of

from incdsl import driver
from incdsl.backends.sql import DIALECTS, Script, UnsupportedInTarget, emit
from incdsl.backends.sql.postgres import Postgres
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import OperandTypeError, result_type
from incdsl.engines.errors import DoesNotFit

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted([*ROOT.glob("programs/*/*.inc"), *ROOT.glob("programs/examples/*/*.inc")])
SEEDS = range(int(os.environ.get("INCDSL_FUZZ", "16")))

EXACT = frozenset(
    [
        "Abs",
        "AddMonths",
        "And",
        "Anonymous",
        "Array",
        "BitwiseOrAgg",
        "Case",
        "Cast",
        "Coalesce",
        "Collate",
        "Count",
        "DateAdd",
        "DateDiff",
        "Day",
        "DenseRank",
        "Extract",
        "Filter",
        "Greatest",
        "If",
        "Least",
        "MakeInterval",
        "Max",
        "Min",
        "Nullif",
        "Or",
        "Round",
        "RowNumber",
        "Sign",
        "Struct",
        "Sum",
        "Trunc",
        "TsOrDsAdd",
        "TsOrDsToDate",
    ]
)
"""Functions that give an exact decimal, date or text for one, or a row of them."""

INEXACT_TYPES = ("DOUBLE", "FLOAT", "REAL", "DECFLOAT")


def programs() -> Iterator[tuple[str, ir.Program]]:
    for path in SOURCES:
        loaded = driver.load(str(path)).program
        if loaded is not None:  # some files are only used by others
            yield path.stem, loaded
    yield from ((f"seed {seed}", draw_program(seed).program) for seed in SEEDS)


def trees(program: ir.Program, dialect: str) -> Iterator[exp.Expr]:
    """The statements of a program, and the bodies of functions that stand in one as text."""
    try:
        script = emit(program, as_of=AS_OF, outputs=[output.name for output in program.outputs], dialect=dialect)
    except UnsupportedInTarget:
        return
    for statement in script.statements:
        yield statement.tree
        if isinstance(statement.tree, exp.Create) and isinstance(statement.tree.expression, exp.Literal):
            yield sqlglot.parse_one(statement.tree.expression.this, dialect=DIALECTS[dialect].name)


def faults(tree: exp.Expr) -> Iterator[str]:
    """What must not be in a tree."""
    for node in tree.walk():
        shown = node.sql()[:80]
        match node:
            case exp.Command():
                yield f"not understood: {shown}"
            case exp.Div() if not comes_out_whole(node):
                yield f"a division whose digits the engine picks: {shown}"
            case exp.Func() if type(node).__name__ not in EXACT:
                yield f"{type(node).__name__}: {shown}"
            case exp.Literal() if not node.is_string and not str(node.this).replace(".", "", 1).isdigit():
                yield f"not a plain decimal: {shown}"
            case exp.DataType():
                if node.this.name in INEXACT_TYPES:
                    yield f"an inexact type: {shown}"
                sizes = [int(size.name) for size in node.expressions if isinstance(size, exp.DataTypeParam)]
                if sizes and node.this.name == "DECIMAL" and not 0 <= sizes[1] <= sizes[0] <= ty.MAX_DIGITS:
                    yield f"a decimal of a size that some engine lacks: {shown}"
            case exp.In() if node.args.get("query") is not None or any(isinstance(one, exp.Null) for one in node.expressions):
                yield f"an IN that a NULL decides: {shown}"
            case exp.EQ() | exp.NEQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
                if any(isinstance(side.unnest(), exp.Null) for side in (node.this, node.expression)):
                    yield f"a comparison with NULL: {shown}"


def comes_out_whole(division: exp.Div) -> bool:
    """Whether the dividend has no remainder: `(a - b % divisor) / divisor`."""
    dividend, divisor = division.this.unnest(), division.expression.unnest()
    less = dividend.expression.unnest() if isinstance(dividend, exp.Sub) else None
    return isinstance(less, exp.Mod) and less.expression.unnest() == divisor


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_emitted_tree_is_exact(dialect: str) -> None:
    found = {(fault, name) for name, program in programs() for tree in trees(program, dialect) for fault in faults(tree)}
    assert sorted(found)[:5] == []


@pytest.mark.parametrize(
    "written",
    [
        "SELECT a / b",
        "SELECT (a - a % c) / b",
        "SELECT avg(a)",
        "SELECT CAST(a AS DOUBLE)",
        "SELECT 1e3",
        "SELECT a NOT IN (SELECT b FROM t)",
        "SELECT a IN (1, NULL)",
        "SELECT a = NULL",
        "SELECT CAST(a AS DECIMAL(39, 2))",
        "SELECT sqrt(a)",
    ],
)
def test_the_walk_sees_what_is_inexact(written: str) -> None:
    assert list(faults(sqlglot.parse_one(written, dialect="duckdb"))) != []


# --- NULLs decide nothing --------------------------------------------------------------------------------------

COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)


def with_unknown_as(script: Script, answer: bool) -> Script:
    """The script in which a comparison of a NULL holds, or does not, wherever it stands but in the condition of a join
    (which by every engine's rules finds no row for a missing key)."""
    return replace(script, statements=tuple(replace(s, tree=_decided(s.tree, answer)) for s in script.statements))


def _decided(tree: exp.Expr, answer: bool) -> exp.Expr:
    if isinstance(tree, exp.Create) and tree.kind == "FUNCTION":
        return tree
    changed = tree.copy()
    for node in reversed(list(changed.find_all(*COMPARISONS))):  # those inside others first
        if not _joins(node):
            wrapped = exp.Coalesce(this=exp.paren(node.copy()), expressions=[exp.Boolean(this=answer)])
            node.replace(wrapped)
    return changed


def _joins(node: exp.Expr) -> bool:
    while node.parent is not None and not isinstance(node.parent, exp.Select):
        if isinstance(node.parent, exp.Join):
            return True
        node = node.parent
    return False


def test_no_result_depends_on_what_a_comparison_with_null_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = importlib.import_module("incdsl.backends.sql")
    compared = 0
    for seed in SEEDS:
        drawn = draw_program(seed)
        outputs = [output.name for output in drawn.program.outputs]
        try:
            expected = by_duckdb(drawn.program, drawn.rows, AS_OF, outputs)
            for answer in (True, False):
                with monkeypatch.context() as patched:
                    patched.setattr(backend, "emit", lambda *a, answer=answer, **k: with_unknown_as(emit(*a, **k), answer))
                    found = by_duckdb(drawn.program, drawn.rows, AS_OF, outputs)
                for name in outputs:
                    assert told(found[name]) == told(expected[name]), f"seed {seed}, {name}, with unknown as {answer}"
                    compared += len(found[name])
        except (DoesNotFit, UnsupportedInTarget):
            continue
    assert compared > 10 * len(SEEDS)


# --- thirty-eight digits ---------------------------------------------------------------------------------------

SIZES = [(digits, scale) for digits in (1, 9, 18, 19, 20, 37, 38) for scale in (0, 2, 6, 18, 37) if scale < digits]


@pytest.mark.parametrize("operator", ["add", "subtract", "multiply"])
def test_postgres_guards_what_may_pass_38_digits(operator: str) -> None:
    """Its numbers are wider than ours, so a result that may be too long is cast to its type, which finds those that are;
    the cast keeps every decimal, so that it never rounds."""
    dialect, guarded = Postgres(), 0
    for left in (ty.Number(*size) for size in SIZES):
        for right in (ty.Number(*size) for size in SIZES):
            try:
                type_ = result_type(operator, (left, right))
            except OperandTypeError:
                continue
            assert isinstance(type_, ty.Number)
            sides = (exp.column("a"), exp.column("b"))
            scale = max(left.scale, right.scale)
            match operator:
                case "multiply":
                    scale = left.scale + right.scale
                    if scale > ty.MAX_DIGITS:
                        with pytest.raises(UnsupportedInTarget, match="a product with"):
                            dialect.times(sides[0], left, sides[1], right, type_)
                        continue
                    made = dialect.times(sides[0], left, sides[1], right, type_)
                    needed = left.digits + right.digits
                case _:
                    made = (dialect.plus if operator == "add" else dialect.minus)(*sides, type_)
                    needed = max(left.digits - left.scale, right.digits - right.scale) + 1 + scale
            if needed > ty.MAX_DIGITS:
                assert isinstance(made, exp.Cast), (left, right)
                assert made.to == dialect.physical(ty.Number(ty.MAX_DIGITS, scale))
                guarded += 1
    assert guarded > 50


# --- the order of texts ----------------------------------------------------------------------------------------


def test_postgres_is_told_to_order_texts_by_code_point() -> None:
    """Whatever order the database has by itself: that of its language, usually."""
    name, twin = col("name", ty.TEXT), col("twin", ty.TEXT)
    earlier = aggregate("count", "City", where=op("less", name, col("name", ty.TEXT, 1)))
    orders = ("less", "less_or_equal", "greater", "greater_or_equal")
    columns = [derived(operator, op(operator, name, twin)) for operator in orders]
    cities = feed("City", ("name",), (stored("name", ty.TEXT), stored("twin", ty.TEXT)), (*columns, derived("earlier", earlier)))
    cells = tuple((column.name, col(column.name, column.definition.type)) for column in cities.derived)
    asked = program_of(cities, outputs=(output("o", ("earlier",), ("City", cells)),))
    found = [
        tree for statement in emit(asked, as_of=AS_OF, outputs=["o"], dialect="postgres").statements for tree in [statement.tree]
    ]
    compared = [node for tree in found for kind in (exp.LT, exp.LTE, exp.GT, exp.GTE) for node in tree.find_all(kind)]
    assert len(compared) == len(orders)
    assert [side.sql() for node in compared for side in (node.this, node.expression) if not side.find(exp.Collate)] == []
    (ranked,) = (node for tree in found for node in tree.find_all(exp.Ordered))
    assert ranked.find(exp.Collate) is not None
    (table,) = emit(asked, as_of=AS_OF, outputs=["o"], dialect="postgres").feeds
    assert table.table.sql.count('TEXT COLLATE "C"') == 2
