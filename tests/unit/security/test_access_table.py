"""The table of who may call what stands in the docs as the code has it."""

from api.route_list import described
from synapse.environment import PROJECT_ROOT


def test_the_table_in_the_docs_is_the_one_of_the_code() -> None:
    written = (PROJECT_ROOT / "docs" / "access.md").read_text()
    assert described() in written, "write it anew: python -m api.route_list"
