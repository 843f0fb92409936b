"""DynamoDB Local, the emulator of AWS, and dynalite, which knows the messages of the service.

Both come from npm when a test asks for them. Nothing of them is in this repository: the DynamoDB Local License Agreement allows no copies.

What DynamoDB Local 1.25 does differently from the service, as far as the tests ask for it: it accepts what `KNOWN_GAPS` in
`tests/engine/comparison.py` lists and an update of an index key with another type, it has no keys of several attributes, and its messages
are other ones. dynalite has the messages, but
no time to live, tags, streams, protection or recovery, and it accepts long and empty keys of indexes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.emulator import Emulator, running
from tests.support.npm import NotInstallable, installed, unpacked

# Version 1.25.1 of DynamoDB Local is in it.
_PACKAGE = ("amplify-dynamodb-simulator", "2.9.30")
_DIGEST = "c5379e44bbf311fab2779961ddb1f8734907bd21c79a6843e590ec1c5280439836665e89aa515dbad6908422c7cf1129e91cb5a3b4c1ea7888a17b9002749ec1"
_LEAST_JAVA = 11


@contextmanager
def dynamodb_local(shared: Path) -> Iterator[Emulator]:
    """DynamoDB Local in memory, one for all processes that share the directory. Raises `NotInstallable`."""
    java = _java()
    directory = unpacked(*_PACKAGE, _DIGEST) / "emulator"
    # It lives for seconds: little compilation and one collector take the least processor time.
    java_options = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
    command = (java, *java_options, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar")
    with running((*command, "-inMemory", "-port", "{port}", "-disableTelemetry"), directory, shared / "dynamodb-local") as emulator:
        yield emulator


@contextmanager
def dynalite(shared: Path) -> Iterator[Emulator]:
    """dynalite in memory, one for all processes that share the directory. It has one account. Raises `NotInstallable`."""
    directory = installed("dynalite", "4.0.0")
    command = ("node", "node_modules/dynalite/cli.js", "--port", "{port}", "--createTableMs", "0")
    with running(command, directory, shared / "dynalite") as emulator:
        yield emulator


def _java() -> str:
    java = shutil.which("java")
    if java is None:
        raise NotInstallable("java is not on the path")
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', done.stderr)
    if version is None or int(version[1]) < _LEAST_JAVA:
        raise NotInstallable(f"java is not version {_LEAST_JAVA} or later: {(done.stderr.splitlines() or ['no version'])[0]}")
    return java
