/**
 * The day that lies a number of working days after another. Saturdays and Sundays do not count (Regulation
 * 1182/71, article 2(2)); public holidays are not known here and do, so that the day found is never too late.
 */
export function addWorkingDays(from: Date, days: number): Date {
  const result = new Date(from)
  for (let left = days; left > 0; ) {
    result.setUTCDate(result.getUTCDate() + 1)
    const day = result.getUTCDay()
    if (day !== 0 && day !== 6) left -= 1
  }
  return result
}
