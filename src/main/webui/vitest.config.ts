import { defineConfig } from 'vitest/config'
import ClosingLine from './tests/support/closing-line.ts'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}', 'page/**/*.test.{ts,tsx}'],
    globalSetup: 'tests/support/setup.ts',
    reporters: ['default', new ClosingLine()],
    testTimeout: 15_000,
    maxWorkers: 2,
  },
})
