"""Runs the real `terraform plan` on each counterexample: does its plan break the rule as well?

Only here does dyncheck start another program, and only on request. The module is called from a temporary directory. The AWS provider
gets made-up credentials, and settings that keep it from using them.
"""

from __future__ import annotations

import os
import re
import subprocess
from shutil import which
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from dyncheck.catalog.shipped import CONTRACTS
from dyncheck.checking import engine
from dyncheck.checking.one_input import inventory_of
from dyncheck.checking.subjects import subjects_of
from dyncheck.dynamodb import Contract
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
# Errors of the language and of the module itself. All others come from the provider.
_BY_THE_MODULE = (
    "Invalid value for",
    "Missing required argument",
    "Module output value precondition failed",
    "Resource precondition failed",
)
_ERROR = re.compile(r"^Error: (.+)$", re.MULTILINE)

BREAKS = "terraform plan accepts it, and the plan breaks the rule"


def replay(report: ProofReport, directory: str, rules: tuple[Rule, ...], known: tuple[Contract, ...] = CONTRACTS) -> ProofReport:
    """The same proofs, each counterexample planned by the real Terraform. If the plan keeps the rule, the proof is undecided.

    Raises `UsageError` when there is no Terraform, `InputError` when it cannot be initialised.
    """
    if which("terraform") is None:
        raise UsageError("--replay needs terraform on the PATH.")
    by_id = {rule.id: rule for rule in rules}
    with TemporaryDirectory(prefix="dyncheck-") as workplace:
        terraform = _Terraform(workplace, os.path.realpath(directory))
        proofs = tuple(
            _replayed(proof, proof.counterexample, by_id[proof.rule], terraform, known) if proof.counterexample else proof
            for proof in report.proofs
        )
    return replace(report, proofs=proofs)


def _replayed(proof: Proof, found: Counterexample, rule: Rule, terraform: _Terraform, known: tuple[Contract, ...]) -> Proof:
    path, error = terraform.plan(found)
    if error.startswith(_BY_THE_MODULE):
        reason = f"terraform plan refuses the inputs that were found: {error}"
    elif error:
        return replace(proof, counterexample=replace(found, replay=f"terraform plan stops: {error}"))
    elif _is_broken(rule, f"module.counterexample.{proof.address}", path, known):
        return replace(proof, counterexample=replace(found, replay=BREAKS))
    else:
        reason = "the plan that Terraform makes with the inputs that were found does not break the rule"
    return replace(proof, verdict=Verdict.UNDECIDED, counterexample=None, reason=reason)


def _is_broken(rule: Rule, address: str, plan: str, known: tuple[Contract, ...]) -> bool:
    subjects = subjects_of(inventory_of(read_document(read(plan))), known).get(rule.subjects, ())
    judged = (subject for together in engine.judged_together(rule, subjects) for subject in together)
    return any(subject.block_address == address and engine.judge(rule, subject).problems for subject in judged)


class _Terraform:
    """Terraform in a directory where it plans calls of one module, each set of inputs once."""

    def __init__(self, directory: str, module: str) -> None:
        self._directory = directory
        self._source = os.path.relpath(module, os.path.realpath(directory)).replace(os.sep, "/")
        self._plans: dict[str, tuple[str, str]] = {}

    def plan(self, found: Counterexample) -> tuple[str, str]:
        """The path of the plan in JSON, or Terraform's first error."""
        call = module_call(self._source, found.given)
        if call not in self._plans:
            self._plans[call] = self._planned(call)
        return self._plans[call]

    def _planned(self, call: str) -> tuple[str, str]:
        with open(os.path.join(self._directory, "main.tf"), "w", encoding="utf-8") as file:
            file.write(f"{_PROVIDER}{call}\n")
        if not self._plans:
            done = self._run("init", "-input=false", "-no-color")
            if done.returncode:
                raise _failure("init", _first_error(done))
        done = self._run("plan", "-input=false", "-no-color", "-out=tfplan")
        if done.returncode:
            return "", _first_error(done)
        path = os.path.join(self._directory, f"{len(self._plans)}.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._run("show", "-json", "tfplan").stdout)
        return path, ""

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TF_VAR_", "TF_CLI_ARGS", "TF_WORKSPACE"))}
        try:
            return subprocess.run(
                ["terraform", f"-chdir={self._directory}", *arguments],
                env=environment | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"},
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failure(arguments[0], str(error)) from None


def _failure(command: str, reason: str) -> InputError:
    return InputError(f"terraform {command} does not work here: {reason}. Correct that, or omit --replay.", kind="unreadable")


def _first_error(done: subprocess.CompletedProcess[str]) -> str:
    match = _ERROR.search(re.sub(r"^[│╷╵ ]+", "", done.stderr, flags=re.MULTILINE))
    return match[1].rstrip(".") if match else " ".join(done.stderr.split("\n")[:40]).strip() or "no reason is given"
