import { rootCertificates } from 'node:tls';
import type { EndpointDetails } from '../wire/endpoint-details.ts';
import { fetchShown, judgeCertificate } from './certificate.ts';
import { examineDetails } from './examine-details.ts';
import {
  CATALOGUE,
  type Finding,
  type FindingCode,
  finding,
  type Level,
  type SourceKind,
} from './finding.ts';
import { probe, probeToken } from './probe.ts';
import { addressOf, reach } from './reach.ts';
import { readSource } from './read-source.ts';

export interface DoctorOptions {
  /** PEM certificates to trust; the system's own when there are none. */
  readonly trusted: readonly string[];
  /** Whether to CONNECT with the token of the details. */
  readonly connect: boolean;
  /** How long each step may take, and from when on a details URL counts as slow; milliseconds. */
  readonly timeoutMs: number;
  readonly slowMs: number;
  /** Milliseconds since the UNIX epoch, for certificates. */
  readonly now: () => number;
}

/** Everything that was found, in the order in which NetBackup would come across it. */
export interface Diagnosis {
  readonly kind: SourceKind;
  readonly findings: readonly Finding[];
  readonly details?: EndpointDetails;
}

/** Examines details and the endpoint behind them. Never throws for what they are like. */
export async function diagnose(fileOrUrl: string, options: DoctorOptions): Promise<Diagnosis> {
  const source = await readSource(fileOrUrl, options);
  const { kind, text } = source;
  if (text === undefined) return { kind, findings: source.findings };
  const { findings, details, target } = examineDetails(text);
  const ofNetwork = target === undefined ? [] : await examineEndpoint(target, details, options);
  return {
    kind,
    findings: [...source.findings, ...findings, ...ofNetwork],
    ...(details && { details }),
  };
}

/** The worst level among findings. */
export function worstOf(findings: readonly Finding[]): Level {
  const levels = findings.map(({ code }) => CATALOGUE[code].level);
  return levels.includes('error') ? 'error' : levels.includes('warning') ? 'warning' : 'ok';
}

async function examineEndpoint(
  target: URL,
  details: EndpointDetails | undefined,
  options: DoctorOptions,
): Promise<Finding[]> {
  const { trusted, timeoutMs, now } = options;
  const address = addressOf(target);
  const findings = await reach(address, timeoutMs);
  if (worstOf(findings) === 'error') return findings;
  let shown: Awaited<ReturnType<typeof fetchShown>>;
  try {
    shown = await fetchShown(address, trusted, timeoutMs);
  } catch (error) {
    return [...findings, finding('tls-failed', { reason: reasonOf(error as Error) })];
  }
  findings.push(...judgeCertificate(shown, address.host, now()));
  if (worstOf(findings) === 'error') return findings;
  // NetBackup puts the certificate that its administrator approved into its truststore (EPT-5): so do we, for what
  // carries no secret.
  const approved = [...(trusted.length > 0 ? trusted : rootCertificates), shown.certificate.toString()];
  findings.push(...(await probe(target.href, { trusted: approved, timeoutMs })));
  if (!options.connect || !details || has(findings, 'upgrade-refused')) return findings;
  // The token goes to nobody whom we cannot tell from an impostor: nobody has looked at the fingerprint here.
  if (shown.untrusted !== undefined) return [...findings, finding('token-kept-back', {})];
  return [...findings, ...(await probeToken(target.href, details.token, { trusted, timeoutMs }))];
}

function has(findings: readonly Finding[], code: FindingCode): boolean {
  return findings.some((one) => one.code === code);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code ? `${code} (${message})` : message;
}
