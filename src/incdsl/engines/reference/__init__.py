"""The reference engine: what a program means. Small, slow, exact, and independent of SQL.

Assumes a verified program and validated rows. Every other engine gives the same rows, to the last digit.
"""

from incdsl.engines.errors import Overflow, Unsound
from incdsl.engines.reference.evaluate import evaluate
from incdsl.engines.reference.evaluator import Evaluator
from incdsl.engines.reference.rows import MemoryRows, Row, Rows
from incdsl.engines.reference.trace import ColumnRead, RowFound, RowsUsed, TraceNode, Tracer, UsedRow

__all__ = [
    "ColumnRead",
    "Evaluator",
    "MemoryRows",
    "Overflow",
    "Row",
    "RowFound",
    "Rows",
    "RowsUsed",
    "TraceNode",
    "Tracer",
    "Unsound",
    "UsedRow",
    "evaluate",
]
