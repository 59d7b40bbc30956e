const PATHS = {
  system: 'M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 1 0 0-11M8 2.500v11M8 5l4.200-1M8 8h5.400M8 11l4.200 1',
  light:
    'M8 5.200a2.800 2.800 0 1 0 0 5.600a2.800 2.800 0 1 0 0-5.600M8 1.200v1.500M8 13.300v1.500M1.200 8h1.500M13.300 8h1.500M3.200 3.200l1 1M11.800 11.800l1 1M3.200 12.800l1-1M11.800 4.200l1-1',
  dark: 'M13.300 9.800A5.600 5.600 0 1 1 6.200 2.700a4.500 4.500 0 0 0 7.100 7.100z',
  close: 'M3.500 3.500l9 9M12.500 3.500l-9 9',
  cancel: 'M4.200 4.200h7.600v7.600H4.200z',
  retry: 'M13 8a5 5 0 1 1-1.600-3.700M13.200 1.800v2.900h-2.900',
  remove: 'M2.800 4.300h10.400M6.200 4.300V2.700h3.600v1.600M4.200 4.300l.6 9h6.400l.6-9M6.700 7v3.800M9.300 7v3.800',
  reuse: 'M6.300 3L2.800 6.500L6.300 10M2.800 6.500h6.700a3.700 3.700 0 0 1 0 7.400H7',
  download: 'M8 2v8M4.700 7L8 10.300L11.300 7M2.800 13.500h10.400',
  previous: 'M10 2.800L4.800 8L10 13.200',
  next: 'M6 2.800L11.200 8L6 13.200',
  open: 'M9.300 2.800h3.900v3.900M13.200 2.800L7.800 8.200M6.500 3.500H2.800v9.700h9.700V9.500',
  person:
    'M8 2.300a2.700 2.700 0 1 0 0 5.400a2.700 2.700 0 1 0 0-5.400M2.800 13.700c.4-2.800 2.500-4.400 5.200-4.400s4.800 1.600 5.200 4.400',
  warning: 'M8 2.200L14.400 13.400H1.600zM8 6.500v3.300M8 11.500v.2',
  shuffle:
    'M2 4.500h2.500l6 7H14M2 11.500h2.500l1.700-2M9 6l1.500-1.500H14M12.300 2.700L14 4.500l-1.700 1.800M12.300 9.700L14 11.500l-1.700 1.800',
} as const

export type IconName = keyof typeof PATHS

/** A picture for a word that stands beside it or in the label; never the only bearer of a meaning. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg
    viewBox="0 0 16 16"
    width={size}
    height={size}
    fill="none"
    stroke="currentColor"
    strokeWidth="1.300"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
)
