"""What pyspark raises, as what an engine may refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from incdsl.engines.errors import DoesNotFit, EngineFailure
from incdsl.feeds.errors import FeedErrors, UnreadableFeed

_DO_NOT_FIT = ("NUMERIC_VALUE_OUT_OF_RANGE", "ARITHMETIC_OVERFLOW", "CAST_OVERFLOW", "DATETIME_OVERFLOW")
_RAISED = "USER_RAISED_EXCEPTION"
_GONE = ("Py4JNetworkError", "Py4JError", "RetriesExceeded")
_UNAVAILABLE = "StatusCode.UNAVAILABLE"
_CAUSE = "Caused by: "
_NUMBERED = re.compile(r"^\[[A-Z_.]+\] | SQLSTATE: \w{5}\b.*")
_EXECUTOR_LOST = ("CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND", "ExecutorLostFailure", "Lost executor")
_MORE = "run it again; when executors keep going away, give them more memory, as with `--spark-conf spark.executor.memory=8g`"
_LOST = "run it again; when Spark ran out of memory, give it more, as with `--spark-conf spark.driver.memory=8g`"


@contextmanager
def lost() -> Iterator[None]:
    """Turn what pyspark raises when Spark goes away or gives up into `EngineFailure`. What it says of a statement that cannot
    be right passes through: that is a mistake of ours."""
    try:
        yield
    except (ConnectionError, EOFError) as error:
        raise EngineFailure("Spark has stopped in the middle of the work; nothing was written", _LOST) from error
    except Exception as error:
        if not _of_spark(error) or type(error).__name__ in ("AnalysisException", "ParseException"):
            raise
        if is_gone(error):
            raise EngineFailure("Spark has stopped in the middle of the work; nothing was written", _LOST) from error
        if any(sign in str(error) for sign in _EXECUTOR_LOST):
            raise EngineFailure("Spark lost an executor and rows that it held; nothing was written", _MORE) from error
        raise EngineFailure(f"Spark gave the work up; nothing was written: {reason(error)}", _LOST) from error


@contextmanager
def does_not_fit() -> Iterator[None]:
    """Turn what Spark says of a number or a day that does not fit into `DoesNotFit`."""
    try:
        yield
    except Exception as error:
        said = condition(error)
        raised = said == _RAISED and "overflow:" in str(error)
        if raised or said in _DO_NOT_FIT:
            raise DoesNotFit(said) from error
        raise


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what Spark says of a feed that it cannot read into `FeedErrors`. What is said when it goes away passes through."""
    try:
        yield
    except Exception as error:
        if not _of_spark(error) or is_gone(error):
            raise
        raise FeedErrors((UnreadableFeed(name, reason(error)),)) from error


def is_gone(error: Exception) -> bool:
    """Whether that was said because Spark is not there any more."""
    return isinstance(error, ConnectionError | EOFError) or type(error).__name__ in _GONE or _UNAVAILABLE in str(error)


def condition(error: Exception) -> str:
    """The class of what went wrong, as Spark calls it; nothing where it has no name for it."""
    return (getattr(error, "getCondition", lambda: None)() or "").split(".")[0]


def reason(error: Any) -> str:
    """What Spark says went wrong, in one line, without a Java stack: the cause of all causes."""
    causes = [line for line in str(error).splitlines() if line.startswith(_CAUSE)]
    java = getattr(error, "java_exception", None)
    text = causes[-1].removeprefix(_CAUSE) if causes else str(java.toString() if java is not None else error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return _NUMBERED.sub("", lines[0]) if lines else type(error).__name__


def _of_spark(error: Exception) -> bool:
    return type(error).__module__.split(".")[0] in ("pyspark", "py4j", "grpc")
