/** A day as the visitor writes it; days have no time zone, so noon keeps it from moving. */
export const formatDay = (day: string): string =>
  new Date(`${day}T12:00:00`).toLocaleDateString(undefined, { dateStyle: 'medium' });

/** An amount with two digits; which currency it is, its reader knows. */
export const formatMoney = (amount: number): string =>
  amount.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
