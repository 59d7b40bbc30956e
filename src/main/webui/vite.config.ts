import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// Relative addresses, so that the page works under any context path.
export default defineConfig({
  root: here('page'),
  base: './',
  plugins: [react()],
  build: {
    outDir: process.env.WEBUI_OUT ?? here('../../../target/webui'),
    emptyOutDir: true,
    // The Content-Security-Policy allows neither inline scripts nor data: modules.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
})
