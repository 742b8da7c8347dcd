"""The context of decimal arithmetic that loses no digit: what it cannot hold it raises."""

from __future__ import annotations

from decimal import Context, DivisionByZero, FloatOperation, Inexact, InvalidOperation, Overflow

# Operands have at most 38 digits, so a product has 76 and a sum of any number of rows that a machine can hold far
# fewer than this. Should a digit ever be lost all the same, `Inexact` is raised.
EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow, FloatOperation])
