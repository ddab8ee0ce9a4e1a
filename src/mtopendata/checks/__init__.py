"""All that a validation tests, one file a kind."""
