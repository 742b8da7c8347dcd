"""The default engine: runs the SQL of the program on the connection that holds the feeds.

Assumes a verified program and validated rows in `feed`; guarantees the results the reference engine gives, to the
last digit, or `DoesNotFit`.
"""

from incdsl.engines.duckdb.evaluate import DoesNotFit, evaluate

__all__ = ["DoesNotFit", "evaluate"]
