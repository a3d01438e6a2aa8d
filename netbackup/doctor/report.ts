import { printable } from '../terminal.ts';
import { type NetBackupMessage, netBackupMessage } from '../wire/netbackup-messages.ts';
import { type Diagnosis, worstLevel } from './diagnose.ts';
import { FINDING_TYPES, type Finding, type SourceKind } from './finding.ts';
import { english } from './texts/english.ts';
import { japanese } from './texts/japanese.ts';
import { type Texts, textOf } from './texts/texts.ts';

export const LANGUAGES = { en: english, ja: japanese } as const satisfies Record<string, Texts>;
export type Language = keyof typeof LANGUAGES;

/** 0 no problems, 1 warnings, 2 errors. */
export function exitCodeOf({ findings }: Diagnosis): number {
  return { ok: 0, warning: 1, error: 2 }[worstLevel(findings)];
}

/** The diagnosis as lines for people. */
export function formatDiagnosis(diagnosis: Diagnosis, language: Language): string[] {
  const texts = LANGUAGES[language];
  const lines = diagnosis.findings.flatMap((found) => formatFinding(found, diagnosis.kind, language));
  return [...lines.map(printable), '', texts.conclusions[worstLevel(diagnosis.findings)]];
}

function formatFinding(found: Finding, kind: SourceKind, language: Language): string[] {
  const { level, clause } = FINDING_TYPES[found.code];
  const texts = LANGUAGES[language];
  const [what, advice] = textOf(found, texts);
  const message = netBackupMessageOf(found, kind);
  const label = padded(texts.levels[level]);
  return [
    `${label}  ${what}${clause && level !== 'ok' ? ` [${clause}]` : ''}`,
    ...(message ? [`${INDENT}${texts.netBackupSays}: ${texts.quoted(message)}`] : []),
    ...(advice ? [`${INDENT}→ ${advice}`] : []),
  ];
}

/** The diagnosis for programs: `code` and `facts` are stable, `text` and `advice` are not. */
export function diagnosisAsJson(diagnosis: Diagnosis, language: Language): unknown {
  const { kind, findings } = diagnosis;
  return {
    verdict: worstLevel(findings),
    source: kind,
    findings: findings.map((found) => {
      const { level, clause } = FINDING_TYPES[found.code];
      const [text, advice] = textOf(found, LANGUAGES[language]);
      const netBackupSays = netBackupMessageOf(found, kind);
      const { code, facts } = found;
      return { code, level, clause, netBackupSays, text, advice, facts };
    }),
  };
}

/** The message that NetBackup would show to its administrator for a finding, if any. */
export function netBackupMessageOf(found: Finding, kind: SourceKind): NetBackupMessage | undefined {
  const { message } = FINDING_TYPES[found.code];
  if (message === undefined) return undefined;
  const key = typeof message === 'string' ? message : message[kind];
  return netBackupMessage(key, 'host' in found.facts ? found.facts.host : undefined);
}

const WIDTH = 8;
const INDENT = ' '.repeat(WIDTH + 2);

/** East Asian characters are two columns wide. */
function padded(label: string): string {
  const columns = [...label].reduce((sum, character) => sum + (character > '\u2e7f' ? 2 : 1), 0);
  return label + ' '.repeat(Math.max(0, WIDTH - columns));
}
