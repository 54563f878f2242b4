"""The people of a leader's own units: the list, adding somebody, and undoing what was tapped."""
