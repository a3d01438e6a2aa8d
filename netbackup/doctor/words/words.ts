import type { FactsByCode, Finding, FindingCode, Level } from '../finding.ts';
import type { JsonHint } from '../json-trouble.ts';

/** What was found, and what to do about it. */
export type Said = readonly [what: string, advice?: string];

/** Everything that the doctor says, in one language. */
export interface Words {
  readonly findings: { readonly [Code in FindingCode]: (facts: Readonly<FactsByCode[Code]>) => Said };
  readonly levels: Readonly<Record<Level, string>>;
  readonly hints: Readonly<Record<JsonHint, string>>;
  /** Before the CONNECT. */
  readonly connectWarning: string;
  readonly netBackupSays: string;
  /** The last line, by the worst level. */
  readonly conclusions: Readonly<Record<Level, string>>;
}

/** What there is to say of a finding. */
export function saidOf({ code, facts }: Finding, words: Words): Said {
  const say = words.findings[code] as (facts: unknown) => Said;
  return say(facts);
}
