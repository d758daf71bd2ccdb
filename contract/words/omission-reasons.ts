/**
 * Reasons of omissions in French. Packages and journals hold the English sentence, which is its key here, as gettext has
 * it: one that is not listed is shown as it came.
 */
const frenchReasons: ReadonlyMap<string, string> = new Map([
  [
    'It is a socket: it has no content to hand over.',
    'C’est une socket : elle n’a pas de contenu à remettre.',
  ],
  [
    'It is a named pipe: it has no content to hand over.',
    'C’est un tube nommé : il n’a pas de contenu à remettre.',
  ],
  [
    'It is a device: it has no content to hand over.',
    'C’est un périphérique : il n’a pas de contenu à remettre.',
  ],
  [
    'Its path is longer than the 4,095 bytes a program may name.',
    'Son chemin dépasse les 4 095 octets qu’un programme peut nommer.',
  ],
  ['The plan excludes it.', 'Le plan l’exclut.'],
  [
    'Another file system is mounted here, and crossMounts is off.',
    'Un autre système de fichiers y est monté, et le plan ne le traverse pas (crossMounts).',
  ],
  [
    'A foreign table: its definition is handed over, its rows lie in another system.',
    'Table étrangère : sa définition est remise, ses lignes sont dans un autre système.',
  ],
  [
    'The plan excludes its rows; its definition is handed over.',
    'Le plan exclut ses lignes ; sa définition est remise.',
  ],
  ['It was written to during each of two readings.', 'Il a été modifié pendant chacune de deux lectures.'],
])

export function reasonInFrench(reason: string): string {
  return frenchReasons.get(reason) ?? reason
}
