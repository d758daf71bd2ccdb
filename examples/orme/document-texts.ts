/** The text of each operating document, by its path under `Documentation/`. PDF texts stay within Windows-1252. */
export const documentTexts: Record<string, string> = {
  'DEX - Dossier d’exploitation.pdf': `Dossier d’exploitation du système d’information d’Orme
Tenu par Atlas Infogérance, rôle : responsable d’exploitation.

1. Périmètre
Progiciel de gestion (ERP) sur PostgreSQL, partage de fichiers, 1 800 équipements (serveurs, postes, tablettes, imprimantes, routeurs, téléphones), centre de services de niveau 1 à 3.

2. Plages de service
Le centre de services répond du lundi au vendredi de 8 h à 18 h. L’astreinte couvre les priorités P1 et P2 en dehors de cette plage. Les mises à jour se font le mardi de 20 h à 23 h.

3. Exploitation courante
Chaque matin : contrôle des sauvegardes de la nuit, de l’espace disque (alerte à 80 %, intervention à 90 %), des files d’impression et de la réplication de la base.
Chaque mois : correctifs du système, revue des comptes inactifs, rapport d’activité.
Chaque trimestre : essai de restauration d’un jeu tiré au sort.

4. Arrêt et démarrage
Arrêter d’abord l’application, puis les traitements par lots, puis la base. Démarrer dans l’ordre inverse et vérifier la page d’état avant d’ouvrir l’accès.

5. Contacts
Exploitation : exploitation@atlas.example. Métier : referent-erp@orme.example. Les numéros d’astreinte sont affichés au centre de services.`,
  'Schéma d’architecture.pdf': `Schéma d’architecture

Utilisateurs (siège, trois usines) -> répartiteur de charge -> deux serveurs d’application ERP -> base PostgreSQL orme_erp
                                                          -> serveur de fichiers (partage)
Sauvegardes : chaque nuit vers le site secondaire, conservées 35 jours.
Site principal : région eu-west-3. Site de secours : région eu-central-1.

Flux entrants : HTTPS (443) depuis les sites, VPN pour l’astreinte.
Flux sortants : messagerie, banque (échange de fichiers signé), télédéclarations.

Dépendances : annuaire, serveur de temps, autorité de certification interne.
Points uniques de défaillance connus : lien opérateur de l’usine nord.`,
  'Plan de reprise d’activité.md': `# Plan de reprise d’activité

Objectifs : reprise en moins de 8 heures, perte de données de moins de 24 heures.

1. Déclarer le sinistre (directeur de crise, rôle \`dsi\`).
2. Basculer le nom \`erp.orme.example\` vers le site de secours.
3. Restaurer la dernière sauvegarde de \`orme_erp\`, puis rejouer les journaux disponibles.
4. Monter le partage en lecture seule, puis en écriture après contrôle.
5. Faire valider par le référent métier trois opérations : saisir une commande, éditer une facture, passer une écriture.

Dernier essai consigné : voir le procès-verbal archivé avec ce plan.
`,
  'Inventaire des équipements.csv': `genre;nombre;localisation;propriétaire;fin de garantie
serveur;41;site principal;Orme;2027-03-31
serveur;12;site de secours;Atlas Infogérance;2026-12-31
poste;1320;tous sites;Orme;2028-06-30
tablette;95;ateliers;Orme;2027-09-30
imprimante;140;tous sites;location;2027-01-31
routeur;36;tous sites;Atlas Infogérance;2027-12-31
téléphone;156;tous sites;Orme;
`,
  'Matrice de flux.csv': `source;destination;port;protocole;motif
postes;erp;443;HTTPS;saisie
erp;orme_erp;5432;PostgreSQL;données
erp;partage;445;SMB;pièces jointes
orme_erp;sauvegarde;443;HTTPS;sauvegarde nocturne
supervision;serveurs;161;SNMPv3;relevés
`,
  'Procédures/Sauvegarde et restauration.md': `# Sauvegarde et restauration

## Sauvegarder
La base est sauvegardée chaque nuit à 1 h, le partage à 2 h. Un échec ouvre un ticket de priorité P2.

## Restaurer
1. Ouvrir une demande signée du référent métier : quoi, à quelle date, où.
2. Restaurer **à côté**, jamais par-dessus.
3. Compter les lignes ou les fichiers et comparer au relevé de la nuit.
4. Remettre au demandeur, consigner dans le ticket.
`,
  'Procédures/Arrêt et démarrage de l’ERP.md': `# Arrêt et démarrage de l’ERP

Arrêt : prévenir les utilisateurs (30 min avant), suspendre les traitements par lots, arrêter les deux serveurs d’application, vérifier qu’aucune session ne reste, arrêter la base.

Démarrage : base, puis premier serveur d’application, page d’état verte, second serveur, traitements par lots, message de fin aux utilisateurs.
`,
  'Procédures/Gestion des habilitations.md': `# Gestion des habilitations

Toute ouverture d’accès est demandée par un responsable et accordée par le propriétaire de la donnée. Les départs sont traités le jour même. La revue a lieu chaque trimestre ; son relevé est versé au registre des comptes à privilèges.
`,
  'Procédures/Astreinte et escalade.md': `# Astreinte et escalade

| priorité | prise en charge | escalade |
|---|---|---|
| P1 | 15 minutes | immédiate, niveau 3 et responsable d’exploitation |
| P2 | 1 heure | après 2 heures |
| P3, P4 | jour ouvré suivant | après 3 jours |
`,
  'Procédures/Renouvellement des certificats.md': `# Renouvellement des certificats

Les certificats de \`erp.orme.example\` et de \`partage.orme.example\` sont renouvelés 30 jours avant leur fin. Demander à l’autorité interne, installer sur le répartiteur, vérifier la chaîne, consigner la date dans l’inventaire.
`,
}
