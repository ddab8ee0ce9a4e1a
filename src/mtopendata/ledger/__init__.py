"""What a validation says: the checks that ran, the findings, and their codes."""
