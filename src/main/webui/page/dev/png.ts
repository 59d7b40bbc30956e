import { deflateSync } from 'node:zlib'

const crcOf = (bytes: Buffer): number => {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length)
  body.copy(framed, 4)
  framed.writeUInt32BE(crcOf(body), body.length + 4)
  return framed
}

/** Folded waves in a palette of the seed: enough to tell pictures apart. */
export const paint = (seed: number, width: number, height: number): Buffer => {
  const random = (n: number) => {
    const value = Math.sin(seed * 12.9898 + n * 78.233) * 43758.5453
    return value - Math.floor(value)
  }
  const rows = Buffer.alloc(height * (width * 3 + 1))
  const phase = Array.from({ length: 6 }, (_, n) => random(n) * 6.283)
  const tint = [random(7), random(8), random(9)]
  for (let y = 0, at = 0; y < height; y++) {
    at++
    for (let x = 0; x < width; x++) {
      const u = (x / height) * 4
      const v = (y / height) * 4
      const a = Math.sin(u * 1.3 + (phase[0] ?? 0)) + Math.sin(v * 1.7 + (phase[1] ?? 0))
      const b = Math.sin(v * 1.1 + a * 1.4 + (phase[2] ?? 0)) + Math.cos(u * 0.9 - a + (phase[3] ?? 0))
      const t = 0.5 + 0.25 * Math.sin(b * 2.3 + a) + 0.25 * Math.sin(b * 1.1 + (phase[4] ?? 0))
      for (const part of tint)
        rows[at++] = 255 * (0.5 + 0.48 * Math.cos(6.283 * (t * 0.7 + part * 0.6 + 0.35)) * (0.4 + 0.6 * t))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
