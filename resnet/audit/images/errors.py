"""What keeps an audit from going on."""


class AuditError(ValueError):
    """An audit that cannot be begun, gone on with or opened: one line that says how to mend it."""
