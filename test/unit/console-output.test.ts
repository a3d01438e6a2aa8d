import { groupLine } from '../../bin/nbwss/commands/groups.ts';
import { alarmLine, functionLogLine, storedLine, welcome } from '../../bin/nbwss/console-output.ts';

const ESCAPE = '\x1b]0;owned\x07\x9b2J\r\n';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for them
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

it('an alarm that goes on shows what it means, with its section of the runbook', () => {
  const change = {
    logicalId: 'A',
    name: 'NbwssMonitoring-A',
    description: 'Bad. Runbook: docs/runbook.md#a',
    reason: '',
    at: 0,
  };
  expect(alarmLine({ ...change, state: 'ALARM' })).toMatch(
    /^\S{8} alarm {8}NbwssMonitoring-A: Bad. Runbook: docs\/runbook.md#a$/,
  );
  expect(alarmLine({ ...change, state: 'OK' })).toMatch(/ NbwssMonitoring-A is off$/);
});

describe('external text is escaped for the terminal', () => {
  it.each([
    [
      'a job',
      'Job State Changed',
      { jobId: 1, outcome: 'failed', job: { policyName: ESCAPE, clientName: ESCAPE } },
    ],
    ['an image', 'Image Changed', { backupId: ESCAPE, image: { operationId: ESCAPE } }],
    ['a quarantined notification', 'Notification Quarantined', { eventId: 'e', reason: ESCAPE }],
  ])('%s', (_, type, detail) => {
    const line = storedLine(type, detail, 0);
    expect(line).toContain('\\u001b');
    expect(line).not.toMatch(CONTROL);
  });

  it.each([
    [
      'a structured log line',
      JSON.stringify({ level: 'WARN', message: ESCAPE, service: 's', reason: ESCAPE }),
    ],
    ['other output of a function', `crash${ESCAPE}`],
  ])('%s', (_, text) => {
    const line = functionLogLine('notify', text);
    expect(line).toContain('\\u001b');
    expect(line).not.toMatch(CONTROL);
  });

  it('a group', () => {
    const line = groupLine({
      groupId: 'demo',
      createdAt: '2026-11-29T00:00:00Z',
      utcOffset: { source: 'unknown' },
      session: { connected: false, state: 'disconnected', closeReason: ESCAPE },
      lastRejection: { at: ESCAPE, reason: 'token-not-valid', explanation: ESCAPE, sourceIp: ESCAPE },
    });
    expect(line).toMatch(/^demo {2}disconnected/);
    expect(line).not.toMatch(CONTROL);
  });
});

describe('welcome', () => {
  const connection = {
    apiUrl: 'http://localhost:9080',
    apiKey: 'nbk_client',
    adminKey: 'nbk_admin',
    webSocketUrl: 'wss://localhost:9443/nbwss',
    endpointFile: 'e.json',
    caFile: 'ca.pem',
  };
  const printed = (place: { state?: string } = {}): string => {
    const lines: string[] = [];
    welcome((line) => lines.push(line), connection, { groupId: 'demo', connectionFile: 'c.json', ...place });
    return lines.join('\n');
  };

  it('shows the address of the console first', () => {
    expect(printed().trim().split('\n')[0]).toBe(
      'Console    http://localhost:9080/console/   (sign in with the API key below)',
    );
  });

  it('shows the client key, and the file of the admin key', () => {
    expect(printed()).toContain('nbk_client   (for clients; the admin key is in c.json)');
    expect(printed()).not.toContain('nbk_admin');
  });

  it('shows the tunnel command, with the state folder unless it is the default', () => {
    expect(printed()).toMatch(
      /npx nbwss tunnel demo {3}\(gives a client https:\/\/127\.0\.0\.1:1556\/netbackup\/\)/,
    );
    expect(printed({ state: 'a b' })).toContain("npx nbwss tunnel demo --state 'a b'");
  });
});
