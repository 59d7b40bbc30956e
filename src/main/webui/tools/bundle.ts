import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Modules of this package as minified files for a browser, file name to text. Each entry is named as its key says. */
export const bundle = async (
  input: Record<string, string>,
  external: string[] = [],
  alias: Record<string, string> = {},
): Promise<Map<string, string>> => {
  const bundled = await rolldown({
    input,
    cwd: root,
    external: id => external.some(name => id === name || id.endsWith(`/${name}`)),
    platform: 'browser',
    resolve: { alias },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  })
  const { output } = await bundled.generate({ format: 'es', minify: true, chunkFileNames: '[name].js' })
  await bundled.close()
  return new Map(output.map(file => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)]))
}

export const gzipped = (text = ''): number => gzipSync(text, { level: 9 }).length
