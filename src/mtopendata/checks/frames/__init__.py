"""What a package declares of a table, as a Pandera schema for frames of the user's own."""
