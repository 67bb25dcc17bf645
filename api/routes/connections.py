"""Test buttons: ``POST /config/test/{integration}`` on the saved settings or on ones not saved yet."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.bodies import read_body, too_large
from api.dependencies import Administrator, Bootstrap, Engine, Reader, State, actor_of
from api.json_body import MAX_BYTES
from api.languages import language_of
from api.problems import ProblemError, responses
from synapse.security.audit import record
from synapse.settings.connections.bench import TESTS, Bench, Upload, run_test
from synapse.settings.connections.targets import TargetPolicy
from synapse.settings.documents import dump, place
from synapse.settings.sections import Settings
from synapse.settings.validation import check_document
from synapse.storage import open_store

router = APIRouter(prefix="/config/test", tags=["tests"], responses=responses(401, 403, 503))
LARGEST_UPLOAD = 32 << 20
TestName = Annotated[str, Path(description=", ".join(TESTS), examples=["storage"])]
_BODY = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"sections": {"type": "object"}}},
                "example": {"sections": {"llm": {"endpoint": "http://127.0.0.1:11434", "model": "qwen3:8b"}}},
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "reference": {"type": "string"},
                        "sections": {"type": "string", "description": "JSON"},
                    },
                }
            },
        }
    }
}


class FactAnswer(BaseModel):
    """One thing seen on the way."""

    label: str
    value: str


class TestAnswer(BaseModel):
    """What a test found, in the reader's language."""

    is_working: bool
    summary: str
    hint: str
    facts: list[FactAnswer]
    columns: list[str]
    rows: list[list[str]]
    seconds: float


@dataclass(frozen=True)
class Wish:
    """What a person wants tested."""

    sections: dict[str, Any]
    upload: Upload | None


async def wish(request: Request) -> Wish:
    """Read the body: JSON, or a form with a file.

    Raises:
        ProblemError: It is neither, or too large.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Wish(_sections(await read_body(request, MAX_BYTES)), None)
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal():
        raise ProblemError(411, "Say how long the form is.")
    if int(declared) > LARGEST_UPLOAD:
        raise too_large(LARGEST_UPLOAD)
    async with request.form(max_files=1, max_fields=10) as form:
        file, reference, sections = form.get("file"), form.get("reference"), form.get("sections")
        upload = None
        if isinstance(file, UploadFile) and file.filename:
            content = await file.read()
            upload = Upload(file.filename[:200], content, reference if isinstance(reference, str) else "")
        values = _sections(sections.encode()) if isinstance(sections, str) else {}
    return Wish(values, upload)


def _sections(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ProblemError(400, f"The body is not JSON: {error}.") from error
    if isinstance(found, dict) and "sections" in found:
        found = found["sections"]
    if not isinstance(found, dict):
        raise ProblemError(422, "`sections` must be an object: name → values.")
    return found


@router.post("/{integration}", openapi_extra=_BODY, responses=responses(400, 404, 411, 413, 422, 429))
async def test(
    *,
    integration: TestName,
    user: Administrator,  # before the body, which only those who may are asked for
    wanted: Annotated[Wish, Depends(wish)],
    request: Request,
    bootstrap: Bootstrap,
    engine: Engine,
    state: State,
    reader: Reader,
) -> TestAnswer:
    """Try a connection for real; an answer of 200 says in `is_working` whether it does."""
    wait = state.test_limit.wait_seconds(user.name)
    if wait:
        headers = {"Retry-After": str(int(wait) + 1)}
        raise ProblemError(429, "Too many tests at once; wait a little.", headers=headers)
    saved = await run_in_threadpool(reader.settings)
    bench = Bench(
        engine=engine,
        open_store=lambda: open_store(bootstrap.objects_url),
        keyring=state.keyring,
        settings=_tried(saved, wanted.sections),
        policy=TargetPolicy.of(saved.privacy.allow_private_targets),
        now=datetime.now(UTC),
        upload=wanted.upload,
    )
    return await run_in_threadpool(_answer, integration, bench, request, user)


def _tried(saved: Settings, sections: dict[str, Any]) -> Settings:
    document = dump(saved)
    for name, values in sections.items():
        document = place(document, name, values)
    return check_document(document)


def _answer(integration: str, bench: Bench, request: Request, user: Administrator) -> TestAnswer:
    began = datetime.now(UTC)
    finding = run_test(integration, bench)
    with bench.engine.begin() as connection:
        after = {"is_working": finding.is_working, "summary": finding.summary.en}
        record(connection, actor_of(request, user), "connection.test", f"test/{integration}", after=after)
    language = language_of(request)
    return TestAnswer(
        is_working=finding.is_working,
        summary=finding.summary.to(language),
        hint=finding.hint.to(language),
        facts=[FactAnswer(label=fact.label.to(language), value=fact.value) for fact in finding.facts],
        columns=list(finding.columns),
        rows=[list(row) for row in finding.rows],
        seconds=round((datetime.now(UTC) - began).total_seconds(), 2),
    )
