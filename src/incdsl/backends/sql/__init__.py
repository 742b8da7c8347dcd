"""Core to SQL: `emit` turns a program into a script of statements, built as trees and printed for reading.

Assumes a verified program. Guarantees statements that give exactly the values the core means, or an error of the
engine where a number does not fit. `script` has the shapes, `compiler` the entry, `stages` the order of the tables,
`plan` what a statement reads, `build` and `aggregates` its subqueries, `scalar` expressions; a dialect is one
module (`duckdb`) that keeps to `dialect.Dialect`. `one_row` has conditions on rows that are checked where they lie.
"""

from incdsl.backends.sql.compiler import DIALECTS, emit
from incdsl.backends.sql.job import job
from incdsl.backends.sql.one_row import row_condition, row_condition_in
from incdsl.backends.sql.script import DERIVED, FEED, RESULT, FeedRead, Schemas, Script, Statement, UnsupportedInTarget

__all__ = [
    "DERIVED",
    "DIALECTS",
    "FEED",
    "RESULT",
    "FeedRead",
    "Schemas",
    "Script",
    "Statement",
    "UnsupportedInTarget",
    "emit",
    "job",
    "row_condition",
    "row_condition_in",
]
