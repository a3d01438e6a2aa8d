import { omitUndefined } from '../omit-undefined.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';
import { trustedOrMachine } from '../wire/trust.ts';
import {
  checkCertificate,
  compareFingerprint,
  fetchServerCertificate,
  type ServerCertificate,
} from './check-certificate.ts';
import { checkDetails } from './check-details.ts';
import { addressOf, checkNetwork } from './check-network.ts';
import { checkToken, checkWebSocket } from './check-websocket.ts';
import {
  FINDING_TYPES,
  type Finding,
  type FindingCode,
  finding,
  type Level,
  type SourceKind,
} from './finding.ts';
import { readSource } from './read-source.ts';

export interface DoctorOptions {
  /** PEM certificates to trust; those that this machine trusts when there are none. */
  readonly trusted: readonly string[];
  /** Whether to CONNECT with the token of the details. */
  readonly connect: boolean;
  /** The timeout of each step, and the duration from which a details URL counts as slow; milliseconds. */
  readonly timeoutMs: number;
  readonly slowMs: number;
  /** The fingerprint of the certificate by other means than this connection; resolves to undefined when it is not known. */
  readonly expectedFingerprint?:
    | ((of: Pick<EndpointDetails, 'groupId' | 'hostName'>) => Promise<string | undefined>)
    | undefined;
  /** Milliseconds since the UNIX epoch, for certificates. */
  readonly now: () => number;
}

/** All findings, in the order in which NetBackup would encounter them. */
export interface Diagnosis {
  readonly kind: SourceKind;
  readonly findings: readonly Finding[];
  readonly details?: EndpointDetails;
}

/** Checks details and the endpoint that they describe. Invalid input becomes findings, never an exception. */
export async function diagnose(fileOrUrl: string, options: DoctorOptions): Promise<Diagnosis> {
  const source = await readSource(fileOrUrl, options);
  const { kind, text } = source;
  if (text === undefined) return { kind, findings: source.findings };
  const { findings, details, target } = checkDetails(text);
  const endpointFindings = target === undefined ? [] : await checkEndpoint(target, details, options);
  return {
    kind,
    findings: [...source.findings, ...findings, ...endpointFindings],
    ...omitUndefined({ details }),
  };
}

/** The worst level among findings. */
export function worstLevel(findings: readonly Finding[]): Level {
  const levels = findings.map(({ code }) => FINDING_TYPES[code].level);
  return levels.includes('error') ? 'error' : levels.includes('warning') ? 'warning' : 'ok';
}

async function checkEndpoint(
  target: URL,
  details: EndpointDetails | undefined,
  options: DoctorOptions,
): Promise<Finding[]> {
  const { trusted, timeoutMs, now } = options;
  const address = addressOf(target);
  const findings = await checkNetwork(address, timeoutMs);
  if (worstLevel(findings) === 'error') return findings;
  let server: ServerCertificate;
  try {
    server = await fetchServerCertificate(address, trusted, timeoutMs);
  } catch (error) {
    return [...findings, finding('tls-failed', { reason: reasonOf(error as Error) })];
  }
  findings.push(...checkCertificate(server, address.host, now()));
  if (options.expectedFingerprint && details) {
    const expected = await options.expectedFingerprint(details);
    findings.push(compareFingerprint(server, expected));
  }
  if (worstLevel(findings) === 'error') return findings;
  // NetBackup trusts the certificate that its administrator approved (EPT-5). So do we where no secret is sent.
  const approved = [...trustedOrMachine(trusted), server.certificate.toString()];
  findings.push(...(await checkWebSocket(target.href, { trusted: approved, timeoutMs })));
  if (!options.connect || !details || has(findings, 'upgrade-refused')) return findings;
  // Nobody has compared the fingerprint here: the token is sent only to a trusted server.
  if (server.trustError !== undefined) return [...findings, finding('token-kept-back', {})];
  return [...findings, ...(await checkToken(target.href, details.token, { trusted, timeoutMs }))];
}

function has(findings: readonly Finding[], code: FindingCode): boolean {
  return findings.some((one) => one.code === code);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code ? `${code} (${message})` : message;
}
