"""Proofs as text: a table for each resource, then each counterexample and how to reproduce it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import groupby

from dyncheck.findings import Result
from dyncheck.prove.report import Proof, ProofReport, Verdict
from dyncheck.prove.reporters.rows import HEADINGS, breaking_input, in_order, place, totals, verdict_of
from dyncheck.reporters.safe import safe_text


def proofs_as_text(report: ProofReport) -> str:
    """The proofs; the last line has the totals."""
    proofs = in_order(report)
    lines = [f"{report.module}: every input that its variables allow", *(f"  {notice}" for notice in report.notices), ""]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *map(_row, proofs), strict=True)]
    for address, group in groupby(proofs, key=lambda proof: proof.address):
        lines += [address, *(_aligned(row, widths) for row in (HEADINGS, *map(_row, group))), ""]
    lines += (line for proof in proofs if proof.verdict is not Verdict.PROVED for line in _details(proof))
    lines += (line for result in report.unguarded for line in _unguarded(result))
    return safe_text("".join(f"{line}\n" for line in (*lines, totals(report))))


def _row(proof: Proof) -> tuple[str, str, str, str]:
    return proof.rule, verdict_of(proof), str(proof.cases), breaking_input(proof)


def _aligned(row: tuple[str, str, str, str], widths: list[int]) -> str:
    rule, verdict, cases, inputs = row
    return f"  {rule.ljust(widths[0])}  {verdict.ljust(widths[1])}  {cases.rjust(widths[2])}  {inputs}".rstrip()


def _unguarded(result: Result) -> Iterator[str]:
    yield f"{result.rule} on {result.address}: {result.waiver.reason if result.waiver else result.severity.value}"
    yield f"  breaks:  {result.message}"
    yield f"  guard:   {place(result.location)}"
    yield ""


def _details(proof: Proof) -> Iterator[str]:
    found = proof.counterexample
    yield f"{proof.rule} on {proof.address}: {verdict_of(proof)}"
    if proof.waiver:
        yield f"  why:     {proof.waiver.reason} ({proof.waiver.source})"
    if proof.reason:
        yield f"  reason:  {proof.reason}"
    if found:
        yield f"  breaks:  {found.message}"
    if proof.location:
        yield f"  {'guard:  ' if found and found.inputs else 'at:     '} {place(proof.location)}"
    if found and found.inputs:
        options = " ".join(map(shlex.quote, found.arguments))
        yield f"  options: {options or 'none can give a null; a module call or a file of values (.tfvars) can'}"
        first, *rest = found.call.split("\n")
        yield f"  call:    {first}"
        yield from (f"{' ' * 11}{line}".rstrip() for line in rest)
    if found and found.replay:
        yield f"  replay:  {found.replay}"
    yield ""
