const FEATURES: readonly (readonly [RegExp, string])[] = [
  [
    /\bdaily (?:mail|summary|digest|e-?mail)|\breminders?\b|\bpush\s+notifications?\b|\bsms\b/i,
    'reminders and daily mails (a weekly summary I can do)',
  ],
  [/\bstripe\b|\bcheckout\b|\bpaypal\b|\bcredit\s+cards?\b|\baccept\s+payments?\b/i, 'payments'],
  [/\bphotos?\b|\bimages?\b|\bpictures?\b|\bupload\w*\b|\battachments?\b/i, 'photos and uploads'],
  [/\bmaps?\b|\bgps\b|\blocation\s+tracking\b/i, 'maps'],
  [
    /\bai\b|\bchat\s?bots?\b|\bgpt\b|\bsummari[sz]e\s+(?:my|the|each)\b/i,
    'anything that needs a language model',
  ],
  [/\bdrag(?:\s+and\s+|-and-|\s*&\s*)drop\b|\bkanban\b/i, 'drag and drop'],
  [/\breal-?time\b|\blive\s+(?:chat|updates?)\b|\bmultiplayer\b/i, 'live updates between browsers'],
  [
    /\bnative\b|\bios\s+app\b|\bandroid\b|\bapp\s+store\b/i,
    'native phone apps (this one works in the phone’s browser)',
  ],
  [/\bpasswords?\b(?!\s*less)/i, 'passwords (signing in works by a link in a mail)'],
];

/** What a prompt asks for beyond what these rules can build; said to its writer instead of passed over. */
export const notYet = (prompt: string): string[] =>
  FEATURES.filter(([pattern]) => pattern.test(prompt)).map(([, name]) => name);
