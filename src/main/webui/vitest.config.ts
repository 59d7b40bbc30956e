import { defineConfig } from 'vitest/config'
import ClosingLine from './tests/support/closing-line.ts'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}', 'page/**/*.test.{ts,tsx}'],
    globalSetup: 'tests/support/setup.ts',
    reporters: ['default', new ClosingLine()],
    testTimeout: 60_000,
    maxWorkers: 2,
    // Browser tests wait more than they work, each with a gateway and pages of its own.
    maxConcurrency: 3,
  },
})
