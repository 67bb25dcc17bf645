"""What was said, as labels: rules over lemmas, dates and amounts in words, promised next steps."""
