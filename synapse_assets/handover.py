"""What one step of a run hands to the next lies in the object storage, which every machine reaches."""

from io import BytesIO

import dagster as dg
from pydantic import BaseModel

from synapse.environment import load_environment
from synapse.storage import ObjectStore, open_store

FOLDER = "runs/"


class Handover(dg.ConfigurableIOManager):  # type: ignore[type-arg]
    """Keeps pydantic models as JSON under ``runs/<run>/``; never a pickle, which would be code."""

    def handle_output(self, context: dg.OutputContext, obj: BaseModel) -> None:
        """Write an output; a step that runs again writes the same key."""
        _store().put(_key(context), BytesIO(obj.model_dump_json().encode()))

    def load_input(self, context: dg.InputContext) -> BaseModel:
        """Read an input as the model that its op declares for it."""
        assert context.upstream_output is not None
        model = context.upstream_output.dagster_type.typing_type
        with _store().open(_key(context.upstream_output)) as stream:
            found: BaseModel = model.model_validate_json(stream.read())
        return found


def forget_handovers(run_id: str) -> None:
    """Delete what the steps of a run handed over, at the run's end."""
    store = _store()
    for info in list(store.list(f"{FOLDER}{run_id}/")):
        store.delete(info.key)


def _store() -> ObjectStore:
    return open_store(load_environment().objects_url)


def _key(context: dg.OutputContext) -> str:
    names = [name.replace("[", "-").replace("]", "") for name in context.get_identifier()]
    return f"{FOLDER}{'/'.join(names)}.json"
