"""The default engine: runs the SQL of the program on the connection that holds the feeds.

Assumes a verified program and validated rows in `feed`; guarantees the results the reference engine gives, to the
last digit, or `errors.DoesNotFit`.
"""

from incdsl.engines.duckdb.evaluate import evaluate

__all__ = ["evaluate"]
