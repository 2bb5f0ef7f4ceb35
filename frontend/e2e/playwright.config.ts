import { defineConfig } from '@playwright/test'

// The system's own Chromium: nothing is downloaded, and none of its own traffic is wanted.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export default defineConfig({
  testDir: '.',
  outputDir: 'results',
  globalSetup: './service.ts',
  // Stories share the server and nothing else, and some of them wait for the next minute of a real cron.
  workers: 2,
  fullyParallel: false,
  // A loaded machine is slow, not wrong: nothing here is a measure of time.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS },
    // Without a picture of each moment: drawing those costs as much as the stories. What was on the page is kept as a
    // document, and as a picture where something failed.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'stories', testMatch: /(story|accounts|looks|opened|keys|around)\.spec\.ts/ },
    { name: 'budget', testMatch: /(budget|list)\.spec\.ts/ },
    { name: 'shots', testMatch: /shots\.spec\.ts/ },
  ],
})
