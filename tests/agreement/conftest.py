"""The engines that the tests of this folder compare."""

from __future__ import annotations

import pytest
from tests.agreement.engines import Engines, by_duckdb, by_postgres
from tests.agreement.python_module import by_python


@pytest.fixture(scope="session")
def engines(postgres: str) -> Engines:
    """By name, all but the reference."""
    return {"duckdb": by_duckdb, "python": by_python, "postgres": by_postgres(postgres)}
