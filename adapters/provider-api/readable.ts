const LONGEST = 200;

/** What keys, tokens and connection strings of the services we call look like. */
const SECRETS = [
  /\bpostgres(ql)?:\/\/\S+/gi,
  /\b(napi|re|ghp|gho|ghs|ghu|github_pat|phx|e2b)_[A-Za-z0-9_-]{6,}/g,
  /\bey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g,
  /\bBearer\s+\S+/gi,
];

/** A provider's own words on one line, shortened, and without anything that looks like a secret. */
export const readable = (words: unknown): string => {
  const text = typeof words === 'string' ? words.replace(/[\p{Cc}\s]+/gu, ' ').trim() : '';
  return SECRETS.reduce((kept, secret) => kept.replace(secret, '…'), text).slice(0, LONGEST) || 'no message';
};
