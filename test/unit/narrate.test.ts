import { groupLine } from '../../bin/nbwss/groups.ts';
import { complaintLine, storedLine, welcome } from '../../bin/nbwss/narrate.ts';

const ESCAPE = '\x1b]0;owned\x07\x9b2J\r\n';
/** Nothing that a terminal acts on; the text is one line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ACTS = /[\x00-\x1f\x7f-\x9f]/;

describe('what others named cannot act on the terminal', () => {
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
    expect(line).not.toMatch(ACTS);
  });

  it.each([
    ['a line of the log', JSON.stringify({ level: 'WARN', message: ESCAPE, service: 's', reason: ESCAPE })],
    ['what is no line of the log', `crash${ESCAPE}`],
  ])('%s', (_, text) => {
    const line = complaintLine('notify', text);
    expect(line).toContain('\\u001b');
    expect(line).not.toMatch(ACTS);
  });

  it('a group', () => {
    const line = groupLine({
      groupId: 'demo',
      session: { connected: false, state: 'disconnected', closeReason: ESCAPE },
      lastRejection: { at: ESCAPE, explanation: ESCAPE, sourceIp: ESCAPE },
    });
    expect(line).toMatch(/^demo {2}disconnected/);
    expect(line).not.toMatch(ACTS);
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
  const said = (place: { state?: string } = {}): string => {
    const lines: string[] = [];
    welcome((line) => lines.push(line), connection, { groupId: 'demo', connectionFile: 'c.json', ...place });
    return lines.join('\n');
  };

  it('shows the key for clients only, and where the other one is', () => {
    expect(said()).toContain('nbk_client   (for clients; the admin key is in c.json)');
    expect(said()).not.toContain('nbk_admin');
  });

  it('names the tunnel, with the folder if it is not the usual one', () => {
    expect(said()).toMatch(
      /npx nbwss tunnel demo {3}\(gives a client https:\/\/127\.0\.0\.1:1556\/netbackup\/\)/,
    );
    expect(said({ state: 'a b' })).toContain("npx nbwss tunnel demo --state 'a b'");
  });
});
