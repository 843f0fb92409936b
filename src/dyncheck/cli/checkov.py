"""`dyncheck checkov-dir` and `dyncheck compare`: for teams that run checkov."""

from __future__ import annotations

import click

from dyncheck import streams
from dyncheck.errors import DyncheckError


@click.command(name="checkov-dir")
def checkov_dir() -> None:
    """Print the directory of the same policies as checkov checks.

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

    CHECKOV_JSON is what `checkov -f plan.json -o json` (or -d DIR) wrote, PATH the same plan or directory. Shows, resource by
    resource, where the two agree and where not, and why. That does not change the exit code.
    """
    from dyncheck.checking.run import Settings, run
    from dyncheck.checkov import comparison
    from dyncheck.checkov.comparison_text import to_text
    from dyncheck.checkov.report_file import read_report
    from dyncheck.settings.effective import of_repository

    checkov = read_report(report)
    held = of_repository([path])
    checked = run([path], Settings(policies=held.policies, decisions=held.decisions, allow_empty=True))
    for error in checked.errors:
        streams.tell(error)
    if checked.inputs:
        records = checkov.about(path, checked.inputs[0].kind)
        streams.write(to_text(checkov, path, comparison.compare(records, checked.results)))
    click.get_current_context().exit(DyncheckError.exit_code if checked.errors else 0)
