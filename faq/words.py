"""Reading a message: from what a person typed to weighted stems, in French and English.

Everything that makes two ways of writing one thing equal happens here: case, accents, ligatures,
apostrophes, elisions, abbreviations, set phrases, greetings. Nothing here knows any article.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from core.domain.words import told_by_word
from faq.glued import unglued
from faq.languages import ENGLISH, FRENCH, lexicon_of
from faq.lexicon import Lexicon, Run
from faq.stems import stem

LONGEST_TEXT = 20_000
"""Characters read of a message. Platforms allow far less; the rest of a longer text is not looked at."""

MOST_WORDS = 120
"""Words kept of a message: a question that needs more of them is for a person."""

MOST_TOKENS = 3 * MOST_WORDS
"""Read before set phrases are replaced and greetings left out: what comes later is not looked at."""

LONGEST_WORD = 40
"""Characters kept of a word: what is longer is no word, and must not cost more than one."""

FUNCTION_WEIGHT = 0.15
COMMON_WEIGHT = 0.4
CONTENT_WEIGHT = 1.0
BAND_WEIGHTS = {1: 0.6, 2: 0.6, 3: 0.76}
"""A word says less the more frequent it is; these are the bands of the dictionary, from the most frequent."""
NUMBER = "0"
"""What every number of three figures or more becomes: an order number is nobody's question."""

_CHARACTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"} | dict.fromkeys("’‘ʼ`´", "'"))
_REPEATED = re.compile(r"(.)\1{2,}")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*'?")
_LETTERS = re.compile(r"[^\W_]+")
_AROUND = ".,;:!?…()[]«»“”\"'"
_SIGNATURE_WORDS = 5
_NO_PHRASE: tuple[Run, tuple[str, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a message. `weight` is how much such a word says in general, from 0 to 1."""

    surface: str
    stem: str
    weight: float


def plain(text: str) -> str:
    """Lower case without accents, ligatures, typographic apostrophes, addresses and drawn-out letters."""
    return " ".join([word for chunk in text[:LONGEST_TEXT].split() if (word := _plain_chunk(chunk))])


@lru_cache(maxsize=4_000)
def _plain_chunk(chunk: str) -> str:
    """What stands between two spaces; people write mostly the same few thousand of them."""
    folded = unicodedata.normalize("NFKC", chunk).lower().translate(_CHARACTERS)
    kept = " ".join([chunk for chunk in folded.split() if not _is_address(chunk)])
    if not kept.isascii():
        decomposed = unicodedata.normalize("NFD", kept)
        kept = "".join([mark for mark in decomposed if mark < "\x80" or not unicodedata.combining(mark)])
    return _REPEATED.sub(r"\1\1", kept)


def _is_address(chunk: str) -> bool:
    return chunk.startswith(("http:", "https:", "www.")) or ("@" in chunk[1:] and "." in chunk)


def tokens_of(text: str, lexicon: Lexicon) -> list[str]:
    """The words of a text with abbreviations written out and set phrases in their one form."""
    code, last = lexicon.code, ""
    written_out: list[str] = []
    for chunk in text[:LONGEST_TEXT].split():
        for full in _tokens_of_chunk(chunk, code):
            if full != last:
                written_out.append(full)
                last = full
        if len(written_out) >= MOST_TOKENS:
            break
    return _phrases_replaced(written_out[:MOST_TOKENS], lexicon)


@lru_cache(maxsize=50_000)
def _tokens_of_chunk(chunk: str, language: str) -> tuple[str, ...]:
    """What stands between two spaces."""
    lexicon = lexicon_of(language)
    raw = islice(_split_tokens(_plain_chunk(chunk), lexicon), MOST_TOKENS)
    return tuple([full for token in raw for full in _written_out(token, lexicon)])


def _split_tokens(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Elided words keep their apostrophe, so that `c'` is not taken for the abbreviation `c`."""
    for found in _TOKEN.finditer(text):
        *heads, last = found.group().split("'")
        pending = ""
        for head in heads:
            if head in lexicon.elided and not pending:
                yield head + "'"
            else:
                pending += head
        yield from _last_part(pending, last)


def _last_part(pending: str, last: str) -> Iterator[str]:
    if last == "s" and pending:
        # An English genitive, or "what's", which the abbreviations write out when they know it.
        yield pending + "'s"
    elif pending + last:
        yield pending + last


def _written_out(token: str, lexicon: Lexicon) -> tuple[str, ...]:
    if token.endswith("'"):
        return (token[:-1],)
    if token.endswith("'s"):
        return lexicon.abbreviations.get(token.replace("'", ""), (token[:-2],))
    if token.isdigit() and len(token) > 2:
        return (NUMBER,)
    return lexicon.abbreviations.get(token) or unglued(token, lexicon.code) or (token,)


def _phrases_replaced(tokens: list[str], lexicon: Lexicon) -> list[str]:
    alone = _phrases_of_one_word(lexicon.code)
    if lexicon.phrases.keys().isdisjoint(pairwise(tokens)) and alone.isdisjoint(tokens):
        return tokens
    replaced: list[str] = []
    at = 0
    while at < len(tokens):
        run, replacement = _phrase_at(tokens, at, lexicon)
        replaced.extend(replacement if run else tokens[at : at + 1])
        at += len(run) or 1
    return replaced


def _phrase_at(tokens: list[str], at: int, lexicon: Lexicon) -> tuple[Run, tuple[str, ...]]:
    """The set phrase that begins at a token, the longest first, and what replaces it; empty for none."""
    ahead = tuple(tokens[at : at + 2])
    for run, replacement in (*lexicon.phrases.get(ahead, ()), *lexicon.phrases.get(ahead[:1], ())):
        if tuple(tokens[at : at + len(run)]) == run:
            return run, replacement
    return _NO_PHRASE


@lru_cache(maxsize=4)
def _phrases_of_one_word(language: str) -> frozenset[str]:
    return frozenset(ahead[0] for ahead in lexicon_of(language).phrases if len(ahead) == 1)


def typed_as(text: str, language: str) -> dict[str, str]:
    """Each token of a text as it was typed there first: of « Mdp oublié », "motdepasse" was « Mdp »."""
    lexicon = lexicon_of(language)
    said = [("", "")]
    for chunk in text[:LONGEST_TEXT].split():
        said += [pair for pair in _typed_in_chunk(chunk, lexicon.code) if pair[0] != said[-1][0]]
    tokens = [token for token, _ in said]
    found: dict[str, str] = {}
    at = 1
    while at < len(tokens):
        run, replacement = _phrase_at(tokens, at, lexicon)
        end = at + (len(run) or 1)
        typed = " ".join(dict.fromkeys(word for _, word in said[at:end]))
        for token in replacement if run else tokens[at:end]:
            found.setdefault(token[:LONGEST_WORD], typed)
        at = end
    return found


def _typed_in_chunk(chunk: str, language: str) -> list[tuple[str, str]]:
    """The tokens of what stands between two spaces, each with its own part of it where it has one."""
    tokens = _tokens_of_chunk(chunk, language)
    parts = _LETTERS.findall(chunk)
    parts = parts if len(parts) == len(tokens) else [chunk.strip(_AROUND)] * len(tokens)
    return list(zip(tokens, parts, strict=True))


def _without_signature(tokens: list[str], lexicon: Lexicon) -> list[str]:
    """Drops « Cordialement, M. Dupont » and the like: a name is not part of the question."""
    if lexicon.closings.isdisjoint(tokens[-_SIGNATURE_WORDS:]):
        return tokens
    for at in range(max(0, len(tokens) - _SIGNATURE_WORDS), len(tokens)):
        if tokens[at] in lexicon.closings:
            return tokens[:at]
    return tokens


def _weight(token: str, lexicon: Lexicon) -> float:
    if token in lexicon.function or token == NUMBER or (len(token) == 1 and token.isascii()):
        return FUNCTION_WEIGHT
    if token in lexicon.common or token.isdigit() or any(mark.isdigit() for mark in token):
        return COMMON_WEIGHT
    return BAND_WEIGHTS.get(lexicon.dictionary.get(token, 0), CONTENT_WEIGHT)


def words_from(tokens: Iterable[str], language: str) -> tuple[Word, ...]:
    """The weighted words of tokens, greetings and thanks left out, 120 at most."""
    polite = lexicon_of(language).polite
    kept = [token[:LONGEST_WORD] for token in tokens if token not in polite]
    return tuple([_word(token, language) for token in kept[:MOST_WORDS]])


@lru_cache(maxsize=50_000)
def _word(token: str, language: str) -> Word:
    """People write mostly the same few thousand words: each is read once."""
    lexicon = lexicon_of(language)
    return Word(token, stem(token, lexicon.code), _weight(token, lexicon))


@lru_cache(maxsize=16)
def words_of(text: str, language: str) -> tuple[Word, ...]:
    """What a message says, word by word; empty for greetings, thanks, punctuation and emoji alone."""
    lexicon = lexicon_of(language)
    return words_from(_without_signature(tokens_of(text, lexicon), lexicon), language)


def detect_language(text: str) -> str | None:
    """ "fr" or "en" by a vote of the empty words of both; None when neither is clearly ahead.

    A word that belongs to one language only, such as « facture » or "invoice", is enough by itself.
    """
    lead = sum(map(_vote, islice(_pieces(text), MOST_WORDS)))
    if abs(lead) < 2:
        return None
    return "fr" if lead > 0 else "en"


def _pieces(text: str) -> Iterator[str]:
    for chunk in text[:LONGEST_TEXT].split():
        yield from _TOKEN.findall(_plain_chunk(chunk))


@lru_cache(maxsize=20_000)
def _vote(token: str) -> int:
    """Above zero for French, below for English."""
    pieces = token.split("'")
    return sum(_votes(piece, FRENCH, ENGLISH) - _votes(piece, ENGLISH, FRENCH) for piece in pieces)


def _votes(token: str, lexicon: Lexicon, other: Lexicon) -> int:
    """Words of both languages count for neither; a greeting or an everyday word counts like an empty one."""
    told = told_by_word(token)
    if told:
        return 2 if told == lexicon.code else 0
    known = token in lexicon.function or token in lexicon.polite or token in lexicon.common
    is_empty = token in lexicon.function
    foreign = token in other.function or token in other.polite or token in other.common
    foreign = foreign or (token in other.dictionary and not is_empty)
    return (2 if is_empty or len(token) > 3 else 1) if known and not foreign else 0
