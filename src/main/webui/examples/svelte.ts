import { type Readable, readable } from 'svelte/store'
import { type Client, type GenerationView, generationOf } from '../core/index.ts'

/** In a component: `const generation = imageGeneration(client)`, then `$generation.timeline`. */
export const imageGeneration = (client: Client): Readable<GenerationView> => {
  const generation = generationOf(client)
  return readable(generation.view, set => {
    const unlisten = generation.listen(() => set(generation.view))
    const close = generation.open()
    return () => {
      unlisten()
      close()
    }
  })
}
