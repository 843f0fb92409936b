"""Writes the skeleton of a rule and its fixture: `make rule NAME=no-stream`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

RULE = '''\
"""{title}.

Why: say what goes wrong without it.
Fix:
    stream_enabled   = true
    stream_view_type = "NEW_AND_OLD_IMAGES"
"""

from dyncheck.dynamodb import Table
from dyncheck.rule import Problems, note, rule


@rule(Table, severity=note)
def check(table: Table) -> Problems:
    if not table.block.read("stream_enabled", False):
        yield table.problem("{summary}", at="stream_enabled", value="true")
'''

FIXTURE = """\
# Known only after apply, like every value that another resource computes.
resource "terraform_data" "later" {{}}

resource "aws_dynamodb_table" "on" {{
  name             = "on"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {{
    name = "id"
    type = "S"
  }}
}}

resource "aws_dynamodb_table" "omitted" {{ # expect: fail {summary}: stream_enabled is not set; expected true
  name         = "omitted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {{
    name = "id"
    type = "S"
  }}
}}

resource "aws_dynamodb_table" "later" {{
  name             = "later"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = terraform_data.later.id == "x" # expect: unknown stream_enabled waits for terraform_data.later.id
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {{
    name = "id"
    type = "S"
  }}
}}
"""

NEXT = """\
The skeleton works as it is. Edit both files, then run:
  make plan RULE={name}            Terraform's plan of the fixture
  make checkov-record RULE={name}  checkov's results on the fixture
  make generate                    the rule's page
  make quick                       the tests
"""


class Refused(Exception):
    """The rule cannot be written; the message says why."""


def write(name: str, root: Path = ROOT) -> list[Path]:
    """Write the two files, and return their paths. Raises `Refused`."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name):
        raise Refused(f"{name!r} is not a rule id: use two or more lower-case words with dashes, such as NAME=no-stream.")
    stem = name.replace("-", "_")
    summary = name.replace("-", " ")
    files = {
        root / "policies" / f"{stem}.py": RULE.format(title=summary.capitalize(), summary=summary),
        root / "tests" / "policies" / f"{stem}.tf": FIXTURE.format(summary=summary),
    }
    for path in files:
        if path.exists():
            raise Refused(f"{path.relative_to(root)} exists already: choose another name.")
    for path, text in files.items():
        path.write_text(text)
    return [*files]


def main(name: str) -> int:
    """Write the files, and say what to do next."""
    try:
        written = write(name)
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    for path in written:
        print(f"wrote {path.relative_to(ROOT)}")
    print(NEXT.format(name=name), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main("".join(sys.argv[1:2])))
