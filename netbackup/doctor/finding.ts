import type { MessageKey } from '../wire/netbackup-messages.ts';
import type { JsonError, Position } from './json-error.ts';

/** `warning`: NetBackup may or may not accept it. `error`: it will not work. */
export type Level = 'ok' | 'warning' | 'error';

/** A request without a response: none within `seconds`, or the connection was closed. */
export interface Unanswered {
  readonly closeCode: number | undefined;
  readonly seconds: number;
}

type NoFacts = Readonly<Record<never, never>>;
interface Field {
  readonly field: string;
}

/** Every finding's code, with the facts for its text. Times are ISO 8601. */
export interface FactsByCode {
  'file-missing': { path: string };
  'file-unreadable': { path: string; why: string };
  'source-too-large': { kilobytes: number };
  'source-url-malformed': NoFacts;
  'source-url-scheme': { scheme: string };
  'source-url-unreachable': { host: string; reason: string };
  'source-url-broken': { reason: string };
  'source-url-certificate': { reason: string };
  'source-url-redirect': { status: number; location: string };
  'source-url-status': { status: number };
  'source-url-timeout': { seconds: number };
  'source-url-slow': { seconds: number };
  'text-empty': NoFacts;
  'text-bom': NoFacts;
  'text-utf16': NoFacts;
  'text-not-utf8': NoFacts;
  'json-invalid': JsonError;
  'json-array': { count: number };
  'json-no-object': { kind: string };
  'field-missing': Field;
  'field-empty': Field;
  'field-type': Field & { wanted: string; found: string };
  /** `field` is absent for a nested value, and for a field that occurs again. */
  'field-apostrophe': Partial<Field> & Position;
  'field-blanks': Field;
  'field-extra': Field;
  'priority-odd': { priority: number };
  'url-malformed': { url: string };
  'url-scheme': { scheme: string };
  'url-no-port': { suggestion: string };
  'url-no-path': NoFacts;
  'url-credentials': NoFacts;
  'url-fragment': NoFacts;
  'url-ipv6': { host: string };
  'url-not-ascii': { host: string };
  'host-name-not-qualified': { hostName: string };
  'host-name-differs': { hostName: string; urlHost: string };
  'details-complete': { groupId: string; priority: number; hostName: string; url: string };
  'dns-failed': { host: string; reason: string };
  'dns-resolved': { host: string; addresses: string };
  'tcp-failed': { host: string; address: string; port: number; reason: string };
  'tcp-partly': { host: string; address: string; port: number; reason: string };
  'tcp-connected': { address: string; port: number; ms: number };
  'tls-failed': { reason: string };
  'certificate-shown': {
    fingerprint: string;
    subject: string;
    issuer: string;
    validFrom: string;
    validTo: string;
  };
  'certificate-as-expected': NoFacts;
  'certificate-differs': { expected: string; fingerprint: string };
  'certificate-not-known': NoFacts;
  'certificate-valid': { days: number };
  'certificate-expires-soon': { days: number; validTo: string };
  'certificate-expired': { validTo: string };
  'certificate-not-yet-valid': { validFrom: string };
  'certificate-wrong-name': { host: string; names: string };
  'certificate-trusted': NoFacts;
  'certificate-self-signed': NoFacts;
  'certificate-chain-incomplete': { issuer: string };
  'certificate-untrusted': { reason: string };
  'upgrade-refused': { reason: string };
  'upgrade-accepted': { ms: number };
  'ping-unanswered': { seconds: number };
  'ping-answered': { ms: number };
  'made-up-token-refused': NoFacts;
  'made-up-token-accepted': NoFacts;
  'connect-unanswered': Unanswered;
  'foreign-message': { reason: string; text: string };
  'fragments-pass': { kilobytes: number };
  'fragments-blocked': Unanswered & { kilobytes: number };
  'single-frame-passes': { kilobytes: number };
  'single-frame-blocked': Unanswered & { kilobytes: number };
  'large-message-passes': { kilobytes: number };
  'large-message-blocked': Unanswered & { kilobytes: number };
  'token-kept-back': NoFacts;
  'token-accepted': { ms: number };
  'token-refused': NoFacts;
  'token-unanswered': Unanswered;
}

export type FindingCode = keyof FactsByCode;

export type Finding = {
  readonly [Code in FindingCode]: { readonly code: Code; readonly facts: Readonly<FactsByCode[Code]> };
}[FindingCode];

export function finding<Code extends FindingCode>(code: Code, facts: FactsByCode[Code]): Finding {
  return { code, facts } as Finding;
}

/** The source of the details: NetBackup has different messages for a file and a URL. */
export type SourceKind = 'file' | 'url';

interface FindingType {
  readonly level: Level;
  readonly clause?: string;
  /** NetBackup's message; one for both, or by the source of the details. */
  readonly message?: MessageKey | Readonly<Record<SourceKind, MessageKey>>;
}

const contents = { file: 'contentsNotValid', url: 'invalidPacket' } as const;
const malformedUrl = { file: 'malformedUrl', url: 'malformedSourceUrl' } as const;
const offline = { level: 'error', message: 'staysDisconnected' } as const;

/** Each finding's level, contract clause and NetBackup message. */
export const FINDING_TYPES: Readonly<Record<FindingCode, FindingType>> = {
  'file-missing': { level: 'error', clause: 'EPT-2' },
  'file-unreadable': { level: 'error', clause: 'EPT-2' },
  'source-too-large': { level: 'error', clause: 'EPT-2', message: contents },
  'source-url-malformed': { level: 'error', clause: 'EPT-2', message: 'malformedSourceUrl' },
  'source-url-scheme': { level: 'error', clause: 'EPT-2', message: 'invalidParameter' },
  'source-url-unreachable': { level: 'error', clause: 'EPT-2', message: 'noConnection' },
  'source-url-broken': { level: 'error', clause: 'EPT-2', message: 'openFailed' },
  'source-url-certificate': { level: 'error', clause: 'EPT-2', message: 'openFailed' },
  'source-url-redirect': { level: 'error', clause: 'EPT-2', message: 'invalidPacket' },
  'source-url-status': { level: 'error', clause: 'EPT-2', message: 'invalidPacket' },
  'source-url-timeout': { level: 'error', clause: 'EPT-2', message: 'openFailed' },
  'source-url-slow': { level: 'warning', clause: 'EPT-2' },
  'text-empty': { level: 'error', clause: 'EPT-2', message: contents },
  'text-bom': { level: 'warning', clause: 'EPT-2', message: contents },
  'text-utf16': { level: 'error', clause: 'EPT-2', message: contents },
  'text-not-utf8': { level: 'error', clause: 'EPT-2', message: contents },
  'json-invalid': { level: 'error', clause: 'TRAP-4', message: contents },
  'json-array': { level: 'error', clause: 'EPT-2', message: contents },
  'json-no-object': { level: 'error', clause: 'EPT-2', message: contents },
  'field-missing': { level: 'error', clause: 'EPT-1', message: contents },
  'field-empty': { level: 'error', clause: 'EPT-3', message: contents },
  'field-type': { level: 'error', clause: 'EPT-1', message: contents },
  'field-apostrophe': { level: 'error', clause: 'EPT-3', message: contents },
  'field-blanks': { level: 'warning', clause: 'EPT-1' },
  'field-extra': { level: 'warning', clause: 'EPT-1', message: contents },
  'priority-odd': { level: 'warning', clause: 'EPT-1' },
  'url-malformed': { level: 'error', clause: 'EPT-3', message: malformedUrl },
  'url-scheme': { level: 'error', clause: 'EPT-3', message: { file: 'onlyWss', url: 'invalidParameter' } },
  'url-no-port': { level: 'warning', clause: 'EPT-3' },
  'url-no-path': { level: 'warning', clause: 'EPT-3' },
  'url-credentials': { level: 'warning', clause: 'EPT-3' },
  'url-fragment': { level: 'error', clause: 'EPT-3', message: malformedUrl },
  'url-ipv6': { level: 'warning', clause: 'EPT-3' },
  'url-not-ascii': { level: 'warning', clause: 'EPT-3' },
  'host-name-not-qualified': { level: 'warning', clause: 'EPT-1' },
  'host-name-differs': { level: 'warning', clause: 'EPT-1' },
  'details-complete': { level: 'ok', clause: 'EPT-1' },
  'dns-failed': { level: 'error', message: 'noConnection' },
  'dns-resolved': { level: 'ok' },
  'tcp-failed': { level: 'error', message: 'noConnection' },
  'tcp-partly': { level: 'warning', message: 'noConnection' },
  'tcp-connected': { level: 'ok' },
  'tls-failed': { level: 'error', clause: 'EPT-5', message: 'noSsl' },
  'certificate-shown': { level: 'ok', clause: 'EPT-5' },
  'certificate-as-expected': { level: 'ok', clause: 'EPT-5' },
  'certificate-differs': { level: 'error', clause: 'EPT-5' },
  'certificate-not-known': { level: 'warning', clause: 'EPT-5' },
  'certificate-valid': { level: 'ok', clause: 'EPT-5' },
  'certificate-expires-soon': { level: 'warning', clause: 'EPT-5' },
  'certificate-expired': { clause: 'EPT-5', ...offline },
  'certificate-not-yet-valid': { clause: 'EPT-5', ...offline },
  'certificate-wrong-name': { clause: 'EPT-5', ...offline },
  'certificate-trusted': { level: 'ok', clause: 'EPT-5' },
  'certificate-self-signed': { level: 'warning', clause: 'EPT-5' },
  'certificate-chain-incomplete': { level: 'warning', clause: 'EPT-5' },
  'certificate-untrusted': { level: 'warning', clause: 'EPT-5' },
  'upgrade-refused': { clause: 'CON-1', ...offline },
  'upgrade-accepted': { level: 'ok', clause: 'CON-1' },
  'ping-unanswered': { clause: 'CON-7', ...offline },
  'ping-answered': { level: 'ok', clause: 'CON-7' },
  'made-up-token-refused': { level: 'ok', clause: 'CON-3' },
  'made-up-token-accepted': { level: 'error', clause: 'CON-3' },
  'connect-unanswered': { clause: 'CON-3', ...offline },
  'foreign-message': { clause: 'ENV-5', ...offline },
  'fragments-pass': { level: 'ok', clause: 'NOT-8' },
  'fragments-blocked': { level: 'error', clause: 'NOT-8', message: 'notSent' },
  'single-frame-passes': { level: 'ok', clause: 'NOT-8' },
  'single-frame-blocked': { level: 'warning', clause: 'NOT-8', message: 'notSent' },
  'large-message-passes': { level: 'ok', clause: 'NOT-8' },
  'large-message-blocked': { level: 'warning', clause: 'NOT-8', message: 'notSent' },
  'token-kept-back': { level: 'error', clause: 'EPT-6' },
  'token-accepted': { level: 'ok', clause: 'CON-2' },
  'token-refused': { clause: 'CON-3', ...offline },
  'token-unanswered': { clause: 'CON-2', ...offline },
};
