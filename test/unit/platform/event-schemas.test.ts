/** Published events conform to docs/event-schemas.json and docs/events.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { withTables } from '../../../bench/cost/tables.ts';
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

const SCHEMAS = Object.entries(EVENT_SCHEMAS).map(
  ([name, schema]) => [name, z.toJSONSchema(schema)] as const,
);

it('docs/event-schemas.json is generated from the schemas (UPDATE_DOCS=1 writes it)', () => {
  const text = `${JSON.stringify(Object.fromEntries(SCHEMAS), undefined, 2)}\n`;
  if (process.env['UPDATE_DOCS']) writeFileSync('docs/event-schemas.json', text);
  expect(JSON.parse(readFileSync('docs/event-schemas.json', 'utf8'))).toEqual(JSON.parse(text));
});

/** As a part of a sentence. */
const phrase = (text: string) =>
  text.replace(/\.$/, '').replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase());

/** What a field means is said once, where it is first named. */
const tableOfEvents = (): string => {
  const said = new Set<string>();
  const cellOf = (name: string, { description, enum: values = [] }: z.core.JSONSchema.BaseSchema) => {
    const few = values.length > 1 && values.length <= 5 ? values.map((one) => `\`${one}\``).join(', ') : '';
    const meaning = [few, description && phrase(description)].filter(Boolean).join('; ');
    const field = `\`${name}\``;
    if (meaning === '' || said.has(name + meaning)) return field;
    said.add(name + meaning);
    return `${field} (${meaning})`;
  };
  let before = '';
  const rows = SCHEMAS.map(([name, { description = '', properties = {} }]) => {
    const fields = Object.entries(properties).filter(([field]) => field !== 'eventId');
    const cells = fields.map(([field, schema]) => cellOf(field, schema as z.core.JSONSchema.BaseSchema));
    const names = Object.keys(properties).join();
    const detail = names === before ? 'the same' : cells.join(', ');
    before = names;
    return `| \`${name}\` | ${phrase(description)} | ${detail} |`;
  });
  return ['| detail-type | when | detail |', '|---|---|---|', ...rows].join('\n');
};

it('docs/events.md names every event with its fields (UPDATE_DOCS=1 writes the table)', () => {
  const page = readFileSync('docs/events.md', 'utf8');
  const expected = withTables(page, { events: tableOfEvents() });
  if (process.env['UPDATE_DOCS']) writeFileSync('docs/events.md', expected);
  else expect(page).toBe(expected);
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
