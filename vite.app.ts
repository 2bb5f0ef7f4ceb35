import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import type { UserConfig } from 'vite'

/** Where `vite` finds the server while developing. */
const SERVER = process.env.CRONTOPUS_SERVER ?? 'http://127.0.0.1:8080'

/** What both browser applications have in common. `dir` is the application's folder. */
export const app = (dir: string): UserConfig => ({
  root: dir,
  publicDir: false,
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: resolve(dir, 'routes'),
      generatedRouteTree: resolve(dir, 'routeTree.gen.ts'),
      quoteStyle: 'single',
    }),
    react(),
    tailwindcss(),
  ],
  resolve: { alias: { '@ui': resolve(dir, '../ui'), '@app': dir } },
  build: {
    outDir: resolve(dir, 'dist'),
    emptyOutDir: true,
    // A data: URL in a stylesheet is what the policy for fonts and images forbids.
    assetsInlineLimit: 0,
    target: 'es2023',
    cssTarget: ['chrome125', 'firefox147', 'safari26'],
  },
  server: { proxy: { '/api': SERVER, '/in': SERVER, '/git': SERVER, '/livez': SERVER } },
})
