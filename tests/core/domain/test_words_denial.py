"""What is denied, and what only stands beside a negation: urgent words and threats (R065)."""

import pytest

from core.domain.triage import denies_blocking, word_that_fired
from tests.core.domain.decide.scene import shipped

NOT_URGENT = """
ça ne me bloque pas
Non, ça ne me bloque pas
Cela ne bloque pas
ça ne bloque rien
Non ça ne bloque pas mon travail
ça ne nous bloque plus
ça ne bloque absolument pas
ça me bloque pas
ça bloque pas
ça bloque rien
je bloque pas
rien ne me bloque
plus rien ne nous bloque
personne n'est bloqué
aucun compte n'est bloqué
rien n'est bloqué
je ne suis bloqué par rien
je ne pense pas que ce soit urgent
Je ne crois pas que ce soit bloquant
je ne dirais pas que c'est urgent
je ne pense pas que ce soit si urgent que ça
je ne pense pas que mon compte soit bloqué
je ne pense pas qu'il y ait urgence
je ne trouve pas que ce soit vraiment urgent
je n'ai pas l'impression que ce soit urgent
je ne suis pas sûr que ce soit urgent
je ne pense pas que cela me bloque
je n'ai jamais dit que c'était urgent
c'est pas que ce soit urgent
ce n'est pas que c'est urgent, mais conseiller
je ne pense pas que ce soit urgent ni bloquant
je ne pense pas que ce soit urgent ou bloquant
je ne trouve pas ça urgent
je ne vois pas cela comme une urgence
ce n'est pas quelque chose d'urgent
ça n'a pas l'air urgent
inutile de traiter en urgence
Inutile de traiter ma demande en urgence
inutile de me rappeler en urgence
pas besoin de me répondre en urgence
pas besoin de répondre urgemment
vous n'êtes pas obligés de répondre en urgence
pas la peine de traiter ça en urgence
ce n'est pas la peine d'intervenir en urgence
je ne vous demande pas de traiter en urgence
pas besoin d'une réponse urgente
ce n'est pas nécessaire de traiter en urgence
ce n'est pas à traiter en urgence
nul besoin de traiter en urgence
c'est moins urgent
peu urgent
pas dans l'urgence
ce n'est ni urgent ni bloquant
je ne suis pas complètement bloqué
plus du tout urgent, ce n'est plus urgent
ça ne semble pas urgent
it's not blocking but I'm not blocked
I don't think it's urgent
I do not think that this is urgent
I wouldn't say it's urgent
I'm not sure it's urgent
not saying it's urgent
no need to treat this as urgent
no need to answer urgently
you don't need to reply urgently
no longer blocked
nothing is blocked
nothing urgent
it doesn't seem urgent
it isn't anything urgent
it does not have to be urgent
I don't believe my account is blocked
it won't be urgent
hardly urgent
rien n'est en panne
je ne crois pas que la machine soit en panne
ça ne m'a pas bloqué
il n'y a rien de bien urgent
ce n'est pas spécialement urgent
"""

URGENT = """
ça me bloque
ça ne bloque que moi
ça me bloque pas mal
c'est bloqué rien ne marche
ça bloque rien ne marche
mon compte est bloqué plus rien ne va
je suis bloqué pas de réponse
urgent pas de réponse
ça bloque pas de réponse depuis hier
ça marche pas urgent
le site ne fonctionne pas urgent svp
vous ne répondez pas c'est urgent
je ne peux plus rien faire c'est bloqué
je ne comprends pas pourquoi c'est bloqué
je ne comprends pas que ce soit bloqué
ce n'est pas normal que mon compte soit bloqué
ce n'est pas normal que ce soit bloqué
je n'accepte pas que ce soit bloqué
je ne sais pas pourquoi mon compte est bloqué
je ne pensais pas que mon compte serait bloqué
je n'aurais jamais cru que mon compte serait bloqué
on ne m'a pas dit que mon compte serait bloqué
je ne suis pas sûr que vous ayez compris que c'est urgent
vous ne pouvez pas traiter ma demande en urgence ?
vous n'avez pas traité ma demande en urgence
vous ne traitez pas ma demande urgente
toujours pas de réponse à ma demande urgente
n'hésitez pas à traiter en urgence
n'oubliez pas de traiter en urgence
inutile de me mentir mon compte est bloqué
pas besoin de conseiller c'est urgent
inutile de me faire patienter c'est urgent
je n'arrive pas à travailler c'est bloqué
je n'arrive pas à croire que c'est bloqué
de plus en plus urgent
pas moins urgent
un peu urgent
plus ou moins bloqué
I can't log in it's blocked
I can't believe it's blocked
I don't understand why it is blocked
I can't work it's urgent
nobody answers it's urgent
nothing works I'm blocked
I don't know why my account is blocked
please don't wait it's urgent
non c'est urgent
Non mais c'est urgent
non merci c'est urgent
plus personne ne répond urgent
personne ne me répond c'est urgent
aucune réponse c'est bloqué
pas de nouvelles urgent
sans nouvelles de vous c'est urgent
c'est pas possible je suis bloqué
je ne peux pas attendre c'est urgent
ce n'est pas une blague c'est urgent
je n'ai pas reçu mon colis urgent
I have no access and it's urgent
I did not receive it, urgent
je ne pense pas pouvoir attendre c'est urgent
"""

NO_THREAT = """
je ne veux pas porter plainte
je ne compte pas porter plainte
je n'irai pas jusqu'à porter plainte
je ne laisserai pas d'avis négatif
Je ne laisserai pas d’avis négatif
je ne mettrai pas un mauvais avis
je ne vais pas vous laisser d'avis négatif
je ne laisserai aucun avis négatif
je ne laisserai jamais de mauvais avis
je n'ai pas l'intention de porter plainte
pas besoin de porter plainte
il n'est pas question de porter plainte
je ne vais pas contacter mon avocat
ce n'est pas une mise en demeure
sans mise en demeure
je ne pense pas que je vais porter plainte
je ne porterai pas plainte
même si je ne laisse pas d'avis négatif
un avis pas négatif
I won't leave a negative review
I'm not going to leave a bad review
I don't want to take legal action
I am not threatening legal action
no legal action
I will never leave a bad review
I don't intend to contact my lawyer
"""

THREAT = """
je n'hésiterai pas à porter plainte
je ne manquerai pas de porter plainte
je ne me priverai pas de laisser un avis négatif
je ne vais pas me gêner pour laisser un mauvais avis
vous ne m'empêcherez pas de porter plainte
je n'exclus pas de porter plainte
je n'ai pas peur de porter plainte
je n'ai pas d'autre choix que de porter plainte
je n'ai pas d'autre solution que mon avocat
je n'ai pas le choix je vais porter plainte
si vous ne répondez pas mon avocat vous contactera
si vous ne répondez pas je vais porter plainte
vous ne répondez pas mon avocat va s'en charger
si je n'ai pas de réponse mise en demeure
ne me faites pas porter plainte
je ne me contenterai pas de laisser un avis négatif
je n'ai pas encore porté plainte
Si vous me remboursez je ne laisserai pas d'avis négatif
je vais laisser un avis négatif
I won't hesitate to take legal action
don't force me to take legal action
I have no choice but to take legal action
I'm not afraid of legal action
don't make me call my lawyer
if you do not reply my lawyer will
"""


@pytest.mark.parametrize("text", [*NOT_URGENT.strip().splitlines(), *NO_THREAT.strip().splitlines()])
def test_what_a_customer_denies_fires_nothing(text: str) -> None:
    assert word_that_fired(text, shipped()) is None


@pytest.mark.parametrize("text", URGENT.strip().splitlines())
def test_a_negation_of_something_else_denies_no_urgency(text: str) -> None:
    fired = word_that_fired(text, shipped())
    assert fired is not None
    assert fired.kind == "word"


@pytest.mark.parametrize("text", THREAT.strip().splitlines())
def test_a_negation_of_something_else_takes_no_threat_back(text: str) -> None:
    fired = word_that_fired(text, shipped())
    assert fired is not None
    assert fired.kind == "legal"


def test_a_word_denied_beside_one_that_is_not_leaves_the_other() -> None:
    fired = word_that_fired("ça ne me bloque pas mais c'est urgent", shipped())
    assert fired is not None
    assert fired.detail == "urgent"


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("ça ne bloque rien", True),
        ("je ne pense pas que ce soit bloquant", True),
        ("it isn't blocking anything", True),
        ("ce n'est ni urgent ni bloquant", True),
        ("je suis bloqué", False),
        ("ce n'est pas urgent mais je suis bloqué", False),
        ("je ne sais pas", False),
        ("", False),
    ],
)
def test_only_a_message_that_denies_all_it_says_of_blocking_answers_no(text: str, *, denies: bool) -> None:
    assert denies_blocking(text) is denies


def test_a_no_to_the_blocking_question_fires_by_none_of_its_own_words() -> None:
    answer = "non, juste un peu bloqué"
    assert word_that_fired(answer, shipped()) is not None
    assert word_that_fired(answer, shipped(), not_blocked=True) is None
    for other in ("non, mais c'est urgent", "non, mais je vais porter plainte"):
        assert word_that_fired(other, shipped(), not_blocked=True) is not None
