"""What came with a message, as the team reads it: named, and masked like words."""

from zoneinfo import ZoneInfo

import pytest

from core.domain.channel import Media
from core.texts import Texts
from core.transcripts import media_of

SHOWN = [
    (Media("document", "CB 4970 1000 0000 0014.pdf"), "CB •• •• •• 0014.pdf"),
    (Media("document", "RIB FR7630006000011234567890189.pdf"), "RIB FR•• 89.pdf"),
    (Media("contact", detail="06 12 34 56 78"), "+33 6 •• •• •• 78"),
    (Media("other", detail="Appelez marie@exemple.fr ?"), "Appelez m••@exemple.fr ?"),
    (Media("image", "IMG-20261126-WA0001.jpg"), "IMG-20261126-WA0001.jpg"),
    (Media("document", "facture-2026-11-26 FACT-000123456.pdf"), "facture-2026-11-26 FACT-000123456.pdf"),
    (Media("location", detail="06 12 34 56 78"), "06 12 34 56 78"),
]


@pytest.mark.parametrize(("item", "shown"), SHOWN)
def test_names_of_files_and_cards_are_masked_and_places_and_dates_stay(item: Media, shown: str) -> None:
    assert media_of(item, Texts(ZoneInfo("Europe/Paris")), "fr").partition(" · ")[2] == shown
