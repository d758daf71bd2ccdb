import { asSuperuser, createDatabase, type TestDatabase } from './postgres.ts'

/** A database of two tables with 1,200 rows in all. */
export async function smallDatabase(): Promise<TestDatabase> {
  const database = await createDatabase()
  await asSuperuser(
    `CREATE TABLE public.client (id integer PRIMARY KEY, nom text, cree_le timestamptz);
     INSERT INTO public.client SELECT n, 'Client n° ' || n, '2024-01-01Z'::timestamptz + n * interval '1 hour'
       FROM generate_series(1, 1000) n;
     CREATE TABLE public.contact (client integer REFERENCES public.client, adresse text);
     INSERT INTO public.contact SELECT n, 'contact' || n || '@orme.example' FROM generate_series(1, 200) n;`,
    database.name,
  )
  return database
}
