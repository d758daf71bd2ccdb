export { extraction } from './extraction.ts'
export { rehearsal } from './rehearsal.ts'
