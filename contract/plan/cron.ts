const fields = [
  { name: 'minute', from: 0, to: 59, names: [] as string[] },
  { name: 'hour', from: 0, to: 23, names: [] as string[] },
  { name: 'day of month', from: 1, to: 31, names: [] as string[] },
  {
    name: 'month',
    from: 1,
    to: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of week', from: 0, to: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const

/** Undefined when the text is a cron expression of five fields as Temporal's schedules take it, else what is wrong. */
export function cronFault(text: string): string | undefined {
  if (/^@(?:hourly|daily|midnight|weekly|monthly|yearly|annually)$/.test(text)) return undefined
  const parts = text.trim().split(/\s+/)
  if (parts.length !== 5) return `it has ${parts.length} fields instead of five`
  for (const [index, part] of parts.entries()) {
    const field = fields[index]
    if (field === undefined) continue
    for (const item of part.split(',')) {
      if (!isItem(item, field))
        return `\`${part}\` does not fit the field ${field.name} (${field.from} to ${field.to})`
    }
  }
  return undefined
}

function isItem(item: string, field: (typeof fields)[number]): boolean {
  const found = /^(\*|[a-z0-9]{1,3})(?:-([a-z0-9]{1,3}))?(?:\/(\d{1,3}))?$/i.exec(item)
  if (found === null) return false
  const [, first = '', last, step] = found
  if (step !== undefined && Number(step) < 1) return false
  if (first === '*') return last === undefined
  const from = numberIn(first, field)
  const to = last === undefined ? from : numberIn(last, field)
  if (from === undefined || to === undefined) return false
  return from >= field.from && to <= field.to && from <= to
}

function numberIn(text: string, field: (typeof fields)[number]): number | undefined {
  if (/^\d+$/.test(text)) return Number(text)
  const index = (field.names as readonly string[]).indexOf(text.toLowerCase())
  if (index === -1) return undefined
  return field.name === 'month' ? index + 1 : index
}
