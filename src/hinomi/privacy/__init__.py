"""Keys, values that cannot print themselves, and the record of who looked at patient data."""
