"""What the shipped base does with messages as customers write them."""

import pytest

from faq.match import KnowledgeBase
from faq.ranking import shipped as learned

ANSWERED = [
    ("en", "change my slot to friday", "change-appointment"),
    ("fr", "ma montre ne marche plus, est-elle encore garantie ?", "garantie"),
    ("fr", "rdv demain 14h possible ?", "prendre-rendez-vous"),
    ("fr", "le livreur a jeté mon colis, tout est cassé", "colis-endommage"),
    ("fr", "Bonjour, toujours rien reçu, commandé il y a deux semaines, où est mon colis", "suivi-commande"),
    ("fr", "ou é mon coli svp", "suivi-commande"),
    ("fr", "SUIVRE MON COLIS", "suivi-commande"),
    ("fr", "mon colie est abimé", "colis-endommage"),
    ("fr", "jveu anulé ma comande", "annuler-commande"),
    ("fr", "remboursement", "delai-remboursement"),
    ("fr", "je veux mon argent", "delai-remboursement"),
    ("fr", "cb pour la livraison", "frais-livraison"),
    ("fr", "livraison gratuite à partir de quel montant ?", "frais-livraison"),
    ("fr", "ma cb est refusé", "paiement-refuse"),
    ("fr", "ca dit transaction refusée", "paiement-refuse"),
    ("fr", "g payé 2 fois la meme commande", "double-debit"),
    ("fr", "vous avez prélevé deux fois le meme montant", "double-debit"),
    ("fr", "on peut payer en 3x ?", "paiement-plusieurs-fois"),
    ("fr", "paypal accepté ?", "moyens-paiement"),
    ("fr", "mot de passe oublié", "mot-de-passe"),
    ("fr", "jarrive plus a me connecté", "mot-de-passe"),
    ("fr", "mon compte es bloké", "mot-de-passe"),
    ("fr", "fermer mon compte", "supprimer-compte"),
    ("fr", "rgpd : je demande la copie de mes données", "donnees-personnelles"),
    ("fr", "changement de numero de portable", "modifier-coordonnees"),
    ("fr", "horaire", "horaires"),
    ("fr", "vous etes ouvert dimanche ?", "horaires"),
    ("fr", "quel est votre numero", "contact"),
    ("fr", "decaler rdv", "deplacer-rendez-vous"),
    ("fr", "est il possible de reporter mon rdv de jeudi", "deplacer-rendez-vous"),
    ("fr", "j'annule mon rdv", "annuler-rendez-vous"),
    ("fr", "le technicien devait passer ce matin et personne", "retard-technicien"),
    ("fr", "le code promo NOEL20 marche pas", "code-promo"),
    ("fr", "comment on se sert d'une carte kdo", "carte-cadeau"),
    ("fr", "taille trop petite je voudrais echanger", "echange-article"),
    ("fr", "je veux rendre un pantalon", "retour-article"),
    ("fr", "bordereau de retour pas recu", "retour-article"),
    ("fr", "il manque 2 articles dans le colis", "article-manquant"),
    ("fr", "facture trop elevée ce mois", "contester-facture"),
    ("fr", "mon aspirateur ne s'allume plus", "panne-appareil"),
    ("fr", "résilier", "resilier-abonnement"),
    ("fr", "comment mettre fin a mon contrat", "resilier-abonnement"),
    ("fr", "stop vos pubs", "desabonner-messages"),
    ("fr", "je serai pas la jeudi pour le livreur", "livraison-absent"),
    ("fr", "je déménage comment faire pour l'adresse de livraison", "modifier-adresse"),
    ("fr", "vous faite des livraison en allemagne ?", "livraison-etranger"),
    ("fr", "quelle pointure choisir je fais du 39 et demi", "guide-tailles"),
    ("fr", "la notice est en chinois", "installation"),
    ("en", "where's my parcel", "track-order"),
    ("en", "hello, refund pls", "refund-time"),
    ("en", "my parcel says delivered but nothing here", "late-or-lost-parcel"),
    ("en", "i cant login to my acount", "forgotten-password"),
    ("en", "cancle my subscription", "cancel-subscription"),
    ("en", "how do i send this back", "return-item"),
    ("en", "my voucher isnt working", "promo-code"),
    ("en", "r u open tmrw", "opening-hours"),
    ("en", "item came broken", "damaged-or-wrong-item"),
    ("en", "how long is the guarantee", "warranty-repair"),
    ("fr", "j'ai changé d'avis, je n'en veux plus, comment je vous le renvoie", "retour-article"),
    ("fr", "devis pour une salle de bain", "demander-devis"),
    ("fr", "je n'arrive pas à annuler ma commande", "annuler-commande"),
    ("fr", "impossible d'annuler la commande", "annuler-commande"),
    ("fr", "mon colis a été livré mais je ne l'ai pas", "colis-perdu"),
    ("fr", "vous avez facturé trop cher", "contester-facture"),
    ("fr", "ma commande a été expédiée quand vais-je la recevoir", "delai-livraison"),
]  # fmt: skip

OFFERED = [
    ("fr", "jatten mon colis depui 3 semaine", "retard-livraison"),
    ("fr", "livraison", "delai-livraison"),
    ("fr", "jai pas reçu la bonne couleur", "article-manquant"),
    ("en", "do you ship to canada", "delivery-times"),
]

WISHED_AGAINST = [
    ("fr", "je veux pas annuler ma commande", "annuler-commande"),
    ("fr", "n'annulez pas ma commande svp", "annuler-commande"),
    ("fr", "vous avez annulé ma commande sans me prevenir", "annuler-commande"),
    ("fr", "je ne veux pas fermer mon compte", "supprimer-compte"),
    ("fr", "je veux pas résilier", "resilier-abonnement"),
    ("fr", "ne résiliez pas mon contrat", "resilier-abonnement"),
    ("fr", "j'ai été remboursé merci", "delai-remboursement"),
    ("fr", "finalement je garde mon rendez-vous", "annuler-rendez-vous"),
    ("fr", "je maintiens mon rendez-vous de demain", "annuler-rendez-vous"),
    ("fr", "gardez ma commande, je change d'avis", "annuler-commande"),
    ("fr", "vous avez supprimé mon compte sans prévenir", "supprimer-compte"),
    ("fr", "vous avez résilié mon contrat sans mon accord", "resilier-abonnement"),
    ("fr", "mon rendez-vous a été annulé", "annuler-rendez-vous"),
    ("fr", "ma commande a été annulée, pourquoi", "retour-article"),
    ("fr", "est-ce que ma commande a bien été annulée", "retour-article"),
    ("fr", "je ne veux surtout pas que mon compte soit supprimé", "supprimer-compte"),
    ("fr", "mon avocat va vous contacter", "contact"),
    ("en", "i dont want to cancel my order", "cancel-order"),
    ("en", "please dont delete my account", "delete-account"),
]

UNKNOWN = [
    ("fr", "bonjour"), ("fr", "Merci beaucoup !"), ("fr", "ok"), ("fr", "👍👍"), ("fr", "123456"),
    ("fr", "?!"), ("fr", ""), ("fr", "bonne journée"), ("fr", "quel temps fait-il demain"),
    ("fr", "je veux une pizza"), ("fr", "qui est le president"), ("fr", "mon chat est malade"),
    ("fr", "vous recrutez ?"), ("fr", "tu es un robot ?"), ("fr", "qui a gagné le match hier"),
    ("fr", "donne moi la météo"), ("fr", "tu connais un bon restaurant"), ("en", "hello"),
    ("en", "thank you so much"), ("en", "what's the weather like"), ("en", "can i bring my dog"),
    ("en", "who won the game last night"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "article_id"), ANSWERED)
def test_a_clear_question_is_answered(
    shipped: KnowledgeBase, language: str, text: str, article_id: str
) -> None:
    finding = shipped.find(text, language)
    assert finding.answer is not None, finding.scores
    assert finding.answer.article.id == article_id
    assert finding.answer.score >= learned().answer_from
    assert finding.suggestions == ()


@pytest.mark.parametrize(("language", "text", "article_id"), OFFERED)
def test_a_vague_question_offers_a_choice(
    shipped: KnowledgeBase, language: str, text: str, article_id: str
) -> None:
    finding = shipped.find(text, language)
    assert finding.answer is None, finding.scores
    assert article_id in [match.article.id for match in finding.suggestions]
    assert len(finding.suggestions) <= 3


@pytest.mark.parametrize(("language", "text", "article_id"), WISHED_AGAINST)
def test_the_opposite_wish_is_never_answered_as_the_wish(
    shipped: KnowledgeBase, language: str, text: str, article_id: str
) -> None:
    answer = shipped.find(text, language).answer
    assert answer is None or answer.article.id != article_id


@pytest.mark.parametrize(
    "text", ["où sont les toilettes", "où est passé mon chat", "où se trouve le rayon jardinage"]
)
def test_to_ask_where_something_is_says_nothing_of_what_it_is(shipped: KnowledgeBase, text: str) -> None:
    assert shipped.find(text, "fr").answer is None


@pytest.mark.parametrize(("language", "text"), UNKNOWN)
def test_what_the_base_does_not_know_finds_nothing(shipped: KnowledgeBase, language: str, text: str) -> None:
    finding = shipped.find(text, language)
    assert (finding.answer, finding.suggestions) == (None, ())


@pytest.mark.parametrize(
    ("text", "language", "article_id"),
    [
        ("I want a refund please", "fr", "delai-remboursement"),
        ("how do i exchange an item", "fr", "retour-article"),
        ("où est mon colis ?", "en", "track-order"),
        ("mon colis est perdu", "en", "late-or-lost-parcel"),
        ("Comment utiliser mes points de fidélité ?", "en", "programme-fidelite"),
    ],
)
def test_what_is_asked_in_another_language_is_answered_in_the_customer_s_where_it_can_be(
    shipped: KnowledgeBase, text: str, language: str, article_id: str
) -> None:
    answer = shipped.find(text, language).answer
    assert answer is not None
    assert answer.article.id == article_id


def test_what_is_offered_is_all_of_one_language(shipped: KnowledgeBase) -> None:
    for text in ("Problème de livraison", "problème avec ma commande", "delivery problem", "my order"):
        for language in ("fr", "en"):
            offered = {match.article.language for match in shipped.find(text, language).suggestions}
            assert len(offered) <= 1, text


def test_an_unknown_language_searches_all_of_them(shipped: KnowledgeBase) -> None:
    answer = shipped.find("mot de passe oublié", "de").answer
    assert answer is not None
    assert answer.article.id == "mot-de-passe"


def test_the_same_question_has_the_same_finding(shipped: KnowledgeBase) -> None:
    assert shipped.find("mon colie est abimé", "fr") == shipped.find("mon colie est abimé", "fr")
