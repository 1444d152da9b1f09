"""The ready texts of the rules file in the team's hands: found by the matcher, told as articles are."""

from core.domain.customer import Customer
from core.domain.rules import Macro, Rules
from core.domain.telling import Telling, macro_words
from core.store.screens import Entry
from core.texts import Texts
from faq.macros import MacroFinder
from handoff.acts import Acts
from handoff.forms import Forms
from handoff.macro_page import MacroPage
from handoff.targets import Targets


def macro_page(rules: Rules, acts: Acts, targets: Targets, forms: Forms, texts: Texts) -> MacroPage:
    """`/macro`, over the macros of these rules."""
    asked = dict.fromkeys(each for motive in rules.motives for each in (*motive.asks, *motive.asks_en))
    finder = MacroFinder(rules.macros, rules.language, tuple(asked))

    def told(macro: Macro, entry: Entry | None) -> str:
        now, language = acts.now(), finder.language_of(macro)
        customer, channel, motive = (entry.customer, entry.channel, entry.motive) if entry else ("", "", "")
        telling = Telling(Customer("", customer), channel, now, rules, motive, language)
        return texts.write(macro_words(macro, telling), language, now)

    return MacroPage(
        macros=rules.macros, find=finder.find, acts=acts, targets=targets, forms=forms, told=told
    )
