/** What the embedded backend can draw; a backend that does not know a style may ignore it. */
export const STYLES = ['ribbons', 'glass', 'mountains', 'nebula', 'tiles', 'worlds', 'papercut'] as const

export type StyleName = (typeof STYLES)[number]

/** One line each, on 24 by 24. */
export const GLYPHS: Record<StyleName | 'auto', string> = {
  auto: 'M12 4.500v4M12 15.500v4M4.500 12h4M15.500 12h4M7.200 7.200l2 2M14.800 14.800l2 2M16.800 7.200l-2 2M9.200 14.800l-2 2',
  ribbons: 'M3 8c5-5 8 5 18 0M3 12.500c5-5 8 5 18 0M3 17c5-5 8 5 18 0',
  glass: 'M5 20.500V11a7 7 0 0 1 14 0v9.500zM12 4v16.500M5 13h14M5 13l7-6l7 6',
  mountains: 'M2.500 18.500l6-9.500l4 6l3-4l6 7.500zM16.500 5.500a1.700 1.700 0 1 0 .1 0',
  nebula:
    'M12 12c0-2.500 3.500-2.500 3.500.3c0 3.600-7 3.600-7-.6c0-5.600 10.500-5.600 10.500.6M12 12c0 2.500-3.500 2.500-3.500-.3M5 7v.1M19 18v.1M7 19v.1',
  tiles: 'M4 4h16v16H4zM12 4v16M4 12h16M4 12a8 8 0 0 0 8-8M12 20a8 8 0 0 1 8-8',
  worlds:
    'M9 5a5 5 0 1 0 .1 0M17.500 12.500a3.500 3.500 0 1 0 .1 0M17 5.500a1.700 1.700 0 1 0 .1 0M9.500 17a2 2 0 1 0 .1 0',
  papercut: 'M3 9c3-4 5 1 8-1s5-4 10-1M3 13.500c4-4 6 1 9-1s5-3 9 0M3 18c3-3 5 1 9-1s6-2 9 1M3 21h18',
}
