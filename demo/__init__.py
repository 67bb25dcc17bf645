"""The simulated company "Тёплый дом": what it says, who says it, and the files it leaves behind."""
