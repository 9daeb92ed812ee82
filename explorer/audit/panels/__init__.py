"""What is shown of an audit, a panel a file. May import shown_audit, and what that may."""
