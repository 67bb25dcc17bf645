analyze assigned
