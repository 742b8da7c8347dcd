"""A session of Spark that means what the generated SQL means, in this process's own Spark, on a cluster, or through Spark
Connect. It says nothing on the terminal and leaves nothing behind."""

from __future__ import annotations

import logging
import re
import signal
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from incdsl.backends.sql.spark import SETTINGS
from incdsl.engines.errors import EngineFailure
from incdsl.engines.spark.errors import lost, reason
from incdsl.engines.spark.java import check_java

LOCAL = "local[*]"
"""Spark in a process of this machine, on all its cores."""

_CONNECT_PORT = 15002
_MASTERS = re.compile(r"local(\[(\d+|\*)\])?|local-cluster\[\d+,\d+,\d+\]|spark://[^\s/]+|yarn|k8s://\S+")
_FORMS = "write `local[2]` for two cores of this machine, `spark://host:7077` for a cluster, `yarn`, or `k8s://...`"
_EXTRA = "install it: pip install '.[spark]' in the folder of incdsl"
_CONNECT_EXTRA = "install what it needs: pip install '.[spark-connect]' in the folder of incdsl"
_SECONDS = 5
_TALKING = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")

_OF_FEEDS = {
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.mergeSchema": "false",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
"""What a session is set to so that no row of a feed is left out, and the names of folders (`month=01`) are texts, as in files of
this machine."""


@dataclass(frozen=True)
class Session:
    """`spark` is pyspark's session. `folder` is one that Spark reads and writes as this process does, or None when Spark
    runs elsewhere: then rows travel over the connection."""

    spark: Any
    folder: Path | None

    @property
    def copies(self) -> Path | None:
        """A folder beside that one, for what outlives an evaluation."""
        return None if self.folder is None else self.folder.with_name("copies")


def check(server: str) -> None:
    """Raise EngineFailure for a place where there is no Spark, and where it lacks what it needs, as far as that can be told
    without starting it."""
    if server.startswith("sc:"):
        found = re.fullmatch(r"sc://([^/;\s]+)\S*", server)
        if found is None:
            raise EngineFailure(f"`{server}` is no address of Spark Connect", "write `sc://host:15002`")
        if not _answers(found[1], _CONNECT_PORT):
            raise EngineFailure(f"no Spark Connect server answers at `{server}`", "check the address, and that the server is up")
        return
    if not _MASTERS.fullmatch(server):
        raise EngineFailure(f"`{server}` is no place where Spark could run", _FORMS)
    if find_spec("pyspark") is None:
        raise EngineFailure("pyspark is not installed", _EXTRA)
    if server.startswith("spark://") and not any(_answers(host, 7077) for host in server.removeprefix("spark://").split(",")):
        raise EngineFailure(f"no Spark master answers at `{server}`", "check the address, and that the cluster is up")
    check_java()


@contextmanager
def open_session(server: str = LOCAL, settings: Mapping[str, str] | None = None) -> Iterator[Session]:
    """A session on a master (`local[2]`, `spark://host:7077`) or on a server of Spark Connect (`sc://host:15002`). `settings`
    are Spark's own, beside ours. Raises EngineFailure."""
    check(server)
    with _unwarned(), tempfile.TemporaryDirectory(prefix="incdsl-spark-", ignore_cleanup_errors=True) as scratch:
        if server.startswith("sc:"):
            with _connected(server, {**(settings or {}), **SETTINGS, **_OF_FEEDS}) as spark:
                yield Session(spark, None)
            return
        local = server.startswith("local")
        with _started(server, _all_settings(local, Path(scratch), settings or {}), Path(scratch)) as spark:
            yield Session(spark, Path(scratch) / "rows" if local else None)


def _all_settings(local: bool, scratch: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """What the session is set to. A run is one program, so that many small tasks would cost more than they give."""
    here = {
        "spark.driver.memory": "4g",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.session.timeZone": "UTC",
    }
    # Long chains of rules are deep plans, which Spark walks by recursion.
    java = f"-Xss16m -XX:-UsePerfData -Djava.io.tmpdir={scratch} {settings.get('spark.driver.extraJavaOptions', '')}"
    return {
        "spark.app.name": "incdsl",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.local.dir": str(scratch),
        **(here if local else {}),
        **settings,
        **SETTINGS,
        **_OF_FEEDS,
        "spark.driver.extraJavaOptions": java.strip(),
    }


@contextmanager
def _started(master: str, settings: Mapping[str, str], scratch: Path) -> Iterator[Any]:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    conf = SparkConf(loadDefaults=False).setAll([("spark.master", master), *settings.items()])
    log = scratch / "log"
    before = signal.getsignal(signal.SIGINT)
    try:
        with log.open("w", encoding="utf-8") as output:
            # pyspark keeps one Java process for as long as this one lives.
            gateway = SparkContext._gateway or launch_gateway(conf, {"stdout": output, "stderr": subprocess.STDOUT})
            spark = SparkSession(SparkContext(conf=conf, gateway=gateway))
    except Exception as error:
        with log.open(encoding="utf-8") as written:
            raise EngineFailure(f"Spark does not start: {_last_words(written) or reason(error)}", _FORMS) from error
    finally:
        # pyspark answers control-C with a call to Java, in the middle of another one.
        signal.signal(signal.SIGINT, before)
    with _hushed():  # also while it ends: pyspark logs what it can no longer tell a Spark that was killed
        try:
            with lost():
                yield spark
        except KeyboardInterrupt:
            gateway.proc.kill()
            raise
        finally:
            _stop(spark)


@contextmanager
def _connected(remote: str, settings: Mapping[str, str]) -> Iterator[Any]:
    try:
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession

        builder = SparkSession.builder.remote(remote)
    except ImportError as error:
        raise EngineFailure("Spark Connect needs packages that are not installed", _CONNECT_EXTRA) from error
    with _hushed(), lost():
        spark = builder.create()
        # A server that has gone away is asked for twenty seconds, and not for the ten minutes that pyspark would.
        spark.client.set_retry_policies([DefaultPolicy(max_retries=8, max_backoff=4000)])
        try:
            for name, value in settings.items():
                spark.conf.set(name, value)
            yield spark
        except KeyboardInterrupt:
            with suppress(Exception):
                spark.interruptAll()
            raise
        finally:
            _stop(spark)


def _stop(spark: Any) -> None:
    """End a session, which may have gone already; pyspark warns of that."""
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spark.stop()


def _answers(address: str, port: int) -> bool:
    """Whether something listens there. Spark itself tries for a minute before it says so."""
    host, _, given = address.partition(":")
    try:
        with socket.create_connection((host, int(given or port)), timeout=_SECONDS):
            return True
    except (OSError, ValueError):
        return False


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep what pyspark and py4j log off the terminal: what matters of it becomes a message of ours."""
    from pyspark.logger import PySparkLogger

    for name in _TALKING:
        PySparkLogger.getLogger(name).disabled = True
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(nowhere)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Keep quiet about a pandas that pyspark finds too new, which is not used, and about a server that does not answer, which
    becomes an error."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
        warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")
        yield


def _last_words(log: TextIO) -> str:
    """The line of Spark's log that says why it did not start, if one does."""
    said = [line.strip() for line in log if re.search(r"(Exception|Error|ERROR)\b.*: ", line)]
    return said[0] if said else ""
