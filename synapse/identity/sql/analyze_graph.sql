analyze core.contacts, core.contact_identifiers, core.identity_links
