import {
  type FactsByCode,
  FINDING_TYPES,
  type Finding,
  type FindingCode,
  finding,
} from '../../../../netbackup/doctor/finding.ts';
import {
  diagnosisAsJson,
  exitCodeOf,
  formatDiagnosis,
  netBackupMessageOf,
} from '../../../../netbackup/doctor/report.ts';
import { english } from '../../../../netbackup/doctor/texts/english.ts';
import { japanese } from '../../../../netbackup/doctor/texts/japanese.ts';
import { textOf } from '../../../../netbackup/doctor/texts/texts.ts';

const silent = { closeCode: undefined, seconds: 10 };
const closed = { closeCode: 1009, seconds: 10, kilobytes: 100 };

/** Facts for every code; the compiler requires all of them. */
const SAMPLES: { [Code in FindingCode]: FactsByCode[Code] } = {
  'file-missing': { path: 'd.json' },
  'file-unreadable': { path: 'd.json', why: 'EACCES' },
  'source-too-large': { kilobytes: 5120 },
  'source-url-malformed': {},
  'source-url-scheme': { scheme: 'http://' },
  'source-url-unreachable': { host: 'h.example', reason: 'ECONNREFUSED' },
  'source-url-broken': { reason: 'ECONNRESET' },
  'source-url-certificate': { reason: 'CERT_HAS_EXPIRED' },
  'source-url-redirect': { status: 302, location: 'https://h/' },
  'source-url-status': { status: 410 },
  'source-url-timeout': { seconds: 10 },
  'source-url-slow': { seconds: 7 },
  'text-empty': {},
  'text-bom': {},
  'text-utf16': {},
  'text-not-utf8': {},
  'json-invalid': { line: 1, column: 2, hint: 'trailing-comma' },
  'json-array': { count: 2 },
  'json-no-object': { kind: 'string' },
  'field-missing': { field: 'token' },
  'field-empty': { field: 'token' },
  'field-type': { field: 'priority', wanted: 'number', found: 'string' },
  'field-apostrophe': { line: 1, column: 2 },
  'field-blanks': { field: 'token' },
  'field-extra': { field: 'comment' },
  'priority-odd': { priority: -1 },
  'url-malformed': { url: 'x' },
  'url-scheme': { scheme: 'ws://' },
  'url-no-port': { suggestion: 'wss://h:443/' },
  'url-no-path': {},
  'url-credentials': {},
  'url-fragment': {},
  'url-ipv6': { host: '[::1]' },
  'url-not-ascii': { host: 'xn--zckzah' },
  'host-name-not-qualified': { hostName: 'h' },
  'host-name-differs': { hostName: 'h', urlHost: 'i' },
  'details-complete': { groupId: 'g', priority: 1, hostName: 'h', url: 'wss://h:443/' },
  'dns-failed': { host: 'h.example', reason: 'ENOTFOUND' },
  'dns-resolved': { host: 'h', addresses: '192.0.2.1' },
  'tcp-failed': { host: 'h.example', address: '192.0.2.1', port: 443, reason: 'ECONNREFUSED' },
  'tcp-partly': { host: 'h.example', address: '192.0.2.1', port: 443, reason: 'ECONNREFUSED' },
  'tcp-connected': { address: '192.0.2.1', port: 443, ms: 3 },
  'tls-failed': { reason: 'EPROTO' },
  'certificate-shown': {
    fingerprint: 'AA:BB',
    subject: 'CN=h',
    issuer: 'CN=i',
    validFrom: '1',
    validTo: '2',
  },
  'certificate-as-expected': {},
  'certificate-differs': { expected: 'AB:CD', fingerprint: 'CD:AB' },
  'certificate-not-known': {},
  'certificate-valid': { days: 90 },
  'certificate-expires-soon': { days: 3, validTo: '2' },
  'certificate-expired': { validTo: '2' },
  'certificate-not-yet-valid': { validFrom: '1' },
  'certificate-wrong-name': { host: 'h', names: 'DNS:i' },
  'certificate-trusted': {},
  'certificate-self-signed': {},
  'certificate-chain-incomplete': { issuer: 'CN=i' },
  'certificate-untrusted': { reason: 'SELF_SIGNED_CERT_IN_CHAIN' },
  'upgrade-refused': { reason: 'Unexpected server response: 403' },
  'upgrade-accepted': { ms: 3 },
  'ping-unanswered': { seconds: 10 },
  'ping-answered': { ms: 3 },
  'made-up-token-refused': {},
  'made-up-token-accepted': {},
  'connect-unanswered': silent,
  'foreign-message': { reason: 'not JSON', text: 'Forbidden' },
  'fragments-pass': { kilobytes: 100 },
  'fragments-blocked': closed,
  'single-frame-passes': { kilobytes: 100 },
  'single-frame-blocked': closed,
  'large-message-passes': { kilobytes: 1024 },
  'large-message-blocked': closed,
  'token-kept-back': {},
  'token-accepted': { ms: 3 },
  'token-refused': {},
  'token-unanswered': silent,
};
const FINDINGS = (Object.keys(SAMPLES) as FindingCode[]).map((code) => finding(code, SAMPLES[code]));

test.each(FINDINGS.map((found) => [found.code, found] as const))('%s', (code, found) => {
  const [inEnglish, inJapanese] = [textOf(found, english), textOf(found, japanese)];
  for (const text of [inEnglish, inJapanese]) expect(text.join()).not.toMatch(/undefined|\[object/);
  expect(inEnglish.join()).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  expect(inJapanese[0]).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  // The same advice in both languages, or none in both.
  expect(inJapanese.length).toBe(inEnglish.length);
  if (FINDING_TYPES[code].level === 'error') expect(inEnglish).toHaveLength(2);
});

const diagnosis = (...findings: Finding[]) => ({ kind: 'file' as const, findings });

test('a finding in English: its text, the message of NetBackup, the advice', () => {
  expect(formatDiagnosis(diagnosis(finding('dns-failed', SAMPLES['dns-failed'])), 'en')).toEqual([
    'ERROR     The name h.example cannot be resolved (ENOTFOUND).',
    '          NetBackup message: “Unable to establish connection with host: h.example” (ERR-3)',
    '          → Check its spelling; NetBackup must be able to resolve it as well.',
    '',
    'It will not work.',
  ]);
});

test("NetBackup's Japanese message, and the English one where it is known", () => {
  const says = (language: 'en' | 'ja', found: Finding): string =>
    formatDiagnosis(diagnosis(found), language)[1]?.replace(/^.*?: /, '') ?? '';
  const blank = finding('field-empty', { field: 'token' });
  expect(says('ja', blank)).toBe('「JSON コンテンツは無効です」 (JSON contents not valid) (ERR-1)');
  const malformed = finding('url-malformed', { url: 'x' });
  expect(says('ja', malformed)).toBe('「不正な URL:」 (ERR-2)');
  expect(says('en', malformed)).toBe('“不正な URL:” (ERR-2, no English text is known)');
});

test('ERR-3 names the host, whatever it is called', () => {
  for (const code of ['dns-failed', 'tcp-failed', 'tcp-partly', 'source-url-unreachable'] as const) {
    const found = finding(code, { ...SAMPLES[code], host: '$&.example' } as never);
    expect(netBackupMessageOf(found, 'file')).toMatchObject({
      errId: 'ERR-3',
      english: 'Unable to establish connection with host: $&.example',
    });
  }
});

test('control characters in text from a server are escaped', () => {
  const [line] = formatDiagnosis(
    diagnosis(finding('foreign-message', { reason: 'not JSON', text: '\x1b[2J\n' })),
    'en',
  );
  expect(line).toContain('\\u001b[2J\\u000a');
});

test('the exit code is that of the worst finding', () => {
  const ok = finding('certificate-trusted', {});
  const warning = finding('text-bom', {});
  const error = finding('text-empty', {});
  expect([diagnosis(ok), diagnosis(ok, warning), diagnosis(warning, error, ok)].map(exitCodeOf)).toEqual([
    0, 1, 2,
  ]);
});

test('JSON: codes, facts and the message of NetBackup', () => {
  expect(diagnosisAsJson(diagnosis(finding('url-scheme', { scheme: 'ws://' })), 'en')).toEqual({
    verdict: 'error',
    source: 'file',
    findings: [
      expect.objectContaining({
        code: 'url-scheme',
        level: 'error',
        clause: 'EPT-3',
        netBackupSays: expect.objectContaining({ errId: 'ERR-2' }),
        facts: { scheme: 'ws://' },
      }),
    ],
  });
});
