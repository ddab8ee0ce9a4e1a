"""Every kind of change of a descriptor, and the step of the version that each asks for.

The steps are those of https://datapackage.org/recipes/data-package-version/; what it does not speak
of says here why.
"""

from mtopendata.values.versions import Step

KINDS: dict[str, tuple[Step, str]] = {
    "package-renamed": (Step.MAJOR, "the package has another name or id"),
    "resource-added": (Step.MINOR, "the package has a resource more"),
    "resource-removed": (Step.MAJOR, "a resource is gone"),
    "resource-renamed": (Step.MAJOR, "a resource has another name, and its path or schema"),
    # The recipe names this case: the data are the same wherever they lie.
    "path-changed": (Step.NONE, "the data lie in another place"),
    # To code that reads the files itself, these change every value, or make it fail.
    "reading-changed": (
        Step.MAJOR,
        "the files are read in another way: format, encoding, dialect, fieldsMatch, "
        "missing values, the characters of numbers and booleans",
    ),
    "schema-added": (Step.MAJOR, "a resource declares its fields, and did not before"),
    "schema-removed": (Step.MAJOR, "a resource no longer declares its fields"),
    "field-added": (Step.MAJOR, "a table has a field more"),
    "field-removed": (Step.MAJOR, "a field is gone"),
    "field-renamed": (Step.MAJOR, "a field has another name, and its place, type and constraints"),
    "fields-reordered": (Step.MAJOR, "fields that both have stand in another order"),
    "type-changed": (Step.MAJOR, "a field has another type"),
    "format-changed": (Step.MAJOR, "a field's values are written in another format"),
    # The same number of something else. Table Schema has no units, so the recipe cannot say it.
    "unit-changed": (Step.MAJOR, "a field's values count something else"),
    # `<` and sorting give something else. To gain an order breaks nothing.
    "category-order-changed": (Step.MAJOR, "ordered categories have another order, or none"),
    "constraint-tightened": (Step.MAJOR, "a value or row that was valid may not be so now"),
    "constraint-loosened": (Step.MINOR, "more values or rows are valid than before"),
    # The key says what one row is, and by it others join, update and compare the table.
    "primary-key-changed": (Step.MAJOR, "a primary key was added, removed or changed"),
    "reference-changed": (Step.MINOR, "a foreign key refers to another table or to other fields"),
    # Metadata, but no mere description: it decides what a reader may do, who has to be told.
    "licence-changed": (Step.MINOR, "licences or rights changed"),
    "metadata-changed": (Step.PATCH, "a property that describes was added, removed or changed"),
}
"""The kinds of changes: the version step that each needs, and its meaning."""
