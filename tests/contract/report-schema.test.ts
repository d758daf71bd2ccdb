import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { reportJsonSchema, runReportSchema } from '../../contract/report-schema.ts'
import { sampleReport, sampleSource } from '../reporting/sample-report.ts'

describe('the JSON report', () => {
  it('passes its schema, before and after being written', () => {
    const report = sampleReport()
    expect(runReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })

  it('is refused with a field that the schema does not know, a count that is none, or a hash that is none', () => {
    const refused = (change: object) => runReportSchema.safeParse({ ...sampleReport(), ...change }).success
    expect(refused({})).toBe(true)
    expect(refused({ secret: 'x' })).toBe(false)
    expect(refused({ planSha256: 'abc' })).toBe(false)
    expect(refused({ endedAt: 'yesterday' })).toBe(false)
    expect(refused({ sources: [{ ...sampleSource(), epoch: -1 }] })).toBe(false)
    expect(refused({ sources: [{ ...sampleSource(), rootSha256: undefined }] })).toBe(false)
  })

  it('has its schema published as it is: run npm run schemas after a change', async () => {
    const published = await readFile(new URL('../../docs/report.schema.json', import.meta.url), 'utf8')
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())))
  })
})
