/**
 * Builds what is packed: ES modules with their types, file by file, and the same as CommonJS. Plain JavaScript without a
 * dependency of its own, because `npm pack` runs it in a fresh clone too; it then fetches first what it needs.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = path => join(root, path)
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] })

// Without an npm of its own the package would be of whatever happens to be on the path.
if (!existsSync(at('node_modules/typescript')))
  run(process.env.npm_execpath, 'ci', '--no-audit', '--no-fund', '--ignore-scripts')

rmSync(at('dist'), { recursive: true, force: true })
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.package.json')

const { exports: entries } = JSON.parse(readFileSync(at('package.json'), 'utf8'))
const paths = Object.values(entries)
  .map(entry => entry.require?.default.replace(/^\.\/dist\/cjs\/(.*)\.cjs$/, '$1'))
  .filter(Boolean)

const { rolldown } = await import('rolldown')
const bundled = await rolldown({
  cwd: root,
  input: Object.fromEntries(paths.map(path => [path, `dist/${path}.js`])),
  external: id => !/^[./]/.test(id) && !id.startsWith(root),
  platform: 'neutral',
  // 'use client' of each module: kept where it is an entry's, needless elsewhere.
  onLog: (level, log, handle) => log.code === 'MODULE_LEVEL_DIRECTIVE' || handle(level, log),
  // Only a browser has a worker to find, and it takes the ES modules.
  transform: { define: { 'import.meta.url': 'undefined' } },
})
await bundled.write({
  dir: at('dist/cjs'),
  format: 'cjs',
  sourcemap: true,
  entryFileNames: '[name].cjs',
  chunkFileNames: 'shared/[name].cjs',
})
await bundled.close()

// In one piece, for those who copy it to where they serve files from.
const worker = await rolldown({ cwd: root, input: 'dist/core/worker.js', platform: 'browser' })
await worker.write({ file: at('dist/worker.js'), format: 'es', sourcemap: true, codeSplitting: false })
await worker.close()
copyFileSync(at('dist/core/worker.d.ts'), at('dist/worker.d.ts'))

// Relative names in types end as the files beside them do.
for (const name of readdirSync(at('dist'), { recursive: true }).filter(it => it.endsWith('.d.ts'))) {
  const file = `dist/${name}`
  const types = readFileSync(at(file), 'utf8').replace(/(['"]\.{1,2}\/[^'"]+)\.tsx?(['"])/g, '$1.js$2')
  writeFileSync(at(file), types)
  const common = at(file.replace(/^dist\//, 'dist/cjs/').replace(/\.d\.ts$/, '.d.cts'))
  mkdirSync(dirname(common), { recursive: true })
  writeFileSync(common, types.replace(/(['"]\.{1,2}\/[^'"]+)\.js(['"])/g, '$1.cjs$2'))
}

// As the project's: one licence, one history.
for (const name of ['LICENSE', 'CHANGELOG.md']) copyFileSync(at(join('../../..', name)), at(name))
