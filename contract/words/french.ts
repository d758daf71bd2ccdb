const noBreakSpace = '\u00a0'

/**
 * A French sentence with its no-break spaces: before `: ; ? ! » %` and after `«`, so that no line starts with a lone
 * sign. Only the sentence's own spaces change, never those of the values put into it.
 */
export function french(strings: TemplateStringsArray, ...values: (string | number)[]): string {
  return strings.reduce((sentence, literal, index) => {
    const value = index === 0 ? '' : String(values[index - 1])
    return (
      sentence + value + literal.replace(/ (?=[:;?!»%])/g, noBreakSpace).replace(/(?<=«) /g, noBreakSpace)
    )
  }, '')
}
