"""Which language a single word tells. Whole sentences are weighed where the knowledge base is read."""

from core.domain.words_courtesy import is_greeting
from core.domain.words_spelling import tokens

_FRENCH = frozenset(
    """colis commande commandes facture factures facturation conseiller conseillere conseillers humain
    humaine livraison livraisons livreur remboursement remboursements paiement paiements prelevement
    compte comptes reclamation reclamations retour retours echange echanges panne abonnement abonnements
    resiliation annulation garantie horaires aide adresse retard tarif tarifs devis demande personne
    telephone urgence produit produits magasin carte virement connexion inscription rappel""".split()
)
_ENGLISH = frozenset(
    """parcel parcels package packages order orders invoice invoices invoicing billing advisor advisors
    adviser human someone somebody delivery deliveries shipping shipment refund refunds payment payments
    account accounts complaint complaints return returns subscription subscriptions cancellation
    warranty password appointment appointments address quote quotes broken opening""".split()
)
_LANGUAGES = dict.fromkeys(_FRENCH, "fr") | dict.fromkeys(_ENGLISH, "en")
_BORROWED = frozenset("hello hi hey".split())
"""English greetings that the French use too."""


def told_by_word(word: str) -> str:
    """ "fr" or "en", when one folded word alone says which: "facture", "invoice"; else empty."""
    return _LANGUAGES.get(word, "")


def greets_in_english(text: str) -> bool:
    """Only an English greeting; the French say "hello" too, so that it decides where nothing else does."""
    return is_greeting(text) and not _BORROWED.isdisjoint(tokens(text))
