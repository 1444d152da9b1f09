"""Which choice of the menu shown last a customer's typed words mean: number, label, typo, yes or no."""

from core.domain.conversation import Step, Talk
from core.domain.triage import denies_blocking
from core.domain.words import is_pleasantry, pick, says_unsettled, skips, tokens, yes_or_no

YES_NO = {
    Step.CONFIRMING: ("yes", "no"),
    Step.GUESSING: ("yes", "list"),
    Step.CHOOSING: ("", "none"),
    Step.BLOCKING: ("yes", "no"),
}

_GOES_ON = frozenset(
    """mais but et and aussi also autre other cependant pourtant toutefois however sauf except par contre
    comment how pourquoi why quand when""".split()
)
_LONGEST_ANSWER = 8
"""Words after which an answer is another message."""

_IT = frozenset("ca cela it that this".split())
_NOT = frozenset("pas rien plus not t doesn didn".split())
_HELPS = frozenset(
    """marche marchait fonctionne aide aidee repond resout regle suffit correspond change work works worked
    help helps helped answer answers solve solves""".split()
)


def chosen(talk: Talk, text: str, names: tuple[str, ...]) -> str | None:
    """The id of the choice, or None when the words are not clearly one of them, or say more.

    `names`: of the people who may be thanked by name.
    """
    if not talk.options:
        return None
    if talk.step is Step.IDENTITY:
        return "skip" if skips(text) else None
    picked = pick(text, [option.label for option in talk.options])
    if picked is not None:
        return talk.options[picked].id
    return _said_yes_or_no(talk, text, names) if talk.step in YES_NO else None


def _said_yes_or_no(talk: Talk, text: str, names: tuple[str, ...]) -> str | None:
    yes, no = YES_NO[talk.step]
    if talk.step is Step.CONFIRMING and _did_not_help(text):
        return no
    said = _blocks(text) if talk.step is Step.BLOCKING else yes_or_no(text)
    if said is False:
        # What follows a « non » is what they want instead: it is read, not dropped.
        return no if talk.step is Step.BLOCKING or len(tokens(text)) == 1 else None
    if talk.step is Step.CHOOSING:
        return _only_article(talk) if said else None
    if talk.step is not Step.BLOCKING and is_pleasantry(text, names):
        return yes
    return yes if said and not (talk.step is Step.CONFIRMING and _goes_on(text)) else None


def _blocks(text: str) -> bool | None:
    """« Toujours pas réglé » answers another question; « ça ne bloque rien » is a no."""
    said = None if says_unsettled(text) else yes_or_no(text)
    return False if said is None and denies_blocking(text) else said


def _goes_on(text: str) -> bool:
    """« Oui mais… », « oui, et comment… »: the customer is not done."""
    said = tokens(text)
    return "?" in text or len(said) > _LONGEST_ANSWER or not _GOES_ON.isdisjoint(said)


def _did_not_help(text: str) -> bool:
    """« Ça ne marche pas », said of the answer: a no, and no question to search for."""
    said = set(tokens(text)[: _LONGEST_ANSWER + 2])
    is_short = len(said) <= _LONGEST_ANSWER + 1 and "?" not in text
    return is_short and not any(said.isdisjoint(each) for each in (_IT, _NOT, _HELPS))


def _only_article(talk: Talk) -> str | None:
    """« Oui » is clear only when one article is offered."""
    articles = [option.id for option in talk.options if option.id.startswith("a:")]
    return articles[0] if len(articles) == 1 else None
