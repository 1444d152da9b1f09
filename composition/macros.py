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
    finder = MacroFinder(rules.macros, rules.language)

    def told(macro: Macro, entry: Entry | None) -> str:
        now = acts.now()
        telling = Telling(Customer("", ""), "", now, rules)
        if entry is not None:
            telling = Telling(Customer("", entry.customer), entry.channel, now, rules, entry.motive)
        return texts.write(macro_words(macro, telling), finder.language_of(macro), now)

    return MacroPage(
        macros=rules.macros, find=finder.find, acts=acts, targets=targets, forms=forms, told=told
    )
