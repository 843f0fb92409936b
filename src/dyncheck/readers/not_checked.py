"""Resources that make or change tables, and that dyncheck does not read."""

from __future__ import annotations

from dyncheck.dynamodb.types import RESOURCE_TYPES

# Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V1globaltables_reqs_bestpractices.html
_GLOBAL_TABLE = "aws_dynamodb_global_table"

# The resources of the Cloud Control provider.
_CLOUD_CONTROL = frozenset({"awscc_dynamodb_global_table", "awscc_dynamodb_table"})

# The resources with a CloudFormation template in `template_body`.
STACKS = frozenset({"aws_cloudformation_stack", "aws_cloudformation_stack_set"})

# What makes a table in a template; a macro replaces the last one.
_MAKES_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable")

MAKING_TABLES = _CLOUD_CONTROL | STACKS | {_GLOBAL_TABLE}


def why_not_checked(kind: str, provider: str, template: str | None) -> str:
    """Why a resource is not checked, empty when it makes no table.

    `provider` is the source of its provider if that is not hashicorp/aws. `template` is its CloudFormation template, None when
    the input does not have it.
    """
    if kind == _GLOBAL_TABLE:
        return "dyncheck does not read global tables of version 2017.11.29"
    if kind in _CLOUD_CONTROL:
        return "dyncheck reads only the tables of the provider hashicorp/aws"
    if kind in STACKS:
        if template is None:
            return "its template is not in the input, and may make DynamoDB tables"
        return "dyncheck does not read the DynamoDB tables in its template" if any(each in template for each in _MAKES_TABLES) else ""
    return f"its provider is {provider}, and dyncheck reads only hashicorp/aws" if provider and kind in RESOURCE_TYPES else ""
