/** Published events conform to docs/event-schemas.json and docs/events.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { EVENT_SCHEMAS } from '../../../lambdas/platform/bus/event-schemas.ts';
import { compilePattern } from '../../../local/events/pattern.ts';
import { checkEvent, vectors } from '../../support/fakes.ts';
import { eventsOf, interpretText, jobs, notificationText } from '../../support/notifications.ts';

/** The vectors, and a backup that failed by itself. */
const texts = [
  ...vectors
    .filter(({ message }) => message?.type === 'NOTIFICATION' && message.subType === 'REQUEST')
    .map(({ message }) => JSON.stringify(message)),
  notificationText([jobs({ jobId: 7, state: 'DONE', status: 58, jobType: 'BACKUP' })]),
];
const published = texts.flatMap((text) => interpretText(text)).flatMap(eventsOf);

it('the events of the vectors conform to their schemas, and each kind occurs', () => {
  for (const one of published) checkEvent(one);
  expect(new Set(published.map(({ detailType }) => detailType))).toEqual(
    new Set(['Job State Changed', 'Job Completed', 'Image Changed', 'Notification Quarantined']),
  );
});

it('docs/event-schemas.json is generated from the schemas (UPDATE_DOCS=1 writes it)', () => {
  const schemas = Object.entries(EVENT_SCHEMAS).map(([name, schema]) => [name, z.toJSONSchema(schema)]);
  const text = `${JSON.stringify(Object.fromEntries(schemas), undefined, 2)}\n`;
  if (process.env['UPDATE_DOCS']) writeFileSync('docs/event-schemas.json', text);
  expect(JSON.parse(readFileSync('docs/event-schemas.json', 'utf8'))).toEqual(JSON.parse(text));
});

describe('the rules in docs/events.md', () => {
  const patterns = [
    ...readFileSync('docs/events.md', 'utf8').matchAll(/```json\n(\{\s*"source"[\s\S]*?)```/g),
  ].map(([, text = '']) => JSON.parse(text) as Record<string, unknown>);
  const matching = (pattern: Record<string, unknown>) => {
    const matches = compilePattern(pattern);
    return published.filter(({ detailType, detail }) =>
      matches({ source: 'nbwss', 'detail-type': detailType, detail }),
    );
  };

  it('each of them matches some of the published events, and not all', () => {
    expect(patterns.length).toBeGreaterThanOrEqual(4);
    for (const pattern of patterns) {
      const found = matching(pattern).length;
      expect([pattern, found > 0, found < published.length]).toEqual([pattern, true, true]);
    }
  });
});
