import type { GenerationParams } from '../../hooks/index.ts'
import { PROMPT_MAX, SIDE } from './formats.ts'

export type Problems = Partial<Record<'prompt' | 'width' | 'height', string>>

const side = (name: string, value: number): string | undefined =>
  Number.isInteger(value) && value >= SIDE.min && value <= SIDE.max
    ? undefined
    : `${name} must be a whole number from ${SIDE.min} to ${SIDE.max}.`

/** What keeps these from being asked for, in words, by field; empty: nothing. The gateway checks the same. */
export const problemsOf = ({ prompt, width, height }: GenerationParams): Problems => {
  const problems: Problems = {}
  const length = [...prompt.trim()].length
  if (!length) problems.prompt = 'Describe the image first.'
  else if (length > PROMPT_MAX) problems.prompt = `The prompt is ${length - PROMPT_MAX} characters too long.`
  const wide = side('Width', width)
  const high = side('Height', height)
  if (wide) problems.width = wide
  if (high) problems.height = high
  return problems
}
