const nobody = 65_534

/** Does some work as a user who may not do everything: root may, and then there is nothing to see. */
export async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return await work()
  process.setegid?.(nobody)
  process.seteuid?.(nobody)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}
