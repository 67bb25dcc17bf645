analyze seen
