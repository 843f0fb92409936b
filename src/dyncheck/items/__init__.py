"""Items of a table: what DynamoDB accepts, what a contract demands, and the files that hold items."""
