"""Writes the bill of materials of the wheel's dependencies at run time: CycloneDX from `requirements.lock`, the same bytes each time.

https://cyclonedx.org/docs/1.6/json/. Existing generators read an environment, and so describe one machine. The lock
has the versions and hashes that the action and the container install on every machine.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]

_PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>[^\\]+?))? ?\\?$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill_of_materials(root: Path = ROOT) -> str:
    """The bill as JSON: dyncheck, and its dependencies with the hashes of all their files."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    version = re.search(r'VERSION = "(.+)"', (root / "src" / "dyncheck" / "version.py").read_text())
    assert version
    for_the_build = set(map(_name, project["dependency-groups"]["build"]))
    components = [part for part in _components((root / "requirements.lock").read_text()) if part["name"] not in for_the_build]
    itself = f"pkg:pypi/dyncheck@{version[1]}"
    direct = set(map(_name, project["project"]["dependencies"]))
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": "dyncheck",
                "version": version[1],
                "description": project["project"]["description"],
                "licenses": [{"license": {"id": project["project"]["license"]}}],
                "purl": itself,
            }
        },
        "components": components,
        "dependencies": [{"ref": itself, "dependsOn": [part["bom-ref"] for part in components if part["name"] in direct]}],
        # The dependencies among them are omitted, because they depend on the version of Python.
        "compositions": [{"aggregate": "complete", "assemblies": [itself]}, {"aggregate": "incomplete", "dependencies": [itself]}],
    }
    return json.dumps(bill, indent=2) + "\n"


def _components(lock: str) -> list[dict[str, Any]]:
    pins = list(_PINNED.finditer(lock))
    found = []
    for pin, following in zip(pins, [*pins[1:], None], strict=True):
        reference = f"pkg:pypi/{pin['name']}@{pin['version']}"
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": reference,
            "name": pin["name"],
            "version": pin["version"],
            "purl": reference,
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": f"https://pypi.org/project/{pin['name']}/{pin['version']}/#files",
                    "hashes": [
                        {"alg": "SHA-256", "content": digest}
                        for digest in _HASH.findall(lock, pin.end(), following.start() if following else len(lock))
                    ],
                }
            ],
        }
        if pin["marker"]:
            component["properties"] = [{"name": "dyncheck:marker", "value": pin["marker"]}]
        found.append(component)
    return found


def _name(requirement: str) -> str:
    """The name in `PyYAML>=6.0`, spelled as in the lock."""
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")


if __name__ == "__main__":
    sys.stdout.write(bill_of_materials())
