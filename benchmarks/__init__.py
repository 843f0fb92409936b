"""Measures the speed of dyncheck against lower bounds and other tools: `make bench`."""
