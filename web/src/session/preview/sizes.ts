/** What an app is looked at as. `full`: as wide and high as there is room. */
export type DeviceName = 'full' | 'tablet' | 'phone';
export type Device = { readonly name: DeviceName; readonly rotated: boolean };
export type Size = { readonly width: number; readonly height: number };

const UPRIGHT: Readonly<Record<Exclude<DeviceName, 'full'>, Size>> = {
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
};

/** In CSS pixels; `undefined` where the pane decides. */
export const sizeOf = ({ name, rotated }: Device): Size | undefined => {
  if (name === 'full') return undefined;
  const { width, height } = UPRIGHT[name];
  return rotated ? { width: height, height: width } : { width, height };
};
