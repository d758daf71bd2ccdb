const factors: Record<string, number> = {
  b: 1,
  o: 1,
  kb: 1e3,
  ko: 1e3,
  mb: 1e6,
  mo: 1e6,
  gb: 1e9,
  go: 1e9,
  tb: 1e12,
  to: 1e12,
  pb: 1e15,
  po: 1e15,
  kib: 2 ** 10,
  kio: 2 ** 10,
  mib: 2 ** 20,
  mio: 2 ** 20,
  gib: 2 ** 30,
  gio: 2 ** 30,
  tib: 2 ** 40,
  tio: 2 ** 40,
}

/**
 * Bytes of a size as people write it: `50 MB`, `2 GiB`, `1.5 TB`, in French `50 Mo`, `2 Gio`. Decimal and binary
 * prefixes as IEC 80000-13 has them. Undefined when it is none, or more than a number holds exactly.
 */
export function parseSize(text: string): number | undefined {
  const found = /^(\d{1,15}(?:[.,]\d{1,6})?)\s?([a-z]{1,3})$/i.exec(text.trim())
  const factor = factors[found?.[2]?.toLowerCase() ?? '']
  if (found?.[1] === undefined || factor === undefined) return undefined
  const bytes = Math.round(Number(found[1].replace(',', '.')) * factor)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
