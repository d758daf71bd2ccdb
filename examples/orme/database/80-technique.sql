-- Une table par famille de types ; chaque table porte les bornes, les valeurs spéciales, NULL et le vide.
CREATE TABLE technique.types_numeriques (
  id integer PRIMARY KEY, petit smallint, entier integer, grand bigint, exact numeric, exact_long numeric(60, 20), simple real, double double precision, argent money, identifiant oid
);
INSERT INTO technique.types_numeriques VALUES
  (1, -32768, -2147483648, -9223372036854775808, 'NaN', 1234567890123456789012345678901234567890.12345678901234567890, 'NaN', 'NaN', -92233720368547758.08, 0),
  (2, 32767, 2147483647, 9223372036854775807, 18446744073709551616, -0.00000000000000000001, 'Infinity', 'Infinity', 92233720368547758.07, 4294967295),
  (3, 0, 0, 0, 1e-30, 0, '-Infinity', '-Infinity', 0, 1),
  (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (5, 1, 1, 1, 0.10, 1.50, 1.1754944e-38, 5e-324, 1.5, 42),
  (6, 1, 1, 1, 'Infinity', 1, 3.4028235e38, 1.7976931348623157e308, 1, 1),
  (7, 1, 1, 9007199254740993, 9223372036854775808, 1, -0.0, 0.1, 1, 1);

CREATE TABLE technique.types_textes (id integer PRIMARY KEY, texte text, variable varchar(20), fixe char(8), octet "char", nom name, binaire bytea);
INSERT INTO technique.types_textes VALUES
  (1, '', '', '', '', '', ''), (2, NULL, NULL, NULL, NULL, NULL, NULL), (3, 'NULL', 'null', 'NULL', 'N', 'NULL', 'NULL'), (4, '\N', '\.', '\N', '\', '\N', '\x5c4e'),
  (5, E'fin de ligne\r\nà la Windows', E'tab\t', 'é à ç', 'x', 'nom', '\x000102fffe'), (6, '"guillemets", virgules; apostrophe''s', '"', '"', '"', '"', '\x22'),
  (7, '😀 Œuvre naïve, e' || U&'\0301' || ' décomposé, espace' || U&'\00A0' || 'insécable', '日本語', '  a', ' ', 'ñ', decode(repeat('00ff', 2000), 'hex')),
  (8, repeat('La ligne de fabrication nº 4 s''arrête à 17 h 30. ', 4000), 'long', 'long', 'l', 'long', decode(repeat(md5('long'), 5000), 'hex')),
  (9, E'\x01\x1f\x7f', E'\v\f', E'\b', E'\x01', E'\x02', '\x01');

CREATE TABLE technique.types_temps (id integer PRIMARY KEY, jour date, heure time, heure_fuseau timetz, instant timestamp, instant_fuseau timestamptz, duree interval);
INSERT INTO technique.types_temps VALUES
  (1, 'infinity', '24:00', '24:00+00', 'infinity', 'infinity', '178000000 years'), (2, '-infinity', '00:00', '00:00+15:59', '-infinity', '-infinity', '-178000000 years'),
  (3, '4713-01-01 BC', '23:59:59.999999', '12:00:00.000001-08:30', '0044-03-15 12:00 BC', '294276-12-31 23:59:59.999999+00', '1 mon -1 day +00:00:00.000001'),
  (4, NULL, NULL, NULL, NULL, NULL, NULL), (5, '2026-03-29', '02:30', '02:30+02', '2026-03-29 02:30', '2026-10-25 02:30:00.123456+02', 'P1Y2M3DT4H5M6.789S');

CREATE TABLE technique.types_structures (
  id integer PRIMARY KEY, entiers integer[], textes text[], matrice numeric[][], decale integer[], composes referentiel.coordonnees[], plage int8range, plages nummultirange, prix technique.plage_prix,
  instants tstzrange, objet json, binaire jsonb, arbre xml, chemin_json jsonpath, cle uuid, bits bit(12), bits_variables varbit, vecteur tsvector, requete tsquery
);
INSERT INTO technique.types_structures VALUES
  (1, '{1,NULL,3}', '{"",NULL,"NULL","a,b","c\"d","e\\f","{g}"}', '{{1.50,2},{NaN,-4}}', '[-1:1]={7,8,9}', ARRAY[ROW('1, rue "A"', NULL, '')::referentiel.coordonnees, NULL], '[1,10)', '{[1.5,2.5],(7,)}', '(0.01,99]',
   '[2026-01-01 00:00+01,)', '{"b": 1,  "a": [1, 2], "b": 2}', '{"é": "\u00e9", "grand": 123456789012345678901234567890.10, "nul": null}', xmlparse(document '<?xml version="1.0"?><r a="1"><![CDATA[<brut>]]></r>'), '$.lignes[*] ? (@.n > 3)',
   '00000000-0000-0000-0000-000000000000', B'101010101010', B'1', to_tsvector('french', 'Les chevaux de bois mangeaient l''avoine'), to_tsquery('french', 'cheval & !avoine')),
  (2, '{}', '{}', '{}', '{}', '{}', 'empty', '{}', 'empty', 'empty', '""', '{}', NULL, '$', 'ffffffff-ffff-ffff-ffff-ffffffffffff', B'000000000000', B'', '', NULL),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE technique.types_geometrie_reseau (
  id integer PRIMARY KEY, p point, d line, s lseg, b box, c path, o path, g polygon, r circle, hote inet, reseau cidr, mac macaddr, mac8 macaddr8, position pg_lsn, instantane pg_snapshot, classe regclass
);
INSERT INTO technique.types_geometrie_reseau VALUES
  (1, '(1.5,-2)', '{1,-1,0}', '[(0,0),(1,1)]', '(2,2),(0,0)', '((0,0),(1,1),(2,0))', '[(0,0),(1,1)]', '((0,0),(1,1),(2,0))', '<(0,0),5>', '192.0.2.7/24', '2001:db8::/32', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '16/B374D848', '10:20:10,14,15', 'referentiel.clients'),
  (2, '(NaN,Infinity)', NULL, NULL, NULL, NULL, NULL, NULL, '<(1,1),0>', '::ffff:192.0.2.1', '10.0.0.0/8', NULL, NULL, '0/0', NULL, NULL);

-- Noms que personne n'attend : espaces, guillemets, fin de ligne, mots réservés, majuscules, 63 octets.
CREATE TABLE "Archives & divers"."Réf. client" (
  "Réf. client" text PRIMARY KEY, "colonne ""citée""" text, "deux
lignes" integer, "order" integer, "select" boolean, "Âge %" numeric, "très_long_nom_de_colonne_qui_atteint_la_limite_du_serveur_abcd" text
);
INSERT INTO "Archives & divers"."Réf. client" SELECT 'R/' || n, 'dit "' || n || '"', n, n % 7, n % 2 = 0, n / 3.0, NULL FROM generate_series(1, 500) n;
CREATE TABLE "Archives & divers"."réf. CLIENT" (a integer);
INSERT INTO "Archives & divers"."réf. CLIENT" VALUES (1), (NULL);
CREATE TABLE "Archives & divers"."table" ("$1" text, "a.b" text, "c'd;--" text);
INSERT INTO "Archives & divers"."table" VALUES ('$(date)', '`id`', ''';DROP TABLE x;--');
CREATE SEQUENCE "Archives & divers"."Séquence n° 1" START 9223372036854775800;
SELECT nextval('"Archives & divers"."Séquence n° 1"');

CREATE TABLE technique.vide (id integer PRIMARY KEY, texte text);
CREATE TABLE technique.sans_colonne ();
INSERT INTO technique.sans_colonne SELECT FROM generate_series(1, 3);
CREATE TABLE technique.sans_cle (niveau text, message text, code integer);
INSERT INTO technique.sans_cle SELECT pg_temp.choix(n, 601, '{INFO,ALERTE,ERREUR}'), 'Trace applicative', n % 3 FROM generate_series(1, 2500) n;
CREATE TABLE technique.une_colonne (valeur text);
INSERT INTO technique.une_colonne VALUES (''), (NULL), ('\.'), (' '), ('""'), (E'\n'), (',');
-- Colonne supprimée puis colonne ajoutée avec une valeur par défaut : l'ordre physique n'est plus l'ordre logique.
CREATE TABLE technique.remaniee (a integer, perdue text, b text);
INSERT INTO technique.remaniee SELECT n, 'x', 'b' || n FROM generate_series(1, 1000) n;
ALTER TABLE technique.remaniee DROP COLUMN perdue, ADD COLUMN ajoutee text DEFAULT 'ajoutée', ADD COLUMN somme integer GENERATED ALWAYS AS (a + 1) STORED;
UPDATE technique.remaniee SET ajoutee = NULL WHERE a % 3 = 0;
DELETE FROM technique.remaniee WHERE a BETWEEN 200 AND 700;
CREATE UNLOGGED TABLE technique.cache_session (cle text PRIMARY KEY, valeur jsonb);
INSERT INTO technique.cache_session SELECT 'k' || n, jsonb_build_object('n', n) FROM generate_series(1, 200) n;
CREATE TABLE technique.evenements (id integer, quoi text);
CREATE TABLE technique.evenements_graves (gravite integer) INHERITS (technique.evenements);
INSERT INTO technique.evenements SELECT n, 'événement' FROM generate_series(1, 300) n;
INSERT INTO technique.evenements_graves SELECT n, 'panne', 1 + n % 5 FROM generate_series(301, 340) n;

-- Objets volumineux, aux numéros fixés pour que la même graine donne la même base.
CREATE TABLE technique.plans_scannes (id integer PRIMARY KEY, titre text NOT NULL, contenu oid NOT NULL);
INSERT INTO technique.plans_scannes
SELECT n, 'Plan atelier n° ' || n, lo_from_bytea((910000 + n)::oid, decode(repeat(md5(n || 'plan' || :graine), CASE n WHEN 4 THEN 0 ELSE 9000 * n END), 'hex')) FROM generate_series(1, 5) n;
COMMENT ON LARGE OBJECT 910001 IS 'Plan d''origine, numérisé en 2019';
