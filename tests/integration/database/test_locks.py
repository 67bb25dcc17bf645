"""Only one worker at a time does a piece of work."""

import threading

import sqlalchemy as sa

from synapse.database.locks import exclusively


def test_a_second_worker_waits_until_the_first_is_done(engine: sa.Engine) -> None:
    order: list[str] = []
    holding = threading.Event()

    def second() -> None:
        holding.wait(10)
        with exclusively(engine, "load"):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with exclusively(engine, "load"):
        holding.set()
        thread.join(0.3)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_other_work_does_not_wait(engine: sa.Engine) -> None:
    with exclusively(engine, "load"), exclusively(engine, "build"), engine.connect() as connection:
        held = connection.execute(sa.text("select count(*) from pg_locks where locktype = 'advisory'"))
        assert held.scalar_one() == 2


def test_the_right_is_given_back_after_an_error(engine: sa.Engine) -> None:
    try:
        with exclusively(engine, "load"):
            raise RuntimeError
    except RuntimeError:
        pass
    with engine.connect() as connection:
        held = connection.execute(sa.text("select count(*) from pg_locks where locktype = 'advisory'"))
        assert held.scalar_one() == 0
