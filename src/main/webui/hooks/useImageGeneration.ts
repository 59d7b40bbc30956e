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
  const { client, connection, stats, reconnect, experiments } = useServerSentEvents(options)
  const generation = generationOf(client, options.limit)
  useEffect(() => generation.open(), [generation])
  const view = useSyncExternalStore(generation.listen, () => generation.view, nothing)
  const { submit, cancel, retry, remove } = generation
  return { ...view, submit, cancel, retry, remove, connection, reconnect, stats, experiments }
}
