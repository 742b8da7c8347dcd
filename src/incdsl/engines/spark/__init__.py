"""Runs the SQL of the program on Spark, in this process's own or on a cluster; only results come back.

Assumes a verified program and validated rows in `feed` of a DuckDB connection; guarantees the results the reference engine
gives, to the last digit, in the schema `result` of that connection, or `errors.DoesNotFit`, or
`errors.EngineFailure`. pyspark is imported when a session is
opened, and not before: it is an extra.
"""

from incdsl.engines.spark.evaluate import evaluate
from incdsl.engines.spark.session import LOCAL, Session, check, open_session
from incdsl.engines.spark.workplace import Workplace

__all__ = ["LOCAL", "Session", "Workplace", "check", "evaluate", "open_session"]
