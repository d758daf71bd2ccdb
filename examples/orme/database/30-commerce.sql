CREATE TABLE commerce.commandes (
  id integer PRIMARY KEY, numero text NOT NULL UNIQUE, client_id bigint NOT NULL REFERENCES referentiel.clients,
  etat commerce.etat_commande NOT NULL, passee_le timestamp NOT NULL, livraison_souhaitee date, remise numeric(5, 4), note text
);
INSERT INTO commerce.commandes
SELECT n, 'CDE-' || to_char(n, 'FM0000000'), 1001 + pg_temp.h(n, 101) % 8000, (enum_range(NULL::commerce.etat_commande))[1 + pg_temp.h(n, 102) % 6],
  timestamp '2021-01-04 07:30' + n * interval '1 hour 43 minutes' + pg_temp.h(n, 103) % 1000000 * interval '1 microsecond',
  CASE WHEN n % 1000 = 0 THEN 'infinity' WHEN n % 1000 = 1 THEN '-infinity' WHEN n % 8 = 0 THEN NULL ELSE date '2021-01-10' + n / 14 END,
  CASE WHEN n % 3 = 0 THEN pg_temp.h(n, 104) % 3000 / 10000.0 END,
  CASE n % 10 WHEN 0 THEN 'À livrer avant 10 h, quai n° 3' WHEN 1 THEN '' END
FROM generate_series(1, 30000) n;

CREATE TABLE commerce.lignes_commande (
  commande_id integer NOT NULL, rang smallint NOT NULL, article text NOT NULL, quantite numeric(12, 3) NOT NULL, prix commerce.montant NOT NULL,
  total numeric(18, 5) GENERATED ALWAYS AS (quantite * prix) STORED, PRIMARY KEY (commande_id, rang)
);
INSERT INTO commerce.lignes_commande (commande_id, rang, article, quantite, prix)
SELECT 1 + (n - 1) / 3, 1 + (n - 1) % 3, 'OR-' || to_char(1 + pg_temp.h(n, 111) % 6000, 'FM000000'), pg_temp.entre(n, 112, 1, 500000) / 1000.0, pg_temp.entre(n, 113, 5, 250000) / 100.0
FROM generate_series(1, 90000) n;
ALTER TABLE commerce.lignes_commande ADD FOREIGN KEY (commande_id) REFERENCES commerce.commandes ON DELETE CASCADE,
  ADD FOREIGN KEY (article) REFERENCES referentiel.articles;

CREATE TABLE commerce.factures (
  numero text PRIMARY KEY, commande_id integer NOT NULL REFERENCES commerce.commandes, emise_le date NOT NULL, echeance date,
  montant_ht commerce.montant NOT NULL, taux_tva numeric(4, 2) NOT NULL, montant_ttc numeric GENERATED ALWAYS AS (round(montant_ht * (1 + taux_tva / 100), 2)) STORED,
  reglee boolean, empreinte bytea NOT NULL
);
INSERT INTO commerce.factures (numero, commande_id, emise_le, echeance, montant_ht, taux_tva, reglee, empreinte)
SELECT 'FA' || to_char(n, 'FM00000000'), n, date '2021-01-06' + n / 14, date '2021-02-20' + n / 14, pg_temp.entre(n, 121, -50000, 9000000) / 100.0,
  (pg_temp.choix(n, 122, '{20.00,10.00,5.50,0}'))::numeric, CASE n % 12 WHEN 0 THEN NULL ELSE n % 12 <> 5 END, sha256(convert_to('facture ' || n, 'UTF8'))
FROM generate_series(1, 26000) n;

CREATE TABLE commerce.reglements (
  id bigserial PRIMARY KEY, facture text NOT NULL REFERENCES commerce.factures, recu_le timestamptz NOT NULL, montant commerce.montant NOT NULL, moyen text NOT NULL
);
INSERT INTO commerce.reglements (facture, recu_le, montant, moyen)
SELECT 'FA' || to_char(n, 'FM00000000'), timestamptz '2021-02-01 12:00+01' + n * interval '1 hour 40 minutes', pg_temp.entre(n, 131, 100, 9000000) / 100.0,
  pg_temp.choix(n, 132, '{virement,prélèvement,chèque,lettre de change}')
FROM generate_series(1, 18000) n;

CREATE TABLE commerce.devis (
  id integer PRIMARY KEY DEFAULT nextval('commerce.numero_piece'), client_id bigint NOT NULL REFERENCES referentiel.clients, contenu jsonb NOT NULL, valable interval NOT NULL
);
INSERT INTO commerce.devis (client_id, contenu, valable)
SELECT 1001 + pg_temp.h(n, 141) % 8000,
  jsonb_build_object('lignes', jsonb_build_array(jsonb_build_object('article', 'OR-' || to_char(1 + n % 6000, 'FM000000'), 'quantité', n % 40), NULL), 'total', pg_temp.entre(n, 142, 0, 99999999) / 100.0),
  make_interval(months => 1 + (n % 3)::int, days => (n % 5)::int)
FROM generate_series(1, 4000) n;

CREATE TABLE commerce.livraisons (id integer PRIMARY KEY, commande_id integer NOT NULL REFERENCES commerce.commandes, creneau tstzrange NOT NULL, colis smallint NOT NULL);
INSERT INTO commerce.livraisons
SELECT n, n, tstzrange(timestamptz '2021-01-08 08:00+01' + n * interval '1 hour 43 minutes', CASE WHEN n % 50 = 0 THEN NULL ELSE timestamptz '2021-01-08 12:00+01' + n * interval '1 hour 43 minutes' END, '[)'), 1 + n % 12
FROM generate_series(1, 15000) n;
CREATE INDEX ON commerce.commandes (client_id, passee_le DESC);
CREATE INDEX ON commerce.factures (emise_le) WHERE reglee IS NOT TRUE;
