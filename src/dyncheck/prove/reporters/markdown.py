"""Proofs as Markdown: one table of all, and each counterexample and how to reproduce it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from dyncheck.prove.report import Proof, ProofReport, Verdict
from dyncheck.prove.reporters.rows import HEADINGS, breaking_input, in_order, place, totals, verdict_of
from dyncheck.reporters.safe import safe_text


def proofs_as_markdown(report: ProofReport) -> str:
    """The proofs, headed by their totals."""
    proofs = in_order(report)
    lines = [
        f"# Proofs of {_escaped(report.module)}",
        "",
        f"{totals(report, ' over every input that the variables allow')}.",
        *(f"\n> {_escaped(notice)}" for notice in report.notices),
        "",
        "| resource | " + " | ".join(HEADINGS) + " |",
        "| --- | --- | --- | ---: | --- |",
        *map(_row, proofs),
        "",
    ]
    lines += (line for proof in proofs if proof.verdict is not Verdict.PROVED for line in _details(proof))
    for result in report.unguarded:
        where = f" ({_code(place(result.location))})" if result.location else ""
        waived = f", waived: {_escaped(result.waiver.reason)}" if result.waiver else ""
        lines += [f"**{result.rule}** on {_code(result.address)}{where}: {_escaped(result.message)}{waived}", ""]
    return safe_text("".join(f"{line}\n" for line in lines))


def _row(proof: Proof) -> str:
    inputs = breaking_input(proof)
    shown = _code(inputs) if proof.counterexample and proof.counterexample.inputs else inputs
    return f"| {' | '.join((_code(proof.address), _code(proof.rule), verdict_of(proof), str(proof.cases), shown))} |"


def _details(proof: Proof) -> Iterator[str]:
    found = proof.counterexample
    # Not a heading, because safe_text takes two number signs in a row for the start of a command.
    yield f"**{proof.rule}** on {_code(proof.address)}: **{verdict_of(proof)}**"
    yield ""
    if proof.waiver:
        yield f"- Waived: {_escaped(proof.waiver.reason)} ({_code(proof.waiver.source)})"
    if proof.reason:
        yield f"- Reason: {_escaped(proof.reason)}"
    if found:
        yield f"- Breaks: {_escaped(found.message)}"
    if proof.location:
        yield f"- {'Guard' if found and found.inputs else 'At'}: {_code(place(proof.location))}"
    if found and found.replay:
        yield f"- Replay: {_escaped(found.replay)}"
    if found and found.inputs:
        options = f"terraform plan {' '.join(map(shlex.quote, found.arguments))}" if found.arguments else ""
        fence = _fence("~", 3, f"{options}\n{found.call}")
        yield from ("", f"{fence}sh", options, fence) if options else ()
        yield from ("", f"{fence}hcl", found.call, fence)
    yield ""


def _fence(character: str, least: int, text: str) -> str:
    """Longer than any run of the character in the text."""
    return character * max(least, 1 + max(map(len, re.findall(f"{character}+", text)), default=0))


def _code(text: str) -> str:
    """A text as code on one line; a table's bar in it is escaped, and backticks cannot end it."""
    fence = _fence("`", 1, text)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", "\\|").replace("\n", " ")


def _escaped(text: str) -> str:
    """A text without markup, on one line."""
    return " ".join(re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text).split())
