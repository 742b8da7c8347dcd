"""The conditions that rows must meet, as SQL on the columns of a feed."""

from __future__ import annotations

from incdsl import compile_cache
from incdsl.core import ir


def condition_sql(condition: ir.Condition) -> str:
    """The SQL of what must hold, as `backends.sql.row_condition` writes it."""
    kept = compile_cache.recall("condition", condition.holds)
    if isinstance(kept, str):
        return kept
    from incdsl.backends.sql import row_condition

    made = row_condition(condition.holds)
    compile_cache.keep(made, "condition", condition.holds)
    return made
