"""Russian names of labels, from the lexicon."""

from synapse.language.rules import lexicon


def label(field: str, value: str) -> str:
    """Return what people call a label; the value itself if nobody named it.

    Args:
        field: intent, topic, checklist, outcome, objection, action, who, sentiment.
        value: As stored.
    """
    return str(lexicon("labels").get(field, {}).get(value, value))


def code_of(field: str, name: str) -> str:
    """Return the code of a shipped label by its Russian name; the name itself if it is the company's own."""
    wanted = name.strip().lower()
    named = lexicon("labels").get(field, {})
    return next((code for code, russian in named.items() if russian == wanted), name)
