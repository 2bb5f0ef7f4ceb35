import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const here = import.meta.dirname

export default defineConfig({
  resolve: { alias: { '@ui': resolve(here, 'ui'), '@app': resolve(here, 'frontend') } },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'http://console.test/' } },
    include: ['ui/**/*.test.{ts,tsx}', 'frontend/**/*.test.{ts,tsx}'],
    setupFiles: ['frontend/testing/setup.ts'],
    // A slow machine is no failing test.
    testTimeout: 30_000,
  },
})
