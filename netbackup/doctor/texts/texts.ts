import type { NetBackupMessage } from '../../wire/netbackup-messages.ts';
import type { FactsByCode, Finding, FindingCode, Level } from '../finding.ts';
import type { JsonHint } from '../json-error.ts';

/** The text of a finding, and advice on what to do. */
export type FindingText = readonly [what: string, advice?: string];

/** All texts of the doctor in one language. */
export interface Texts {
  readonly findings: { readonly [Code in FindingCode]: (facts: Readonly<FactsByCode[Code]>) => FindingText };
  readonly levels: Readonly<Record<Level, string>>;
  readonly hints: Readonly<Record<JsonHint, string>>;
  /** Printed before a connection with the real token. */
  readonly connectWarning: string;
  readonly netBackupSays: string;
  /** NetBackup's message, with its id. */
  readonly quoted: (message: NetBackupMessage) => string;
  /** The last line, by the worst level. */
  readonly conclusions: Readonly<Record<Level, string>>;
}

export function textOf({ code, facts }: Finding, texts: Texts): FindingText {
  const format = texts.findings[code] as (facts: unknown) => FindingText;
  return format(facts);
}
