import { describe, expect, it } from 'vitest'
import type { Severity } from '../../contract/finding.ts'
import { newFinding } from '../../contract/finding-values.ts'
import { verdictOf } from '../../contract/verdict.ts'
import { sampleDataset, sampleSource } from '../reporting/sample-report.ts'

const finding = (severity: Severity) =>
  newFinding('changed-while-read', severity, 'source:erp', { item: 'a' })
const sound = sampleSource()
const withDataset = (changes: Parameters<typeof sampleDataset>[3]) =>
  sampleSource({ datasets: [sampleDataset('erp', 'public.client', 10, changes)] })

describe('the verdict', () => {
  it('is that the client could leave when all came out, was proved, and nothing was found', () => {
    expect(verdictOf([], [sound])).toBe('could-leave')
    expect(verdictOf([finding('info')], [sound])).toBe('could-leave')
  })

  it('has reserves when something major or minor was found', () => {
    expect(verdictOf([finding('major')], [sound])).toBe('could-leave-with-reserves')
    expect(verdictOf([finding('info'), finding('minor')], [sound])).toBe('could-leave-with-reserves')
  })

  it('is that the client could not leave when something blocks, or a source failed among others that did not', () => {
    expect(verdictOf([finding('minor'), finding('blocker')], [sound])).toBe('could-not-leave')
    expect(verdictOf([], [sound, sampleSource({ outcome: 'failed' })])).toBe('could-not-leave')
  })

  it('counts the findings that only a source carries', () => {
    expect(verdictOf([], [sampleSource({ findings: [finding('blocker')] })])).toBe('could-not-leave')
    expect(verdictOf([], [sampleSource({ findings: [finding('minor')] })])).toBe('could-leave-with-reserves')
  })

  it('is never better than the counts, even when no finding tells of them', () => {
    const other = { records: 10, digest: 'ffffffffffffffff' }
    expect(verdictOf([], [withDataset({ restored: other })])).toBe('could-not-leave')
    expect(verdictOf([], [withDataset({ package: other })])).toBe('could-not-leave')
    expect(verdictOf([], [withDataset({ restored: null })])).toBe('could-leave-with-reserves')
  })

  it('asks no count of the package where the restored copy was counted, nor of what holds no records', () => {
    expect(verdictOf([], [withDataset({ package: null })])).toBe('could-leave')
    expect(verdictOf([], [withDataset({ source: null, package: null, restored: null })])).toBe('could-leave')
  })

  it('is that the client could not leave when nothing was exported at all', () => {
    expect(verdictOf([], [])).toBe('could-not-leave')
  })
})
