CREATE SCHEMA referentiel;
CREATE SCHEMA commerce;
CREATE SCHEMA comptabilite;
CREATE SCHEMA stock;
CREATE SCHEMA rh;
CREATE SCHEMA service;
CREATE SCHEMA technique;
CREATE SCHEMA "Archives & divers";

COMMENT ON SCHEMA referentiel IS 'Clients, fournisseurs, articles : ce que les autres domaines partagent';
COMMENT ON SCHEMA service IS 'Historique du service rendu par Atlas Infogérance : tickets, interventions, rapports';
COMMENT ON SCHEMA technique IS 'Cas délicats d''une reprise : types rares, tables sans clé, objets volumineux';

CREATE TYPE referentiel.civilite AS ENUM ('personne morale', 'établissement', 'collectivité', 'l''autre');
CREATE TYPE commerce.etat_commande AS ENUM ('brouillon', 'validée', 'préparée', 'expédiée', 'livrée', 'annulée');
CREATE TYPE service.priorite AS ENUM ('P1', 'P2', 'P3', 'P4');
CREATE DOMAIN referentiel.siret AS char(14) CHECK (VALUE ~ '^[0-9]{14}$');
CREATE DOMAIN referentiel.courriel AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN commerce.montant AS numeric(14, 2) CHECK (VALUE >= -100000000);
CREATE TYPE referentiel.coordonnees AS (rue text, code_postal char(5), ville text);
CREATE TYPE referentiel.contact AS (libelle text, lieux referentiel.coordonnees[]);
CREATE TYPE technique.plage_prix AS RANGE (subtype = numeric);
CREATE SEQUENCE commerce.numero_piece START 700001 INCREMENT 3 CACHE 20;
CREATE SEQUENCE technique.compteur_cyclique AS smallint MINVALUE -5 MAXVALUE 5 START -5 CYCLE;

-- La collation a besoin d'un serveur compilé avec ICU ; sans lui la base s'en passe.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i') THEN
    CREATE COLLATION referentiel.fr_numerique (provider = icu, locale = 'fr-u-kn-true');
  END IF;
END $$;
