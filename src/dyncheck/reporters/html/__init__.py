"""The report as one HTML page that a browser opens without a server."""
