analyze gathered, gathered_names
