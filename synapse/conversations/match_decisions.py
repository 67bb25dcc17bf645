"""What a person says about a receipt and an enquiry: their word is final from the next refresh on."""

import sqlalchemy as sa

from synapse.database.tables.app import match_decisions
from synapse.errors import SynapseError
from synapse.operations.work import request_work
from synapse.reports.marts import receipts
from synapse.security.audit import Actor, record


class UnknownReceiptError(SynapseError):
    """The marts hold no such receipt."""


def decide_match(
    connection: sa.Connection, receipt_id: int, enquiry_id: str, *, is_match: bool, author: Actor
) -> None:
    """Write down a yes or a no and ask for a refresh, with a line in the audit log, in one transaction.

    Args:
        connection: An open transaction.
        receipt_id: Key of ``fct_receipts``.
        enquiry_id: The enquiry that the receipt is shown with.
        is_match: Yes pins the pair, no forbids it.
        author: Who decides.

    Raises:
        UnknownReceiptError: The receipt is gone or is shown with another enquiry by now.
    """
    columns = receipts.c
    found = connection.execute(
        sa.select(columns.source, columns.receipt_number, columns.issued_on, columns.kind).where(
            columns.receipt_id == receipt_id, columns.enquiry_id == enquiry_id
        )
    ).one_or_none()
    if found is None:
        raise UnknownReceiptError(
            "This receipt is no longer shown with this enquiry.", hint="Load the page again and look anew."
        )
    connection.execute(
        sa.insert(match_decisions).values(
            **found._mapping, enquiry_id=enquiry_id, is_match=is_match, decided_by=author.name
        )
    )
    request_work(connection, "refresh", requested_by=author.name)
    record(
        connection,
        author,
        "match.confirm" if is_match else "match.reject",
        f"receipt {receipt_id}",
        after={"enquiry_id": enquiry_id, "is_match": is_match},
    )
