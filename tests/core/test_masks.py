"""Masks: what must not be read in full is not, what agents work with stays, and nothing is masked twice."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.masks import BULLETS, mask_phone, mask_text

PHONES = [
    ("+33612345612", "+33 6 •• •• •• 12"),
    ("+33 6 12 34 56 12", "+33 6 •• •• •• 12"),
    ("+33123456789", "+33 1 •• •• •• 89"),
    ("+32470123456", "+32 4 •• •• 56"),
    ("+41791234567", "+41 7 •• •• 67"),
    ("+352621123456", "+352 6 •• 56"),
    ("+442079460958", "+44 2 •• 58"),
    ("+12015550123", "+1 2 •• 23"),
    ("+4915123456789", "+49 1 •• 89"),
    ("+390612345678", "+39 0 •• 78"),
    ("+212612345678", "+212 6 •• •• •• 78"),
    ("+2250707070707", "+225 0 •• •• 07"),
]


@pytest.mark.parametrize(("phone", "shown"), PHONES)
def test_a_phone_shows_its_country_its_first_figure_and_its_last_two(phone: str, shown: str) -> None:
    assert shown == mask_phone(phone)


@pytest.mark.parametrize("phone", ["0612345678", "+", "FR.9f2c81aa", "anonyme", "+999999999999999999999"])
def test_what_is_no_international_phone_is_hidden_altogether(phone: str) -> None:
    assert mask_phone(phone) == "•• ••"


def test_no_phone_stays_no_phone() -> None:
    assert mask_phone("") == ""


def test_a_short_number_is_hidden_altogether() -> None:
    assert mask_phone("+33123") == "+33 ••"


def test_an_extension_is_not_shown() -> None:
    assert mask_phone("+33612345678;ext=5519") == "+33 6 •• •• •• 78"


@pytest.mark.parametrize(
    "written",
    [
        "06 12 34 56 78",
        "0612345678",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "06\u00a012\u00a034\u00a056\u00a078",
        "+33 6 12 34 56 78",
        "+33612345678",
        "+33 (0)6 12 34 56 78",
        "+33(0)612345678",
        "0033612345678",
        "06 12345678",
    ],
)
def test_a_french_phone_is_masked_however_it_is_written(written: str) -> None:
    assert mask_text(f"Rappelez-moi au {written}, merci") == "Rappelez-moi au +33 6 •• •• •• 78, merci"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("+32 470 12 34 56", "+32 4 •• •• 56"),
        ("+41 79 123 45 67", "+41 7 •• •• 67"),
        ("+44 20 7946 0958", "+44 2 •• 58"),
        ("+1 (201) 555-0123", "+1 2 •• 23"),
        ("+39 06 1234 5678", "+39 0 •• 78"),
        ("+590 690 12 34 56", "+590 6 •• •• 56"),
    ],
)
def test_a_foreign_phone_is_masked_where_it_has_its_country(written: str, shown: str) -> None:
    assert mask_text(f"Tel. {written}.") == f"Tel. {shown}."


def test_phones_of_another_region_are_read_as_that_region_writes_them() -> None:
    assert mask_text("Mon numéro : 0470 12 34 56", "BE") == "Mon numéro : +32 4 •• •• 56"


def test_phones_in_a_row_are_all_masked() -> None:
    said = mask_text("06 12 34 56 78 06 98 76 54 32 0123456789")
    assert said == "+33 6 •• •• •• 78 +33 6 •• •• •• 32 +33 1 •• •• •• 89"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Écrivez à marie.dupont+sav@exemple.fr.", "Écrivez à m••@exemple.fr."),
        ("<ELODIE@boutique.exemple.co.uk>", "<E••@boutique.exemple.co.uk>"),
        ("élodie@café.fr, a@b.fr", "é••@café.fr, a••@b.fr"),
    ],
)
def test_an_email_shows_its_first_letter_and_its_domain(typed: str, shown: str) -> None:
    assert shown == mask_text(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("4111111111111111", "•• •• •• 1111"),
        ("4111 1111 1111 1111 exp 12/27", "•• •• •• 1111 exp 12/27"),
        ("4111-1111-1111-1111", "•• •• •• 1111"),
        ("4111 1111 1111 1111 12/27 123", "•• •• •• 1111 12/27 123"),
        ("5500 0000 0000 0004 123", "•• •• •• 0004 123"),
        ("3782 822463 10005", "•• •• •• 0005"),
        ("ma carte 2223003122003222", "ma carte •• •• •• 3222"),
        ("4111 1111 1111 11 11", "•• •• •• 1111"),
        ("4111 1111 1111 1111 5500 0000 0000 0004", "•• •• •• 1111 •• •• •• 0004"),
    ],
)
def test_a_bank_card_shows_its_last_four_figures(typed: str, shown: str) -> None:
    assert shown == mask_text(typed)


def test_figures_that_do_not_check_are_no_card() -> None:
    assert mask_text("4111 1111 1111 1112") == "4111 1111 1111 1112"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("FR7630006000011234567890189", "FR•• 89"),
        ("FR76 3000 6000 0112 3456 7890 189", "FR•• 89"),
        ("FR76 3000 6000 0112 3456 7890 189 MERCI BEAUCOUP", "FR•• 89 MERCI BEAUCOUP"),
        ("fr76 3000 6000 0112 3456 7890 189 merci de me rembourser", "fr•• 89 merci de me rembourser"),
        ("FR76-3000-6000-0112-3456-7890-189.", "FR•• 89."),
        ("IBAN:DE89370400440532013000, BIC", "IBAN:DE•• 00, BIC"),
        ("GB29 NWBK 6016 1331 9268 19 puis BE68 5390 0754 7034", "GB•• 19 puis BE•• 34"),
        ("FR7630006000011234567890189 DE89370400440532013000", "FR•• 89 DE•• 00"),
    ],
)
def test_an_account_shows_its_country_and_its_last_two_figures(typed: str, shown: str) -> None:
    assert shown == mask_text(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "FR76 3000 6000 0112 3456 7890 188",  # a figure is wrong
        "FR76 3000 6000",
        "XX76 3000 6000 0112 3456 7890 189",
        "LOT FR12 ABCD EFGH IJKL MNOP QRST UVW",
    ],
)
def test_what_is_no_account_stays(typed: str) -> None:
    assert mask_text(typed) == typed


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("mon mot de passe est Soleil12! et rien", "mon mot de passe est •• et rien"),
        ("Mot de passe : Soleil12", "Mot de passe : ••"),
        ("mot de passe :\nSoleil12", "mot de passe :\n••"),
        ("MDP=Soleil12", "MDP=••"),
        ("mdp: « mon chat noir » ok", "mdp: •• ok"),
        ("mon mot de passe c’est Soleil12", "mon mot de passe c’est ••"),
        ("mon mot de passe actuel est Soleil12", "mon mot de passe actuel est ••"),
        ("My password is hunter2.", "My password is ••"),
        ("password is: hunter2", "password is: ••"),
        ("le code de sécurité est 123", "le code de sécurité est ••"),
        ("code PIN : 4321", "code PIN : ••"),
        ("cryptogramme 123, cvv 456", "cryptogramme ••, cvv ••"),
    ],
)
def test_a_password_is_hidden_in_french_and_in_english(typed: str, shown: str) -> None:
    assert shown == mask_text(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "mot de passe oublié",
        "J’ai perdu mon mot de passe, que faire ?",
        "mon mot de passe est oublié",
        "mon mot de passe est expiré, aidez-moi",
        "mon mot de passe est refuse depuis hier",
        "mon mot de passe n’est pas accepté",
        "forgot my password please help",
        "my password is expired",
    ],
)
def test_what_is_said_about_a_password_stays(typed: str) -> None:
    assert mask_text(typed) == typed


def test_a_password_that_begins_like_a_word_said_of_passwords_is_hidden() -> None:
    assert mask_text("mot de passe : perdu1234") == "mot de passe : ••"


@pytest.mark.parametrize(
    "typed",
    [
        "commande 123456789",
        "commande 2026112301 du 23/11/2026 à 14:30 pour 1 234,56 €",
        "commande 404-1234567-1234567",
        "CMD-4567-8910 et n° 20261123000123",
        "colis 6A12345678901, EAN 4006381333931",
        "ISBN 978-3-16-148410-0",
        "SIRET 123 456 789 00012",
        "le 12.10.2026 12.30.10.20",
        "le 04 11 2026 10 30",
        "1 000 000,00 € ou 49,90 €",
        "https://exemple.fr/suivi?colis=6A12345678901&jour=2026-11-23",
        "code postal 75011, 3e étage, digicode 12A45",
        "e8f1c0de-77aa-4bb1-9d7e-0123abcd4567",
        "🙂 @marie #promo",
        "",
    ],
)
def test_orders_dates_amounts_and_other_words_stay(typed: str) -> None:
    assert mask_text(typed) == typed


def test_everything_at_once_in_one_message() -> None:
    typed = "Marie, 06 12 34 56 78, marie@exemple.fr, carte 4111 1111 1111 1111, mdp: abc, commande 12345678"
    shown = "Marie, +33 6 •• •• •• 78, m••@exemple.fr, carte •• •• •• 1111, mdp: •• commande 12345678"
    assert shown == mask_text(typed)


PIECES = st.sampled_from(
    [
        "06 12 34 56 78",
        "+33612345678",
        "+1 (201) 555-0123",
        "marie@exemple.fr",
        "4111 1111 1111 1111",
        "FR76 3000 6000 0112 3456 7890 189",
        "DE89370400440532013000",
        "mot de passe",
        "mdp:",
        "est",
        "cvv",
        "«",
        '"',
        BULLETS,
        "12",
        "2026-11-23",
        "commande",
    ]
)
GAPS = st.sampled_from(["", " ", " ", "\n", ".", "-", "\u00a0", ": ", "= "])
CRAFTED = st.lists(st.tuples(PIECES | st.text(alphabet=string.digits, max_size=5), GAPS), max_size=12).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)


@given(st.text(alphabet=st.characters()) | CRAFTED)
def test_masking_never_fails_and_masking_twice_is_masking_once(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@given(st.text(alphabet="+0123456789 ().-;ext=٣６ab"))
def test_masking_a_phone_never_fails_and_shows_at_most_six_figures(phone: str) -> None:
    assert sum(character.isdigit() for character in mask_phone(phone)) <= 6


@given(st.text(alphabet=string.ascii_letters + " éàç’,.!?\n", max_size=300))
def test_words_without_figures_stay(text: str) -> None:
    if not any(word in text.lower() for word in ("mdp", "passe", "password", "passcode", "code", "cv")):
        assert mask_text(text) == text


@given(st.integers(0, 10**8 - 1), st.sampled_from(["06", "07", "+336", "00337"]))
def test_no_french_mobile_gets_through(number: int, prefix: str) -> None:
    figures = f"{number:08d}"
    assert figures not in mask_text(f"appelez {prefix}{figures} svp")
