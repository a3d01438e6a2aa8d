import { checkDetails } from '../doctor/check-details.ts';
import { FINDING_TYPES, type Finding } from '../doctor/finding.ts';
import { readSource } from '../doctor/read-source.ts';
import { english } from '../doctor/texts/english.ts';
import { textOf } from '../doctor/texts/texts.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';
import type { Outcome } from './check-traffic.ts';

/** Endpoint details with the doctor's errors, and its warnings by clause. */
export interface DiagnosedDetails {
  readonly details: EndpointDetails | undefined;
  readonly errors: readonly Outcome[];
  readonly warnings: Readonly<Record<string, string>>;
}

export async function diagnoseDetails(
  fileOrUrl: string,
  trusted: readonly string[],
  timeoutMs: number,
): Promise<DiagnosedDetails> {
  const source = await readSource(fileOrUrl, { trusted, timeoutMs, slowMs: timeoutMs });
  const checked = source.text === undefined ? undefined : checkDetails(source.text);
  const findings = [...source.findings, ...(checked?.findings ?? [])];
  const errors = findings.filter(({ code }) => FINDING_TYPES[code].level === 'error');
  const warnings = findings.filter(({ code }) => FINDING_TYPES[code].level === 'warning');
  return {
    details: errors.length === 0 ? checked?.details : undefined,
    errors: errors.map((found) => ({
      clause: clauseOf(found),
      verdict: 'fail',
      evidence: evidenceOf(found),
    })),
    warnings: Object.fromEntries(warnings.map((found) => [clauseOf(found), evidenceOf(found)])),
  };
}

/** Invalid JSON in details (TRAP-4) violates EPT-2 here. */
function clauseOf({ code }: Finding): string {
  const { clause = 'EPT-2' } = FINDING_TYPES[code];
  return clause.startsWith('EPT') ? clause : 'EPT-2';
}

const evidenceOf = (found: Finding): string => textOf(found, english)[0];
