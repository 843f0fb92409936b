"""Proofs as text: a table for each resource, then each counterexample with what reproduces it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from dyncheck.findings import Result
from dyncheck.prove.report import Proof, ProofReport, Verdict
from dyncheck.prove.reporters.rows import HEADINGS, breaking_input, by_address, number_of, sum_of, verdict_of
from dyncheck.reporters.safe import safe_text


def proofs_as_text(report: ProofReport) -> str:
    """The proofs, the last line their sum."""
    lines = [f"{report.module}: every input that its variables allow", *(f"  {notice}" for notice in report.notices), ""]
    tables = {address: [_row(proof) for proof in proofs] for address, proofs in by_address(report).items()}
    every_row = [HEADINGS, *(row for rows in tables.values() for row in rows)]
    widths = [max(len(row[column]) for row in every_row) for column in range(3)]
    for address, rows in tables.items():
        lines += [address, *(f"  {_aligned(row, widths)}" for row in (HEADINGS, *rows)), ""]
    for proof in (proof for proofs in by_address(report).values() for proof in proofs):
        lines += _details(proof)
    for result in report.unguarded:
        lines += _unguarded(result)
    lines.append(f"{number_of(report)}: {sum_of(report)}")
    return safe_text("".join(f"{line}\n" for line in lines))


def _unguarded(result: Result) -> Iterator[str]:
    where = f"{result.location.file}:{result.location.line}" if result.location else ""
    yield f"{result.rule} on {result.address}: {result.waiver.reason if result.waiver else result.severity.value}"
    yield f"  breaks:  {result.message}"
    yield f"  guard:   {where}"
    yield ""


def _row(proof: Proof) -> tuple[str, str, str, str]:
    return proof.rule, verdict_of(proof), str(proof.cases), breaking_input(proof)


def _aligned(row: tuple[str, str, str, str], widths: list[int]) -> str:
    rule, verdict, cases, given = row
    return f"{rule.ljust(widths[0])}  {verdict.ljust(widths[1])}  {cases.rjust(widths[2])}  {given}".rstrip()


def _details(proof: Proof) -> Iterator[str]:
    if proof.verdict is Verdict.PROVED:
        return
    yield f"{proof.rule} on {proof.address}: {verdict_of(proof)}"
    if proof.waiver:
        yield f"  why:     {proof.waiver.reason} ({proof.waiver.source})"
    if proof.reason:
        yield f"  reason:  {proof.reason}"
    found = proof.counterexample
    if found:
        yield f"  breaks:  {found.message}"
    if proof.location:
        yield f"  {'guard' if found and found.inputs else 'at'}:".ljust(11) + f"{proof.location.file}:{proof.location.line}"
    if found and found.inputs:
        if found.arguments:
            yield f"  options: {' '.join(map(shlex.quote, found.arguments))}"
        else:
            yield "  options: none can give a null; a module call or a file of values (.tfvars) can"
        yield from (
            ("  call:    " if number == 0 else " " * 11 if line else "") + line for number, line in enumerate(found.call.split("\n"))
        )
    if found and found.replay:
        yield f"  replay:  {found.replay}"
    yield ""
