-- Selon ce que le serveur offre (paquet contrib). Toutes sont « de confiance » : qui possède la base peut les créer.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'hstore') THEN
    CREATE EXTENSION hstore SCHEMA technique;
    CREATE TABLE technique.parametres (domaine text PRIMARY KEY, valeurs technique.hstore NOT NULL);
    INSERT INTO technique.parametres VALUES ('impression', 'bac=>"A4", recto=>NULL'), ('é"t', '"clé à espaces"=>"valeur, \"citée\""');
  END IF;
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citext') THEN
    CREATE EXTENSION citext SCHEMA technique;
    CREATE TABLE technique.identifiants (identifiant technique.citext PRIMARY KEY, actif boolean);
    INSERT INTO technique.identifiants SELECT 'Compte.' || n || '@Orme.Example', n % 5 <> 0 FROM generate_series(1, 400) n;
  END IF;
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
    CREATE EXTENSION pg_trgm SCHEMA technique;
    CREATE INDEX clients_recherche_floue ON referentiel.clients USING gin (raison_sociale technique.gin_trgm_ops);
  END IF;
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pgcrypto') THEN
    CREATE EXTENSION pgcrypto SCHEMA technique;
    CREATE FUNCTION technique.signer(texte text, cle text) RETURNS bytea LANGUAGE sql IMMUTABLE
      AS 'SELECT technique.hmac(texte, cle, ''sha256'')';
  END IF;
END $$;
