/** Ridge lines for the picture on the sign-in page, from far to near; the same ones every time. */
export const WIDTH = 1200
export const HEIGHT = 1500

const wave = (x: number, seed: number): number => {
  let y = 0
  for (let octave = 0, amplitude = 1, frequency = 1; octave < 6; octave++, amplitude *= 0.52, frequency *= 2.03) {
    y += amplitude * Math.sin(x * frequency * 5.1 + seed * (octave + 1.7) * 2.399)
  }
  return y
}

export interface Ridge {
  path: string
  /** 0 far, 1 near. */
  depth: number
}

const COUNT = 9

export const ridges: Ridge[] = Array.from({ length: COUNT }, (_, index) => {
  const depth = index / (COUNT - 1)
  const baseline = HEIGHT * (0.4 + 0.52 * depth ** 1.25)
  const height = 38 + 105 * depth
  const points: string[] = []
  for (let x = 0; x <= WIDTH; x += 8) {
    const y = baseline - height * wave((x / WIDTH) * (0.75 + 0.5 * (1 - depth)), index + 3)
    points.push(`${x} ${y.toFixed(1)}`)
  }
  return { depth, path: `M0 ${HEIGHT}L${points.join('L')}L${WIDTH} ${HEIGHT}Z` }
})
