"""Functions whose results differ from run to run or from machine to machine, or that dyncheck cannot compute exactly.

They are declared like all others, so that a wrong call is found; the result of a correct call is pending.
"""

from __future__ import annotations

from dyncheck.readers.hcl.functions.declaration import Function, Parameter
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.values import Value, pending

REASONS = {
    "base64gzip": "compresses with Go's library, which gives other bytes than Python's",
    "bcrypt": "salts with random bytes",
    "ephemeralasnull": "depends on which values are ephemeral, which is not tracked",
    "plantimestamp": "is the time of the plan",
    "rsadecrypt": "needs a private key, which dyncheck does not handle",
    "timestamp": "is the time of the apply",
    "uuid": "is random",
}


def _deferred(name: str, *parameters: Parameter, returns: Type = STRING, variadic: Parameter | None = None) -> Function:
    def run(*_arguments: Value) -> Value:
        return pending(returns, f"{name}()")

    return Function(name, parameters, run, returns, variadic)


FUNCTIONS = (
    _deferred("base64gzip", Parameter("str", STRING)),
    _deferred("bcrypt", Parameter("str", STRING), variadic=Parameter("cost", NUMBER)),
    _deferred("ephemeralasnull", Parameter("value", ANY, takes_null=True, takes_pending=True), returns=ANY),
    _deferred("plantimestamp"),
    _deferred("rsadecrypt", Parameter("ciphertext", STRING), Parameter("privatekey", STRING)),
    _deferred("timestamp"),
    _deferred("uuid"),
)
