import type { GenerationParams } from '../../hooks/index.ts'
import { PROMPT_MAX, SIDE } from './formats.ts'

export type Problems = Partial<Record<'prompt' | 'width' | 'height' | 'seed', string>>

/** As large as the embedded backend takes; a backend that takes larger ones is content with these. */
export const SEED_MAX = 2 ** 32 - 1

const side = (name: string, value: number): string | undefined =>
  Number.isInteger(value) && value >= SIDE.min && value <= SIDE.max
    ? undefined
    : `${name} must be a whole number from ${SIDE.min} to ${SIDE.max}.`

/** What keeps these from being asked for, in words, by field; empty: nothing. The gateway checks the same. */
export const problemsOf = ({ prompt, width, height, seed }: GenerationParams): Problems => {
  const problems: Problems = {}
  const length = [...prompt.trim()].length
  if (!length) problems.prompt = 'Describe the image first.'
  else if (length > PROMPT_MAX) problems.prompt = `The prompt is ${length - PROMPT_MAX} characters too long.`
  const wide = side('Width', width)
  const high = side('Height', height)
  if (wide) problems.width = wide
  if (high) problems.height = high
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed <= SEED_MAX))
    problems.seed = `Seed must be a whole number from 0 to ${SEED_MAX}.`
  return problems
}
