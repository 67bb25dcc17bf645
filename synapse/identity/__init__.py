"""Who is who: identifiers brought to one form, and the graph that joins them."""
