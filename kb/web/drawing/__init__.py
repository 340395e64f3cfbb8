"""Pictures made on the server as SVG."""
