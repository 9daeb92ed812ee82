"""The Glossary page. May import widgets, state."""
