"""What arrives by itself: web events, calls and recordings sent over HTTP."""
