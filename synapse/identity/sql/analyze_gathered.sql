analyze gathered, gathered_names, web_identifiers, receipt_identifiers, message_identifiers
