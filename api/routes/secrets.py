"""Secrets: set, shown once, rotated; no answer but the one of `reveal` ever holds a value."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.config_models import EncryptedAgain, RevealedSecret, SecretAnswer, SecretBody
from api.dependencies import Administrator, Engine, Reader, State, actor_of
from api.languages import language_of
from api.problems import responses
from synapse.settings.secrets import (
    KINDS,
    SecretState,
    delete_secret,
    encrypt_again,
    list_secrets,
    put_secret,
    reveal_secret,
    rotate_secret,
)

router = APIRouter(prefix="/config/secrets", tags=["secrets"], responses=responses(401, 403, 503))
Name = Annotated[str, Path(examples=["telegram.bot_token"], max_length=80)]


def _answer(state: SecretState, request: Request) -> SecretAnswer:
    kind = KINDS[state.name]
    title = kind.title.to(language_of(request))
    return SecretAnswer(title=title, is_ours=kind.is_ours, test=kind.test, **vars(state))


def _reveal_for(reader: Reader) -> timedelta:
    return timedelta(minutes=reader.settings().privacy.secret_reveal_minutes)


@router.get("")
def every_secret(request: Request, user: Administrator, engine: Engine) -> list[SecretAnswer]:
    """Return which secrets are set, by whom and when."""
    with engine.connect() as connection:
        return [_answer(state, request) for state in list_secrets(connection, now=datetime.now(UTC))]


@router.put("/{name}", responses=responses(404, 422))
def put(
    *,
    name: Name,
    body: SecretBody,
    request: Request,
    user: Administrator,
    engine: Engine,
    state: State,
    reader: Reader,
) -> SecretAnswer:
    """Set a secret."""
    with engine.begin() as connection:
        kept = put_secret(
            connection,
            state.require_keyring(),
            name,
            body.value,
            author=actor_of(request, user),
            now=datetime.now(UTC),
            reveal_for=_reveal_for(reader),
        )
    return _answer(kept, request)


@router.delete("/{name}", status_code=204, responses=responses(404))
def delete(name: Name, request: Request, user: Administrator, engine: Engine) -> Response:
    """Forget a secret."""
    with engine.begin() as connection:
        delete_secret(connection, name, author=actor_of(request, user))
    return Response(status_code=204)


@router.post("/{name}/reveal", responses=responses(404, 410))
def reveal(
    *, name: Name, request: Request, response: Response, user: Administrator, engine: Engine, state: State
) -> RevealedSecret:
    """Show a secret once, within the time that the settings give; audited."""
    with engine.begin() as connection:
        value = reveal_secret(
            connection,
            state.require_keyring(),
            name,
            author=actor_of(request, user),
            now=datetime.now(UTC),
        )
    response.headers["Cache-Control"] = "no-store"
    return RevealedSecret(name=name, value=value)


@router.post("/{name}/rotate", responses=responses(404, 422))
def rotate(
    *, name: Name, request: Request, user: Administrator, engine: Engine, state: State, reader: Reader
) -> SecretAnswer:
    """Replace a secret of our own making by a new one, which may be shown once."""
    with engine.begin() as connection:
        made = rotate_secret(
            connection,
            state.require_keyring(),
            name,
            author=actor_of(request, user),
            now=datetime.now(UTC),
            reveal_for=_reveal_for(reader),
        )
    return _answer(made, request)


@router.post("/encrypt-again")
def reencrypt(request: Request, user: Administrator, engine: Engine, state: State) -> EncryptedAgain:
    """Encrypt with the newest master key whatever an older one holds."""
    with engine.begin() as connection:
        count = encrypt_again(connection, state.require_keyring(), author=actor_of(request, user))
    return EncryptedAgain(secrets=count)
