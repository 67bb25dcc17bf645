"""Test buttons: each really tries its connection and says in plain words what it found."""
