"""The words that tell what a message is about: a table, with the weight of each.

One line a weight: `2: phrase, phrase`. Phrases have no capitals and no accents; `…` stands for up to four other words, `word*` for every
word that begins so, `#` for a number. The longest phrase wins, and what it covers is not counted again.
"""

from __future__ import annotations

QUESTION = """
3: est ce que, est ce qu, y a t il, ya t il, comment on fait, faut il, peut on, puis je, savoir si, savoir quand, connaitre la date,
 qu est ce, c est quoi, me dire, quels papiers, je me demandais, vous recrutez, quelqu un sait, savez vous, c est ou, ya moyen,
 ou se gare*, normal que, are you open, opening hours, what time, do you, can i, wann, a que hora, quando, dois je, dois t on, doit on,
 faut t il, faut til, peut t on, est il, est elle, sont ils, sont elles, a t il, a t on, a t elle, va t il, vont ils, c est mixte,
 c est pour quand, c est quand, c est qui, c est lequel, lequel, laquelle, lesquel*, depuis quand, pour quand, c est a quelle,
 combien de, quelle difference, on sait quand, on sait si, sait on, sauriez vous, savez si, sais pas si, je ne sais pas si,
 je sais pas si, me demande si, je me demande, demander si, aimerais savoir, voudrais savoir, voulais savoir, aurais aime savoir,
 besoin de savoir, pourriez vous me, pouvez vous me, peux tu me, tu peux me dire, j ai une question, petite question, question bete,
 une info, infos sur, des infos, plus d infos, plus d informations, information sur, des nouvelles de, me renseigner, me conseiller,
 un conseil, besoin d un conseil, vos conseils, besoin d aide pour, ou trouver, ou puis je, ou peut on, comment faire, comment fait on,
 comment ca marche, comment ca se passe, comment venir, comment participer, comment s inscrire, comment vous joindre, ou en est,
 ou en sont, a quel moment, a quel etage, de quelle, de quel, sur quel, dans quel, pour quel, avec quel, en quelle, vs avez, tu fais,
 tu as, t as
2: ?, quand, quel, quelle, quels, quelles, combien de temps, jusqu a, jusqu, pourquoi, comment, ou exactement, avez vous, faites vous,
 acceptez vous, pouvez vous, pourriez vous, utilisez vous, auriez vous, a partir de, quelle heure, conseill* moi, une question,
 vos horaires, votre num*, qui contacter, vous recrut*, je cherche le nom, renseignement*, je cherche une alternance, c possible,
 c est possible, ou que, ou seulement, ou pas, reprenez, dites moi, quel age, qui fait, acceptes, ou se trouve, travaillez vous,
 vous travaillez, vous avez quoi, livrez vous, vous livrez, vous prenez, vous acceptez, vous utilisez, vous proposez, proposez vous,
 vous vendez, vendez vous, vous reparez, reparez vous, vous ouvrez, ouvrez vous, vous fermez, fermez vous, vous serez, serez vous,
 vous etes ou, etes vous, vous connaissez, vous seriez, vous pouvez, vous pourriez, vous sauriez, tu peux, peux tu, tu prends,
 tu livres, tu sais, sais tu, tu connais, tous les … ou
1: horaires, adresse, parking, allerg*, gluten, accessible*, ouvert*, ouvre*, qui, vous faite, vous faites, numero
0: je vous demande, qui dechire, quel bonheur, quel talent, quelle horreur, quelle honte, quel dommage, quelle equipe, quelle belle,
 quel beau, quel plaisir, quelle merveille, quel regal, quel accueil, quelle chance, quelle elegance, quelle deception, quel gachis,
 comment ne pas, comment dire, quand meme, quand on, quand vous, depuis quand meme, vous pouvez y aller, vous pouvez compter,
 vous pouvez etre fier*, t as raison, tu as raison
"""
PURCHASE = """
6: je souhaite commander, je voudrais commander, je voudrais reserver, j aimerais reserver, je souhaite reserver, je voudrais acheter,
 je voudrais prendre rdv, je voudrais prendre rendez vous, une table pour, une table de, je prends !, je la prends, je le prends,
 j achete, mettez moi, mets moi, de cote, me garder, je la veux, je le veux, je veux la meme, un devis, c est combien, combien la,
 combien le, combien pour, combien coute*, ca coute combien, a combien, prix ?, prix svp, quel prix, quels tarifs, quel tarif,
 quel est le tarif, quel est le prix, vos tarifs, vos prix, quels sont vos tarifs, le tarif pour, how much, price, wie viel,
 cuanto cuesta, quanto costa, i would like to book, toujours dispo*, dispo en #, encore en stock, en stock, il vous en reste,
 interesse par, interessee par, interesse*, une place pour, places pour, vous reste t il, on aimerait privatiser, je reserve,
 faites un prix, me prendre, pouvez vous me garder, peut on vous commander, vous commander, acheter votre, ou peut on acheter, a vendre,
 vous louez, bon cadeau, cheque cadeau, avez vous un creneau, un creneau, un rendez vous pour, un rdv pour, je cherche un cadeau,
 il m en faudrait, j en voudrais, sur commande, avoir # kg, en avoir, reste des, reserver en ligne, on peut reserver, gardez m en,
 garde m en, gardez moi, garde moi, reservez moi, reserve moi, prenez moi, mettez m en, mets m en, mettez nous, prenez nous,
 passer commande, faire une commande, prendre commande, vous auriez une place, une place mardi, une place dispo*, de la place,
 une dispo, des dispo*, vos dispo*, vos disponibilites, dispo cette, dispo demain, dispo samedi, dispo pour, dispo le, encore dispo*,
 est disponible, encore disponible, il est vendu, elle est vendue, deja vendu*, vendu ?, m interesse, nous interesse, suis preneu*,
 preneur, preneuse, je suis chaud*, je craque je prends, je veux reserver, veux commander, veux acheter, veux prendre,
 voudrait reserver, on voudrait, on aimerait reserver, nous souhaitons, nous souhaiterions, nous voudrions, nous aimerions,
 je souhaiterais, je desire*, un rendez vous, prendre un rendez vous, prendre rendez vous, un rdv, dispo pour un rdv, place pour,
 m inscrire, nous inscrire, inscrire mon fils, inscrire ma fille, une inscription pour, une carte cadeau, une estimation, estimation,
 chiffrage, chiffrer, cout, quel cout, le cout, tarif de groupe, grille tarifaire, les tarifs, vos formules, vos forfaits, forfait,
 le m2, au m2, le kilo, prix au, par personne ?, quel est votre prix, votre prix, votre tarif, ca fait combien, c est a combien,
 il est a combien, ils sont a combien, elles sont a combien, vous en voulez combien, vous le vendez, vous les vendez, vous la vendez,
 l acheter, les acheter, le commander, la commander, les commander, le trouver en, la louer, le louer, a louer, location de, je loue,
 vous faites la livraison de, vous pouvez m en, m en faire, m en mettre, m en envoyer, en commander, en acheter, en reserver, convives,
 couverts pour, privatis*, devis pour
3: commander, reserver, acheter, devis, tarif, tarifs, prix, prendre rdv, budget, rdv, je prends, je veux, book, order,
 je voudrais prendre, je voudrais un, je voudrais une, combien, pour # personnes, on sera #, on serait #, nous serons #, # places,
 # pieces, # parts, # bouteilles, # kg, # kilos, une douzaine, taille #, pointure #, en #, acompte, arrhes
1: stock, reste, en taille, je voudrais, j aimerais, abonnement, disponible*
0: combien de temps, faut il reserver, faut reserver, rapport qualite prix, quel prix pour, de cote en, j ai commande, ma commande
"""
COMPLAINT = """
5: honteu*, une honte, arnaque*, inadmissible*, deplorable*, scandal*, lamentable*, catastroph*, plus jamais, rembours*, degoute*,
 immangeable*, moque* des gens, se moque*, fich* du monde, foutez de, se foutre, fuyez, a eviter, remboursement immediat,
 toujours pas recu, jamais recu, pas recu, jamais ete livre*, pas ete livre*, cliente perdue, client perdu, reviendra pas,
 reviendrai pas, reviendrons pas, remettrai pas, ne recommande pas, recommande pas, mauvaise experience, m avez facture,
 facture deux fois, jamais vu ca, pas aimable*, plus ce que c etait, c etait mieux avant, ne correspond pas, correspond pas, pas normal,
 trouvez ca normal, sans reponse, personne ne repond, repondez jamais, ne repond*, repondez pas, vous comptez repondre,
 impossible de vous joindre, rancid*, moisi*, rassis*, rate, ratee, rates, ratees, se decolle*, s ecaille*, trop cher pour,
 a la poubelle, malade*, rendus malades, aucune nouvelle, pas un mot d excuse, meme pas une excuse, meme pas un, meme pas une,
 sans me prevenir, sans prevenir, deux fois la meme, tout le temps pareil, c est tout le temps, ma coupe est, refund, terrible service,
 disappoint*, worst, enttausch*, decepcion*, deluso, delusa, je suis choque*, intoxic*, voleur*, escroc*, mensonge*, plainte, dgccrf,
 avocat, mise en demeure, signaler, quand allez vous enfin, allez vous enfin, la deuxieme fois que, toujours personne, vous avez oublie,
 cela fait … mails, je regrette, pas cuit*, pris de haut, s est dechire*, se dechire*, 😡, 🤬, 👎, 🤮, 😤, 🤢, 💩
4: decu, decue, decus, decues, decevant*, deception*, dommage que, casse, cassee, casses, cassees, en miettes, abime*, defectueu*,
 mauvais*, nul, nulle, nuls, nulles, horrible*, degueu*, infect*, froid* comme, beurk, sale, sales, bruyant*, bof, saoulant, soulant,
 relou, pourri, pourrie, pourris, insupport*, incompetent*, malpoli*, impoli*, desagreable*, desole mais, mensonger*,
 toujours le meme bruit, toujours le meme probleme, un echange, il manque, manque un, mauvaise couleur, mauvaise taille, manquant*,
 en rupture, j attends, que j attends, attente est, a lache, ne marche pas, marche pas, marche plus, fonctionne pas, fonctionne plus,
 impossible de, probleme avec, un probleme, des problemes, souci avec, beaucoup trop fort, musique … trop fort, son trop fort,
 un cheveu, heures d attente, heure d attente, attendu # h, on a attendu, # h de retard, min de retard, minutes de retard,
 heures de retard, tjrs personne, toujours rien, tjrs rien, tjrs pas, toujours pas, deux fois, a ete supprime, qualite baisse,
 ont diminue, pas une excuse, vous annulez, facture deux, debite, j ai ete debite, tient pas, pas terrible, surgele, encore ferme,
 encore une augmentation, j attendais mieux, rien compris, comprends pas la facture, c est quoi ce travail, faut pas exagerer, exager*,
 inconfortable*, rouille*, perime*, laisser un avis, mauvais avis, personne ne vient, personne n, augmentent, abuse*, c est abuse,
 comportement, poireaut*, on attend toujours, attend encore, une heure que, heures que, # heures que, # minutes que, # jours que,
 # semaines que, des mois que, trois semaines que, pendant # minutes, plus d une heure, m aviez promis, nous aviez promis, avait promis,
 promis jure, aviez dit, m avait dit, on m avait dit, nous avait dit, vous ne tenez, vous n avez jamais, vous ne … jamais,
 ne me … jamais, ri au nez, porte close, trouver porte, trouve porte, tiede, tiedes, sans gout, aucun gout, n a aucun gout, pas de gout,
 insipide*, fade, fades, brule, brulee, brules, trop cuit*, trop sale*, crame, cramee, dur comme, caoutchou*, pas assez cuit*,
 arrive froid*, a change de cote, mal rendu, mal coupe*, mal pose*, mal fait*, mal fini*, mal recu*, mal accueilli*, mal servi*,
 mal eleve*, mal emballe*, mal cousu*, bacle*, bafoue*, au rabais, rayure*, raye, rayee, tache, tachee, trou, troue, trouee, fissure*,
 fendu*, gondole*, decousu*, deforme*, deteint*, retreci*, bouloche*, s est barre*, s est casse*, s est decolle*, s est arrache*,
 a craque, a explose, est tombe en panne, retombe en panne, tombe en panne, hors service, hs, plus de batterie, ne s allume plus,
 ne demarre plus, ne demarre pas, fuit encore, fuit toujours, ne tient pas, tient plus, coule encore, refaire moi meme, tout refaire,
 refaire, du refaire, ou est mon, ou est ma, il est ou mon, elle est ou ma, ils sont ou mes, rendez moi, mon argent, mon acompte,
 mon cheque, annulation, annuler ma commande, resili*, prelev*, a ete preleve, surfactur*, facturation, frais caches, pas indique,
 pas affiche*, pas precise, tromp*, trompeu*, publicite mensongere, faux, fausse promesse, contrefacon, on se sent vole*,
 se faire avoir, suis fait avoir, me suis fait, pris pour des, prenez les gens, prend les gens, pigeon*, vache a lait, racket*,
 hors de prix, exorbitant*, abusif*, abusive*, pas donne, hautain*, agressi*, insult*, hurle*, crie dessus, incorrect*, irrespect*,
 manque de respect, manque de, desinvolte*, je m en foutisme, antipathique*, glacial*, pas souriant*, pas commode*, pas accueillant*,
 sans sourire, sans un sourire, a fait la tete, fait la gueule, n en peuvent plus, n en peut plus, en ai marre, marre de, ras le bol,
 y en a marre, ca suffit, assez de, excede*, enerve*, furieu*, fache*, colere, depit*, desabus*, consterne*, outre, outree, indigne*,
 scandalise*, choquant*, intolerable*, inacceptable*, pitoyable*, minable*, affligeant*, desastre*, desastreu*, cauchemar*, galere*,
 la galere, merdi*, de la merde, merde, pourav*, eclate au sol, claque au sol, flop, gachis, temps perdu, perte de temps, gaspill*,
 deception, mediocre*, passable, moyen, tres moyen, bas de gamme, sans interet, rien de special, pas a la hauteur, pas au niveau,
 laisse a desirer, a desirer, peut mieux faire, a revoir, a ameliorer, aurait pu, auriez pu, pourriez au moins, la moindre des choses,
 pas professionnel*, pas competent*, peu professionnel*, peu aimable*, amateur*, n importe quoi, du grand n importe quoi, nuisance*,
 tapage, vacarme, boucan, odeur*, ca pue, pue, puait, puanteur, cafard*, souris dans, mouche dans, insecte*, ver dans, un ver,
 indigest*, vomi*, mal au ventre, empoisonn*, avarie*, pas frais, tourne, perimee*, date depassee, poil dans, pas nettoye*, crasseu*,
 poussiere*, pas ete nettoye*, sens la cigarette, punaise*, danger*, dangereu*, etincelle*, a failli, blesse*, brulure*,
 allergi* … cause, irritation, derniere fois, c est la derniere, une fois de plus, encore une fois, pour la # fois, troisieme fois,
 quatrieme fois, ieme fois, chaque fois pareil, comme d habitude en retard, lapin, pose un lapin, pas venu, pas venue, jamais venu*,
 pas presente, ne s est presente, absent*, injoignable*, repondeur, sonne occupe, raccroche*, messages sans, mails sans, relance*,
 relancer, j ai relance, fait la sourde oreille, silence radio, on me balade, me balade, renvoie la balle, se renvoie, baladee,
 pas tenu, non tenu, non respecte*, pas respecte*, non conforme*, pas conforme*, rien a voir avec la photo, pas comme sur la photo,
 ne ressemble, ressemble a rien, ressemble pas, incomplet*, incomplete, oubli, il manquait, manquait, pas complet, pas le bon,
 pas la bonne, mauvais modele, mauvais article, s est trompe*, vous etes trompe*, vous vous etes trompe*, retourner, renvoyer le,
 renvoyer la, j ai retourne, je retourne, je suis parti, on est parti*, on est reparti*, repartis sans, reparti sans,
 aller ailleurs la prochaine, j irai ailleurs, on ira ailleurs, irai voir ailleurs, allez ailleurs, passez votre chemin, n y allez pas,
 je deconseille, deconseill*, a fuir, a boycott*, boycott*, plus client, plus cliente, je ne reviens plus, on ne m y reprendra,
 ne reviendrai, ne reviendrons, tant pis, 🤦, 🤷, 😭 … rembours*, 🖕
3: que vous avez pose*, que vous avez repare*, que vous avez livre*, n est pas la, est pas venu*, ou est ma commande, ou est mon colis,
 retard, en retard, annule, annulee, attente, probleme*, trop cher, cher, froid, froide, froids, gras, sec, seche, en panne depuis,
 erreur, defaut, pas content*, pas satisf*, pas bon*, pas top, pas propre, pas serieu*, pas pro, pas digne, pas correct*, ont fane,
 a fane, fane, fanees, jete*, plus serieux, pff*, pfff, oublie*, aucun, aucune, aucune reponse, aucun respect, personne, mal,
 pas du tout, moque*, decolle, devait passer, devait, etait prevu, vraiment pas, lent, lente, sonne dans, 😠, 🙄, 😞, 😒, 😑, 🙃
2: il y a un mois, depuis un mois, depuis # mois, depuis # semaines, depuis deux mois, depuis # jours, cher pour, n a pas, n avez pas,
 n ont pas, n etait pas, n est pas, ne sont pas, ne fait pas, ne veut pas, jamais eu, trop long*, trop petit*, trop vieux, trop gras*,
 trop sucre*, petit pour, minuscule*, moins bien, de moins en moins, bruit, peut etre mais, etait vide, complique, penible*, triste,
 au bout de # jours, au bout de # mois, au bout de # semaines, au bout d une semaine, au bout d un mois, des le premier,
 des le lendemain, apres # jours, apres # semaines, apres # lavages, au premier lavage, quel dommage, 😕, 🙁, ☹, 😔, 😩, 😫, 🥴
1: dommage, malheureusement, helas, par contre, jamais, encore, enfin, pourtant, rien, sauf, surtout que, j ai paye*, payee il y a,
 alors que
0: pas mal, tu ne sera*, rien de mal, faire mal, n a plus mal, encore merci, encore bravo, encore une fois merci, pas de souci,
 pas de probleme, rien a dire, rien a redire, rien a voir, un peu cher, pas cher, jamais mange, jamais bu, jamais vu aussi,
 jamais un probleme, pas une fausse note, aucun regret, aucune hesitation, on n est jamais, jamais decu*, pas decu*, sans probleme,
 aucun probleme, aucun souci, encore des, vous en avez encore, il y aura encore, faites encore, avez encore, etes encore, y a encore,
 ne mange plus, tomate sechee, si ce n est pas trop, mon cher, ma chere, cher ami, aussi beau, aussi bonne, aussi bon, personne agee,
 pour # personnes, # personnes, par personne, deux personnes, trois personnes, quatre personnes, cinq personnes, six personnes,
 huit personnes, dix personnes, douze personnes, vingt personnes, personnes, personne sympa*, ai oublie, j ai perdu,
 rupture conventionnelle, n hesite*, besoin d aller, ne veut plus aller ailleurs, n est pas beau, n est pas mignon, c est rare,
 jamais seul*, ne changez rien, changez rien, n en fait plus, plus en plus, de plus en plus beau, triste de partir, de mal a choisir,
 pas besoin, n y a pas mieux, y a pas mieux, pas photo, ya pas mieux, n est pas loin, n est pas grave, pas grave, n est il pas,
 n est ce pas, retourner chez vous, y retourner, on y retourne*, y retournerai*, tache de naissance, tourne a, moyen de, le moyen,
 y a moyen, un moyen, au moyen, amateur de, amateurs de, les amateurs, odeur de pain, odeur du pain, bonne odeur, ca sent bon,
 bruit quand, bruit bizarre, manque de chance, vous nous manquez, manquez pas, ne manquez
"""
PRAISE = """
4: bravo, felicitation*, magnifique*, superbe*, sublime*, excellent*, genial*, delicieu*, regal*, merveill*, parfait, parfaite,
 parfaits, au top, j adore, on adore, adore*, on a adore, meilleur*, coup de coeur, une tuerie, je recommande, on recommande,
 recommande*, chapeau, impeccable*, impec, nickel, formidable*, extraordinaire*, talent*, pepite, que du bonheur, bluff*, enchant*,
 ravi, ravie, ravis, ravies, yeux fermes, de la bombe, imbattable*, jamais mange, jamais bu, jamais decu*, pas decu*, rien a dire,
 rien a redire, rien a voir avec, aucun regret, jamais un probleme, aucun probleme, pas une fausse note, pas mal du tout, pas mal,
 hate de, vivement, coeur, magicien*, savoir faire, en or, vous gerez, ne s en lasse pas, s en lasse pas, merci d exister, mille mercis,
 grand merci, un grand merci, merci du fond, comme a la maison, ca fait du bien, en est tombe*, tombee amoureuse, amoureu*, je valide,
 mes papilles, que demander de plus, trop style, dans la bouche, appel a vous, ca les vaut, amazing, wonderful, love it, great, awesome,
 excelente, wunderbar, bravissim*, the best, a l ecoute, aux petits soins, avec le sourire, des pros, rien a ajouter, exceptionnel*,
 bien au contraire, aussi bon*, aussi bien, aussi beau, le top, top service, top du top, satisfait*, contente, content, contents, fan,
 je suis fan, vous etes des, inoubliable*, memorable*, epoustoufl*, eblouissant*, splendide*, somptueu*, divin*, exquis*, succulent*,
 savoureu*, goutu*, fondant*, croustillant*, moelleu*, gourmand*, copieu*, genereu*, fameu*, fabuleu*, fantastique*, remarquable*,
 irreprochable*, sans faute, sans reproche, au poil, aux petits oignons, tip top, nickel*, impressionn*, epate*, scotch*, conquis*,
 comble*, emu, emue, emus, emues, emouvant*, touche, touchee, touchant*, sensationnel*, grandiose*, majestueu*, canon, tuerie,
 dinguerie, dingue, une dinguerie, de fou, un truc de fou, de malade, de ouf, c est ouf, mortel*, trop chou, trop mignon*, mignon*,
 craquant*, craque pour, je craque, on craque, on fond, fondre, trop classe, la classe, trop bien, grave bien, grave bon, trop trop,
 tres tres bon, super bon*, hyper bon*, hyper pro, hyper, super pro, ultra, vrai pro, vraie pro, vrais pros, bosseur*, serieux et,
 redonne vie, comme neuf, comme neuve, du neuf avec, fait le bonheur, mon bonheur, notre bonheur, tout le bonheur, bonheur, un delice,
 delice*, un must, incontournable*, inegal*, numero un, number one, number 1, au sommet, les plus beaux, la plus belle, le plus beau,
 la plus bonne, mon prefere*, ma preferee, prefere de, nos preferes, valeur sure, les yeux fermes, 10 10, 20 20, 5 etoiles,
 cinq etoiles, dix sur dix, mention speciale, gros coup, big up, gg, bien joue, belle reussite, reussi, reussie, reussis, reussite,
 un succes, beau travail, bon travail, bon boulot, du bon boulot, travail soigne, finitions, finition parfaite, efficac*, ponctuel*,
 reacti*, serviable*, attentionn*, bienveillan*, patient*, souriant*, sourire*, disponible et, humain*, humaine, a votre ecoute,
 de bon conseil, bons conseils, bon conseil, pedagogu*, rassurant*, doux, douce, douceur, delicatesse, prevenant*, charmant*, charme,
 cosy, convivial*, authentique*, typique, paradis, petit paradis, havre, bijou, bijoux de, petit bijou, tresor*, perle, une perle,
 une merveille, le gout de mon enfance, de mon enfance, gout d enfance, comme ma grand mere, comme chez mamie, comme chez soi,
 souvenirs, nostalgi*, enfin un vrai, enfin une vraie, un vrai boulanger, une vraie equipe, ca change de, c est rare, n y a pas mieux,
 y a pas mieux, ya pas mieux, pas photo, ne changez rien, changez rien, ne change rien, restez comme, continue comme, longue vie,
 lachez rien, vous meritez, bien merite*, merite, de plus en plus, ne veut plus aller ailleurs, plus aller ailleurs,
 nulle part ailleurs, ailleurs que chez, fidele*, depuis des annees, depuis toujours, je garde le contact, je garde l adresse,
 adresse a retenir, a retenir, y retourn*, on y retourne, j y retourne, on revient, nous reviendrons, je reviendrai, reviendrons,
 reviendra, a refaire, on a passe, j ai passe un, passe une super, passe un super, passe une belle, passe un bon, ont adore, a adore,
 ai adore, avons adore, aime beaucoup, j aime, j aime trop, on aime, nous aimons, j aime bien, aime, on kiffe, je kiffe, kiff*, like,
 love, lovely, le pied, le feu, en feu, ca claque, ca envoie, ca tue, du lourd, ca dechire, stylee, au bec, a tomber, a se damner,
 on en redemande, redemande, encore encore, je veux deja, trop hate, j ai hate, impatient*, deja hate, au revoir et merci, merci encore,
 encore merci, encore bravo, merci beaucoup, merci infiniment, infiniment merci, merci de tout coeur, merci mille fois,
 mille fois merci, merci d avoir, merci de nous avoir, merci de m avoir, reconnaissan*, gratitude, vous nous avez sauve*,
 vous m avez sauve*, sauve la vie, sauve mon, sauve notre, heureu*, tres heureu*
3: super, top, merci pour, merci a, merci les, merci pr, tres bon*, trop bon*, tres bien, tres beau, tres belle, trop beau, belle, beau,
 beaux, belles, joli, jolie, jolis, jolies, sympa*, gentil*, accueillant*, chaleureux, chaleureu*, professionnel*, competent*,
 rapide et, honnete*, de qualite, frais et, quel plaisir, quel beau, quelle belle, quelle elegance, elegan*, un plaisir, bon moment,
 bonne adresse, belle decouverte, donne envie, miam*, waouh, wahou, wow, chouette*, respect, mimi, adorable*, trop fort, extra,
 delicat*, bonne idee, en confiance, soigne*, passionn*, propre, reviendra c, on reviendra, bien accueilli*, agreable*, du beau boulot,
 beau boulot, boulot propre, mieux, c est beau, toujours aussi, comme d hab*, fait maison, bonne ambiance, ambiance, thank*, thanks,
 gracias, danke, grazie, style, reparee en, va beaucoup mieux, vous nous manquez, revit, sans moderation, a pleure, fier, fiere,
 continuez, cool, trop cool, d enfer, ouf, incroyable*, qui dechire, magique*, cuisine au top, sent la difference
2: merci, bon, bonne, bons, bonnes, bien, envie, plaisir, ❤, 😍, 🥰,
 👏, 👍, 💪, 😋, 🙏, ⭐, 🥹, 🔥, 💯, 👌, 🤩, 💕, 💖, 💙, 💚, 💛, 🧡, 💜, 😘, 🌟, 🤤, 😁, 😃,
 😀, 🙌, ☺, 😎, 🤗, 💫, ✨, 🥳, 🎂, 🏆, 🥇, 🫶, 💝, 🤍, 🖤, 🤎, ♥, 😉, 👑, 🌹, 💐, 😺, 🌞, 🥐, 😂 … bravo
1: 😊, 😄, 🎉, 🌸, 🌱, 😻, 🍻, 🍹, 💅
0: merci d avance, par avance merci, merci de me, merci de vous, merci de bien, merci de rappeler, merci d, ok merci, merci du cadeau,
 bon week end, bonne fete, bonne journee, bonne soiree, bon courage, bonne rentree, bonne annee, bonne continuation, bien a vous,
 bon anniversaire, bien cordialement, bien sur, c est bien la, ou bien, bon cadeau, c etait bon, plats sont bons, bien emballe, combien,
 bon electricien, un bon, bonne nuit, bonnes vacances, bon dimanche, bonnes fetes, super emballage, cadre est joli, cafe est bon,
 meilleur prix, ah bah super, encore une fois, heureusement que, fidelite, carte de fidelite, douceur de, j aimerais, aime pas,
 n aime pas, aime ailleurs, bonheur des, patient de, patiente de, mes patients, disponible en, plus heureu*, pas heureu*, malheureu*,
 touche pas, touche a, touche mon, ca touche, merci beaucoup d avance, un peu plus de, doux ou, brut et le doux, charmant accueil
"""
SPAM = """
6: whatsapp, marabout, voyance*, voyante, grand voyant, voyant medium, medium serieu*, retour affectif, retour d affection, etre aime,
 sans justificatif, prets entre particuliers, pret entre particuliers, pret personnel, pret rapide, des prets entre, followers,
 abonnes !, augmentez vos abonnes, complement de revenus, viagra, permis de conduire enregistre*, multiplie ma mise, crypto*, bitcoin*,
 trading, forex, lien en bio, photos privees, cam girl, premiere page google, referencons, nous referencons, violation,
 va etre desactive*, confirmer votre compte, avez ete selectionne*, recevoir un iphone, cliquez ici, cliquez sur ce lien, gagnez # €,
 investissez #, au courtier, changer de vie, depuis chez vous, montres de luxe, ambassadrice*, desenvout*, docteur … ramene,
 ramene mon mari, 🔞, bit ly, video choc, casino*, paris sportifs, ecrivez au courtier, taux #, click here, make money, dm us,
 envoie nous un dm, envoie … en mp, homme d affaires, sans passer par la banque, m a aide avec un credit, m a accorde un pret,
 octroi* de pret*, offre de pret*, offre de credit, credit rapide, devenez rentier, rentier, ma methode, revenus passifs, revenu passif,
 liberte financiere, formation offerte, business en ligne, opportunite d affaires, argent facile, gagner de l argent, gagne de l argent,
 des vues et des likes, des likes, acheter des abonnes, des abonnes, abonnes reels, boost*, visibilite garantie, je m abonne si,
 abonne toi, abonnez vous a ma, suivez moi, viens sur mon, regarde ma story, mon onlyfans, onlyfans, rencontre coquine, plan cul,
 celibataires, charmante femme cherche, chers amis, grace a ce monsieur, grace a monsieur … riche, temoignage, guerison, guerisseur,
 spirituel*, talisman, porte monnaie magique, porte feuille magique, illuminati, gagner au loto, numeros gagnants, vous avez gagne,
 tu as gagne, tirage au sort officiel, colis en attente, en attente de livraison, frais de douane, cliquez, clique ici, clique sur,
 compte sera suspendu, compte suspendu, compte bloque, droits d auteur enfreint, violation des, verification de compte,
 support technique officiel, service de meta, badge bleu, certification de votre, diplome sans, faux papiers, cbd livraison,
 minceur garantie, perdre # kilos, perdez # kilos, produit miracle, prime renov*, isolation a 1, compte formation cpf, votre cpf,
 panneaux solaires gratuits, rachat de credit*, agence web, creation de site*, votre referencement, community manager pour votre,
 boostez votre, developper votre chiffre
3: gagnez, investi*, contactez moi en prive, contactez moi par mail, financement*, http, https, www, xyz, gmail, heritage, loterie,
 gagnant*, sans effort, places limitees, dernier jour, livraison discrete, sans ordonnance, contactez notre agence, # € par jour,
 garanti*, resultats garantis, telegram, ton profil, votre page, mon profil, 💰, 👉, contactez le, contactez la, supprimee http, promo,
 consultation offerte, gratuit*, -#
1: contactez moi, ecrivez moi, 🔥, profil, particuliers, reponse en #, taux, credit
0: livraison est gratuite, livraison gratuite, est gratuit*, c est gratuit, gratuit pour, credit d impot, stationnement gratuit,
 sous garantie, la garantie, de garantie, votre page est
"""
OTHER = """
3: sinceres condoleances, je participe, je partage, courage a vous, bonne fete, bon week end, bonne rentree, c est note, pas de souci,
 d accord, en route, j arrive, mon numero, mon grand pere, je prefere, ok merci, bonne annee, bon courage, bonne journee, bonne soiree,
 chez nous on, premier, team, nous sommes #, je vous ai envoye, moi c est, a demain, a samedi, a lundi, a mardi, a bientot,
 a tout a l heure, a tout de suite, bises, bisous, bizz, coucou, nous on est de, vu hier, bien recu, bien note, recu merci, entendu,
 ca marche, je passe, je passerai, on arrive, je confirme, c est fait, je te montre, je te dis, faudra qu on, il faut qu on y, on y va,
 viens on, regarde, regardez, je like pour, je follow, up, pour toi, c est toi, ca me rappelle, je connais, ma cousine, ma voisine
1: mdr, lol, 😂, 🤣, ptdr, haha, hihi, ok
"""
URGENT = """
3: urgent*, urgence*, tout de suite, au secours, a l hopital, hopital, sent le gaz, odeur de gaz, fuite de gaz, immediatement, help,
 reaction allergique, allergique grave, rappelez moi vite, rappelez moi imm*, appelez moi, repondez vite, reponse rapide, au plus vite,
 le plus vite possible, asap, emergency, commence dans, part dans, dans # h, dans # min, dans # minutes, dans une heure, ou etes vous,
 a cette heure ci, je suis devant, on est devant, nous sommes devant, avale, saigne*, etouffe*, inond*, degat des eaux, rendus malades,
 rendu malade, des que possible, vient d eclater, en panne … bebe, venir aujourd hui, venir ce soir, intervenir ce soir,
 venir tout de suite, blesse*, ambulance, pompiers, etincelle*, au feu, fume, fumee, court circuit, disjonct*, plus d eau,
 plus d electricite, plus de chauffage, sans chauffage, sans eau, sans electricite, a l instant, maintenant svp, dans la minute,
 des ce soir, ce soir imperatif, avant ce soir, avant midi, avant demain, pour demain matin, il me le faut, c est grave, tres grave,
 malaise, respire plus, respire mal, vomit du, convuls*, empoisonn*, a mange du chocolat, enfants seuls, bloquee dehors, bloque dehors,
 je suis bloque*, nous sommes bloques, enfermee dehors, enferme dehors, claque la porte, serrure bloquee, perdu mes cles,
 perdu les cles, vole dans la nuit, rapidement svp, rapidement, tres vite, au secour, sos, ca presse, je suis presse*
2: fuite d eau, en panne, dans la rue, bloque*, coince*, enferme*, vite, ce soir meme, dans l heure, la maintenant, aujourd hui meme
0: remboursement immediat, a tres vite, a vite, au plus vite possible merci, pas urgent*, rien d urgent, pas d urgence, non urgent*,
 sans urgence, reparee en une heure, bloque ma date, a bientot vite, j arrive dans, arrive dans # min
"""
# What begins praise and, beside a fact that nobody praises, turns into its contrary.
IRONY = """
2: bravo, merci pour, merci les pros, felicitations, felicitation, quel accueil, quel professionnalisme, quelle delicatesse,
 quel service, genial, super, top, chapeau, parfait, ah bah super, ah ben super, ah super, continuez comme ca, super emballage,
 merci du cadeau, magnifique, quelle organisation, quelle ponctualite, ponctualite, charmant, quel talent, formidable, 🙃, 🙄, bien joue,
 on adore, j adore
0: super sympa, super bon*, super bien, super moment, super equipe
"""
TROUBLE = """
2: heures d attente, heure d attente, d attente, de retard, retard, pizza froide, froid, froide, en miettes, casse*, meme pas un,
 meme pas une, encore ferme, encore une augmentation, sans prevenir, annule*, jete*, par dessus le portail, toujours pas, jamais recu,
 en panne, rate*, s ecaille*, brule*, a la poubelle, encore raison, ferme, perdu, perdue, oublie*, rassis, vide, augmentation,
 ne marche plus, deja casse*, la veille
0: jamais en retard, sans retard, pas de retard
"""
TABLE = {
    "question": QUESTION, "purchase": PURCHASE, "complaint": COMPLAINT, "praise": PRAISE, "spam": SPAM, "other": OTHER, "urgent": URGENT,
    "irony": IRONY, "trouble": TROUBLE,
}  # fmt: skip
# How people write on a telephone, and the slips seen most.
WRITTEN = """
bjr=bonjour bsr=bonsoir slt=salut stp=svp pk=pourquoi pq=pourquoi pkoi=pourquoi pourkoi=pourquoi kan=quand kand=quand ke=que ki=qui
koi=quoi kel=quel kelle=quelle kels=quels kelles=quelles ajd=aujourd_hui auj=aujourd_hui tjs=toujours tjrs=toujours tjr=toujours
bcp=beaucoup tro=trop tt=tout rdv=rdv rdvs=rdv msg=message pr=pour ds=dans dc=donc qd=quand qq1=quelqu_un mm=meme jms=jamais
jamai=jamais vs=vous voudrai=voudrais aimerai=aimerais souaite=souhaite horraire=horaires horaire=horaires horraires=horaires
dispos=dispo cb=combien combiens=combien conbien=combien remboursment=rembours decut=decu mauvai=mauvais exelent=excellent
excelent=excellent exellent=excellent magnifik=magnifique genialissime=genial delicieu=delicieux delissieux=delicieux
felicitation=felicitations jai=j_ai cest=c_est ya=y_a jadore=j_adore jaime=j_aime quest=qu_est estce=est_ce jattends=j_attends
jattend=j_attends c=c tarrif=tarif reserve=reserve reservé=reserve resa=reserver reserver=reserver resevation=reservation
rendezvous=rendez_vous kom=comme trés=tres tre=tres degeu=degueu degueulasse=degueu pourit=pourri casser=casse arnaquer=arnaque
honteuse=honteux cher=cher chere=cher chers=cher chères=cher malades=malade intereser=interesse interessee=interesse
interesses=interesse interresse=interesse interressee=interesse interessé=interesse acheté=achete urgant=urgent rassie=rassis
rassi=rassis mercis=merci thx=thanks kdo=cadeau prix=prix adorer=adore
"""
