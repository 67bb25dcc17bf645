"""Sections of the company itself: how it looks and when somebody is there."""

from datetime import date, time
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from synapse.settings.base import Section, ZoneName
from synapse.settings.words import Bilingual, Words


class Branding(Section):
    """How the company looks on the pages."""

    title: ClassVar[Bilingual] = Bilingual("Оформление", "Branding")

    company_name: Annotated[
        str,
        Words(
            "Название компании", "Company name", Bilingual("Видно на всех страницах", "Shown on all pages")
        ),
    ] = Field("", max_length=120)
    logo: Annotated[
        str,
        Words(
            "Логотип",
            "Logo",
            Bilingual("PNG, JPEG, WebP или SVG до 256 КиБ", "PNG, JPEG, WebP or SVG up to 256 KiB"),
            widget="logo",
        ),
    ] = Field("", pattern=r"^(branding/[0-9a-f]{64}\.(png|jpg|webp|svg))?$")
    accent: Annotated[str, Words("Основной цвет", "Accent colour", widget="colour")] = Field(
        "", pattern=r"^(#[0-9a-fA-F]{6})?$"
    )
    theme: Annotated[Literal["auto", "light", "dark"], Words("Тема по умолчанию", "Default theme")] = "auto"
    language: Annotated[Literal["ru", "en"], Words("Язык по умолчанию", "Default language")] = "ru"


class WorkingDay(Section):
    """Working hours of one weekday in the company's zone."""

    opens: Annotated[time, Words("Открытие", "Opens")] = time(9)
    closes: Annotated[time, Words("Закрытие", "Closes")] = time(20)


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _usual_week() -> dict[Weekday, WorkingDay | None]:
    week: dict[Weekday, WorkingDay | None] = {}
    for day in get_args(Weekday):
        week[day] = WorkingDay()
    week["sat"] = WorkingDay(opens=time(10), closes=time(18))
    week["sun"] = None
    return week


class Calendar(Section):
    """When somebody is there to answer."""

    title: ClassVar[Bilingual] = Bilingual("Календарь", "Calendar")

    zone: Annotated[
        ZoneName,
        Words("Часовой пояс", "Time zone", Bilingual("Например Europe/Moscow", "For example Europe/Moscow")),
    ] = "Europe/Moscow"
    weekdays: Annotated[
        dict[Weekday, WorkingDay | None],
        Words(
            "Рабочие часы", "Working hours", Bilingual("Пустой день — выходной", "An empty day is a day off")
        ),
    ] = Field(default_factory=_usual_week)
    holidays: Annotated[list[date], Words("Праздники", "Holidays", widget="lines")] = Field(
        default_factory=list
    )
