"""Counterexamples under the real Terraform: does its plan break the rule as well?

The only place where dyncheck starts another program, and only where that was asked. The module is called from a directory of its own,
which is removed; the AWS provider gets made-up credentials and is told not to use them.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from dyncheck.catalog.contracts import contracts
from dyncheck.checking import engine
from dyncheck.checking.subjects import subjects_of
from dyncheck.dynamodb import Inventory
from dyncheck.errors import InputError, UsageError
from dyncheck.prove.report import Counterexample, Proof, ProofReport, Verdict
from dyncheck.prove.spelling import module_call
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import read
from dyncheck.rule import Rule

_PROVIDER = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

"""
_SECONDS = 600
# Errors of the language and of the module itself; all others come from the provider.
_BY_THE_MODULE = (
    "Invalid value for",
    "Missing required argument",
    "Module output value precondition failed",
    "Resource precondition failed",
)
_ERROR = re.compile(r"^Error: (.+)$", re.MULTILINE)

BREAKS = "terraform plan takes it, and the plan breaks the rule"


class _RefusedError(Exception):
    """Terraform does not plan; the message is the first error it gave."""


def replay(report: ProofReport, directory: str, rules: tuple[Rule, ...], policies: tuple[str, ...]) -> ProofReport:
    """The same proofs, each counterexample planned by the real Terraform. One whose plan keeps the rule is none: it is undecided.

    Raises `UsageError` when there is no Terraform, `InputError` when it cannot be initialised.
    """
    if which("terraform") is None:
        raise UsageError("--replay needs terraform on the PATH.")
    by_id = {rule.id: rule for rule in rules}
    with _workplace(directory) as place:
        proofs = tuple(
            _replayed(proof, proof.counterexample, by_id[proof.rule], place, policies) if proof.counterexample else proof
            for proof in report.proofs
        )
    return replace(report, proofs=proofs)


def _replayed(proof: Proof, found: Counterexample, rule: Rule, place: _Workplace, policies: tuple[str, ...]) -> Proof:
    try:
        plan = place.planned(found)
    except _RefusedError as error:
        if str(error).startswith(_BY_THE_MODULE):
            return _unconfirmed(proof, f"terraform plan refuses the inputs that were found: {error}")
        return replace(proof, counterexample=replace(found, replay=f"terraform plan stops: {error}"))
    reading = read_document(read(plan))
    inventory = Inventory(reading.resources, incomplete=reading.incomplete, why_incomplete=reading.why_incomplete)
    address = f"module.counterexample.{proof.address}"
    for subject in subjects_of(inventory, contracts(policies)).get(rule.subjects, ()):
        if subject.arguments[0].resource.block_address == address and engine.judge(rule, subject).problems:
            return replace(proof, counterexample=replace(found, replay=BREAKS))
    return _unconfirmed(proof, "the plan that Terraform makes with the inputs that were found does not break the rule")


def _unconfirmed(proof: Proof, reason: str) -> Proof:
    return replace(proof, verdict=Verdict.UNDECIDED, counterexample=None, reason=reason)


class _Workplace:
    """A directory in which Terraform plans calls of one module, each set of inputs once."""

    def __init__(self, directory: str, module: str) -> None:
        self._directory = directory
        self._source = os.path.relpath(module, os.path.realpath(directory)).replace(os.sep, "/")
        self._planned: dict[str, str | _RefusedError] = {}

    def planned(self, found: Counterexample) -> str:
        """The path of the plan in JSON. Raises `_RefusedError` when Terraform makes none."""
        call = module_call(self._source, found.given)
        if call not in self._planned:
            self._planned[call] = self._plan(call)
        plan = self._planned[call]
        if isinstance(plan, _RefusedError):
            raise plan
        return plan

    def _plan(self, call: str) -> str | _RefusedError:
        with open(os.path.join(self._directory, "main.tf"), "w", encoding="utf-8") as file:
            file.write(f"{_PROVIDER}{call}\n")
        if not self._planned:
            failed = self._run("init", "-input=false", "-no-color")
            if failed.returncode:
                raise InputError(f"terraform init does not work here: {_first_error(failed)}. Correct that, or leave out --replay.")
        done = self._run("plan", "-input=false", "-no-color", "-out=tfplan")
        if done.returncode:
            return _RefusedError(_first_error(done))
        shown = self._run("show", "-json", "tfplan")
        path = os.path.join(self._directory, f"{len(self._planned)}.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(shown.stdout)
        return path

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TF_VAR_", "TF_CLI_ARGS", "TF_WORKSPACE"))}
        try:
            return subprocess.run(
                ["terraform", f"-chdir={self._directory}", *arguments],
                env=environment | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"},
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"terraform {arguments[0]} does not work here: {error}. Correct that, or leave out --replay.") from None


@contextmanager
def _workplace(module: str) -> Iterator[_Workplace]:
    with TemporaryDirectory(prefix="dyncheck-") as directory:
        yield _Workplace(directory, os.path.realpath(module))


def _first_error(done: subprocess.CompletedProcess[str]) -> str:
    text = " ".join(done.stderr.split("\n")[:40])
    match = _ERROR.search(re.sub(r"^[│╷╵ ]+", "", done.stderr, flags=re.MULTILINE))
    return match[1].rstrip(".") if match else text.strip() or "no reason is given"
