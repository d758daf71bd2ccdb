CREATE TABLE comptabilite.plan_comptable (compte text PRIMARY KEY, libelle text NOT NULL, classe "char" NOT NULL);
INSERT INTO comptabilite.plan_comptable
SELECT (101000 + n * 137)::text, pg_temp.choix(n, 201, '{Capital,Clients,Fournisseurs,Banque,Achats,Ventes,Personnel,Impôts et taxes}') || ' — compte ' || n, left((101000 + n * 137)::text, 1)::"char"
FROM generate_series(0, 399) n;

CREATE TABLE comptabilite.ecritures_comptables (
  id bigint NOT NULL, jour date NOT NULL, journal text NOT NULL, compte text NOT NULL, libelle text, debit numeric(16, 2) NOT NULL, credit numeric(16, 2) NOT NULL, lettrage text COLLATE "C",
  PRIMARY KEY (id, jour), CHECK (debit = 0 OR credit = 0)
) PARTITION BY RANGE (jour);
CREATE TABLE comptabilite.ecritures_2021 PARTITION OF comptabilite.ecritures_comptables FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE comptabilite.ecritures_2022 PARTITION OF comptabilite.ecritures_comptables FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE comptabilite.ecritures_2023 PARTITION OF comptabilite.ecritures_comptables FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE comptabilite.ecritures_2024 PARTITION OF comptabilite.ecritures_comptables FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE comptabilite.ecritures_2025 PARTITION OF comptabilite.ecritures_comptables FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- L'année en cours est elle-même découpée par semestre, et le reste tombe dans une partition par défaut.
CREATE TABLE comptabilite.ecritures_2026 PARTITION OF comptabilite.ecritures_comptables FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY RANGE (jour);
CREATE TABLE comptabilite.ecritures_2026_s1 PARTITION OF comptabilite.ecritures_2026 FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
CREATE TABLE comptabilite.ecritures_2026_s2 PARTITION OF comptabilite.ecritures_2026 FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
CREATE TABLE comptabilite.ecritures_hors_exercice PARTITION OF comptabilite.ecritures_comptables DEFAULT;
INSERT INTO comptabilite.ecritures_comptables
SELECT n, CASE WHEN n % 20000 = 0 THEN date '2019-12-31' ELSE date '2021-01-01' + (pg_temp.h(n, 211) % 2100)::int END, pg_temp.choix(n, 212, '{VE,AC,BQ,OD}'),
  (101000 + pg_temp.h(n, 213) % 400 * 137)::text, CASE WHEN n % 9 = 0 THEN NULL ELSE pg_temp.choix(n, 214, '{Facture n° ,Avoir n° ,Virement ,Régularisation ,Écart de règlement }') || n END,
  CASE WHEN n % 2 = 0 THEN pg_temp.entre(n, 215, 1, 9999999) / 100.0 ELSE 0 END, CASE WHEN n % 2 = 1 THEN pg_temp.entre(n, 216, 1, 9999999) / 100.0 ELSE 0 END,
  CASE WHEN n % 3 = 0 THEN chr(65 + (n % 26)::int) || chr(65 + (n / 26 % 26)::int) END
FROM generate_series(1, 60000) n;
ALTER TABLE comptabilite.ecritures_comptables ADD FOREIGN KEY (compte) REFERENCES comptabilite.plan_comptable;
CREATE INDEX ON comptabilite.ecritures_comptables (compte);

CREATE TABLE comptabilite.budgets (exercice smallint, compte text REFERENCES comptabilite.plan_comptable, mois numeric(14, 2)[] NOT NULL, PRIMARY KEY (exercice, compte));
INSERT INTO comptabilite.budgets
SELECT 2021 + n % 6, (101000 + n / 6 * 137)::text, ARRAY(SELECT pg_temp.entre(n * 100 + m, 221, 0, 9000000) / 100.0 FROM generate_series(1, 12) m)
FROM generate_series(0, 2399) n;
