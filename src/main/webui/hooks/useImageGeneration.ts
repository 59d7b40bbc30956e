'use client'
import { useEffect, useSyncExternalStore } from 'react'
import { generationOf, NO_GENERATION } from '../core/generation.ts'
import type { ImageGenerationOptions, UseImageGenerationReturn } from '../types/index.ts'
import { useClient } from './client.ts'
import { useLive } from './useLive.ts'

const nothing = () => NO_GENERATION

/**
 * Asks for images and follows them, whatever the transport. The history survives a reload and is the same in all tabs of
 * the user. The functions never change.
 *
 * @typeParam Params what is asked for beside the members of `GenerationParams`
 * @typeParam Payload what the backend tells beside images and progress
 */
export const useImageGeneration = <Params = unknown, Payload = unknown>(
  options?: ImageGenerationOptions,
): UseImageGenerationReturn<Params, Payload> => {
  const client = useClient(options)
  const { connection, stats } = useLive(client)
  const generation = generationOf(client, options?.limit, options?.storage)
  useEffect(() => generation.open(), [generation])
  const view = useSyncExternalStore(generation.listen, () => generation.view, nothing)
  const { submit, generate, cancel, retry, remove, clear } = generation
  return {
    ...view,
    submit,
    generate,
    cancel,
    retry,
    remove,
    clear,
    connection,
    reconnect: client.reconnect,
    get stats() {
      return stats()
    },
    // What was kept is what was submitted, and of the types that it was submitted with.
  } as UseImageGenerationReturn<Params, Payload>
}
