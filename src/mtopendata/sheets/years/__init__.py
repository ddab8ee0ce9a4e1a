"""Tables whose columns, or rows, are years: which of their numbers are figures, by the cues."""
