"""Messages that nobody should send, and that somebody sends; made from a seed, each can be had again."""

import unicodedata
from collections.abc import Callable
from functools import cache
from random import Random

from faq.files import SHIPPED, read_articles

LONGEST = 20_000
EMOJI = "👍 🙏 😡 🎉 ❤️ 👩‍👩‍👧‍👦 🇫🇷 🏳️‍🌈 ✅ 📦 🔥".split(" ")
SCRIPTS = (
    *("àéîœçÿñß", "где мой заказ", "που είναι", "أين طلبي", "איפה ההזמנה", "我的包裹在哪里", "注文はどこ"),
    *("주문 어디", "मेरा ऑर्डर", "ที่ไหน", "ſﬁİıŒǅ", "𝖼𝗈𝗅𝗂𝗌", "ｃｏｌｉｓ", "🅒🅞🅛🅘🅢", "\u0301\u0301é\u0335"),
)
CONTROLS = [*map(chr, range(32)), "\x7f", "\x85", "\u200b", "\u200d", "\u202e", "\u2028", "\ufeff", "\ufffd"]
SIGNS = " '’.,;:!?-_/\\()[]{}«»\"%€$#@&*+=<>|~^`"
Maker = Callable[[Random], str]


@cache
def known_words() -> tuple[str, ...]:
    """Words of the shipped articles, which cost the most since each is looked up in many."""
    return tuple(dict.fromkeys(word for words in phrasings() for word in words.split()))


@cache
def phrasings() -> tuple[str, ...]:
    """Whole questions of the shipped articles."""
    return tuple(words for article in read_articles(SHIPPED) for words in article.phrasings)


def empty(chance: Random) -> str:
    """Nothing, or only what nobody sees."""
    return chance.choice(["", " ", "\n\n", "\t", "\u00a0" * 40, "\u200b", "\ufeff", "..."])


def emoji(chance: Random) -> str:
    """Emoji alone, one or hundreds."""
    return "".join(chance.choices(EMOJI, k=chance.choice([1, 3, 40, 400])))


def scripts(chance: Random) -> str:
    """Several scripts in one message."""
    return chance.choice(["", " "]).join(chance.choices([*SCRIPTS, *EMOJI, *known_words()[:80]], k=30))


def controls(chance: Random) -> str:
    """Control characters and direction marks among words."""
    return "".join(chance.choices([*CONTROLS, *known_words()[:40]], k=chance.choice([1, 20, 300])))


def surrogates(chance: Random) -> str:
    """Halves of characters, which no encoding holds, and anything else that Unicode numbers."""
    return "".join(
        chr(chance.choice([chance.randrange(0xD800, 0xE000), chance.randrange(0x110000)])) for _ in range(60)
    )


def address(chance: Random) -> str:
    """A link or an e-mail address, short or without end, alone or after a question."""
    tail = "".join(chance.choices("abc/?&=%20.-_~:@", k=chance.choice([3, 60, 5_000])))
    start = chance.choice(["http://", "https://www.", "www.", "a@b.", "ftp://", "//"])
    return f"{chance.choice(['', chance.choice(phrasings())])} {start}{tail}"


def numbers(chance: Random) -> str:
    """Numbers of orders, amounts, telephones."""
    many = chance.choice([1, 5, 200])
    written = [str(chance.randrange(10 ** chance.randrange(1, 30))) for _ in range(many)]
    return chance.choice([" ", "-", ",", ""]).join(written)


def long_word(chance: Random) -> str:
    """One word without a space, of letters, apostrophes or a known word over and over."""
    piece = chance.choice(["a", "st", "l'", "qu'", "é", "\u0301", "a@", "colis", "x'", "ß", "ﬁ", "_"])
    return piece * (chance.choice([50, 1_000, LONGEST]) // len(piece))


def long_text(chance: Random) -> str:
    """20,000 characters of words that the base knows, some with a slip."""
    words = chance.choices(known_words(), k=3_000)
    slipped = (slip(word, chance) if chance.random() < 0.5 else word for word in words)
    return chance.choice([" ", "\n", ". ", "? "]).join(slipped)[:LONGEST]


def many_questions(chance: Random) -> str:
    """Questions one after the other, each with a slip."""
    joint = chance.choice([" ", " et ", "? ", ", et aussi "])
    return joint.join(slip(words, chance) for words in chance.sample(phrasings(), chance.choice([2, 5, 40])))


def question(chance: Random) -> str:
    """A question of an article with slips, its accents taken off or put apart, capitals anywhere."""
    words = slip(slip(chance.choice(phrasings()), chance), chance)
    changed = chance.choice([str.upper, str.lower, str.title, str.swapcase])(words)
    return unicodedata.normalize(chance.choice(["NFC", "NFD", "NFKC", "NFKD"]), changed)


def signs(chance: Random) -> str:
    """Signs, alone or between letters."""
    return "".join(chance.choices(SIGNS + "aelis", k=chance.choice([1, 30, 2_000])))


def anything(chance: Random) -> str:
    """Characters of all of Unicode below its planes' end."""
    return "".join(chr(chance.randrange(1, 0x3000)) for _ in range(chance.choice([5, 200, 3_000])))


def slip(words: str, chance: Random) -> str:
    """One letter lost, doubled, or changed with its neighbour."""
    at = chance.randrange(max(1, len(words) - 1))
    return chance.choice(
        [
            words[:at] + words[at + 1 :],
            words[:at] + words[at : at + 1] + words[at:],
            words[:at] + words[at + 1 : at + 2] + words[at : at + 1] + words[at + 2 :],
        ]
    )


MAKERS: tuple[Maker, ...] = (
    *(empty, emoji, scripts, controls, surrogates, address, numbers, long_word),
    *(long_text, many_questions, question, signs, anything),
)


def strange(number: int, seed: int) -> tuple[str, str]:
    """The message of that number, and what kind it is."""
    maker = MAKERS[number % len(MAKERS)]
    return maker(Random(f"{seed}/{number}")), maker.__name__
