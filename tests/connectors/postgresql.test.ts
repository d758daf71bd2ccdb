import { inject } from 'vitest'
import type { ConnectorType } from '../../connectors/connector.ts'
import { postgresql } from '../../connectors/postgresql/index.ts'
import { asSuperuser, databaseUrl } from '../support/postgres.ts'
import { conformance } from './conformance.ts'
import { awkwardDatabase, connectionsTo, contextOf, secretOf } from './postgresql-support.ts'

conformance({
  type: postgresql as ConnectorType,
  snapshots: true,
  targetBytes: 256 * 1024,
  async makeSource() {
    const { name, url, roles, readerUrl, destroy } = await awkwardDatabase()
    const { password, host, port } = inject('stack').postgresql
    const context = contextOf()
    return {
      config: { url: secretOf(url) },
      context,
      secretValues: [password, roles.password],
      async mutate() {
        await asSuperuser(
          `UPDATE public.grande SET texte = 'changé' WHERE id < 5000; DELETE FROM public.client; SELECT nextval('public.compteur');
           INSERT INTO public.vide VALUES (1); SELECT lo_put(100001, 0, '\\x11'), lo_unlink(100002); CREATE TABLE public.nouvelle (a int);
           INSERT INTO compta.ecritures (jour, compte, montant) VALUES ('2023-06-01', '401', 1); VACUUM`.replace(
            '; VACUUM',
            '',
          ),
          name,
        )
        await asSuperuser('VACUUM public.grande', name)
      },
      countOpen: () => connectionsTo(name),
      expectedDatasets: ['pre-data', 'post-data', 'public.types', 'large-objects', 'compta.ecritures_2023'],
      target: { server: secretOf(databaseUrl('postgres')) },
      partialAccess: { config: { url: secretOf(readerUrl) }, context: contextOf() },
      refused: [
        {
          name: 'wrong password',
          config: { url: secretOf(databaseUrl(name, { name: roles.reader, password: 'wrong-password' })) },
          context: contextOf(),
          type: 'access-denied',
        },
        {
          name: 'no such database',
          config: { url: secretOf(databaseUrl('no_such_database')) },
          context: contextOf(),
          type: 'not-found',
        },
        {
          name: 'nothing listens',
          config: {
            host,
            port: port === 1 ? 2 : 1,
            database: name,
            user: 'postgres',
            password: secretOf(password),
          },
          context: contextOf(),
          type: 'unavailable',
        },
      ],
      destroy,
    }
  },
})
