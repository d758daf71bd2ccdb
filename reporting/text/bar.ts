const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** A bar of so many columns: what is done (with eighths of a column) and what is left. Full only when complete. */
export function bar(ratio: number, columns: number): { done: string; left: string } {
  const bounded = Math.min(1, Math.max(0, Number.isFinite(ratio) ? ratio : 0))
  let steps = Math.floor(bounded * columns * 8)
  if (bounded > 0 && steps === 0) steps = 1
  const whole = Math.floor(steps / 8)
  const part = eighths[steps % 8] ?? ''
  const left = columns - whole - (part === '' ? 0 : 1)
  return { done: '█'.repeat(whole) + part, left: '░'.repeat(left) }
}
