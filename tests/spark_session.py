"""One session of Spark for all tests of a process; the fixture `spark` (see `conftest`) hands it out. Tests that use it are of
the group `spark`, so that one process runs them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from incdsl.backends.sql import DIALECTS
from incdsl.backends.sql.databricks import Databricks
from incdsl.backends.sql.spark import SETTINGS, Spark
from incdsl.engines.spark import Session, Workplace, open_session, workplace

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


LOSSES = {
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    "spark.sql.legacy.decimal.retainFractionDigitsOnTruncate": "false",
}
"""What `incdsl run` sets otherwise, as Spark has it by itself and as it is on Databricks."""


class _InViews(Databricks):
    """Databricks' SQL over views of a session, as the engine that runs it here wants it."""

    schemas = False
    create = Spark.create
    fitted = Spark.fitted


@contextmanager
def as_databricks(session: Session, narrowed: bool = True) -> Iterator[None]:
    """In here, Spark is set as by itself, and runs what is written for Databricks; or, not narrowed, for Spark."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(DIALECTS, "spark", _InViews() if narrowed else Spark())
        for name, value in LOSSES.items():
            session.spark.conf.set(name, value)
        try:
            yield
        finally:
            for name in LOSSES:
                session.spark.conf.set(name, SETTINGS[name])


@contextmanager
def working_in(session: Session) -> Iterator[Workplace]:
    """Where runs work, in a session that is there; whatever opens one in here gets that."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(workplace, "open_session", lambda server, settings: nullcontext(session))
        with Workplace("local[2]") as place:
            yield place
