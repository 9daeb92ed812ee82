"""The Glossary page's choice: what is looked for."""

from __future__ import annotations

from explorer.state.choices.page_choices import Page

GLOSSARY = Page("glossary", {"find": ""})
