"""What a call answered, or why it is not known: the permission that is missing, the error, or that the call was not made."""

from __future__ import annotations

from typing import Any

from dyncheck.model import Deferred
from dyncheck.readers.capture.calls import Operation
from dyncheck.readers.capture.document import Call, Capture

_DENIED = ("AccessDenied", "AuthorizationError", "UnauthorizedOperation", "NotAuthorized")

# The codes of a region that does not know the credentials. They are those of regions that are switched off, too.
REFUSED_CREDENTIALS = frozenset({"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "OptInRequired"})

# The codes for something that does not exist, or not yet.
_MISSING = ("ResourceNotFound", "TableNotFound", "NotFound")

# The names that botocore gives to failed connections.
_UNREACHED = ("EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError", "SSLError")


def answer(capture: Capture, operation: Operation, region: str, subject: str = "") -> dict[str, Any] | Deferred:
    """The whole answer of a call, or why it is missing."""
    call = capture.call(operation, region, subject)
    if call and call.answer is not None and call.error is None:
        return call.answer
    return Deferred(reason=f"cannot be determined: {why_unanswered(capture, operation, region, call)}")


def why_unanswered(capture: Capture, operation: Operation, region: str, call: Call | None) -> str:
    """Why a call has no answer, or not all of it, as a sentence without its end."""
    if call and call.error:
        if call.error.code.startswith(_DENIED):
            return f"the permission {operation.permission} is missing in {region}"
        if call.error.code in REFUSED_CREDENTIALS:
            return (
                f"the region {region} does not accept the credentials ({operation.permission}: {call.error.code}); it may be switched off"
            )
        if call.error.code in _UNREACHED:
            return f"the region {region} cannot be reached ({operation.permission}: {call.error.code})"
        if is_missing(call):
            return f"{operation.permission} does not find it in {region}; it is not ready yet, or was deleted"
        return f"{operation.permission} failed in {region} with {call.error.code}"
    if capture.producer:
        return f"{capture.producer} does not show what {operation.permission} answers; `dyncheck capture` asks for it"
    if region not in capture.regions:
        return f"the region {region} was not captured"
    return f"{operation.permission} was not asked in {region}, because the capture was interrupted"


def is_missing(call: Call | None) -> bool:
    """Whether the service says that what the call is about does not exist."""
    return call is not None and call.error is not None and call.error.code.startswith(_MISSING)
