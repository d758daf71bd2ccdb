import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import type { Command } from 'commander'
import { ReversibilityError } from '../../contract/errors.ts'
import { newSigningKey } from '../../packaging/signature.ts'
import { newKeyringLine } from '../../temporal/keyring.ts'

interface NewOptions {
  recipient?: boolean
  payload?: boolean
  comment: string
  json?: boolean
}

/** `reversibility keys new`: the provider's signing key, the pair that a client receives encrypted packages with, the workers' keyring. */
export function registerKeys(program: Command): void {
  program
    .command('keys')
    .description(
      'Make the keys that packages are signed with and encrypted to, and the keyring of the workers',
    )
    .command('new')
    .description('Make a key pair: the private half goes to a file that only you can read')
    .argument('<file>', 'where to write the private half; never over an existing file')
    .option('--recipient', 'an age pair, for whoever receives encrypted packages, instead of a signing key')
    .option('--payload', 'a keyring for the workers: what is sent to Temporal is encrypted with it')
    .option('--comment <words>', 'a name for a signing key, in its public line', 'reversibility')
    .option('--json', 'one JSON summary')
    .addHelpText(
      'after',
      `
The public half goes to standard output. A signing key is an ordinary Ed25519 key of OpenSSH, a recipient's an ordinary
age identity: ssh-keygen and age-keygen read them, and theirs do as well.

Examples:
  reversibility keys new signing-key --comment atlas > signing-key.pub
                                      the provider; plan: delivery.signingKey: file:/…/signing-key
  reversibility keys new client.key --recipient
                                      the client; plan: delivery.recipients: [age1…]

Exit codes: 0 made · 2 the file exists or cannot be written`,
    )
    .action(newKey)
}

async function newKey(file: string, options: NewOptions): Promise<void> {
  if (/[\r\n]/.test(options.comment)) {
    throw new ReversibilityError('invalid-input', 'A comment is one line.', {
      remedy: 'Leave out line breaks.',
    })
  }
  const kind = options.recipient ? 'recipient' : options.payload ? 'payload-keyring' : 'signing-key'
  const { privateText, publicText, advice } = await makers[kind](file, options.comment)
  try {
    await writeFile(file, privateText, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new ReversibilityError(
      'invalid-input',
      `${file} ${exists ? 'exists already' : 'cannot be written'}.`,
      {
        remedy: exists
          ? 'Choose another name: a key that is overwritten is lost, with all that was encrypted to it.'
          : 'Name a file in a folder that you may write to.',
        cause,
      },
    )
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ type: 'summary', kind, file, publicKey: publicText })}\n`)
    return
  }
  process.stdout.write(`${publicText}\n`)
  process.stderr.write(`\n${advice}\n`)
}

const makers = { recipient: recipientPair, 'payload-keyring': payloadKeyring, 'signing-key': signingPair }

/** One key with a name that no other has: two of one name in a keyring would hide each other. */
function payloadKeyring(file: string) {
  const id = `${new Date().toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`
  return {
    privateText: newKeyringLine(id),
    publicText: id,
    advice: `The line above is the name of the key, which says nothing of it. Every worker and whoever starts runs needs the file:
  export REVERSIBILITY_KEYRING=${file}

To replace a key while runs are under way, see runbooks/rotate-the-payload-keyring.md.`,
  }
}

function signingPair(file: string, comment: string) {
  const { privateKeyOpenSsh, publicKeyLine } = newSigningKey(comment)
  return {
    privateText: privateKeyOpenSsh,
    publicText: publicKeyLine,
    advice: `The line above is the public key. Give it to the client now, by another way than the packages will take (the
contract itself, a meeting, a registered letter): it is what every package will be checked against.

In the plan:
  delivery:
    signingKey: file:${file}
    publicKey: ${publicKeyLine}

The client keeps it in a file, as "provider ${publicKeyLine.slice(0, 24)}…", and checks packages with
  reversibility verify PACKAGE --allowed-signers FILE`,
  }
}

async function recipientPair() {
  const identity = await generateIdentity()
  const recipient = await identityToRecipient(identity)
  return {
    privateText: `# public key: ${recipient}\n${identity}\n`,
    publicText: recipient,
    advice: `The line above is the public key. Give it to the provider, for the plan:
  delivery:
    recipients: [${recipient}]

Keep the file in two places: without it, nobody can open what was encrypted to it, the provider included.`,
  }
}
