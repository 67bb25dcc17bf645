"""From audio objects to who said what, when, and how sure the recogniser is."""
