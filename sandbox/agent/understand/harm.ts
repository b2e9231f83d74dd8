// Rules cannot be talked into anything: nothing below makes the agent safer, it makes its answer honest. What keeps
// secrets is that no rule reads them and nothing but the spec's own words gets into the code.
const ATTEMPTS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines|restrictions|above|previous|safety)\b/iu,
  /\b(?:ignoriere|vergiss|ignora|olvida|ignore[zr]?|oublie)\b.{0,40}\b(?:anweisungen|regeln|instrucciones|reglas|consignes|règles|instructions)\b/iu,
  /\b(?:print|show|reveal|dump|send|mail|post|cat|read|leak|exfiltrate|output|echo|display|tell|give|expose|upload|write)\b.{0,60}(?:\.env\b|\benv(?:ironment)?\b(?:\s+(?:variables?|vars?|file))?|\bprocess\.env\b|\bapi[- ]?keys?\b|\bDATABASE_URL\b|\bsecrets?\s+(?:key|of)|\bcredentials?\b|\bsystem\s+prompt\b|\b[A-Z]+_API_KEY\b)/iu,
  /(?:\/etc\/(?:passwd|shadow)|\.ssh\/|id_rsa|\.\.\/\.\.\/|\/proc\/self)/i,
  /\brm\s+-[a-z]*[rf]|\b(?:curl|wget)\s+\S*(?:https?:|\/)|\bsudo\b|\bchmod\s+\d|\bmkfs\b|:\(\)\s*\{/i,
  /\b(?:drop|truncate)\s+(?:table|database|schema)\b|\bdelete\s+(?:every|all)\s+(?:files?|data|tables?|rows?)\b/i,
  /<script\b|javascript:|\$\{.*\}|\beval\s*\(|\brequire\s*\(|\bchild_process\b/i,
  /\b(?:you\s+are\s+now|act\s+as|pretend\s+to\s+be)\b.{0,60}\b(?:root|admin|shell|terminal|dan|jailbr|unrestricted|developer\s+mode)/iu,
];

export type Cleaned = { readonly text: string; readonly refused: boolean };

/** A prompt without the sentences that ask for what no builder should do. */
export function cleaned(prompt: string): Cleaned {
  const sentences = prompt.split(/(?<=[.!?\n])\s+|\n+/);
  const harmless = sentences.filter((sentence) => !ATTEMPTS.some((attempt) => attempt.test(sentence)));
  return { text: harmless.join(' ').trim(), refused: harmless.length < sentences.length };
}
