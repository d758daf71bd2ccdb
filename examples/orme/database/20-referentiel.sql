CREATE TABLE referentiel.pays (
  code char(2) PRIMARY KEY, nom text NOT NULL, indicatif smallint, dans_union boolean NOT NULL DEFAULT false
);
INSERT INTO referentiel.pays VALUES
  ('FR', 'France', 33, true), ('BE', 'Belgique', 32, true), ('CH', 'Suisse', 41, false), ('LU', 'Luxembourg', 352, true),
  ('DE', 'Allemagne', 49, true), ('ES', 'Espagne', 34, true), ('IT', 'Italie', 39, true), ('CI', 'Côte d''Ivoire', 225, false),
  ('SN', 'Sénégal', 221, false), ('CA', 'Canada', 1, false), ('XK', 'Kosovo', NULL, false), ('CZ', 'Tchéquie', 420, true);

CREATE TABLE referentiel.clients (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001) PRIMARY KEY,
  raison_sociale text NOT NULL,
  civilite referentiel.civilite NOT NULL,
  siret referentiel.siret UNIQUE,
  courriel referentiel.courriel,
  telephone text,
  plafond commerce.montant,
  etiquettes text[] NOT NULL DEFAULT '{}',
  preferences jsonb NOT NULL DEFAULT '{}',
  commentaire text,
  cree_le timestamptz NOT NULL,
  recherche text GENERATED ALWAYS AS (lower(raison_sociale)) STORED
);
INSERT INTO referentiel.clients (raison_sociale, civilite, siret, courriel, telephone, plafond, etiquettes, preferences, commentaire, cree_le)
SELECT
  pg_temp.choix(n, 1, '{Ateliers,Fonderies,Établissements,Société,Comptoir,Manufacture,Coopérative,Régie,Forges,Papeteries}') || ' '
    || pg_temp.choix(n, 2, '{Vorin,Talmé,Brézac,Œuvrard,Quénis,Lambrée,Sartoux,Fénouil,Garçonnet,Haÿmel,Noërie,Pléneau}')
    || pg_temp.choix(n, 3, '{elle,ac,ier," & Fils"," de l''Est"," du Léman",ois,"",et,ine}') || ' ' || n,
  (enum_range(NULL::referentiel.civilite))[1 + pg_temp.h(n, 4) % 4],
  CASE WHEN n % 17 <> 0 THEN lpad(n::text, 14, '0') END,
  CASE n % 5 WHEN 0 THEN NULL ELSE 'compta.' || n || '@client.example' END,
  -- Tranche que l'ARCEP réserve aux œuvres de fiction.
  CASE WHEN n % 7 = 0 THEN '' ELSE '01 99 00 ' || to_char(pg_temp.entre(n, 5, 0, 99), 'FM00') || ' ' || to_char(n % 100, 'FM00') END,
  CASE WHEN n % 11 = 0 THEN NULL ELSE pg_temp.entre(n, 6, 0, 50000000) / 100.0 END,
  CASE n % 4 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['grand compte', 'à relancer'] WHEN 2 THEN ARRAY['export', NULL, 'dit "le bon"'] ELSE ARRAY['{accolades}', 'virgule, point'] END,
  jsonb_build_object('langue', 'fr', 'factures', jsonb_build_object('dématérialisées', n % 2 = 0, 'délai', 30 + n % 3 * 15), 'n', n),
  CASE n % 6 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'Première ligne\nseconde ligne, avec « guillemets »\tet tabulation'
    WHEN 3 THEN 'Chemin \\srv-01\partage\compta' WHEN 4 THEN '  espaces gardés  ' ELSE 'Client depuis l''origine ; 10 % de remise' END,
  timestamptz '2012-03-01 08:00:00+01' + pg_temp.entre(n, 7, 0, 450000000) * interval '1 second' + pg_temp.h(n, 8) % 1000000 * interval '1 microsecond'
FROM generate_series(1, 8000) n;

CREATE TABLE referentiel.adresses (
  id integer PRIMARY KEY, client_id bigint NOT NULL REFERENCES referentiel.clients, pays char(2) NOT NULL REFERENCES referentiel.pays,
  lieu referentiel.coordonnees NOT NULL, position point, usage text NOT NULL
);
INSERT INTO referentiel.adresses
SELECT n, 1001 + (n - 1) % 8000, pg_temp.choix(n, 11, '{FR,FR,FR,FR,BE,CH,LU,DE,ES,IT}'),
  ROW((1 + n % 180) || pg_temp.choix(n, 12, '{"",bis,ter}') || ', ' || pg_temp.choix(n, 13, '{rue des Tanneurs,avenue de la Gare,impasse du Puits,quai de l''Écluse,"chemin \"Vert\"",place d''Armes}'),
    to_char(1000 + pg_temp.h(n, 14) % 94000, 'FM00000'), pg_temp.choix(n, 15, '{Sainte-Orée,Valbrune,Montéclair,Port-Lancel,L''Herbière,Aÿ-les-Bois}'))::referentiel.coordonnees,
  point(pg_temp.entre(n, 16, -480, 820) / 100.0, pg_temp.entre(n, 17, 4230, 5110) / 100.0), pg_temp.choix(n, 18, '{facturation,livraison,siège}')
FROM generate_series(1, 14000) n;

CREATE TABLE referentiel.fournisseurs (
  id uuid PRIMARY KEY, nom text NOT NULL, siret referentiel.siret, contacts referentiel.contact[], iban_masque text, actif boolean
);
INSERT INTO referentiel.fournisseurs
SELECT md5(n || 'fournisseur' || :graine)::uuid, pg_temp.choix(n, 21, '{Aciers,Visserie,Transports,Énergies,Emballages,Câbles}') || ' ' || pg_temp.choix(n, 22, '{Dorval,Kérien,Massoub,Ténéré,Üxel}') || ' ' || n,
  lpad((n * 7919)::text, 14, '0'),
  ARRAY[ROW('Service « achats »', ARRAY[ROW('1, quai Nord', '13002', 'Port-Lancel')::referentiel.coordonnees])::referentiel.contact,
        ROW('', NULL)::referentiel.contact],
  'FR76 **** **** ' || to_char(pg_temp.h(n, 23) % 10000, 'FM0000'), CASE n % 9 WHEN 0 THEN NULL ELSE n % 9 <> 4 END
FROM generate_series(1, 900) n;

CREATE TABLE referentiel.familles (
  code text PRIMARY KEY, parent text REFERENCES referentiel.familles DEFERRABLE INITIALLY DEFERRED, libelle text NOT NULL
);
INSERT INTO referentiel.familles
SELECT 'F' || to_char(n, 'FM000'), CASE WHEN n > 8 THEN 'F' || to_char(1 + n % 8, 'FM000') END,
  pg_temp.choix(n, 31, '{Boulonnerie,Étanchéité,Électricité,Outillage,Peinture,Sécurité,Levage,Soudure}') || ' ' || n
FROM generate_series(1, 120) n;

CREATE TABLE referentiel.articles (
  reference text PRIMARY KEY, famille text NOT NULL REFERENCES referentiel.familles, designation text NOT NULL, prix commerce.montant NOT NULL,
  poids real, caracteristiques json, fiche xml, validite daterange NOT NULL, photo bytea
);
INSERT INTO referentiel.articles
SELECT 'OR-' || to_char(n, 'FM000000'), 'F' || to_char(1 + n % 120, 'FM000'),
  pg_temp.choix(n, 41, '{Vis,Joint,Câble,Clé,Peinture,Gant,Palan,Électrode}') || ' ' || pg_temp.choix(n, 42, '{inox,laiton,zingué,à œillet,renforcé,n° 5}') || ' ' || n,
  pg_temp.entre(n, 43, 5, 250000) / 100.0, CASE WHEN n % 13 = 0 THEN 'NaN' ELSE pg_temp.h(n, 44) % 100000 / 7.0 END,
  format('{"cote":  %s, "norme": "ISO %s"}', n % 300, 4000 + n % 90)::json,
  xmlparse(content format('<fiche n="%s"><matière>acier &amp; étain</matière></fiche>', n)),
  daterange(date '2015-01-01' + (pg_temp.h(n, 45) % 3000)::int, CASE WHEN n % 3 = 0 THEN date '2027-01-01' END),
  CASE WHEN n % 4 = 0 THEN decode(repeat(md5(n::text || :graine), 1 + n % 5), 'hex') WHEN n % 4 = 1 THEN '\x'::bytea END
FROM generate_series(1, 6000) n;

CREATE TABLE referentiel.tarifs (
  article text REFERENCES referentiel.articles, periode daterange, prix commerce.montant NOT NULL, paliers int4multirange,
  PRIMARY KEY (article, periode)
);
INSERT INTO referentiel.tarifs
SELECT 'OR-' || to_char(1 + (n - 1) % 6000, 'FM000000'), daterange(make_date(2025 + (n - 1) / 6000, 1, 1), make_date(2026 + (n - 1) / 6000, 1, 1)),
  pg_temp.entre(n, 51, 5, 250000) / 100.0, int4multirange(int4range(1, 10), int4range(20, NULL))
FROM generate_series(1, 12000) n;
CREATE INDEX ON referentiel.clients (recherche);
CREATE INDEX ON referentiel.clients USING gin (etiquettes);
CREATE INDEX ON referentiel.tarifs USING gist (periode);
