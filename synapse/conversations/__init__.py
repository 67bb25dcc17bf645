"""Conversations for people: the list and the card."""
