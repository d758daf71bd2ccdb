// Who may import whom. Each folder names what it needs; anything else between folders is an error, so that a new
// folder states its place here. `tests/architecture.test.ts` shows this failing, and counts the modules it reads.

/** Folder → folders of this project that its modules may import, beside their own. */
const mayImport = {
  contract: [],
  connectors: ['contract'],
  packaging: ['contract'],
  store: ['contract'],
  temporal: ['contract'],
  reporting: ['contract'],
  evidence: ['contract', 'packaging', 'store'],
  activities: ['contract', 'connectors', 'packaging', 'store', 'evidence', 'reporting', 'temporal'],
  workflows: ['contract', 'activities'],
  service: ['contract', 'workflows', 'store', 'temporal'],
  worker: ['contract', 'workflows', 'activities', 'connectors', 'store', 'temporal'],
  portal: ['contract', 'service', 'packaging', 'reporting'],
  cli: [
    'contract',
    'service',
    'packaging',
    'reporting',
    'evidence',
    'store',
    'temporal',
    // The kinds that a plan may name are checked before anything starts.
    'connectors',
    // The commands that start and stop the local servers, and the example that runs on them.
    'stack',
    'examples',
  ],
  stack: [],
  examples: ['contract'],
}

const folders = Object.keys(mayImport)
const anyFolder = `^(?:${folders.join('|')}|tests|bin)/`

/** Front doors and processes: ends of the graph, imported by nobody. */
const ends = ['cli', 'portal', 'worker']

/** The commands whose work is to run a worker in their own process (docs/adr/0004-commands-that-run-a-worker.md). */
const runsWorker = '^cli/commands/(?:worker|rehearse)\\.ts$'

module.exports = {
  forbidden: [
    ...folders.map((folder) => ({
      name: `${folder}-imports`,
      comment: `${folder} may import ${[folder, ...mayImport[folder]].join(', ')}.`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: runsWorker },
      to: { path: anyFolder, pathNot: `^(?:${[folder, ...mayImport[folder]].join('|')})/` },
    })),
    {
      name: 'cli-imports',
      comment: 'These commands may import the worker as well as what every command may.',
      severity: 'error',
      from: { path: runsWorker },
      to: { path: anyFolder, pathNot: `^(?:${['cli', 'worker', ...mayImport.cli].join('|')})/` },
    },
    {
      name: 'ends-are-not-imported',
      comment: 'cli, portal and worker are started, never imported (but by their own tests).',
      severity: 'error',
      from: { path: '^(?!tests/|bin/)([^/]+)/', pathNot: runsWorker },
      to: { path: `^(?:${ends.join('|')})/`, pathNot: '^$1/' },
    },
    {
      name: 'workflows-know-activities-as-types-only',
      comment: 'An activity imported as a value would run inside the workflow sandbox.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-are-deterministic',
      comment: 'Workflow code uses the workflow SDK and the contract, nothing of Node and no other package.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev'],
        pathNot: 'node_modules/@temporalio/(?:workflow|common|activity)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'contract-is-pure',
      comment: 'The contract says what is agreed: no file, no network, no process.',
      severity: 'error',
      from: { path: '^contract/' },
      to: {
        path: '^(?:node:)?(?:fs|net|tls|http|http2|https|dgram|dns|child_process|worker_threads|cluster)(?:/|$)',
      },
    },
    {
      name: 'no-circles',
      comment: 'Two modules that need each other are one, or a third is missing between them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere hides what it would have shown.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-dependencies',
      comment: 'What is imported is in package.json: for the product, not among the development tools.',
      severity: 'error',
      from: { path: `^(?:${folders.join('|')})/` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|\\.stack|bin/runtime)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Type-only imports count too; the rules tell them apart where that matters.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
    },
  },
}
