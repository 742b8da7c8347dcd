"""For engines in which a condition is no value: truths are stored as 1 and 0, and tested by comparing them with 1."""

from __future__ import annotations

from sqlglot import exp

from incdsl.backends.sql.dialect import cast, numeral

_CONDITIONS = (exp.Connector, exp.Not, exp.Is, exp.In, exp.Between, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def conditions_apart(tree: exp.Expr, truth: exp.DataType) -> exp.Expr:
    """The statement with every condition that stands where a value is wanted as 1, 0 or NULL of the type `truth`, and
    every value that stands where a condition is wanted compared with 1."""
    return _said(tree, False, truth)


def _said(node: exp.Expr, condition_wanted: bool, truth: exp.DataType) -> exp.Expr:
    if isinstance(node, exp.Boolean):
        one = numeral(1 if node.this else 0)
        return exp.paren(exp.EQ(this=numeral(1), expression=one)) if condition_wanted else cast(one, truth.copy())
    for name, child in list(node.args.items()):
        wanted = _wanted(node, name, condition_wanted)
        if isinstance(child, exp.Expr):
            node.set(name, _said(child, wanted, truth))
        elif isinstance(child, list):
            node.set(name, [_said(one, wanted, truth) if isinstance(one, exp.Expr) else one for one in child])
    if isinstance(node, exp.Paren):
        return node  # what it holds has been said as wanted
    is_condition = isinstance(node, _CONDITIONS)
    if condition_wanted and not is_condition:
        return exp.paren(exp.EQ(this=node, expression=numeral(1)), copy=False)
    if is_condition and not condition_wanted:
        holds = exp.If(this=node, true=numeral(1))
        fails = exp.If(this=exp.not_(exp.paren(node.copy()), copy=False), true=numeral(0))
        return cast(exp.Case(ifs=[holds, fails]), truth.copy())
    return node


def _wanted(node: exp.Expr, name: str, condition_wanted: bool) -> bool:
    """Whether a condition is wanted as the part `name` of a node, which itself stands where one is wanted or not."""
    match node:
        case exp.Connector() | exp.Not():
            return True
        case exp.Where() | exp.Having():
            return name == "this"
        case exp.Join():
            return name == "on"
        case exp.If():
            case = node.parent
            return name == "this" and not (isinstance(case, exp.Case) and case.this is not None)
        case exp.Paren():
            return condition_wanted
        case _:
            return False
