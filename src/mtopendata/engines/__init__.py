"""Who calls `see` and `merge` of a validation's checks: local threads, or Spark."""
