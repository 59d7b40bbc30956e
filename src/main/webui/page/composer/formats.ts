export interface Format {
  name: string
  ratio: string
  width: number
  height: number
}

export const FORMATS: Format[] = [
  { name: 'Square', ratio: '1:1', width: 1024, height: 1024 },
  { name: 'Portrait', ratio: '4:5', width: 896, height: 1120 },
  { name: 'Tall', ratio: '2:3', width: 832, height: 1248 },
  { name: 'Story', ratio: '9:16', width: 720, height: 1280 },
  { name: 'Landscape', ratio: '3:2', width: 1248, height: 832 },
  { name: 'Wide', ratio: '16:9', width: 1280, height: 720 },
  { name: 'Panorama', ratio: '5:2', width: 1600, height: 640 },
]

export const SIDE = { min: 64, max: 2048 }
export const PROMPT_MAX = 2000
export const COUNTS = [1, 2, 3, 4]

export const formatOf = (width: number, height: number): Format | undefined =>
  FORMATS.find(format => format.width === width && format.height === height)
