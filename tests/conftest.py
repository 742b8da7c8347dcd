"""What holds of every test, and the servers that tests of several folders share."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from tests.postgres_server import new_database, started
from tests.spark_session import opened

from incdsl.engines.spark import Session

# A machine that is busy with other work is slow, and no test is about time.
settings.register_profile("incdsl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("incdsl")

# A shell starts what it puts in the background with control-C ignored, and so would be the commands that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# What is tested is the compiler, not what it made before; tests of the cache give it a folder of their own.
os.environ["INCDSL_CACHE"] = "off"


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of a PostgreSQL database of this test process alone, on a server that all of them share."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(8)
    return new_database(started(run), os.environ.get("PYTEST_XDIST_WORKER", "alone"))


@pytest.fixture
def another_database(postgres: str, request: pytest.FixtureRequest) -> str:
    """The address of a new database of the same server, for one test that does to it what others would suffer from."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    return new_database(postgres, f"{worker} {request.node.name}"[:60])


@pytest.fixture(scope="session")
def spark() -> Iterator[Session]:
    """A session of Spark, opened for the first test that asks for it."""
    with opened() as session:
        yield session
