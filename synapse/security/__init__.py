"""Who may do what: keys of machines, users, roles, masking."""
