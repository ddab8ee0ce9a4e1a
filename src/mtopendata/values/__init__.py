"""Values and texts, whatever they are of: cells, JSON, Markdown, versions, errors."""
