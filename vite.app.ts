import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import type { Plugin, UserConfig } from 'vite'
import { withinBudget } from './vite.budget.ts'

/** Where `vite` finds the server while developing. */
const SERVER = process.env.CRONTOPUS_SERVER ?? 'http://127.0.0.1:8080'

/**
 * What every page needs stands together: it compresses better than many small files, and what others wrote keeps its
 * name, and so its place in caches, over releases.
 */
const GROUPS = [
  {
    name: 'vendor',
    test: /node_modules\/(react|react-dom|scheduler|clsx|openapi-fetch|@tanstack\/(?!react-virtual|virtual-core)[^/]+)\//,
  },
  {
    name: 'frame',
    test: /\/(ui\/(Hint|Logo|Menu|Shell|Time|primitives|status|lib\/(clock|keys|time|zone))|frontend\/(api\/(?!commands|follow|patch|stream|version)|features\/shell\/(?!PhoneMenu|KeySheet|ApiPanel|NewVersion)))/,
  },
]

/** The two fonts of every page are fetched beside its scripts: found in the style alone, they would come after the text. */
const preloadFonts = (): Plugin => ({
  name: 'preload-fonts',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle }) {
      if (!bundle) return []
      const fonts = Object.keys(bundle).filter((f) => /geist(-mono)?-latin-wght-normal-[^/]*\.woff2$/.test(f))
      if (fonts.length !== 2) throw new Error(`two fonts are to be fetched early, not ${fonts.length}`)
      return fonts.map((file) => ({
        tag: 'link',
        injectTo: 'head',
        attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: true },
      }))
    },
  },
})

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
    preloadFonts(),
    withinBudget(),
  ],
  resolve: { alias: { '@ui': resolve(dir, '../ui'), '@app': dir } },
  build: {
    outDir: resolve(dir, 'dist'),
    emptyOutDir: true,
    // A data: URL in a stylesheet is what the policy for fonts and images forbids.
    assetsInlineLimit: 0,
    target: 'es2023',
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
    cssTarget: ['chrome125', 'firefox147', 'safari26'],
  },
  server: { proxy: { '^/(api|in|git|s|badge)/': SERVER, '^/livez$': SERVER } },
})
