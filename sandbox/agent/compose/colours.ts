/** Named accents; each reads well as a button on white. */
export const ACCENTS: Readonly<Record<string, string>> = {
  indigo: '#4f46e5',
  blue: '#2563eb',
  navy: '#1e3a8a',
  sky: '#0284c7',
  cyan: '#0e7490',
  teal: '#0f766e',
  green: '#15803d',
  emerald: '#047857',
  lime: '#4d7c0f',
  yellow: '#a16207',
  gold: '#a16207',
  amber: '#b45309',
  orange: '#c2410c',
  red: '#c62828',
  crimson: '#b0123b',
  rose: '#e11d48',
  pink: '#db2777',
  magenta: '#c026d3',
  purple: '#7e22ce',
  violet: '#7c3aed',
  lavender: '#7c6bd6',
  brown: '#7c4a21',
  grey: '#4b5563',
  gray: '#4b5563',
  black: '#1f2937',
};

export const DEFAULT_ACCENT = '#4f46e5';

type Rgb = readonly [number, number, number];

/** The accent for dark surfaces: the same hue, mixed with white until it stands out. */
export function onDark(hex: string): string {
  const [r, g, b] = channels(hex);
  const lift = (channel: number) => Math.round(channel + (255 - channel) * 0.42);
  return `#${[lift(r), lift(g), lift(b)].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Black or white, whichever has the higher contrast on `hex` (WCAG 2.2, relative luminance). */
export function textOn(hex: string): string {
  const light = luminance(channels(hex));
  return 1.05 / (light + 0.05) >= (light + 0.05) / (luminance(channels('#0e0f12')) + 0.05)
    ? '#ffffff'
    : '#0e0f12';
}

function channels(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function luminance(rgb: Rgb): number {
  const linear = (channel: number) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const [r, g, b] = rgb;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}
