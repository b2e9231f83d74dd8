type Row = Record<string, unknown>;

/** Rows as a spreadsheet reads them (RFC 4180), with the columns that `headings` names, in its order. */
export function csv(headings: Readonly<Record<string, string>>, rows: readonly Row[]): string {
  const columns = Object.keys(headings);
  const lines = [Object.values(headings), ...rows.map((row) => columns.map((column) => row[column]))];
  return `${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: unknown): string {
  const text =
    value instanceof Date
      ? value.toISOString()
      : Array.isArray(value)
        ? value.join('; ')
        : String(value ?? '');
  // What begins like a formula would be run by a spreadsheet (https://owasp.org/www-community/attacks/CSV_Injection).
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
