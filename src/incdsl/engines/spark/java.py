"""The Java that Spark runs on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from incdsl.engines.errors import EngineFailure

OLDEST = 17
_INSTALL = "install Java 17, as with `apt-get install openjdk-17-jre-headless`, or set JAVA_HOME to the folder of one"


def check_java() -> None:
    """Raise EngineFailure unless the Java that Spark would start is there, runs, and is new enough."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        where = f"JAVA_HOME is `{home}`, and there is no `bin/java` in it" if home else "none was found"
        raise EngineFailure(f"Spark runs on Java, and {where}", _INSTALL)
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise EngineFailure(f"Spark runs on Java, and `{java}` does not start: {error.strerror}", _INSTALL) from error
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    if said.returncode != 0 or found is None:
        raise EngineFailure(f"Spark runs on Java, and `{java} -version` does not say which one it is", _INSTALL)
    if int(found[1]) < OLDEST:
        raise EngineFailure(f"Spark needs Java {OLDEST} or newer, and `{java}` is Java {found[1]}", _INSTALL)
