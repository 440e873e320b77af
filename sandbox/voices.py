"""What the public of a bakery writes: invented people and their words, as they come, spelling included."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

FIRST = (
    "Camille", "Inès", "Karim", "Monique", "Théo", "Zoé", "Gérard", "Fatou", "Maëlys", "Jean-Luc", "Sandrine", "Yanis", "Odile", "Bastien",
    "Léa", "Mehdi", "Chantal", "Noah", "Aurélie", "Dominique", "Élodie", "Patrick", "Manon", "Samir", "Brigitte", "Quentin", "Amandine",
    "Rachid", "Solène", "Yvette",
)  # fmt: skip
LAST = (
    "Rousseau", "Petit", "Benali", "Lefèvre", "Moreau", "Diallo", "Garnier", "Le Goff", "Marchand", "Nguyen", "Fontaine", "Roux", "Haddad",
    "Perrin", "Chevalier", "Da Silva", "Bertin", "Masson", "Colin", "Traoré", "Vidal", "Picard", "Guérin", "Lopez", "Barbier", "Meunier",
)  # fmt: skip
EVERYBODY = frozenset(f"{first} {last}" for first in FIRST for last in LAST)

SLOTS: dict[str, tuple[str, ...]] = {
    "bread": ("pain aux noix", "pain de seigle", "pain de campagne", "pain complet", "tourte", "pain sans gluten", "petit épeautre"),
    "cake": ("galette", "bûche au chocolat", "tarte aux pommes", "brioche", "tarte au citron", "Paris-Brest", "fraisier"),
    "day": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche matin", "demain", "le 24", "jour férié"),
    "hour": ("7h", "8h30", "midi", "13h", "18h", "19h15", "avant l’école"),
    "count": ("2", "4", "6", "8", "10", "12", "une quinzaine de", "vingt"),
    "smile": ("😊", "😍", "🥖", "👏👏", "❤️", "🥐🥐", "😋", "🙏", ""),
    "anger": ("😡", "😤", "🙄", "👎", "", ""),
}

QUESTIONS = (
    "Bonjour, vous êtes ouverts {day} ?", "Vous avez encore du {bread} aujourd’hui ?", "slt c ouvert a quel heure {day} svp ??",
    "Bonsoir, le {bread} contient-il des fruits à coque ? Mon fils est allergique.", "La {cake} se garde combien de temps ?",
    "c’est combien la {cake} pour {count} personnes ?", "Est ce que vous prenez la carte en dessous de 10€ ?",
    "Bonjour, faites-vous des {cake}s sans lactose ? Merci {smile}", "Y a til un parking pas loin de la boutique?",
    "Il reste du {bread} après {hour} en général ?", "Vous livrez aux bureaux ? On serait {count} le {day}.",
    "Bjr vous fermez a quel heur ce soir", "Are you open on Sunday morning? We are visiting this weekend.",
    "Quelle farine pour le {bread} ? Elle est bio ?", "on peut payer en tickets resto ?",
    "Le {bread}, c’est tous les jours ou que le {day} ?",
)  # fmt: skip
PRAISE = (
    "Le meilleur {bread} de la ville {smile}", "Un régal cette {cake}, merci à toute l’équipe {smile}", "trop bon 😍😍😍", "Bravo 👏",
    "J’ai goûté le {bread} hier, une tuerie !!", "Toujours aussi accueillants, ça fait plaisir {smile}", "miam", "{smile}{smile}🥖",
    "Enfin une vraie boulangerie dans le quartier. Continuez !", "Ma grand-mère vous dit merci pour la {cake} 🙏",
    "La vendeuse de ce matin était adorable, merci à elle.", "ca donne faim {smile}", "Magnifique photo ! On sent l’odeur d’ici.",
    "Votre {bread} nous a suivis jusqu’en Bretagne, tout le monde en redemande.", "Franchement rien a dire c parfait",
)  # fmt: skip
COMPLAINTS = (
    "Très déçue, la {cake} commandée pour {day} n’était pas prête. {anger}", "Le {bread} était cramé dessous, à ce prix là c’est abusé",
    "20 min d’attente {day} et plus rien en rayon, super l’organisation {anger}", "Encore fermé sans prévenir !! {anger}",
    "Bonjour, j’ai trouvé un bout de plastique dans mon {bread}. J’attends une explication.", "Vendeuse desagreable ce matin, dommage.",
    "on m’a rendu la monnaie sur 10 au lieu de 20, je repasse {day}", "Le {bread} d’hier était rassis. C’est la deuxième fois.",
    "Bravo pour l’accueil, vraiment, on ne m’a même pas dit bonjour 🙄", "personne ne répond au téléphone depuis {day} ???",
    "Les prix ont encore augmenté… 1,40 la baguette, sérieusement {anger}", "Je veux être remboursé de ma {cake}, elle était immangeable.",
)  # fmt: skip
ORDERS = (
    "Bonjour, je voudrais commander une {cake} pour {count} personnes, pour {day}. C’est possible ?",
    "Peut-on réserver {count} {bread} pour {day} {hour} ? Au nom de {name}", "je prend 2 {cake} pour {day} svp, je passe vers {hour}",
    "Bonjour ! Un devis pour un buffet de {count} personnes le {day} ? Merci {smile}", "Il vous en reste une pour {day} ? Je la prends !",
    "Comment on fait pour commander la {cake} ? 😋", "Mettez moi {count} croissants de cote pour {day} {hour} merci",
    "Bonsoir, nous sommes un restaurant et cherchons du {bread} chaque {day}. À qui parler ?",
)  # fmt: skip
SPAM = (
    "💰💰 Gagnez 3000€ par semaine depuis chez vous, écrivez-moi en privé 💰💰", "Cool post! Check my profile for free followers 🔥🔥",
    "J’ai été sauvé par un prêt rapide de M. Durand, contactez-le : pret-express.example", "Promote it on @best.bakeries ✨",
    "CRYPTO +400% en 2 jours >>> http://gain.example/x1", "Bjr votre page a été choisie pour un badge vérifié, cliquez http://badge.example",
)  # fmt: skip
OTHER = (
    "@Sandrine regarde !!", "Première 😂", "On s’était croisés au marché {day}, bonne continuation", "Qui connaît la recette du {bread} ?",
    "C’est là qu’on allait avec papi", "Bon {day} à tous", "ok", "?", "Joyeuses fêtes à toute l’équipe 🎄", "Recherche apprentissage CAP "
    "boulanger pour la rentrée, puis-je passer déposer un CV ?", "…", "👍",
)  # fmt: skip
ECHOES = (
    "Moi aussi je voudrais savoir", "Pareil pour nous !", "Tout à fait d’accord", "ah bon ? moi il était très bien", "+1", "😂😂",
    "Il me semble que oui, à partir de {hour}", "@{name} on y va {day} ?", "Même question", "Faut demander en boutique je pense",
)  # fmt: skip
MORE = ("Merci d’avance {smile}", "C’est assez urgent", "Allô ?", "Vous pouvez me rappeler au 06 00 00 00 00 ?", "Bonne journée", "??")
AMENDED = ("(pardon, je voulais dire {day})", "EDIT : trouvé, merci !", "svp", "Désolé pour les fautes !")

# How often each is heard, of a hundred.
SHARES = ((QUESTIONS, 30), (PRAISE, 30), (COMPLAINTS, 13), (ORDERS, 12), (OTHER, 10), (SPAM, 5))
PRIVATE = ((ORDERS, 40), (QUESTIONS, 32), (COMPLAINTS, 16), (PRAISE, 7), (SPAM, 5))
REVIEWS = ((PRAISE, 75), (COMPLAINTS, 25))


@dataclass(frozen=True)
class Voices:
    """Everybody who passes, drawn from one well of chance: the same seed, the same voices."""

    chance: Random

    def someone(self) -> str:
        """Return the name of somebody; some come back often."""
        few = 4 if self.chance.random() < 0.3 else len(FIRST)
        return f"{FIRST[self.chance.randrange(few)]} {self.chance.choice(LAST[: 3 if few == 4 else None])}"

    def says(self, shares: tuple[tuple[tuple[str, ...], int], ...]) -> str:
        """Return words of a kind drawn by its share."""
        (kind,) = self.chance.choices([lines for lines, _ in shares], [share for _, share in shares])
        return self.filled(self.chance.choice(kind))

    def filled(self, line: str) -> str:
        """Return a line with something in each of its gaps, and now and then typed in haste."""
        for name, choices in SLOTS.items():
            while f"{{{name}}}" in line:
                line = line.replace(f"{{{name}}}", self.chance.choice(choices), 1)
        line = line.replace("{name}", self.chance.choice(FIRST)).strip()
        return self._hasty(line) if len(line) > 12 and self.chance.random() < 0.12 else line

    def _hasty(self, line: str) -> str:
        """Lose the accents, or swap two letters."""
        if self.chance.random() < 0.5:
            return line.translate(str.maketrans("éèêàâçîôûÉ", "eeeaacioue")).replace("’", "'")
        at = self.chance.randrange(max(1, len(line) - 2))
        return line[:at] + line[at + 1 : at + 2] + line[at : at + 1] + line[at + 2 :] if line[at : at + 2].isalpha() else line
