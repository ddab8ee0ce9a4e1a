"""Two versions of a package compared, and whether what changed is explained."""
