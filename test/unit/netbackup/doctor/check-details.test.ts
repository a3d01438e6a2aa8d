import { checkDetails } from '../../../../netbackup/doctor/check-details.ts';
import { netBackupMessageOf } from '../../../../netbackup/doctor/report.ts';
import { parseDetails } from '../../../../netbackup/wire/endpoint-details.ts';

const good = {
  token: 'nbwss_abc.def',
  priority: 1,
  groupId: 'berlin',
  hostName: 'endpoint.example.com',
  url: 'wss://endpoint.example.com:443/nbwss',
};

/** All findings except `details-complete`, each with its field. */
const found = (details: unknown): string[] => {
  const text = typeof details === 'string' ? details : JSON.stringify(details);
  return checkDetails(text)
    .findings.filter(({ code }) => code !== 'details-complete')
    .map(({ code, facts }) => ('field' in facts ? `${code} ${facts.field}` : code));
};

test('EPT-1: five fields in any order are complete', () => {
  const reversed = Object.fromEntries(Object.entries(good).reverse());
  const { findings, details, target } = checkDetails(JSON.stringify(reversed));
  expect(findings.map(({ code }) => code)).toEqual(['details-complete']);
  expect(details).toEqual(good);
  expect(target?.href).toBe(good.url.replace(':443', ''));
  expect(JSON.stringify(findings)).not.toContain(good.token);
});

test.each(Object.keys(good))('EPT-1: %s missing, or of another type', (field) => {
  const { [field]: _, ...others } = good as Record<string, unknown>;
  expect(found(others)).toContain(`field-missing ${field}`);
  expect(found({ ...good, [field]: null })).toContain(`field-type ${field}`);
  for (const blank of ['', '  ', '\u3000']) {
    expect(found({ ...good, [field]: blank })).toContain(`field-empty ${field}`);
    expect(found({ ...good, [field]: blank })).not.toContain(`field-blanks ${field}`);
  }
});

const inner = JSON.stringify(good).slice(1, -1);

test.each<[where: string, text: string, field: string | undefined]>([
  ...(['token', 'groupId', 'hostName', 'url'] as const).map((field): [string, string, string] => [
    field,
    JSON.stringify({ ...good, [field]: `${good[field]}'` }),
    field,
  ]),
  ['a value of an unknown field', `{${inner},"note":"it's"}`, 'note'],
  ['the name of an unknown field', `{${inner},"it's":1}`, "it's"],
  ['a nested value', `{${inner},"note":{"a":["it's"]}}`, undefined],
  ['a field that occurs again', `{"token":"it's",${inner}}`, undefined],
  ['an escaped form', `{${inner},"note":"a\\\\\\u0027"}`, 'note'],
])('EPT-3: an apostrophe in %s', (_, text, field) => {
  const { findings, details } = checkDetails(text);
  const position = text.search(/'|\\u0027/) + 1;
  const facts = { ...(field !== undefined && { field }), line: 1, column: position };
  expect(findings).toContainEqual({ code: 'field-apostrophe', facts });
  expect(details).toBeUndefined();
  expect(() => parseDetails(text)).toThrow(/^JSON contents not valid: an apostrophe (in \w+ )?\(EPT-3\)$/);
});

test('EPT-3: an escaped backslash before u0027 is not an apostrophe', () => {
  const text = `{${inner},"note":"\\\\u0027"}`;
  expect(found(text)).toEqual(['field-extra note']);
  expect(parseDetails(text)).toEqual(good);
});

test.each<[what: string, details: unknown, findings: string[]]>([
  ['nothing', '', ['text-empty']],
  ['blanks', ' \n', ['text-empty']],
  ['a list of endpoints', [good, good], ['json-array']],
  ['text', '"text"', ['json-no-object']],
  ['null', 'null', ['json-no-object']],
  ['a trailing comma', '{"token":"a",}', ['json-invalid']],
  ['a quoted priority', { ...good, priority: '1' }, ['field-type priority']],
  ['a fraction for a priority', { ...good, priority: 1.5 }, ['priority-odd']],
  ['a sixth field', { ...good, comment: 'x' }, ['field-extra comment']],
  ['a pasted blank', { ...good, token: 'nbwss_abc.def\u3000' }, ['field-blanks token']],
  ['ws://', { ...good, url: 'ws://endpoint.example.com:80/x' }, ['url-scheme']],
  ['https://', { ...good, url: 'https://endpoint.example.com:443/x' }, ['url-scheme']],
  ['no scheme', { ...good, url: 'endpoint.example.com/x' }, ['url-malformed']],
  ['no host', { ...good, url: 'wss://' }, ['url-malformed']],
  ['no port', { ...good, url: 'wss://endpoint.example.com/x' }, ['url-no-port']],
  ['no path', { ...good, url: 'wss://endpoint.example.com:443' }, ['url-no-path']],
  ['a password', { ...good, url: 'wss://a:b@endpoint.example.com:443/x' }, ['url-credentials']],
  ['a fragment', { ...good, url: 'wss://endpoint.example.com:443/x#y' }, ['url-fragment']],
  ['an IPv6 host', { ...good, hostName: '2001:db8::1', url: 'wss://[2001:db8::1]:443/x' }, ['url-ipv6']],
  [
    'an IPv6 host without port',
    { ...good, hostName: '2001:db8::1', url: 'wss://[2001:db8::1]/x' },
    ['url-no-port', 'url-ipv6'],
  ],
  [
    'an IDN host',
    { ...good, hostName: 'テスト.example', url: 'wss://テスト.example:443/x' },
    ['url-not-ascii'],
  ],
  ['a short host name', { ...good, hostName: 'endpoint' }, ['host-name-not-qualified', 'host-name-differs']],
  ['another host in url', { ...good, hostName: 'other.example.com' }, ['host-name-differs']],
])('%s', (_, details, findings) => {
  expect(found(details)).toEqual(findings);
});

test('suggests the URL with a port', () => {
  const { findings } = checkDetails(JSON.stringify({ ...good, url: 'wss://endpoint.example.com/a/b?c=d' }));
  expect(findings.find(({ code }) => code === 'url-no-port')?.facts).toEqual({
    suggestion: 'wss://endpoint.example.com:443/a/b?c=d',
  });
});

test('details are usable with warnings, but not with errors', () => {
  expect(checkDetails(JSON.stringify({ ...good, comment: 'x' })).details).toEqual(good);
  expect(checkDetails(JSON.stringify({ ...good, token: '' })).details).toBeUndefined();
  expect(checkDetails(JSON.stringify({ ...good, token: '' })).target).toBeDefined();
});

test('NetBackup has different messages for a file and a URL', () => {
  const [blank] = checkDetails(JSON.stringify({ ...good, groupId: ' ' })).findings;
  const [scheme] = checkDetails(JSON.stringify({ ...good, url: 'ws://h.example:1/' })).findings;
  const errIds = [blank, scheme].flatMap((one) =>
    (['file', 'url'] as const).map((kind) => (one ? netBackupMessageOf(one, kind)?.errId : '')),
  );
  expect(errIds).toEqual(['ERR-1', 'ERR-6', 'ERR-2', 'ERR-4']);
});
