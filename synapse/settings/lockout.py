"""Nobody may save rules of access under which their own request would be refused."""

import sqlalchemy as sa

from synapse.security.accounts import role_of
from synapse.security.forward_auth import (
    NotSignedInError,
    ProxyTrust,
    RawHeaders,
    forwarded_user,
)
from synapse.security.roles import Role
from synapse.settings.policies import Access
from synapse.settings.validation import FieldProblem, InvalidSettingsError
from synapse.settings.words import Bilingual

_HEADERS = Bilingual(
    "с этими заголовками Synapse не узнал бы вас: запрос, которым вы сохраняете, был бы отклонён; сначала"
    " настройте прокси",
    "with these headers Synapse would not know you: the request you save with would be refused; set up the"
    " proxy first",
)
_GROUPS = Bilingual(
    "с этими группами вы перестали бы быть администратором; дайте себе роль на странице пользователей",
    "with these groups you would no longer be an administrator; give yourself the role on the page of users",
)


def check_stays_admin(
    connection: sa.Connection, access: Access, *, headers: RawHeaders, peer: str, trust: ProxyTrust
) -> None:
    """Look at an administrator's own request under new rules.

    Args:
        connection: For the role that an administrator may have been given by hand.
        access: The rules that are to be saved.
        headers: Raw headers of the request that saves them.
        peer: Address of the other end of its connection.
        trust: Trusted proxies.

    Raises:
        InvalidSettingsError: The same request would not come from an administrator any more.
    """
    try:
        person = forwarded_user(headers, peer, trust, access)
    except NotSignedInError as error:
        raise InvalidSettingsError([FieldProblem("/access/user_header", _HEADERS)]) from error
    if role_of(connection, person, access) is not Role.ADMIN:
        raise InvalidSettingsError([FieldProblem("/access/group_roles", _GROUPS)])
