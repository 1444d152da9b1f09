"""Whatever was added, removed and read ahead before: a base answers as one that was built afresh."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from core.domain.knowledge import Article, Finding
from faq.match import KnowledgeBase

FRENCH = """colis livraison retard commande facture remboursement annuler linstallation quil jarrive
compte mot passe oublié changer adresse carte paiement refusé retour échange taille internet
box panne rendez vous magasin ouvert dimanche je ne pas veux où est comment le la de du mon
ma 12345 garer voiture parking piscine chauffée menu vélo louer résilier bonjour merci
sachet cest x à sur sure bon bonne environ environnement""".split()
ENGLISH = """where is my parcel delivery refund invoice cancel order not want the a to password account
opening hours sunday car park pool menu""".split()
ODD = ("...", "bonjour merci", "🙂", "?", "12345")
FEW, SOME, MANY = 4, 20, 90


class _Life:
    """A base to which anything happens."""

    def __init__(self, seed: int, most: int) -> None:
        self.chance, self.most = Random(seed), most
        self.base = KnowledgeBase()
        self.reading: Iterator[int] = iter(())

    def text(self, language: str, longest: int = 7) -> str:
        """Words of a language, some of them mistyped; now and then none, or far too many."""
        if self.chance.random() < 0.05:
            return self.chance.choice(ODD)
        count = 130 if self.chance.random() < 0.02 else self.chance.randint(1, longest)
        words = FRENCH if language == "fr" else ENGLISH
        return " ".join(self._typed(self.chance.choice(words)) for _ in range(count))

    def _typed(self, word: str) -> str:
        at = self.chance.randrange(len(word))
        return word[:at] + word[at + 1 :] if len(word) > 4 and self.chance.random() < 0.15 else word

    def _texts(self, language: str, most: int) -> tuple[str, ...]:
        return tuple(self.text(language) for _ in range(self.chance.randint(0, most)))

    def _article(self) -> Article:
        language = "fr" if self.chance.random() < 0.8 else "en"
        return Article(
            f"a{self.chance.randrange(self.most)}",
            language,
            self.text(language),
            self._texts(language, 40 if self.chance.random() < 0.05 else 4),
            answer="Voici la réponse.",
            keywords=self._texts(language, 2),
            counter_examples=self._texts(language, 2),
            learnt=self._texts(language, 1),
        )

    def step(self) -> None:
        """One change of the base, or some reading ahead."""
        kind = self.chance.choice(("add", "add", "remove", "edit", "read", "read", "empty"))
        some = list(self.base.articles)
        if kind == "add":
            self.base.add(self._article())
        elif kind == "read":
            self.reading = self.reading if next(self.reading, 0) else self.base.read_ahead()
        elif kind == "empty" and self.chance.random() < 0.1:
            for article in some:
                self.base.remove(article.id)
        elif kind == "remove" and some:
            self.base.remove(self.chance.choice(some).id)
        elif some:
            article = self.chance.choice(some)
            self.base.add(replace(article, question=self.text(article.language)))

    def asked(self) -> tuple[str, str]:
        """A message, and the language of whoever writes it."""
        return self.text(self.chance.choice(("fr", "fr", "en")), 9), self.chance.choice(("fr", "en"))


def _told(finding: Finding) -> tuple[object, ...]:
    """What was decided, and how sure: sums in another order differ in their last digits."""
    answers = [found and found.article.id for found in (finding.answer, finding.also)]
    offered = [found.article.id for found in finding.suggestions]
    scores = [(article_id, pytest.approx(score, abs=2e-4)) for article_id, score in finding.scores]
    return answers, offered, scores, finding.why.reason


@pytest.mark.parametrize("most", [FEW, SOME, MANY])
@pytest.mark.parametrize("seed", range(4))
def test_a_base_answers_as_one_that_was_built_afresh(seed: int, most: int) -> None:
    life, found = _Life(seed, most), 0
    for _ in range(60):
        for _ in range(4):
            life.step()
        fresh = KnowledgeBase(life.base.articles)
        for _ in range(3):
            text, language = life.asked()
            finding = life.base.find(text, language)
            assert _told(finding) == _told(fresh.find(text, language)), (text, language)
            found += bool(finding.scores)
    assert found > 30
