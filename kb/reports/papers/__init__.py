"""A brief as papers: Markdown, HTML, Word, CSV and JSON, from one sheet; choosing from it, keeping it and opening it again."""
