"""Writes the Homebrew formula of a release: every dependency of `pylock.toml` as a resource, with the address and hash of its source.

https://docs.brew.sh/Python-for-Formula-Authors. `make dist` writes it beside the source archive, whose hash it has.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.markers import Marker

from dyncheck.version import REPOSITORY, VERSION

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]

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
    resources = "\n".join(_RESOURCE.format(**each) for each in sources(root))
    return _FORMULA.format(repository=REPOSITORY, version=VERSION, digest=digest, python=PYTHON, resources=resources)


def sources(root: Path = ROOT) -> Iterator[dict[str, str]]:
    """The name, the address and the SHA-256 of the source of each dependency on the Python of the formula."""
    lock: dict[str, Any] = tomllib.loads((root / "pylock.toml").read_text())
    of_python = {"python_version": PYTHON, "python_full_version": f"{PYTHON}.0"}
    for package in lock["packages"]:
        if "marker" not in package or Marker(package["marker"]).evaluate(of_python):
            source = package["sdist"]
            yield {"name": package["name"], "url": source["url"], "digest": source["hashes"]["sha256"]}
