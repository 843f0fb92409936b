"""An account of AWS, as boto3 reaches it: one client for each service and region, shared by all threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from dyncheck.errors import UsageError
from dyncheck.readers.capture.answers import REFUSED_CREDENTIALS
from dyncheck.readers.capture.calls import Operation
from dyncheck.readers.capture.document import Call, CallError

if TYPE_CHECKING:
    from boto3 import Session

# In seconds.
_CONNECT, _READ = 10, 30

NO_REGION = "No region is given. Name one with --region, or set AWS_REGION."
# A region that every account has.
ANY_REGION = "us-east-1"

# The codes of throttling that do not say so.
_TOO_MANY = frozenset({"TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "LimitExceededException"})

_INSTALL = 'This command needs boto3. Install it with `pip install "dyncheck[live]"`.'


class Account:
    """Makes calls with the credentials of a session. `threads` is how many of them call at once."""

    def __init__(self, session: Session, threads: int) -> None:
        self._session = session
        self._threads = threads
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = Lock()

    def ask(self, operation: Operation, region: str, parameters: dict[str, Any]) -> Call:
        """The answer to a call, all of its pages, or its error."""
        from botocore.exceptions import BotoCoreError, ClientError

        answered: dict[str, Any] = {}
        error: CallError | None = None
        try:
            for page in self._pages(operation, region, {**dict(operation.fixed), **parameters}):
                _add(answered, page, operation)
        except ClientError as refused:
            found = refused.response.get("Error", {})
            error = CallError(str(found.get("Code", "")), str(found.get("Message", "")))
        except BotoCoreError as failed:
            error = CallError(type(failed).__name__, str(failed))
        return Call(operation.service, operation.name, region, parameters, answered if answered or not error else None, error)

    def number(self, regions: Sequence[str]) -> str:
        """The number of the account, by the first of the regions that gives it.

        Raises `UsageError` when the credentials are refused or missing: nothing else can be asked then.
        """
        refused: UsageError | None = None
        for region in regions:
            try:
                with _as_usage_error(f"AWS does not say whose account it is in {region}"):
                    return str(self._client("sts", region).get_caller_identity()["Account"])
            except UsageError as error:
                refused = refused or error
        raise refused or UsageError(NO_REGION)

    def regions(self, region: str) -> tuple[str, ...]:
        """The regions that the account has switched on, asked in one of them. Raises `UsageError` when it may not be asked."""
        with _as_usage_error("The regions of the account cannot be listed; name them with --region"):
            found = self._client("ec2", region).describe_regions()["Regions"]
            return tuple(sorted(each["RegionName"] for each in found))

    def _pages(self, operation: Operation, region: str, parameters: dict[str, Any]) -> Iterable[dict[str, Any]]:
        from botocore import xform_name

        client = self._client(operation.service, region)
        name = xform_name(operation.name)
        if client.can_paginate(name):
            pages: Iterable[dict[str, Any]] = client.get_paginator(name).paginate(**parameters)
            return pages
        return (getattr(client, name)(**parameters),)

    def _client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        with self._lock:
            if (service, region) not in self._clients:
                # The number of tries is 3, or that of AWS_MAX_ATTEMPTS or the profile, with pauses that grow and are random.
                # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
                settings = Config(
                    retries={"mode": "standard"},
                    max_pool_connections=self._threads,
                    connect_timeout=_CONNECT,
                    read_timeout=_READ,
                    user_agent_extra="dyncheck",
                )
                self._clients[service, region] = self._session.client(service, region_name=region, config=settings)
            return self._clients[service, region]


def session_of(profile: str, role_arn: str, region: str) -> Session:
    """The session of a profile, of a role that its credentials may assume, or of the standard chain of credentials.

    The role is asked for in that region, or, if empty, in that of the profile or of the environment. Raises `UsageError` without boto3, or
    when the profile does not exist or the role may not be assumed.
    """
    try:
        import boto3
    except ImportError:
        raise UsageError(_INSTALL) from None
    with _as_usage_error("There is no session with AWS"):
        session = boto3.Session(profile_name=profile or None)
        if not role_arn:
            return session
        sts = session.client("sts", region_name=region or session.region_name or ANY_REGION)
        role = sts.assume_role(RoleArn=role_arn, RoleSessionName="dyncheck")["Credentials"]
        return boto3.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"], session.region_name)


def is_throttled(error: CallError) -> bool:
    """Whether the service had too many calls at that time."""
    return "Throttl" in error.code or error.code in _TOO_MANY


@contextmanager
def _as_usage_error(what: str) -> Iterator[None]:
    """Turn the errors of AWS into one sentence on what was wrong, and one on what to do."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError:
        raise UsageError("There are no credentials for AWS. Sign in, or name a profile with --profile.") from None
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code.startswith("Expired"):
            raise UsageError("The credentials for AWS have expired. Sign in again.") from None
        if code in REFUSED_CREDENTIALS:
            raise UsageError(
                f"{what}: it does not accept the credentials ({code}). Choose others with --profile, or a region that is switched on."
            ) from None
        raise UsageError(f"{what}: {_sentence(error)}") from None
    except BotoCoreError as error:
        raise UsageError(f"{what}: {_sentence(error)}") from None


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if text.endswith(".") else f"{text}."


def _add(answered: dict[str, Any], page: dict[str, Any], operation: Operation) -> None:
    """Add a page to an answer, without what a capture does not keep."""
    for name, value in page.items():
        if name in operation.items:
            answered.setdefault(name, []).extend(_kept(item, operation) for item in value)
        elif not operation.items and name != "ResponseMetadata":
            answered[name] = _kept(value, operation) if isinstance(value, dict) else value


def _kept(value: Any, operation: Operation) -> Any:
    return {name: value[name] for name in operation.kept if name in value} if operation.kept and isinstance(value, dict) else value
