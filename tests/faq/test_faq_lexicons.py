"""The shipped tables hold together: what one of them makes of a word, the others can use."""

from itertools import pairwise

import pytest

from faq.languages import lexicon_of
from faq.lexicon import Lexicon
from faq.stems import stem
from faq.words import plain, words_of

LANGUAGES = ("fr", "en")
COUNTRIES = "etranger"
"""The one word that may stand near a great many: every country is abroad."""
ORDINARY = {
    "fr": """sa ta ma la tu peu veut peut tas mes tes ses ces son sont ton mon fer mer pas par pour sur sous
        dans sans or car mais donc lit dit fait pass avis vis part port pont point pain pari pris
        prix pelle pile pale code mode monde compte comptes conte date dates donne donnes envoie
        envois envoi payes paye paie mini midi demi ami sec sac suc vers vert verre livre livres
        livrer livret carte cartes tache tarif cher chair chaire colis colle cours course bon
        bonne bons bien rien lien tien sien pneu jeu feu lieu mieux vieux deux ceux heure heures
        beurre leur leurs quel quelle quels quelles que qui quoi quand comment combien pourquoi
        voici voila ici hier demain matin soir nuit cela ceci celle celui tels telle telles tous
        toute toutes tout non oui peau eau beau bateau gateau cadeau table vie vue rue roue joue
        nous vous ils elles lui eux moi toi soi notre votre est es suis ai as ont avait etre avoir
        facile facture erreur retour argent banque ville mairie impot taxe ecole enfant enfants
        maison femme homme""",
    "en": """well were we ill hell shell id wed its lets sub add bill will can do did has had have is are was
        not no on off in out order orders card cards pay paid pin code bank bag box bed bus car
        cat call case cash cell check cost date day days deal dear deposit dinner door email end
        extra far fast fee fees few find fix flat food form free fun gas get gift give go gold
        good had half hand hard head help here high home hot hour how idea item job just keep key
        kind last late less let life light line link list live local long look loss lost lot love
        make many map mark meal mean meet mile mind miss move name near need new news next nice
        note now number old one open other own pack part past pick plan play plug post price print
        put quick rate read real red rent rest return ride right ring road room rule run safe sale
        same save see sell send set shop short show sick side sign site size slow small song soon
        sort spell stay stop store sure swap take talk tax tell ten test text than thank that
        their then there they thing think tip""",
}


@pytest.fixture(params=LANGUAGES)
def lexicon(request: pytest.FixtureRequest) -> Lexicon:
    return lexicon_of(request.param)


def _made(lexicon: Lexicon) -> set[str]:
    """The words that phrases put in place of others."""
    return {word for runs in lexicon.phrases.values() for _, replacement in runs for word in replacement}


def test_the_tables_are_wide(lexicon: Lexicon) -> None:
    french = lexicon.code == "fr"
    assert len(lexicon.synonyms) >= (600 if french else 250)
    assert len(lexicon.abbreviations) >= (700 if french else 350)
    assert len(lexicon.forms) >= (3000 if french else 150)
    assert len(lexicon.dictionary) >= (5000 if french else 3000)


def test_every_entry_is_written_as_a_message_is_read(lexicon: Lexicon) -> None:
    words = {*lexicon.dictionary, *lexicon.forms, *lexicon.abbreviations, *_made(lexicon)}
    assert [word for word in words if plain(word) != word] == []


def test_no_abbreviation_is_an_ordinary_word(lexicon: Lexicon) -> None:
    ordinary = {*ORDINARY[lexicon.code].split(), *lexicon.dictionary, *lexicon.forms, *lexicon.function}
    # « tel » is a telephone nearly always; a bare « c » has lost its apostrophe.
    allowed = {"tel", "c"}
    assert sorted(set(lexicon.abbreviations) & ordinary - allowed) == []


def test_no_group_holds_an_empty_word_or_a_greeting(lexicon: Lexicon) -> None:
    words = {word for group in lexicon.synonyms for word in group.words}
    assert sorted(words & (lexicon.function | lexicon.polite)) == []


def test_no_group_holds_two_forms_of_one_word(lexicon: Lexicon) -> None:
    stems = [[stem(word, lexicon.code) for word in group.words] for group in lexicon.synonyms]
    assert [group for group in stems if len(set(group)) < len(group)] == []


def test_no_word_of_a_group_is_written_out_before_it_could_match(lexicon: Lexicon) -> None:
    words = {word for group in lexicon.synonyms for word in group.words} | _made(lexicon)
    assert sorted(words & set(lexicon.abbreviations) - lexicon.elided) == []


def test_every_word_of_a_group_exists(lexicon: Lexicon) -> None:
    words = {word for group in lexicon.synonyms for word in group.words}
    assert sorted(words - set(lexicon.dictionary) - set(lexicon.forms) - _made(lexicon)) == []


def test_no_group_is_near_everything(lexicon: Lexicon) -> None:
    near: dict[str, set[str]] = {}
    for group in lexicon.synonyms:
        for word in group.words:
            near.setdefault(word, set()).update(group.words)
    wide = [(word, len(words)) for word, words in near.items() if len(words) > 26 and word != COUNTRIES]
    assert wide == []


def test_every_run_can_be_met(lexicon: Lexicon) -> None:
    """Abbreviations are written out, and a word said twice is one, before runs are looked for."""
    runs = [run for runs in lexicon.phrases.values() for run, _ in runs]
    written_out = set(lexicon.abbreviations) - lexicon.elided
    assert [run for run in runs if not written_out.isdisjoint(run)] == []
    assert [run for run in runs if any(one == other for one, other in pairwise(run))] == []


def test_a_base_form_is_no_form_of_another(lexicon: Lexicon) -> None:
    chained = {form: base for form, base in lexicon.forms.items() if lexicon.forms.get(base, base) != base}
    assert chained == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_table_of_weights_contradicts_another(code: str) -> None:
    lexicon = lexicon_of(code)
    assert sorted(lexicon.function & lexicon.common) == []
    assert sorted(lexicon.polite & (lexicon.function | lexicon.common)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("loyer", "loi"), ("fichier", "fiche"), ("gare", "garer"), ("mère", "mer"), ("données", "donner")],
)
def test_a_word_of_its_own_is_not_taken_for_another(one: str, other: str) -> None:
    assert stem(plain(one), "fr") != stem(plain(other), "fr")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jé pa ressu ma cmd", "je n'ai pas reçu ma commande"),
        ("les commandes livrées", "la commande livrée"),
        ("nous commandons", "je commande"),
        ("ils envoient un colis", "envoyer un colis"),
        ("vous enverrez", "envoyer"),
        ("elle a ouvert un compte", "ouvrir un compte"),
        ("mon téléphone ne fonctionne plus du tout", "téléphone en panne"),
        ("je souhaiterais savoir si vous livrez", "vous livrez"),
        ("auriez-vous l'amabilité de m'envoyer une facture", "envoyer facture"),
        ("carte nationale d'identité", "CNI"),
        ("au bout de combien de temps", "dans combien de jours"),
        ("ça coûte combien", "c'est combien"),
        ("mes yeux", "mon œil"),
    ],
)
def test_two_french_ways_of_saying_it_have_the_same_words(one: str, other: str) -> None:
    assert _content(one, "fr") == _content(other, "fr")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I haven't recieved my pkg", "not received package"),
        ("could you please tell me how to log in", "how can I login"),
        ("my card was stolen", "someone is stealing my card"),
        ("they've sent it back", "return"),
        ("how long does it take", "how long until"),
        ("cancelled bookings", "cancel booking"),
    ],
)
def test_two_english_ways_of_saying_it_have_the_same_words(one: str, other: str) -> None:
    assert _content(one, "en") == _content(other, "en")


def _content(text: str, language: str) -> set[str]:
    return {word.stem for word in words_of(text, language) if word.weight > 0.5}
