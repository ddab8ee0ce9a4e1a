"""What earlier runs saw of blocks that are still the same: kept in a folder, and never trusted."""
