import { defineConfig, mergeConfig } from 'vitest/config'
import standard from './vitest.config.ts'

// The heavier suite: servers killed, connections cut, disks filled. Run by `npm run test:faults`.
const merged = mergeConfig(standard, defineConfig({ test: { testTimeout: 600_000 } }))

export default {
  ...merged,
  test: { ...merged.test, include: ['tests/faults/**/*.test.ts'], exclude: ['node_modules/**'] },
}
