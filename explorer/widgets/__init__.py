"""Controls, pickers and components that pages share. May import resources, figures, state."""
