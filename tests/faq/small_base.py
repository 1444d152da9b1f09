"""A base of four articles, and messages for it whose answers are known."""

from core.domain.knowledge import Article
from faq.asked import Asked


def _article(identity: str, question: str, *phrasings: str, language: str = "fr") -> Article:
    return Article(identity, language, question, phrasings, answer="Voici la réponse.")


ARTICLES = [
    _article(
        "piscine", "La piscine est-elle chauffée ?", "température de la piscine", "eau du bassin froide"
    ),
    _article("parking", "Où se garer ?", "place de parking", "stationnement gratuit", "garer ma voiture"),
    _article("menu", "Quel est le menu du restaurant ?", "carte du restaurant", "plat du jour"),
    _article("swimming", "Is the pool heated?", "temperature of the pool", "cold pool water", language="en"),
]
MESSAGES = [
    Asked("température de la pissine", ("piscine",)),
    Asked("le bassin est-il froid", ("piscine",)),
    Asked("où garer ma voiture", ("parking",)),
    Asked("il y a des places ?", ()),
    Asked("le plat du jour svp", ("menu",)),
    Asked("c'est quoi le menu ce midi", ("menu",)),
    Asked("vous fermez quand", ()),
    Asked("carte de stationnement", ("menu",)),
    Asked("garer ma voiture et plat du jour", ("menu", "parking")),
    Asked("je cherche une place de parking et la température de la piscine", ("piscine",)),
    Asked("is the pool cold", ("swimming",), "en"),
    Asked("restaurant près du parking", ()),
    Asked("voiture en panne", ()),
    Asked("la carte", ("menu",)),
]
