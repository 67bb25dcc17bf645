"""What an operator does: look after an instance, ask it questions, feed it files."""
