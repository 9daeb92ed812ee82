"""The Compare page. May import widgets, resources, figures, state."""
