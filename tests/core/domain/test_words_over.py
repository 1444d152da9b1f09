"""Urgency that is taken back behind its word, or is over; and the complaints that only look so (R065)."""

import pytest

from core.domain.triage import denies_blocking, word_that_fired
from tests.core.domain.decide.scene import shipped

NOT_URGENT = """
nul besoin d'urgence
Nul besoin d’urgence, répondez quand vous voulez
nulle urgence
l'urgence est passée
L’urgence est passée, merci
l'urgence est passée depuis hier
l'urgence est terminée
l'urgence est derrière nous
l'urgence n'est plus là
l'urgence n'existe plus
l'urgence a disparu
urgence levée
mon problème urgent est résolu
urgent pas du tout
urgent, pas du tout
urgent : pas du tout
urgent pas vraiment, merci
bloqué pas du tout
c'était urgent mais ça ne l'est plus
c'était urgent hier, plus maintenant
urgence : aucune
ce n'est plus urgent
ce n'est plus urgent du tout
rien d'urgent
pas d'urgence
plus d'urgence
il n'y a plus d'urgence
plus besoin d'urgence
pas besoin d'urgence
fausse alerte, plus d'urgence
ce n'est pas tellement urgent
ne traitez pas ceci en urgence
ne traitez pas cela comme une urgence
ne me répondez pas en urgence
urgent not at all
the emergency is over
the emergency has passed
it was urgent but not anymore
it was urgent, not anymore
it's no longer urgent
"""

URGENT = """
c'est urgent, pas de réponse depuis 3 jours
c'est urgent pas de réponse depuis 3 jours
c'est urgent. Pas de réponse depuis 3 jours.
urgent, toujours pas livré
urgent pas du tout reçu mon colis
urgent, pas du tout reçu mon colis
c'est urgent et pas du tout drôle
c'est urgent mais pas vraiment pris au sérieux
c'est urgent mais ça marche plus du tout
urgent, plus du tout d'internet
bloqué, pas du tout normal
c'est urgent, non ?
l'urgence est réelle
l'urgence est passée à la trappe
l'urgence est passée sous silence
l'urgence passe avant tout
l'urgence n'est plus à prouver
l'urgence n'est pas passée
mon urgence n'est toujours pas réglée
ma demande urgente est passée inaperçue
ma commande urgente n'est plus suivie
c'est urgent, le délai est passé
j'ai un besoin urgent
j'ai besoin d'urgence d'un technicien
nul ne répond, c'est urgent
service nul urgent
plus d'eau c'est une urgence
plus d'électricité urgence
il faut plus d'urgence dans ce dossier
rien de plus urgent
c'est plus urgent que jamais
pas urgent hier mais urgent aujourd'hui
ce n'était pas urgent, maintenant ça l'est
ce n'était pas urgent mais maintenant ça l'est
vous ne traitez pas ma demande en urgence
it's urgent, no answer for 3 days
the emergency is over a week old
the emergency is not over
urgent not received
not urgent before, now it is
"""


@pytest.mark.parametrize("text", NOT_URGENT.strip().splitlines())
def test_what_is_over_or_taken_back_makes_nothing_urgent(text: str) -> None:
    assert word_that_fired(text, shipped()) is None


@pytest.mark.parametrize("text", URGENT.strip().splitlines())
def test_what_only_looks_taken_back_is_urgent(text: str) -> None:
    fired = word_that_fired(text, shipped())
    assert fired is not None
    assert fired.kind == "word"


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("bloqué, pas du tout", True),
        ("c'était bloquant mais plus maintenant", True),
        ("bloqué, pas du tout normal", False),
        ("ce n'était pas bloquant, maintenant ça l'est", False),
    ],
)
def test_the_blocking_question_is_answered_by_the_same_reading(text: str, *, denies: bool) -> None:
    assert denies_blocking(text) is denies
