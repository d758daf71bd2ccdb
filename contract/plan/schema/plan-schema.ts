import { z } from 'zod'
import { contractSection, outcome, successor } from './contract-section.ts'
import { deliverySection, notificationsSection, rehearsalSection } from './delivery-sections.ts'
import {
  assetsSection,
  documentsSection,
  knowledgeSection,
  subcontractorsSection,
} from './handover-sections.ts'
import { peopleSection } from './people-section.ts'
import { scopeSection } from './scope-section.ts'
import { locationsSection, sourcesSection } from './sources-section.ts'

/** The sections of a plan, each checked on its own so that one fault does not hide another. */
export const planSections = {
  reversibility: z
    .literal(1, { error: 'this is not version 1 of the plan format' })
    .describe('Version of this format.'),
  contract: contractSection,
  outcome,
  successor: successor.optional(),
  people: peopleSection,
  scope: scopeSection,
  sources: sourcesSection,
  locations: locationsSection,
  subcontractors: subcontractorsSection,
  documents: documentsSection,
  assets: assetsSection,
  knowledge: knowledgeSection,
  delivery: deliverySection,
  notifications: notificationsSection.prefault({}),
  rehearsal: rehearsalSection.prefault({}),
}

/** Shape only. References between sections, regions and capabilities are checked by `compilePlan`. */
export const planSchema = z.strictObject(planSections)
