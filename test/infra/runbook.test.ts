/** docs/runbook.md, the alarms and the codes that functions log name each other. */
import { readdirSync, readFileSync } from 'node:fs';
import { alarmsOf } from '../../lib/alarms.ts';
import { readConfig } from '../../lib/config.ts';
import { MAXIMAL, RELAY_ONLY } from './configurations.ts';
import { synthesize } from './synthesize.ts';
import { resources, templates } from './templates.ts';

/** With everything that has alarms. */
const COMPLETE = {
  canaryMinutes: 5,
  alerts: [{ name: 'mail', email: 'ops@example.com' }],
  digests: MAXIMAL['digests'],
  ...RELAY_ONLY,
  gateway: 'both',
};
const facts = alarmsOf(readConfig({ nbwss: COMPLETE }));
const runbook = readFileSync('docs/runbook.md', 'utf8');
const [withAlarm = '', withoutAlarm = ''] = runbook.split('## Codes without an alarm');
const sections = [...withAlarm.matchAll(/^## ([a-z-]+)$/gm)].map(([, anchor]) => anchor);

test('an alarm exists if and only if the runbook has its section', () => {
  const { monitoring } = synthesize(COMPLETE);
  const anchors = [monitoring, templates.service].flatMap((template) =>
    ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
      Object.values(resources(template, type)).map(
        ({ Properties }) => Properties.AlarmDescription.split('docs/runbook.md#')[1],
      ),
    ),
  );
  // Of a deployment with `gradualDeployment`.
  expect(sections.sort()).toEqual([...new Set([...anchors, 'deployment-failing'])].sort());
});

/** Calls of `log.warn`, `log.error` and `log.count`, and the codes that `unauthenticated.reject` logs. */
const LOGGED =
  /(?:\blog\s*\.(?:warn|error|count)|\.reject)\(\s*(?:event,\s*)?['`]([a-z-]+?)(?:-\$\{reason\})?['`]/g;
const codesIn = (folder: string, pattern: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(`${folder}/${name}`, 'utf8').matchAll(pattern)])
    .map(([, called, listed]) => called ?? listed ?? '');
/** The same of the relay; and what it only counts: calls of `metrics.count`, and the table of what its gateway counts. */
const COUNTED =
  /\b(?:log\.(?:warn|error)|first\.error|fail|metrics\.count)\(\s*'([a-z-]+)'|^ {2}[A-Z]\w+: '([a-z-]+)',$/gm;
const logged = [...codesIn('lambdas', LOGGED), ...codesIn('relay', COUNTED)];

test('a code that functions log has an alarm, or the runbook says why it has none', () => {
  const alarmed = facts.flatMap(({ signal }) => {
    if ('logged' in signal) return signal.logged;
    return 'percentLogged' in signal ? [signal.percentLogged] : [];
  });
  const explained = withoutAlarm
    .split('\n')
    .flatMap((line) =>
      [...(line.split('|')[1] ?? '').matchAll(/`([a-z-]+?)(?:-…)?`/g)].map(([, code]) => code),
    );
  const known = [...alarmed.map((code) => code.split('/')[1]), ...explained];
  expect([...new Set(logged)].sort()).toEqual([...new Set(known)].sort());
  expect(known.length - alarmed.length).toBe(explained.length);
});

test('a code with an alarm is in the section of the alarm', () => {
  for (const { signal, section } of facts) {
    const text = withAlarm.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
    for (const code of 'logged' in signal ? signal.logged : [])
      expect(text).toContain(`\`${code.split('/')[1]}\``);
  }
});
