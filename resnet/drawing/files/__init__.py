"""Pictures that stand alone: SVG, PNG and one HTML page. May import all of drawing beside it."""
