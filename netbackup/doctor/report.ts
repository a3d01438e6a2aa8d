import { printable } from '../printable.ts';
import { type Diagnosis, worstOf } from './diagnose.ts';
import { CATALOGUE, type Finding, type SourceKind } from './finding.ts';
import { NETBACKUP_MESSAGES, type NetBackupMessage } from './netbackup-messages.ts';
import { english } from './words/english.ts';
import { japanese } from './words/japanese.ts';
import { saidOf, type Words } from './words/words.ts';

export const LANGUAGES = { en: english, ja: japanese } as const satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

/** 0 fine, 1 warnings, 2 errors. */
export function exitCodeOf({ findings }: Diagnosis): number {
  return { ok: 0, warning: 1, error: 2 }[worstOf(findings)];
}

/** The diagnosis as lines for people. */
export function formatDiagnosis(diagnosis: Diagnosis, language: Language): string[] {
  const words = LANGUAGES[language];
  const lines = diagnosis.findings.flatMap((found) => formatFinding(found, diagnosis.kind, language));
  return [...lines.map(printable), '', words.conclusions[worstOf(diagnosis.findings)]];
}

function formatFinding(found: Finding, kind: SourceKind, language: Language): string[] {
  const { level, clause } = CATALOGUE[found.code];
  const words = LANGUAGES[language];
  const [what, advice] = saidOf(found, words);
  const says = messageOf(found, kind);
  const label = padded(words.levels[level]);
  return [
    `${label}  ${what}${clause && level !== 'ok' ? ` [${clause}]` : ''}`,
    ...(says ? [`${INDENT}${words.netBackupSays}: ${quoted(says, language)} (${says.errId})`] : []),
    ...(advice ? [`${INDENT}→ ${advice}`] : []),
  ];
}

/** The diagnosis for programs: `code` and `facts` are stable, `text` and `advice` are not. */
export function diagnosisAsJson(diagnosis: Diagnosis, language: Language): unknown {
  const { kind, findings } = diagnosis;
  return {
    verdict: worstOf(findings),
    source: kind,
    findings: findings.map((found) => {
      const { level, clause } = CATALOGUE[found.code];
      const [text, advice] = saidOf(found, LANGUAGES[language]);
      const netBackupSays = messageOf(found, kind);
      const { code, facts } = found;
      return { code, level, clause, netBackupSays, text, advice, facts };
    }),
  };
}

/** What NetBackup would tell its administrator of a finding, if it would. */
export function messageOf(found: Finding, kind: SourceKind): NetBackupMessage | undefined {
  const { says } = CATALOGUE[found.code];
  if (says === undefined) return undefined;
  const { errId, english, japanese } = NETBACKUP_MESSAGES[typeof says === 'string' ? says : says[kind]];
  const host = 'host' in found.facts ? found.facts.host : '<servername>';
  const named = (text: string): string => text.replace('<servername>', host);
  return { errId, english: named(english), japanese: named(japanese) };
}

const quoted = ({ english, japanese }: NetBackupMessage, language: Language): string =>
  language === 'ja' ? `「${japanese}」 (${english})` : `“${english}”`;

const WIDTH = 8;
const INDENT = ' '.repeat(WIDTH + 2);

/** East Asian characters take two columns. */
function padded(label: string): string {
  const columns = [...label].reduce((sum, character) => sum + (character > '\u2e7f' ? 2 : 1), 0);
  return label + ' '.repeat(Math.max(0, WIDTH - columns));
}
