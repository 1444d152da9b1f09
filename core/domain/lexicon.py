"""The small words that several readings share, folded, French and English.

What only one reading needs stands beside that reading.
"""

GREETINGS = frozenset(
    """bonjour bonsoir salut coucou hello hi hey bjr bsr slt cc hola allo rebonjour
    bonjours bonsoirs good morning afternoon evening""".split()
)

ADDRESSED = frozenset("a tous toutes vous madame monsieur messieurs mesdames mme mr all there team".split())
"""Whom a greeting may be addressed to."""

POLITE = frozenset(
    """svp stp please pls plz merci thanks thx s il te vous plait d avance beaucoup bien
    cordialement""".split()
)

ARTICLES = frozenset("un une le la l les des du de d the a an".split())

AUXILIARIES = frozenset("ai as a avons avez ont avais avait avions aviez avaient eu have had has ve".split())

COMMON = frozenset(
    """
    agence agences agenda aider aimable aimer ainsi aller allez annee annees appel appeler appels argent
    arrive arriver article articles atelier attend attendre attends attente aucun aucune aussi autre
    autres aux avant avec avez avis avoir avons bagage bloc blog blouse bonjour bonne boutique bouton
    branche brave bureau cadeau caisse canne car carte cartes casse cause ceci cela celle celui centre ces
    cette chance change changer changes chasse chez chose choses cinq cite citer cites classe client
    clients clos colis coller commande commandes comment compte comptes conseil conseils contact contrat
    contre cordialement cote couleur coup cours court crois dame dans date deja demain demande demander
    demandes depuis dernier derniere des deux devant devis dire direct dois donc donne donner dont doute
    droit echange ecrire elle elles email encore enfin ensuite entre entree envoi envoie envoyer erreur
    end espace est etage etait etape ete etes etre exemple facile facon facture factures faire fait faites
    fermer fin fois fonds force forme fort frais froid garde gens gestion grade grand grande grave grille gros
    groupe guide haute heure heures hier homme humeur ici idee ils image jamais jeudi jeune jour journal
    jours juste laisse les leur leurs ligne ligner livraison livre livrer livres local long longue lors
    lundi maintenant maire mais maison mal malade malgre manger manque marche mardi mauvais mauvaise meme
    merci merde merle mes message mettre mieux mode modele moins mois moment mon monde monte montre mouais
    mouton moyen musique ne nombreux nomme nos note notre nous nouveau nouvelle numero offre ont ordre
    ouvrir page pages paire panier panneau papier par parents paris parle parmi parole part partie partir
    pas pause payer pays peine perdre permis petit peur peux piece pieces pied place plan plante plein
    plus pneu poids point points porte poser possible poste pour pourquoi pourrai pourriez pouvez premier
    prendre prenom present prevoir prix probleme produit produits propre puis quand quatre que quelle
    question qui quoi qun quun raison recevoir recu reduction reference regle remboursement rendre rente
    rentre reponse reseau reste retour retours rien robe rouge route sache sait salle samedi sans sauf savoir
    semaine semaines sens sera serait serieux service ses seul seule seulement simple site sites soin soir
    solde soldes sommes son sont sortie sous souvent stade stock stocks suis suite suivant suivi suivre
    sujet sur surtout table taille talent tard tarif telephone temps tente terme tirer titre ton tous tout
    toute toutes train trajet travail tres trois trop trouve trouver une vanne vendu vente verre vers
    vidange vide vider vienne viens ville vitre vivre voir voire voiture voix vos votre vouloir vous vrai
    vraie
    electricien electricite exclusion explorer expose expulsion fumer fumeur fusee fusees
    about advice advise after again also always amount and anger another answer any are back bank
    been before being best better black book both bought brand bring broke brown but call came can card
    cards cent charge check class clean clear clock close cloud code cold color come cost could credit
    days deal delivery does done door down each early east ended enough even ever every face fact fast
    feel file find first fixed for form found free friend from full gave give going good great group guess
    had hand hard has have hear help her here high his hold home hope hour house human into item items its
    just keep kind knew know large last late least leave left less letter line link list little live lock
    look looking lost love made mail make many match may mean meet money month more most much must name
    near need never next nice night not nothing number offer often once only open order orders other our
    out over paid paper past people phone plane please price printed problem product put quick quite reach
    read ready real refund rest right room same save screen seen sell send sent ship shipped shock shop
    short should shown side sign since size small some soon sorry sound speak spoken stack staff stage
    start state stay stick still stop store street strict struck style such sure take talk tell test thank
    that the their them then there these they thing think this those time today token took total track
    trick truck try under until update used very wait want was watch week well were what when where which
    while white who whole why will wish with word work world would write wrong year you your
    """.split()
)
"""Words of their own, never read as the misspelling of another: "argent" is not "urgent".

Everyday words of a letter or two from what these readings look for, or from what a team may list as urgent.
"""
