"""What an Asterisk with FreePBX's habits writes about a call: CDR, CEL, queue_log, names of recordings."""
