"""The needs that addresses answer, as they are when the site is new; staff may change and add them in the admin."""

#: (word in the address bar, French, Dutch, checked every … months)
CATEGORIES = (
    ("emergency", "Urgences", "Noodgevallen", 2),
    ("authorities", "Administrations et instances d’asile", "Overheden en asielinstanties", 6),
    ("legal", "Aide juridique et droit des étrangers", "Juridische hulp en vreemdelingenrecht", 3),
    ("reception", "Accueil et hébergement d’urgence", "Opvang en noodonderdak", 2),
    ("housing", "Logement", "Huisvesting", 6),
    ("social", "Aide sociale et CPAS", "Sociale hulp en OCMW", 6),
    ("material", "Repas, vêtements, douches", "Maaltijden, kleding, douches", 2),
    ("health", "Santé", "Gezondheid", 3),
    ("mental_health", "Santé mentale et traumatismes", "Geestelijke gezondheid en trauma", 6),
    ("minors", "Mineurs et familles", "Minderjarigen en gezinnen", 6),
    ("family", "Regroupement familial et recherche de proches", "Gezinshereniging en opsporing van verwanten", 6),
    ("language", "Cours de langue", "Taallessen", 6),
    ("integration", "Parcours d’accueil et d’intégration", "Onthaal- en inburgeringstrajecten", 6),
    ("school", "École et études", "School en studie", 6),
    ("work", "Travail et formation", "Werk en opleiding", 6),
    ("diplomas", "Équivalence de diplômes", "Gelijkwaardigheid van diploma’s", 12),
    ("undocumented", "Personnes sans papiers", "Mensen zonder papieren", 3),
    ("detention", "Détention et retour", "Detentie en terugkeer", 6),
    ("trafficking", "Victimes de la traite", "Slachtoffers van mensenhandel", 6),
    ("violence", "Violences faites aux femmes", "Geweld tegen vrouwen", 3),
    ("lgbtqia", "Personnes LGBTQIA+", "Lgbtqia+-personen", 6),
    ("discrimination", "Discrimination et racisme", "Discriminatie en racisme", 6),
    ("interpreting", "Interprétation et traduction", "Tolken en vertalen", 6),
    ("volunteering", "Bénévolat et solidarité", "Vrijwilligerswerk en solidariteit", 6),
)
