-- Everything that a PostgreSQL database may hold and that a copy easily loses. OWNER, READER and MEMBER are replaced.
CREATE EXTENSION hstore;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION citext;
CREATE SCHEMA compta;
CREATE SCHEMA "Réf ""x"".y";
CREATE TYPE public.humeur AS ENUM ('gai', 'triste, un peu', '');
CREATE TYPE public.adresse AS (rue text, "code postal" int);
CREATE DOMAIN public.courriel AS text CHECK (VALUE LIKE '%@%' OR VALUE = '');
CREATE FUNCTION public.tva(montant numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT $1 * 0.2 $$;

CREATE TABLE public.types (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b boolean, i2 smallint, i4 int, i8 bigint,
  n numeric, n60 numeric(60, 20), f4 real, f8 double precision, m money, t text, v varchar(20), c char(10), k "char", nm name,
  by bytea, d date, ti time, tz timetz, ts timestamp, tstz timestamptz, iv interval, u uuid, j json, jb jsonb, x xml,
  ip inet, net cidr, mac macaddr, mac8 macaddr8, bi bit(5), vb bit varying(9), pt point, ln line, ls lseg, bx box, pa path,
  po polygon, ci circle, tsv tsvector, tsq tsquery, ir int4range, nr numrange, tr tstzrange, mr int4multirange,
  ai int[], at text[], aj jsonb[], ac public.adresse[], e public.humeur, co public.adresse, dm public.courriel,
  h hstore, cit citext, rc regclass, o oid, lsn pg_lsn, jp jsonpath, dbl numeric GENERATED ALWAYS AS (i4::numeric * 2) STORED
);
COMMENT ON TABLE public.types IS 'Tous les types';
INSERT INTO public.types (b) VALUES (NULL);
INSERT INTO public.types (b, i2, i4, i8, n, n60, f4, f8, m, t, v, c, k, nm, by, d, ti, tz, ts, tstz, iv, u, j, jb, x, ip, net, mac, mac8,
  bi, vb, pt, ln, ls, bx, pa, po, ci, tsv, tsq, ir, nr, tr, mr, ai, at, aj, ac, e, co, dm, h, cit, rc, o, lsn, jp) VALUES
(true, -32768, 2147483647, 9223372036854775807, 'NaN', 1234567890123456789012345678901234567890.12345678901234567890, 'Infinity', '-Infinity',
 '-12.34', '', '', 'ab', '', '', '\x00ff0a', 'infinity', '24:00', '12:34:56.789012+05:30', '-infinity', 'infinity', '-1 year 2 mons -3 days 04:05:06.000007',
 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a":  1, "a": 2}', '{"é": [1, null, "\\"]}', '<a>é</a> texte', '::1/64', '10.0.0.0/8', '08:00:2b:01:02:03',
 '08:00:2b:01:02:03:04:05', B'10101', B'', '(1.1,-2)', '{1,2,3}', '[(0,0),(1,1)]', '(1,1),(0,0)', '[(0,0),(1,1)]', '((0,0),(1,1),(1,0))', '<(0,0),1.5>',
 'chat:1A noir:2', 'chat & !noir', '[1,10)', 'empty', '[2024-01-01 00:00:00.000001+00,infinity)', '{[1,3),[5,7)}',
 '{1,NULL,3}', ARRAY['', NULL, 'a,b', 'q"q', E'b\\s', E'l\nl', '{}'], ARRAY['{"a":1}'::jsonb, NULL], ARRAY[ROW('rue "x", 1', 75001)::public.adresse],
 '', ROW(E'12, rue (A)\n', NULL), '', '"a"=>NULL, "b, c"=>"d\"e"', 'CaSe', 'public.types', 4294967295, 'FFFFFFFF/FFFFFFFF', '$.a[*] ? (@ > 1)'),
(false, 0, -1, -9223372036854775808, 1e-30, -0.00000000000000000001, 1.17549435e-38, 2.2250738585072014e-308, '92233720368547758.07',
 E'guillemets "x", virgule, \\ barre\r\nfin\t', 'é', '          ', 'x', 'N', '', '4713-01-01 BC', '00:00', '00:00+14', '0001-01-01 00:00:00 BC', '1883-01-01 12:00:00.123456+00:09:21',
 '0', '00000000-0000-0000-0000-000000000000', 'null', 'null', '', '192.168.0.1', '::/0', 'ff:ff:ff:ff:ff:ff', 'ff:ff:ff:ff:ff:ff:ff:ff', B'00000', B'1',
 '(NaN,Infinity)', '{0,1,0}', '[(0,0),(0,0)]', '(0,0),(0,0)', '((0,0))', '((0,0))', '<(0,0),0>', '', '', '(,)', '[1.5,2.5]', 'empty', '{}',
 '{}', '{}', '{}', '{}', 'triste, un peu', ROW('', NULL), 'a@b', '', '', 'pg_class', 0, '0/0', '$'),
(NULL, 1, 1, 1, 123456789012345678901234567890, 1, 0.1, 0.1, '0', E'\\.\n\\.\n', E'\\.', 'é', E'\\001', NULL, '\x5c2e', '2024-02-29', '12:00', '00:00-12', '2024-02-29 12:34:56.123456',
 '2024-02-29 12:34:56.123456+02', 'P1Y', NULL, '[]', '{}', '<a/>', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
 '{{1,2},{3,4}}', '[0:1]={a,b}', NULL, NULL, 'gai', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE public.une_colonne (seule text);
INSERT INTO public.une_colonne VALUES (NULL), (''), (E'\\.'), (E'a\n\\.\nb'), (E'a\r\n\\.\r\nb'), ('"'), (',');
CREATE TABLE public.sans_colonne ();
INSERT INTO public.sans_colonne DEFAULT VALUES;
INSERT INTO public.sans_colonne DEFAULT VALUES;
CREATE TABLE public.vide (a int, b text NOT NULL DEFAULT '');
CREATE TABLE public.que_du_calcul (a int GENERATED ALWAYS AS (1) STORED);
INSERT INTO public.que_du_calcul DEFAULT VALUES;
CREATE TABLE "Réf ""x"".y"."Table ""citée"", l'été" ("colonne ""a""" text, "B c" int, "saut
de ligne" text, "select" int, "é'\" text);
INSERT INTO "Réf ""x"".y"."Table ""citée"", l'été" VALUES ('a', 1, 'b', 2, 'c'), (NULL, NULL, NULL, NULL, NULL);
CREATE TABLE public."CLIENT" (a int);
CREATE TABLE public.client (a int);
CREATE TABLE public."a.b" (c int);
CREATE TABLE public."table
coupée" ("x
y" int);
INSERT INTO public."CLIENT" VALUES (1);
INSERT INTO public.client VALUES (2);
INSERT INTO public."a.b" VALUES (3);
INSERT INTO public."table
coupée" VALUES (4), (5);

CREATE TABLE compta.comptes (code varchar(10) PRIMARY KEY, libelle text NOT NULL);
INSERT INTO compta.comptes VALUES ('', 'compte sans code'), ('401', 'fournisseurs'), ('411', 'clients');
CREATE TABLE compta.ecritures (id bigserial, jour date NOT NULL, compte varchar(10) NOT NULL REFERENCES compta.comptes,
  montant numeric(14, 2) NOT NULL, PRIMARY KEY (id, jour, compte)) PARTITION BY RANGE (jour);
CREATE TABLE compta.ecritures_2023 PARTITION OF compta.ecritures FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE compta.ecritures_2024 PARTITION OF compta.ecritures FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (compte);
CREATE TABLE compta.ecritures_2024_401 PARTITION OF compta.ecritures_2024 FOR VALUES IN ('401');
CREATE TABLE compta.ecritures_autres PARTITION OF compta.ecritures_2024 DEFAULT;
INSERT INTO compta.ecritures (jour, compte, montant)
  SELECT date '2023-01-01' + i % 700, CASE WHEN i % 2 = 0 THEN '401' ELSE '411' END, i * 1.01 FROM generate_series(1, 3000) i;
-- The child lists the inherited column last, the parent first.
CREATE TABLE public.parent (a int, b text);
CREATE TABLE public.enfant (c int, b text, a int);
ALTER TABLE public.enfant INHERIT public.parent;
INSERT INTO public.parent VALUES (1, 'p');
INSERT INTO public.enfant VALUES (3, 'e', 2);
CREATE TABLE public.trouee (a int, supprimee int, b text);
INSERT INTO public.trouee VALUES (1, 2, 'x');
ALTER TABLE public.trouee DROP COLUMN supprimee;
ALTER TABLE public.trouee ADD COLUMN c int DEFAULT 7;
CREATE UNLOGGED TABLE public.non_journalisee (a int);
INSERT INTO public.non_journalisee SELECT generate_series(1, 10);
CREATE TABLE public.grande (id int PRIMARY KEY, texte text NOT NULL, valeur numeric);
INSERT INTO public.grande SELECT i, 'ligne ' || i || ' ' || repeat(md5(i::text), 3), i * 1.5 FROM generate_series(1, 20000) i;
DELETE FROM public.grande WHERE id % 7 = 0;
UPDATE public.grande SET valeur = -valeur WHERE id % 5 = 0;
CREATE TABLE public.longue (id int, texte text);
INSERT INTO public.longue SELECT i, string_agg(md5((i * j)::text), '') FROM generate_series(1, 5) i, generate_series(1, 20000) j GROUP BY i;

CREATE SEQUENCE public.compteur START 100 INCREMENT 5;
SELECT nextval('public.compteur'), nextval('public.compteur');
CREATE SEQUENCE compta.neuve MINVALUE -10 START -5;
SELECT setval('compta.neuve', 7, false);
CREATE SEQUENCE "Réf ""x"".y"."Seq 'é'";

CREATE VIEW public.vue AS SELECT id, texte FROM public.grande WHERE id < 10;
CREATE MATERIALIZED VIEW public.resume AS SELECT id % 10 AS reste, count(*) AS n FROM public.grande GROUP BY 1;
CREATE UNIQUE INDEX ON public.resume (reste);
CREATE INDEX grande_texte ON public.grande USING hash (texte);
CREATE FUNCTION public.garde() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.texte := upper(NEW.texte); RETURN NEW; END $f$;
CREATE TRIGGER garde BEFORE INSERT OR UPDATE ON public.grande FOR EACH ROW EXECUTE FUNCTION public.garde();
CREATE RULE pas_de_suppression AS ON DELETE TO public.vide DO INSTEAD NOTHING;
ALTER TABLE public.client ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.client FORCE ROW LEVEL SECURITY;
CREATE POLICY chacun_le_sien ON public.client TO READER USING (a > 100);
CREATE EXTENSION file_fdw;
CREATE SERVER fichiers FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE public.ailleurs (a text) SERVER fichiers OPTIONS (filename '/dev/null');
CREATE PUBLICATION toutes FOR TABLE public.grande;
COMMENT ON COLUMN public.grande.texte IS 'L''intitulé';

SELECT lo_from_bytea(100001, '\x00ff'), lo_create(100002), lo_from_bytea(100003, decode(repeat('c3a9', 50000), 'hex'));
SELECT lo_put(100004, 40000, '\x01') FROM lo_create(100004);
COMMENT ON LARGE OBJECT 100001 IS 'contrat signé';
ALTER LARGE OBJECT 100001 OWNER TO OWNER;
GRANT SELECT ON LARGE OBJECT 100003 TO READER WITH GRANT OPTION;
GRANT USAGE ON SCHEMA compta TO READER;
GRANT SELECT (id, texte), UPDATE (valeur) ON public.grande TO READER;
GRANT SELECT ON public.types TO PUBLIC;
GRANT MEMBER TO OWNER;
ALTER TABLE compta.comptes OWNER TO OWNER;
ALTER SCHEMA compta OWNER TO OWNER;
ALTER DEFAULT PRIVILEGES IN SCHEMA compta GRANT SELECT ON TABLES TO READER;
