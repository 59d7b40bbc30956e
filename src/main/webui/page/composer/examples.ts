import type { StyleName } from './styles.ts'

export interface Example {
  prompt: string
  width: number
  height: number
  style?: StyleName
}

export const EXAMPLES: Example[] = [
  { prompt: 'Ridge after ridge in morning haze, a lake between them', width: 1248, height: 832, style: 'mountains' },
  { prompt: 'Stained glass of a kingfisher, winter sun behind it', width: 832, height: 1248, style: 'glass' },
  { prompt: 'A jazz poster: trumpets, quarter circles, three inks', width: 896, height: 1120, style: 'tiles' },
  { prompt: 'Deep sea canyon, cut from forty sheets of blue paper', width: 1600, height: 640, style: 'papercut' },
  { prompt: 'Marbles of every size that think they are planets', width: 1024, height: 1024, style: 'worlds' },
  { prompt: 'The wind in long hair, drawn with a single pen', width: 1280, height: 720, style: 'ribbons' },
  { prompt: 'A cold nebula, folding into itself', width: 1024, height: 1024, style: 'nebula' },
  { prompt: 'Snow on a quiet street, one lamp still on', width: 720, height: 1280 },
]
