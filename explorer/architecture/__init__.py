"""The Architecture page and its panels. May import widgets, resources, figures, state."""
