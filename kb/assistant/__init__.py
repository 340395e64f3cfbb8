"""What assistants ask over the Model Context Protocol: typed answers with ids and sources, short enough to read. Wants the extra `mcp`."""
