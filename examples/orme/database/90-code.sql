CREATE FUNCTION commerce.total_commande(numero integer) RETURNS numeric LANGUAGE sql STABLE
  AS $$ SELECT coalesce(sum(total), 0) FROM commerce.lignes_commande WHERE commande_id = numero $$;
CREATE FUNCTION technique.trace_modification() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
  AS $$
BEGIN
  INSERT INTO technique.journal_modifications (quand, table_modifiee, operation, ancien, nouveau)
  VALUES (clock_timestamp(), TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW));
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TABLE technique.journal_modifications (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, quand timestamptz NOT NULL DEFAULT now(), table_modifiee text NOT NULL, operation text NOT NULL, ancien jsonb, nouveau jsonb
);
INSERT INTO technique.journal_modifications (quand, table_modifiee, operation, nouveau)
SELECT timestamptz '2026-01-05 09:00+01' + n * interval '7 minutes', 'referentiel.clients', 'UPDATE', jsonb_build_object('id', 1000 + n) FROM generate_series(1, 3000) n;
-- Un déclencheur qui se rejouerait pendant une reprise doublerait le journal : les données passent avant lui.
CREATE TRIGGER trace_clients AFTER INSERT OR UPDATE OR DELETE ON referentiel.clients FOR EACH ROW EXECUTE FUNCTION technique.trace_modification();
CREATE PROCEDURE comptabilite.cloturer(exercice integer) LANGUAGE plpgsql
  AS $$ BEGIN RAISE NOTICE 'Clôture de l''exercice %', exercice; END $$;
CREATE AGGREGATE technique.produit (numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');

CREATE VIEW commerce.commandes_ouvertes AS
  SELECT c.id, c.numero, k.raison_sociale, c.etat, commerce.total_commande(c.id) AS total
  FROM commerce.commandes c JOIN referentiel.clients k ON k.id = c.client_id WHERE c.etat NOT IN ('livrée', 'annulée');
CREATE VIEW rh.effectif WITH (security_barrier) AS SELECT service, count(*) AS effectif FROM rh.salaries WHERE sortie IS NULL GROUP BY service;
CREATE MATERIALIZED VIEW commerce.chiffre_affaires AS
  SELECT date_trunc('month', emise_le)::date AS mois, sum(montant_ht) AS total_ht, count(*) AS factures FROM commerce.factures GROUP BY 1 WITH DATA;
CREATE UNIQUE INDEX ON commerce.chiffre_affaires (mois);
CREATE MATERIALIZED VIEW commerce.chiffre_annuel AS SELECT extract(year FROM mois)::int AS annee, sum(total_ht) AS total_ht FROM commerce.chiffre_affaires GROUP BY 1 WITH DATA;
CREATE RULE pas_de_suppression AS ON DELETE TO comptabilite.plan_comptable DO INSTEAD NOTHING;
CREATE STATISTICS stock.article_entrepot (dependencies) ON article, entrepot FROM stock.mouvements_stock;

COMMENT ON TABLE referentiel.clients IS 'Fichier clients. Source : reprise de 2012, puis saisie ; « dit "le bon" » compris';
COMMENT ON COLUMN referentiel.clients.plafond IS 'Plafond d''encours, en euros. NULL : sans plafond';
COMMENT ON VIEW service.ecart_rapports IS 'Tickets que les rapports mensuels n''annoncent pas';
COMMENT ON FUNCTION commerce.total_commande(integer) IS E'Total hors taxes.\nNe compte pas le port.';

GRANT USAGE ON SCHEMA referentiel, commerce, comptabilite, stock, rh, service, technique, "Archives & divers" TO orme_appli, orme_lecture;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA referentiel, commerce, comptabilite, stock, service TO orme_appli;
GRANT SELECT (matricule, poste, service) ON rh.salaries TO orme_appli;
GRANT INSERT ON rh.paie TO orme_appli;
GRANT EXECUTE ON FUNCTION commerce.total_commande(integer) TO orme_appli;
ALTER DEFAULT PRIVILEGES IN SCHEMA service GRANT SELECT ON TABLES TO orme_lecture;

-- Ce que l'export doit pouvoir lire : tout, sans rien pouvoir écrire.
GRANT SELECT ON ALL TABLES IN SCHEMA referentiel, commerce, comptabilite, stock, rh, service, technique, "Archives & divers" TO orme_lecture;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA referentiel, commerce, comptabilite, stock, rh, service, technique, "Archives & divers" TO orme_lecture;
DO $$
DECLARE numero oid;
BEGIN
  FOR numero IN SELECT oid FROM pg_largeobject_metadata LOOP
    EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO orme_lecture', numero);
  END LOOP;
END $$;
