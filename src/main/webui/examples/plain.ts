import { createClient, generationOf } from '../core/index.ts'

/** One picture after the other, in an element of the page. */
export const draw = async (prompt: string, into: Element, base?: string): Promise<void> => {
  const generation = generationOf(createClient({ base }))
  into.textContent = 'Drawing'
  const entry = await generation.generate(
    { prompt },
    {
      onProgress: ({ progress }) => {
        into.textContent = `${progress} %`
      },
    },
  )
  into.replaceChildren(
    ...entry.images.map(({ url = '', width, height }) =>
      Object.assign(new Image(width, height), { src: url, alt: prompt }),
    ),
  )
}
