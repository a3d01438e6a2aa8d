import {
  CATALOGUE,
  type FactsByCode,
  type Finding,
  type FindingCode,
  finding,
} from '../../../../netbackup/doctor/finding.ts';
import { NETBACKUP_MESSAGES } from '../../../../netbackup/doctor/netbackup-messages.ts';
import { diagnosisAsJson, exitCodeOf, formatDiagnosis } from '../../../../netbackup/doctor/report.ts';
import { english } from '../../../../netbackup/doctor/words/english.ts';
import { japanese } from '../../../../netbackup/doctor/words/japanese.ts';
import { saidOf } from '../../../../netbackup/doctor/words/words.ts';

const silent = { closeCode: undefined, seconds: 10 };
const closed = { closeCode: 1009, seconds: 10, kilobytes: 100 };

/** Facts for every code; the compiler sees to it that none is left out. */
const SAMPLES: { [Code in FindingCode]: FactsByCode[Code] } = {
  'file-missing': { path: 'd.json' },
  'file-unreadable': { path: 'd.json', why: 'EACCES' },
  'source-too-large': { kilobytes: 5120 },
  'source-url-malformed': {},
  'source-url-scheme': { scheme: 'http://' },
  'source-url-unreachable': { reason: 'ECONNREFUSED' },
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
  'field-apostrophe': { field: 'groupId' },
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
  'tcp-partly': { address: '192.0.2.1', port: 443, reason: 'ECONNREFUSED' },
  'tcp-connected': { address: '192.0.2.1', port: 443, ms: 3 },
  'tls-failed': { reason: 'EPROTO' },
  'certificate-shown': {
    fingerprint: 'AA:BB',
    subject: 'CN=h',
    issuer: 'CN=i',
    validFrom: '1',
    validTo: '2',
  },
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
  const [inEnglish, inJapanese] = [saidOf(found, english), saidOf(found, japanese)];
  for (const said of [inEnglish, inJapanese]) expect(said.join()).not.toMatch(/undefined|\[object/);
  expect(inEnglish.join()).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  expect(inJapanese[0]).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  // The same advice in both languages, or none in both.
  expect(inJapanese.length).toBe(inEnglish.length);
  if (CATALOGUE[code].level === 'error') expect(inEnglish).toHaveLength(2);
});

const diagnosed = (...findings: Finding[]) => ({ kind: 'file' as const, findings });

test('a finding in English: what, what NetBackup says, what to do', () => {
  expect(formatDiagnosis(diagnosed(finding('dns-failed', SAMPLES['dns-failed'])), 'en')).toEqual([
    'ERROR     The name h.example cannot be resolved (ENOTFOUND).',
    '          NetBackup would say: “Unable to establish connection with host: h.example” (ERR-3)',
    '          → Check its spelling; NetBackup must be able to resolve it as well.',
    '',
    'It will not work like this.',
  ]);
});

test("in Japanese NetBackup's own English stands beside its translation", () => {
  const text = formatDiagnosis(diagnosed(finding('field-empty', { field: 'token' })), 'ja').join('\n');
  expect(text).toContain('「JSON の内容が正しくありません」 (JSON contents not valid) (ERR-1)');
});

test('every message of NetBackup has a translation and an id', () => {
  for (const { errId, english: said, japanese: translated } of Object.values(NETBACKUP_MESSAGES)) {
    expect(errId).toMatch(/^ERR-\d+$/);
    expect(said).toMatch(/^[ -~]+$/);
    expect(translated).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  }
});

test('what a stranger sends cannot move the cursor', () => {
  const [line] = formatDiagnosis(
    diagnosed(finding('foreign-message', { reason: 'not JSON', text: '\x1b[2J\n' })),
    'en',
  );
  expect(line).toContain('\\x1b[2J\\x0a');
});

test('exit codes follow the worst finding', () => {
  const ok = finding('certificate-trusted', {});
  const warning = finding('text-bom', {});
  const error = finding('text-empty', {});
  expect([diagnosed(ok), diagnosed(ok, warning), diagnosed(warning, error, ok)].map(exitCodeOf)).toEqual([
    0, 1, 2,
  ]);
});

test('for programs: codes, facts and NetBackup’s message', () => {
  expect(diagnosisAsJson(diagnosed(finding('url-scheme', { scheme: 'ws://' })), 'en')).toEqual({
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
