import { useEffect, useSyncExternalStore } from 'react'
import { generationOf, NO_GENERATION } from '../core/generation.ts'
import type { ImageGenerationOptions, UseImageGenerationReturn } from '../types/index.ts'
import { useServerSentEvents } from './useServerSentEvents.ts'

const nothing = () => NO_GENERATION

/**
 * Asks for images and follows them, whatever the transport. The history survives a reload and is the same in all tabs of
 * the user. The functions never change.
 */
export const useImageGeneration = (options: ImageGenerationOptions = {}): UseImageGenerationReturn => {
  const link = useServerSentEvents(options)
  const generation = generationOf(link.client, options.limit)
  useEffect(() => generation.open(), [generation])
  const view = useSyncExternalStore(generation.listen, () => generation.view, nothing)
  const { submit, generate, cancel, retry, remove, clear } = generation
  const { connection, reconnect, experiments } = link
  return {
    ...view,
    submit,
    generate,
    cancel,
    retry,
    remove,
    clear,
    connection,
    reconnect,
    experiments,
    get stats() {
      return link.stats
    },
  }
}
