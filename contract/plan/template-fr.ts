export const templateFr = `# Plan de réversibilité. Vérifiez-le à tout moment : reversibility plan check plan.yaml
# Un éditeur qui lit YAML complète les champs : reversibility plan schema > plan.schema.json, puis
# yaml-language-server: $schema=./plan.schema.json
# Aucun secret ici : seulement où le trouver, env:NOM, file:/chemin/absolu ou command:programme argument.
reversibility: 1

contract:
  id: a-completer # lettres minuscules, chiffres et tirets : début de toutes les clés du dépôt
  title: À compléter
  language: fr # langue des rapports, des procès-verbaux et des paquets
  parties:
    client: { name: À compléter, country: FR }
    provider: { name: À compléter, country: FR }
  trades: [infrastructure] # infrastructure, tma, asp, bpo, help-desk, production, selective, global
  start: {{start}}
  end: {{end}}
  renewal: { mode: tacit, duration: P1Y, notice: P6M }
  earlyTermination:
    client: { notice: P6M }
    provider: { notice: P12M }
  # Les délais qui s'appliquent ; reversibility plan clocks plan.yaml les montre datés, article par article.
  policies: [gdpr@1, infogerance-practice@1]
  # Les délais propres au contrat, avec leur clause :
  clauses: []
  #  - { id: restitution, title: Restitution des données, article: Article 18.2, from: notice, to: return, duration: P3M }
  calendar: { country: FR, timeZone: Europe/Paris }
  confidentiality: confidential # public, internal, confidential, secret

outcome: in-house # in-house (retour chez le client), successor (un autre prestataire), erase-only
# successor: { name: À compléter, country: FR }

people:
  # roles : operator, approver, client, successor, auditor. Les journaux ne portent que l'id.
  - { id: exploitant, roles: [operator] }
  - { id: dsi-client, roles: [client, approver] }

scope:
  services:
    - id: hebergement
      title: À compléter
      trade: infrastructure
      interventions: [hotline-n1, administration, backup]
      equipment: [servers]
      sources: [base, partage]
      criticality: important # critical, important, standard
  # Ce qu'il est convenu de ne pas rendre, et pourquoi :
  exclusions: []
  #  - { id: archives, title: Archives 2019, system: 'postgresql://serveur:5432/archives', reason: Purgées, workUnits: 2 }

sources:
  - id: base
    title: Base de données
    connector: postgresql
    config: { url: env:BASE_URL } # postgresql://utilisateur:mot-de-passe@serveur:5432/base
    allowedHours:
      - { days: [mon, tue, wed, thu, fri], from: '20:00', to: '06:00' }
    limits: { bandwidth: 50 Mo, connections: 4 } # par seconde
    region: eu-west-3
    expected: { bytes: 10 Go, tolerancePercent: 50 }
  - id: partage
    title: Partage de fichiers
    connector: files
    config: { root: /srv/partage }
    include: ['**']
    exclude: ['**/*.tmp']
    region: eu-west-3

locations:
  allowedRegions: [eu-west-3] # toute autre région est refusée
  main: [eu-west-3]
  backup: []
  disasterRecovery: []

subcontractors: []
#  - { id: sauvegarde, name: À compléter, country: FR, holds: [base], attestations: [return, erasure] }

documents:
  - id: dossier-exploitation
    title: Dossier d'exploitation
    kind: operations-file
    owner: exploitant
    from: { source: partage, path: 'Documentation/DEX*.pdf' }
    maxAge: P12M
    acknowledgedBy: dsi-client

assets: []
#  - { id: licence-erp, title: Licence de l'ERP, kind: licence, holder: provider, disposition: transfer, owner: exploitant }

knowledge: []
#  - id: exploitation
#    title: Exploitation quotidienne
#    sessions: [{ kind: workshop, hours: 4 }, { kind: teach-back, hours: 2 }]
#    owner: exploitant
#    receivers: [dsi-client]
#    evidence: [enregistrement de la séance]
#    gate: { score: 3, outOf: 5 }

delivery:
  bucket: env:S3_BUCKET
  region: eu-west-3
  recipients: [env:CLIENT_RECIPIENT] # clé publique age1… du client ; le prestataire n'a pas celle qui ouvre
  signingKey: env:SIGNING_KEY # clé privée OpenSSH Ed25519 : reversibility keys new
  publicKey: env:SIGNING_PUBLIC_KEY # ssh-ed25519 …, remise au client au début du contrat
  retention: P90D

notifications:
  email: []
  webhooks: []

rehearsal:
  schedule: { cron: '0 3 1 */3 *' } # le premier de chaque trimestre, à 3 h
  depth: full
  restoreTargets:
    base: { region: eu-west-3, config: { server: env:SCRATCH_URL } }
  thresholds: { minimumScore: 80 }
`
