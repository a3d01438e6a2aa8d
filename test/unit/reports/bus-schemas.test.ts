/** What is published is what docs/event-schemas.json and docs/events.md promise. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { interpret } from '../../../lambdas/notifications/interpret.ts';
import { busEventsOf } from '../../../lambdas/reports/bus-events.ts';
import { BUS_SCHEMAS } from '../../../lambdas/reports/bus-schemas.ts';
import { compilePattern } from '../../../local/events/pattern.ts';
import { vectors } from '../../support/fakes.ts';
import { jobs, notificationText, source } from '../../support/notifications.ts';

/** What the vectors tell, and a backup that failed by itself. */
const texts = [
  ...vectors
    .filter(({ message }) => message?.type === 'NOTIFICATION' && message.subType === 'REQUEST')
    .map(({ message }) => JSON.stringify(message)),
  notificationText([jobs({ jobId: 7, state: 'DONE', status: 58, jobType: 'BACKUP' })]),
];
const published = texts
  .flatMap((text) => interpret(source(text)))
  .flatMap((said) => busEventsOf('demo', said));

it('every event of the vectors is as its schema says, and each kind occurs', () => {
  for (const { detailType, detail } of published)
    BUS_SCHEMAS[detailType as keyof typeof BUS_SCHEMAS].strict().parse(detail);
  expect(new Set(published.map(({ detailType }) => detailType))).toEqual(new Set(Object.keys(BUS_SCHEMAS)));
});

it('docs/event-schemas.json is made from them (UPDATE_DOCS=1 makes it anew)', () => {
  const schemas = Object.entries(BUS_SCHEMAS).map(([name, schema]) => [name, z.toJSONSchema(schema)]);
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

  it('each of them matches something that is really published, and not everything', () => {
    expect(patterns.length).toBeGreaterThanOrEqual(4);
    for (const pattern of patterns) {
      const found = matching(pattern).length;
      expect([pattern, found > 0, found < published.length]).toEqual([pattern, true, true]);
    }
  });
});
