"""The rows of a fact sheet, entered into a package."""
