"""Questions to the association: asking one, with whom it lies, and chasing those left open."""
