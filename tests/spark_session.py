"""One session of Spark for all tests of a process; the fixture `spark` (see `conftest`) hands it out. Tests that use it are of
the group `spark`, so that one process runs them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from incdsl.engines.spark import Session, open_session

QUICK = {
    # Small feeds: what Java takes time to make fast is not run often enough to pay.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
}


@contextmanager
def opened() -> Iterator[Session]:
    """A session as `incdsl run --engine spark --master local[2]` has."""
    with open_session("local[2]", QUICK) as session:
        yield session
