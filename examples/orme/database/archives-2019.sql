-- Base oubliée : sur le même serveur, mais absente du plan. C'est le premier défaut voulu de l'exemple.
CREATE TABLE public.commandes_2019 (id integer PRIMARY KEY, client text NOT NULL, montant numeric(14, 2) NOT NULL, passee_le date NOT NULL);
INSERT INTO public.commandes_2019
SELECT n, 'Client ' || n % 3000, pg_temp.entre(n, 1, 100, 9000000) / 100.0, date '2019-01-01' + n % 365 FROM generate_series(1, 20000) n;
COMMENT ON TABLE public.commandes_2019 IS 'Conservées après la migration de 2020';
