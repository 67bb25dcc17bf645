analyze new_links
