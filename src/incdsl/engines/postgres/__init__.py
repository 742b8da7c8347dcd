"""The engine that works in a PostgreSQL server: feeds that are tables of it are used where they lie, the valid rows of the
others are copied there, the SQL of the program runs on its tables, and only the results come back.

Assumes a verified program and validated rows; guarantees the results the reference engine gives, to the last digit, or
`errors.DoesNotFit`, or `errors.EngineFailure` when the server cannot do the work.
"""

from incdsl.engines.postgres.evaluate import evaluate
from incdsl.engines.postgres.server import check, connected
from incdsl.engines.postgres.workplace import Workplace

__all__ = ["Workplace", "check", "connected", "evaluate"]
