import { examineDetails } from '../doctor/examine-details.ts';
import { CATALOGUE, type Finding } from '../doctor/finding.ts';
import { readSource } from '../doctor/read-source.ts';
import { english } from '../doctor/words/english.ts';
import { saidOf } from '../doctor/words/words.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';
import type { Outcome } from './observe.ts';

/** Details with what the doctor has against them: what refuses them, and what is doubtful, by clause. */
export interface DiagnosedDetails {
  readonly details: EndpointDetails | undefined;
  readonly refused: readonly Outcome[];
  readonly doubts: Readonly<Record<string, string>>;
}

export async function diagnosedDetails(
  fileOrUrl: string,
  trusted: readonly string[],
  timeoutMs: number,
): Promise<DiagnosedDetails> {
  const source = await readSource(fileOrUrl, { trusted, timeoutMs, slowMs: timeoutMs });
  const examined = source.text === undefined ? undefined : examineDetails(source.text);
  const findings = [...source.findings, ...(examined?.findings ?? [])];
  const errors = findings.filter(({ code }) => CATALOGUE[code].level === 'error');
  const warnings = findings.filter(({ code }) => CATALOGUE[code].level === 'warning');
  return {
    details: errors.length === 0 ? examined?.details : undefined,
    refused: errors.map((found) => ({ clause: clauseOf(found), verdict: 'fail', evidence: what(found) })),
    doubts: Object.fromEntries(warnings.map((found) => [clauseOf(found), what(found)])),
  };
}

/** TRAP-4 in details is about what NetBackup is handed, which is EPT-2's here. */
function clauseOf({ code }: Finding): string {
  const { clause = 'EPT-2' } = CATALOGUE[code];
  return clause.startsWith('EPT') ? clause : 'EPT-2';
}

const what = (found: Finding): string => saidOf(found, english)[0];
