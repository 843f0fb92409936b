"""SNS topics of the input: whether CloudWatch can publish to one, and whether anybody hears of it.

Source: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.links import BEFORE_RESOURCE, Links, leads_to, text_of
from dyncheck.dynamodb.types import CHATS, KEY_ALIAS, KEY_POLICY, KEYS, SUBSCRIPTION, TOPIC, TOPIC_POLICY
from dyncheck.model import Change, Deferred, Known, Reference, Resource, Unknown, Unset, Value

# AWS manages this key. Its policy does not let CloudWatch use it, and cannot be changed.
KEY_OF_AWS = "alias/aws/sns"

_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")

# A topic has more policies that may be its own only where the input does not show which.
_MOST_POLICIES = 12


# Account, region and name of an alarm, as far as they are known.
Facts: TypeAlias = "tuple[str | None, str | None, str | None]"


# Why a resource of a type that concerns another one may exist although the input does not show it; empty when none may.
Unseen: TypeAlias = "Callable[[str, Resource | None], str]"


class Fault(Struct, frozen=True):
    """Why a topic delivers nothing, as the rest of a sentence about the topic, and what corrects it."""

    why: str
    expected: str


class Topics:
    """The topics, with the policies, keys and subscriptions that decide whether they deliver: `resources` by their types."""

    def __init__(self, resources: Mapping[str, Sequence[Resource]], data: Callable[[], Iterable[Resource]], unseen: Unseen) -> None:
        self._resources = resources
        self._data = data
        self._unseen = unseen
        self._documents: dict[str, Any] = {}

    @cached_property
    def _by_block(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for topic in self._of_type(TOPIC):
            found.setdefault(topic.block_address, []).append(topic)
        return found

    @cached_property
    def _by_arn(self) -> dict[str, Resource]:
        return {arn: topic for topic in self._of_type(TOPIC) if (arn := text_of(topic, "arn"))}

    @cached_property
    def _by_name(self) -> dict[str, list[Resource]]:
        """The topics whose ARN is not known yet."""
        found: dict[str, list[Resource]] = {}
        for topic in self._of_type(TOPIC):
            name = text_of(topic, "name")
            if name and not text_of(topic, "arn"):
                found.setdefault(name, []).append(topic)
        return found

    def of_reference(self, reference: Reference, holder: Resource) -> tuple[Resource, ...]:
        """The topics that a reference in `holder` may lead to."""
        near = self._by_block.get(reference.resource or "", [])
        certain = [topic for topic in near if leads_to(reference, holder, topic)]
        return tuple(certain or (topic for topic in near if leads_to(reference, holder, topic) is not False))

    def of_arn(self, arn: str) -> Resource | None:
        """The topic that certainly has that ARN."""
        return self._by_arn.get(arn)

    def maybe_of_arn(self, arn: str) -> tuple[Resource, ...]:
        """The topics that may have that ARN once they exist."""
        return tuple(self._by_name.get(arn.split(":", BEFORE_RESOURCE)[-1], ()))

    def fault(self, topic: Resource, sender: Facts, *, is_own_account: bool | None) -> Fault | None:
        """Why an alarm (`sender`) cannot be heard by this topic; None when it can.

        `is_own_account` says whether both are in one account, None when that is not known. Raises `Unknown`.
        """
        return self._of_key(topic, sender) or self._of_policy(topic, sender, is_own_account)

    def is_unsubscribed(self, topic: Resource) -> bool:
        """Whether certainly no subscription of the input is on the topic."""
        if any(self._unseen(kind, topic) for kind in (SUBSCRIPTION, *CHATS)):
            return False
        links = (self._subscriptions, self._chats)
        return not any(found for each in links for found in each.to(topic, (text_of(topic, "arn"),), text_of(topic, "name")))

    def _of_policy(self, topic: Resource, sender: Facts, is_own_account: bool | None) -> Fault | None:
        """Why the policy of the topic does not let CloudWatch publish. The default one lets the account of the topic do so."""
        certain, maybe = self._policies.to(topic, (text_of(topic, "arn"),), text_of(topic, "name"))
        if len(maybe) > _MOST_POLICIES:
            raise Unknown("", f"has one of {len(maybe)} policies, and the input does not show which")
        holders = [*certain, *maybe] if certain else [topic, *maybe]
        answers = {self._allows(holder, sender, is_own_account) for holder in holders}
        if answers == {True}:
            return None
        if len(answers) > 1:
            raise Unknown("", f"may have the policy {maybe[0].address}, and the input does not show it")
        if isinstance(holders[0].body.value("policy"), Unset):
            return Fault("is in another account, and its default policy lets only its own account publish", _statement("sns:Publish"))
        return Fault(f"has a policy that does not let CloudWatch publish ({holders[0].address})", _statement("sns:Publish"))

    def _allows(self, holder: Resource, sender: Facts, is_own_account: bool | None) -> bool:
        try:
            document = self._document(holder)
            if document is not None:
                return _allow(document, ("sns:Publish",), sender)
        except Unknown as reason:
            raise Unknown("", f"has a policy ({holder.address}) that {reason.why}") from None
        if is_own_account is None:
            raise Unknown("", "may be in another account than the alarm, and its default policy lets only its own account publish")
        return is_own_account

    def _of_key(self, topic: Resource, sender: Facts) -> Fault | None:
        """Why the key of the topic does not let CloudWatch use it. A key that the input does not show may let it."""
        value = topic.body.value("kms_master_key_id")
        if isinstance(value, Unset) or (isinstance(value, Known) and not value.value):
            return None
        if self._is_key_of_aws(value):
            return Fault(f"is encrypted with {KEY_OF_AWS}, a key that CloudWatch cannot use", "a customer managed key that it can use")
        keys = self._keys_of(value, topic)
        if not keys and isinstance(value, Deferred) and not _leads_to_keys(value):
            raise Unknown("", f"is encrypted with a key that {value.describe()}")
        faults = [fault for key in keys if (fault := self._of_one_key(key, sender))]
        if not faults:
            return None
        if len(faults) < len(keys) or (isinstance(value, Deferred) and len(value.references) > 1):
            raise Unknown(
                "", f"{value.describe() if isinstance(value, Deferred) else 'has a key'}: one of the keys does not let CloudWatch use it"
            )
        return faults[0]

    def _is_key_of_aws(self, value: Value) -> bool:
        if isinstance(value, Known):
            return isinstance(value.value, str) and (value.value == KEY_OF_AWS or value.value.endswith(f":{KEY_OF_AWS}"))
        references = value.references if isinstance(value, Deferred) else ()
        named = [each for each in references if each.is_data and each.type == KEY_ALIAS]
        if not named or len(references) > 1:
            return False
        return any(text_of(each, "name") == KEY_OF_AWS for each in self._data() if each.address == named[0].resource)

    def _keys_of(self, value: Value, holder: Resource, kind: str = "") -> list[Resource]:
        """The keys of the input that a value may name, by the key itself or by an alias."""
        named = self._named_by(value, holder)
        aliases = [] if kind else [each for each in named if each.type == KEY_ALIAS]
        keys = [each for each in named if each.type != KEY_ALIAS]
        return keys + [key for alias in aliases for key in self._keys_of(alias.body.value("target_key_id"), alias, KEY_ALIAS)]

    def _named_by(self, value: Value, holder: Resource) -> list[Resource]:
        by_text, by_block = self._keys
        if isinstance(value, Known):
            return by_text.get(value.value, []) if isinstance(value.value, str) else []
        references = value.references if isinstance(value, Deferred) else ()
        near = [(each, key) for each in references for key in by_block.get(each.resource or "", ())]
        certain = [key for reference, key in near if leads_to(reference, holder, key)]
        return certain or [key for reference, key in near if leads_to(reference, holder, key) is not False]

    def _of_one_key(self, key: Resource, sender: Facts) -> Fault | None:
        certain, maybe = self._key_policies.to(key, (text_of(key, "arn"), text_of(key, "key_id"), text_of(key, "id")), None)
        holders: Sequence[Resource] = certain or maybe or (key,)
        try:
            document = self._document(holders[0])
            if document is not None and _allow(document, _KEY_ACTIONS, sender):
                return None
        except Unknown as reason:
            raise Unknown("", f"is encrypted with {key.address}, whose policy ({holders[0].address}) {reason.why}") from None
        if self._unseen(KEY_POLICY, key):
            raise Unknown("", f"is encrypted with {key.address}, and the input may not show the policy of that key")
        if len(holders) > 1 or (maybe and not certain):
            raise Unknown("", f"is encrypted with {key.address}, and the input does not show its policy")
        return Fault(
            f"is encrypted with {key.address}, whose policy does not let CloudWatch use the key",
            _statement("kms:Decrypt and kms:GenerateDataKey*"),
        )

    def _document(self, holder: Resource) -> Any:
        """The document of a policy, which may have `Deferred` parts; None where the policy is the default one. May raise `Unknown`."""
        if holder.address not in self._documents:
            self._documents[holder.address] = self._read_document(holder)
        found = self._documents[holder.address]
        if isinstance(found, Unknown):
            raise found
        return found

    def _read_document(self, holder: Resource) -> Any:
        value = holder.body.value("policy")
        if isinstance(value, Unset) or (isinstance(value, Known) and not value.value):
            return None
        found = _decoded(value.value) if isinstance(value, Known) else holder.body.parts("policy")
        if isinstance(found, dict):
            return found
        return Unknown("", value.describe() if isinstance(value, Deferred) else "is not a JSON document")

    def _of_type(self, *kinds: str) -> Iterator[Resource]:
        return (resource for kind in kinds for resource in self._resources.get(kind, ()))

    @cached_property
    def _keys(self) -> tuple[dict[str, list[Resource]], dict[str, list[Resource]]]:
        """The keys and their aliases, by what names them and by their resource block."""
        by_text: dict[str, list[Resource]] = {}
        by_block: dict[str, list[Resource]] = {}
        for key in self._of_type(*KEYS, KEY_ALIAS):
            by_block.setdefault(key.block_address, []).append(key)
            for text in {text_of(key, "arn"), text_of(key, "id"), text_of(key, "key_id"), text_of(key, "name")}:
                if text:
                    by_text.setdefault(text, []).append(key)
        return by_text, by_block

    @cached_property
    def _subscriptions(self) -> Links:
        return Links(self._of_type(SUBSCRIPTION), "topic_arn")

    @cached_property
    def _chats(self) -> Links:
        return Links(self._of_type(*CHATS), "sns_topic_arns")

    @cached_property
    def _policies(self) -> Links:
        return Links(self._of_type(TOPIC_POLICY), "arn")

    @cached_property
    def _key_policies(self) -> Links:
        return Links(self._of_type(KEY_POLICY), "key_id")


def _leads_to_keys(value: Deferred) -> bool:
    return bool(value.references) and all((reference.type or "").startswith("aws_kms_") for reference in value.references)


def destroyed_topics(changes: Iterable[Change]) -> dict[str, str]:
    """The addresses of the topics that a plan destroys, by their ARN. A topic that is replaced keeps its ARN with its name."""
    found: dict[str, str] = {}
    for change in changes:
        if change.type != TOPIC or change.before is None or "delete" not in change.actions or change.deposed or change.is_outside:
            continue
        arn = text_of(change.before, "arn")
        if arn and not ("create" in change.actions and "name" not in change.forced_by and "name_prefix" not in change.forced_by):
            found[arn] = change.address
    return found


def _allow(document: Any, actions: tuple[str, ...], facts: Facts) -> bool:
    # Most topics have no policy in the configuration.
    from dyncheck.dynamodb.resource_policies import Sender, allows

    return all(allows(document, action, Sender(*facts)) for action in actions)


def _statement(actions: str) -> str:
    return f"a statement that allows {actions} for the service cloudwatch.amazonaws.com"


def _decoded(text: Any) -> Any:
    from msgspec import DecodeError
    from msgspec.json import decode

    try:
        return decode(text)
    except (DecodeError, TypeError, UnicodeEncodeError, RecursionError):
        return None
