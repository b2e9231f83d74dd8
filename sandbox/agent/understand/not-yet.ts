const FEATURES: readonly (readonly [RegExp, string])[] = [
  [
    /\bweekly\b|\bdaily (?:mail|summary|digest|e-?mail)|\breminders?\b|\bnotifications?\b/i,
    'scheduled mails and reminders',
  ],
  [/\bcharts?\b|\bgraphs?\b|\bdashboard\b|\bstatistics\b/i, 'charts'],
  [/\bsearch\b/i, 'search'],
  [/\blog-?in\b|\bsign-?in\b|\baccounts?\b|\bauth\w*\b|\bpasswords?\b/i, 'accounts'],
  [/\bpay(?:ment|ments|pal)?\b|\bstripe\b|\bcheckout\b|\bpricing\b/i, 'prices and payments'],
  [/\bphotos?\b|\bimages?\b|\bupload\w*\b|\battachments?\b/i, 'photos and uploads'],
  [/\bexport\b|\bcsv\b/i, 'export'],
  [/\bmaps?\b|\bgps\b/i, 'maps'],
  [/\bwelcome\s+(?:e-?)?mail\b|\bbook\w*\s+(?:people|appointments?|slots?)\b/i, 'bookings and welcome mails'],
  [/\bai\b|\bchat\s?bot\b|\bgpt\b/i, 'anything that needs a language model'],
];

/** What a prompt asks for beyond what these rules can build; said to its writer instead of passed over. */
export const notYet = (prompt: string): string[] =>
  FEATURES.filter(([pattern]) => pattern.test(prompt)).map(([, name]) => name);
