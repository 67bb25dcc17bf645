"""Who may see and do what: roles, masking, keys."""
