import { downloadZip } from 'client-zip'
import type { GalleryImage } from '../../hooks/index.ts'

/** The same name twice would be the same file. */
export const namesOf = (images: GalleryImage[]): string[] => {
  const taken = new Map<string, number>()
  return images.map(({ fileName, id }) => {
    const name = fileName || `${id.replaceAll('/', '-')}.png`
    const before = taken.get(name) ?? 0
    taken.set(name, before + 1)
    return before ? name.replace(/(\.[^.]*)?$/, ` (${before + 1})$1`) : name
  })
}

/**
 * All of these in one file, one being fetched at a time.
 *
 * @returns how many could not be had
 */
export const saveAsZip = async (images: GalleryImage[], name: string): Promise<number> => {
  const names = namesOf(images)
  let missed = 0
  const files = async function* () {
    for (const [index, { url = '', createdAt }] of images.entries()) {
      const input = await fetch(url).catch(() => undefined)
      if (input?.ok) yield { name: names[index] ?? 'image.png', input, lastModified: new Date(createdAt) }
      else missed++
    }
  }
  const zip = await downloadZip(files()).blob()
  if (missed < images.length) saveAs(zip, name)
  return missed
}

const saveAs = (blob: Blob, name: string): void => {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
