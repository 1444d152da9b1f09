"""What never reaches the team's screens in full: phones, e-mails, bank cards, accounts, passwords (P19).

Each mask leaves enough to tell two apart, and nothing that a mask would read again: masking twice is masking
once. What merely looks like one (orders, dates, amounts) stays: agents work with it.
"""

import re

import phonenumbers
from stdnum import iban, luhn

BULLETS = "••"

_GAP = r"[ \u00a0\u202f.-]?"
"""What people put between the groups of a number."""

_SHOWN = f"{BULLETS} "
"""What stands before the figures a mask leaves: they begin nothing new with those that follow."""

_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)(?:(?:[\w.+-]*@)+[\w.+-]*)?")

_FIGURES = re.compile(rf"(?<!\w)(?<!{_SHOWN})\d(?:{_GAP}\d){{12,}}(?!\w)")
_GROUP = re.compile(r"\d+")
_FIGURE = re.compile(r"\d")
_FEWEST_FIGURES = 6
"""No phone of any country has fewer, its code included: counting is cheaper than looking."""
# Visa, Mastercard, Maestro, UnionPay; American Express, Diners, JCB; the second series of Mastercard.
_CARD = re.compile(r"[4-6]\d{15}(?:\d{1,3})?|3[0-8]\d{12,14}|2[2-7]\d{14}")
_LONGEST_CARD = 19

_ACCOUNT_START = re.compile(rf"(?<![A-Za-z0-9])([A-Za-z]{{2}}){_GAP}[0-9]{_GAP}[0-9]")
_ACCOUNT = re.compile(rf"[A-Za-z0-9](?:{_GAP}[A-Za-z0-9]){{14,33}}")
_ACCOUNT_LENGTHS = {
    country[:2]: int(country[2:])
    for country in """AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18
    DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30
    KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29
    PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20""".split()
}

_STATED = (
    "oubli[eé]|perdu|incorrect|refus[eé]|expir[eé]|invalide|bloqu[eé]|erron[eé]|faux|p[eé]rim[eé]|vide"
    "|forgotten|lost|wrong|refused|rejected|expired|invalid|blocked"
)
"""What people say of a password rather than as one: agents need to read it."""

_PASSWORD = re.compile(
    r"\b((?:mot de passe|mdp|password|passcode|code (?:secret|pin|de sécurité)|cryptogramme|cvv2?|cvc2?)"
    r"(?:\s+(?:actuel|provisoire|temporaire|visuel|wifi))?"
    r"\s*(?:(?:c['’]\s?)?est\b|is\b|[:=])[\s:=]*)"
    rf"(?!(?:{_STATED})e?s?(?!\S*\w))"
    r"(?:(?:«[^»\n]*»|“[^”\n]*”|\"[^\"\n]*\")\S*|\S+)",
    re.IGNORECASE,
)
_SHORT_SECRET = re.compile(
    r"\b((?:cryptogramme(?: visuel)?|cvv2?|cvc2?|code (?:pin|secret))\s+)\d{3,8}\b", re.IGNORECASE
)

_SECRETS = ("passe", "mdp", "passw", "passc", "code", "crypto", "cvv", "cvc")
"""What stands in every text that `_PASSWORD` or `_SHORT_SECRET` finds something in."""

# The library reads no phone in a row of them with spaces between: French ones are found before it looks.
_FRENCH_PHONE = re.compile(
    rf"(?<![\w+])(?<!{_SHOWN})"
    r"(?:(?:\+|00)33[ \u00a0.-]?(?:\(0\)[ \u00a0]?)?|0)([1-9])"
    r"([ \u00a0\u202f./-]?)\d\d(?:\2\d\d){2}\2(\d\d)(?!\d)"
)


def mask_phone(phone: str) -> str:
    """« +33 6 •• •• •• 12 »: the country, the first figure and the last two; anything else is bullets."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return f"{BULLETS} {BULLETS}" if phone else ""
    return _masked_number(number)


def mask_text(text: str, region: str = "FR") -> str:
    """A customer's words as the team sees them. `region` reads phone numbers written without a country."""
    if not text:
        return text
    masked = _mask_words_of_secrecy(text)
    if "@" in masked:
        masked = _EMAIL.sub(rf"\1{BULLETS}@\2", masked)
    return _mask_phones(_mask_figures(masked), region) if _FIGURE.search(masked) else masked


def mask_secrets(text: str) -> str:
    """What our own people typed: a phone they give is shown, passwords, cards and accounts are not."""
    masked = _mask_words_of_secrecy(text)
    return _mask_figures(masked) if _FIGURE.search(masked) else masked


def _mask_words_of_secrecy(text: str) -> str:
    folded = text.casefold()
    if not any(word in folded for word in _SECRETS):
        return text
    return _SHORT_SECRET.sub(rf"\1{BULLETS}", _PASSWORD.sub(rf"\1{BULLETS}", text))


def _mask_figures(text: str) -> str:
    return _FIGURES.sub(_mask_cards, _mask_accounts(text))


def _mask_accounts(text: str) -> str:
    """IBANs; where one ends is told by its country, whatever words follow."""
    parts, end = [], 0
    for start in _ACCOUNT_START.finditer(text):
        account = _account_at(text, start) if start.start() >= end else ""
        if account:
            parts += [text[end : start.start()], f"{account[:2]}{BULLETS} {account[-2:]}"]
            end = start.start() + len(account)
    return "".join([*parts, text[end:]])


def _account_at(text: str, start: re.Match[str]) -> str:
    """The IBAN that begins there, gaps included; empty when none does."""
    length = _ACCOUNT_LENGTHS.get(start[1].upper())
    found = _ACCOUNT.match(text, start.start()) if length else None
    if found is None or length is None:
        return ""
    ends = [at for at, character in enumerate(found[0], start=1) if character.isalnum()]
    account = found[0][: ends[length - 1]] if len(ends) >= length else ""
    # The lists of banks that some countries' checks consult are never complete.
    return account if iban.is_valid(re.sub(r"[^A-Za-z0-9]", "", account), check_country=False) else ""


def _mask_cards(run: re.Match[str]) -> str:
    """The cards in a run of figures, which may hold a date and a code besides."""
    parts, end = [], 0
    groups = list(_GROUP.finditer(run[0]))
    for first, group in enumerate(groups):
        figures, last = _card_of(groups[first:]) if group.start() >= end else ("", 0)
        if figures:
            parts += [run[0][end : group.start()], f"{BULLETS} {BULLETS} {BULLETS} {figures[-4:]}"]
            end = last
    return "".join([*parts, run[0][end:]])


def _card_of(groups: list[re.Match[str]]) -> tuple[str, int]:
    """The longest card that begins with the first of these groups, and where it ends; "" when none does."""
    figures, card, end = "", "", 0
    for group in groups:
        figures += group[0]
        if len(figures) > _LONGEST_CARD:
            break
        if _CARD.fullmatch(figures) and luhn.is_valid(figures):
            card, end = figures, group.end()
    return card, end


def _mask_phones(text: str, region: str) -> str:
    """Until none is found: one that is masked may set free another beside it."""
    if region == "FR":
        if len(_FIGURE.findall(text)) < _FEWEST_FIGURES:
            return text
        text = _FRENCH_PHONE.sub(rf"+33 \1 {BULLETS} {BULLETS} {BULLETS} \3", text)
    while (masked := _mask_found_phones(text, region)) != text:
        text = masked
    return text


def _mask_found_phones(text: str, region: str) -> str:
    parts, end = [], 0
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        if not text.endswith(_SHOWN, 0, match.start):
            parts += [text[end : match.start], _masked_number(match.number)]
            end = match.end
    return "".join([*parts, text[end:]])


def _masked_number(number: phonenumbers.PhoneNumber) -> str:
    """Few figures are hidden altogether; an extension is not shown."""
    number.extension = None
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    country, *groups = _GROUP.findall(phonenumbers.format_number(number, style))
    figures = "".join(groups)
    if len(figures) < 6:
        return f"+{country} {BULLETS}"
    return " ".join([f"+{country}", figures[0], *[BULLETS] * max(len(groups) - 2, 1), figures[-2:]])
