import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type InlineConfig } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A module of this package as one browser bundle, without React; the worker beside it. File name to text. */
export const bundle = async (entry: string, options: { external?: string[]; minify?: boolean } = {}) => {
  const { external = [], minify = true } = options
  const config: InlineConfig = {
    root,
    configFile: false,
    logLevel: 'error',
    base: './',
    define: { 'process.env.NODE_ENV': '"production"' },
    worker: { format: 'es' },
    build: {
      write: false,
      minify,
      modulePreload: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: `${root}${entry}`,
        external,
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'main.js', assetFileNames: '[name][extname]', chunkFileNames: '[name].js' },
      },
    },
  }
  const result = await build(config)
  if (!('output' in result)) throw new Error('one bundle was expected')
  return new Map(
    result.output.map(file => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)] as const),
  )
}

export const gzipped = (text = ''): number => gzipSync(text, { level: 9 }).length
