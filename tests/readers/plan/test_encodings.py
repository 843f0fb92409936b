"""Plans in the encodings that shells, editors and CI wrappers produce. dyncheck reads them all and never changes the file."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.support.paths import INPUTS

ONE_LINE = (INPUTS / "one_table.json").read_bytes()
PRETTY = json.dumps(json.loads(ONE_LINE), indent=2).encode()
TAGGED = ONE_LINE.decode().replace('"tags":null', '"tags":{"Owner":"Zoë 日本 🙂"}').encode()

_COMMAND = b"[command]/opt/hostedtoolcache/terraform/terraform-bin show -json tfplan\n"
# Source: hashicorp/setup-terraform, wrapper/terraform.js
_DEBUG = b"\n::debug::Terraform exited with code 0.\n::debug::stdout: %s\n::debug::stderr: \n::debug::exitcode: 0\n"
_OUTPUTS = b"::set-output name=stdout::%s\n::set-output name=stderr::\n::set-output name=exitcode::0\n"
_ECHO = ONE_LINE.strip() + b"%0A"


def _text(plan: bytes, encoding: str, mark: bytes = b"") -> bytes:
    return mark + plan.decode().encode(encoding)


def _crlf(plan: bytes) -> bytes:
    return plan.replace(b"\n", b"\r\n")


AS_WRITTEN = {
    "one line": ONE_LINE,
    "one line without a line end": ONE_LINE.rstrip(),
    "pretty-printed": PRETTY,
    "surrounding white space": b"\n \t" + ONE_LINE + b"\n\n",
    "CRLF": _crlf(PRETTY),
    "UTF-8 with BOM": b"\xef\xbb\xbf" + ONE_LINE,
    "UTF-8 with BOM and CRLF": b"\xef\xbb\xbf" + _crlf(PRETTY),
    "UTF-8 beyond ASCII": TAGGED,
    "UTF-16 LE with BOM": _text(ONE_LINE, "utf-16-le", b"\xff\xfe"),
    "UTF-16 BE with BOM": _text(ONE_LINE, "utf-16-be", b"\xfe\xff"),
    "UTF-16 LE without BOM": _text(ONE_LINE, "utf-16-le"),
    "UTF-16 BE without BOM": _text(ONE_LINE, "utf-16-be"),
    "UTF-16 LE with BOM, as PowerShell writes it": _text(_crlf(PRETTY), "utf-16-le", b"\xff\xfe"),
    "UTF-16 LE beyond ASCII": _text(TAGGED, "utf-16-le", b"\xff\xfe"),
    "UTF-16 BE beyond ASCII": _text(TAGGED, "utf-16-be"),
    "the command on the first line": _COMMAND + ONE_LINE,
    "wrapper lines before and after": _COMMAND + ONE_LINE + _DEBUG % _ECHO,
    "wrapper lines after": ONE_LINE + _DEBUG % _ECHO,
    "wrapper lines, the last one truncated": ONE_LINE + b"::debug::Terraform exited with code 0.\n::debug::stdout: " + ONE_LINE.strip(),
    "outputs of an old wrapper": _COMMAND + ONE_LINE + _DEBUG % _ECHO + _OUTPUTS % _ECHO,
    "wrapper lines around a pretty-printed plan": _COMMAND + PRETTY + _DEBUG % _ECHO,
    "wrapper lines with CRLF": _crlf(_COMMAND + PRETTY + _DEBUG % _ECHO),
    "wrapper lines in UTF-16": _text(_COMMAND + ONE_LINE + _DEBUG % _ECHO, "utf-16-le", b"\xff\xfe"),
    "wrapper lines after a UTF-8 BOM": b"\xef\xbb\xbf" + _COMMAND + ONE_LINE + _DEBUG % _ECHO,
}

each_encoding = pytest.mark.parametrize("data", AS_WRITTEN.values(), ids=AS_WRITTEN)


REPORT = """\
%s: plan by Terraform 1.11.4

error    no-point-in-time-recovery: Point-in-time recovery is off
         aws_dynamodb_table.orders
         found:    point_in_time_recovery.enabled is not set
         expected: true
         fix:      point_in_time_recovery {
                     enabled = true
                   }

error    unencrypted-table: Encryption with a KMS key is off
         aws_dynamodb_table.orders
         found:    server_side_encryption.enabled is not set
         expected: true
         fix:      server_side_encryption {
                     enabled = true
                   }

note     no-deletion-protection  aws_dynamodb_table.orders
         -v shows them in full, --format concise one line for each

Contracts: none on 1 table.
1 table, 0 alarms, 7 checks: 2 errors, 1 note
Exit code 1: 2 errors.
"""


@each_encoding
def test_file_is_read_in_every_encoding(data: bytes, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(data)
    done = dyncheck("plan.json")
    assert (done.stdout.decode(), done.stderr, done.returncode) == (REPORT % "plan.json", b"", 1)


@each_encoding
def test_standard_input_is_read_in_every_encoding(data: bytes, dyncheck: Dyncheck) -> None:
    done = dyncheck("-", stdin=data)
    assert (done.stdout.decode(), done.stderr, done.returncode) == (REPORT % "-", b"", 1)


@each_encoding
def test_file_is_hashed_and_not_changed(data: bytes, dyncheck: Dyncheck, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(data)
    before = path.stat()
    report = json.loads(dyncheck("plan.json", "--format", "json").stdout)
    assert [(each["path"], each["kind"], each["sha256"]) for each in report["inputs"]] == [("plan.json", "plan", sha256(data).hexdigest())]
    after = path.stat()
    assert path.read_bytes() == data
    assert (before.st_mtime_ns, before.st_ino, before.st_mode) == (after.st_mtime_ns, after.st_ino, after.st_mode)
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


AGAIN = "Write it again with `terraform show -json tfplan`."

NOT_TEXT = {
    "UTF-16 truncated inside a character": (
        _text(ONE_LINE, "utf-16-le", b"\xff\xfe")[:-1],
        "plan.json starts like UTF-16 text, but is not UTF-16. Write the plan again as UTF-8.",
    ),
    "UTF-16 with half a character": (
        b"\xff\xfe" + ONE_LINE[:400].decode().encode("utf-16-le") + b"\x00\xd8" + ONE_LINE[400:].decode().encode("utf-16-le"),
        "plan.json starts like UTF-16 text, but is not UTF-16. Write the plan again as UTF-8.",
    ),
    "UTF-16 truncated between characters": (
        _text(ONE_LINE[:2000], "utf-16-le", b"\xff\xfe"),
        f"plan.json is truncated: the JSON has no end. {AGAIN}",
    ),
    "UTF-8 with a stray byte in a value": (
        ONE_LINE.replace(b'"dev-orders"', b'"dev-\xffrders"'),
        f"plan.json is not UTF-8 or UTF-16 text. {AGAIN}",
    ),
    "only the BOM of UTF-8": (
        b"\xef\xbb\xbf",
        "plan.json is empty. The command that writes it failed; read the output of that command.",
    ),
    "only the BOM of UTF-16, as PowerShell writes it": (
        b"\xff\xfe",
        "plan.json is empty. The command that writes it failed; read the output of that command.",
    ),
    "only an empty line in UTF-16": (
        b"\xff\xfe\r\x00\n\x00",
        "plan.json is empty. The command that writes it failed; read the output of that command.",
    ),
    "only wrapper lines": (
        _COMMAND + _DEBUG % b"",
        "plan.json is empty. The command that writes it failed; read the output of that command.",
    ),
}


@pytest.mark.parametrize(("data", "message"), NOT_TEXT.values(), ids=NOT_TEXT)
def test_file_that_is_not_a_plan_in_text_is_refused(data: bytes, message: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(data)
    done = dyncheck("plan.json")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {message}\n", 3)
