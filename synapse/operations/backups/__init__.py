"""Copies of the warehouse and of the objects at a second place, and the way back."""
