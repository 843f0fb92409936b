"""The step of the GitHub action that comments on a pull request, against a server that answers like GitHub's API."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.github_runner import CHECK, COMMENT, Ran, Runner, write
from tests.support.paths import ROOT
from tests.support.runner import commands

EXAMPLE = (ROOT / "examples" / "plan.json").read_text()
REFERENCE = (ROOT / "tests" / "plans" / "reference.json").read_text()
BOT = "github-actions[bot]"


@dataclass
class GitHub:
    """The comments on pull request 7 of acme/shop, and what the server answers instead of working, call by call."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    faults: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    elsewhere: str = ""
    tokens: set[str] = field(default_factory=set)
    url: str = ""

    def add(self, body: str, login: str | None = BOT) -> dict[str, Any]:
        """A comment of a user, or of one who no longer exists."""
        comment = {"id": 1_000 + len(self.comments), "user": {"login": login} if login else None, "body": body}
        self.comments.append(comment)
        return comment

    def bodies(self) -> list[str]:
        """The texts of the comments."""
        return [comment["body"] for comment in self.comments]

    def answer(self, method: str, url: str, value: Any) -> tuple[int, Any]:
        """What the three endpoints do: https://docs.github.com/rest/issues/comments."""
        path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
        if path == "/repos/acme/shop/issues/7/comments" and method == "GET":
            size, number = min(int(query["per_page"][0]), 100), int(query["page"][0])
            return 200, self.comments[size * (number - 1) : size * number]
        if path == "/repos/acme/shop/issues/7/comments" and method == "POST":
            return (201, self.add(value["body"])) if len(value["body"]) <= 65_536 else (422, {"message": "Body is too long"})
        if method == "PATCH" and (match := re.fullmatch(r"/repos/acme/shop/issues/comments/(\d+)", path)):
            (comment,) = (each for each in self.comments if each["id"] == int(match[1]))
            comment["body"] = value["body"]
            return 200, comment
        return 404, {"message": "Not Found"}


@pytest.fixture
def github() -> Iterator[GitHub]:
    """A running server."""
    state = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            state.calls.append(f"{self.command} {self.path}")
            state.tokens.add(self.headers.get("Authorization", ""))
            length = int(self.headers.get("Content-Length") or 0)
            value = json.loads(self.rfile.read(length)) if length else None
            faults = state.faults.get(self.command, [])
            status, headers = faults.pop(0) if faults else (0, {})
            found = {"message": "::error::Resource not accessible by integration"}
            if not status:
                status, found = state.answer(self.command, self.path, value)
            written = json.dumps(found).encode()
            self.send_response(status)
            for name, text in {"Content-Length": str(len(written)), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def runner(tmp_path: Path, installed_dyncheck: dict[str, str]) -> Runner:
    """A runner with an empty checkout and dyncheck installed."""
    checkout, temporary = tmp_path / "checkout", tmp_path / "temporary"
    checkout.mkdir()
    temporary.mkdir()
    return Runner(checkout, temporary, ROOT, installed_dyncheck | {"home": str(temporary)})


def comment(runner: Runner, github: GitHub, plan: str = EXAMPLE, name: str = "dyncheck") -> Ran:
    """Check a plan and post the comment."""
    write(runner.checkout, {"plan.json": plan})
    runner.run(CHECK, {"paths": "plan.json"})
    return post(runner, github, name)


def post(runner: Runner, github: GitHub, name: str = "dyncheck") -> Ran:
    """Run the step that comments."""
    return runner.run(COMMENT, {"comment": name}, GITHUB_API_URL=github.url, GITHUB_REPOSITORY="acme/shop", no_proxy="127.0.0.1")


def test_a_comment_is_made_once_and_then_updated(runner: Runner, github: GitHub) -> None:
    assert comment(runner, github)[:2] == (0, "dyncheck: Wrote a comment.\n")
    (first,) = github.bodies()
    assert first.startswith("<!-- dyncheck: dyncheck -->\n\n## dyncheck: 1 error, 1 warning, 2 notes\n")
    assert comment(runner, github, REFERENCE)[:2] == (0, "dyncheck: Updated the comment.\n")
    (second,) = github.bodies()
    assert second.startswith("<!-- dyncheck: dyncheck -->\n\n## dyncheck: 6 notes\n")
    assert post(runner, github)[:2] == (0, "dyncheck: The comment is up to date.\n")
    assert [call.split()[0] for call in github.calls] == ["GET", "POST", "GET", "PATCH", "GET"]
    assert github.tokens == {"Bearer secret-token"}


def test_a_check_of_another_name_has_a_comment_of_its_own(runner: Runner, github: GitHub) -> None:
    for name in ("app", "app (prod)", "app", "--><b>"):
        comment(runner, github, name=name)
    markers = [body.splitlines()[0] for body in github.bodies()]
    assert markers == ["<!-- dyncheck: app -->", "<!-- dyncheck: app %28prod%29 -->", "<!-- dyncheck: --%3E%3Cb%3E -->"]


def test_only_a_comment_of_the_workflow_is_updated(runner: Runner, github: GitHub) -> None:
    marked = "<!-- dyncheck: dyncheck -->\nmine"
    for login in ("mallory", None, "github-actions"):
        github.add(marked, login)
    github.add(f"> quoted\n{marked}")
    comment(runner, github)
    assert github.bodies()[:3] == [marked] * 3
    assert len(github.comments) == 5


def test_the_comment_is_found_on_a_later_page(runner: Runner, github: GitHub) -> None:
    for number in range(230):
        github.add(f"comment {number}", "someone")
    own = github.add("<!-- dyncheck: dyncheck -->\nold")
    github.add("later", "someone")
    assert comment(runner, github).log == "dyncheck: Updated the comment.\n"
    assert own["body"].startswith("<!-- dyncheck: dyncheck -->\n\n## dyncheck: 1 error")
    assert len(github.calls) == 4


def test_a_last_page_that_is_full_is_followed_by_an_empty_one(runner: Runner, github: GitHub) -> None:
    for number in range(100):
        github.add(f"comment {number}", "someone")
    assert comment(runner, github).log == "dyncheck: Wrote a comment.\n"


CLEAN = 'resource "aws_sns_topic" "a" {\n  name = "a"\n}\n'


def test_a_run_without_anything_new_makes_no_comment_but_updates_one(runner: Runner, github: GitHub) -> None:
    write(runner.checkout, {"main.tf": CLEAN})
    runner.run(CHECK, {"args": "--allow-empty"})
    assert post(runner, github)[:2] == (0, "dyncheck: Nothing is new, so there is no comment.\n")
    assert github.comments == []
    own = github.add("<!-- dyncheck: dyncheck -->\nold")
    assert post(runner, github).log == "dyncheck: Updated the comment.\n"
    assert own["body"].splitlines()[:4] == ["<!-- dyncheck: dyncheck -->", "<!-- nothing new -->", "", "## dyncheck: nothing was checked"]


@pytest.mark.parametrize(("method", "status"), [("POST", 403), ("GET", 403), ("GET", 404), ("POST", 401)])
def test_without_the_permission_to_write_there_is_one_notice(method: str, status: int, runner: Runner, github: GitHub) -> None:
    github.faults = {method: [(status, {})]}
    ran = comment(runner, github)
    (notice,) = commands(ran.log)
    assert (ran.code, notice.name, notice.data.split(".")[0]) == (0, "notice", "GitHub does not let this job write the comment")
    assert github.comments == []


@pytest.mark.parametrize(
    ("status", "headers"), [(403, {"x-ratelimit-remaining": "0"}), (403, {"Retry-After": "60"}), (422, {}), (500, {})], ids=str
)
def test_a_comment_that_cannot_be_written_is_a_warning(status: int, headers: dict[str, str], runner: Runner, github: GitHub) -> None:
    github.faults = {"POST": [(status, headers)]}
    ran = comment(runner, github)
    (warning,) = commands(ran.log)
    assert (ran.code, warning.name) == (0, "warning")
    assert f"GitHub answered with the status {status}. The comment of an earlier run may be out of date." in warning.data
    assert len(github.calls) == 2, "A comment that may have been written is not written again."


def test_a_call_that_can_be_repeated_is_when_github_has_a_fault(runner: Runner, github: GitHub) -> None:
    own = github.add("<!-- dyncheck: dyncheck -->\nold")
    github.faults = {"GET": [(502, {})], "PATCH": [(503, {})]}
    assert comment(runner, github).log == "dyncheck: Updated the comment.\n"
    assert "1 error" in own["body"]


def test_a_server_that_cannot_be_reached_is_a_warning(runner: Runner, github: GitHub) -> None:
    github.url = "http://127.0.0.1:9"
    (warning,) = commands(comment(runner, github).log)
    assert (warning.name, "GitHub gave no answer (URLError)" in warning.data) == ("warning", True)


def test_the_token_does_not_follow_to_another_address(runner: Runner, github: GitHub) -> None:
    github.faults = {"GET": [(302, {"Location": f"{github.url}/elsewhere"})]}
    ran = comment(runner, github)
    assert [command.name for command in commands(ran.log)] == ["notice"]
    assert github.tokens == {"Bearer secret-token", ""}


def test_a_name_that_is_too_long_is_an_error(runner: Runner, github: GitHub) -> None:
    ran = comment(runner, github, name="x" * 400)
    assert (ran.code, [command.name for command in commands(ran.log)], github.calls) == (2, ["error"], [])


def test_a_huge_comment_fits_with_a_long_name(runner: Runner, github: GitHub) -> None:
    text = "".join(f'resource "aws_dynamodb_table" "table_{number}" {{\n  name = "{number}"\n}}\n' for number in range(150))
    write(runner.checkout, {"main.tf": text})
    runner.run(CHECK, {})
    assert post(runner, github, "x" * 300).log == "dyncheck: Wrote a comment.\n"
    (body,) = github.bodies()
    assert 60_000 < len(body) <= 65_536
    assert "are not shown, because GitHub limits the length of a comment." in body


HOSTILE = "\\n::error file=x::y%0A::add-mask::e\\n##[add-mask]e <!-- dyncheck: other --> --> <img src=x> @team ` $(touch executed)"


def test_text_of_a_pull_request_is_neither_a_command_nor_markup(runner: Runner, github: GitHub) -> None:
    plan = EXAMPLE.replace("dev-products", HOSTILE)
    assert plan != EXAMPLE
    ran = comment(runner, github, plan, name="$(touch executed)`touch executed`\n::error::x")
    assert (ran.code, ran.log) == (0, "dyncheck: Wrote a comment.\n")
    (body,) = github.bodies()
    assert not list(runner.checkout.glob("executed*"))
    outside = re.sub("(?s)(`+)(?!`).*?\\1", "", body)
    assert not re.search("<img|@team|other", outside)
    assert outside.count("<!--") == outside.count("-->") == 1


def test_the_step_runs_only_where_it_can_comment() -> None:
    assert COMMENT["if"] == (
        "${{ !cancelled() && inputs.comment != '' && steps.check.outputs.comment != '' && github.event.pull_request.number }}"
    )
    assert COMMENT["run"] == '"$BIN/python" -I "$GITHUB_ACTION_PATH/tools/post_comment.py" "$COMMENT"\n'


def test_wrong_usage_leaves_no_comment(runner: Runner) -> None:
    write(runner.checkout, {"plan.json": EXAMPLE})
    assert runner.run(CHECK, {"paths": "plan.json", "args": "--no-such-option"}).outputs == {"exit-code": "2"}
