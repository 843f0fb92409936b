"""The data model files of the DynamoDB MCP server of AWS: tables, sample items and access patterns, read in the terms of contracts."""
