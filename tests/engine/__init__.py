"""Compares decisions about items and requests with DynamoDB Local, on cases that are generated."""
