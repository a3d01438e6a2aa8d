/** The setting `alerts`: what it creates, which events it selects, and what receivers get. */
import { ConfigError, readConfig } from '../../lib/config.ts';
import { compilePattern } from '../../local/events/pattern.ts';
import type { Target } from '../../local/events/targets.ts';
import { transform } from '../../local/events/transform.ts';
import { type ProblemDetail, type ProblemEvent, problemDetail } from '../support/problem-events.ts';
import { synthesize } from './synthesize.ts';
import { type Resource, resources } from './templates.ts';

const ALERTS = [
  { name: 'all', email: 'ops@example.com' },
  { name: 'gold', email: 'ops@example.com', labels: { tier: ['gold', 'silver'], 'site/a.b': 'Berlin' } },
  {
    name: 'kinds',
    email: 'ops@example.com',
    kinds: 'backup-failed',
    severities: ['critical'],
    groups: 'berlin',
  },
  { name: 'ends', email: 'ops@example.com', when: 'recovered' },
  { name: 'hook', webhook: { url: 'https://example.com/hook', keySecret: 'nbwss/hook' } },
  { name: 'slack', slack: { urlSecret: 'nbwss/slack' } },
  { name: 'teams', teams: { urlSecret: 'nbwss/teams' } },
  { name: 'signed', webhook: { url: 'https://example.com/signed', signingSecret: 'nbwss/signing' } },
];
const { monitoring } = synthesize({ alerts: ALERTS });
const ruleOf = (name: string): Resource['Properties'] =>
  resources(monitoring, 'AWS::Events::Rule')[`AlertsRule${name}`]?.Properties;
const event = (detail: ProblemDetail, type: ProblemEvent = 'Problem Opened') => ({
  source: 'nbwss',
  'detail-type': type,
  detail,
});

describe('an alert selects', () => {
  const matches = (name: string, change: Partial<ProblemDetail>, type?: ProblemEvent, source = 'nbwss') =>
    compilePattern(ruleOf(name).EventPattern)({ ...event(problemDetail(change), type), source });

  test('without filters all problems that open or recover', () => {
    expect(matches('all', { kind: 'job-stuck', severity: 'warning', labels: {} })).toBe(true);
    expect(matches('all', {}, 'Problem Recovered')).toBe(true);
    expect(matches('all', {}, 'Problem Reminded')).toBe(false);
    expect(matches('all', {}, 'Problem Opened', 'other')).toBe(false);
    expect(matches('ends', {})).toBe(false);
    expect(matches('ends', {}, 'Problem Recovered')).toBe(true);
  });

  test('by labels: all keys, each with one of its values', () => {
    const labels = { tier: 'silver', 'site/a.b': 'Berlin', more: 'x' };
    expect(matches('gold', { labels })).toBe(true);
    expect(matches('gold', { labels: { ...labels, tier: 'bronze' } })).toBe(false);
    expect(matches('gold', { labels: { tier: 'gold' } })).toBe(false);
  });

  test('by kind, severity and group together', () => {
    expect(matches('kinds', {})).toBe(true);
    expect(matches('kinds', { kind: 'job-stuck' })).toBe(false);
    expect(matches('kinds', { severity: 'warning' })).toBe(false);
    expect(matches('kinds', { groupId: 'munich' })).toBe(false);
  });
});

describe('the receiver gets', () => {
  const sent = (name: string, detail: ProblemDetail): string => {
    const { InputTransformer } = ruleOf(name).Targets[0] as Target;
    const { InputTemplate: template } = InputTransformer as unknown as { InputTemplate: unknown };
    const parts =
      typeof template === 'string'
        ? [template]
        : (template as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
    const InputTemplate = parts
      .map((part) => (typeof part === 'string' ? part : 'https://api.example.com'))
      .join('');
    return transform({ ...InputTransformer, InputTemplate }, event(detail)) ?? 'no JSON';
  };
  /** About the whole deployment, with all that JSON escapes. */
  const { groupId, ...odd } = problemDetail({ text: 'A "name", <at>, \\ and a\nline', labels: {} });

  test('of an e-mail: sentences', () => {
    expect(sent('all', problemDetail())).toMatchInlineSnapshot(`
""Problem Opened: The backup of db01 under the policy oracle \\"daily\\" failed with status 191."
"Severity: critical. Kind: backup-failed. Since 2026-03-01T02:00:00.000Z, last seen 2026-03-01T02:10:00.000Z."
"Details: GET https://api.example.com/v1/problems/berlin~3f2a~backup-failed~191""
`);
  });

  test('of a webhook: the whole problem', () => {
    for (const detail of [problemDetail(), odd])
      expect(JSON.parse(sent('hook', detail))).toEqual({
        type: 'Problem Opened',
        timestamp: detail.at,
        data: detail,
      });
  });

  test('of a signed webhook: the same, after the function has taken it out of the queue', () => {
    const { alert, body } = JSON.parse(sent('signed', odd));
    expect([alert, body]).toEqual(['signed', JSON.parse(sent('hook', odd))]);
  });

  test('of Slack: a header, the sentence and facts, as plain text', () => {
    const plain = (part: string) => ({ type: 'plain_text', text: part });
    expect(JSON.parse(sent('slack', odd))).toEqual({
      text: odd.text,
      blocks: [
        { type: 'header', text: plain('Problem Opened') },
        { type: 'section', text: plain(odd.text) },
        { type: 'context', elements: ['critical', 'backup-failed', odd.since, odd.problemId].map(plain) },
      ],
    });
  });

  test('of Teams: an adaptive card', () => {
    const { attachments } = JSON.parse(sent('teams', odd));
    expect(attachments[0].content).toMatchObject({
      type: 'AdaptiveCard',
      body: [{ text: 'Problem Opened' }, { text: odd.text }, { facts: [{ value: 'critical' }, {}, {}, {}] }],
    });
  });
});

test('no template holds a secret: CloudFormation reads them when it deploys', () => {
  const urls = Object.values(resources(monitoring, 'AWS::Events::ApiDestination')).map(
    ({ Properties }) => Properties.InvocationEndpoint,
  );
  expect(urls).toEqual([
    'https://example.com/hook',
    '{{resolve:secretsmanager:nbwss/slack:SecretString:::}}',
    '{{resolve:secretsmanager:nbwss/teams:SecretString:::}}',
  ]);
  const keys = Object.values(resources(monitoring, 'AWS::Events::Connection')).map(
    ({ Properties }) => Properties.AuthParameters.ApiKeyAuthParameters,
  );
  expect(keys).toEqual([
    { ApiKeyName: 'x-api-key', ApiKeyValue: '{{resolve:secretsmanager:nbwss/hook:SecretString:::}}' },
    { ApiKeyName: 'x-nbwss-alert', ApiKeyValue: 'slack' },
    { ApiKeyName: 'x-nbwss-alert', ApiKeyValue: 'teams' },
  ]);
});

test('every rule keeps what it cannot deliver', () => {
  const rules = Object.values(resources(monitoring, 'AWS::Events::Rule'));
  expect(rules).toHaveLength(ALERTS.length);
  for (const { Properties } of rules)
    expect(Properties.Targets[0].DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^AlertsDeadLetters/);
});

test('as many alerts as there may be keep within the quotas of a queue: 20 statements, 10 conditions, 8 192 bytes', () => {
  const receivers = [
    { email: 'ops@example.com' },
    { slack: { urlSecret: 'nbwss/slack' } },
    { webhook: { url: 'https://example.com/signed', signingSecret: 'nbwss/signing' } },
  ];
  const alerts = Array.from({ length: 20 }, (_, at) => ({
    name: `alert-${at}`.padEnd(32, 'x'),
    ...receivers[at % 3],
  }));
  const { monitoring: full } = synthesize({ alerts, stackPrefix: 'x'.repeat(64) });
  const policies = Object.values(resources(full, 'AWS::SQS::QueuePolicy'));
  expect(policies).toHaveLength(7);
  for (const { Properties } of policies) {
    const { Statement } = Properties.PolicyDocument;
    expect(Statement.length).toBeLessThanOrEqual(20);
    expect(Statement.filter((one: { Condition?: object }) => one.Condition).length).toBeLessThanOrEqual(10);
    // An ARN of a rule has 64 characters of its own name, and the bus has the name of the stack.
    const resolved = JSON.stringify(Statement).replace(
      /\{"(Fn::GetAtt|Ref)":[^}]*\}/g,
      `"${'x'.repeat(230)}"`,
    );
    expect(resolved.length).toBeLessThanOrEqual(8_192);
  }
});

test('the settings of signed webhooks fit into the environment of their function', () => {
  const alert = (name: string, characters: number) => ({
    name,
    webhook: { url: `https://a.example/${'x'.repeat(characters)}`, signingSecret: 'nbwss/signing' },
  });
  const read = (characters: number) => () =>
    readConfig({ nbwss: { alerts: [alert('a', characters), alert('b', characters)] } });
  expect(read(1_300)).not.toThrow();
  expect(read(1_500)).toThrow('nbwss.alerts must have 3000 characters at most of URLs and names of secrets');
});

test('without alerts there is nothing of them', () => {
  const { monitoring: without } = synthesize({});
  expect(Object.keys(without.Resources).filter((id) => id.startsWith('Alerts'))).toEqual([]);
});

test.each<[object, string]>([
  [{ name: 'A', email: 'a@example.com' }, '0.name must be 1 to 32 lower-case letters, digits and hyphens'],
  [{ name: 'a' }, '0 must have exactly one of email, webhook, slack, teams'],
  [
    { name: 'a', email: 'a@example.com', slack: { urlSecret: 'x' } },
    '0 must have exactly one of email, webhook, slack, teams',
  ],
  [{ name: 'a', email: ['a@example.com', 'a@example.com'] }, '0.email must have each address once'],
  [{ name: 'a', email: 'nobody' }, '0.email.0 must be an e-mail address'],
  [
    { name: 'a', webhook: { url: 'http://example.com' } },
    '0.webhook.url must be a URL that starts with https://',
  ],
  [{ name: 'a', webhook: {} }, '0.webhook must have url or urlSecret'],
  [{ name: 'a', slack: { url: 'https://hooks.slack.com/x' } }, '0.slack has no setting "url"'],
  [{ name: 'a', email: 'a@example.com', kinds: 'backup-late' }, '0.kinds.0 must be one of backup-failed'],
  [{ name: 'a', email: 'a@example.com', kinds: [] }, '0.kinds must not be empty'],
  [{ name: 'a', email: 'a@example.com', labels: { tier: [] } }, '0.labels.tier must not be empty'],
  [
    { name: 'a', webhook: { url: 'https://a.example', keySecret: 'k', signingSecret: 's' } },
    '0.webhook must have keySecret or signingSecret, not both',
  ],
  [
    { name: 'a', webhook: { url: 'https://user:password@a.example/', signingSecret: 's' } },
    '0.webhook.url must be a URL that starts with https://, without user and password',
  ],
  [
    { name: 'a', webhook: { url: 'https://a.example/#alerts' } },
    '0.webhook must have a url without characters that EventBridge refuses',
  ],
  [{ name: 'a', webhook: { url: 'https://a.example', header: 'Host' } }, '0.webhook.header must be the name'],
])('%j is refused', (alert, sentence) => {
  const read = () => readConfig({ nbwss: { alerts: [alert] } });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(sentence);
});

test('filters that are longer than an event pattern may be are refused', () => {
  const read = (count: number) => () => {
    const groups = Array.from({ length: count }, (_, at) => `group-${at}`);
    return readConfig({ nbwss: { alerts: [{ name: 'a', email: 'a@example.com', groups }] } });
  };
  expect(read(150)).not.toThrow();
  expect(read(200)).toThrow(
    'nbwss.alerts.0 must have kinds, labels and groups of 2048 characters at most as an event pattern, not "a"',
  );
});

test('two alerts of one name, or more than twenty, are refused', () => {
  const alert = (name: string) => ({ name, email: 'a@example.com' });
  const read =
    (...names: string[]) =>
    () =>
      readConfig({ nbwss: { alerts: names.map(alert) } });
  expect(read('a', 'a')).toThrow('nbwss.alerts must have another name for each alert');
  expect(read(...Array.from({ length: 21 }, (_, at) => `a${at}`))).toThrow('must have 20 alerts at most');
});
