"""What went wrong and who should know."""
