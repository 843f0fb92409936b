"""Asks an account about its tables and alarms, and compares it with the code."""
