import { onScopeDispose, type ShallowRef, shallowRef } from 'vue'
import { type Client, type GenerationView, generationOf } from '../core/index.ts'

/** For a component's setup: `const { view, submit } = useImageGeneration(client)`; `view.value.timeline` and the rest. */
export const useImageGeneration = (client: Client) => {
  const generation = generationOf(client)
  const view: ShallowRef<GenerationView> = shallowRef(generation.view)
  const unlisten = generation.listen(() => {
    view.value = generation.view
  })
  const close = generation.open()
  onScopeDispose(() => {
    unlisten()
    close()
  })
  const { submit, cancel, retry, remove } = generation
  return { view, submit, cancel, retry, remove }
}
