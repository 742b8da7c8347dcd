"""Core to a dbt package: the statements of the SQL backend as models, and what holds of feeds and results as tests.

`emit` gives the files. The feeds are a dbt source, whose tables have the names of the records and the types that the dialect
stores; the package neither loads nor refuses rows, its tests say which ones `incdsl validate` would refuse.
"""

from incdsl.backends.sql.dbt.package import emit

__all__ = ["emit"]
