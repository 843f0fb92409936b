"""Writes the bills of materials of the wheel's dependencies at run time, one for each extra: CycloneDX, the same bytes each time.

https://cyclonedx.org/docs/1.6/json/. Existing generators read an environment, and so describe one machine. The locks, such as
`requirements.lock` and `requirements-live.lock`, have the versions and hashes for every machine.
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


def extras(root: Path = ROOT) -> list[str]:
    """The extras, and an empty name for what is installed without any."""
    return ["", *_project(root)["project"]["optional-dependencies"]]


def bill_of_materials(extra: str = "", root: Path = ROOT) -> str:
    """The bill as JSON: dyncheck, perhaps with an extra, and its dependencies with the hashes of all their files."""
    project = _project(root)
    of_this = version(root)
    components = _components(at_run_time(extra, root))
    itself = f"pkg:pypi/dyncheck@{of_this}"
    direct = set(map(_name, [*project["project"]["dependencies"], *project["project"]["optional-dependencies"].get(extra, ())]))
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
                "version": of_this,
                "description": project["project"]["description"],
                "licenses": [{"license": {"id": project["project"]["license"]}}],
                "purl": itself,
                **({"properties": [{"name": "dyncheck:extra", "value": extra}]} if extra else {}),
            }
        },
        "components": components,
        "dependencies": [{"ref": itself, "dependsOn": [part["bom-ref"] for part in components if part["name"] in direct]}],
        # The dependencies among them are omitted, because they depend on the version of Python.
        "compositions": [{"aggregate": "complete", "assemblies": [itself]}, {"aggregate": "incomplete", "dependencies": [itself]}],
    }
    return json.dumps(bill, indent=2) + "\n"


def at_run_time(extra: str = "", root: Path = ROOT) -> str:
    """The lock of an extra without what only builds dyncheck."""
    for_the_build = set(map(_name, _project(root)["dependency-groups"]["build"]))
    pins = re.split(r"\n(?=\S)", (root / lock_of(extra)).read_text())
    return "\n".join(pin for pin in pins if pin.partition("==")[0] not in for_the_build)


def version(root: Path = ROOT) -> str:
    """The version of the sources in a directory."""
    found = re.search(r'VERSION = "(.+)"', (root / "src" / "dyncheck" / "version.py").read_text())
    assert found
    return found[1]


def lock_of(extra: str) -> str:
    """The name of the lock of an extra."""
    return f"requirements-{extra}.lock" if extra else "requirements.lock"


def _project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text())


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
    sys.stdout.write(bill_of_materials("".join(sys.argv[1:])))
