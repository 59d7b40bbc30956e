import glass from '../gallery/examples/glass.jpg'
import mountains from '../gallery/examples/mountains.jpg'
import nebula from '../gallery/examples/nebula.jpg'
import papercut from '../gallery/examples/papercut.jpg'
import ribbons from '../gallery/examples/ribbons.jpg'
import snow from '../gallery/examples/snow.jpg'
import tiles from '../gallery/examples/tiles.jpg'
import worlds from '../gallery/examples/worlds.jpg'
import type { StyleName } from './styles.ts'

export interface Example {
  prompt: string
  width: number
  height: number
  style: StyleName
  seed: number
  /** What the embedded backend draws for exactly that. */
  picture: string
}

export const EXAMPLES: Example[] = [
  {
    prompt: 'Ridge after ridge in morning haze, a lake between them',
    width: 1248,
    height: 832,
    style: 'mountains',
    seed: 2,
    picture: mountains,
  },
  {
    prompt: 'A cathedral window, every pane a jewel',
    width: 832,
    height: 1248,
    style: 'glass',
    seed: 2,
    picture: glass,
  },
  {
    prompt: 'A jazz poster: quarter circles and stripes in three inks',
    width: 896,
    height: 1120,
    style: 'tiles',
    seed: 3,
    picture: tiles,
  },
  {
    prompt: 'Deep sea canyon, cut from sheets of blue paper',
    width: 1600,
    height: 640,
    style: 'papercut',
    seed: 1,
    picture: papercut,
  },
  {
    prompt: 'Marbles of every size that think they are planets',
    width: 1024,
    height: 1024,
    style: 'worlds',
    seed: 3,
    picture: worlds,
  },
  { prompt: 'Wind, drawn in ribbons of silk', width: 1280, height: 720, style: 'ribbons', seed: 3, picture: ribbons },
  {
    prompt: 'A cold nebula, folding into itself',
    width: 1024,
    height: 1024,
    style: 'nebula',
    seed: 1,
    picture: nebula,
  },
  {
    prompt: 'Snow on the far hills, a winter sun low over the fog',
    width: 720,
    height: 1280,
    style: 'mountains',
    seed: 2,
    picture: snow,
  },
]

/** As it is asked for: without the picture. */
export const paramsOf = ({ picture, ...params }: Example) => params
