"""KMS keys: which key really encrypts a table, and who manages that key.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-mgmt
"""

from __future__ import annotations

from collections.abc import Iterable

from dyncheck.dynamodb.place import region_of
from dyncheck.dynamodb.types import KEY_ALIAS, KEYS
from dyncheck.model import Deferred, Known, Reference, Resource, Unknown, Unset, Value, without_keys

# KMS reserves the aliases that start like this for the keys that AWS manages.
# Source: https://docs.aws.amazon.com/kms/latest/developerguide/alias-about.html
_OF_AWS = "alias/aws/"

# The only one of them that a table can have: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
_OF_DYNAMODB = "alias/aws/dynamodb"

_SYMMETRIC = "SYMMETRIC_DEFAULT"

# The attributes of a key that contain its ARN, or part of it. None is a reference to the whole resource.
_SUPPLYING = ("arn", "id", "key_id", None)


class Keys:
    """The KMS keys that an input shows: resources, those that a plan changes or destroys (`former`), and data sources."""

    def __init__(self, keys: Iterable[Resource], former: Iterable[Resource], data: Iterable[Resource]) -> None:
        self._keys = tuple(keys)
        self._arns = {_arn(key) for key in (*self._keys, *former)}
        self._data = {resource.address: resource for resource in data}

    def is_own(self, arn: str) -> bool:
        """Whether a key with that ARN is a resource of the input: AWS manages no such key."""
        return arn in self._arns

    def resource_of(self, key: Value) -> Resource | None:
        """The resource that is certainly the key, None where the input does not show which one it is."""
        if isinstance(key, Known):
            return next((resource for resource in self._keys if _arn(resource) == key.value), None)
        if not isinstance(key, Deferred) or len(key.alternatives) != 1:
            return None
        (only,) = key.alternatives
        if not isinstance(only, Deferred):
            return self.resource_of(only)
        # Only an ARN is a valid value. Another attribute is part of an expression whose value is something else.
        if len(only.references) != 1 or only.references[0].is_data or only.references[0].attribute != "arn":
            return None
        (reference,) = only.references
        named = (resource for resource in self._keys if resource.block_address == reference.resource)
        found = [resource for resource in named if reference.module in (None, resource.module)]
        return found[0] if len(found) == 1 else None

    def region_of(self, key: Value, at: str) -> str | None:
        """The region of the key, None where the environment decides it. Raises `Unknown`, at the path `at`, for a value of any origin."""
        if isinstance(key, Known) and key.value.startswith("arn:"):
            return str(key.value.split(":")[3])
        if resource := self.resource_of(key):
            return region_of(resource)
        if isinstance(key, Deferred) and not _is_of_kms(key):
            raise key.unknown(at)
        return None

    def is_customer_managed(self, key: Value, at: str, *, configured: bool | None) -> bool:
        """Whether the customer, and not AWS, manages the key of a table. `configured` says whether the configuration sets it.

        Raises `Unknown`, at the path `at`, when the input does not show it.
        """
        if isinstance(key, Deferred):
            return self._of_deferred(key, at)
        if isinstance(key, Unset) or not key.value:
            return False
        found = self._of_arn(str(key.value))
        if found is not None:
            return found
        if not str(key.value).startswith("arn:"):
            raise Unknown(at, "is not the ARN of a key")
        if configured is None:
            raise Unknown(at, "is an ARN, and an ARN does not show who manages the key")
        if not configured:
            raise Unknown(at, "is the ARN of a key that the configuration no longer sets, and an ARN does not show who manages the key")
        return True

    def _of_arn(self, arn: str) -> bool | None:
        """Whether the customer manages the key with that ARN, None where the ARN does not show it."""
        _, marker, alias = arn.partition(":alias/")
        if marker or arn.startswith("alias/"):
            return not (f"alias/{alias}" if marker else arn).startswith(_OF_AWS)
        if self.is_own(arn):
            return True
        for resource in self._data.values():
            if arn in (_text(resource, "target_key_arn"), _text(resource, "arn")):
                return _is_of_customer(resource)
        return None

    def _of_deferred(self, key: Deferred, at: str) -> bool:
        if not key.alternatives:
            # What Terraform knows when it plans cannot make the value unknown.
            if key.references and not any(map(self._may_supply, key.references)):
                return False
            raise key.unknown(at)
        found = {self._of_alternative(alternative, key, at) for alternative in key.alternatives}
        if len(found) > 1:
            raise key.unknown(at, more="; it may be a key of AWS or one of the customer")
        return found.pop()

    def _of_alternative(self, alternative: Value, key: Deferred, at: str) -> bool:
        if not isinstance(alternative, Deferred):
            return self.is_customer_managed(alternative, at, configured=True)
        if len(alternative.references) != 1:
            raise key.unknown(at)
        (reference,) = alternative.references
        if not reference.is_data and reference.type in KEYS:
            # Without an instance, the value is null.
            return any(resource.block_address == reference.resource for resource in self._keys)
        if not reference.is_data and reference.type == KEY_ALIAS:
            return True
        # A reference does not show which of several instances it leads to.
        answers = {_is_of_customer(data) for address, data in self._data.items() if without_keys(address) == reference.resource}
        found = answers.pop() if len(answers) == 1 else None
        if found is None:
            raise key.unknown(at)
        return found

    def _may_supply(self, reference: Reference) -> bool:
        """Whether a value that is known only after apply may come from this reference."""
        if reference.type in KEYS and not reference.is_data:
            instances = [key for key in self._keys if key.block_address == reference.resource]
            return reference.attribute in _SUPPLYING and any(_arn(key) is None for key in instances)
        if reference.is_data and reference.resource in self._data:
            resource = self._data[reference.resource]
            return isinstance(resource.body.value(reference.attribute or "arn"), Deferred)
        return True


def _is_of_kms(key: Value) -> bool:
    """Whether a value is a key or an alias that a resource or a data source has, or is unset."""
    if isinstance(key, Deferred) and key.alternatives:
        return all(map(_is_of_kms, key.alternatives))
    if isinstance(key, Deferred):
        return bool(key.references) and all((each.type or "").startswith("aws_kms_") for each in key.references)
    return isinstance(key, Unset)


def is_enabled(key: Resource) -> bool:
    """Whether the key can be used; `is_enabled` is the argument of `aws_kms_key`, `enabled` that of the others. May raise `Unknown`."""
    return all(key.body.read(name, True) for name in ("is_enabled", "enabled"))


def is_symmetric(key: Resource) -> bool:
    """Whether the key is of the only type that DynamoDB takes. May raise `Unknown`."""
    return (key.body.text("customer_master_key_spec") or _SYMMETRIC) == _SYMMETRIC


def _is_of_customer(data: Resource) -> bool | None:
    """Whether the customer manages the key that a data source reads, None where that is not shown."""
    manager = _text(data, "key_manager")
    if manager:
        return manager == "CUSTOMER"
    named = next((value for value in map(data.body.value, ("name", "key_id")) if not isinstance(value, Unset)), None)
    if isinstance(named, Deferred) and named.pieces and str(named.pieces[0]).startswith("alias/"):
        from dyncheck.model.pieces import pieces_have_form

        # The start or the end of an alias may decide.
        if pieces_have_form(named.pieces, f"{_OF_AWS}*"):
            return False
        return True if pieces_have_form(named.pieces, _OF_DYNAMODB) is False else None
    name = _text(data, "name") or _text(data, "key_id") or ""
    name = name[name.find("alias/") :] if "alias/" in name else ""
    return not name.startswith(_OF_AWS) if name else None


def _arn(key: Resource) -> str | None:
    return _text(key, "arn")


def _text(resource: Resource, name: str) -> str | None:
    value = resource.body.value(name)
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None
