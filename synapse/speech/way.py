"""How a recording is to be recognised: the settings, with what somebody chose for one call."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from synapse.settings.sections import Asr

LanguageChoice = Literal["ru", "en", "auto"]
InferenceChoice = Literal["batched", "sequential", "by_length"]
LANGUAGES: tuple[LanguageChoice, ...] = get_args(LanguageChoice)
INFERENCES: tuple[InferenceChoice, ...] = get_args(InferenceChoice)


class Way(BaseModel):
    """What differs from the settings for the recordings of one request; None: as the settings say.

    Attributes:
        language: ``ru``, ``en`` or ``auto``.
        inference: ``batched``, ``sequential`` or ``by_length``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: LanguageChoice | None = None
    inference: InferenceChoice | None = None

    def applied(self, settings: Asr) -> Asr:
        """The settings for these recordings."""
        return settings.model_copy(update=self.model_dump(exclude_none=True))
