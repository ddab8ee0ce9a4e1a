"""Values and texts, whatever they are of: cells, JSON, Markdown, versions, the program's own error."""
