CREATE TABLE rh.salaries (
  matricule text PRIMARY KEY CHECK (matricule ~ '^S[0-9]{5}$'), poste text NOT NULL, service text NOT NULL, entree date NOT NULL, sortie date, responsable text REFERENCES rh.salaries,
  courriel referentiel.courriel NOT NULL, horaires time[] NOT NULL, EXCLUDE USING btree (courriel WITH =)
);
INSERT INTO rh.salaries
SELECT 'S' || to_char(n, 'FM00000'), pg_temp.choix(n, 401, '{opérateur,chef d''équipe,technicien,comptable,ingénieure méthodes,magasinier,acheteuse}'),
  pg_temp.choix(n, 402, '{Fonderie,Usinage,Logistique,Comptabilité,Qualité,Maintenance}'), date '2004-01-05' + (pg_temp.h(n, 403) % 8000)::int,
  CASE WHEN n % 10 = 0 THEN date '2026-03-31' END, CASE WHEN n > 40 THEN 'S' || to_char(1 + n % 40, 'FM00000') END, 's' || to_char(n, 'FM00000') || '@orme.example',
  ARRAY[time '08:00', time '12:15', time '13:30', time '17:00:00.5']
FROM generate_series(1, 1200) n;

CREATE TABLE rh.paie (
  matricule text NOT NULL REFERENCES rh.salaries, mois date NOT NULL, brut numeric(10, 2) NOT NULL, cotisations numeric(10, 2) NOT NULL,
  net numeric(10, 2) GENERATED ALWAYS AS (brut - cotisations) STORED, rubriques jsonb NOT NULL, PRIMARY KEY (matricule, mois)
);
INSERT INTO rh.paie (matricule, mois, brut, cotisations, rubriques)
SELECT 'S' || to_char(s, 'FM00000'), make_date(2024 + m / 12, 1 + m % 12, 1), b, round(b * 0.22, 2), jsonb_build_object('heures', 151.67, 'primes', jsonb_build_array(pg_temp.h(s * 100 + m, 412) % 300))
FROM generate_series(1, 1200) s, generate_series(0, 29) m, LATERAL (SELECT pg_temp.entre(s, 411, 190000, 620000) / 100.0 + m * 3) AS brut(b);

CREATE TABLE rh.absences (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, matricule text NOT NULL REFERENCES rh.salaries, periode daterange NOT NULL, motif text, duree interval);
INSERT INTO rh.absences (matricule, periode, motif, duree)
SELECT 'S' || to_char(1 + pg_temp.h(n, 421) % 1200, 'FM00000'), daterange(date '2024-01-02' + n % 900, date '2024-01-04' + n % 900), pg_temp.choix(n, 422, '{congés payés,formation,récupération}'), make_interval(days => 2, hours => (n % 7)::int)
FROM generate_series(1, 5000) n;

-- La paie n'est montrée, ligne à ligne, qu'à qui en a le droit : une lecture qui ne contourne pas cette
-- règle verrait moins de lignes sans le dire.
ALTER TABLE rh.paie ENABLE ROW LEVEL SECURITY;
CREATE POLICY chacun_la_sienne ON rh.paie FOR SELECT USING (matricule = current_setting('orme.matricule', true));
CREATE POLICY saisie ON rh.paie FOR INSERT TO orme_appli WITH CHECK (brut > 0);
