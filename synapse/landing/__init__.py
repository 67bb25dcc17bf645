"""Files of other programs → schema ``raw``: one module per foreign format, one ledger, one driver."""
