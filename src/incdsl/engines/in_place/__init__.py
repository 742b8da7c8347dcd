"""Checks of feeds that an engine makes where they lie, in its own SQL: what PostgreSQL and Spark have in common.

The engine doubts, the reader of feeds judges: what is found here is a superset of the rows that have to be refused, and those
are read and explained as rows of files are.
"""

from incdsl.engines.in_place.checks import doubts_of_rows, faults_of_keys, faults_of_row, key_of, referred
from incdsl.engines.in_place.values import Unfit, Value, Words, read_all

__all__ = ["Unfit", "Value", "Words", "doubts_of_rows", "faults_of_keys", "faults_of_row", "key_of", "read_all", "referred"]
