"""`dyncheck checkov-dir` and `dyncheck compare`: for teams that use checkov."""

from __future__ import annotations

import click

from dyncheck import streams
from dyncheck.errors import DyncheckError


@click.command(name="checkov-dir")
def checkov_dir() -> None:
    """Print the directory of the rules as checkov checks.

    \b
      checkov -f plan.json --external-checks-dir "$(dyncheck checkov-dir)"
    """
    from dyncheck.checkov import external_checks_directory

    streams.write(external_checks_directory() + "\n")


@click.command()
@click.argument("report", metavar="CHECKOV_JSON")
@click.argument("path")
def compare(report: str, path: str) -> None:
    """Compare checkov's own DynamoDB and alarm checks with dyncheck's rules.

    CHECKOV_JSON is the output of `checkov -f plan.json -o json` (or -d DIR), and PATH is the same plan or directory. The comparison
    shows for each resource where the two agree, where they differ, and why. It does not change the exit code.
    """
    from dyncheck.checking.run import Settings, run
    from dyncheck.checkov import comparison
    from dyncheck.checkov.comparison_text import to_text
    from dyncheck.checkov.report_file import read_report
    from dyncheck.settings.effective import of_repository

    checkov = read_report(report)
    effective = of_repository([path])
    checked = run(
        [path], Settings(policies=effective.policies, reference=effective.reference, decisions=effective.decisions, allow_empty=True)
    )
    for error in checked.errors:
        streams.tell(error)
    if checked.inputs:
        records = checkov.about(path, checked.inputs[0].kind)
        streams.write(to_text(checkov, path, comparison.compare(records, checked.results)))
    click.get_current_context().exit(DyncheckError.exit_code if checked.errors else 0)
