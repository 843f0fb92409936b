"""Reports built by hand, with every kind of case, on which all formats are tested."""

from __future__ import annotations

from msgspec.structs import replace

from dyncheck.dynamodb.drawing import TableDrawing
from dyncheck.findings import Comparison, Earlier, Input, Report, Result, Status, Waiver, report
from dyncheck.findings.edit import Edits
from dyncheck.input_problems import InputProblem
from dyncheck.model import Location, Related
from dyncheck.rule import Severity

# A run without drawings and problems does not import their types, but whoever makes reports from their annotations needs them.
vars(report)["TableDrawing"] = TableDrawing
vars(report)["InputProblem"] = InputProblem
vars(report)["Edits"] = Edits

MAIN = "Infrastructure/Modules/dynamodb/main.tf"
VARIABLES = "Infrastructure/Modules/dynamodb/variables.tf"
PRODUCTS = "module.dynamodb.aws_dynamodb_table.products"
SESSIONS = "module.dynamodb.aws_dynamodb_table.sessions"

PITR = Result(
    rule="no-point-in-time-recovery",
    status=Status.FAIL,
    severity=Severity.ERROR,
    address=PRODUCTS,
    message="Point-in-time recovery is off: point_in_time_recovery.enabled is false; expected true",
    attribute="point_in_time_recovery.enabled",
    summary="Point-in-time recovery is off",
    found="false",
    expected="true",
    fix="point_in_time_recovery {\n  enabled = true\n}",
    table=PRODUCTS,
    location=Location(MAIN, 57, 59),
    related=(Related(VARIABLES, 3, "default of var.recovery"), Related("Infrastructure/main.tf", 12, "not set in the module call")),
)
UNENCRYPTED = Result(
    rule="unencrypted-table",
    status=Status.FAIL,
    severity=Severity.ERROR,
    address=PRODUCTS,
    message="Encryption with a KMS key is off: server_side_encryption.enabled is not set; expected true",
    attribute="server_side_encryption.enabled",
    summary="Encryption with a KMS key is off",
    found="not set",
    expected="true",
    fix="server_side_encryption {\n  enabled = true\n}",
    table=PRODUCTS,
    location=Location(MAIN, 57, 57),
)


def unwatched(kind: str, line: int = 30) -> Result:
    """One of the two findings of the same rule on one table."""
    return Result(
        rule="unwatched-index",
        status=Status.FAIL,
        severity=Severity.NOTE,
        address=PRODUCTS,
        message=f'No alarm fires on {kind}ThrottleEvents of index "CategoryIndex"',
        attribute=f'index["CategoryIndex"].alarm["{kind}ThrottleEvents"]',
        table=PRODUCTS,
        location=Location(MAIN, line, line),
    )


def dead(key: str) -> Result:
    """A finding on one instance of a block with `for_each`."""
    return Result(
        rule="dead-alarm",
        status=Status.FAIL,
        severity=Severity.WARNING,
        address=f'aws_cloudwatch_metric_alarm.throttle["{key}"]',
        message='Alarm can never fire: metric_name is "ReadThrottledEvents"; expected "ReadThrottleEvents"',
        attribute="metric_name",
        summary="Alarm can never fire",
        found='"ReadThrottledEvents"',
        expected='"ReadThrottleEvents"',
        fix='metric_name = "ReadThrottleEvents"',
        table=PRODUCTS,
        location=Location("Infrastructure/alarms.tf", 4, 4),
    )


# Two things that one rule finds of one argument of one resource.
DEAD_TOO = replace(
    dead("products"),
    message="CloudWatch rejects the alarm: datapoints_to_alarm (3) is more than evaluation_periods (2)",
    summary="CloudWatch rejects the alarm",
    found="",
    expected="",
    occurrence=2,
)
SILENT = Result(
    rule="silent-alarm",
    status=Status.FAIL,
    severity=Severity.WARNING,
    address="aws_cloudwatch_metric_alarm.writes",
    message="Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN",
    attribute="alarm_actions",
    table=PRODUCTS,
)
KEY_UNKNOWN = Result(
    rule="aws-managed-key",
    status=Status.UNKNOWN,
    severity=Severity.NOTE,
    address=PRODUCTS,
    message="server_side_encryption.kms_key_arn waits for aws_kms_key.products.arn",
    attribute="server_side_encryption.kms_key_arn",
    table=PRODUCTS,
    location=Location(MAIN, 57, 57),
)
TTL_UNKNOWN = Result(
    rule="missing-ttl",
    status=Status.UNKNOWN,
    severity=Severity.ERROR,
    address=SESSIONS,
    message="ttl.enabled is known only after apply",
    attribute="ttl.enabled",
    table=SESSIONS,
)
WAIVED = Result(
    rule="no-deletion-protection",
    status=Status.WAIVED,
    severity=Severity.NOTE,
    address=SESSIONS,
    message="Deletion protection is off: deletion_protection_enabled is not set; expected true",
    attribute="deletion_protection_enabled",
    table=SESSIONS,
    location=Location(MAIN, 80, 80),
    waiver=Waiver("sessions live for an hour", "Infrastructure/main.tf:80", owner="@platform", until="2027-12-31"),
)
PASSED = Result("invalid-billing-mode", Status.PASS, Severity.ERROR, PRODUCTS, "", table=PRODUCTS, location=Location(MAIN, 30, 30))
MISSING = Result(
    rule="missing-table",
    status=Status.FAIL,
    severity=Severity.ERROR,
    address="orders",
    message="No table is under the contract orders",
    summary="No table is under the contract orders",
    table="orders",
)


def checked(*results: Result, path: str = "plan.json", notices: tuple[str, ...] = (), origin: str = "", environment: str = "") -> Input:
    """One input with those results. Without an origin, their fingerprints are those that they have on their own."""
    identified = tuple(replace(each, input=path, origin=origin, environment=environment) for each in results)
    return Input(
        path,
        "plan",
        "ab" * 32,
        tables=2,
        alarms=3,
        results=identified,
        notices=notices,
        producer="Terraform 1.11.4",
        environment=environment,
    )


EVERYTHING = Report(
    (
        checked(
            *(dead(key) for key in ("products", "sessions")),
            DEAD_TOO,
            SILENT,
            KEY_UNKNOWN,
            PASSED,
            PITR,
            unwatched("Read"),
            unwatched("Write"),
            UNENCRYPTED,
            TTL_UNKNOWN,
            WAIVED,
            notices=("The plan was made with -target, so it may not be all there is.",),
        ),
    ),
    required=(MISSING,),
)

# The same address in two plans without sources, and one block that two root modules share.
TWO_INPUTS = Report(
    (
        checked(SILENT, PITR, path="./dev.json", origin="dev.json"),
        checked(SILENT, PITR, path="prod.json", origin="prod.json"),
    )
)

BASELINE = Report(
    (checked(PITR, dead("products"), dead("sessions"), unwatched("Read"), TTL_UNKNOWN, KEY_UNKNOWN),),
    comparison=Comparison(
        baseline="main.json",
        open=frozenset({PITR.fingerprint, dead("products").fingerprint, KEY_UNKNOWN.fingerprint}),
        fixed=(Earlier("unencrypted-table", Severity.ERROR, PRODUCTS, UNENCRYPTED.message),),
        now_unknown=(Earlier("missing-ttl", Severity.ERROR, SESSIONS, "Time to live is off: ttl.enabled is false; expected true"),),
    ),
)

# One of every kind in two inputs: new and old, unknown, waived, folded, with and without a line, of a rule of one's own, and odd.
ODD = replace(
    dead('ü|<b>&*_x_,::y`"\u202e'),
    rule="platform/cost-centre",
    location=Location("Infrastructure/ü <b>&[x](y),z.tf", 7, 9, 3),
    found="-1",
    fix="",
)
_IN_DEV = checked(
    *(PITR, dead("products"), dead("sessions"), dead("carts"), SILENT, KEY_UNKNOWN, TTL_UNKNOWN, PASSED, WAIVED, unwatched("Read"), ODD),
    path="envs/dev",
    origin="envs/dev",
    environment="dev",
)
_IN_PROD = checked(PITR, SILENT, DEAD_TOO, UNENCRYPTED, path="envs/prod", origin="live/envs/prod", environment="prod")
ONE_OF_EVERY_KIND = Report(
    (_IN_DEV, _IN_PROD),
    required=(MISSING,),
    comparison=Comparison(
        "main.json",
        # Of the findings in production, only that on point-in-time recovery is old.
        open=frozenset(each.fingerprint for each in (*_IN_DEV.results[1:3], _IN_DEV.results[5], _IN_PROD.results[0])),
        fixed=BASELINE.comparison.fixed if BASELINE.comparison else (),
    ),
)

ERRORS = Report(
    (checked(PASSED),),
    problems=(
        InputProblem(
            "syntax",
            "broken.json is not JSON (line 3, column 7). Run `terraform show -json tfplan > plan.json` and check plan.json.",
            "broken.json",
            3,
            7,
        ),
        InputProblem(
            "crash",
            "The rule dead-alarm broke down on x, which is a bug in dyncheck. Please report it with this trace:\nTraceback:\n  File x",
        ),
    ),
)

# All that a plan may hold to get at a terminal, a CI log, a browser or a parser.
POISON = (
    "::error::x",
    "##[add-mask]e",
    "###[stop-commands]x",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[x]",
    "</script><script>alert(1)</script>",
    "@team",
    "![x](http://e.example/x.png)",
    "[y](https://e.example)",
    "www.e.example",
    "#12 GH-12 owner/repo#1",
    "`` ` code ` ``",
    "a|b \\| c \\",
    "line\r\n::warning::two\n  ::debug::three",
    "\x1b[31mred\x1b]8;;http://e\x07",
    "\u202eright\u2066to\u2069left\u200b",
    "nul\x00 bell\x07 \x85 \ufffe",
    "line\u2028separator\u2029 \x0b\x0c",
    "]]>",
    "%0A::error::x%25",
    "\"double\" 'single' $(x) ${y}",
    "{0} {1}",
    "*bold* _it_ ~~s~~ <b>x</b> &amp; :smile:",
)
# A file name that is not UTF-8, as Python has it. Values of a plan cannot hold such: the reader refuses them.
NOT_UTF8 = "caf\udce9"


def poisoned(text: str, number: int) -> tuple[Result, ...]:
    """A failed, an unknown and a waived result with that text in every field that comes from the input."""
    everywhere = Result(
        rule="dead-alarm",
        status=Status.FAIL,
        severity=list(Severity)[number % 3],
        address=f'aws_dynamodb_table.x["{text}"]',
        message=text,
        attribute=text,
        summary=text,
        found=text,
        expected=text,
        fix=f"{text}\n{text}",
        table=text,
        location=Location(f"{text}/main.tf", number + 1, number + 2) if number % 2 else None,
        related=(Related(f"{text}.tf", 1, text),),
    )
    unknown = Result("missing-ttl", Status.UNKNOWN, Severity.ERROR, text, text, location=Location(f"{text}.tf", 1, 1))
    waived = Result("missing-tags", Status.WAIVED, Severity.NOTE, text, text, waiver=Waiver(text, text, owner=text, until=text))
    return everywhere, unknown, waived


HOSTILE = Report(
    (
        *(checked(*poisoned(text, number), path=text, notices=(text,)) for number, text in enumerate(POISON)),
        checked(replace(PITR, location=Location(f"{NOT_UTF8}.tf", 1, 2), related=(Related(NOT_UTF8, 1, NOT_UTF8),)), path=NOT_UTF8),
    ),
    problems=tuple(InputProblem("unreadable", text, text) for text in (*POISON, NOT_UTF8)),
    comparison=Comparison(POISON[0], fixed=tuple(Earlier("dead-alarm", Severity.NOTE, text, text) for text in POISON)),
)

REPORTS = {
    "everything": EVERYTHING,
    "two_inputs": TWO_INPUTS,
    "baseline": BASELINE,
    "errors": ERRORS,
    "hostile": HOSTILE,
    "clean": Report((checked(PASSED),)),
    "empty": Report(()),
}


def many(number: int) -> Report:
    """A report with that many findings of every kind: as many errors, warnings, notes and unknowns, a third of them new."""
    kinds = [*((Status.FAIL, severity) for severity in Severity), (Status.UNKNOWN, Severity.ERROR)]
    results = tuple(
        Result(
            rule="dead-alarm",
            status=kinds[position % 4][0],
            severity=kinds[position % 4][1],
            address=f'module.dynamodb["{position:05}"].aws_cloudwatch_metric_alarm.throttle',
            message=f'Alarm can never fire: metric_name is "Metric{position:05}"; expected "ReadThrottleEvents"',
            attribute="metric_name",
            fix='metric_name = "ReadThrottleEvents"',
            location=Location(f"modules/{position % 100:02}/main.tf", position // 100 + 100, position // 100 + 101),
            related=(Related(VARIABLES, 3, "default of var.metric"),),
        )
        for position in range(number)
    )
    known = frozenset(result.fingerprint for position, result in enumerate(results) if position % 3)
    return Report((checked(*results),), comparison=Comparison("main.json", open=known))
