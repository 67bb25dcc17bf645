"""What came in, from where, and what was refused."""
