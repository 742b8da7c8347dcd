"""The engine that works in a PostgreSQL server: the valid rows of the feeds are copied there, the SQL of the program runs
on its tables, and only the results come back.

Assumes a verified program and validated rows; guarantees the results the reference engine gives, to the last digit, or
`errors.DoesNotFit`, or `errors.EngineFailure` when the server cannot do the work.
"""

from incdsl.engines.postgres.evaluate import evaluate
from incdsl.engines.postgres.server import check, connected

__all__ = ["check", "connected", "evaluate"]
