-- Fonctions de tirage, propres à la session : elles disparaissent avec elle et ne sont jamais livrées.
-- `:graine` est remplacé par la graine avant l'envoi. Même graine, mêmes données.
CREATE FUNCTION pg_temp.h(n bigint, sel int) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT hashint8extended(n, :graine * 1000003::bigint + sel) & 9223372036854775807 $$;
CREATE FUNCTION pg_temp.entre(n bigint, sel int, bas bigint, haut bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT bas + pg_temp.h(n, sel) % (haut - bas + 1) $$;
CREATE FUNCTION pg_temp.choix(n bigint, sel int, valeurs text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT valeurs[1 + (pg_temp.h(n, sel) % cardinality(valeurs))::int] $$;
