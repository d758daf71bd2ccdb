import { defineSearchAttributeKey } from '@temporalio/common'

/** What runs can be found by in Temporal. No personal data. */
export const contractAttribute = defineSearchAttributeKey('ReversibilityContract', 'KEYWORD')
export const kindAttribute = defineSearchAttributeKey('ReversibilityKind', 'KEYWORD')
export const phaseAttribute = defineSearchAttributeKey('ReversibilityPhase', 'KEYWORD')
export const findingsAttribute = defineSearchAttributeKey('ReversibilityFindings', 'INT')
