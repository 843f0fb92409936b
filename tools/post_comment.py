"""Writes the comment on a pull request: updates the one of an earlier run, or makes one. The GitHub action runs this as a step.

It needs only the Python that dyncheck is installed in: not every runner has `gh` or `curl`. GitHub's API is described in
https://docs.github.com/rest/issues/comments
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from dyncheck.reporters.comment import MARKER, NOTHING_NEW

# The token of a workflow writes as this user. Only its comments are updated: anyone can write the marker into theirs.
_AUTHOR = "github-actions[bot]"
_PAGE = 100
_MOST_OF_NAME = 300
_TRIES = 3
_SECONDS = 30

_REFUSED = (
    "GitHub does not let this job write the comment. On a pull request from a fork or from Dependabot, a workflow can only read; "
    "else give the job the permission pull-requests: write. The summary of the run has the same findings."
)


def main() -> int:
    """Post the file that is the only argument. A comment that cannot be written does not fail the step."""
    with open(sys.argv[1], encoding="utf-8") as file:
        body = file.read()
    # A name cannot end the HTML comment that it is in.
    name = quote(os.environ["NAME"], safe=" ")
    if len(name) > _MOST_OF_NAME:
        return _say("error", "The name of the comment is too long. Write a shorter one in the input `comment`.", code=2)
    marker = MARKER.replace(" -->", f": {name} -->")
    try:
        return _say("", _posted(marker, body.replace(MARKER, marker, 1)))
    except HTTPError as error:
        if error.code in (401, 403, 404) and error.headers.get("x-ratelimit-remaining") != "0" and "retry-after" not in error.headers:
            return _say("notice", _REFUSED)
        reason = f"GitHub answered with the status {error.code}"
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = f"GitHub gave no answer ({type(error).__name__})"
    return _say("warning", f"The comment could not be written: {reason}. The comment of an earlier run may be out of date.")


def _posted(marker: str, body: str) -> str:
    """Write the comment, and say what happened."""
    comments = f"issues/{int(os.environ['PULL_REQUEST'])}/comments"
    for comment in _comments(comments):
        author, text = (comment.get("user") or {}).get("login"), comment.get("body") or ""
        if author == _AUTHOR and text.startswith(marker):
            if text.split() == body.split():
                return "The comment is up to date."
            _call("PATCH", f"issues/comments/{int(comment['id'])}", {"body": body})
            return "Updated the comment."
    if NOTHING_NEW in body.splitlines()[:2]:
        return "Nothing is new, so there is no comment."
    _call("POST", comments, {"body": body})
    return "Wrote a comment."


def _comments(path: str) -> Iterator[dict[str, Any]]:
    """The comments on the pull request, the oldest first."""
    number, found = 1, _PAGE
    while found == _PAGE:
        page = _call("GET", f"{path}?per_page={_PAGE}&page={number}")
        yield from page
        number, found = number + 1, len(page)


def _call(method: str, path: str, value: dict[str, str] | None = None) -> Any:
    """The answer of GitHub's API. A call that can be repeated is, when GitHub has a fault."""
    request = Request(
        f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}",
        method=method,
        data=json.dumps(value).encode() if value else None,
        headers={"Accept": "application/vnd.github+json", "Content-Type": "application/json", "X-GitHub-Api-Version": "2022-11-28"},
    )
    # Not sent on when GitHub answers with another address.
    request.add_unredirected_header("Authorization", f"Bearer {os.environ['GITHUB_TOKEN']}")
    for wait in range(1, _TRIES + 1):
        try:
            with urlopen(request, timeout=_SECONDS) as answer:
                return json.load(answer)
        except HTTPError as error:
            if method == "POST" or error.code < 500 or wait == _TRIES:
                raise
        time.sleep(wait)
    raise AssertionError("The last try returns or raises.")


def _say(kind: str, text: str, code: int = 0) -> int:
    print(f"::{kind} title=dyncheck::{text}" if kind else f"dyncheck: {text}")
    return code


if __name__ == "__main__":
    sys.exit(main())
