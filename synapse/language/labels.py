"""Russian names of labels, from the lexicon."""

from synapse.language.rules import lexicon


def label(field: str, value: str) -> str:
    """Return what people call a label; the value itself if nobody named it.

    Args:
        field: intent, topic, checklist, outcome, objection, action, who, sentiment.
        value: As stored.
    """
    return str(lexicon("labels").get(field, {}).get(value, value))
