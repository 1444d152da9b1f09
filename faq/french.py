"""French as customers type it: abbreviations, set phrases, empty words, words that stand for each other."""

from faq.lexicon import Lexicon, abbreviation_table, phrase_table, synonym_groups, word_set

_ABBREVIATIONS = abbreviation_table("""
slt=salut bjr=bonjour bsr=bonsoir bjour=bonjour cc=coucou stp=svp mrc=merci mci=merci mercii=merci
bcp=beaucoup bp=beaucoup tt=tout tte=toute ts=tous ttes=toutes pb=probleme pbm=probleme pblm=probleme
pbs=probleme prob=probleme prbl=probleme pk=pourquoi pq=pourquoi pkoi=pourquoi prkoi=pourquoi
pourkoi=pourquoi pcq=parce+que pcke=parce+que parske=parce+que qd=quand kan=quand kand=quand qand=quand
cmt=comment cmment=comment coment=comment commen=comment cment=comment koman=comment
ke=que ki=qui koi=quoi kel=quel kelle=quelle kels=quels kelles=quelles kelkun=quelqu+un qqn=quelqu+un
qqun=quelqu+un qqch=quelque+chose qqc=quelque+chose qq=quelque kelke=quelque
g=j+ai ge=je jai=j+ai gai=j+ai j=je jvai=je+vais jvais=je+vais jv=je+veux jveu=je+veux
jveux=je+veux jpeu=je+peux jpeux=je+peux jpe=je+peux jsuis=je+suis chui=je+suis chuis=je+suis
jfai=je+fais jfais=je+fais jsais=je+sais jsai=je+sais jai=j+ai javais=j+avais jaurai=j+aurais
jaimerai=j+aimerais jaimerais=j+aimerais jarrive=j+arrive jattend=j+attends jattends=j+attends
c=c+est cest=c+est sa=ca cke=ce+que ske=ce+que ct=c+etait ya=il+y+a ia=il+y+a yapa=il+y+a+pas
t=tu+es ta=ta d=de l=le n=ne m=me s=se
pa=pas pr=pour ds=dans dc=donc ac=avec av=avec avk=avec avc=avec ss=sans sn=son mn=mon vs=vous vou=vous
ns=nous nn=non mm=meme mem=meme fo=faut fau=faut faudrai=faudrait vx=veux veu=veux ve=veux veut=veut
peu=peux pe=peux px=peux fer=faire fr=faire fai=fait savoar=savoir svoir=savoir dsl=desole
desol=desole tkt=inquiete jms=jamais jamai=jamais tjs=toujours tjr=toujours tjrs=toujours tjours=toujours
toujour=toujours auj=aujourdhui ajd=aujourdhui ojd=aujourdhui aujourdui=aujourdhui dem1=demain 2m1=demain
dmain=demain aprem=apres+midi biz=bises rep=reponse
esk=est+ce+que eske=est+ce+que esq=est+ce+que estceque=est+ce+que kesk=qu+est+ce+que kesske=qu+est+ce+que
msg=message mess=message tel=telephone num=numero nr=numero no=numero
cmd=commande cmde=commande comande=commande cde=commande cmmande=commande liv=livraison livr=livraison
livrer=livrer factur=facture fact=facture rdv=rendezvous rv=rendezvous rdvs=rendezvous rembour=rembourser
remb=rembourser rmbt=remboursement mdp=motdepasse mp=motdepasse pass=motdepasse abo=abonnement
abt=abonnement appt=appartement appart=appartement adr=adresse adrs=adresse adress=adresse dispo=disponible
dispos=disponible promo=promotion promos=promotion reduc=reduction ref=reference info=information
infos=information appli=application app=application ordi=ordinateur resa=reservation
recu=recu ressu=recu resu=recu reussu=recu recut=recu pdt=pendant lgtps=longtemps lgtmp=longtemps
tps=temps tmps=temps hr=heure hrs=heures min=minute sem=semaine qlq=quelque nb=nombre kdo=cadeau
""")

_PHRASES = phrase_table("""
s il vous plait =
s il te plait =
merci d avance =
merci de me repondre =
merci de votre reponse =
dans l attente de votre reponse =
en attente de votre reponse =
je me permets de vous ecrire =
je me permets de vous contacter =
je vous ecris =
je vous contacte =
excusez moi de vous deranger =
desole de vous deranger =
petite question =
une petite question =
j ai une question =
une question =
bonne journee =
bonne soiree =
bon week end =
bonne fin de journee =
bien a vous =
a bientot =
ca va =
j espere que vous allez bien =
comment allez vous =
est ce que =
est ce =
qu est ce que c est que = quoi
qu est ce que c est = quoi
qu est ce que = quoi
qu est ce qui = quoi
c est quoi = quoi
il y a =
y a t il =
je voudrais savoir =
je voulais savoir =
j aimerais savoir =
je veux savoir =
je cherche a savoir =
pouvez vous me dire =
vous pouvez me dire =
pourriez vous me dire =
dites moi =
c est urgent =
mot de passe = motdepasse
mots de passe = motdepasse
rendez vous = rendezvous
carte bancaire = cartebancaire
carte bleue = cartebancaire
carte de credit = cartebancaire
carte de paiement = cartebancaire
frais de port = fraisdeport
frais de livraison = fraisdeport
frais d envoi = fraisdeport
code promo = codepromo
code promotion = codepromo
code promotionnel = codepromo
code de reduction = codepromo
code reduction = codepromo
bon de reduction = codepromo
code avantage = codepromo
carte cadeau = cartecadeau
cheque cadeau = cartecadeau
bon cadeau = cartecadeau
bon d achat = cartecadeau
code cadeau = cartecadeau
carte de fidelite = fidelite
carte fidelite = fidelite
rende vous = rendezvous
rdv vous = rendezvous
point relais = pointrelais
points relais = pointrelais
relais colis = pointrelais
service client = serviceclient
service clients = serviceclient
service apres vente = sav
donnees personnelles = donneespersonnelles
donnees perso = donneespersonnelles
espace client = espaceclient
en panne = panne
hors service = panne
marche plus = ne marche pas
marche pas = ne marche pas
marchent pas = ne marche pas
fonctionne plus = ne fonctionne pas
n arrive pas = impossible
n arrive plus = impossible
arrive pas a = impossible
arrive plus a = impossible
ne peux pas = impossible
ne peux plus = impossible
peux pas = impossible
peux plus = impossible
ne parviens pas = impossible
mettre fin = resilier
mettre un terme = resilier
mis fin = resilier
tout de suite =
cb ca = combien ca
cb pour = combien pour
cb la = combien la
cb de = combien de
cb coute = combien coute
cb je = combien je
cb d = combien d
c est cb = combien
cb = cartebancaire
en deux fois = paiementfractionne
en 2 fois = paiementfractionne
en 3x = paiementfractionne
en 4x = paiementfractionne
3x sans = paiementfractionne
4x sans = paiementfractionne
deux fois = double
2 fois = double
en plusieurs fois = paiementfractionne
en 3 fois = paiementfractionne
en 4 fois = paiementfractionne
en trois fois = paiementfractionne
en quatre fois = paiementfractionne
trop petit = taille petit
trop petite = taille petit
trop grand = taille grand
trop grande = taille grand
trop cher = cher
trop chere = cher
piece jointe = fichier
pieces detachees = piecedetachee
piece detachee = piecedetachee
bon de retour = bordereau
etiquette de retour = bordereau
adresse mail = mail
adresse email = mail
adresse e mail = mail
e mail = mail
t il =
t elle =
t on =
""")

_FUNCTION = word_set("""
le la les l un une des du de d a au aux en et ou mais donc or ni car que qu qui dont ce c cet cette ces ca
cela ceci celui celle ceux il elle ils elles on je j tu nous vous me m te t se s lui leur leurs mon ma mes
ton ta tes son sa ses notre nos votre vos y ne n pas plus jamais rien aucun aucune point non oui si est suis
es sommes etes sont etait etais ete etre sera serai serait soit ai as avons avez ont avait avais avoir eu
aurai aurait aura dans sur sous par pour avec sans chez vers entre depuis pendant apres avant jusqu puis
alors aussi tres trop bien encore deja toujours tout toute tous toutes meme comme parce puisque lorsque
quelque quelques chaque autre autres tel telle ici la moi toi soi eux afin lors ainsi tant peu beaucoup
voila voici euh bah ben bref sinon surtout enfin aupres lorsqu puisqu
""")

_COMMON = word_set("""
quoi comment pourquoi quand combien quel quelle quels quelles lequel laquelle faire fais fait faites font
faut faudrait falloir dois doit devez devoir peut peux peuvent pouvez pouvoir pourrais pourrait pourriez
possible veux veut voulez vouloir voudrais voudrait souhaite souhaiterais souhaitez aimerais aimerait
aller vais va allez vont venir vient viens besoin savoir sais sait dire dit dites voir vois vu chose choses
jour jours aujourdhui hier demain matin soir midi semaine semaines mois an ans annee heure heures minute
minutes temps fois moment longtemps maintenant mardi lundi mercredi jeudi vendredi samedi dimanche dernier
derniere prochain prochaine probleme problemes souci question questions truc personne gens monde mettre mis
met prendre pris donner donne trouver trouve trouves demander demande demandes passer passe rester reste
croire pense penser essaye essaie essayer essayant merci petit petite grand bon bonne nouveau nouvelle
vraiment juste seulement normal normalement exactement concernant propos cas fin debut suite cote part lieu
maison femme mari fils fille mere pere ami voisine voisin enfant cela aide aider svp urgent rapidement vite
information message reponse repondre utilise utiliser marchez disponible ligne site internet client clients
article articles produit produits magasin boutique numero chercher cherche encore attends attendre attend
""")

_POLITE = word_set("""
bonjour bonsoir salut coucou hello hey hi merci remerciements svp cordialement madame monsieur mme mr
mademoiselle messieurs mesdames equipe desole desolee pardon excusez excuse bises bisous bye revoir adieu ok
okay dac daccord parfait super genial top nickel cool ouais lol mdr ptdr haha hahaha slt bjr
felicitations bravo cher
""")

_CLOSINGS = word_set("cordialement salutations sincerement respectueusement cdlt cdt crdlt bav")

_NEGATORS = word_set("pas jamais aucun aucune sans impossible rien")

_LIGHT_VERBS = word_set("""
veux veut voulons voulez vouloir voulais voudrais souhaite souhaitons souhaiterais souhaitais peux peut
pouvons pouvez dois doit arrive parviens est suis ai a as avons avez ont ete etait avais faut sont va vais
compte pense
""")

_SYNONYMS = synonym_groups("""
colis paquet commande envoi
livraison livrer livreur expedition acheminement
transporteur livreur coursier
suivi suivre tracking tracer localiser
expedier envoyer poster partir
retour renvoyer retourner rendre restituer
echange echanger remplacer remplacement
remboursement rembourser avoir argent
facture facturation justificatif
payer paiement reglement regler achat
debiter prelever prelevement encaisser
carte cartebancaire
refuser rejeter decliner bloquer
codepromo promotion reduction remise coupon bon
resilier resiliation desabonner quitter arreter terminer stopper
abonnement contrat forfait formule
annuler annulation supprimer
supprimer suppression effacer fermer cloturer desinscrire
compte espaceclient profil
connecter connexion acces acceder identifier entrer
motdepasse identifiant code
oublier perdre
changer modifier changement modification corriger
deplacer reporter decaler repousser
rendezvous creneau visite reservation
reserver prendre fixer
technicien reparateur intervenant depanneur
reparer reparation depanner depannage sav
panne casse marche fonctionne bug hs dysfonctionnement defectueux
casse abime endommage ecrase cabosse brise fissure
perdu egare disparu introuvable vole
retard retarde tarde attente
recu recevoir arriver
garantie garanti couvert
installer installation montage monter pose poser brancher
horaire ouvert ouverture ouvrir fermeture ferme
magasin boutique agence
joindre contacter appeler telephoner ecrire parler telephone
conseiller humain operateur agent quelqu
tarif prix cout couter cher montant
fraisdeport livraison
devis estimation chiffrage
stock disponible rupture dispo
taille pointure mesure dimension
adresse domicile
demenager demenagement emmenager
donneespersonnelles donnees rgpd vie confidentialite
fidelite points avantages
cartecadeau cadeau
newsletter publicite mail mails promotionnels
reclamation plainte insatisfait mecontent
delai duree
etranger international pays
erreur faux mauvais trompe incorrect
manquant manque incomplet absent
internet connexion wifi reseau
lent lenteur
rib iban banque bancaire
professionnel entreprise pro societe
notice mode manuel
pieces piecedetachee
""")

FRENCH = Lexicon(
    code="fr",
    stemmer="french",
    elided=word_set("l d j n s c m t qu jusqu lorsqu puisqu quelqu"),
    abbreviations=_ABBREVIATIONS,
    phrases=_PHRASES,
    function=_FUNCTION,
    common=_COMMON,
    polite=_POLITE,
    closings=_CLOSINGS,
    negators=_NEGATORS,
    light_verbs=_LIGHT_VERBS,
    synonyms=_SYNONYMS,
)
