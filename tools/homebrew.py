"""Writes the Homebrew formula of a release: every dependency as a resource, with the address and hash of its source.

https://docs.brew.sh/Python-for-Formula-Authors. `make dist` writes it beside the source archive, whose hash it has. The files of the
dependencies are in `requirements-files.json`, which `make lock` writes: `python -m tools.homebrew build/pylock.toml`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from packaging.markers import Marker

from dyncheck.version import REPOSITORY, VERSION

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
FILES = "requirements-files.json"

# The Python of the formula. Homebrew keeps several, so this one need not be the newest.
PYTHON = "3.13"

_FORMULA = """\
class Dyncheck < Formula
  include Language::Python::Virtualenv

  desc "Policy as code for DynamoDB tables in Terraform"
  homepage "{repository}"
  url "{repository}/releases/download/v{version}/dyncheck-{version}.tar.gz"
  sha256 "{digest}"
  license "Apache-2.0"

  depends_on "rust" => :build # for rpds-py
  depends_on "libyaml"
  depends_on "python@{python}"

{resources}
  def install
    virtualenv_install_with_resources(link_manpages: true)
    generate_completions_from_executable(bin/"dyncheck", "completion", shells: [:bash, :zsh, :fish])
  end

  test do
    (testpath/"main.tf").write <<~HCL
      resource "aws_dynamodb_table" "orders" {{
        name         = "orders"
        hash_key     = "id"
        billing_mode = "PAY_PER_REQUEST"
        attribute {{
          name = "id"
          type = "S"
        }}
      }}
    HCL
    assert_match "no-point-in-time-recovery", shell_output("#{{bin}}/dyncheck #{{testpath}}/main.tf", 1)
  end
end
"""
_RESOURCE = """\
  resource "{name}" do
    url "{url}"
    sha256 "{digest}"
  end
"""


def formula(digest: str, root: Path = ROOT) -> str:
    """The formula for a source archive with that SHA-256."""
    base = _base(root)
    resources = "\n".join(_RESOURCE.format(name=each["name"], url=base + each["path"], digest=each["digest"]) for each in sources(root))
    return _FORMULA.format(repository=REPOSITORY, version=VERSION, digest=digest, python=PYTHON, resources=resources)


def files_of(root: Path = ROOT) -> list[dict[str, Any]]:
    """The dependencies of the package: the name, the marker, the source and the wheels of each, without the host that has them."""
    found: list[dict[str, Any]] = json.loads((root / FILES).read_text())
    return found


def sources(root: Path = ROOT) -> Iterator[dict[str, str]]:
    """The name, the path on its host, and the SHA-256 of the source of each dependency on the Python of the formula."""
    of_python = {"python_version": PYTHON, "python_full_version": f"{PYTHON}.0"}
    for package in files_of(root):
        if not package["marker"] or Marker(package["marker"]).evaluate(of_python):
            yield {"name": package["name"], **package["source"]}


def _base(root: Path) -> str:
    """The scheme and the host of the files, which the registry says. Raises `CalledProcessError` where it cannot be asked."""
    name, version = next((each["name"], each["version"]) for each in files_of(root))
    program = [str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--no-deps", "--format", "pylock.toml", "-"]
    done = subprocess.run(program, input=f"{name}=={version}\n", capture_output=True, text=True, check=True)
    (package,) = tomllib.loads(done.stdout)["packages"]
    address = urlsplit(package["sdist"]["url"])
    return f"{address.scheme}://{address.netloc}"


def _written(lock: dict[str, Any]) -> str:
    """The files of a lock of PEP 751 as JSON, in which no host is named."""
    found = [
        {
            "name": package["name"],
            "version": package["version"],
            "marker": package.get("marker", ""),
            "source": {"path": urlsplit(package["sdist"]["url"]).path, "digest": package["sdist"]["hashes"]["sha256"]},
            "wheels": {wheel["url"].rpartition("/")[2]: wheel["hashes"]["sha256"] for wheel in package["wheels"]},
        }
        for package in lock["packages"]
    ]
    return json.dumps(found, indent=1) + "\n"


if __name__ == "__main__":
    (ROOT / FILES).write_text(_written(tomllib.loads(Path(sys.argv[1]).read_text())))
