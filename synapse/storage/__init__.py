"""Object storage behind one interface, chosen by URL."""
