CREATE TABLE service.equipements (
  id integer PRIMARY KEY, genre text NOT NULL, nom text NOT NULL UNIQUE, adresse inet, mac macaddr, mac8 macaddr8, mis_en_service date, garantie daterange
);
INSERT INTO service.equipements
SELECT n, genre, left(genre, 3) || '-orme-' || to_char(n, 'FM0000'), ('10.20.' || n / 250 || '.' || 1 + n % 250)::inet,
  ('02:00:5e:' || to_char(n / 10000, 'FM00') || ':' || to_char(n / 100 % 100, 'FM00') || ':' || to_char(n % 100, 'FM00'))::macaddr, NULL, date '2019-01-07' + (pg_temp.h(n, 501) % 2500)::int, NULL
FROM generate_series(1, 1800) n, LATERAL (SELECT pg_temp.choix(n, 502, '{serveur,poste,poste,poste,tablette,imprimante,routeur,téléphone}')) AS g(genre);

CREATE TABLE service.tickets (
  id integer PRIMARY KEY, ouvert_le timestamptz NOT NULL, resolu_le timestamptz, priorite service.priorite NOT NULL, categorie text NOT NULL, titre text NOT NULL,
  equipement integer REFERENCES service.equipements, demandeur text NOT NULL, groupe text NOT NULL, hors_plage boolean NOT NULL,
  delai interval GENERATED ALWAYS AS (resolu_le - ouvert_le) STORED
);
INSERT INTO service.tickets (id, ouvert_le, resolu_le, priorite, categorie, titre, equipement, demandeur, groupe, hors_plage)
SELECT n, ouvert, CASE WHEN n > 8980 THEN NULL ELSE resolu END, p, categorie, categorie || pg_temp.choix(n, 511, '{" : ne répond plus"," : lenteur à l''ouverture"," : demande d''accès"," : erreur « délai dépassé »"," : remplacement"}'),
  1 + pg_temp.h(n, 512) % 1800, 's' || to_char(1 + pg_temp.h(n, 513) % 1200, 'FM00000'), pg_temp.choix(n, 514, '{N1,N1,N2,N3}'),
  extract(isodow FROM resolu AT TIME ZONE 'Europe/Paris') > 5 OR extract(hour FROM resolu AT TIME ZONE 'Europe/Paris') NOT BETWEEN 8 AND 17
FROM generate_series(1, 9000) n,
  LATERAL (SELECT (enum_range(NULL::service.priorite))[CASE WHEN n % 97 = 0 THEN 1 WHEN n % 11 = 0 THEN 2 ELSE 3 + n % 2 END], pg_temp.choix(n, 515, '{Messagerie,ERP,Impression,Réseau,Poste de travail,Téléphonie,Sauvegarde}')) AS c(p, categorie),
  LATERAL (SELECT timestamptz '2024-01-02 08:00+01' + n * interval '2 hours 45 minutes' + pg_temp.h(n, 516) % 7200 * interval '1 second') AS o(ouvert),
  LATERAL (SELECT ouvert + pg_temp.entre(n, 517, 600, CASE p WHEN 'P1' THEN 14400 WHEN 'P2' THEN 43200 ELSE 260000 END) * interval '1 second') AS r(resolu);

CREATE TABLE service.ticket_echanges (ticket integer NOT NULL, rang smallint NOT NULL, ecrit_le timestamptz NOT NULL, auteur text NOT NULL, texte text NOT NULL, PRIMARY KEY (ticket, rang));
INSERT INTO service.ticket_echanges
SELECT t.id, r, t.ouvert_le + r * interval '13 minutes', CASE WHEN r = 1 THEN t.demandeur ELSE 'technicien-' || to_char(1 + pg_temp.h(t.id, 521) % 25, 'FM00') END,
  pg_temp.choix(t.id * 10 + r, 522, '{"Bonjour, le poste reste bloqué depuis ce matin.","Redémarrage effectué, à confirmer.","Cause trouvée : disque plein ; espace libéré.","Sans réponse de votre part, le ticket sera clos.","Escaladé au niveau 2\nvoir pièce jointe"}')
FROM service.tickets t, generate_series(1, 3) r WHERE r < 3 OR t.id % 3 = 0;
ALTER TABLE service.ticket_echanges ADD FOREIGN KEY (ticket) REFERENCES service.tickets;

CREATE TABLE service.interventions (
  id integer PRIMARY KEY, equipement integer NOT NULL REFERENCES service.equipements, genre text NOT NULL CHECK (genre IN ('mise à jour', 'maintenance', 'sauvegarde', 'essai de reprise')),
  debut timestamptz NOT NULL, duree interval NOT NULL, reussie boolean NOT NULL, unites_oeuvre numeric(6, 2) NOT NULL
);
INSERT INTO service.interventions
SELECT n, 1 + pg_temp.h(n, 531) % 1800, pg_temp.choix(n, 532, '{mise à jour,maintenance,sauvegarde,sauvegarde,sauvegarde}'), timestamptz '2024-01-01 22:00+01' + n * interval '1 hour', make_interval(mins => 5 + (n % 90)::int), n % 61 <> 0, 0.25 * (1 + n % 8)
FROM generate_series(1, 20000) n;

CREATE TABLE service.tentatives_intrusion (vu_le timestamptz NOT NULL, source inet NOT NULL, cible integer REFERENCES service.equipements, signature text NOT NULL, bloquee boolean NOT NULL);
INSERT INTO service.tentatives_intrusion
SELECT timestamptz '2024-01-01 00:00+00' + n * interval '5 hours', ('2001:db8::' || to_hex(n))::inet, 1 + n % 1800, pg_temp.choix(n, 541, '{balayage de ports,force brute,hameçonnage}'), true
FROM generate_series(1, 4500) n;

CREATE TABLE service.rapports_mensuels (mois date PRIMARY KEY, tickets_annonces integer NOT NULL, delai_moyen interval, texte text NOT NULL);
-- Les rapports omettent les incidents mineurs résolus hors plage : les chiffres annoncés ne sont pas ceux des tickets.
INSERT INTO service.rapports_mensuels
SELECT date_trunc('month', ouvert_le AT TIME ZONE 'Europe/Paris')::date, count(*) FILTER (WHERE NOT (hors_plage AND priorite = 'P4')), justify_interval(date_trunc('minute', avg(delai) FILTER (WHERE NOT hors_plage))),
  'Rapport mensuel d''activité. Engagements tenus : ' || CASE WHEN count(*) % 2 = 0 THEN 'oui' ELSE 'oui, sauf P1' END || '.'
FROM service.tickets GROUP BY 1 ORDER BY 1;

CREATE VIEW service.ecart_rapports AS
SELECT r.mois, r.tickets_annonces, count(t.id) AS tickets_reels, count(t.id) - r.tickets_annonces AS omis
FROM service.rapports_mensuels r LEFT JOIN service.tickets t ON date_trunc('month', t.ouvert_le AT TIME ZONE 'Europe/Paris') = r.mois
GROUP BY r.mois, r.tickets_annonces;
CREATE INDEX ON service.tickets (priorite, ouvert_le);
